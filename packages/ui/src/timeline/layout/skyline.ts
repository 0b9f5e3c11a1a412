/** The whole session in one line: how deep the calls go at each column, and where errors are. */
import type { Buckets } from '@hindscope/protocol'
import { CellFlag } from './cells.ts'

export interface Skyline {
  /** Deepest call per column over all tracks; 0 = nothing. */
  readonly heights: Uint8Array
  readonly errors: Uint8Array
  readonly highest: number
}

export function skylineOf(buckets: Buckets, columns: number): Skyline {
  const heights = new Uint8Array(columns)
  const errors = new Uint8Array(columns)
  let highest = 1
  buckets.column.forEach((column, i) => {
    const height = Math.min(255, (buckets.depth[i] ?? 0) + 1)
    highest = Math.max(highest, height)
    const end = Math.min(columns, column + Math.max(1, buckets.span[i] ?? 1))
    for (let x = Math.max(0, column); x < end; x++) if ((heights[x] ?? 0) < height) heights[x] = height
    if ((buckets.flags[i] ?? 0) & CellFlag.error && column < columns) errors[column] = 1
  })
  return { heights, errors, highest }
}
