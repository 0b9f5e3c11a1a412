/** The events that match, in the order that was asked for. */
import type { Field, QueryTree } from '@hindscope/protocol'
import type { RowTest } from '../engine/event-filter.ts'
import { firstRowLater } from '../engine/order.ts'
import type { RowPlace } from '../engine/order.ts'
import type { Track } from '../model/track.ts'
import type { CompiledCondition } from './condition.ts'
import { never } from './condition.ts'
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

export interface EventSelection {
  readonly where: QueryTree['where']
  readonly condition: CompiledCondition
  readonly order: readonly EventOrder[]
  /** The last row of the page before. */
  readonly after: RowPlace | undefined
  readonly limit: number
}

const isTime = (field: Field | undefined): boolean => field?.kind === 'field' && field.name === 'time'

/** At most `limit` rows. In order of time the search ends at the last of them; else everything is looked at and `limit` rows are kept. */
export function* eventRows(scan: Scan, selection: EventSelection): Steps<RowPlace[]> {
  const [first] = selection.order
  if (first === undefined || isTime(first.by)) return yield* rowsInTime(scan, selection, first?.direction ?? 'asc')
  return yield* rowsByKeys(scan, selection)
}

interface Head {
  readonly track: Track
  readonly test: RowTest
  readonly end: number
  row: number
}

function* rowsInTime(scan: Scan, selection: EventSelection, direction: 'asc' | 'desc'): Steps<RowPlace[]> {
  const step = direction === 'asc' ? 1 : -1
  const heads: Head[] = []
  for (const track of scan.tracks) {
    const head = headOf(scan, selection, track, step)
    if (head.test !== never && (yield* advance(scan, head, step))) heads.push(head)
  }
  const rows: RowPlace[] = []
  while (rows.length < selection.limit) {
    const next = heads.reduce<Head | undefined>((best, head) => (best === undefined || step * comparePlaces(head, best) < 0 ? head : best), undefined)
    if (next === undefined) break
    rows.push({ track: next.track, row: next.row })
    scan.matched++
    next.row += step
    if (!(yield* advance(scan, next, step))) heads.splice(heads.indexOf(next), 1)
  }
  return rows
}

function headOf(scan: Scan, { where, condition, after }: EventSelection, track: Track, step: 1 | -1): Head {
  const { from, to } = rangeOf(scan, where, track)
  const test = condition.testOf(track)
  if (step === 1) return { track, test, end: to, row: after === undefined ? from : Math.max(from, rowBeside(track, after, 1)) }
  return { track, test, end: from - 1, row: after === undefined ? to - 1 : Math.min(to - 1, rowBeside(track, after, -1)) }
}

/** The first row of `track` behind `after`, or the last before it. */
function rowBeside(track: Track, after: RowPlace, step: 1 | -1): number {
  if (track === after.track) return after.row + step
  const timeUs = after.track.time(after.row)
  // Of rows at the same time those of tracks with smaller numbers come first.
  const row = track.number < after.track.number ? firstRowLater(track, timeUs) : track.rowAtTime(timeUs)
  return step === 1 ? row : row - 1
}

/** Moves to the next row that matches, the present one included; false at the end. */
function* advance(scan: Scan, head: Head, step: 1 | -1): Steps<boolean> {
  const { test, end } = head
  for (; head.row * step < end * step; head.row += step) {
    if (scan.passes()) yield
    if (test(head.row)) return true
  }
  return false
}

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
    for (let row = from; row < to; row++) {
      if (scan.passes()) yield
      if (!test(row)) continue
      scan.matched++
      const candidate = keyed({ track, row }, readers)
      if (bound === undefined || compare(candidate, bound) > 0) top.add(candidate)
    }
  }
  return top.sorted()
}
