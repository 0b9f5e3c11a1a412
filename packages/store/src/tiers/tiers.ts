/** The tiers of one data folder: what SQL and questions over all sessions are asked of. DuckDB is opened with the first that needs it. */
import { stat } from 'node:fs/promises'
import { HindscopeError } from '@hindscope/protocol'
import { optionalText, refuse, wholeNumber } from '../engine/validate.ts'
import { COLD, coldFolder, createColdViews, isAddress, listArchived, listRemote, openArchived } from './cold-tier.ts'
import type { ArchivedSession } from './cold-tier.ts'
import { searchAll } from './coordinator.ts'
import type { TierSource } from './coordinator.ts'
import { Database } from './duckdb.ts'
import type { DatabaseOptions } from './duckdb.ts'
import type { SearchAllAnswer, SearchAllQuery, SqlAnswer, SqlQuery, TierReport } from './sql-answer.ts'
import { SqlSearch } from './sql-search.ts'
import { runStatement } from './sql-statement.ts'
import type { Aborted } from './store-search.ts'
import type { TierSessions } from './tier-sessions.ts'
import { VIEW_NAMES, quoted, quotedName } from './view-schema.ts'
import { WARM, WarmTier, warmPath } from './warm-tier.ts'
import type { SyncReport } from './warm-tier.ts'

export interface TierOptions {
  readonly dataDir: string
  readonly sessions: TierSessions
  /** Folder or address of the cold tier; `<dataDir>/cold` when absent. */
  readonly cold?: string
  /** Statements may read nothing but the tiers: for those that come over HTTP. */
  readonly closed?: boolean
}

/** Schema of both tiers together. */
const ALL = 'everything'
const MAX_STATEMENT_LENGTH = 100_000

type Archive = { readonly sessions: readonly ArchivedSession[] } | { readonly reason: string }

export class Tiers {
  private readonly options: TierOptions
  private readonly cold: string
  private warm: Promise<WarmTier> | undefined
  /** For the cold tier alone: the warm file may be another process's. */
  private views: Promise<Database> | undefined
  private syncing: Promise<unknown> = Promise.resolve()
  private readonly searches = new Map<string, { readonly database: Database; readonly version: string; readonly search: SqlSearch }>()

  constructor(options: TierOptions) {
    this.options = options
    this.cold = options.cold ?? coldFolder(options.dataDir)
  }

  /** Throws `query-bad`, `sql-…`, `query-cancelled`. */
  async sql(query: SqlQuery, signal?: Aborted): Promise<SqlAnswer> {
    const { tier = 'all' } = query
    const statement: unknown = query.statement
    if (typeof statement !== 'string' || statement.length > MAX_STATEMENT_LENGTH) {
      return refuse('sql', 'statement', statement, `a text of at most ${MAX_STATEMENT_LENGTH} characters`)
    }
    if (tier !== 'warm' && tier !== 'cold' && tier !== 'all') return refuse('sql', 'tier', tier, 'warm, cold, all')
    const rows = wholeNumber('sql', 'limit', query.limit, { min: 1, max: 1_000_000, fallback: 1000 })
    const seconds = wholeNumber('sql', 'timeoutSeconds', query.timeoutSeconds, { min: 1, max: 3600, fallback: 60 })
    const reports: TierReport[] = []
    const database = tier === 'cold' ? await this.viewsOnly() : (await this.syncedWarm(reports, signal)).database
    if (tier !== 'warm') await this.prepareCold(database, reports, { withWarm: tier === 'all' })
    const schema = `memory.${{ warm: WARM, cold: COLD, all: ALL }[tier]}`
    return { ...(await runStatement(database, schema, statement, { rows, seconds, signal })), tiers: reports }
  }

  /** Throws `query-bad`, `query-syntax`, `query-cancelled`, `not-found`. What cannot be asked makes the answer partial. */
  async searchAll(query: SearchAllQuery, signal?: Aborted): Promise<SearchAllAnswer> {
    optionalText('searchAll', 'query', query.query)
    return searchAll([await this.hotSource(), await this.warmSource(), await this.coldSource()], query, signal)
  }

  /** Brings the warm tier up to the sessions, or makes it anew. Throws `sql-…`. */
  async sync({ anew = false }: { readonly anew?: boolean } = {}): Promise<SyncReport> {
    const warm = await this.openWarm()
    return anew ? warm.rebuild() : warm.sync()
  }

  async close(): Promise<void> {
    for (const opened of [this.warm, this.views]) {
      // SAFE: what could not be opened needs no closing, and whoever asked for it was told.
      const tier = await opened?.catch(() => undefined)
      tier?.close()
    }
    this.warm = undefined
    this.views = undefined
  }

  private databaseOptions(): DatabaseOptions {
    const httpfs = isAddress(this.cold)
    return { ...(httpfs ? { httpfs } : {}), ...(this.options.closed === true ? { onlyFolders: [`${this.cold}/`] } : {}) }
  }

  private openWarm(): Promise<WarmTier> {
    const { dataDir, sessions } = this.options
    this.warm ??= WarmTier.open(dataDir, sessions, this.databaseOptions()).catch((error: unknown) => {
      this.warm = undefined
      throw error
    })
    return this.warm
  }

  private viewsOnly(): Promise<Database> {
    if (this.warm !== undefined) return this.warm.then(({ database }) => database)
    this.views ??= Database.open(':memory:', this.databaseOptions()).catch((error: unknown) => {
      this.views = undefined
      throw error
    })
    return this.views
  }

  private async syncedWarm(reports: TierReport[], signal: Aborted): Promise<WarmTier> {
    const startMs = performance.now()
    const warm = await this.openWarm()
    // One after the other: the second finds nothing left to do.
    const sync = this.syncing.then(() => warm.sync(signal))
    this.syncing = sync.catch(() => undefined)
    const { unreadable } = await sync
    const sessions = (await warm.loaded()).length
    reports.push({ tier: 'warm', sessions, ms: performance.now() - startMs, completeness: partly(unreadable) })
    return warm
  }

  /** Views over what is archived; those over both tiers take a session from the warm one where it is in both. */
  private async prepareCold(database: Database, reports: TierReport[], { withWarm }: { readonly withWarm: boolean }): Promise<void> {
    const startMs = performance.now()
    const archive = await this.archive(database)
    const archived = 'sessions' in archive ? archive.sessions : []
    await createColdViews(database, this.cold, archived)
    if (withWarm) await createUnion(database, await warmSessions(database))
    const reasons = 'reason' in archive ? [archive.reason] : []
    if (archived.length > 0 || reasons.length > 0) {
      reports.push({ tier: 'cold', sessions: archived.length, ms: performance.now() - startMs, completeness: partly(reasons) })
    }
  }

  private async archive(database: Database | undefined): Promise<Archive> {
    try {
      if (!isAddress(this.cold)) return { sessions: await listArchived(this.cold) }
      return { sessions: await listRemote(database ?? (await this.viewsOnly()), this.cold) }
    } catch (error) {
      if (error instanceof HindscopeError) return { reason: error.message }
      throw error
    }
  }

  private async hotSource(): Promise<TierSource> {
    const stores = await this.options.sessions.inMemory()
    const open = (session: string) => Promise.resolve(stores.find(store => store.session === session))
    return { tier: 'hot', sessions: stores.map(({ session }) => session), open }
  }

  private async warmSource(): Promise<TierSource> {
    const { sessions } = this.options
    const ids = await sessions.list()
    const warm = await this.existingWarm()
    const source: TierSource = { tier: 'warm', sessions: ids, open: session => sessions.open(session) }
    if (warm === undefined) return source
    const current = await warm.current()
    return {
      ...source,
      sql: { search: this.search(warm.database, WARM, String(warm.version)), sessions: ids.filter(session => current.has(session)) },
    }
  }

  /** What was learned of a schema is kept as long as it holds the same. */
  private search(database: Database, schema: string, version: string): SqlSearch {
    const known = this.searches.get(schema)
    if (known?.database === database && known.version === version) return known.search
    const search = new SqlSearch(database, schema)
    this.searches.set(schema, { database, version, search })
    return search
  }

  /** Only a file that is there helps: making it would take longer than opening the sessions, which is what happens without it. */
  private async existingWarm(): Promise<WarmTier | undefined> {
    try {
      if (this.warm === undefined) await stat(warmPath(this.options.dataDir))
      return await this.openWarm()
    } catch {
      return undefined // SAFE: nothing is missing from the answer, since sessions that are not in the file are opened
    }
  }

  private async coldSource(): Promise<TierSource> {
    const archive = await this.archive(undefined)
    if ('reason' in archive) return { tier: 'cold', sessions: [], open: () => Promise.resolve(undefined), missing: archive.reason }
    const place = new Map(archive.sessions.map(each => [each.session, each]))
    const open = async (session: string) => {
      const archived = place.get(session)
      if (archived === undefined) return undefined
      if (isAddress(this.cold))
        throw new HindscopeError('cold-unreadable', { place: this.cold, reason: `session ${session} would have to be opened` })
      return openArchived(this.cold, archived)
    }
    const source: TierSource = { tier: 'cold', sessions: [...place.keys()], open }
    if (archive.sessions.length === 0) return source
    try {
      const database = await this.viewsOnly()
      await createColdViews(database, this.cold, archive.sessions)
      return { ...source, sql: { search: this.search(database, COLD, JSON.stringify(archive.sessions)), sessions: source.sessions } }
    } catch (error) {
      if (error instanceof HindscopeError && error.code === 'sql-missing') return source
      throw error
    }
  }
}

const partly = (reasons: readonly string[]): TierReport['completeness'] =>
  reasons.length === 0 ? { kind: 'complete' } : { kind: 'partial', reason: reasons.join('; ') }

const warmSessions = async (database: Database): Promise<readonly string[]> =>
  (await database.rows(`SELECT session FROM memory.${WARM}.sessions`)).map(({ session }) => String(session))

async function createUnion(database: Database, warm: readonly string[]): Promise<void> {
  const others = warm.length === 0 ? 'true' : `session NOT IN (${warm.map(quoted).join(', ')})`
  const views = VIEW_NAMES.map(quotedName).map(view => {
    const both = `SELECT * FROM memory.${WARM}.${view} UNION ALL SELECT * FROM memory.${COLD}.${view} WHERE ${others}`
    return `CREATE OR REPLACE VIEW memory.${ALL}.${view} AS ${both}`
  })
  await database.run(`CREATE SCHEMA IF NOT EXISTS memory.${ALL}`, ...views)
}
