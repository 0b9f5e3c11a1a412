/** A session as Parquet (zstd): one file for each view that is stored, with the columns of docs/sql.md. Other tools read them as they are. */
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TraceStore } from '../model/trace-store.ts'
import { scopeOf } from '../export/export-scope.ts'
import { Database } from './duckdb.ts'
import type { DatabaseOptions } from './duckdb.ts'
import { loadSession } from './session-load.ts'
import { createTables, createViews } from './stored-tables.ts'
import { STORED_VIEWS, quoted, quotedName } from './view-schema.ts'
import type { ViewName } from './view-schema.ts'

/** Rows a group: what a reader can leave out at once. */
const GROUP_ROWS = 122_880
const SCRATCH = 'scratch.duckdb'

export const parquetName = (view: ViewName): string => `${view}.parquet`

export interface WrittenFile {
  readonly file: string
  readonly bytes: number
}

/** Writes the files into a folder, making it where it is not there. Throws `export-empty`, `sql-missing`. */
export async function writeParquet(store: TraceStore, folder: string): Promise<readonly WrittenFile[]> {
  scopeOf(store, {})
  await mkdir(folder, { recursive: true })
  const written: WrittenFile[] = []
  await withTables(store, folder, {}, async database => {
    for (const view of STORED_VIEWS) {
      const file = join(folder, parquetName(view))
      await copyView(database, store, view, file)
      written.push({ file, bytes: (await stat(file)).size })
    }
  })
  return written
}

/** The session's tables in a database of its own, in `folder`, gone afterwards: a session need not fit into memory twice. */
export async function withTables(
  store: TraceStore,
  folder: string,
  options: DatabaseOptions,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const path = join(folder, SCRATCH)
  const remove = async (): Promise<void> => {
    for (const file of [path, `${path}.wal`]) await rm(file, { force: true })
  }
  await remove()
  const database = await Database.open(path, options)
  try {
    await database.run('BEGIN', ...createTables(), 'COMMIT', ...createViews('own'))
    await loadSession(database, store)
    await work(database)
  } finally {
    database.close()
    await remove()
  }
}

/** Events in the one order, so that a time range leaves out whole groups of rows. */
export async function copyView(database: Database, store: TraceStore, view: ViewName, file: string, without: readonly string[] = []): Promise<void> {
  const isMerged = store.tracks.filter(track => track.rows.length > 0).length > 1
  const order = isMerged && ['events', 'values', 'errors', 'writes'].includes(view) ? ' ORDER BY time_us, track, seq' : ''
  const columns = without.length === 0 ? '*' : `* EXCLUDE (${without.join(', ')})`
  await database.run(
    `COPY (SELECT ${columns} FROM memory.own.${quotedName(view)}${order}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS})`,
  )
}
