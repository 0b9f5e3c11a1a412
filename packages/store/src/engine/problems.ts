/**
 * What a person should look at first, most serious rule first. Every problem is found in the recorded events and says where;
 * repeats of one problem are one entry with a count.
 */
import { ConsoleLevel, EventKind } from '@hindscope/protocol'
import type { EventRef, Problem, ValueNode } from '@hindscope/protocol'
import { nameOfCall, nameOfRow, previewOfRow, siteOfCall, siteOfRow } from '../model/describe.ts'
import { formatConsole, formatValue } from '../model/format-value.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { selfTime } from './calls.ts'
import { findOverlaps } from './overlaps.ts'

/** Longer than this in a function's own code is a long task: the page or the server stands still. */
const SLOW_US = 50_000
const SLOW_FUNCTIONS = 5

const RULES: readonly Problem['rule'][] = [
  'uncaught-error',
  'unhandled-rejection',
  'overlapping-writers',
  'http-failed',
  'thrown',
  'console-error',
  'slow-call',
  'dropped',
  'damage',
]

/** Entries by (rule, title), so that repeats are counted. */
class ProblemList {
  private readonly entries = new Map<string, { problem: Problem; count: number }>()

  add(problem: Omit<Problem, 'count'>, count = 1): void {
    const key = `${problem.rule}\n${problem.title}`
    const known = this.entries.get(key)
    if (known) known.count += count
    else this.entries.set(key, { problem: { ...problem, count }, count })
  }

  sorted(): Problem[] {
    return [...this.entries.values()]
      .map(({ problem, count }) => ({ ...problem, count }))
      .sort((a, b) => RULES.indexOf(a.rule) - RULES.indexOf(b.rule) || b.count - a.count)
  }
}

export function queryProblems(store: TraceStore): Problem[] {
  const list = new ProblemList()
  for (const track of store.tracks) {
    addErrors(list, store, track)
    addSlowCalls(list, track)
    if (track.dropped > 0) {
      const who = track.definition?.name ?? `track ${track.number}`
      list.add(
        { rule: 'dropped', title: `${track.dropped} events of ${who} are missing`, evidence: 'dropped by the recorder or lost with a chunk' },
        track.dropped,
      )
    }
  }
  for (const overlap of findOverlaps(store)) {
    const title = `${overlap.runs} overlapping runs of ${overlap.name}(): the older one finished last`
    list.add({ rule: 'overlapping-writers', title, evidence: overlap.evidence, ref: overlap.ref }, overlap.stale)
  }
  for (const { code, bytes, message } of store.damage)
    list.add({ rule: 'damage', title: `${bytes} bytes could not be read (${code})`, evidence: message })
  return list.sorted()
}

function addErrors(list: ProblemList, store: TraceStore, track: Track): void {
  const { rows, errorRows } = track
  const seen = uncaughtIds(track)
  for (let i = 0; i < errorRows.length; i++) {
    const row = errorRows.at(i)
    const values = track.valuesOf(row)
    const ref: EventRef = { track: track.number, seq: track.seqOf(row) }
    switch (rows.kind[row]) {
      case EventKind.uncaughtError:
        list.add({ rule: 'uncaught-error', title: errorText(values[0]), evidence: placeOf(track, row), ref })
        break
      case EventKind.unhandledRejection:
        list.add({ rule: 'unhandled-rejection', title: errorText(values[0]), evidence: placeOf(track, row), ref })
        break
      case EventKind.console:
        if (rows.extra[row] === ConsoleLevel.error || rows.extra[row] === ConsoleLevel.assert) addConsoleError(list, track, row, values)
        break
      case EventKind.activityEnd:
        if (!isToldByClient(store, track, row)) {
          const title = `${nameOfRow(track, row, values)}${previewOfRow(track, row, values)}`
          list.add({ rule: 'http-failed', title, evidence: placeOf(track, row), ref })
        }
        break
      default:
        addThrow(list, track, row, values[0], seen)
    }
  }
}

function addConsoleError(list: ProblemList, track: Track, row: number, values: readonly ValueNode[]): void {
  const [first] = values
  const title = formatConsole(first?.kind === 'array' ? first.items : values)
  list.add({ rule: 'console-error', title, evidence: placeOf(track, row), ref: { track: track.number, seq: track.seqOf(row) } })
}

/** One error object is told once, at its first throw, and not at all when it is told as uncaught or is a thrown promise (Suspense). */
function addThrow(list: ProblemList, track: Track, row: number, error: ValueNode | undefined, seen: Set<number>): void {
  if (error?.kind === 'opaque' && error.className === 'Promise') return
  const id = error !== undefined && 'id' in error ? error.id : 0
  if (id !== 0 && seen.has(id)) return
  if (id !== 0) seen.add(id)
  else if (isPassedOn(track, row)) return
  const place = siteOfRow(track, row)
  const title = `${place?.name ?? 'code'} threw ${errorText(error)}`
  list.add({ rule: 'thrown', title, evidence: placeOf(track, row), ref: { track: track.number, seq: track.seqOf(row) } })
}

/** Without an identity: a throw whose call made a throw statement or has a last child that threw too only passes it on. */
function isPassedOn(track: Track, row: number): boolean {
  const { rows, calls } = track
  const call = rows.call[row] ?? -1
  if (call === -1 || rows.kind[row] !== EventKind.callThrow) return false
  const previous = row - 1
  const isOwnStatement = rows.kind[previous] === EventKind.throwStatement && rows.call[previous] === call
  const child = calls.lastChild[call] ?? -1
  return isOwnStatement || (child !== -1 && rows.kind[calls.exitRow[child] ?? -1] === EventKind.callThrow)
}

function uncaughtIds(track: Track): Set<number> {
  const ids = new Set<number>()
  for (let i = 0; i < track.errorRows.length; i++) {
    const row = track.errorRows.at(i)
    const kind = track.rows.kind[row]
    if (kind !== EventKind.uncaughtError && kind !== EventKind.unhandledRejection) continue
    const value = track.valuesOf(row)[0]
    if (value !== undefined && 'id' in value && value.id !== 0) ids.add(value.id)
  }
  return ids
}

const errorText = (value: ValueNode | undefined): string => (value === undefined ? 'an error' : formatValue(value))

/** The answering side of a request whose asking side is in the trace too: the failure is told there. */
function isToldByClient(store: TraceStore, track: Track, row: number): boolean {
  const call = track.rows.call[row] ?? -1
  return call !== -1 && store.remoteParentOf({ track: track.number, call }) !== undefined
}

function placeOf(track: Track, row: number): string {
  const site = siteOfRow(track, row)
  if (site?.location) return `${site.functionName} at ${site.location.file}:${site.location.line}`
  const call = track.rows.call[row] ?? -1
  return call === -1 ? (track.definition?.name ?? `track ${track.number}`) : nameOfCall(track, call)
}

function addSlowCalls(list: ProblemList, track: Track): void {
  const { calls } = track
  const worst = new Map<number, { call: number; selfUs: number; count: number }>()
  for (let call = 0; call < calls.length; call++) {
    const exitRow = calls.exitRow[call] ?? -1
    if (calls.activity[call] !== 0 || exitRow === -1 || track.time(exitRow) - track.time(calls.enterRow[call] ?? 0) < SLOW_US) continue
    const probe = siteOfCall(track, call)?.functionProbe
    const selfUs = selfTime(track, call)
    if (probe?.async !== false || probe.generator || selfUs < SLOW_US) continue
    const site = track.siteOfCall(call)
    const known = worst.get(site)
    if (known === undefined) worst.set(site, { call, selfUs, count: 1 })
    else worst.set(site, { ...(selfUs > known.selfUs ? { call, selfUs } : known), count: known.count + 1 })
  }
  for (const { call, selfUs, count } of [...worst.values()].sort((a, b) => b.selfUs - a.selfUs).slice(0, SLOW_FUNCTIONS)) {
    const row = calls.enterRow[call] ?? 0
    const title = `${nameOfCall(track, call)} ran ${Math.round(selfUs / 1000)} ms without a break`
    list.add({ rule: 'slow-call', title, evidence: placeOf(track, row), ref: { track: track.number, seq: track.seqOf(row) } }, count)
  }
}
