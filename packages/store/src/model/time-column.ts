/**
 * Times of a track's rows, microseconds since 1970, never falling: 32 bits a row, counted from the first row and begun anew every 71
 * minutes. Fractions of a microsecond are dropped.
 */
import { grown, lowerBound } from './columns.ts'

const SPAN = 0x1_0000_0000

export class TimeColumn {
  private low: Uint32Array = new Uint32Array(64)
  /** First rows of the stretches, and what the rows in them count from. */
  private readonly firstRows: number[] = []
  private readonly bases: number[] = []
  private lastUs = -Infinity

  reserve(capacity: number): void {
    if (capacity !== this.low.length) this.low = grown(this.low, capacity)
  }

  /** Rows are pushed in order. A time before that of the row before it becomes that one's. */
  push(row: number, timeUs: number): void {
    if (timeUs > this.lastUs) this.lastUs = Math.floor(timeUs)
    const base = this.bases[this.bases.length - 1]
    if (base === undefined || this.lastUs - base >= SPAN) {
      this.firstRows.push(row)
      this.bases.push(this.lastUs)
      this.low[row] = 0
    } else this.low[row] = this.lastUs - base
  }

  /** `row` is one that was pushed. */
  at(row: number): number {
    const { bases } = this
    const stretch = bases.length === 1 ? 0 : lowerBound(0, bases.length, i => (this.firstRows[i] as number) > row) - 1 // SAFE: i < length
    return (bases[stretch] as number) + (this.low[row] as number) // SAFE: the row was pushed
  }
}
