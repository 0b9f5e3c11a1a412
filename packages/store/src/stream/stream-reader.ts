/**
 * One subscriber's way through the matches of a query. Of each track in order of sequence number, of several tracks in order of time
 * among what is there; rows of chunks that came late when they come. It knows its position and holds no rows.
 */
import type { StreamPosition } from '@hindscope/protocol'
import type { RowPlace } from '../engine/order.ts'
import type { Track } from '../model/track.ts'
import { NOTHING, UNFINISHED } from './shared-stream.ts'
import type { SharedStream } from './shared-stream.ts'
import { firstOf, isWanted } from './stream-start.ts'
import { TrackCursor } from './track-cursor.ts'
import type { Stretch } from './track-cursor.ts'
import type { TurnBudget } from './turn-budget.ts'

export interface StreamMatch extends RowPlace {
  readonly seq: number
  /** Came after the stream had passed its place. */
  readonly isLate: boolean
}

/** `end`: nothing more is there. `over`: the turn is. */
export type Reading = StreamMatch | 'end' | 'over'

export class StreamReader {
  private readonly stream: SharedStream
  private readonly origin: StreamPosition['origin']
  private readonly cursors: (TrackCursor | undefined)[] = []
  private heads: (StreamMatch | 'end' | undefined)[] = []
  private generation = -1

  constructor(stream: SharedStream, position: StreamPosition) {
    this.stream = stream
    this.origin = position.origin
    for (const { track, next, holes } of position.tracks) this.cursors[track] = new TrackCursor(next, holes)
  }

  /** Another reader at the same place. */
  copy(): StreamReader {
    const copy = new StreamReader(this.stream, { tracks: [], ...(this.origin === undefined ? {} : { origin: this.origin }) })
    this.cursors.forEach((cursor, number) => (copy.cursors[number] = cursor?.copy()))
    return copy
  }

  position(): StreamPosition {
    const tracks = this.cursors.flatMap((cursor, number) => (cursor === undefined ? [] : [cursor.position(number)]))
    return { tracks, ...(this.origin === undefined ? {} : { origin: this.origin }) }
  }

  /** The next match; it is done with. Call `refresh` of the stream first in every turn, and `prepare`. */
  next(budget: TurnBudget): Reading {
    this.refresh()
    if (budget.isOver()) return 'over'
    let best: StreamMatch | undefined
    for (const track of this.stream.tracks) {
      const head = (this.heads[track.number] ??= this.headOf(track, budget))
      if (head === undefined) return 'over'
      if (head === 'end') continue
      if (best === undefined || track.time(head.row) < best.track.time(best.row)) best = head
    }
    if (best === undefined) {
      // More may be given out the next time.
      this.heads = []
      return 'end'
    }
    this.heads[best.track.number] = undefined
    const cursor = this.cursorOf(best.track)
    cursor.advance(best.track, cursor.stretch(best.track, Infinity), best.seq + 1)
    return best
  }

  private refresh(): void {
    if (this.generation === this.stream.generation) return
    this.generation = this.stream.generation
    this.heads = []
    for (const track of this.stream.tracks) this.cursorOf(track).refresh(track)
  }

  private cursorOf(track: Track): TrackCursor {
    let cursor = this.cursors[track.number]
    if (cursor === undefined) {
      const first = this.origin === undefined ? { next: 0, holes: [] } : firstOf(track, this.origin)
      this.cursors[track.number] = cursor = new TrackCursor(first.next, first.holes)
    }
    return cursor
  }

  /** The first match of a track that has not been given; undefined when the turn ended first. What was passed to find it is done. */
  private headOf(track: Track, budget: TurnBudget): StreamMatch | 'end' | undefined {
    const cursor = this.cursorOf(track)
    for (;;) {
      const stretch = cursor.stretch(track, this.stream.horizonOf(track))
      if (stretch.to <= stretch.from) return 'end'
      const seq = this.find(track, stretch, budget)
      cursor.advance(track, stretch, seq < 0 ? Math.min(this.stream.reached, stretch.to) : seq)
      if (seq === UNFINISHED) return undefined
      if (seq === NOTHING) {
        if (!stretch.isHole) return 'end'
        continue
      }
      const row = track.rowOf(seq)
      if (this.origin === undefined || isWanted(track, row, this.origin)) return { track, row, seq, isLate: stretch.isHole }
      cursor.advance(track, cursor.stretch(track, Infinity), seq + 1)
    }
  }

  private find(track: Track, { from, to, isHole }: Stretch, budget: TurnBudget): number {
    return isHole ? this.stream.findMatchAlone(track, from, to, budget) : this.stream.findMatch(track, from, to, budget)
  }
}
