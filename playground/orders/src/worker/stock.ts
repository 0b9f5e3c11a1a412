/** All SQL of the program. */
import { PGlite } from '@electric-sql/pglite'

let database: PGlite | undefined

export async function openStock(): Promise<void> {
  database = new PGlite()
  await database.exec(`
    CREATE TABLE stock (item text PRIMARY KEY, pieces integer NOT NULL CHECK (pieces >= 0));
    INSERT INTO stock VALUES ('lamp', 3), ('chair', 12);
  `)
}

export async function closeStock(): Promise<void> {
  await database?.close()
}

export async function countPieces(item: string): Promise<number> {
  const [row] = await query<{ pieces: number }>('SELECT pieces FROM stock WHERE item = $1', [item])
  return row?.pieces ?? 0
}

/** How many are left; undefined where there are not enough. */
export async function takePieces(item: string, pieces: number): Promise<number | undefined> {
  const [row] = await query<{ pieces: number }>('UPDATE stock SET pieces = pieces - $2 WHERE item = $1 AND pieces >= $2 RETURNING pieces', [
    item,
    pieces,
  ])
  return row?.pieces
}

async function query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
  if (database === undefined) throw new Error('The database is not open.')
  const { rows } = await database.query<Row>(sql, [...params])
  return rows
}
