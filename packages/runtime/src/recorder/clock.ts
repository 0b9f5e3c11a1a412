/**
 * Time of one realm: microseconds since 1970 that never run backwards, and the hybrid logical clock on top.
 *
 * A clock read costs ten events, so a burst of events shares readings: as long as words are written faster than DENSE_US apart the next
 * reading is due after twice as many, up to MAX_SKIP, and readers spread the events between two readings over the time; events that come
 * slowly get a reading each. Order is given by the sequence number, never by the tick.
 */
import { HindscopeError, HybridLogicalClock, formatHlc, tryParseHlc } from '@hindscope/protocol'
import type { Hlc } from '@hindscope/protocol'
import { dateNow, performanceNow, timeOriginMs } from './intrinsics.ts'

const DENSE_US = 1
const MAX_SKIP = 256
/** A machine that slept: wall clock and monotonic clock are apart by more than this. */
const RESYNC_US = 250_000

export type ReceiveOutcome = 'accepted' | 'malformed' | 'drift'

export class RecorderClock {
  private lastUs = 0
  private offsetUs = 0
  private lastPosition = 0
  /** Words that may be written before the next reading. */
  skip = 1
  private readonly hlc: HybridLogicalClock

  constructor() {
    this.offsetUs = timeOriginMs * 1000
    this.resync()
    this.hlc = new HybridLogicalClock(() => this.exactUs() / 1000)
  }

  /** Microseconds since 1970, read now for the event at word `position` of a tape; sets `skip`. */
  readUs(position: number): number {
    const before = this.lastUs
    const written = position - this.lastPosition
    const now = this.exactUs()
    this.lastPosition = position
    // A tape that begins anew, or a reading out of turn, says nothing about how fast events come.
    if (written >= this.skip) this.skip = now - before < DENSE_US * written ? Math.min(MAX_SKIP, this.skip * 2) : 1
    return now
  }

  /** Microseconds since 1970, read now. */
  exactUs(): number {
    const now = Math.floor(performanceNow() * 1000 + this.offsetUs)
    if (now > this.lastUs) this.lastUs = now
    return this.lastUs
  }

  /** Follows the wall clock forwards after the machine slept; called once a chunk. */
  resync(): void {
    const wallUs = dateNow() * 1000
    const ownUs = performanceNow() * 1000 + this.offsetUs
    if (Math.abs(wallUs - ownUs) > RESYNC_US && wallUs > this.lastUs) this.offsetUs += wallUs - ownUs
  }

  tick(): Hlc {
    return this.hlc.tick()
  }

  sendText(): string {
    return formatHlc(this.hlc.tick())
  }

  /** A remote clock value came in. One that is ahead pulls this clock forward, within the drift bound. */
  receive(text: string): ReceiveOutcome {
    const remote = tryParseHlc(text)
    if (remote === undefined) return 'malformed'
    try {
      this.hlc.receive(remote)
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      return 'drift'
    }
    const aheadUs = remote.ms * 1000 - this.exactUs()
    if (aheadUs > 0) this.offsetUs += aheadUs
    return 'accepted'
  }
}
