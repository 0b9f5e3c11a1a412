// SQLite with the indexes that the questions want; an event's place is its row id.
import { CALL_COLUMNS, EVENT_COLUMNS } from './peer-rows.mjs'

const typeOf = column =>
  column === 'place'
    ? 'INTEGER PRIMARY KEY'
    : column === 'fn' || column === 'args'
      ? 'TEXT'
      : ['time', 'start', 'until'].includes(column)
        ? 'REAL'
        : 'INTEGER'

export async function openSqlite(file, fill) {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(file)
  database.exec('PRAGMA cache_size = -1000000; PRAGMA mmap_size = 8000000000; PRAGMA temp_store = MEMORY')
  if (fill !== undefined) {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
    const insert = (table, columns) => {
      database.exec(`CREATE TABLE ${table} (${columns.map(each => `${each} ${typeOf(each)}`).join(', ')})`)
      const statement = database.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`)
      return row => statement.run(...row)
    }
    const takers = { event: insert('events', EVENT_COLUMNS), call: insert('calls', CALL_COLUMNS) }
    database.exec('BEGIN')
    fill(takers)
    database.exec('COMMIT')
    database.exec(`
      CREATE INDEX events_time ON events (time, track, seq);
      CREATE INDEX events_fn ON events (fn, kind, time, track, seq);
      CREATE INDEX events_root ON events (root, time, track, seq);
      CREATE INDEX events_target ON events (target, time, track, seq);
      CREATE INDEX events_call ON events (track, call, seq);
      CREATE INDEX events_args ON events (time, track, seq) WHERE args IS NOT NULL;
      CREATE INDEX calls_start ON calls (start);
      ANALYZE`)
  }
  const prepared = new Map()
  const statementOf = sql => prepared.get(sql) ?? prepared.set(sql, database.prepare(sql)).get(sql)
  return {
    all: (sql, values) => statementOf(sql).all(...values),
    one: (sql, values) => {
      const row = statementOf(sql).get(...values)
      return row && Object.values(row)
    },
    userTest: "json_extract(args, '$.user.id') = CAST(? AS INTEGER)",
  }
}
