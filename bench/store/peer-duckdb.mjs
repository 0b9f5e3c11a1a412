// DuckDB with a table sorted by time (its way of finding ranges) and indexes for what is looked up by one number.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { CALL_COLUMNS, EVENT_COLUMNS } from './peer-rows.mjs'

/** A dependency of the store, which is asked for it. */
const PACKAGE = '@duckdb/node-api'
const require = createRequire(fileURLToPath(new URL('../../packages/store/package.json', import.meta.url)))
const ROWS = 2048
const TEXTS = new Set(['fn', 'args'])
const BIG = new Set(['place', 'parent'])
const REAL = new Set(['time', 'start', 'until'])
const typeOf = column => (TEXTS.has(column) ? 'VARCHAR' : BIG.has(column) ? 'BIGINT' : REAL.has(column) ? 'DOUBLE' : 'INTEGER')

export async function openDuckdb(file, fill) {
  const { DuckDBInstance, DuckDBDataChunk, DOUBLE, VARCHAR } = require(PACKAGE)
  const connection = await (await DuckDBInstance.create(file)).connect()
  if (fill !== undefined) {
    // Numbers come as DOUBLE, which is how they are fastest handed over.
    const stage = async (table, columns) => {
      await connection.run(
        `CREATE TEMP TABLE ${table}_staged (${columns.map(each => `${each} ${TEXTS.has(each) ? 'VARCHAR' : 'DOUBLE'}`).join(', ')})`,
      )
      const appender = await connection.createAppender(`${table}_staged`)
      const types = columns.map(each => (TEXTS.has(each) ? VARCHAR : DOUBLE))
      let rows = []
      const flush = () => {
        if (rows.length === 0) return
        const chunk = DuckDBDataChunk.create(types, rows.length)
        columns.forEach((_, column) => {
          const cells = rows.map(row => row[column])
          chunk.setColumnValues(column, cells)
        })
        appender.appendDataChunk(chunk)
        rows = []
      }
      return {
        add: row => {
          rows.push(row)
          if (rows.length === ROWS) flush()
        },
        close: async order => {
          flush()
          appender.closeSync()
          await connection.run(
            `CREATE TABLE ${table} AS SELECT ${columns.map(each => `CAST(${each} AS ${typeOf(each)}) AS ${each}`).join(', ')} FROM ${table}_staged ORDER BY ${order}`,
          )
          await connection.run(`DROP TABLE ${table}_staged`)
        },
      }
    }
    const [events, calls] = [await stage('events', EVENT_COLUMNS), await stage('calls', CALL_COLUMNS)]
    fill({ event: events.add, call: calls.add })
    await events.close('time, track, seq')
    await calls.close('start')
    for (const column of ['place', 'root', 'target', 'call']) await connection.run(`CREATE INDEX events_${column} ON events (${column})`)
    await connection.run('CREATE INDEX calls_place ON calls (place)')
    await connection.run('CHECKPOINT')
  }
  const prepared = new Map()
  const ask = async (sql, values) => {
    if (!prepared.has(sql)) prepared.set(sql, await connection.prepare(sql))
    const statement = prepared.get(sql)
    statement.bind(values)
    return statement.runAndReadAll()
  }
  return {
    all: async (sql, values) => (await ask(sql, values)).getRowObjectsJS(),
    one: async (sql, values) => (await ask(sql, values)).getRowsJS()[0]?.map(cell => (typeof cell === 'bigint' ? Number(cell) : cell)),
    userTest: "json_extract_string(args, '$.user.id') = CAST(CAST(? AS BIGINT) AS VARCHAR)",
  }
}
