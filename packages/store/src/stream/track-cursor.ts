/** How far a subscriber has come in one track: everything below `next` but the holes. */
import { SUBSCRIPTION_LIMITS } from '@hindscope/protocol'
import type { StreamHole, TrackPosition } from '@hindscope/protocol'
import type { Track } from '../model/track.ts'
import { holesBetween, isFilled } from './sequence.ts'

/** Where the next match is looked for. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** Rows that came after the stream had passed their place. */
  readonly isHole: boolean
}

export class TrackCursor {
  next: number
  /** Ascending. */
  private holes: StreamHole[]
  /** Some hole has rows now. */
  private hasLate = false

  constructor(next: number, holes: readonly StreamHole[] = []) {
    this.next = next
    this.holes = [...holes]
  }

  copy(): TrackCursor {
    const copy = new TrackCursor(this.next, this.holes)
    copy.hasLate = this.hasLate
    return copy
  }

  /** The store has changed: late chunks may have filled holes. */
  refresh(track: Track): void {
    this.hasLate = this.holes.some(hole => isFilled(track, hole))
  }

  /** Late rows first. */
  stretch(track: Track, horizon: number): Stretch {
    const hole = this.hasLate ? this.holes.find(each => isFilled(track, each)) : undefined
    if (hole !== undefined) return { from: hole[0], to: hole[1], isHole: true }
    this.hasLate = false
    return { from: this.next, to: horizon, isHole: false }
  }

  /** Everything of the stretch below `to` is done. */
  advance(track: Track, stretch: Stretch, to: number): void {
    if (to <= stretch.from) return
    const passed = holesBetween(track, stretch.from, to)
    if (stretch.isHole) {
      const rest: readonly StreamHole[] = to < stretch.to ? [[to, stretch.to]] : []
      this.holes = this.holes.flatMap(hole => (hole[0] === stretch.from ? [...passed, ...rest] : [hole]))
    } else {
      this.holes.push(...passed)
      this.next = to
    }
    if (this.holes.length > SUBSCRIPTION_LIMITS.holes) this.holes = this.holes.slice(-SUBSCRIPTION_LIMITS.holes)
  }

  position(track: number): TrackPosition {
    return { track, next: this.next, ...(this.holes.length === 0 ? {} : { holes: [...this.holes] }) }
  }
}
