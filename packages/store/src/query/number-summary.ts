/** What aggregates are made of, for one field in one group. */
import { grown } from '../model/columns.ts'

/** How many values percentiles may keep, over all groups of an answer: 8 bytes each. */
export class SampleBudget {
  leftOut = 0
  private left: number
  constructor(samples: number) {
    this.left = samples
  }

  take(): boolean {
    if (this.left === 0) {
      this.leftOut++
      return false
    }
    this.left--
    return true
  }
}

export class NumberSummary {
  count = 0
  sum = 0
  min: number = Infinity
  max: number = -Infinity
  private readonly budget: SampleBudget | undefined
  private samples: Float64Array = new Float64Array(0)
  private kept = 0
  private isSorted = false

  /** Without a budget no values are kept, and there are no percentiles. */
  constructor(budget: SampleBudget | undefined) {
    this.budget = budget
  }

  add(value: number): void {
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.budget?.take() !== true) return
    if (this.kept === this.samples.length) this.samples = grown(this.samples, Math.max(8, this.kept * 2))
    this.samples[this.kept++] = value
  }

  /** The smallest value that at least this part of all values do not exceed (nearest rank). Null when none was kept. */
  percentile(part: number): number | null {
    if (!this.isSorted) this.samples.subarray(0, this.kept).sort()
    this.isSorted = true
    return this.kept === 0 ? null : (this.samples[Math.max(0, Math.ceil(part * this.kept) - 1)] ?? null)
  }
}
