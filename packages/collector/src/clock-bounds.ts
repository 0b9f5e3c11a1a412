/**
 * Between which bounds the offset of a realm's clock must lie, from messages that cannot have arrived before they were sent. Offsets are
 * microseconds that the realm is ahead of the collector.
 *
 *   collector ──sent──────────────────────────received──→     the realm said `at` somewhere between the two:
 *                   ╲                        ╱                at - received ≤ offset ≤ at - sent
 *   realm     ───────────────at─────────────────────────→
 *
 * Each answer gives such an interval, and the true offset lies in all of them as long as nobody sets a clock. So the estimate is the middle
 * of what they have in common: never worse than the quickest answer alone. When a new one contradicts older ones a clock was set, and the
 * older ones say nothing any more.
 */
import type { ClockOffset } from '@hindscope/protocol'

export interface ClockBounds {
  readonly leastUs: number
  readonly mostUs: number
}

export const UNBOUNDED: ClockBounds = { leastUs: -Infinity, mostUs: Infinity }

/** Microseconds since 1970 by the collector's clock, which never runs backwards. */
export const collectorNowUs = (): number => (performance.timeOrigin + performance.now()) * 1000

export const fromAnswer = (sentUs: number, atUs: number, receivedUs: number): ClockBounds => ({
  leastUs: atUs - receivedUs,
  mostUs: atUs - sentUs,
})

/** An event of the realm's was recorded at `atUs` and has arrived. */
export const fromArrival = (atUs: number, receivedUs: number): ClockBounds => ({ leastUs: atUs - receivedUs, mostUs: Infinity })

/** What both say; undefined when they contradict each other. */
export function common(a: ClockBounds, b: ClockBounds): ClockBounds | undefined {
  const leastUs = Math.max(a.leastUs, b.leastUs)
  const mostUs = Math.min(a.mostUs, b.mostUs)
  return leastUs <= mostUs ? { leastUs, mostUs } : undefined
}

/** Enough to outlive a few slow answers; few enough that a clock which drifts is followed. */
const SAMPLES = 16

/** The last answers of one realm. */
export class ClockSamples {
  private samples: ClockBounds[] = []

  add(sample: ClockBounds): void {
    this.samples = [...this.samples.slice(1 - SAMPLES), sample]
    let bounds: ClockBounds = UNBOUNDED
    for (let i = this.samples.length - 1; i >= 0; i--) {
      const next = common(bounds, this.samples[i] as ClockBounds) // SAFE: below the length
      if (next === undefined) {
        this.samples = this.samples.slice(i + 1)
        return
      }
      bounds = next
    }
  }

  get count(): number {
    return this.samples.length
  }

  get bounds(): ClockBounds {
    return this.samples.reduce((bounds, sample) => common(bounds, sample) ?? sample, UNBOUNDED)
  }
}

/** What is known of another realm that shares causes and effects with this one. */
export interface Neighbour {
  readonly bounds: ClockBounds
  /** Least time that an effect here came after its cause there, each by its own clock; Infinity without such links. */
  readonly hereAfterUs: number
  /** The same for effects there of causes here. */
  readonly thereAfterUs: number
}

/** No effect comes before its cause: the clocks of both ends bound each other. Neighbours that contradict are left out. */
export function boundByCauses(own: ClockBounds, neighbours: readonly Neighbour[]): ClockBounds {
  let bounds = own
  for (const { bounds: there, hereAfterUs, thereAfterUs } of neighbours) {
    const told = { leastUs: there.leastUs - thereAfterUs, mostUs: there.mostUs + hereAfterUs }
    bounds = common(bounds, told) ?? bounds
  }
  return bounds
}

/** undefined while one side is open. */
export function estimate({ leastUs, mostUs }: ClockBounds): ClockOffset | undefined {
  if (!Number.isFinite(leastUs) || !Number.isFinite(mostUs)) return undefined
  return { offsetUs: Math.round((leastUs + mostUs) / 2), errorUs: Math.ceil((mostUs - leastUs) / 2) }
}

/** Less than this is nothing to write home about. */
const FINE_US = 500

/** Whether the new estimate says so much more, or so much else, that it is worth keeping. */
export const isNews = (before: ClockOffset | undefined, now: ClockOffset): boolean =>
  before === undefined ||
  Math.abs(now.offsetUs - before.offsetUs) > Math.max(now.errorUs, before.errorUs, FINE_US) ||
  (now.errorUs < before.errorUs / 2 && before.errorUs > FINE_US)
