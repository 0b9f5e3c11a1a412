/**
 * The level rules of the sessions that are being recorded. They are kept with the session; each realm is told what they mean for the
 * modules that it has, those that come, and those that it may load, whenever rules, modules or manifests come.
 */
import { HindscopeError, levelDigit } from '@hindscope/protocol'
import type { Level, LevelOutcome, LevelRule, LevelRules, LevelsReport, ProbeManifest, SessionControl } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import { addRules, checkRules, compileRules, limitWish, ruleOf, wishOf, wishWithoutManifest } from './level-rules.ts'
import type { CompiledRule } from './level-rules.ts'
import type { RealmLink, RealmLinks } from './realm-links.ts'
import type { SessionShelf } from './session-shelf.ts'

/** Longest wait for the realms' answers: a page may stand in the debugger. */
const ANSWER_MS = 1000
/** Recorders in Node take messages of 1 MiB. */
const MESSAGE_UNITS = 200_000
/** Manifests of a build come in crowds. */
const GATHER_MS = 20
/** How often a manifest that is missing is looked for. */
const RETRY_MS = 500
const RETRIES = 20

interface Told {
  /** By module: what was last said about it. */
  readonly wishes: Map<string, string>
  /** Messages without an answer. */
  open: number
  changed: number
}

interface SessionLevels {
  current: LevelRules
  rules: readonly CompiledRule[]
  /** By module key: what the current rules mean for it. */
  wishes: Map<string, readonly number[]>
  readonly told: Map<RealmLink, Told>
  /** Work on one session is done in the order in which it came. */
  turn: Promise<unknown>
  answered: (() => void) | undefined
  retry: NodeJS.Timeout | undefined
  retries: number
}

export class LevelControl implements Pick<SessionControl, 'setLevels' | 'levelRules'> {
  private readonly shelf: SessionShelf
  private readonly links: RealmLinks
  private readonly failed: (error: unknown) => void
  private readonly sessions = new Map<string, Promise<SessionLevels>>()
  private isClosed = false
  private manifestTimer: NodeJS.Timeout | undefined
  /** Nothing is asked to record more than this, whatever the rules say. */
  private limit: Level | undefined
  /** Realms may have been told of a limit that is no more. */
  private wasLimited = false

  constructor(shelf: SessionShelf, links: RealmLinks, failed: (error: unknown) => void) {
    this.shelf = shelf
    this.links = links
    this.failed = failed
    links.listen({
      opened: link => this.inTurn(link.session, session => this.tell(link, session)),
      closed: link => this.inTurn(link.session, async session => void session.told.delete(link)),
    })
    links.onReport('levels', (link, body) => {
      const { changed, revision } = body as Partial<LevelsReport> // SAFE: checked here; null throws, which the caller counts
      // An answer to a question for the time: clock-rounds.ts.
      if (typeof revision === 'number' && revision < 0) return
      if (typeof changed !== 'number') throw new HindscopeError('collector-frame', { reason: 'a report of levels without changed', limit: '' })
      void this.sessions.get(link.session)?.then(session => answer(session, link, changed))
    })
  }

  /** A realm of the session has loaded modules. */
  modulesCame(store: TraceStore, realm: number): void {
    const links = this.links.ofSession(store.session).filter(link => link.realm === realm)
    for (const link of links) this.inTurn(store.session, session => this.tell(link, session))
  }

  /** Realms are told before they load the module, if they are not quicker. */
  manifestCame(): void {
    if (this.isClosed) return
    this.manifestTimer ??= setTimeout(() => {
      this.manifestTimer = undefined
      for (const session of this.sessions.keys()) this.tellAll(session)
    }, GATHER_MS).unref()
  }

  /** Holds every connected realm, and those that come, to this level; undefined gives them back to rules and plans. Not kept over a restart. */
  setLimit(limit: Level | undefined): void {
    if (this.limit === limit) return
    this.limit = limit
    this.wasLimited = true
    for (const session of new Set(this.links.all().map(link => link.session))) this.tellAll(session)
  }

  async levelRules({ session }: { readonly session: string }): Promise<LevelRules> {
    return (await this.levelsOf(session)).current
  }

  async setLevels({ session, rules }: { readonly session: string; readonly rules: readonly LevelRule[] }): Promise<LevelOutcome> {
    const added = checkRules(rules)
    const levels = await this.levelsOf(session)
    const done = levels.turn.then(() => this.change(session, levels, added))
    // SAFE: whoever asked is told of the failure; those behind it in the queue go on.
    levels.turn = done.catch(() => undefined)
    return done
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.manifestTimer)
    for (const opened of this.sessions.values()) {
      const session = await opened
      clearTimeout(session.retry)
      session.answered?.()
      await session.turn
    }
  }

  private async change(name: string, session: SessionLevels, added: readonly LevelRule[]): Promise<LevelOutcome> {
    const next = { revision: session.current.revision + 1, rules: addRules(session.current.rules, added) }
    await this.shelf.writeLevels(name, next)
    session.current = next
    session.rules = compileRules(next.rules)
    session.wishes = new Map()
    session.retries = 0
    for (const told of session.told.values()) told.changed = 0
    const links = this.links.ofSession(name)
    for (const link of links) await this.tell(link, session)
    await allAnswered(session)
    const answers = links.map(link => session.told.get(link)).filter(told => told !== undefined && told.open === 0)
    return {
      ...next,
      ...(await this.reach(name, compileRules(added))),
      realms: links.length,
      answered: answers.length,
      changed: answers.reduce((sum, told) => sum + (told?.changed ?? 0), 0),
    }
  }

  /** What rules name among the functions that are known. The same function of several builds of a file is one. */
  private async reach(name: string, rules: readonly CompiledRule[]): Promise<Pick<LevelOutcome, 'functions' | 'capped'>> {
    const { store } = await this.shelf.forWriting(name)
    const functions = new Map<string, boolean>()
    for (const manifest of store.manifests.all()) {
      for (const probe of manifest.probes) {
        if (probe.kind !== 'function') continue
        const rule = ruleOf(rules, manifest, probe)
        if (rule === undefined) continue
        const isCapped = rule.level !== 'plan' && levelDigit(rule.level) > levelDigit(probe.level)
        functions.set(`${manifest.sources[probe.source]?.path} ${probe.name} ${probe.range.join()}`, isCapped)
      }
    }
    return { functions: functions.size, capped: [...functions.values()].filter(Boolean).length }
  }

  private levelsOf(session: string): Promise<SessionLevels> {
    if (!this.shelf.isRecorded(session)) return Promise.reject(new HindscopeError('collector-not-live', { session: String(session) }))
    let opened = this.sessions.get(session)
    if (opened === undefined) {
      opened = this.shelf.readLevels(session).then(current => ({
        current,
        rules: compileRules(current.rules),
        wishes: new Map(),
        told: new Map(),
        turn: Promise.resolve(),
        answered: undefined,
        retry: undefined,
        retries: 0,
      }))
      this.sessions.set(session, opened)
      opened.catch(() => this.sessions.delete(session))
    }
    return opened
  }

  private inTurn(session: string, work: (levels: SessionLevels) => Promise<void>): void {
    if (this.isClosed) return
    void this.shelf
      .forWriting(session)
      .then(() => this.levelsOf(session))
      .then(levels => (levels.turn = levels.turn.then(() => (this.isClosed ? undefined : work(levels))).catch(this.failed)))
      .catch(this.failed)
  }

  private tellAll(session: string): void {
    for (const link of this.links.ofSession(session)) this.inTurn(session, levels => this.tell(link, levels))
  }

  /** Says what the realm was not told yet. */
  private async tell(link: RealmLink, session: SessionLevels): Promise<void> {
    if (session.current.revision === 0 && !this.wasLimited) return
    const store = await this.shelf.open(link.session)
    if (store === undefined) return
    let told = session.told.get(link)
    if (told === undefined) session.told.set(link, (told = { wishes: new Map(), open: 0, changed: 0 }))
    const wishes = this.wishesFor(link, session, store)
    let modules: Record<string, readonly number[]> = {}
    let units = 0
    const send = (): void => {
      if (units > 0 && link.send('levels', { revision: session.current.revision, modules })) told.open++
      modules = {}
      units = 0
    }
    for (const [module, wish] of wishes) {
      const text = wish.join()
      if (told.wishes.get(module) === text) continue
      told.wishes.set(module, text)
      modules[module] = wish
      units += module.length + text.length + 8
      if (units >= MESSAGE_UNITS) send()
    }
    send()
  }

  /** Loaded modules in any case: one of an earlier connection may have other rules. Others only if some rule names them. */
  private wishesFor(link: RealmLink, session: SessionLevels, store: TraceStore): Map<string, readonly number[]> {
    const wishes = new Map<string, readonly number[]>()
    for (const manifest of store.manifests.all()) {
      const wish = this.wishFor(manifest, session)
      if (wish.length > 0) wishes.set(manifest.module, wish)
    }
    for (const { module, count } of store.trackOfRealm(link.realm)?.sites.definitions() ?? []) {
      const manifest = store.manifests.get(module)
      if (manifest === undefined) this.lookAgain(link.session, session)
      const wish = manifest === undefined ? wishWithoutManifest(count, session.rules) : this.wishFor(manifest, session)
      wishes.set(module, this.limit === undefined ? wish : limitWish(wish, count, levelDigit(this.limit)))
    }
    return wishes
  }

  private wishFor(manifest: ProbeManifest, session: SessionLevels): readonly number[] {
    let wish = session.wishes.get(manifest.module)
    if (wish === undefined) session.wishes.set(manifest.module, (wish = wishOf(manifest, session.rules)))
    return wish
  }

  /** The plugin writes manifests a moment after the modules; who never does is not asked for ever. */
  private lookAgain(name: string, session: SessionLevels): void {
    if (session.retry !== undefined || session.retries++ >= RETRIES) return
    session.retry = setTimeout(() => {
      session.retry = undefined
      this.tellAll(name)
    }, RETRY_MS).unref()
  }
}

function answer(session: SessionLevels, link: RealmLink, changed: number): void {
  const told = session.told.get(link)
  if (told === undefined) return
  told.open = Math.max(0, told.open - 1)
  told.changed += changed
  if ([...session.told.values()].every(each => each.open === 0)) session.answered?.()
}

async function allAnswered(session: SessionLevels): Promise<void> {
  if ([...session.told.values()].every(each => each.open === 0)) return
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ANSWER_MS)
    session.answered = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  session.answered = undefined
}
