/**
 * The cold tier: `<place>/day=YYYY-MM-DD/session=<id>/`, Parquet files of the views and `trace.hscope`, the session itself, so that
 * nothing is lost. `place` is a folder, or an address that DuckDB's httpfs reads (s3://, https://).
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import { scopeOf } from '../export/export-scope.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { exportTrace, readTraceFile } from '../node/trace-file.ts'
import { reasonOf } from './duckdb.ts'
import type { Database } from './duckdb.ts'
import { copyView, parquetName, withTables } from './parquet-files.ts'
import { FUNCTIONS_OF_CALLS, STORED_VIEWS, VIEWS, VIEW_NAMES, quoted, quotedName } from './view-schema.ts'
import type { ViewName } from './view-schema.ts'

export const COLD = 'cold'
const TRACE_FILE = 'trace.hscope'

export const coldFolder = (dataDir: string): string => join(dataDir, 'cold')
export const isAddress = (place: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(place)

export interface ArchivedSession {
  readonly session: string
  /** UTC day of its first event. */
  readonly day: string
}

export interface Archived extends ArchivedSession {
  /** Folder or address of the session. */
  readonly place: string
  /** Of all files; 0 where that is not known (addresses). */
  readonly bytes: number
}

const partOf = ({ day, session }: ArchivedSession): string => `day=${day}/session=${session}`

/** Sessions of a folder. None where there is no folder. Throws `cold-unreadable`. */
export async function listArchived(folder: string): Promise<readonly ArchivedSession[]> {
  const found: ArchivedSession[] = []
  for (const day of await partsIn(folder, folder, 'day')) {
    for (const session of await partsIn(folder, join(folder, `day=${day}`), 'session')) found.push({ session, day })
  }
  return found
}

async function partsIn(place: string, folder: string, key: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names.filter(name => name.startsWith(`${key}=`)).map(name => name.slice(key.length + 1))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new HindscopeError('cold-unreadable', { place, reason: reasonOf(error) }, { cause: error })
  }
}

/** The same of an address. Throws `cold-unreadable`. */
export async function listRemote(database: Database, address: string): Promise<readonly ArchivedSession[]> {
  try {
    const files = await database.rows(`SELECT file FROM glob(${quoted(`${address}/day=*/session=*/${parquetName('sessions')}`)})`)
    return files.flatMap(({ file }) => {
      const [, day, session] = /day=([^/]+)\/session=([^/]+)\//.exec(String(file)) ?? []
      return day === undefined || session === undefined ? [] : [{ day, session }]
    })
  } catch (error) {
    throw new HindscopeError('cold-unreadable', { place: address, reason: reasonOf(error) }, { cause: error })
  }
}

/** What the views of a database were made over. */
const madeOver = new WeakMap<Database, string>()

/** The schema `cold` over these sessions: views with the columns of all tiers. They are made again when there are other sessions. */
export async function createColdViews(database: Database, place: string, archived: readonly ArchivedSession[]): Promise<void> {
  const over = JSON.stringify([place, archived])
  if (madeOver.get(database) === over) return
  const views = VIEW_NAMES.map(view => `CREATE OR REPLACE VIEW memory.${COLD}.${quotedName(view)} AS ${selectOf(view, place, archived)}`)
  await database.run(`CREATE SCHEMA IF NOT EXISTS memory.${COLD}`, ...views)
  madeOver.set(database, over)
}

function selectOf(view: ViewName, place: string, archived: readonly ArchivedSession[]): string {
  if (view === 'functions')
    return `SELECT ${FUNCTIONS_OF_CALLS} FROM memory.${COLD}.calls WHERE activity IS NULL GROUP BY session, function, file, line`
  const columns = VIEWS[view].map(({ name, type }) => [quotedName(name), type] as const)
  if (archived.length === 0) return `SELECT ${columns.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ')} WHERE false`
  const files = archived.map(each => quoted(`${place}/${partOf(each)}/${parquetName(view)}`))
  const options = "hive_partitioning = true, hive_types = {'day': DATE, 'session': VARCHAR}"
  return `SELECT ${columns.map(([name, type]) => `CAST(${name} AS ${type}) AS ${name}`).join(', ')} FROM read_parquet([${files.join(', ')}], ${options})`
}

/** The session itself, out of its archive in a folder. Throws `trace-unreadable`. */
export async function openArchived(folder: string, archived: ArchivedSession): Promise<TraceStore | undefined> {
  const { stores } = await readTraceFile(join(folder, partOf(archived), TRACE_FILE))
  return stores.find(store => store.session === archived.session)
}

/** Writes a session into the cold tier; one that is there already is replaced. Throws `export-empty`, `sql-missing`, `archive-failed`, `sql-httpfs-missing`. */
export async function archiveSession(store: TraceStore, place: string): Promise<Archived> {
  const { startUs } = scopeOf(store, {})
  const archived: ArchivedSession = { session: store.session, day: new Date(startUs / 1000).toISOString().slice(0, 10) }
  try {
    return await (isAddress(place) ? upload(store, place, archived) : archiveToFolder(store, place, archived))
  } catch (error) {
    if (error instanceof HindscopeError) throw error
    throw new HindscopeError('archive-failed', { session: store.session, place, reason: reasonOf(error) }, { cause: error })
  }
}

/** Everything is written beside, then takes its name at once: readers see the whole archive or none. */
async function archiveToFolder(store: TraceStore, place: string, archived: ArchivedSession): Promise<Archived> {
  const target = join(place, partOf(archived))
  const draft = join(place, `.draft-${store.session}-${process.pid}`)
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  try {
    await withTables(store, draft, {}, async database => {
      for (const view of STORED_VIEWS) await copyView(database, store, view, join(draft, parquetName(view)), ['session'])
    })
    await exportTrace(store, join(draft, TRACE_FILE))
    const bytes = await sizeOf(draft)
    await mkdir(join(place, `day=${archived.day}`), { recursive: true })
    // Only an empty folder can be renamed over: the one before is moved away first, and is whole until then.
    const old = `${draft}-old`
    await rename(target, old).catch(ignoreAbsent)
    await rename(draft, target)
    await rm(old, { recursive: true, force: true })
    return { ...archived, place: target, bytes }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}

async function sizeOf(folder: string): Promise<number> {
  let total = 0
  for (const name of await readdir(folder)) total += (await stat(join(folder, name))).size
  return total
}

/** `sessions.parquet` comes last: by it a session is found. */
async function upload(store: TraceStore, address: string, archived: ArchivedSession): Promise<Archived> {
  const draft = join(tmpdir(), `hindscope-archive-${store.session}-${process.pid}`)
  const target = `${address}/${partOf(archived)}`
  await mkdir(draft, { recursive: true })
  try {
    await exportTrace(store, join(draft, TRACE_FILE))
    await withTables(store, draft, { httpfs: true }, async database => {
      const blob = `SELECT content FROM read_blob(${quoted(join(draft, TRACE_FILE))})`
      await database.run(`COPY (${blob}) TO ${quoted(`${target}/${TRACE_FILE}`)} (FORMAT blob)`)
      for (const view of STORED_VIEWS.toReversed()) await copyView(database, store, view, `${target}/${parquetName(view)}`, ['session'])
    })
    return { ...archived, place: target, bytes: 0 }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
