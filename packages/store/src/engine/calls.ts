/** Call nodes and the queries over the call tree: `callTree`, `call`, `stack`. */
import { EventKind, activityTypeName } from '@hindscope/protocol'
import type {
  CallDetail,
  CallNode,
  CallRef,
  CallTreePage,
  CallTreeQuery,
  EventRef,
  LineValue,
  Outcome,
  StackFrame,
  ValueNode,
} from '@hindscope/protocol'
import { CallMark, OutcomeCode } from '../model/call-table.ts'
import { keyText } from '../model/describe-statement.ts'
import { durationOf, nameOfCall, namedValues, resultPreview, siteOfCall } from '../model/describe.ts'
import { formatValue, formatValues, oneLine } from '../model/format-value.ts'
import { changesOf } from '../model/locals.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { findCall, findEvent, optionalTime, selectTracks, wholeNumber } from './validate.ts'
import { PAGE_LIMIT } from './events.ts'

const OUTCOMES: readonly Outcome[] = ['open', 'returned', 'threw', 'unwound']
const NODE_PREVIEW_LENGTH = 120

export function nodeOf(store: TraceStore, track: Track, call: number): CallNode {
  const { calls } = track
  const enterRow = calls.enterRow[call] ?? 0
  const exitRow = calls.exitRow[call] ?? -1
  const activity = calls.activity[call] === 0 ? undefined : activityTypeName(calls.activity[call] ?? 0)
  const location = siteOfCall(track, call)?.location
  const durationUs = durationOf(track, call)
  const marks = calls.marks[call] ?? 0
  return {
    ref: { track: track.number, call: calls.id[call] ?? 0 },
    enter: { track: track.number, seq: track.seqOf(enterRow) },
    ...(exitRow === -1 ? {} : { exit: { track: track.number, seq: track.seqOf(exitRow) } }),
    kind: calls.activity[call] === 0 ? 'call' : 'activity',
    ...(activity === undefined ? {} : { activity }),
    name: nameOfCall(track, call),
    ...(location === undefined ? {} : { location }),
    preview: previewOfCall(track, call),
    startUs: track.time(enterRow),
    ...(durationUs === undefined ? {} : { durationUs, selfUs: selfTime(track, call) }),
    outcome: OUTCOMES[calls.outcome[call] ?? 0] ?? 'open',
    childCount: track.childCountOf(call) + store.remoteChildrenOf({ track: track.number, call }).length,
    asyncParent: (marks & CallMark.asyncParent) !== 0,
    hasErrorBelow: (marks & CallMark.errorBelow) !== 0,
  }
}

/** `({id: 7}, "x")`. */
export const previewOfArguments = (track: Track, call: number): string => `(${formatValues(track.valuesOf(track.calls.enterRow[call] ?? 0))})`

/** `({id: 7}) → 42`: with the name before it, one line that says what the call was. */
export function previewOfCall(track: Track, call: number): string {
  const { calls } = track
  const exitRow = calls.exitRow[call] ?? -1
  const result: ValueNode | undefined = exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
  if (calls.activity[call] !== 0) return exitRow === -1 ? ' …' : resultPreview(result)
  const args = previewOfArguments(track, call)
  switch (calls.outcome[call]) {
    case OutcomeCode.returned:
      return oneLine(result === undefined ? args : `${args} → ${formatValue(result)}`, NODE_PREVIEW_LENGTH)
    case OutcomeCode.threw:
      return oneLine(result === undefined ? `${args} ✗` : `${args} ✗ ${formatValue(result)}`, NODE_PREVIEW_LENGTH)
    case OutcomeCode.unwound:
      return `${args} ✗`
    default:
      return `${args} …`
  }
}

/** Duration less the union of the synchronous children's intervals, which overlap where children are async functions. */
export function selfTime(track: Track, call: number): number {
  const { calls } = track
  const start = track.time(calls.enterRow[call] ?? 0)
  const end = track.time(calls.exitRow[call] ?? 0)
  let coveredUntil = start
  let childUs = 0
  for (let child = calls.firstChild[call] ?? -1; child !== -1; child = calls.nextSibling[child] ?? -1) {
    if (calls.activity[child] !== 0 || ((calls.marks[child] ?? 0) & CallMark.asyncParent) !== 0) continue
    const exitRow = calls.exitRow[child] ?? -1
    const childEnd = Math.min(exitRow === -1 ? end : track.time(exitRow), end)
    const childStart = Math.max(track.time(calls.enterRow[child] ?? 0), coveredUntil)
    if (childEnd <= childStart) continue
    childUs += childEnd - childStart
    coveredUntil = childEnd
  }
  return end - start - childUs
}

export function queryCallTree(store: TraceStore, query: CallTreeQuery): CallTreePage {
  const offset = wholeNumber('callTree', 'offset', query.offset, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  const limit = wholeNumber('callTree', 'limit', query.limit, { min: 1, max: PAGE_LIMIT, fallback: 100 })
  const fromUs = optionalTime('callTree', 'fromUs', query.fromUs, -Infinity)
  const toUs = optionalTime('callTree', 'toUs', query.toUs, Infinity)
  const tracks = selectTracks('callTree', store, query.tracks)
  const lists = query.parent === undefined ? tracks.map(track => rootsOf(store, track)) : childLists(store, query.parent, tracks)
  const isInside = ({ track, call }: Candidate): boolean => {
    const exitRow = track.calls.exitRow[call] ?? -1
    return track.time(track.calls.enterRow[call] ?? 0) < toUs && (exitRow === -1 || track.time(exitRow) >= fromUs)
  }
  // Of a whole trace it is known how many roots there are.
  const known = query.parent === undefined && fromUs === -Infinity && toUs === Infinity ? countRoots(store, tracks) : undefined
  const nodes: CallNode[] = []
  let total = 0
  for (const candidate of merged(lists)) {
    if (known !== undefined && nodes.length === limit) break
    if (!isInside(candidate)) continue
    if (total >= offset && nodes.length < limit) nodes.push(nodeOf(store, candidate.track, candidate.call))
    total++
  }
  return { nodes, total: known ?? total }
}

const countRoots = (store: TraceStore, tracks: readonly Track[]): number =>
  tracks.reduce((sum, track) => sum + track.roots.length - store.remoteParentsIn(track.number), 0)

interface Candidate {
  readonly track: Track
  readonly call: number
}

function* rootsOf(store: TraceStore, track: Track): Generator<Candidate> {
  for (let i = 0; i < track.roots.length; i++) {
    const call = track.roots.at(i)
    if (store.remoteParentOf({ track: track.number, call }) === undefined) yield { track, call }
  }
}

function childLists(store: TraceStore, parent: CallRef, tracks: readonly Track[]): Iterable<Candidate>[] {
  const { track, call } = findCall('callTree', store, parent, 'parent')
  const remote = store
    .remoteChildrenOf({ track: track.number, call })
    .flatMap(place => tracks.filter(other => other.number === place.track).map(other => ({ track: other, call: place.call })))
    .sort(compareCandidates)
  return tracks.includes(track) ? [localChildren(track, call), remote] : [remote]
}

function* localChildren(track: Track, call: number): Generator<Candidate> {
  for (let child = track.calls.firstChild[call] ?? -1; child !== -1; child = track.calls.nextSibling[child] ?? -1) yield { track, call: child }
}

function compareCandidates(a: Candidate, b: Candidate): number {
  const time = a.track.time(a.track.calls.enterRow[a.call] ?? 0) - b.track.time(b.track.calls.enterRow[b.call] ?? 0)
  return time || a.track.number - b.track.number || a.call - b.call
}

/** Merges lists that are each in order. */
function* merged(lists: readonly Iterable<Candidate>[]): Generator<Candidate> {
  const heads = lists.map(list => list[Symbol.iterator]()).map(iterator => ({ iterator, head: iterator.next() }))
  for (;;) {
    let best: (typeof heads)[number] | undefined
    for (const item of heads) {
      if (item.head.done !== true && (best === undefined || best.head.done === true || compareCandidates(item.head.value, best.head.value) < 0))
        best = item
    }
    if (best === undefined || best.head.done === true) return
    yield best.head.value
    best.head = best.iterator.next()
  }
}

/** Calls around the event, innermost first, then causes up to the root. `via` of the root is `call`. */
export function queryStack(store: TraceStore, ref: EventRef): StackFrame[] {
  const { track, row } = findEvent('stack', store, ref)
  const call = track.rows.call[row] ?? -1
  const frames: StackFrame[] = []
  let at: CallPlace | undefined = call === -1 ? undefined : { track: track.number, call }
  while (at !== undefined) {
    const owner: Track | undefined = store.tracks[at.track]
    if (owner === undefined) break
    const parent: CallPlace | undefined = store.parentOf(at)
    const isAsync = ((owner.calls.marks[at.call] ?? 0) & CallMark.asyncParent) !== 0
    const via = parent === undefined ? 'call' : parent.track === at.track ? (isAsync ? 'cause' : 'call') : 'remote'
    frames.push({ node: nodeOf(store, owner, at.call), via })
    at = parent
  }
  return frames
}

export function queryCall(store: TraceStore, ref: CallRef): CallDetail {
  const { track, call } = findCall('call', store, ref)
  const { calls } = track
  const exitRow = calls.exitRow[call] ?? -1
  const final = exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
  const site = siteOfCall(track, call)
  const probe = site?.functionProbe
  const parent = store.parentOf({ track: track.number, call })
  const parentTrack = parent && store.tracks[parent.track]
  const hasThrown = calls.outcome[call] === OutcomeCode.threw
  return {
    node: nodeOf(store, track, call),
    ...(probe === undefined ? {} : { functionKind: probe.functionKind, range: probe.range }),
    async: probe?.async ?? false,
    generator: probe?.generator ?? false,
    args: namedValues(track, calls.enterRow[call] ?? 0),
    ...(final === undefined ? {} : hasThrown ? { error: final } : { result: final }),
    lineValues: lineValues(track, call),
    ...(parent && parentTrack ? { parent: nodeOf(store, parentTrack, parent.call) } : {}),
  }
}

/**
 * Arguments and awaited values stand at the function's first line, results at its last: no probe says where inside they came up. Writes
 * stand on their own lines, those of closures too when they are in the same file.
 */
function lineValues(track: Track, call: number): LineValue[] {
  const site = siteOfCall(track, call)
  const range = site?.functionProbe?.range
  if (range === undefined) return []
  const { rows, calls } = track
  const found: (LineValue & { readonly row: number })[] = []
  const add = (row: number, line: number, name: string, value: ValueNode, uncertain = false): void => {
    const ref = { track: track.number, seq: track.seqOf(row) }
    found.push({ row, ref, line, name, preview: formatValue(value), value, ...(uncertain ? { uncertain } : {}) })
  }
  const exitRow = calls.exitRow[call] ?? -1
  const end = exitRow === -1 ? rows.length : exitRow + 1
  for (const { row, name, value, from, certain } of changesOf(track, call, end - 1)) {
    const place = from === 'argument' ? undefined : track.sites.resolve(rows.site[row] ?? 0).location
    const isHere = from === 'argument' || (from !== 'locals' && rows.kind[row] === EventKind.write && place?.file === site?.location?.file)
    if (isHere && value !== undefined) add(row, place?.line ?? range[0], name, value, !certain)
  }
  for (let row = calls.enterRow[call] ?? 0; row < end; row++) {
    if (rows.call[row] !== call) continue
    const kind = rows.kind[row]
    if (kind === EventKind.propertyWrite) addProperty(track, row, add)
    else if (kind === EventKind.resumeAwait || kind === EventKind.callReturn || kind === EventKind.callThrow) {
      const [value] = track.valuesOf(row)
      const [line, name] = kind === EventKind.resumeAwait ? [range[0], 'await'] : [range[2], kind === EventKind.callReturn ? 'return' : 'throw']
      if (value !== undefined) add(row, line, name, value)
    }
  }
  return found.sort((a, b) => a.row - b.row).map(({ row: _row, ...value }) => value)
}

function addProperty(track: Track, row: number, add: (row: number, line: number, name: string, value: ValueNode) => void): void {
  const { location, probe } = track.sites.resolve(track.rows.site[row] ?? 0)
  const [, key, value] = track.valuesOf(row)
  const holdsValue = probe?.kind === 'property-write' && probe.before !== true && probe.operator !== 'delete'
  if (location !== undefined && value !== undefined && holdsValue) add(row, location.line, keyText(key), value)
}
