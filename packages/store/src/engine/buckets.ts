/**
 * The timeline strip: spans folded into (track, depth, column) cells, so that what is drawn is bounded by the screen and not by the
 * trace: a lane of the span index tells the longest call of a stretch of its calls.
 */
import type { BucketQuery, Buckets } from '@hindscope/protocol'
import { IndexList, gallop, lowerBound } from '../model/columns.ts'
import { BY_ROW, BY_TIME, spansOf } from '../model/span-index.ts'
import type { Lane, Measure } from '../model/span-index.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { rowsBefore } from './order-positions.ts'
import { refuse, wholeNumber } from './validate.ts'

const Flag = { error: 1, activity: 2, open: 4 } as const

type Cells = Record<Exclude<keyof Buckets, 'columnUs'>, number[]>

export function queryBuckets(store: TraceStore, query: BucketQuery): Buckets {
  const columns = wholeNumber('buckets', 'columns', query.columns, { min: 1, max: 4096, fallback: NaN })
  const lanes = wholeNumber('buckets', 'maxDepth', query.maxDepth, { min: 1, max: 64, fallback: 8 })
  if (Number.isNaN(columns)) refuse('buckets', 'columns', query.columns, 'a whole number from 1 to 4096')
  const axis = 'fromPosition' in query ? orderAxis(store, query, columns) : timeAxis(store, query, columns)
  const cells: Cells = { track: [], depth: [], column: [], span: [], count: [], seq: [], flags: [] }
  store.tracks.forEach((track, i) => {
    const stretch = axis.stretches[i]
    if (stretch === undefined) return
    const starts = columnStarts(track, stretch.rows)
    const index = spansOf(track, lanes, axis.measure)
    index.lanes.forEach((lane, depth) =>
      fillLane(
        { columns, measure: axis.measure, stretch, track, starts, lane, depth, looseErrors: depth === 0 ? index.looseErrors : NO_ROWS },
        cells,
      ),
    )
  })
  return axis.columnUs === undefined ? cells : { ...cells, columnUs: axis.columnUs }
}

/** A track in the columns. */
interface Stretch {
  /** The first row of each column, and of what comes after the last. */
  readonly rows: Uint32Array
  /** In the unit of the measure: where the first column begins, and the end of spans that have not ended. */
  readonly from: number
  readonly openUntil: number
  /** The column in which spans end that have not ended. */
  readonly openColumn: number
}

interface Axis {
  readonly measure: Measure
  /** By track. */
  readonly stretches: readonly Stretch[]
  readonly columnUs?: readonly number[]
}

function timeAxis(store: TraceStore, query: { readonly fromUs: number; readonly toUs: number }, columns: number): Axis {
  const { fromUs, toUs } = query
  if (!Number.isFinite(fromUs)) refuse('buckets', 'fromUs', fromUs, 'microseconds since 1970')
  if (!Number.isFinite(toUs) || toUs <= fromUs) refuse('buckets', 'toUs', toUs, 'a time after fromUs')
  const openUntil = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), fromUs)
  const grid = { columns, fromUs, toUs }
  const columnFrom = Array.from({ length: columns + 1 }, (_, column) => columnStart(grid, column))
  const openColumn = columnOf(grid, Math.min(openUntil, toUs))
  const stretches = store.tracks.map(({ rows: { time, length } }) => {
    const rows = new Uint32Array(columns + 1)
    let row = 0
    columnFrom.forEach((us, column) => {
      row = gallop(row, length, at => time.at(at) >= us)
      rows[column] = row
    })
    return { rows, from: fromUs, openUntil, openColumn }
  })
  return { measure: BY_TIME, stretches }
}

function orderAxis(store: TraceStore, query: { readonly fromPosition: number; readonly toPosition: number }, columns: number): Axis {
  const { tracks } = store
  const from = wholeNumber('buckets', 'fromPosition', query.fromPosition, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  const to = wholeNumber('buckets', 'toPosition', query.toPosition, { min: from + 1, max: Number.MAX_SAFE_INTEGER, fallback: from + 1 })
  if (columns > to - from) refuse('buckets', 'columns', columns, 'not more columns than positions')
  const rows = tracks.map(() => new Uint32Array(columns + 1))
  const columnUs: number[] = []
  const lastUs = tracks.reduce((last, track) => Math.max(last, track.lastUs), 0)
  let cut: readonly number[] | undefined
  for (let column = 0; column <= columns; column++) {
    cut = rowsBefore(tracks, from + Math.ceil((column * (to - from)) / columns), cut)
    let firstUs = Infinity
    for (const [i, row] of cut.entries()) {
      const track = tracks[i]
      if (track !== undefined && row < track.rows.length) firstUs = Math.min(firstUs, track.time(row))
      rows[i]?.fill(row, column, column + 1)
    }
    columnUs.push(Math.min(firstUs, lastUs))
  }
  const events = tracks.reduce((count, track) => count + track.rows.length, 0)
  const openColumn = Math.min(columns - 1, Math.max(0, Math.floor(((events - 1 - from) * columns) / (to - from))))
  const stretches = tracks.map((track, i) => {
    const own = rows[i] ?? new Uint32Array(columns + 1)
    return { rows: own, from: own[0] ?? 0, openUntil: from < events ? track.rows.length : 0, openColumn }
  })
  return { measure: BY_ROW, stretches, columnUs }
}

/** The first rows and calls of each column, and of what comes after the last. */
interface ColumnStarts {
  readonly rows: Uint32Array
  readonly calls: Uint32Array
}

function columnStarts({ calls }: Track, rows: Uint32Array): ColumnStarts {
  let call = 0
  return {
    rows,
    calls: rows.map(row => (call = gallop(call, calls.length, at => (calls.enterRow[at] as number) >= row))), // SAFE: at < length
  }
}

interface TimeGrid {
  readonly columns: number
  readonly fromUs: number
  readonly toUs: number
}

/** The first whole microsecond of a column; times of rows are whole. */
function columnStart(grid: TimeGrid, column: number): number {
  const { fromUs, toUs, columns } = grid
  if (column === columns) return Math.ceil(toUs)
  let us = Math.ceil(fromUs + (column * (toUs - fromUs)) / columns)
  while (columnOf(grid, us - 1) >= column) us--
  while (columnOf(grid, us) < column) us++
  return us
}

const columnOf = (grid: TimeGrid, timeUs: number): number =>
  Math.min(grid.columns - 1, Math.floor(((timeUs - grid.fromUs) / (grid.toUs - grid.fromUs)) * grid.columns))

interface LaneParts {
  readonly columns: number
  readonly measure: Measure
  readonly stretch: Stretch
  readonly track: Track
  readonly starts: ColumnStarts
  readonly lane: Lane
  readonly depth: number
  readonly looseErrors: IndexList
}

const NO_ROWS = new IndexList()

/** Adds the lane's cells, by column. A cell tells its longest span, of equals the one that began first, and whether any has an error. */
function fillLane(parts: LaneParts, cells: Cells): void {
  const { columns, measure, stretch, track, starts, lane, depth, looseErrors } = parts
  const { openUntil } = stretch
  const lengthOf = (call: number): number => measure.end(track, call, openUntil) - measure.start(track, call)
  let from = lane.positionOf(starts.calls[0] ?? 0, 0)
  let early = -1
  let earlyLength = -1
  let hasError = false
  lane.overlapping(from, stretch.from, openUntil, (call, isError) => {
    const length = lengthOf(call)
    hasError ||= isError
    if (length <= earlyLength) return
    early = call
    earlyLength = length
  })
  let errors = lane.errorsBefore(from, 0)
  let loose = lowerBound(0, looseErrors.length, at => looseErrors.at(at) >= (starts.rows[0] ?? 0))
  for (let column = 0; column < columns; column++) {
    const to = lane.positionOf(starts.calls[column + 1] ?? 0, from)
    let call = lane.longestIn(from, to, openUntil)
    if (early !== -1 && (call === -1 || lengthOf(call) <= earlyLength)) call = early
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
function addLongest(parts: LaneParts, column: number, call: number | undefined, looseRow: number, hasError: boolean, cells: Cells): void {
  const { track, starts, columns, stretch } = parts
  const error = hasError ? Flag.error : 0
  if (call === undefined) {
    cells.span.push(1)
    cells.seq.push(track.seqOf(looseRow))
    cells.flags.push(error)
    return
  }
  const { enterRow, exitRow, activity } = track.calls
  const exit = exitRow[call] ?? -1
  const last = exit === -1 ? Math.max(column, stretch.openColumn) : lowerBound(column, columns - 1, at => (starts.rows[at + 1] ?? 0) > exit)
  cells.span.push(last - column + 1)
  cells.seq.push(track.seqOf(enterRow[call] ?? 0))
  cells.flags.push(error | (activity[call] === 0 ? 0 : Flag.activity) | (exit === -1 ? Flag.open : 0))
}
