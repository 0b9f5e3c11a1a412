/**
 * The timeline strip: spans folded into (track, depth, column) cells, so that what is drawn is bounded by the screen and not by the
 * trace: lanesOf gives neighbours that share a cell as one. A cell keeps its longest span.
 */
import type { BucketQuery, Buckets } from '@hindscope/protocol'
import { lanesOf } from '../model/span-index.ts'
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
    fillErrors(grid, track)
    collect(grid, track, result)
  }
  return result
}

function fillSpans(grid: Grid, track: Track): void {
  lanesOf(track, grid.lanes).forEach((lane, depth) => {
    const first = depth * grid.columns
    lane.visit(
      {
        span: (call, startUs, endUs) => {
          const cell = first + columnOf(grid, Math.max(startUs, grid.fromUs))
          putSpan(grid, track, cell, call, startUs, endUs)
          if (startUs >= grid.fromUs) grid.count[cell] = (grid.count[cell] ?? 0) + 1
        },
        spans: (count, longest, startUs) => {
          const cell = first + columnOf(grid, startUs)
          putSpan(grid, track, cell, longest, track.time(track.calls.enterRow[longest] ?? 0), track.time(track.calls.exitRow[longest] ?? 0))
          grid.count[cell] = (grid.count[cell] ?? 0) + count
        },
      },
      grid.fromUs,
      grid.toUs,
      grid.openUntilUs,
      timeUs => columnOf(grid, timeUs),
    )
  })
}

/** Keeps the longest span of the cell, of several the one that began first. */
function putSpan(grid: Grid, track: Track, cell: number, call: number, startUs: number, endUs: number): void {
  const lengthUs = endUs - startUs
  const row = track.calls.enterRow[call] ?? 0
  const before = grid.lengthUs[cell] ?? 0
  if (lengthUs < before || (lengthUs === before && row + 1 >= (grid.longest[cell] ?? 0))) return
  grid.lengthUs[cell] = lengthUs
  grid.longest[cell] = row + 1
  grid.span[cell] = columnOf(grid, Math.min(endUs, grid.toUs)) - (cell % grid.columns) + 1
  grid.flags[cell] = (track.calls.activity[call] === 0 ? 0 : Flag.activity) | (track.calls.exitRow[call] === -1 ? Flag.open : 0)
}

/** An error shows at the call it belongs to; outside of all calls in a cell of the first lane, which may have no span. */
function fillErrors(grid: Grid, track: Track): void {
  const { rows, calls, errorRows } = track
  for (let i = 0; i < errorRows.length; i++) {
    const row = errorRows.at(i)
    const call = rows.call[row] ?? -1
    const enterRow = call === -1 ? row : (calls.enterRow[call] ?? 0)
    const startUs = track.time(enterRow)
    const exitRow = call === -1 ? row : (calls.exitRow[call] ?? -1)
    const endUs = exitRow === -1 ? Math.max(grid.openUntilUs, startUs) : track.time(exitRow)
    if (startUs >= grid.toUs || endUs < grid.fromUs) continue
    const depth = call === -1 ? 0 : Math.min(rows.depth[enterRow] ?? 0, grid.lanes - 1)
    const cell = depth * grid.columns + columnOf(grid, Math.max(startUs, grid.fromUs))
    if (grid.longest[cell] === 0) {
      grid.longest[cell] = row + 1
      grid.span[cell] = 1
    }
    grid.flags[cell] = (grid.flags[cell] ?? 0) | Flag.error
  }
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
