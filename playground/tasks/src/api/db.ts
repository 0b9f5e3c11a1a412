/** All SQL of the program. */
import pg from 'pg'

export interface TaskRecord {
  readonly id: number
  readonly title: string
  readonly done: boolean
}

let pool: pg.Pool | undefined

/** `url` as PostgreSQL's own programs take it; without one their environment variables say where the database is. */
export async function openDatabase(url?: string): Promise<void> {
  pool = new pg.Pool(url === undefined ? {} : { connectionString: url })
  await query('CREATE TABLE IF NOT EXISTS tasks (id serial PRIMARY KEY, title text NOT NULL, done boolean NOT NULL DEFAULT false)')
}

export async function closeDatabase(): Promise<void> {
  await pool?.end()
}

export async function query<Row extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  if (pool === undefined) throw new Error('The database is not open.')
  const { rows } = await pool.query<Row>(sql, [...params])
  return rows
}
