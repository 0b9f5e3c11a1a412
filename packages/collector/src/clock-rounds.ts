/**
 * Asks every connected realm for its time and keeps the estimate of its clock's offset with the session (docs/clocks.md). A question is a
 * `levels` message without modules: every recorder answers it, and says when. A few right after the greeting, later one now and then.
 */
import { RECORD_WORDS, Word } from '@hindscope/protocol'
import type { Chunk, ClockDefinition, ClockOffset, LevelsReport } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import { ClockSamples, UNBOUNDED, boundByCauses, collectorNowUs, common, estimate, fromAnswer, fromArrival, isNews } from './clock-bounds.ts'
import type { ClockBounds } from './clock-bounds.ts'
import type { CollectorDefinitions } from './collector-definitions.ts'
import type { RealmLink, RealmLinks } from './realm-links.ts'

const FIRST_QUESTIONS = 6
/** Between the first ones; the answers of a page that is being loaded are slow in turns. */
const NEXT_MS = 25
const LATER_MS = 20_000
/** Realms that are remembered; half of them go when there are more. */
const MAX_REALMS = 2048

interface Realm {
  readonly samples: ClockSamples
  /** The largest that an arrival proves; kept apart, since arrivals are many and seldom say more than the last. */
  arrival: ClockBounds
}

interface Asked {
  readonly link: RealmLink
  readonly realm: Realm
  /** The question without an answer, and when it was put. */
  question: number
  sentUs: number
  left: number
  timer: NodeJS.Timeout | undefined
}

export class ClockRounds {
  private readonly definitions: CollectorDefinitions
  private readonly storeOf: (session: string) => Promise<TraceStore>
  private readonly failed: (error: unknown) => void
  /** By session and realm: what is known outlives a connection. */
  private readonly realms = new Map<string, Realm>()
  private readonly asked = new Map<RealmLink, Asked>()
  private readonly writes = new Set<Promise<void>>()
  private nextQuestion = -1
  private isClosed = false

  constructor(parts: {
    readonly links: RealmLinks
    readonly definitions: CollectorDefinitions
    readonly storeOf: (session: string) => Promise<TraceStore>
    readonly failed: (error: unknown) => void
  }) {
    this.definitions = parts.definitions
    this.storeOf = parts.storeOf
    this.failed = parts.failed
    parts.links.listen({
      opened: link => this.begin(link),
      closed: link => this.end(link),
      heard: (link, chunk, arrivedUs) => this.heard(link, chunk, arrivedUs),
    })
    parts.links.onReport('levels', (link, body) => this.answered(link, body))
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (const { timer } of this.asked.values()) clearTimeout(timer)
    await Promise.all(this.writes)
  }

  private begin(link: RealmLink): void {
    const key = `${link.session} ${link.realm}`
    let realm = this.realms.get(key)
    if (realm === undefined) {
      if (this.realms.size >= MAX_REALMS) for (const oldest of [...this.realms.keys()].slice(0, MAX_REALMS >> 1)) this.realms.delete(oldest)
      this.realms.set(key, (realm = { samples: new ClockSamples(), arrival: UNBOUNDED }))
    }
    const asked: Asked = { link, realm, question: 0, sentUs: 0, left: FIRST_QUESTIONS, timer: undefined }
    this.asked.set(link, asked)
    this.ask(asked)
  }

  private ask(asked: Asked): void {
    asked.question = this.nextQuestion--
    asked.sentUs = collectorNowUs()
    // A realm that does not answer, because it stands in a debugger or takes no messages, is asked again later.
    if (asked.link.send('levels', { revision: asked.question, modules: {} })) this.askAfter(asked, LATER_MS)
  }

  private askAfter(asked: Asked, ms: number): void {
    clearTimeout(asked.timer)
    if (!this.isClosed) asked.timer = setTimeout(() => this.ask(asked), ms).unref()
  }

  private answered(link: RealmLink, body: unknown): void {
    const receivedUs = collectorNowUs()
    const { revision, atUs } = body as Partial<LevelsReport> // SAFE: checked here; null throws, which the caller counts
    const asked = this.asked.get(link)
    if (asked === undefined || revision !== asked.question || typeof atUs !== 'number' || !Number.isFinite(atUs)) return
    asked.question = 0
    asked.realm.samples.add(fromAnswer(asked.sentUs, atUs, receivedUs))
    asked.left = Math.max(0, asked.left - 1)
    this.askAfter(asked, asked.left > 0 ? NEXT_MS : LATER_MS)
    if (asked.left === 0) this.keep(link.session)
  }

  private heard(link: RealmLink, chunk: Chunk, arrivedUs: number): void {
    const asked = this.asked.get(link)
    const atUs = lastUs(chunk)
    if (asked === undefined || atUs === undefined) return
    const { realm } = asked
    const arrival = fromArrival(atUs, arrivedUs)
    if (common(realm.samples.bounds, arrival) === undefined) {
      // Its clock was set forward since it was asked last: what other arrivals proved counts no more either.
      realm.arrival = arrival
      if (asked.left === 0) {
        asked.left = FIRST_QUESTIONS
        this.askAfter(asked, NEXT_MS)
      }
    } else if (arrival.leastUs > realm.arrival.leastUs) realm.arrival = arrival
  }

  private end(link: RealmLink): void {
    const asked = this.asked.get(link)
    if (asked === undefined) return
    clearTimeout(asked.timer)
    this.asked.delete(link)
    if (!this.isClosed) this.keep(link.session)
  }

  /** Writes what is known by now of the session's realms, where it is news. */
  private keep(session: string): void {
    const written: Promise<void> = this.write(session)
      .catch(this.failed)
      .finally(() => this.writes.delete(written))
    this.writes.add(written)
  }

  private async write(session: string): Promise<void> {
    const store = await this.storeOf(session)
    for (const { realm } of store.tracks) {
      const own = this.boundsOf(session, realm)
      const clock = estimate(boundByCauses(own, this.neighbours(store, realm)))
      if (clock === undefined || !isNews(store.clocks.of(realm), clock)) continue
      const method = estimate(own) === undefined ? 'cause' : 'round-trip'
      await this.definitions.write(store.session, realm, definitionOf(realm, clock, method))
    }
  }

  private boundsOf(session: string, realm: number): ClockBounds {
    const known = this.realms.get(`${session} ${realm}`)
    if (known === undefined) return UNBOUNDED
    const { bounds } = known.samples
    return common(bounds, known.arrival) ?? bounds
  }

  private neighbours(store: TraceStore, realm: number): Parameters<typeof boundByCauses>[1] {
    const here = store.trackOfRealm(realm)?.number ?? -1
    return store.tracks
      .filter(track => track.number !== here)
      .map(track => ({
        bounds: this.boundsOf(store.session, track.realm),
        hereAfterUs: store.clocks.leastUs(track.number, here),
        thereAfterUs: store.clocks.leastUs(here, track.number),
      }))
      .filter(({ hereAfterUs, thereAfterUs }) => hereAfterUs !== Infinity || thereAfterUs !== Infinity)
  }
}

const definitionOf = (realm: number, { offsetUs, errorUs }: ClockOffset, method: ClockDefinition['method']): ClockDefinition => ({
  kind: 'clock',
  realm,
  offsetUs,
  errorUs,
  atMs: Date.now(),
  method,
})

/** When the chunk's last event was recorded, by the realm's clock. */
function lastUs({ recordCount, records, baseTimeUs }: Chunk): number | undefined {
  const tick = records[(recordCount - 1) * RECORD_WORDS + Word.tick]
  return tick === undefined || !Number.isFinite(baseTimeUs) ? undefined : baseTimeUs + (tick >>> 0)
}
