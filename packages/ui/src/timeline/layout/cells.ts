/**
 * The engine's bucket answer as columns of numbers in drawing order: by lane, then by start. A cell keeps its own place on the axis, so that an
 * older answer can be drawn in a newer window until the fresh one arrives (there is never a blank area while panning).
 */
import type { Buckets } from '@hindscope/protocol'
import { axisToCss, spanOf } from './axis-window.ts'
import type { AxisSpan } from './axis-window.ts'
import type { LaneLayout } from './lanes.ts'

export const CellFlag = { error: 1, activity: 2, open: 4 } as const

export interface Cells {
  /** What was asked for: where there is no cell in it, nothing was recorded. */
  readonly covered: AxisSpan
  readonly size: number
  readonly lane: Uint16Array
  readonly start: Float64Array
  readonly end: Float64Array
  readonly count: Uint32Array
  readonly track: Uint16Array
  readonly seq: Uint32Array
  readonly flags: Uint8Array
  /** Cells of lane n are [laneStart[n], laneStart[n + 1]). */
  readonly laneStart: Uint32Array
}

export function layoutCells(buckets: Buckets, asked: AxisSpan, columns: number, layout: LaneLayout): Cells {
  const perColumn = spanOf(asked) / columns
  const firstLane = new Map(layout.tracks.map(track => [track.track, track]))
  const laneOf = (i: number): number => {
    const place = firstLane.get(buckets.track[i] ?? -1)
    const depth = buckets.depth[i] ?? 0
    return place && depth < place.lanes ? place.firstLane + depth : -1
  }
  const order: number[] = []
  for (let i = 0; i < buckets.track.length; i++) if (laneOf(i) >= 0) order.push(i)
  order.sort((a, b) => laneOf(a) - laneOf(b) || (buckets.column[a] ?? 0) - (buckets.column[b] ?? 0))
  const size = order.length
  const cells: Cells = {
    covered: asked,
    size,
    lane: new Uint16Array(size),
    start: new Float64Array(size),
    end: new Float64Array(size),
    count: new Uint32Array(size),
    track: new Uint16Array(size),
    seq: new Uint32Array(size),
    flags: new Uint8Array(size),
    laneStart: new Uint32Array(layout.laneCount + 1),
  }
  order.forEach((from, to) => {
    const start = asked.from + (buckets.column[from] ?? 0) * perColumn
    cells.lane[to] = laneOf(from)
    cells.start[to] = start
    cells.end[to] = start + Math.max(1, buckets.span[from] ?? 1) * perColumn
    cells.count[to] = buckets.count[from] ?? 1
    cells.track[to] = buckets.track[from] ?? 0
    cells.seq[to] = buckets.seq[from] ?? 0
    cells.flags[to] = buckets.flags[from] ?? 0
    cells.laneStart[laneOf(from) + 1] = to + 1
  })
  for (let lane = 1; lane <= layout.laneCount; lane++) {
    cells.laneStart[lane] = Math.max(cells.laneStart[lane] ?? 0, cells.laneStart[lane - 1] ?? 0)
  }
  return cells
}

export const covers = (cells: Cells, window: AxisSpan): boolean => cells.covered.from <= window.from && cells.covered.to >= window.to

/** The cell under a point, with two pixels of grace for thin ones; the last one drawn wins. -1 when there is none. */
export function hitCell(cells: Cells, lane: number, cssX: number, window: AxisSpan, cssWidth: number): number {
  const from = cells.laneStart[lane] ?? 0
  const to = cells.laneStart[lane + 1] ?? 0
  let near = -1
  let nearCss = 3
  for (let i = to - 1; i >= from; i--) {
    const cssLeft = axisToCss(cells.start[i] ?? 0, window, cssWidth)
    const cssRight = Math.max(cssLeft + 1, axisToCss(cells.end[i] ?? 0, window, cssWidth))
    if (cssX >= cssLeft && cssX < cssRight) return i
    const away = cssX < cssLeft ? cssLeft - cssX : cssX - cssRight
    if (away < nearCss) {
      near = i
      nearCss = away
    }
  }
  return near
}

export interface WideCell {
  readonly index: number
  readonly lane: number
  readonly cssLeft: number
  readonly cssRight: number
}

/** Cells wide enough for a label, cut to the window, widest first when there are more than `limit`. */
export function wideCells(cells: Cells, window: AxisSpan, cssWidth: number, cssLeast: number, limit: number): readonly WideCell[] {
  const wide: WideCell[] = []
  for (let i = 0; i < cells.size; i++) {
    const cssLeft = Math.max(0, axisToCss(cells.start[i] ?? 0, window, cssWidth))
    const cssRight = Math.min(cssWidth, axisToCss(cells.end[i] ?? 0, window, cssWidth))
    if (cssRight - cssLeft >= cssLeast) wide.push({ index: i, lane: cells.lane[i] ?? 0, cssLeft, cssRight })
  }
  if (wide.length <= limit) return wide
  return wide.toSorted((a, b) => b.cssRight - b.cssLeft - (a.cssRight - a.cssLeft)).slice(0, limit)
}
