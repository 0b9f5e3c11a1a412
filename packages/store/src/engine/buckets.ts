/**
 * The timeline strip: spans folded into (track, depth, column) cells, so that what is drawn is bounded by the screen and not by the
 * trace. One pass over the calls of each track; a cell keeps its longest span.
 */
import type { BucketQuery, Buckets } from '@hindscope/protocol'
import { CallMark } from '../model/call-table.ts'
import { Mark } from '../model/row-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { refuse, wholeNumber } from './validate.ts'

const Flag = { error: 1, activity: 2, open: 4 } as const

interface Grid {
  readonly columns: number
  readonly lanes: number
  readonly fromUs: number
  readonly toUs: number
  /** End of spans that have not ended. */
  readonly openUntilUs: number
  readonly count: Uint32Array
  readonly flags: Uint8Array
  /** Row that entered the cell's longest span, plus 1; 0 = empty cell. */
  readonly longest: Uint32Array
  readonly span: Uint16Array
  readonly lengthUs: Float64Array
}

export function queryBuckets(store: TraceStore, query: BucketQuery): Buckets {
  const columns = wholeNumber('buckets', 'columns', query.columns, { min: 1, max: 4096, fallback: NaN })
  const lanes = wholeNumber('buckets', 'maxDepth', query.maxDepth, { min: 1, max: 64, fallback: 8 })
  if (Number.isNaN(columns)) refuse('buckets', 'columns', query.columns, 'a whole number from 1 to 4096')
  const { fromUs, toUs } = query
  if (!Number.isFinite(fromUs)) refuse('buckets', 'fromUs', fromUs, 'microseconds since 1970')
  if (!Number.isFinite(toUs) || toUs <= fromUs) refuse('buckets', 'toUs', toUs, 'a time after fromUs')
  const result: Record<keyof Buckets, number[]> = { track: [], depth: [], column: [], span: [], count: [], seq: [], flags: [] }
  const openUntilUs = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), fromUs)
  for (const track of store.tracks) {
    const cells = columns * lanes
    const grid: Grid = {
      columns,
      lanes,
      fromUs,
      toUs,
      openUntilUs,
      count: new Uint32Array(cells),
      flags: new Uint8Array(cells),
      longest: new Uint32Array(cells),
      span: new Uint16Array(cells),
      lengthUs: new Float64Array(cells).fill(-1),
    }
    fillSpans(grid, track)
    fillLooseErrors(grid, track)
    collect(grid, track, result)
  }
  return result
}

function fillSpans(grid: Grid, track: Track): void {
  const { calls } = track
  for (let call = 0; call < calls.length; call++) {
    const enterRow = calls.enterRow[call] ?? 0
    const startUs = track.time(enterRow)
    if (startUs >= grid.toUs) break
    const exitRow = calls.exitRow[call] ?? -1
    const endUs = exitRow === -1 ? Math.max(grid.openUntilUs, startUs) : track.time(exitRow)
    if (endUs < grid.fromUs) continue
    const marks = calls.marks[call] ?? 0
    const flags = (calls.activity[call] === 0 ? 0 : Flag.activity) | (exitRow === -1 ? Flag.open : 0)
    const cell = put(grid, { depth: track.rows.depth[enterRow] ?? 0, startUs, endUs, row: enterRow, flags })
    if ((marks & CallMark.error) !== 0) grid.flags[cell] = (grid.flags[cell] ?? 0) | Flag.error
    if (startUs >= grid.fromUs) grid.count[cell] = (grid.count[cell] ?? 0) + 1
  }
}

/** Errors outside any call still show: a cell of their own in the first lane, without a span. */
function fillLooseErrors(grid: Grid, track: Track): void {
  const { rows, errorRows } = track
  for (let i = 0; i < errorRows.length; i++) {
    const row = errorRows.at(i)
    const timeUs = track.time(row)
    if (rows.call[row] !== -1 || timeUs < grid.fromUs || timeUs >= grid.toUs || ((rows.marks[row] ?? 0) & Mark.error) === 0) continue
    const cell = put(grid, { depth: 0, startUs: timeUs, endUs: timeUs, row, flags: 0 })
    grid.flags[cell] = (grid.flags[cell] ?? 0) | Flag.error
  }
}

function put(grid: Grid, span: { depth: number; startUs: number; endUs: number; row: number; flags: number }): number {
  const column = columnOf(grid, Math.max(span.startUs, grid.fromUs))
  const cell = Math.min(span.depth, grid.lanes - 1) * grid.columns + column
  const lengthUs = span.endUs - span.startUs
  if (lengthUs > (grid.lengthUs[cell] ?? 0)) {
    grid.lengthUs[cell] = lengthUs
    grid.longest[cell] = span.row + 1
    grid.span[cell] = columnOf(grid, Math.min(span.endUs, grid.toUs)) - column + 1
    grid.flags[cell] = ((grid.flags[cell] ?? 0) & Flag.error) | span.flags
  }
  return cell
}

const columnOf = (grid: Grid, timeUs: number): number =>
  Math.min(grid.columns - 1, Math.floor(((timeUs - grid.fromUs) / (grid.toUs - grid.fromUs)) * grid.columns))

function collect(grid: Grid, track: Track, result: Record<keyof Buckets, number[]>): void {
  for (let cell = 0; cell < grid.longest.length; cell++) {
    const row = (grid.longest[cell] ?? 0) - 1
    if (row === -1) continue
    result.track.push(track.number)
    result.depth.push(Math.floor(cell / grid.columns))
    result.column.push(cell % grid.columns)
    result.span.push(grid.span[cell] ?? 1)
    result.count.push(grid.count[cell] ?? 0)
    result.seq.push(track.seqOf(row))
    result.flags.push(grid.flags[cell] ?? 0)
  }
}
