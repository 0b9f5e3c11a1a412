/** `follows`, `caused by`, `causes`: every event is asked the inner condition once, then each row looks its own causal tree up. */
import type { Condition } from '@hindscope/protocol'
import type { RowTest } from '../engine/event-filter.ts'
import { IndexList, lowerBound } from '../model/columns.ts'
import { Mark } from '../model/row-table.ts'
import type { CallPlace } from '../model/call-place.ts'
import type { Track } from '../model/track.ts'
import type { Scan, Steps } from './scan.ts'

type Relation = Extract<Condition, { kind: 'follows' | 'causedBy' | 'causes' }>
type TestFactory = (track: Track) => RowTest

export function* relationTest(scan: Scan, relation: Relation, inner: TestFactory): Steps<TestFactory> {
  switch (relation.kind) {
    case 'follows':
      return yield* followsTest(scan, inner, relation.withinUs ?? Infinity)
    case 'causedBy':
      return yield* causedByTest(scan, inner)
    case 'causes':
      return yield* causesTest(scan, inner)
  }
}

function* visitMatches(scan: Scan, inner: TestFactory, visit: (track: Track, row: number) => void): Steps<void> {
  for (const track of scan.tracks) {
    const test = inner(track)
    const end = scan.endOf(track)
    for (let row = 0; row < end; row++) {
      if (scan.passes()) yield
      if (test(row)) visit(track, row)
    }
  }
}

/** Matches by causal tree and track, in order of time: of each list only the last one before a row counts. */
function* followsTest(scan: Scan, inner: TestFactory, withinUs: number): Steps<TestFactory> {
  const trees = new Map<number, Map<Track, IndexList>>()
  const treeOf = treeNumbers(scan)
  yield* visitMatches(scan, inner, (track, row) => {
    const number = treeOf(track, row)
    if (number === -1) return
    let tree = trees.get(number)
    if (tree === undefined) trees.set(number, (tree = new Map()))
    const rows = tree.get(track)
    if (rows === undefined) tree.set(track, listOf(row))
    else rows.push(row)
  })
  return track => row => {
    const tree = trees.get(treeOf(track, row))
    if (tree === undefined) return false
    for (const [other, rows] of tree) {
      const last = lastBefore(other, rows, track, row)
      if (last !== -1 && track.time(row) - other.time(last) <= withinUs) return true
    }
    return false
  }
}

function listOf(row: number): IndexList {
  const list = new IndexList()
  list.push(row)
  return list
}

/** The last of `rows` before a row of any track, in the one order; -1 when there is none. */
function lastBefore(other: Track, rows: IndexList, track: Track, row: number): number {
  const timeUs = track.time(row)
  const isAtOrAfter = (candidate: number): boolean =>
    other === track ? candidate >= row : other.time(candidate) > timeUs || (other.time(candidate) === timeUs && other.number > track.number)
  const index = lowerBound(0, rows.length, i => isAtOrAfter(rows.at(i))) - 1
  return index === -1 ? -1 : rows.at(index)
}

const numberOf = ({ track, call }: CallPlace): number => track * 0x1_0000_0000 + call

/** A number for the causal tree of a row, -1 for a row outside of all calls. Decided once per call without a parent in its track. */
function treeNumbers({ store }: Scan): (track: Track, row: number) => number {
  const byRoot = new Map<number, number>()
  return (track, row) => {
    const call = track.rows.call[row] ?? -1
    if (call === -1) return -1
    const root: CallPlace = { track: track.number, call: track.rootOfCall(call) }
    const key = numberOf(root)
    let number = byRoot.get(key)
    if (number === undefined) byRoot.set(key, (number = numberOf(store.rootOf(root))))
    return number
  }
}

/** A call's first and last event lie beside it, everything else that belongs to it inside. */
const isInside = (track: Track, row: number): boolean => ((track.rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)) === 0

/** One number a call, over all tracks. */
const callColumns = (scan: Scan): readonly Uint32Array[] => scan.tracks.map(track => new Uint32Array(track.calls.length))
const bump = (column: Uint32Array | undefined, call: number): void => {
  if (column !== undefined) column[call] = (column[call] ?? 0) + 1
}

function* causedByTest(scan: Scan, inner: TestFactory): Steps<TestFactory> {
  const hits = callColumns(scan)
  yield* visitMatches(scan, inner, (track, row) => {
    const call = track.rows.call[row] ?? -1
    if (call !== -1) bump(hits[track.number], call)
  })
  const isBelowHit = belowHits(scan, hits)
  return track => {
    const test = inner(track)
    return row => {
      const call = track.rows.call[row] ?? -1
      if (call === -1) return false
      // Within its call an event is not its own cause.
      const others = isInside(track, row) ? (hits[track.number]?.[call] ?? 0) - (test(row) ? 1 : 0) : 0
      return others > 0 || isBelowHit({ track: track.number, call })
    }
  }
}

/** Whether a call above has a hit. Every call is walked over once: what was found is kept for all calls on the way. */
function belowHits(scan: Scan, hits: readonly Uint32Array[]): (place: CallPlace) => boolean {
  const [unknown, no, yes] = [0, 1, 2]
  const known = callColumns(scan)
  return place => {
    const way: CallPlace[] = []
    let state = known[place.track]?.[place.call] ?? no
    for (let at = place; state === unknown;) {
      way.push(at)
      const parent = scan.store.parentOf(at)
      if (parent === undefined) state = no
      else {
        at = parent
        state = (hits[at.track]?.[at.call] ?? 0) > 0 ? yes : (known[at.track]?.[at.call] ?? no)
      }
    }
    for (const { track, call } of way) {
      const column = known[track]
      if (column !== undefined) column[call] = state
    }
    return state === yes
  }
}

/** The counterpart: an event causes those that are caused by it. */
function* causesTest(scan: Scan, inner: TestFactory): Steps<TestFactory> {
  const inside = callColumns(scan)
  const below = callColumns(scan)
  yield* visitMatches(scan, inner, (track, row) => {
    const call = track.rows.call[row] ?? -1
    if (call === -1) return
    if (isInside(track, row)) bump(inside[track.number], call)
    let at = scan.store.parentOf({ track: track.number, call })
    // Above a marked call all are marked.
    while (at !== undefined && below[at.track]?.[at.call] === 0) {
      bump(below[at.track], at.call)
      at = scan.store.parentOf(at)
    }
  })
  return track => {
    const test = inner(track)
    return row => {
      const call = track.rows.call[row] ?? -1
      if (call === -1) return false
      const own = isInside(track, row) && test(row) ? 1 : 0
      return (inside[track.number]?.[call] ?? 0) - own > 0 || below[track.number]?.[call] === 1
    }
  }
}
