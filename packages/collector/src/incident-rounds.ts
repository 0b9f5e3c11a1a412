/**
 * When a realm reports an incident, every other connected realm of the session is told to keep what its ring has, and asked until it
 * answers or its time is over. Who was asked and what became of it is durable in the session: once when the round begins, so that a
 * collector that dies leaves the names, and once when it ends. Reports in the window of an open round belong to it.
 *
 * A realm with a ring that goes away without a word leaves a gap behind: what it said last that it held.
 */
import { HindscopeError, decodeDefinitions, parseHoldingReport } from '@hindscope/protocol'
import type { Chunk, HoldingReport, IncidentDefinition, IncidentRealmState, IncidentRealmsDefinition } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import type { CollectorDefinitions } from './collector-definitions.ts'
import type { RealmLink, RealmLinks } from './realm-links.ts'

/** How long after its window a realm has to answer. */
const ANSWER_MS = 5_000
/** Reports that arrive later than this after their window (from a spool, say) find nothing in any ring any more. */
const FRESH_MS = 30_000
/** A realm that is away for so long does not come back, as far as its gap is concerned. */
const AWAY_MS = 10_000
/** What a mark from outside keeps. */
const MARK_BEFORE_MS = 15_000
const MARK_AFTER_MS = 2_000
const MAX_LABEL = 200

interface Round {
  readonly store: TraceStore
  readonly first: IncidentDefinition
  readonly states: Map<number, IncidentRealmState>
  readonly timer: NodeJS.Timeout
}

export class IncidentRounds {
  private readonly links: RealmLinks
  private readonly definitions: CollectorDefinitions
  private readonly failed: (error: unknown) => void
  private readonly storeOf: (session: string) => Promise<TraceStore>
  private readonly answerMs: number
  /** By session: rounds that wait for answers. */
  private readonly open = new Map<string, Round[]>()
  private readonly begun = new Set<string>()
  private readonly held = new Map<string, HoldingReport>()
  private readonly away = new Map<string, NodeJS.Timeout>()
  private readonly writes = new Set<Promise<void>>()
  private marks = 0

  constructor(parts: {
    readonly links: RealmLinks
    readonly definitions: CollectorDefinitions
    readonly failed: (error: unknown) => void
    readonly storeOf: (session: string) => Promise<TraceStore>
    readonly answerMs?: number
  }) {
    this.links = parts.links
    this.definitions = parts.definitions
    this.failed = parts.failed
    this.storeOf = parts.storeOf
    this.answerMs = parts.answerMs ?? ANSWER_MS
    this.links.onReport('holding', (link, body) => this.holds(link, body))
    this.links.listen({ opened: link => this.isBack(link), closed: link => this.isAway(link) })
  }

  /** Looks at definitions that were stored. */
  chunkAdded(store: TraceStore, chunk: Chunk): void {
    for (const definition of decodeDefinitions(chunk)) {
      if (definition.kind === 'incident') this.reported(store, definition)
      else if (definition.kind === 'kept') this.answered(store, definition.incidents, definition.realm)
    }
  }

  /** Somebody outside the program marks this moment. Throws `query-bad`, or `not-found` for a session that has no realm yet. */
  async mark({ session, label = '' }: { readonly session: string; readonly label?: string }): Promise<{ readonly incident: string }> {
    if (typeof session !== 'string' || !/^[0-9a-f]{32}$/.test(session)) throw bad('session', session, 'a session id')
    if (typeof label !== 'string') throw bad('label', label, 'a text')
    const store = await this.storeOf(session)
    const realm = this.links.ofSession(store.session)[0]?.realm ?? store.tracks[0]?.realm
    if (realm === undefined) throw new HindscopeError('not-found', { what: 'realm of session', id: session })
    const atUs = Date.now() * 1000
    const id = `mark-${atUs.toString(36)}-${(this.marks++).toString(36)}`
    const report: IncidentDefinition = {
      kind: 'incident',
      id,
      realm,
      cause: 'mark',
      label: label.slice(0, MAX_LABEL),
      atUs,
      fromUs: atUs - Math.max(MARK_BEFORE_MS, ...store.tracks.map(track => (track.definition?.keepSeconds ?? 0) * 1000)) * 1000,
      untilUs: atUs + MARK_AFTER_MS * 1000,
      count: 1,
      suppressed: 0,
    }
    await this.definitions.write(store.session, realm, report, 'once')
    return { incident: id }
  }

  /** Ends the rounds that are open with what is known, and notes what realms held. */
  async close(): Promise<void> {
    for (const rounds of this.open.values()) for (const round of rounds) this.end(round)
    for (const timer of this.away.values()) clearTimeout(timer)
    for (const [key, holding] of this.held) this.lost(key, holding)
    await Promise.all(this.writes)
  }

  private reported(store: TraceStore, report: IncidentDefinition): void {
    const key = `${store.session} ${report.id}`
    if (this.begun.has(key) || report.count > 1 || store.incidents.askedFor(report.id) !== undefined) return
    if (Date.now() - report.untilUs / 1000 > FRESH_MS) return
    const rounds = this.open.get(store.session) ?? []
    if (rounds.some(({ first }) => report.atUs >= first.atUs && report.atUs <= first.untilUs)) return
    this.begun.add(key)
    this.begin(store, report, rounds)
  }

  private begin(store: TraceStore, first: IncidentDefinition, rounds: Round[]): void {
    const afterMs = Math.max(0, Math.ceil((first.untilUs - first.atUs) / 1000))
    const states = new Map<number, IncidentRealmState>()
    const isMark = first.seq === undefined
    if (!isMark) states.set(first.realm, stateOf(store, first.realm))
    for (const link of this.links.ofSession(store.session)) {
      const state = stateOf(store, link.realm)
      states.set(link.realm, state)
      const isToBeAsked = state === 'asked' && (isMark || link.realm !== first.realm)
      if (isToBeAsked && !link.send('keep', { incident: first.id, afterMs })) states.set(link.realm, 'gone')
    }
    // Where everything is kept there is nothing to wait for.
    if (![...states.values()].some(state => state !== 'all')) return
    const timer = setTimeout(() => this.end(round), afterMs + this.answerMs)
    timer.unref()
    const round: Round = { store, first, states, timer }
    this.open.set(store.session, [...rounds, round])
    this.note(this.tell(round, false))
  }

  private answered(store: TraceStore, incidents: readonly string[], realm: number): void {
    for (const round of this.open.get(store.session) ?? []) {
      if (!incidents.includes(round.first.id)) continue
      round.states.set(realm, 'kept')
      if (![...round.states.values()].includes('asked')) this.end(round)
    }
  }

  private end(round: Round): void {
    clearTimeout(round.timer)
    const { session } = round.store
    const others = (this.open.get(session) ?? []).filter(each => each !== round)
    if (others.length > 0) this.open.set(session, others)
    else this.open.delete(session)
    const connected = new Set(this.links.ofSession(session).map(link => link.realm))
    for (const [realm, state] of round.states) if (state === 'asked') round.states.set(realm, connected.has(realm) ? 'silent' : 'gone')
    this.note(this.tell(round, true))
  }

  private tell({ store, first, states }: Round, closed: boolean): Promise<void> {
    const realms = [...states].map(([realm, state]) => ({ realm, state }))
    const definition: IncidentRealmsDefinition = { kind: 'incident-realms', incident: first.id, closed, realms }
    return this.definitions.write(store.session, first.realm, definition)
  }

  private note(write: Promise<void>): void {
    const noted: Promise<void> = write.catch(this.failed).finally(() => this.writes.delete(noted))
    this.writes.add(noted)
  }

  private holds(link: RealmLink, body: unknown): void {
    const holding = parseHoldingReport(body)
    if (holding === undefined) throw new HindscopeError('collector-frame', { reason: 'a report of what is held is malformed', limit: '' })
    this.held.set(keyOf(link), holding)
  }

  private isBack(link: RealmLink): void {
    clearTimeout(this.away.get(keyOf(link)))
    this.away.delete(keyOf(link))
  }

  private isAway(link: RealmLink): void {
    const key = keyOf(link)
    const holding = this.held.get(key)
    if (holding === undefined) return
    const timer = setTimeout(() => this.lost(key, holding), AWAY_MS)
    this.away.set(key, timer.unref())
  }

  private lost(key: string, holding: HoldingReport): void {
    this.held.delete(key)
    this.away.delete(key)
    this.note(this.tellLost(key, holding))
  }

  /** What the realm itself has told or handed on since counts more than what it held. */
  private async tellLost(key: string, { gapSeq, gapUs, toSeq, toUs }: HoldingReport): Promise<void> {
    const [session = '', realm = ''] = key.split(' ')
    const store = await this.storeOf(session)
    const track = store.trackOfRealm(Number(realm))
    const last = track === undefined || track.rows.length === 0 ? 0 : track.seqOf(track.rows.length - 1) + 1
    const fromSeq = Math.max(gapSeq, last)
    if (toSeq - fromSeq - (track?.gaps.within(fromSeq, toSeq) ?? 0) <= 0) return
    await this.definitions.write(store.session, Number(realm), { kind: 'gap', realm: Number(realm), fromSeq, toSeq, fromUs: gapUs, toUs })
  }
}

const bad = (field: string, value: unknown, allowed: string): HindscopeError =>
  new HindscopeError('query-bad', { method: 'mark', field, value: JSON.stringify(value) ?? 'undefined', allowed })

const keyOf = (link: RealmLink): string => `${link.session} ${link.realm}`

const stateOf = (store: TraceStore, realm: number): IncidentRealmState =>
  store.trackOfRealm(realm)?.definition?.keepSeconds === undefined ? 'all' : 'asked'
