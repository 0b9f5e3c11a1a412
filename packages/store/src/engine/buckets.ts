/**
 * The timeline strip: spans folded into (track, depth, column) cells, so that what is drawn is bounded by the screen and not by the
 * trace: a lane of the span index tells the longest call of a stretch of its calls.
 */
import type { BucketQuery, Buckets } from '@hindscope/protocol'
import { IndexList, gallop, lowerBound } from '../model/columns.ts'
import { endOf, spansOf, startOf } from '../model/span-index.ts'
import type { Lane } from '../model/span-index.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { refuse, wholeNumber } from './validate.ts'

const Flag = { error: 1, activity: 2, open: 4 } as const

interface Grid {
  readonly columns: number
  readonly fromUs: number
  readonly toUs: number
  /** End of spans that have not ended. */
  readonly openUntilUs: number
}

type Cells = Record<keyof Buckets, number[]>

export function queryBuckets(store: TraceStore, query: BucketQuery): Buckets {
  const columns = wholeNumber('buckets', 'columns', query.columns, { min: 1, max: 4096, fallback: NaN })
  const lanes = wholeNumber('buckets', 'maxDepth', query.maxDepth, { min: 1, max: 64, fallback: 8 })
  if (Number.isNaN(columns)) refuse('buckets', 'columns', query.columns, 'a whole number from 1 to 4096')
  const { fromUs, toUs } = query
  if (!Number.isFinite(fromUs)) refuse('buckets', 'fromUs', fromUs, 'microseconds since 1970')
  if (!Number.isFinite(toUs) || toUs <= fromUs) refuse('buckets', 'toUs', toUs, 'a time after fromUs')
  const cells: Cells = { track: [], depth: [], column: [], span: [], count: [], seq: [], flags: [] }
  const openUntilUs = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), fromUs)
  const grid: Grid = { columns, fromUs, toUs, openUntilUs }
  for (const track of store.tracks) {
    const index = spansOf(track, lanes)
    const starts = columnStarts(grid, track)
    index.lanes.forEach((lane, depth) =>
      fillLane({ grid, track, starts, lane, depth, looseErrors: depth === 0 ? index.looseErrors : NO_ROWS }, cells),
    )
  }
  return cells
}

/** The first rows and calls of each column, and of what comes after the last. */
interface ColumnStarts {
  readonly rows: Uint32Array
  readonly calls: Uint32Array
}

function columnStarts(grid: Grid, { rows, calls }: Track): ColumnStarts {
  const starts = { rows: new Uint32Array(grid.columns + 1), calls: new Uint32Array(grid.columns + 1) }
  const { time } = rows
  let row = 0
  let call = 0
  for (let column = 0; column <= grid.columns; column++) {
    const fromUs = columnStart(grid, column)
    row = gallop(row, rows.length, at => time.at(at) >= fromUs)
    call = gallop(call, calls.length, at => (calls.enterRow[at] as number) >= row) // SAFE: at < length
    starts.rows[column] = row
    starts.calls[column] = call
  }
  return starts
}

/** The first whole microsecond of a column; times of rows are whole. */
function columnStart(grid: Grid, column: number): number {
  const { fromUs, toUs, columns } = grid
  if (column === columns) return Math.ceil(toUs)
  let us = Math.ceil(fromUs + (column * (toUs - fromUs)) / columns)
  while (columnOf(grid, us - 1) >= column) us--
  while (columnOf(grid, us) < column) us++
  return us
}

const columnOf = (grid: Grid, timeUs: number): number =>
  Math.min(grid.columns - 1, Math.floor(((timeUs - grid.fromUs) / (grid.toUs - grid.fromUs)) * grid.columns))

interface LaneParts {
  readonly grid: Grid
  readonly track: Track
  readonly starts: ColumnStarts
  readonly lane: Lane
  readonly depth: number
  readonly looseErrors: IndexList
}

const NO_ROWS = new IndexList()

/** Adds the lane's cells, by column. A cell tells its longest span, of equals the one that began first, and whether any has an error. */
function fillLane(parts: LaneParts, cells: Cells): void {
  const { grid, track, starts, lane, depth, looseErrors } = parts
  const { openUntilUs } = grid
  let from = lane.positionOf(starts.calls[0] ?? 0, 0)
  let early = -1
  let earlyUs = -1
  let hasError = false
  lane.overlapping(from, grid.fromUs, openUntilUs, (call, isError) => {
    const lengthUs = endOf(track, call, openUntilUs) - startOf(track, call)
    hasError ||= isError
    if (lengthUs <= earlyUs) return
    early = call
    earlyUs = lengthUs
  })
  let errors = lane.errorsBefore(from, 0)
  let loose = lowerBound(0, looseErrors.length, at => looseErrors.at(at) >= (starts.rows[0] ?? 0))
  for (let column = 0; column < grid.columns; column++) {
    const to = lane.positionOf(starts.calls[column + 1] ?? 0, from)
    let call = lane.longestIn(from, to, openUntilUs)
    if (early !== -1 && (call === -1 || endOf(track, call, openUntilUs) - startOf(track, call) <= earlyUs)) call = early
    const errorsUntil = lane.errorsBefore(to, errors)
    hasError ||= errorsUntil > errors
    errors = errorsUntil
    const looseRow = loose < looseErrors.length ? looseErrors.at(loose) : Infinity
    while (loose < looseErrors.length && looseErrors.at(loose) < (starts.rows[column + 1] ?? 0)) loose++
    const hasLoose = looseRow < (starts.rows[column + 1] ?? 0)
    if (call !== -1 || hasLoose) {
      cells.track.push(track.number)
      cells.depth.push(depth)
      cells.column.push(column)
      cells.count.push(to - from)
      addLongest(parts, column, call === -1 ? undefined : call, looseRow, hasError || hasLoose, cells)
    }
    from = to
    early = -1
    hasError = false
  }
}

/** What stands for the cell: its longest call, without one the error at `looseRow`. */
function addLongest({ grid, track }: LaneParts, column: number, call: number | undefined, looseRow: number, hasError: boolean, cells: Cells): void {
  const error = hasError ? Flag.error : 0
  if (call === undefined) {
    cells.span.push(1)
    cells.seq.push(track.seqOf(looseRow))
    cells.flags.push(error)
    return
  }
  const { enterRow, exitRow, activity } = track.calls
  cells.span.push(columnOf(grid, Math.min(endOf(track, call, grid.openUntilUs), grid.toUs)) - column + 1)
  cells.seq.push(track.seqOf(enterRow[call] ?? 0))
  cells.flags.push(error | (activity[call] === 0 ? 0 : Flag.activity) | (exitRow[call] === -1 ? Flag.open : 0))
}
