/**
 * The warm tier: `<dataDir>/warm.duckdb`, made from the sessions and brought up to them before each statement. It holds nothing that
 * cannot be made again, so a file of another version or one that cannot be read is deleted.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import { makeFolder } from '../node/durable-file.ts'
import { Database, TABLES_CATALOG } from './duckdb.ts'
import type { DatabaseOptions } from './duckdb.ts'
import { loadSession, removeSession } from './session-load.ts'
import type { LoadState } from './session-load.ts'
import { TABLES_VERSION, createTables, createViews } from './stored-tables.ts'
import type { TierSessions } from './tier-sessions.ts'

export const warmPath = (dataDir: string): string => join(dataDir, 'warm.duckdb')
export const WARM = 'warm'

export interface SyncReport {
  /** Sessions that had something new. */
  readonly sessions: number
  readonly events: number
  /** Sessions that are gone from the folder and so from here. */
  readonly removed: number
  /** Sessions that could not be read, each with the reason. */
  readonly unreadable: readonly string[]
}

export class WarmTier {
  readonly database: Database
  /** Goes up with every change. */
  version = 0
  private readonly sessions: TierSessions
  /** Versions of sessions in memory that are loaded. */
  private seen = new WeakMap<TraceStore, number>()

  private constructor(database: Database, sessions: TierSessions) {
    this.database = database
    this.sessions = sessions
  }

  /** Opens the file, making it where it is not there. Throws `sql-missing`, `sql-locked`, `sql-unreadable`. */
  static async open(dataDir: string, sessions: TierSessions, options: DatabaseOptions = {}): Promise<WarmTier> {
    await makeFolder(dataDir)
    const path = warmPath(dataDir)
    let database = await openOrReplace(path, options)
    if ((await versionOf(database)) !== TABLES_VERSION) {
      database.close()
      await removeDatabase(path)
      database = await Database.open(path, options)
      await createSchema(database)
    }
    await database.run(...createViews(WARM))
    return new WarmTier(database, sessions)
  }

  /** Everything anew, from the sessions alone. */
  async rebuild(signal?: { readonly aborted: boolean }): Promise<SyncReport> {
    for (const session of await this.loaded()) await removeSession(this.database, session)
    this.seen = new WeakMap()
    return this.sync(signal)
  }

  /** Brings the tables up to what is recorded now. A session that cannot be read is left as it is here. */
  async sync(signal?: { readonly aborted: boolean }): Promise<SyncReport> {
    const inMemory = await this.sessions.inMemory()
    const onDisk = await this.sessions.list()
    let [changed, events, removed] = [0, 0, 0]
    const unreadable: string[] = []
    const current = await this.current()
    this.version++
    for (const store of inMemory) {
      if (this.seen.get(store) === store.version && !store.live === current.has(store.session)) continue
      const sourceBytes = store.live ? 0 : await this.sessions.bytes(store.session)
      const { version } = store
      const report = await loadSession(this.database, store, { sourceBytes, ...(signal === undefined ? {} : { signal }) })
      this.seen.set(store, version)
      events += report.events
      if (report.events > 0) changed++
    }
    const ids = new Set(inMemory.map(({ session }) => String(session)))
    for (const session of onDisk) {
      if (ids.has(session) || current.has(session)) continue
      try {
        const sourceBytes = await this.sessions.bytes(session)
        const store = await this.sessions.open(session)
        if (store === undefined) continue
        const report = await loadSession(this.database, store, { sourceBytes, ...(signal === undefined ? {} : { signal }) })
        events += report.events
        if (report.events > 0) changed++
      } catch (error) {
        if (!(error instanceof HindscopeError) || error.code === 'query-cancelled') throw error
        unreadable.push(`${session}: ${error.message}`)
      }
    }
    for (const session of await this.loaded()) {
      if (ids.has(session) || onDisk.includes(session)) continue
      await removeSession(this.database, session)
      removed++
    }
    return { sessions: changed, events, removed, unreadable }
  }

  /** Sessions that nobody records and that are wholly here, under their names. */
  async current(): Promise<ReadonlySet<string>> {
    const current = new Set<string>()
    for (const { session, state } of await this.database.rows('SELECT session, state FROM session_rows')) {
      const { whole, unknown, sourceBytes } = JSON.parse(String(state)) as LoadState // SAFE: written by session-load.ts
      const isWhole = whole && !unknown && sourceBytes !== 0
      if (isWhole && sourceBytes === (await this.sessions.bytes(String(session)))) current.add(String(session))
    }
    return current
  }

  async loaded(): Promise<readonly string[]> {
    return (await this.database.rows('SELECT session FROM session_rows')).map(row => String(row['session']))
  }

  close(): void {
    this.database.close()
  }
}

/** The tables in an empty database. */
async function createSchema(database: Database): Promise<void> {
  const version = `INSERT INTO versions VALUES (${TABLES_VERSION})`
  await database.run('BEGIN', 'CREATE TABLE versions (version UINTEGER)', ...createTables(), version, 'COMMIT')
}

/** 0: empty. */
async function versionOf(database: Database): Promise<number> {
  const tables = await database.rows(`SELECT 1 FROM information_schema.tables WHERE table_name = 'versions' AND table_catalog = '${TABLES_CATALOG}'`)
  if (tables.length === 0) return 0
  const [row] = await database.rows('SELECT max(version) AS version FROM versions')
  return Number(row?.['version'] ?? 0)
}

async function openOrReplace(path: string, options: DatabaseOptions): Promise<Database> {
  try {
    return await Database.open(path, options)
  } catch (error) {
    if (!(error instanceof HindscopeError) || error.code !== 'sql-unreadable') throw error
    await removeDatabase(path)
    return Database.open(path, options)
  }
}

async function removeDatabase(path: string): Promise<void> {
  for (const file of [path, `${path}.wal`]) await rm(file, { force: true })
}
