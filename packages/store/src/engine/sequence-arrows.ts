/**
 * What realms or modules asked of each other, in columns and in order of time. Lifelines are numbered as they appear; nothing is folded or
 * put together yet.
 */
import { ActivityType } from '@hindscope/protocol'
import type { LifelineKind, SequenceArrow } from '@hindscope/protocol'
import { activityNamesOf } from '../model/activity-names.ts'
import { grown } from '../model/columns.ts'
import type { CallPlace } from '../model/call-place.ts'
import { CallMark } from '../model/call-table.ts'
import { siteOfCall } from '../model/describe.ts'
import { isSent } from '../model/sent-messages.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { at } from './path-tree.ts'

export const ARROW_KINDS: readonly SequenceArrow['kind'][] = ['call', 'cause', 'request', 'message', 'answer']
const Kind = { call: 0, cause: 1, request: 2, message: 3, answer: 4 } as const

/** Beyond so many arrows a diagram is of no use to anybody: what comes later is left out, and said to be. */
export const MOST_ARROWS = 100_000
/** Activities between a call and its caller that are looked through. */
const MOST_STEPS = 1000

export interface ArrowScope {
  readonly by: LifelineKind
  readonly tracks: readonly Track[]
  readonly fromUs: number
  /** Exclusive. */
  readonly toUs: number
  readonly tree: ReadonlyMap<number, ReadonlySet<number>> | undefined
}

/** -1: outside of what is recorded. */
export interface LifelineKey {
  readonly track: number
  /** Of modules; empty for realms and for code of which no manifest came. */
  readonly file: string
}

export class Arrows {
  length = 0
  /** There were more. */
  isCut = false
  timeUs: Float64Array = new Float64Array(256)
  from: Uint32Array = new Uint32Array(256)
  to: Uint32Array = new Uint32Array(256)
  kind: Uint8Array = new Uint8Array(256)
  /** Arrows between the same lifelines with the same number say the same. */
  alike: Uint32Array = new Uint32Array(256)
  /** The call or activity that the arrow is about, whose start or, of answers, end it shows. */
  track: Uint32Array = new Uint32Array(256)
  call: Uint32Array = new Uint32Array(256)
  readonly lifelines: LifelineKey[] = []
  private readonly byKey = new Map<string, number>()

  lifeline(track: number, file: string): number {
    const key = `${track} ${file}`
    let number = this.byKey.get(key)
    if (number === undefined) this.byKey.set(key, (number = this.lifelines.push({ track, file }) - 1))
    return number
  }

  push(timeUs: number, arrow: { readonly from: number; readonly to: number; readonly kind: number; readonly alike: number }, about: CallPlace): void {
    if (this.length === this.from.length) this.widen()
    const at_ = this.length++
    this.timeUs[at_] = timeUs
    this.from[at_] = arrow.from
    this.to[at_] = arrow.to
    this.kind[at_] = arrow.kind
    this.alike[at_] = arrow.alike
    this.track[at_] = about.track
    this.call[at_] = about.call
  }

  private widen(): void {
    const capacity = this.length * 2
    this.timeUs = grown(this.timeUs, capacity)
    this.kind = grown(this.kind, capacity)
    for (const column of ['from', 'to', 'alike', 'track', 'call'] as const) this[column] = grown(this[column], capacity)
  }
}

export const OUTSIDE = -1

export function collectArrows(store: TraceStore, scope: ArrowScope): Arrows {
  const arrows = new Arrows()
  const streams = scope.tracks.map(track => (scope.by === 'track' ? new RealmArrows(store, scope, track) : new ModuleArrows(store, scope, track)))
  for (;;) {
    let first: ArrowStream | undefined
    for (const stream of streams) if (stream.nextUs < (first?.nextUs ?? Infinity)) first = stream
    if (first === undefined) return arrows
    if (arrows.length === MOST_ARROWS) {
      arrows.isCut = true
      return arrows
    }
    first.take(arrows)
  }
}

/** The arrows of one track in order. */
interface ArrowStream {
  /** Infinity when there are no more. */
  readonly nextUs: number
  take(arrows: Arrows): void
}

const isInTree = ({ tree }: ArrowScope, track: Track, call: number): boolean =>
  tree === undefined || (tree.get(track.number)?.has(track.rootOfCall(call)) ?? false)

/** Calls of a function by code of another module. */
class ModuleArrows implements ArrowStream {
  nextUs = Infinity
  private readonly store: TraceStore
  private readonly scope: ArrowScope
  private readonly track: Track
  private readonly files = new Map<number, string>()
  private call = -1
  private caller: Caller = { kind: Kind.call, place: undefined }

  constructor(store: TraceStore, scope: ArrowScope, track: Track) {
    this.store = store
    this.scope = scope
    this.track = track
    this.advance()
  }

  take(arrows: Arrows): void {
    const { track, call, caller } = this
    const { place } = caller
    const from = place === undefined ? arrows.lifeline(OUTSIDE, '') : arrows.lifeline(place.track, this.fileOf(place))
    const to = arrows.lifeline(track.number, this.fileOf({ track: track.number, call }))
    arrows.push(this.nextUs, { from, to, kind: caller.kind, alike: track.siteOfCall(call) }, { track: track.number, call })
    this.advance()
  }

  private advance(): void {
    const { track, scope } = this
    const { calls } = track
    this.nextUs = Infinity
    while (++this.call < calls.length) {
      const { call } = this
      const timeUs = track.time(at(calls.enterRow, call))
      if (timeUs >= scope.toUs) return
      if (calls.activity[call] !== 0 || timeUs < scope.fromUs || !isInTree(scope, track, call)) continue
      this.caller = callerOf(this.store, { track: track.number, call })
      const { place } = this.caller
      if (place?.track === track.number && this.fileOf(place) === this.fileOf({ track: track.number, call })) continue
      this.nextUs = timeUs
      return
    }
  }

  private fileOf({ track: number, call }: CallPlace): string {
    const track = number === this.track.number ? this.track : this.store.tracks[number]
    if (track === undefined) return ''
    if (track !== this.track) return siteOfCall(track, call)?.location?.file ?? ''
    const probe = track.siteOfCall(call)
    let file = this.files.get(probe)
    if (file === undefined) this.files.set(probe, (file = siteOfCall(track, call)?.location?.file ?? ''))
    return file
  }
}

interface Caller {
  readonly kind: number
  /** undefined: nobody whose code is recorded. */
  readonly place: CallPlace | undefined
}

/** The nearest call of the user's code above, over all tracks, and what came between. */
function callerOf(store: TraceStore, place: CallPlace): Caller {
  let kind: number = Kind.call
  let from = place
  for (let step = 0; step < MOST_STEPS; step++) {
    const calls = store.tracks[from.track]?.calls
    if (calls === undefined) break
    const activity = calls.activity[from.call] ?? 0
    if (activity === ActivityType.httpServer || activity === ActivityType.httpClient) kind = Kind.request
    else if (activity === ActivityType.message && kind !== Kind.request) kind = Kind.message
    else if (kind === Kind.call && (activity !== 0 || ((calls.marks[from.call] ?? 0) & CallMark.asyncParent) !== 0)) kind = Kind.cause
    const parent = store.parentOf(from)
    if (parent === undefined) break
    if (store.tracks[parent.track]?.calls.activity[parent.call] === 0) return { kind, place: parent }
    from = parent
  }
  return { kind: kind === Kind.call ? Kind.cause : kind, place: undefined }
}

/** Requests and messages to a realm, and those that leave it for places that are not recorded. Answers come from what was asked. */
class RealmArrows implements ArrowStream {
  nextUs = Infinity
  private readonly store: TraceStore
  private readonly scope: ArrowScope
  private readonly track: Track
  /** Positions in the list of the track's activities. */
  private readonly events: Uint32Array
  private next = 0

  constructor(store: TraceStore, scope: ArrowScope, track: Track) {
    this.store = store
    this.scope = scope
    this.track = track
    this.events = this.collect()
    this.advance()
  }

  take(arrows: Arrows): void {
    const { track } = this
    const event = at(this.events, this.next)
    const position = event >>> 1
    const isEnd = (event & 1) === 1
    const names = activityNamesOf(track)
    const call = names.calls.at(position)
    const isMessage = track.calls.activity[call] === ActivityType.message
    const comesIn = (isMessage && !isSent(track, call)) || track.calls.activity[call] === ActivityType.httpServer
    const other = this.store.remoteParentOf({ track: track.number, call })?.track ?? OUTSIDE
    const [source, target] = comesIn === isEnd ? [track.number, other] : [other, track.number]
    const from = arrows.lifeline(source, '')
    const to = arrows.lifeline(target, '')
    const kind = isEnd ? Kind.answer : isMessage ? Kind.message : Kind.request
    const outcome = isEnd ? (track.calls.outcome[call] ?? 0) : 0
    arrows.push(this.nextUs, { from, to, kind, alike: names.alike.at(position) * 4 + outcome }, { track: track.number, call })
    this.next++
    this.advance()
  }

  /** Starts and ends in order of rows: an event is twice the position, and one more for the end. */
  private collect(): Uint32Array {
    const { track, scope } = this
    const { calls } = track
    const { calls: activities } = activityNamesOf(track)
    const found = new Uint32Array(activities.length * 2)
    let length = 0
    const isInside = (row: number): boolean => track.time(row) >= scope.fromUs && track.time(row) < scope.toUs
    for (let position = 0; position < activities.length; position++) {
      const call = activities.at(position)
      if (!this.isShown(call) || !isInTree(scope, track, call)) continue
      const exitRow = at(calls.exitRow, call)
      if (isInside(at(calls.enterRow, call))) found[length++] = position * 2
      // Messages are not answered, and what was asked for is answered where it was asked.
      if (calls.activity[call] !== ActivityType.message && exitRow !== -1 && isInside(exitRow)) found[length++] = position * 2 + 1
    }
    const rowOf = (event: number): number => at((event & 1) === 1 ? calls.exitRow : calls.enterRow, activities.at(event >>> 1))
    return found.slice(0, length).sort((a, b) => rowOf(a) - rowOf(b))
  }

  /** One of the two ends of a request shows it: the asking one only where the other is not recorded. */
  private isShown(call: number): boolean {
    const place = { track: this.track.number, call }
    switch (this.track.calls.activity[call]) {
      case ActivityType.httpServer:
        return this.store.remoteParentOf(place)?.track !== place.track
      case ActivityType.message:
        if (isSent(this.track, call)) return this.store.remoteChildrenOf(place).length === 0
        return this.store.remoteParentOf(place)?.track !== place.track
      case ActivityType.httpClient:
        return this.store.remoteChildrenOf(place).length === 0
      default:
        return false
    }
  }

  private advance(): void {
    const event = this.events[this.next]
    if (event === undefined) {
      this.nextUs = Infinity
      return
    }
    const { calls } = this.track
    const call = activityNamesOf(this.track).calls.at(event >>> 1)
    this.nextUs = this.track.time(at((event & 1) === 1 ? calls.exitRow : calls.enterRow, call))
  }
}
