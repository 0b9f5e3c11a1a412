/** One statement of somebody else's: read only, bounded in rows and time, given up when nobody waits for it any more. */
import { HindscopeError } from '@hindscope/protocol'
import { reasonOf } from './duckdb.ts'
import type { Database, DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from './duckdb.ts'
import type { SqlAnswer, SqlCell } from './sql-answer.ts'

export interface StatementLimits {
  readonly rows: number
  readonly seconds: number
  readonly signal: { readonly aborted: boolean } | undefined
}

/** How often time and signal are looked at. */
const WATCH_MS = 50

/** `schema`: whose views have no name before them. Throws `sql-failed`, `sql-not-allowed`, `sql-stopped`, `query-cancelled`. */
export async function runStatement(
  database: Database,
  schema: string,
  statement: string,
  limits: StatementLimits,
): Promise<Omit<SqlAnswer, 'tiers'>> {
  const connection = await database.connect()
  const startMs = performance.now()
  const watch = new Watch(connection, startMs, limits)
  try {
    await connection.run(`USE ${schema}`)
    await connection.run('BEGIN TRANSACTION READ ONLY')
    const prepared = await prepareOne(database, connection, statement)
    return { ...(await readRows(database, prepared, limits.rows)), ms: performance.now() - startMs }
  } catch (error) {
    if (error instanceof HindscopeError) throw error
    throw watch.reason() ?? failure(error)
  } finally {
    watch.end()
    connection.closeSync()
  }
}

async function prepareOne(database: Database, connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  if (text.trim() === '') throw new HindscopeError('sql-not-allowed', { kind: 'empty' })
  const statements = await connection.extractStatements(text)
  if (statements.count !== 1)
    throw new HindscopeError('sql-not-allowed', { kind: statements.count === 0 ? 'empty' : `${statements.count} statements` })
  const prepared = await statements.prepare(0)
  const types = database.statementTypes
  if (prepared.statementType === types.SELECT || prepared.statementType === types.EXPLAIN) return prepared
  throw new HindscopeError('sql-not-allowed', { kind: types[prepared.statementType] ?? 'unknown' })
}

async function readRows(database: Database, prepared: DuckDBPreparedStatement, limit: number): Promise<Omit<SqlAnswer, 'tiers' | 'ms'>> {
  const result = await prepared.stream()
  const columns = result.columnNames().map((name, index) => ({ name, type: typeName(result, index) }))
  const rows: SqlCell[][] = []
  for (let more = false; !more; more = rows.length > limit) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return { columns, rows, more: false }
    for (const row of chunk.convertRows(database.json)) rows.push(row.map((cell, index) => asCell(cell, columns[index]?.type ?? '')))
  }
  return { columns, rows: rows.slice(0, limit), more: true }
}

/** JSON is a text with another name. */
const typeName = (result: DuckDBResult, index: number): string => result.columnLogicalType(index).alias ?? result.columnType(index).toString()

/** Whole numbers of 64 bits and decimals come as texts; those that a JavaScript number holds become one. JSON becomes what it says. */
function asCell(cell: unknown, type: string): SqlCell {
  if (typeof cell !== 'string') return cell as SqlCell // SAFE: the converter makes JSON values
  if (type === 'JSON') return parsed(cell)
  if (!/^(BIGINT|UBIGINT|HUGEINT|UHUGEINT|DECIMAL)/.test(type)) return cell
  const number = Number(cell)
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : cell
}

function parsed(text: string): SqlCell {
  try {
    return JSON.parse(text) as SqlCell // SAFE: JSON
  } catch {
    return text // SAFE: shown as it stands
  }
}

/** Interrupts the statement when its time is over or when nobody waits any more. */
class Watch {
  private readonly timer: NodeJS.Timeout
  private readonly limits: StatementLimits
  private isLate = false

  constructor(connection: DuckDBConnection, startMs: number, limits: StatementLimits) {
    this.limits = limits
    this.timer = setInterval(() => {
      this.isLate = performance.now() - startMs > limits.seconds * 1000
      if (this.isLate || limits.signal?.aborted === true) connection.interrupt()
    }, WATCH_MS)
  }

  /** Why it was interrupted; undefined when it was not. */
  reason(): HindscopeError | undefined {
    if (this.limits.signal?.aborted === true) return new HindscopeError('query-cancelled', { rows: 'some' })
    return this.isLate ? new HindscopeError('sql-stopped', { seconds: String(this.limits.seconds) }) : undefined
  }

  end(): void {
    clearInterval(this.timer)
  }
}

/** DuckDB says what and where: the line with a caret comes last. */
function failure(error: unknown): HindscopeError {
  const text = reasonOf(error).trim()
  const at = text.search(/\n+LINE \d+:/)
  const [reason, frame] = at === -1 ? [text, ''] : [text.slice(0, at), `\n${text.slice(at).replace(/^\n+/, '')}`]
  return new HindscopeError('sql-failed', { reason: reason.replaceAll('\n', ' '), frame }, { cause: error })
}
