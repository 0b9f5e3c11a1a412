/**
 * Cells to pixels on the CPU: one pixel row for the bars of a lane and one for their lower edges, one pixel column per device pixel, which
 * the canvas then scales to the height of a lane. At any zoom this writes at most 2 × lanes × width pixels; drawing the same cells as
 * rectangles costs fifty times as much.
 *
 * Strength tells how many spans share a cell (60 % for one thin span to 100 % for many). Errors are drawn apart, above the strip.
 *
 * Cells come in levels: each replaces those before it within the time that it covers, so that a coarse level shows where a fine one ends.
 */
import type { AxisSpan } from '../layout/axis-window.ts'
import { CellFlag } from '../layout/cells.ts'
import type { Cells } from '../layout/cells.ts'

/** Colours as the little-endian ABGR words of ImageData, from weak to strong. */
export interface StripPalette {
  readonly call: readonly number[]
  readonly activity: readonly number[]
  readonly callEdge: number
  readonly activityEdge: number
}

export const STRENGTHS = 5

/** 0 for a single span, growing with the logarithm of the count. */
const strengthOf = (count: number): number => Math.min(STRENGTHS - 1, Math.floor(Math.log2(Math.max(1, count))))

/** Words that `paintStrip` fills: a row of bars and a row of edges for each lane. */
export const STRIP_ROWS = 2

/** Cells of at least `seam` pixels leave their last pixel free, so that neighbours stay apart. */
export function paintStrip(out: Uint32Array, width: number, levels: readonly Cells[], window: AxisSpan, palette: StripPalette, seam: number): void {
  out.fill(0)
  const scale = width / (window.to - window.from)
  levels.forEach((cells, level) => {
    if (level > 0) clearColumns(out, width, cells.covered, window, scale)
    for (let i = 0; i < cells.size; i++) {
      const left = Math.max(0, Math.floor(((cells.start[i] ?? 0) - window.from) * scale))
      const end = Math.min(width, Math.ceil(((cells.end[i] ?? 0) - window.from) * scale))
      if (end <= 0 || left >= width) continue
      const isWide = end - left >= seam
      const right = isWide ? end - 1 : Math.max(end, left + 1)
      const isActivity = ((cells.flags[i] ?? 0) & CellFlag.activity) !== 0
      const shades = isActivity ? palette.activity : palette.call
      const bar = (cells.lane[i] ?? 0) * STRIP_ROWS * width
      out.fill(shades[isWide ? STRENGTHS - 1 : strengthOf(cells.count[i] ?? 1)] ?? 0, bar + left, bar + right)
      out.fill(isActivity ? palette.activityEdge : palette.callEdge, bar + width + left, bar + width + right)
    }
  })
}

function clearColumns(out: Uint32Array, width: number, { from, to }: AxisSpan, window: AxisSpan, scale: number): void {
  const left = Math.max(0, Math.ceil((from - window.from) * scale))
  const right = Math.min(width, Math.floor((to - window.from) * scale))
  for (let row = 0; left < right && row < out.length; row += width) out.fill(0, row + left, row + right)
}

/** Pixel columns with an error, per lane: errors must survive every aggregation. */
export function errorColumns(levels: readonly Cells[], window: AxisSpan, width: number): readonly (readonly [lane: number, x: number])[] {
  const scale = width / (window.to - window.from)
  const seen = new Set<number>()
  const columns: (readonly [number, number])[] = []
  levels.forEach((cells, level) => {
    const replaced = levels[level + 1]?.covered
    for (let i = 0; i < cells.size; i++) {
      if (!((cells.flags[i] ?? 0) & CellFlag.error)) continue
      const start = cells.start[i] ?? 0
      if (replaced && start >= replaced.from && start < replaced.to) continue
      const x = Math.floor((start - window.from) * scale)
      const end = ((cells.end[i] ?? 0) - window.from) * scale
      const lane = cells.lane[i] ?? 0
      const at = Math.max(0, x)
      if (end < 0 || at >= width || seen.has(lane * width + at)) continue
      seen.add(lane * width + at)
      columns.push([lane, at])
    }
  })
  return columns
}
