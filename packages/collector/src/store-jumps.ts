/**
 * Stores of running programs that are put to recorded states. What the state was is read from the session here; the realm is told, sets it, and
 * says what became of it. Nothing is sent that the program would have to guess at (docs/adapters.md, *Jump*).
 */
import { setTimeout as wait } from 'node:timers/promises'
import { HindscopeError, formatRef } from '@hindscope/protocol'
import type { JumpControl, JumpRefusal, JumpReport, JumpableStore, SessionControl, StoreRef } from '@hindscope/protocol'
import { jumpState } from '@hindscope/store/model'
import type { JumpQuery, TraceStore } from '@hindscope/store/model'
import type { RealmLink, RealmLinks } from './realm-links.ts'
import type { SessionShelf } from './session-shelf.ts'

/** A page may stand in the debugger. */
const ANSWER_MS = 3000
/** Realms that never had a store do not know the question. */
const LIST_MS = 1000
/** Recorders in Node take messages of 1 MiB. */
const MESSAGE_UNITS = 500_000
/** What the program has recorded is on its way. */
const BEHIND_MS = 100
const BEHIND_ROUNDS = 20

const NO_STORE = 'it is gone, or its library has no public way to do it'

type Done = { readonly done: true }
type Order = StoreRef & { readonly session: string }
type Refused = Extract<JumpReport, { readonly outcome: 'refused' }>
type Question = JumpControl extends infer Control ? (Control extends { readonly id: number } ? Omit<Control, 'id'> : never) : never

export class StoreJumps implements Pick<SessionControl, 'jumpableStores' | 'jumpStore' | 'jumpBack'> {
  private readonly shelf: SessionShelf
  private readonly links: RealmLinks
  private readonly waiting = new Map<number, (report: JumpReport) => void>()
  private lastId = 0

  constructor(shelf: SessionShelf, links: RealmLinks) {
    this.shelf = shelf
    this.links = links
    links.onReport('jump', (_, body) => {
      const report = body as JumpReport // SAFE: checked here; null throws, which the caller counts
      const isReport = ('stores' in report && Array.isArray(report.stores)) || ('outcome' in report && typeof report.outcome === 'string')
      if (!isReport) throw new HindscopeError('collector-frame', { reason: 'a report of a jump without an answer', limit: '' })
      this.waiting.get(report.id)?.(report)
    })
  }

  async jumpableStores({
    session,
    track,
  }: {
    readonly session: string
    readonly track: number
  }): Promise<{ readonly stores: readonly JumpableStore[] }> {
    const link = this.linkOf(await this.storeOf(session), track)
    const report = link && (await this.ask(link, { ask: 'stores' }, LIST_MS))
    return { stores: report !== undefined && 'stores' in report ? report.stores : [] }
  }

  async jumpStore({ session, track, store, ref }: Order & JumpQuery): Promise<Done> {
    const trace = await this.storeOf(session)
    for (let round = 1; ; round++) {
      const found = jumpState(trace, { track, store, ref })
      const link = this.connected(trace, track)
      if ('path' in found) throw incomplete(store, found.path, found.reason)
      const question: Question = { ask: 'jump', store, to: formatRef(ref), ...found }
      if (JSON.stringify(question).length > MESSAGE_UNITS) throw incomplete(store, '', 'is too large to be sent')
      const answer = await this.answerOf(link, store, question)
      if (answer === 'done') return { done: true }
      if (answer.why !== 'behind') throw refusal(store, answer)
      if (round === BEHIND_ROUNDS) throw incomplete(store, '', 'has changed since what was recorded last, or events of it were lost')
      await wait(BEHIND_MS)
    }
  }

  async jumpBack({ session, track, store }: Order): Promise<Done> {
    const link = this.connected(await this.storeOf(session), track)
    const answer = await this.answerOf(link, store, { ask: 'back', store })
    if (answer !== 'done') throw answer.why === 'gone' ? notAllowed(store, 'it is gone, or was never put anywhere') : refusal(store, answer)
    return { done: true }
  }

  private async storeOf(session: string): Promise<TraceStore> {
    const store = this.shelf.isRecorded(session) ? await this.shelf.open(session) : undefined
    if (store === undefined) throw new HindscopeError('collector-not-live', { session: String(session) })
    return store
  }

  private linkOf(trace: TraceStore, track: number): RealmLink | undefined {
    const realm = trace.tracks[track]?.realm
    return this.links.ofSession(trace.session).find(link => link.realm === realm)
  }

  private connected(trace: TraceStore, track: number): RealmLink {
    const link = this.linkOf(trace, track)
    if (link === undefined) throw new HindscopeError('jump-not-running', { track: String(track) })
    return link
  }

  private async answerOf(link: RealmLink, store: string, question: Question): Promise<'done' | Refused> {
    const list = await this.ask(link, { ask: 'stores' }, LIST_MS)
    if (list === undefined || !('stores' in list)) throw notAllowed(store, 'no store of this program can, or it stands still')
    if (!list.stores.some(each => each.store === store)) throw notAllowed(store, NO_STORE)
    const report = await this.ask(link, question, ANSWER_MS)
    if (report === undefined || 'stores' in report) throw new HindscopeError('jump-silent', { store, seconds: String(ANSWER_MS / 1000) })
    return report.outcome === 'done' ? 'done' : report
  }

  /** Undefined when the realm is gone, does not know the question, or says nothing for so long. */
  private ask(link: RealmLink, question: Question, ms: number): Promise<JumpReport | undefined> {
    const id = ++this.lastId
    return new Promise(resolve => {
      const timer = setTimeout(() => settle(undefined), ms)
      const settle = (report: JumpReport | undefined): void => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(report)
      }
      this.waiting.set(id, settle)
      if (!link.send('jump', { ...question, id } as JumpControl)) settle(undefined) // SAFE: a question is a control message without its id
    })
  }
}

const notAllowed = (store: string, reason: string): HindscopeError => new HindscopeError('jump-not-allowed', { store, reason })

const incomplete = (store: string, path: string, reason: string): HindscopeError =>
  new HindscopeError('jump-incomplete', { store, path: path === '' ? 'it' : path, reason })

const REFUSALS: Readonly<Record<JumpRefusal, (store: string, answer: Refused) => HindscopeError>> = {
  gone: store => notAllowed(store, NO_STORE),
  off: store => notAllowed(store, 'nothing is recorded there now, so the trace could not tell of it'),
  incomplete: (store, { path = '', reason = 'is not known' }) => incomplete(store, path, reason),
  behind: store => incomplete(store, '', 'has changed since'),
  failed: (store, { reason = 'it threw' }) => new HindscopeError('jump-failed', { store, reason }),
}

const refusal = (store: string, answer: Refused): HindscopeError => (REFUSALS[answer.why] ?? REFUSALS.failed)(store, answer)
