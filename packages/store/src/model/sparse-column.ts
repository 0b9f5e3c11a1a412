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

  /** The number of an entry below the length. */
  valueAt(index: number): number {
    return this.values[index] as number // SAFE: below the length
  }

  /** The first entry of a row that is `row` or later. */
  indexFrom(row: number): number {
    const { rows } = this
    return lowerBound(0, this.length, i => (rows[i] as number) >= row) // SAFE: i < length
  }

  /** 0 for rows without one. */
  at(row: number): number {
    const index = this.indexFrom(row)
    return index < this.length && this.rows[index] === row ? this.valueAt(index) : 0
  }
}
