/**
 * Which activity caused which, over all tracks, in columns: one number per activity that was asked for, in order of time. Threads hang below
 * the nearest activity above that can make one; calls, timers and promises between them are passed over.
 */
import { ActivityType } from '@hindscope/protocol'
import { activityNamesOf } from '../model/activity-names.ts'
import { OutcomeCode } from '../model/call-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { at } from './path-tree.ts'

export const NONE = -1

/** Timers set timers and clicks follow clicks without an end: they belong to a thread, but are none. */
const MAKES_THREAD: ReadonlySet<number> = new Set([
  ActivityType.httpClient,
  ActivityType.httpServer,
  ActivityType.message,
  ActivityType.process,
  ActivityType.custom,
  ActivityType.span,
])

export interface ThreadScope {
  readonly tracks: readonly Track[]
  readonly fromUs: number
  /** Exclusive. */
  readonly toUs: number
  /** 1 for each ActivityType that is wanted. */
  readonly types: Uint8Array
  /** By track, the tops of the causal tree that is wanted; undefined = all. */
  readonly tree: ReadonlyMap<number, ReadonlySet<number>> | undefined
}

export class ActivityThreads {
  readonly size: number
  readonly track: Uint32Array
  readonly call: Uint32Array
  readonly startUs: Float64Array
  /** Infinity while it is open. */
  readonly endUs: Float64Array
  /** Number of the activity that it hangs below; NONE where a thread begins. */
  readonly parent: Int32Array
  readonly firstChild: Int32Array
  readonly nextSibling: Int32Array
  /** First of the activities that begin threads, chained by `nextSibling`. */
  readonly firstRoot: number
  /** The first of the neighbours alike that it is one of. */
  readonly runHead: Uint32Array
  /** Of the first how many they are, of all others 0. */
  readonly runLength: Uint32Array

  constructor(store: TraceStore, scope: ThreadScope) {
    const found = collect(scope)
    const { size } = found
    this.size = size
    this.track = found.track
    this.call = found.call
    this.startUs = found.startUs
    this.endUs = found.endUs
    this.parent = parentsOf(store, scope, found)
    this.firstChild = new Int32Array(size).fill(NONE)
    this.nextSibling = new Int32Array(size).fill(NONE)
    let firstRoot = NONE
    for (let i = size - 1; i >= 0; i--) {
      const parent = at(this.parent, i)
      this.nextSibling[i] = parent === NONE ? firstRoot : at(this.firstChild, parent)
      if (parent === NONE) firstRoot = i
      else this.firstChild[parent] = i
    }
    this.firstRoot = firstRoot
    this.runHead = new Uint32Array(size)
    this.runLength = new Uint32Array(size)
    this.findRuns(store, found.alike)
  }

  private findRuns(store: TraceStore, alike: Uint32Array): void {
    const outcomes = this.call.map((call, i) => (store.tracks[at(this.track, i)]?.calls.outcome[call] === OutcomeCode.threw ? 1 : 0))
    // Parents come in any order, so every list of siblings is entered at its first: one that no sibling leads to.
    const isLater = new Uint8Array(this.size)
    for (let i = 0; i < this.size; i++) {
      const next = at(this.nextSibling, i)
      if (next !== NONE) isLater[next] = 1
    }
    for (let first = 0; first < this.size; first++) {
      if (isLater[first] === 1) continue
      let head = first
      for (let i = first; i !== NONE; i = at(this.nextSibling, i)) {
        const isAlike = alike[i] === alike[head] && outcomes[i] === outcomes[head] && this.isOfKind(store, i, head)
        if (!isAlike) head = i
        this.runHead[i] = head
        this.runLength[head] = at(this.runLength, head) + 1
      }
    }
  }

  /** Of the same type and track, and of the same causal tree there: clicks that each ask once are no repetition. */
  private isOfKind(store: TraceStore, i: number, other: number): boolean {
    const track = store.tracks[at(this.track, i)]
    if (track === undefined || this.track[i] !== this.track[other]) return false
    const [call, otherCall] = [at(this.call, i), at(this.call, other)]
    return track.calls.activity[call] === track.calls.activity[otherCall] && track.rootOfCall(call) === track.rootOfCall(otherCall)
  }
}

interface Collected {
  readonly size: number
  readonly track: Uint32Array
  readonly call: Uint32Array
  readonly alike: Uint32Array
  readonly startUs: Float64Array
  readonly endUs: Float64Array
}

/** The activities that are wanted, by time, track and call. */
function collect({ tracks, fromUs, toUs, types, tree }: ThreadScope): Collected {
  const most = tracks.reduce((sum, track) => sum + activityNamesOf(track).calls.length, 0)
  const columns = { track: new Uint32Array(most), call: new Uint32Array(most), alike: new Uint32Array(most) }
  const startUs = new Float64Array(most)
  const endUs = new Float64Array(most)
  let size = 0
  for (const track of tracks) {
    const roots = tree?.get(track.number)
    if (tree !== undefined && roots === undefined) continue
    const { calls } = track
    const names = activityNamesOf(track)
    for (let i = 0; i < names.calls.length; i++) {
      const call = names.calls.at(i)
      const start = track.time(at(calls.enterRow, call))
      const exitRow = at(calls.exitRow, call)
      const end = exitRow === -1 ? Infinity : track.time(exitRow)
      if (types[calls.activity[call] ?? 0] !== 1 || start >= toUs || end < fromUs) continue
      if (roots !== undefined && !roots.has(track.rootOfCall(call))) continue
      columns.track[size] = track.number
      columns.call[size] = call
      columns.alike[size] = names.alike.at(i)
      startUs[size] = start
      endUs[size++] = end
    }
  }
  const order = Uint32Array.from({ length: size }, (_, i) => i)
  // Collected by track and call: a stable order of time is all that is missing.
  order.sort((a, b) => at(startUs, a) - at(startUs, b) || a - b)
  return {
    size,
    track: order.map(i => at(columns.track, i)),
    call: order.map(i => at(columns.call, i)),
    alike: order.map(i => at(columns.alike, i)),
    startUs: Float64Array.from(order, i => at(startUs, i)),
    endUs: Float64Array.from(order, i => at(endUs, i)),
  }
}

function parentsOf(store: TraceStore, { tracks }: ThreadScope, { size, track, call }: Collected): Int32Array {
  const numbers = new Map(tracks.map(each => [each.number, new Int32Array(each.calls.length).fill(NONE)]))
  for (let i = 0; i < size; i++) {
    const ofTrack = numbers.get(at(track, i))
    if (ofTrack !== undefined) ofTrack[at(call, i)] = i
  }
  const nearest = new Map(tracks.map(each => [each.number, nearestThreads(each, numbers.get(each.number))]))
  const parents = new Int32Array(size)
  for (let i = 0; i < size; i++) parents[i] = parentOf(store, { track: at(track, i), call: at(call, i) }, numbers, nearest)
  return parents
}

type ByTrack = ReadonlyMap<number, Int32Array>

/** For each call the nearest activity above it within the track that makes a thread, by number. */
function nearestThreads({ calls }: Track, numbers: Int32Array | undefined): Int32Array {
  const nearest = new Int32Array(calls.length).fill(NONE)
  if (numbers === undefined) return nearest
  for (let call = 0; call < calls.length; call++) {
    const parent = at(calls.parent, call)
    if (parent === -1) continue
    const makes = at(numbers, parent) !== NONE && MAKES_THREAD.has(calls.activity[parent] ?? 0)
    nearest[call] = makes ? at(numbers, parent) : at(nearest, parent)
  }
  return nearest
}

/** Goes from the top of the tree within the track to the track that caused it, until there is a thread. */
function parentOf(store: TraceStore, place: { readonly track: number; readonly call: number }, numbers: ByTrack, nearest: ByTrack): number {
  let from = place
  for (;;) {
    const local = nearest.get(from.track)?.[from.call] ?? NONE
    if (local !== NONE) return local
    const track = store.tracks[from.track]
    const remote = track && store.remoteParentOf({ track: from.track, call: track.rootOfCall(from.call) })
    if (remote === undefined) return NONE
    const own = numbers.get(remote.track)?.[remote.call] ?? NONE
    if (own !== NONE && MAKES_THREAD.has(store.tracks[remote.track]?.calls.activity[remote.call] ?? 0)) return own
    from = remote
  }
}
