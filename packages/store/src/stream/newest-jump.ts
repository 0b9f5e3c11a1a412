/**
 * The policy `newest`: when too much waits, the front of the stream is passed over up to what is allowed to wait. First a reader goes ahead
 * and counts, then the subscriber's own one passes over so many matches; neither keeps rows, so memory does not depend on how many wait.
 */
import type { DroppedRange, StreamPolicy } from '@hindscope/protocol'
import type { SharedStream } from './shared-stream.ts'
import type { StreamMatch, StreamReader } from './stream-reader.ts'
import type { TurnBudget } from './turn-budget.ts'

const ROWS = 1000

export interface Dropped {
  readonly count: number
  readonly ranges: readonly DroppedRange[]
  readonly reason: 'rows' | 'ms'
}

type Range = { -readonly [Key in keyof DroppedRange]: DroppedRange[Key] }

export class NewestJump {
  private readonly reader: StreamReader
  private readonly scout: StreamReader
  private readonly rows: number
  /** What happened before is too old. */
  private readonly boundUs: number
  private waiting = 0
  private old = 0
  /** Matches to pass over; unknown while the scout is under way. */
  private excess: number | undefined
  private passed = 0
  private readonly ranges = new Map<string, Range>()

  constructor(stream: SharedStream, reader: StreamReader, { rows = ROWS, ms }: Extract<StreamPolicy, { kind: 'newest' }>) {
    this.reader = reader
    this.scout = reader.copy()
    this.rows = rows
    this.boundUs = ms === undefined ? -Infinity : stream.tracks.reduce((last, track) => Math.max(last, track.lastUs), 0) - ms * 1000
  }

  /** What was left out, or `none`; `over` when the turn ended first: run it again in the next one. */
  run(budget: TurnBudget): Dropped | 'none' | 'over' {
    if (this.excess === undefined && !this.count(budget)) return 'over'
    const excess = this.excess ?? 0
    if (excess === 0) return 'none'
    while (this.passed < excess) {
      const match = this.reader.next(budget)
      if (match === 'over') return 'over'
      if (match === 'end') break
      this.passed++
      this.note(match)
    }
    return { count: this.passed, ranges: [...this.ranges.values()], reason: this.waiting - this.rows >= this.old ? 'rows' : 'ms' }
  }

  private count(budget: TurnBudget): boolean {
    for (;;) {
      const match = this.scout.next(budget)
      if (match === 'over') return false
      if (match === 'end') break
      // In the order of the stream: once a row is new enough, so is the rest.
      if (this.old === this.waiting && match.track.time(match.row) < this.boundUs) this.old++
      this.waiting++
    }
    this.excess = Math.max(0, this.waiting - this.rows, this.old)
    return true
  }

  private note({ track, row, seq, isLate }: StreamMatch): void {
    const key = `${track.number} ${isLate}`
    const ref = { track: track.number, seq }
    const timeUs = track.time(row)
    const range = this.ranges.get(key)
    if (range === undefined) this.ranges.set(key, { from: ref, to: ref, fromUs: timeUs, toUs: timeUs, count: 1 })
    else Object.assign(range, { to: ref, toUs: timeUs, count: range.count + 1 })
  }
}
