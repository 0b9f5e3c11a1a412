/** A number of few rows: pairs of row and number, rows ascending. Eight bytes a row that has one, nothing for the others. */
import { grown, lowerBound } from './columns.ts'

export class SparseColumn {
  length = 0
  private rows = new Uint32Array(16)
  private values = new Uint32Array(16)

  /** Rows come in order. */
  push(row: number, value: number): void {
    if (this.length === this.rows.length) {
      const capacity = this.length + (this.length >> 1)
      this.rows = grown(this.rows, capacity)
      this.values = grown(this.values, capacity)
    }
    this.rows[this.length] = row
    this.values[this.length++] = value
  }

  /** The row of an entry below the length. */
  rowAt(index: number): number {
    return this.rows[index] as number // SAFE: below the length
  }

  /** 0 for rows without one. */
  at(row: number): number {
    const { rows } = this
    const index = lowerBound(0, this.length, i => (rows[i] as number) >= row) // SAFE: i < length
    return index < this.length && rows[index] === row ? (this.values[index] as number) : 0 // SAFE: index < length
  }
}
