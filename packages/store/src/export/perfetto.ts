/**
 * Chrome's trace event JSON, which ui.perfetto.dev, chrome://tracing and speedscope open. Format:
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Times are microseconds since the session's first event.
 *
 * | what                       | events                                                                               |
 * |----------------------------|--------------------------------------------------------------------------------------|
 * | realm                      | metadata: process (its pid) and thread (the track)                                   |
 * | call that never suspends   | `B`/`E`, category `call`                                                             |
 * | call that suspends         | `b`/`e` over its whole life, category `call`; `B`/`E` for each running part, `part`  |
 * | activity                   | `b`/`e`, category `activity`                                                         |
 * | cause of a call elsewhere  | flow `s` at the cause, `f` at what it caused                                         |
 * | error, console, mark       | instant `i`                                                                          |
 * | metric                     | counter `C`                                                                          |
 *
 * So each call has exactly one event of category `call`, and each activity one of `activity`. What is open where the trace ends is closed
 * there and says `outcome: open`. Flows start at a slice of the thread: a cause that has none (an activity outside of any call) has no
 * arrow, but what it caused names it in `args.cause`.
 */
import { EventKind } from '@hindscope/protocol'
import { CallMark, OutcomeCode } from '../model/call-table.ts'
import { nameOfCall, nameOfRow, previewOfRow, siteOfCall } from '../model/describe.ts'
import { numberField, textField } from '../model/record-values.ts'
import { Mark } from '../model/row-table.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, trackName } from './export-scope.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { inPieces, jsonText, listed, roundUs } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'
import { StackWalk, suspendedCalls } from './stack-walk.ts'

/** Processes of realms whose pid nobody knows (pages): above what Linux gives out, and not 0, which Perfetto takes for the idle process. */
const UNKNOWN_PID = 0x40_0000 + 1
const OUTCOMES = ['open', 'returned', 'threw', 'unwound'] as const

/** Throws `export-empty`, `export-track-unknown`. */
export function exportPerfetto(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  return inPieces(fileTexts(scope))
}

function* fileTexts(scope: ExportScope): Generator<string> {
  const { store, startUs, options } = scope
  const about = { session: store.session, exporter: `hindscope ${options.version ?? ''}`.trim(), startedUs: startUs }
  yield `{"displayTimeUnit":"ms","otherData":${jsonText(about)},"traceEvents":[`
  yield* listed(events(scope))
  yield '\n]}\n'
}

function* events(scope: ExportScope): Generator<string> {
  const named = new Set<number>()
  for (const track of scope.tracks) {
    yield* realmMetadata(track, !named.has(pidOf(track)))
    named.add(pidOf(track))
    yield* new TrackEvents(scope, track).events()
  }
}

const pidOf = (track: Track): number => track.definition?.pid || UNKNOWN_PID + track.number
const tidOf = (track: Track): number => track.number + 1

function* realmMetadata(track: Track, isFirstOfProcess: boolean): Generator<string> {
  const pid = pidOf(track)
  const metadata = (name: string, args: object): string => jsonText({ name, ph: 'M', pid, tid: tidOf(track), ts: 0, args })
  if (isFirstOfProcess) {
    yield metadata('process_name', { name: trackName(track) })
    yield metadata('process_labels', { labels: track.definition?.url ?? '' })
    yield metadata('process_sort_index', { sort_index: track.number })
  }
  yield metadata('thread_name', { name: trackName(track) })
  yield metadata('thread_sort_index', { sort_index: track.number })
}

class TrackEvents {
  private readonly store: TraceStore
  private readonly track: Track
  private readonly exported: ReadonlySet<number>
  private readonly startUs: number
  private readonly suspended: Uint8Array
  private readonly walk: StackWalk
  /** What every event of the track begins with. */
  private readonly place: { readonly pid: number; readonly tid: number }

  constructor({ store, tracks, startUs }: ExportScope, track: Track) {
    this.store = store
    this.track = track
    this.exported = new Set(tracks.map(each => each.number))
    this.startUs = startUs
    this.suspended = suspendedCalls(track)
    this.walk = new StackWalk(track)
    this.place = { pid: pidOf(track), tid: tidOf(track) }
  }

  *events(): Generator<string> {
    const { track, walk } = this
    for (let row = 0; row < track.rows.length; row++) {
      const at = roundUs(track.time(row) - this.startUs)
      const marks = track.rows.marks[row] ?? 0
      const call = track.rows.call[row] ?? -1
      const isEnter = (marks & Mark.enter) !== 0
      // Before the slice ends in which they happen.
      yield* this.instants(row, at)
      if (isEnter && this.isAsync(call)) yield this.asyncEvent('b', call, at)
      walk.step(row)
      for (const change of walk.changes) yield this.slice(change, at)
      if (isEnter) yield* this.flows(call, at)
      if ((marks & Mark.exit) !== 0 && track.calls.exitRow[call] === row && this.isAsync(call)) yield this.asyncEvent('e', call, at)
    }
    const endUs = roundUs(track.lastUs - this.startUs)
    walk.end()
    for (const change of walk.changes) yield this.slice(change, endUs)
    for (let call = 0; call < track.calls.length; call++) {
      if (track.calls.exitRow[call] === -1 && this.isAsync(call)) yield this.asyncEvent('e', call, endUs)
    }
  }

  private isAsync(call: number): boolean {
    return this.suspended[call] === 1 || this.track.calls.activity[call] !== 0
  }

  /** A change of the stack. What the call was and what came of it stands at its beginning, where every viewer looks. */
  private slice(change: number, ts: number): string {
    const call = change < 0 ? ~change : change
    const isPart = this.suspended[call] === 1
    const head = { name: nameOfCall(this.track, call), cat: isPart ? 'part' : 'call', ph: change < 0 ? 'E' : 'B', ts, ...this.place }
    return jsonText(change < 0 || isPart ? head : { ...head, args: this.argsOf(call) })
  }

  private asyncEvent(ph: 'b' | 'e', call: number, ts: number): string {
    const cat = this.track.calls.activity[call] === 0 ? 'call' : 'activity'
    const head = { name: nameOfCall(this.track, call), cat, ph, id: this.idOf(call), ts, ...this.place }
    return jsonText(ph === 'e' ? head : { ...head, args: this.argsOf(call) })
  }

  private idOf(call: number): string {
    return `${this.track.number}.${this.track.calls.id[call] ?? 0}.${call}`
  }

  private argsOf(call: number): object {
    const { track } = this
    const { enterRow, exitRow, outcome, activity, marks } = track.calls
    const row = enterRow[call] ?? 0
    const end = exitRow[call] ?? -1
    const result = end === -1 ? '' : this.previewOf(end)
    const place = siteOfCall(track, call)?.location
    const cause = ((marks[call] ?? 0) & CallMark.asyncParent) === 0 ? undefined : this.store.parentOf({ track: track.number, call })
    return {
      event: `${track.number}.${track.seqOf(row)}`,
      ...(place === undefined ? {} : { location: `${place.file}:${place.line}:${place.column + 1}` }),
      ...(activity[call] === 0 ? { arguments: this.previewOf(row) } : {}),
      outcome: OUTCOMES[outcome[call] ?? OutcomeCode.open] ?? 'open',
      ...(result === '' ? {} : { result }),
      ...(cause === undefined ? {} : { cause: `${cause.track}.${this.store.tracks[cause.track]?.calls.id[cause.call] ?? 0}` }),
    }
  }

  private previewOf(row: number): string {
    return previewOfRow(this.track, row, this.track.valuesOf(row)).trim()
  }

  /** Arrows that end at `call`, and those that begin there. Viewers sort by time, so that the order in the file is free. */
  private *flows(call: number, ts: number): Generator<string> {
    const { track, store } = this
    const here: CallPlace = { track: track.number, call }
    if (((track.calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0 && this.hasArrow(store.parentOf(here))) {
      // An activity has no slice of its own: the arrow ends at the next one, the code that it runs.
      const bind = track.calls.activity[call] === 0 ? { bp: 'e' } : {}
      yield jsonText({ name: 'cause', cat: 'cause', ph: 'f', ...bind, id: this.idOf(call), ts, ...this.place })
    }
    if (!this.hasArrow(here)) return
    const { firstChild, nextSibling, marks } = track.calls
    for (let child = firstChild[call] ?? -1; child !== -1; child = nextSibling[child] ?? -1) {
      if (((marks[child] ?? 0) & CallMark.asyncParent) !== 0) yield this.flowStart(this.idOf(child), ts)
    }
    for (const child of store.remoteChildrenOf(here)) {
      const id = store.tracks[child.track]?.calls.id[child.call] ?? 0
      if (this.exported.has(child.track)) yield this.flowStart(`${child.track}.${id}.${child.call}`, ts)
    }
  }

  private flowStart(id: string, ts: number): string {
    return jsonText({ name: 'cause', cat: 'cause', ph: 's', id, ts, ...this.place })
  }

  /** True when a slice of the thread is open where the cause begins: its own, or that of the call in which it begins. */
  private hasArrow(cause: CallPlace | undefined): boolean {
    if (cause === undefined || !this.exported.has(cause.track)) return false
    const calls = this.store.tracks[cause.track]?.calls
    for (let call = cause.call; calls !== undefined && call !== -1; call = calls.parent[call] ?? -1) {
      if (calls.activity[call] === 0) return true
      if (((calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0) return false
    }
    return false
  }

  private *instants(row: number, ts: number): Generator<string> {
    const { rows } = this.track
    const kind = rows.kind[row] ?? 0
    const isError = ((rows.marks[row] ?? 0) & Mark.error) !== 0
    if (kind === EventKind.metric) yield* this.counter(row, ts)
    else if (isError || kind === EventKind.console || kind === EventKind.mark) {
      const values = this.track.valuesOf(row)
      const cat = isError ? 'error' : kind === EventKind.console ? 'console' : 'mark'
      const args = { event: `${this.track.number}.${this.track.seqOf(row)}`, text: previewOfRow(this.track, row, values).trim() }
      yield jsonText({ name: nameOfRow(this.track, row, values), cat, ph: 'i', s: 't', ts, ...this.place, args })
    }
  }

  private *counter(row: number, ts: number): Generator<string> {
    const [fields] = this.track.valuesOf(row)
    const value = numberField(fields, 'value')
    if (value === undefined || !Number.isFinite(value)) return
    const name = textField(fields, 'name') ?? 'metric'
    yield jsonText({ name, cat: 'metric', ph: 'C', ts, ...this.place, args: { [textField(fields, 'unit') ?? 'value']: value } })
  }
}
