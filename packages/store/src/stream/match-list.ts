/** The newest matches of one track, by sequence number: what one subscriber of a query found, the others need not look for again. */
import { lowerBound } from '../model/columns.ts'

/** Twice as many at most. */
const KEPT = 2048

export class MatchList {
  /** Everything in [from, to) was looked at, and its matches are in `seqs`. */
  private from = 0
  private to = -1
  private seqs: number[] = []

  get length(): number {
    return this.seqs.length
  }

  /** The first sequence number that has not been looked at. */
  get end(): number {
    return this.to
  }

  covers(seq: number): boolean {
    return seq >= this.from && seq <= this.to
  }

  /** Where it begins, when that is behind `seq`; else nothing lies ahead. */
  beginsAfter(seq: number): number {
    return this.to !== -1 && seq < this.from ? this.from : Infinity
  }

  /** The first match at or after `seq`, which is covered; -1 when there is none. */
  firstFrom(seq: number): number {
    return this.seqs[lowerBound(0, this.seqs.length, i => (this.seqs[i] as number) >= seq)] ?? -1 // SAFE: i < length
  }

  /** Begins anew at `seq`. */
  restart(seq: number): void {
    this.from = seq
    this.to = seq
    this.seqs = []
  }

  push(seq: number): void {
    this.seqs.push(seq)
    this.to = seq + 1
    if (this.seqs.length < 2 * KEPT) return
    this.seqs.splice(0, KEPT)
    this.from = this.seqs[0] as number // SAFE: KEPT are left
  }

  /** Nothing more matches below `seq`. */
  lookedUpTo(seq: number): void {
    this.to = Math.max(this.to, seq)
  }
}
