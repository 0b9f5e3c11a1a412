/** The events that match, in the order that was asked for. */
import type { Field, QueryTree } from '@hindscope/protocol'
import type { RowTest } from '../engine/event-filter.ts'
import { firstRowLater } from '../engine/order.ts'
import type { RowPlace } from '../engine/order.ts'
import type { Track } from '../model/track.ts'
import type { CompiledCondition } from './condition.ts'
import { never, sourceOf } from './condition.ts'
import type { RowSource } from '../engine/row-source.ts'
import { cellReader } from './field-reader.ts'
import type { CellReader } from './field-reader.ts'
import { compareCells } from './literal-test.ts'
import type { Cell } from './literal-test.ts'
import type { Scan, Steps } from './scan.ts'
import { TopRows } from './top-rows.ts'
import { rangeOf } from './time-range.ts'

export interface EventOrder {
  readonly by: Field
  readonly direction: 'asc' | 'desc'
}

/** Where a search goes on. */
export interface SearchPlace extends RowPlace {
  /** The row itself was not looked at yet. */
  readonly isNext?: boolean
}

export interface FoundRows {
  readonly places: readonly RowPlace[]
  /** Where the search ran out of time. */
  readonly stopped?: SearchPlace
}

export interface EventSelection {
  readonly where: QueryTree['where']
  readonly condition: CompiledCondition
  readonly order: readonly EventOrder[]
  /** The last row of the page before, or the next one to look at. */
  readonly after: SearchPlace | undefined
  readonly limit: number
}

const isTime = (field: Field | undefined): boolean => field?.kind === 'field' && field.name === 'time'
/** The search may end before everything was looked at. */
export const isInTime = ([first]: readonly EventOrder[]): boolean => first === undefined || isTime(first.by)

/** At most `limit` rows. In order of time the search ends at the last of them; else everything is looked at and `limit` rows are kept. */
export function* eventRows(scan: Scan, selection: EventSelection): Steps<FoundRows> {
  if (isInTime(selection.order)) return yield* rowsInTime(scan, selection, selection.order[0]?.direction ?? 'asc')
  return { places: yield* rowsByKeys(scan, selection) }
}

interface Head {
  readonly track: Track
  readonly test: RowTest
  readonly source: RowSource | undefined
  readonly start: number
  readonly end: number
  row: number
  /** The row was looked at, and matches. */
  isMatch: boolean
}

function* rowsInTime(scan: Scan, selection: EventSelection, direction: 'asc' | 'desc'): Steps<FoundRows> {
  const step = direction === 'asc' ? 1 : -1
  const heads: Head[] = []
  const places: RowPlace[] = []
  for (const track of scan.tracks) {
    const head = headOf(scan, selection, track, step)
    if (head.test !== never && head.row * step < head.end * step) heads.push(head)
  }
  // The head that is behind moves, a little at a time: everything before the hindmost was looked at when time is up.
  while (places.length < selection.limit) {
    const next = hindmost(heads, step)
    if (next === undefined) break
    if (next.isMatch) {
      places.push({ track: next.track, row: next.row })
      scan.matched++
      next.isMatch = false
      next.row += step
    } else {
      if (scan.isStopped && next.row !== next.start) return { places, stopped: { track: next.track, row: next.row, isNext: true } }
      if (!advance(scan, next, step)) {
        yield
        scan.isStopped = scan.isOutOfTime
      }
    }
    if (next.row * step >= next.end * step) heads.splice(heads.indexOf(next), 1)
  }
  return { places }
}

function hindmost(heads: readonly Head[], step: 1 | -1): Head | undefined {
  let best: Head | undefined
  for (const head of heads) if (best === undefined || step * comparePlaces(head, best) < 0) best = head
  return best
}

function headOf(scan: Scan, { where, condition, after }: EventSelection, track: Track, step: 1 | -1): Head {
  const { from, to } = rangeOf(scan, where, track)
  const isUp = step === 1
  const beside = after === undefined ? undefined : rowBeside(track, after, step)
  const start = isUp ? Math.max(from, beside ?? from) : Math.min(to - 1, beside ?? to - 1)
  const end = isUp ? to : from - 1
  return { track, test: condition.testOf(track), source: sourceOf(condition, track), start, end, row: start, isMatch: false }
}

/** The first row of `track` behind `after`, or the last before it. */
function rowBeside(track: Track, after: SearchPlace, step: 1 | -1): number {
  if (track === after.track) return after.isNext === true ? after.row : after.row + step
  const timeUs = after.track.time(after.row)
  // Of rows at the same time those of tracks with smaller numbers come first.
  const row = track.number < after.track.number ? firstRowLater(track, timeUs) : track.rowAtTime(timeUs)
  return step === 1 ? row : row - 1
}

const ROWS_A_TURN = 1024

/** Moves to the next row that matches, the present one included, or past some that do not. False when it is time to hand back control. */
function advance(scan: Scan, head: Head, step: 1 | -1): boolean {
  const { test, source, end } = head
  for (let turn = 0; turn < ROWS_A_TURN && head.row * step < end * step; turn++, head.row += step) {
    if (scan.passes()) return false
    if (source !== undefined) {
      const candidate = step === 1 ? source.next(head.row) : source.previous(head.row)
      head.row = candidate === -1 ? end : candidate
      if (head.row * step >= end * step) return true
    }
    head.isMatch = test(head.row)
    if (head.isMatch) return true
  }
  return true
}

/** The first row to look at from `row` on, -1 when there is none. */
export const firstFrom = (source: RowSource | undefined, row: number): number => (source === undefined ? row : source.next(row))

/** The one order: time, track, sequence. */
export const comparePlaces = (a: RowPlace, b: RowPlace): number =>
  a.track.time(a.row) - b.track.time(b.row) || a.track.number - b.track.number || a.row - b.row

interface KeyedRow extends RowPlace {
  readonly cells: readonly (Cell | undefined)[]
}

function* rowsByKeys(scan: Scan, { where, condition, order, after, limit }: EventSelection): Steps<RowPlace[]> {
  const compare = (a: KeyedRow, b: KeyedRow): number => {
    for (let i = 0; i < order.length; i++) {
      const { by, direction } = order[i] as EventOrder // SAFE: i < length
      const difference = isTime(by) ? comparePlaces(a, b) * (direction === 'asc' ? 1 : -1) : compareCells(a.cells[i], b.cells[i], direction)
      if (difference !== 0) return difference
    }
    return comparePlaces(a, b)
  }
  const readersOf = (track: Track): readonly CellReader[] => order.map(({ by }) => cellReader(scan, by, track))
  const keyed = ({ track, row }: RowPlace, readers: readonly CellReader[]): KeyedRow => ({ track, row, cells: readers.map(read => read(row)) })
  const bound = after === undefined ? undefined : keyed(after, readersOf(after.track))
  const top = new TopRows(limit, compare)
  for (const track of scan.tracks) {
    const test = condition.testOf(track)
    if (test === never) continue
    const readers = readersOf(track)
    const { from, to } = rangeOf(scan, where, track)
    const source = sourceOf(condition, track)
    for (let row = firstFrom(source, from); row !== -1 && row < to; row = firstFrom(source, row + 1)) {
      if (scan.passes()) yield
      if (!test(row)) continue
      scan.matched++
      const candidate = keyed({ track, row }, readers)
      if (bound === undefined || compare(candidate, bound) > 0) top.add(candidate)
    }
  }
  return top.sorted()
}
