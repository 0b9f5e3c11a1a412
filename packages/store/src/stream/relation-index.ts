/**
 * `follows` and `caused by` for streams: what the inner condition matched so far, added to as events arrive. Of matches only those
 * before a row in the one order of events count for it.
 */
import type { RowTest } from '../engine/event-filter.ts'
import type { CallPlace } from '../model/call-place.ts'
import { IndexList, grown, lowerBound } from '../model/columns.ts'
import { Mark } from '../model/row-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import type { TurnBudget } from './turn-budget.ts'

type TestFactory = (track: Track) => RowTest

export abstract class RelationIndex {
  /** Rows looked at, by track. */
  private done: number[] = []

  /** Looks at rows that are new; false when the turn is over before all were. */
  extend(store: TraceStore, inner: TestFactory, budget: TurnBudget): boolean {
    for (const track of store.tracks) {
      const test = inner(track)
      for (let row = this.done[track.number] ?? 0; row < track.rows.length; row++) {
        if (budget.isOver()) return false
        if (test(row)) this.add(store, track, row)
        this.done[track.number] = row + 1
      }
    }
    return true
  }

  /** Rows have other numbers now. */
  forget(): void {
    this.done = []
    this.clear()
  }

  abstract testOf(store: TraceStore): TestFactory
  protected abstract add(store: TraceStore, track: Track, row: number): void
  protected abstract clear(): void
}

const keyOf = ({ track, call }: CallPlace): number => track * 0x1_0000_0000 + call

/** Whether `row` of `track` lies before `at` of `other` in the one order. */
function isBefore(track: Track, row: number, other: Track, at: number): boolean {
  if (track.number === other.number) return row < at
  return track.time(row) < other.time(at) || (track.time(row) === other.time(at) && track.number < other.number)
}

/** Matches by causal tree and track. A tree is the one that was known when the match came. */
export class FollowsIndex extends RelationIndex {
  private readonly withinUs: number
  private trees = new Map<number, Map<number, IndexList>>()

  constructor(withinUs: number) {
    super()
    this.withinUs = withinUs
  }

  testOf(store: TraceStore): TestFactory {
    const tracks = store.tracks
    return track => row => {
      const tree = this.trees.get(treeOf(store, track, row))
      if (tree === undefined) return false
      for (const [number, rows] of tree) {
        const other = tracks[number]
        if (other === undefined) continue
        const index = lowerBound(0, rows.length, i => !isBefore(other, rows.at(i), track, row)) - 1
        if (index !== -1 && track.time(row) - other.time(rows.at(index)) <= this.withinUs) return true
      }
      return false
    }
  }

  protected add(store: TraceStore, track: Track, row: number): void {
    const key = treeOf(store, track, row)
    if (key === -1) return
    let tree = this.trees.get(key)
    if (tree === undefined) this.trees.set(key, (tree = new Map()))
    let rows = tree.get(track.number)
    if (rows === undefined) tree.set(track.number, (rows = new IndexList()))
    rows.push(row)
  }

  protected clear(): void {
    this.trees = new Map()
  }
}

/** -1 outside of all calls. */
function treeOf(store: TraceStore, track: Track, row: number): number {
  const call = track.rows.call[row] ?? -1
  return call === -1 ? -1 : keyOf(store.rootOf({ track: track.number, call: track.rootOfCall(call) }))
}

interface Hit {
  readonly track: Track
  readonly row: number
}

/** The first match in each call. */
export class CausedByIndex extends RelationIndex {
  private readonly first = new CallColumn()

  testOf(store: TraceStore): TestFactory {
    const above = new HitsAbove(store, this.first)
    return track => row => {
      const call = track.rows.call[row] ?? -1
      if (call === -1) return false
      // A call's first and last event lie beside it, everything else that belongs to it inside.
      const isInside = ((track.rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)) === 0
      if (isInside && this.first.get(track.number, call) < row) return true
      const hit = above.of({ track: track.number, call })
      return hit !== undefined && isBefore(hit.track, hit.row, track, row)
    }
  }

  protected add(_: TraceStore, track: Track, row: number): void {
    const call = track.rows.call[row] ?? -1
    if (call !== -1 && this.first.get(track.number, call) === NONE) this.first.set(track.number, call, row)
  }

  protected clear(): void {
    this.first.clear()
  }
}

/** Above every row, so that it is before none. */
const NONE = 0xffff_ffff

/** A row number by call, over all tracks. */
class CallColumn {
  private columns: Uint32Array[] = []

  get(track: number, call: number): number {
    return this.columns[track]?.[call] ?? NONE
  }

  set(track: number, call: number, row: number): void {
    const old = this.columns[track] ?? new Uint32Array(0)
    if (call >= old.length) this.columns[track] = grown(old, Math.max(64, call + (call >> 1) + 1)).fill(NONE, old.length)
    const column = this.columns[track] as Uint32Array // SAFE: just made long enough
    column[call] = row
  }

  clear(): void {
    this.columns = []
  }
}

/** The earliest match in the calls above a call. Made anew when matches or links were added: each call is walked over once. */
class HitsAbove {
  private readonly store: TraceStore
  private readonly first: CallColumn
  private readonly known = new Map<number, Hit | undefined>()

  constructor(store: TraceStore, first: CallColumn) {
    this.store = store
    this.first = first
  }

  of(place: CallPlace): Hit | undefined {
    const way: { readonly key: number; readonly parent: CallPlace | undefined }[] = []
    let hit: Hit | undefined
    for (let at: CallPlace | undefined = place; at !== undefined;) {
      const key = keyOf(at)
      if (this.known.has(key)) {
        hit = this.known.get(key)
        break
      }
      const parent: CallPlace | undefined = this.store.parentOf(at)
      way.push({ key, parent })
      at = parent
    }
    for (const { key, parent } of way.reverse()) {
      if (parent !== undefined) hit = earlier(hit, this.hitIn(parent))
      this.known.set(key, hit)
    }
    return hit
  }

  private hitIn({ track, call }: CallPlace): Hit | undefined {
    const row = this.first.get(track, call)
    const of = this.store.tracks[track]
    return row === NONE || of === undefined ? undefined : { track: of, row }
  }
}

function earlier(a: Hit | undefined, b: Hit | undefined): Hit | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return isBefore(b.track, b.row, a.track, a.row) ? b : a
}
