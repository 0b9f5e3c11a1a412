/**
 * The embedded Postgres. All SQL of the shop goes through `query`; inside `transaction` the same call runs on the transaction's
 * connection, so that no function has to pass a connection around.
 */
import { PGlite } from '@electric-sql/pglite'
import type { Transaction } from '@electric-sql/pglite'
import { AsyncLocalStorage } from 'node:async_hooks'
import { SCHEMA_SQL } from './schema.ts'

const openTransaction = new AsyncLocalStorage<Transaction>()
let database: PGlite | undefined

/** Opens the database, in memory when there is no folder, and creates the tables. */
export async function openDatabase(folder?: string): Promise<void> {
  database = await PGlite.create(folder === undefined || folder === '' ? 'memory://' : folder)
  await database.exec(SCHEMA_SQL)
}

export async function closeDatabase(): Promise<void> {
  await database?.close()
  database = undefined
}

export async function query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  const connection = openTransaction.getStore() ?? database
  if (connection === undefined) throw new Error('The database is not open.')
  const answer = await connection.query<Row>(sql, [...params])
  return answer.rows
}

/** Runs `work` in one transaction: all of its queries happen, or none. */
export async function transaction<Result>(work: () => Promise<Result>): Promise<Result> {
  const { connection, finish } = await beginTransaction()
  try {
    return await openTransaction.run(connection, work)
  } catch (error) {
    await connection.rollback()
    throw error
  } finally {
    await finish()
  }
}

interface BegunTransaction {
  readonly connection: Transaction
  /** Commits what was not rolled back. */
  readonly finish: () => Promise<void>
}

/** PGlite runs a transaction as a callback out of its queue. Here it only hands out the connection, so that the work stays with its caller. */
function beginTransaction(): Promise<BegunTransaction> {
  return new Promise((resolve, reject) => {
    if (database === undefined) throw new Error('The database is not open.')
    const finished = database.transaction(connection => new Promise<void>(end => resolve({ connection, finish: () => (end(), finished) })))
    finished.catch(reject)
  })
}
