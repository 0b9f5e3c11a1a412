import { PGlite } from '@electric-sql/pglite'

let database

/** In memory when there is no folder. */
export async function openDatabase(folder) {
  database = await PGlite.create(folder ?? 'memory://')
  await database.exec('CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL, pinned boolean NOT NULL DEFAULT false)')
}

export async function closeDatabase() {
  await database?.close()
}

export async function query(sql, params = []) {
  const { rows } = await database.query(sql, params)
  return rows
}
