/** How much each realm sends: totals since the collector began, and what a second brought lately. */
import type { Chunk } from '@hindscope/protocol'

/** A burst counts for about this long. */
const SPAN_MS = 5_000
/** Realms that are shown; the one heard of longest ago goes first. */
const MAX_REALMS = 256

export interface RealmRate {
  readonly session: string
  readonly realm: number
  readonly chunks: number
  readonly events: number
  readonly bytes: number
  readonly eventsPerSecond: number
  readonly bytesPerSecond: number
  readonly lastMs: number
}

interface Sums {
  chunks: number
  events: number
  bytes: number
  /** Sums that fade: each is worth less by the factor e after SPAN_MS. */
  recentEvents: number
  recentBytes: number
  lastMs: number
}

const faded = (sum: number, ms: number): number => sum * Math.exp(-ms / SPAN_MS)
const perSecond = (sum: number): number => Math.round((sum * 1000) / SPAN_MS)

export class RealmRates {
  private readonly sums = new Map<string, Sums>()

  stored({ session, realm, recordCount, totalBytes }: Pick<Chunk, 'session' | 'realm' | 'recordCount' | 'totalBytes'>, nowMs: number): void {
    const key = `${session} ${realm}`
    const before = this.sums.get(key) ?? { chunks: 0, events: 0, bytes: 0, recentEvents: 0, recentBytes: 0, lastMs: nowMs }
    this.sums.delete(key)
    this.sums.set(key, {
      chunks: before.chunks + 1,
      events: before.events + recordCount,
      bytes: before.bytes + totalBytes,
      recentEvents: faded(before.recentEvents, nowMs - before.lastMs) + recordCount,
      recentBytes: faded(before.recentBytes, nowMs - before.lastMs) + totalBytes,
      lastMs: nowMs,
    })
    if (this.sums.size > MAX_REALMS) for (const oldest of [...this.sums.keys()].slice(0, this.sums.size - MAX_REALMS)) this.sums.delete(oldest)
  }

  /** Those heard of last come last. */
  list(nowMs: number): readonly RealmRate[] {
    return [...this.sums].map(([key, { recentEvents, recentBytes, ...totals }]) => {
      const [session = '', realm = ''] = key.split(' ')
      const ms = nowMs - totals.lastMs
      return {
        session,
        realm: Number(realm),
        ...totals,
        eventsPerSecond: perSecond(faded(recentEvents, ms)),
        bytesPerSecond: perSecond(faded(recentBytes, ms)),
      }
    })
  }
}
