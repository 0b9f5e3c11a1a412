/** What one query sees of a store, and what looking at it took. */
import type { ValueNode } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'

/** Work that hands back control every few thousand rows, so that it can be paused and given up. */
export type Steps<T> = Generator<void, T, void>

const ROWS_A_STEP = 0x2000

/** The rows that were there when the query began; what is recorded meanwhile belongs to the next query. */
export class Scan {
  readonly store: TraceStore
  readonly tracks: readonly Track[]
  /** Microseconds since 1970 of the session's first event, 0 when there is none. */
  readonly startUs: number
  rows = 0
  decoded = 0
  matched = 0
  readonly steps: { readonly name: string; readonly ms: number }[] = []
  /** When to answer with what was found by then, by `performance.now`. */
  deadlineMs: number = Infinity
  /** It was seen that time is up. */
  isStopped = false
  private readonly ends: readonly number[]
  private lastTrack: Track | undefined
  private lastRow = -1
  private lastValues: readonly ValueNode[] = []

  constructor(store: TraceStore) {
    this.store = store
    this.tracks = [...store.tracks]
    this.ends = this.tracks.map(track => track.rows.length)
    const starts = this.tracks.filter(track => track.rows.length > 0).map(track => track.firstUs)
    this.startUs = starts.reduce((least, each) => Math.min(least, each), starts[0] ?? 0)
  }

  /** The track's rows are those below. */
  endOf(track: Track): number {
    return this.ends[track.number] ?? 0
  }

  /** A late chunk made the store build its tracks anew: rows and calls have other numbers now. */
  get isOutdated(): boolean {
    return this.store.tracks.some((track, number) => number < this.tracks.length && track !== this.tracks[number])
  }

  /** Counts a row; true when it is time to hand back control. */
  passes(): boolean {
    return ++this.rows % ROWS_A_STEP === 0
  }

  get isOutOfTime(): boolean {
    return performance.now() > this.deadlineMs
  }

  /** A row's values; several conditions on one row decode them once. */
  valuesOf(track: Track, row: number): readonly ValueNode[] {
    if (track === this.lastTrack && row === this.lastRow) return this.lastValues
    this.decoded++
    this.lastTrack = track
    this.lastRow = row
    return (this.lastValues = track.valuesOf(row))
  }

  /** Measures a part of the work. */
  *timed<T>(name: string, work: Steps<T>): Steps<T> {
    const startMs = performance.now()
    const result = yield* work
    this.steps.push({ name, ms: performance.now() - startMs })
    return result
  }
}
