/** The `activities` query: requests, queries, messages and timers in threads, as rows of a waterfall. */
import { ACTIVITY_ORDERS, ActivityType } from '@hindscope/protocol'
import type { ActivityPage, ActivityQuery, ActivityRow } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { nameOfCall, resultPreview, siteOfCall } from '../model/describe.ts'
import { numberField } from '../model/record-values.ts'
import { queuedUs } from '../model/sent-messages.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { ActivityThreads, NONE } from './activity-threads.ts'
import { nodeOf } from './calls.ts'
import { completenessOf } from './events.ts'
import { LastAnswer } from './last-answer.ts'
import { at } from './path-tree.ts'
import { checkRange, findEvent, oneOf, optionalFlag, optionalText, optionalTime, refuse, selectTracks, wholeNumber } from './validate.ts'

const MOST_STEPS = 30

interface ActivityFilter {
  readonly errors: boolean
  /** Lower case; empty = all. */
  readonly text: string
  readonly byDuration: boolean
  readonly foldRepeats: boolean
}

/** Rows in order, and their steps from where the thread begins. */
interface RowOrder {
  readonly threads: ActivityThreads
  readonly rows: Uint32Array
  readonly depths: Uint8Array
  readonly activities: number
}

const lastOrder = new LastAnswer<RowOrder>()

export function queryActivities(store: TraceStore, query: ActivityQuery): ActivityPage {
  const offset = wholeNumber('activities', 'offset', query.offset, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  const limit = wholeNumber('activities', 'limit', query.limit, { min: 1, max: 1000, fallback: 200 })
  const fromUs = optionalTime('activities', 'fromUs', query.fromUs, -Infinity)
  const toUs = optionalTime('activities', 'toUs', query.toUs, Infinity)
  checkRange('activities', fromUs, toUs)
  const tracks = selectTracks('activities', store, query.tracks)
  const types = typeTable(query.types)
  const filter: ActivityFilter = {
    errors: optionalFlag('activities', 'errors', query.errors),
    text: optionalText('activities', 'text', query.text)?.toLowerCase() ?? '',
    byDuration: oneOf('activities', 'order', query.order, ACTIVITY_ORDERS, 'time') === 'duration',
    foldRepeats: optionalFlag('activities', 'foldRepeats', query.foldRepeats),
  }
  const tree = treeOf(store, query.chain)
  const scope = [String(fromUs), String(toUs), tracks.map(track => track.number), [...types], query.chain, filter]
  const order = lastOrder.of(store, scope, () => orderRows(store, new ActivityThreads(store, { tracks, fromUs, toUs, types, tree }), filter))
  const { threads, rows, depths } = order
  const span = spanOf(threads, rows)
  return {
    rows: Array.from(rows.subarray(offset, offset + limit), (i, index) => rowOf(store, threads, i, depths[offset + index] ?? 0)),
    total: rows.length,
    activities: order.activities,
    ...span,
    completeness: completenessOf(store, tracks),
  }
}

function typeTable(types: unknown): Uint8Array {
  const table = new Uint8Array(256)
  if (types === undefined) return table.fill(1)
  const numbers: Readonly<Record<string, number>> = ActivityType
  if (!Array.isArray(types)) return refuse('activities', 'types', types, 'a list of activity types')
  for (const name of types as unknown[]) {
    if (typeof name !== 'string' || !Object.hasOwn(numbers, name)) return refuse('activities', 'types', name, Object.keys(numbers).join(', '))
    table[numbers[name] ?? 0] = 1
  }
  return table
}

/** By track, the tops of the causal tree of an event: of none when it belongs to no call. */
export function treeOf(
  store: TraceStore,
  chain: ActivityQuery['chain'],
  method = 'activities',
): ReadonlyMap<number, ReadonlySet<number>> | undefined {
  if (chain === undefined) return undefined
  const { track, row } = findEvent(method, store, chain, 'chain')
  const call = track.rows.call[row] ?? -1
  return call === -1 ? new Map() : store.treeOf({ track: track.number, call })
}

function orderRows(store: TraceStore, threads: ActivityThreads, filter: ActivityFilter): RowOrder {
  const list: RowList = { rows: new Uint32Array(threads.size), depths: new Uint8Array(threads.size), length: 0 }
  let activities = 0
  for (const root of rootsInOrder(threads, filter)) {
    const start = list.length
    let found = visitThread(store, threads, root, filter, list)
    if (filter.foldRepeats) {
      // Those that the row stands for.
      for (let i = at(threads.nextSibling, root); i !== NONE && threads.runHead[i] === root; i = at(threads.nextSibling, i)) {
        const more = visitThread(store, threads, i, filter, list)
        found = { activities: found.activities + more.activities, matches: found.matches || more.matches }
      }
    }
    if (found.matches) activities += found.activities
    else list.length = start
  }
  return { threads, rows: list.rows.slice(0, list.length), depths: list.depths.slice(0, list.length), activities }
}

interface RowList {
  readonly rows: Uint32Array
  readonly depths: Uint8Array
  length: number
}

/** Adds the rows of what hangs below `root`, itself first. Repeats that are left out are looked at all the same. */
function visitThread(
  store: TraceStore,
  threads: ActivityThreads,
  root: number,
  filter: ActivityFilter,
  list: RowList,
): { readonly activities: number; readonly matches: boolean } {
  const { firstChild, nextSibling, parent, runHead } = threads
  let matches = !filter.errors && filter.text === ''
  let activities = 0
  let depth = 0
  let hidden = NONE
  for (let i = root; ;) {
    activities++
    matches ||= matchesFilter(store, threads, i, filter)
    if (hidden === NONE && filter.foldRepeats && runHead[i] !== i) hidden = i
    if (hidden === NONE) {
      list.rows[list.length] = i
      list.depths[list.length++] = Math.min(depth, MOST_STEPS)
    }
    if (firstChild[i] !== NONE) {
      i = at(firstChild, i)
      depth++
      continue
    }
    while (i !== root && nextSibling[i] === NONE) {
      if (i === hidden) hidden = NONE
      i = at(parent, i)
      depth--
    }
    if (i === hidden) hidden = NONE
    if (i === root) return { activities, matches }
    i = at(nextSibling, i)
  }
}

function rootsInOrder(threads: ActivityThreads, { byDuration, foldRepeats }: ActivityFilter): Uint32Array {
  const roots = new Uint32Array(threads.size)
  let count = 0
  for (let i = threads.firstRoot; i !== NONE; i = at(threads.nextSibling, i)) if (!foldRepeats || threads.runHead[i] === i) roots[count++] = i
  const found = roots.slice(0, count)
  const lengthUs = (i: number): number => at(threads.endUs, i) - at(threads.startUs, i)
  return byDuration ? found.sort((a, b) => (lengthUs(a) === lengthUs(b) ? a - b : lengthUs(b) - lengthUs(a))) : found
}

function matchesFilter(store: TraceStore, threads: ActivityThreads, i: number, { errors, text }: ActivityFilter): boolean {
  const track = store.tracks[at(threads.track, i)] as Track // SAFE: activities of the store's tracks
  const call = at(threads.call, i)
  if (errors && track.calls.outcome[call] !== OutcomeCode.threw) return false
  return text === '' || nameOfCall(track, call).toLowerCase().includes(text)
}

function spanOf({ startUs, endUs }: ActivityThreads, rows: Uint32Array): { fromUs: number; toUs: number } {
  if (rows.length === 0) return { fromUs: 0, toUs: 0 }
  let fromUs = Infinity
  let toUs = -Infinity
  for (const i of rows) {
    fromUs = Math.min(fromUs, at(startUs, i))
    toUs = Math.max(toUs, at(startUs, i), endUs[i] === Infinity ? -Infinity : at(endUs, i))
  }
  return { fromUs, toUs }
}

function rowOf(store: TraceStore, threads: ActivityThreads, i: number, depth: number): ActivityRow {
  const track = store.tracks[at(threads.track, i)] as Track // SAFE: as above
  const call = at(threads.call, i)
  const exitRow = at(track.calls.exitRow, call)
  const end = exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
  const status = numberField(end, 'status')
  const { ref, enter, activity, name, startUs, durationUs, outcome } = nodeOf(store, track, call)
  const caller = callerOf(track, call)
  const repeats = threads.runHead[i] === i ? at(threads.runLength, i) : 1
  const queueUs = queuedUs(store, { track: track.number, call })
  const runEndUs = repeats === 1 ? Infinity : endOfRun(threads, i)
  return {
    ref,
    enter,
    type: activity ?? 'custom',
    name,
    result: exitRow === -1 ? '' : resultPreview(end),
    ...(status === undefined ? {} : { status }),
    startUs,
    ...(durationUs === undefined ? {} : { durationUs }),
    outcome,
    ...(queueUs === undefined ? {} : { queueUs }),
    ...(caller === undefined ? {} : { caller }),
    depth,
    repeats,
    ...(runEndUs === Infinity ? {} : { repeatsUs: runEndUs - startUs }),
  }
}

function endOfRun({ runHead, nextSibling, endUs }: ActivityThreads, head: number): number {
  let lastUs = -Infinity
  for (let i = head; i !== NONE && runHead[i] === head; i = at(nextSibling, i)) lastUs = Math.max(lastUs, at(endUs, i))
  return lastUs
}

/** The nearest call of the user's code above it in its own track. */
function callerOf(track: Track, activity: number): ActivityRow['caller'] {
  const { calls } = track
  let call = at(calls.parent, activity)
  while (call !== -1 && calls.activity[call] !== 0) call = at(calls.parent, call)
  if (call === -1) return undefined
  const location = siteOfCall(track, call)?.location
  return {
    ref: { track: track.number, call: calls.id[call] ?? 0 },
    name: nameOfCall(track, call),
    ...(location === undefined ? {} : { location }),
  }
}
