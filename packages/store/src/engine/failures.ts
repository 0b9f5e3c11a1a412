/**
 * Failures: what went wrong once, with all places that told of it, from the cause to its last effect. Rows of errors belong together
 *
 * - when they tell of the same error object,
 * - when a call throws, or an activity fails, in which the last thing that went wrong just before did so too: the error was caught and
 *   another one thrown for it, the request failed since its route did, the caller threw since the request failed,
 * - when it is a console message about an error, or within the same activity after it.
 *
 * From calls a failure reaches only the one that they returned to; what was caught, and followed by no other failure, goes no further.
 * Activities end with what went wrong last within them, whatever lay between, and
 * take it to who asked for them.
 */
import { ConsoleLevel, EventKind } from '@hindscope/protocol'
import type { ProblemPlace, ProblemRule, ValueNode } from '@hindscope/protocol'
import { nameOfCall, nameOfRow, previewOfRow, siteOfRow } from '../model/describe.ts'
import { CallMark } from '../model/call-table.ts'
import type { CallPlace } from '../model/call-place.ts'
import { formatConsole, formatValue } from '../model/format-value.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { pick } from './order.ts'
import type { RowPlace } from './order.ts'

const MOST_PLACES = 20

/** Places are added in order of time; repeats of one count. */
class Failure {
  readonly places: { -readonly [K in keyof ProblemPlace]: ProblemPlace[K] }[] = []

  add(rule: ProblemRule, title: string, { track, row }: RowPlace): void {
    const known = this.places.find(place => place.rule === rule && place.title === title)
    if (known) known.count++
    else if (this.places.length < MOST_PLACES) {
      this.places.push({ rule, title, evidence: placeOf(track, row), count: 1, ref: { track: track.number, seq: track.seqOf(row) } })
    }
  }
}

export function findFailures(store: TraceStore): readonly (readonly ProblemPlace[])[] {
  const finder = new FailureFinder(store)
  for (const place of errorsInOrder(store.tracks)) finder.add(place)
  return finder.failures.map(({ places }) => places).filter(places => places.length > 0)
}

function* errorsInOrder(tracks: readonly Track[]): Generator<RowPlace> {
  const heads = tracks.map(() => 0)
  for (;;) {
    const rows = tracks.flatMap((track, i) => {
      const at = heads[i] ?? 0
      return at < track.errorRows.length ? [{ track, row: track.errorRows.at(at) }] : []
    })
    const first = pick(rows, 'first')
    if (first === undefined) return
    const index = tracks.indexOf(first.track)
    heads[index] = (heads[index] ?? 0) + 1
    yield first
  }
}

class FailureFinder {
  readonly failures: Failure[] = []
  private readonly store: TraceStore
  private readonly byError = new Map<string, Failure>()
  /** By call or activity: what failed below it last. */
  private readonly below = new Map<string, Failure>()

  constructor(store: TraceStore) {
    this.store = store
  }

  add(place: RowPlace): void {
    const { track, row } = place
    const { rows } = track
    const values = track.valuesOf(row)
    const [value] = values
    switch (rows.kind[row]) {
      case EventKind.uncaughtError:
        return this.of(place, values, 'identity').add('uncaught-error', errorText(value), place)
      case EventKind.unhandledRejection:
        return this.of(place, values, 'identity').add('unhandled-rejection', errorText(value), place)
      case EventKind.console:
        if (rows.extra[row] === ConsoleLevel.error || rows.extra[row] === ConsoleLevel.assert) this.addConsole(place, values)
        return
      case EventKind.activityEnd: {
        const failure = this.of(place, values, 'below')
        if (!isToldByClient(this.store, track, row)) {
          failure.add('http-failed', `${nameOfRow(track, row, values)}${previewOfRow(track, row, values)}`, place)
        }
        return this.reach(place, failure)
      }
      default:
        if (!(value?.kind === 'opaque' && value.className === 'Promise')) this.addThrow(place, values)
    }
  }

  /** One error object is told once, at its first throw; without an identity a throw that only passes another one on is not told. */
  private addThrow(place: RowPlace, values: readonly ValueNode[]): void {
    const { track, row } = place
    const isKnown = idsOf(values).some(id => this.byError.has(`${track.number} ${id}`))
    const failure = this.of(place, values, 'below')
    if (!isKnown && (idsOf(values).length > 0 || !isPassedOn(track, row))) {
      failure.add('thrown', `${siteOfRow(track, row)?.name ?? 'code'} threw ${errorText(values[0])}`, place)
    }
    this.reach(place, failure)
  }

  private addConsole(place: RowPlace, values: readonly ValueNode[]): void {
    const [first] = values
    const shown = first?.kind === 'array' ? first.items : values
    this.of(place, shown, 'around').add('console-error', formatConsole(shown), place)
  }

  /** The failure that the row tells of, which may be a new one. */
  private of({ track, row }: RowPlace, values: readonly ValueNode[], link: 'identity' | 'below' | 'around'): Failure {
    const keys = idsOf(values).map(id => `${track.number} ${id}`)
    const call = track.rows.call[row] ?? -1
    const at = call === -1 || link === 'identity' ? undefined : { track: track.number, call }
    const linked = at && (link === 'below' ? (this.below.get(keyOf(at)) ?? this.lastAsked(at)) : this.lastAround(at))
    const known = keys.map(key => this.byError.get(key)).find(each => each !== undefined) ?? linked
    const failure = known ?? new Failure()
    if (known === undefined) this.failures.push(failure)
    for (const key of keys) if (!this.byError.has(key)) this.byError.set(key, failure)
    return failure
  }

  /** Hands a failure to the call that the row's call returns to, and to the activity around it. */
  private reach({ track, row }: RowPlace, failure: Failure): void {
    const call = track.rows.call[row] ?? -1
    if (call === -1) return
    const own = { track: track.number, call }
    if (track.rows.kind[row] === EventKind.throwStatement) return void this.below.set(keyOf(own), failure)
    const parent = this.store.parentOf(own)
    if (parent) this.below.set(keyOf(parent), failure)
    const activity = this.activityAround(parent)
    if (activity === undefined) return
    this.below.set(keyOf(activity), failure)
    const asking = this.store.remoteParentOf(activity)
    if (asking) this.below.set(keyOf(asking), failure)
  }

  /** Of what the call asked others, the last that went wrong there: a caller may throw before its request has ended. */
  private lastAsked({ track, call }: CallPlace): Failure | undefined {
    const calls = this.store.tracks[track]?.calls
    let last: Failure | undefined
    for (let child = calls?.firstChild[call] ?? -1; calls && child !== -1; child = calls.nextSibling[child] ?? -1) {
      const isFailed = calls.activity[child] !== 0 && ((calls.marks[child] ?? 0) & CallMark.error) !== 0
      if (isFailed) last = this.below.get(keyOf({ track, call: child })) ?? last
    }
    return last
  }

  private lastAround(at: CallPlace): Failure | undefined {
    const activity = this.activityAround(at)
    return this.below.get(keyOf(at)) ?? (activity && this.below.get(keyOf(activity)))
  }

  private activityAround(from: CallPlace | undefined): CallPlace | undefined {
    let at = from
    while (at !== undefined && this.store.tracks[at.track]?.calls.activity[at.call] === 0) at = this.store.parentOf(at)
    return at
  }
}

const keyOf = ({ track, call }: CallPlace): string => `${track}.${call}`

/** Of error objects among the values: an error that is told in an activity's result or in a console message is the same object. */
const idsOf = (values: readonly ValueNode[]): readonly number[] =>
  values.flatMap(value => (value.kind === 'error' && value.id !== 0 ? [value.id] : []))

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

const errorText = (value: ValueNode | undefined): string => (value === undefined ? 'an error' : formatValue(value))

/** The answering side of a request whose asking side is in the trace too: the failure is told there. */
function isToldByClient(store: TraceStore, track: Track, row: number): boolean {
  const call = track.rows.call[row] ?? -1
  return call !== -1 && store.remoteParentOf({ track: track.number, call }) !== undefined
}

/** Where the row is, for people. */
export function placeOf(track: Track, row: number): string {
  const site = siteOfRow(track, row)
  if (site?.location) return `${site.functionName} at ${site.location.file}:${site.location.line}`
  const call = track.rows.call[row] ?? -1
  return call === -1 ? (track.definition?.name ?? `track ${track.number}`) : nameOfCall(track, call)
}
