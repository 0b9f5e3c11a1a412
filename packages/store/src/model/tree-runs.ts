/**
 * Which rows of a track belong to the same causal tree. Neighbouring rows mostly do, so rows are kept as runs: where a run begins, and the
 * call at the top of its tree within the track.
 */
import { grown, lowerBound } from './columns.ts'

export const NO_TREE = -1

/** Rows [from, to). */
export interface RowRange {
  readonly from: number
  readonly to: number
}

export class TreeRuns {
  private count = 0
  private starts = new Uint32Array(16)
  private roots = new Int32Array(16)
  /** Runs by root, in order, as far as they were asked for: chained from the last one back. */
  private readonly lastRun = new Map<number, number>()
  private previous = new Int32Array(0)
  private chained = 0

  /** Rows come in order; `root` is NO_TREE for rows outside of all calls. */
  push(row: number, root: number): void {
    if (this.count > 0 && this.roots[this.count - 1] === root) return
    if (this.count === this.starts.length) {
      const capacity = this.count + (this.count >> 1)
      this.starts = grown(this.starts, capacity)
      this.roots = grown(this.roots, capacity)
    }
    this.starts[this.count] = row
    this.roots[this.count++] = root
  }

  rootOf(row: number): number {
    const { starts, count } = this
    // Mostly asked for what came last.
    if (count > 0 && (starts[count - 1] as number) <= row) return this.roots[count - 1] as number // SAFE: below count
    const run = lowerBound(0, count, i => (starts[i] as number) > row) - 1 // SAFE: as above
    return run === -1 ? NO_TREE : (this.roots[run] as number) // SAFE: as above
  }

  /** The rows of a tree, ascending; `rows` is how many the track has. */
  rangesOf(root: number, rows: number): RowRange[] {
    this.chain()
    const ranges: RowRange[] = []
    for (let run = this.lastRun.get(root) ?? -1; run !== -1; run = this.previous[run] as number) {
      const to = run + 1 < this.count ? (this.starts[run + 1] as number) : rows // SAFE: below count
      ranges.push({ from: this.starts[run] as number, to }) // SAFE: as above
    }
    return ranges.reverse()
  }

  private chain(): void {
    if (this.previous.length < this.count) this.previous = grown(this.previous, this.starts.length)
    for (; this.chained < this.count; this.chained++) {
      const root = this.roots[this.chained] as number // SAFE: below count
      this.previous[this.chained] = this.lastRun.get(root) ?? -1
      this.lastRun.set(root, this.chained)
    }
  }
}
