/**
 * Cells to pixels on the CPU: one pixel row per lane, one pixel column per device pixel, which the canvas then scales to the height of
 * a lane. At any zoom this writes at most lanes × width pixels; drawing the same cells as rectangles costs fifty times as much.
 *
 * Strength tells how many spans share a cell (60 % for one thin span to 100 % for many). Errors are drawn apart, above the strip.
 */
import type { AxisSpan } from '../layout/axis-window.ts'
import { CellFlag } from '../layout/cells.ts'
import type { Cells } from '../layout/cells.ts'

/** Colours as the little-endian ABGR words of ImageData, from weak to strong. */
export interface StripPalette {
  readonly call: readonly number[]
  readonly activity: readonly number[]
}

export const STRENGTHS = 5

/** 0 for a single span, growing with the logarithm of the count. */
const strengthOf = (count: number): number => Math.min(STRENGTHS - 1, Math.floor(Math.log2(Math.max(1, count))))

/** Fills `out` (width × lanes words). Cells of at least `seam` pixels leave their last pixel free, so that neighbours stay apart. */
export function paintStrip(out: Uint32Array, width: number, cells: Cells, window: AxisSpan, palette: StripPalette, seam: number): void {
  out.fill(0)
  const scale = width / (window.to - window.from)
  for (let i = 0; i < cells.size; i++) {
    const left = Math.max(0, Math.floor(((cells.start[i] ?? 0) - window.from) * scale))
    const end = Math.min(width, Math.ceil(((cells.end[i] ?? 0) - window.from) * scale))
    const right = end - left >= seam ? end - 1 : Math.max(end, left + 1)
    if (end <= 0 || left >= width) continue
    const flags = cells.flags[i] ?? 0
    const wide = end - left >= seam
    const shades = flags & CellFlag.activity ? palette.activity : palette.call
    const colour = shades[wide ? STRENGTHS - 1 : strengthOf(cells.count[i] ?? 1)] ?? 0
    const row = (cells.lane[i] ?? 0) * width
    out.fill(colour, row + left, row + Math.min(right, width))
  }
}

/** Pixel columns with an error, per lane: errors must survive every aggregation. */
export function errorColumns(cells: Cells, window: AxisSpan, width: number): readonly (readonly [lane: number, x: number])[] {
  const scale = width / (window.to - window.from)
  const seen = new Set<number>()
  const columns: (readonly [number, number])[] = []
  for (let i = 0; i < cells.size; i++) {
    if (!((cells.flags[i] ?? 0) & CellFlag.error)) continue
    const x = Math.floor(((cells.start[i] ?? 0) - window.from) * scale)
    const end = ((cells.end[i] ?? 0) - window.from) * scale
    const lane = cells.lane[i] ?? 0
    const at = Math.max(0, x)
    if (end < 0 || at >= width || seen.has(lane * width + at)) continue
    seen.add(lane * width + at)
    columns.push([lane, at])
  }
  return columns
}
