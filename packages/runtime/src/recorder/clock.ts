/**
 * Time of one realm: microseconds since 1970 that never run backwards, and the hybrid logical clock on top.
 *
 * A clock read costs ten events, so a burst of events shares readings: as long as events come faster than DENSE_US apart the reading is
 * repeated for up to MAX_SKIP events, and slower events get a reading each. Order is given by the sequence number, never by the tick.
 */
import { HindscopeError, HybridLogicalClock, formatHlc, tryParseHlc } from '@hindscope/protocol'
import type { Hlc } from '@hindscope/protocol'
import { dateNow, performanceNow, timeOriginMs } from './intrinsics.ts'

const DENSE_US = 2
const MAX_SKIP = 16
/** A machine that slept: wall clock and monotonic clock are apart by more than this. */
const RESYNC_US = 250_000

export type ReceiveOutcome = 'accepted' | 'malformed' | 'drift'

export class RecorderClock {
  private lastUs = 0
  private offsetUs = 0
  private skip = 1
  private left = 0
  private readonly hlc: HybridLogicalClock

  constructor() {
    this.offsetUs = timeOriginMs * 1000
    this.resync()
    this.hlc = new HybridLogicalClock(() => this.exactUs() / 1000)
  }

  /** Microseconds since 1970, read at most every MAX_SKIP events when events are dense. */
  eventUs(): number {
    if (this.left > 0) {
      this.left--
      return this.lastUs
    }
    const before = this.lastUs
    const now = this.exactUs()
    this.skip = now - before < DENSE_US * this.skip ? Math.min(MAX_SKIP, this.skip * 2) : 1
    this.left = this.skip - 1
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
    this.left = 0
    return 'accepted'
  }
}
