import { startPostgres } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

const PG = `
const { default: pg } = await import(PG_MODULE)
const pool = observe(new pg.Pool({ connectionString: PG_URL, max: 4 }), 'Pool')
`

let server: DatabaseServer
let box: DatabaseSandbox
beforeAll(async () => {
  server = await startPostgres()
  box = await createDatabaseSandbox('pg', () => ({ PG_MODULE: import.meta.resolve('pg'), PG_URL: server.url }))
})
afterAll(async () => {
  box?.remove()
  await server?.stop()
})

/** The program sees the same, with and without a recorder. */
const OPERATIONS = `
const kind = value => value === undefined ? 'undefined' : value.constructor.name
const client = observe(new pg.Client(PG_URL), 'Client')
log('names', pg.Client.prototype.query.name, pg.Client.prototype.query.length, pg.Pool.prototype.connect.length, Object.keys(pg.Client.prototype), Object.getOwnPropertyNames(pg.Client.prototype))
log('connect', kind(f('connect', () => client.connect(error => { log('connected', error) }))))
await f('create', () => client.query('CREATE TEMP TABLE t (id int primary key, name text, password text)'))
await outcome('promise', f('a', () => client.query('SELECT 1 AS one')).then(r => [kind(r), r.rows, r.rowCount, r.command, Object.keys(r)]))
await outcome('values', f('b', () => client.query('INSERT INTO t VALUES ($1, $2, $3) RETURNING id', [1, 'ann', 'secret-1'])).then(r => r.rows))
await outcome('config', client.query({ text: 'SELECT $1::int AS n', values: [7], rowMode: 'array' }).then(r => r.rows))
const config = { text: 'SELECT 2 AS two' }
await new Promise(done => log('callback', kind(f('c', () => client.query(config, (error, r) => { log('called', error, r.rows); done() })))))
log('config', Object.keys(config), config.callback?.name, config.callback?.length, String(config.callback).length)
await new Promise(done => log('callback', kind(client.query('SELECT $1::text AS t', ['x'], function () { log('called', arguments.length, this === undefined ? 'undefined' : kind(this)); done() }))))
await new Promise(done => log('callback', kind(client.query('SELECT nothing', (error, r) => { log('failed', shown(error), r); done() }))))
for (const n of [1, 2]) await outcome('prepared', client.query({ name: 'by-id', text: 'SELECT * FROM t WHERE id = $1', values: [n] }).then(r => r.rows))
await outcome('prepared by name', client.query({ name: 'by-id', values: [1] }).then(r => r.rows))
await outcome('another under the name', client.query({ name: 'by-id', text: 'SELECT 3' }))
await outcome('syntax', f('d', () => client.query('SELEC 1')))
await outcome('duplicate', client.query('INSERT INTO t VALUES (1)'))
await outcome('several', client.query('SELECT 1 AS a; SELECT 2 AS b').then(r => r.map(each => each.rows)))
await outcome('empty', client.query('').then(r => [r.rows, r.rowCount]))
await outcome('no text', client.query({}))
await outcome('bad values', client.query('SELECT $1', 'x'))
await outcome('bind', client.query('SELECT $1::text', [{ toPostgres() { throw new RangeError('not me') } }]))
for (const bad of [null, undefined]) try { client.query(bad) } catch (error) { log('threw', shown(error)) }
try { client.query('SELECT 1', [], 5) } catch (error) { log('threw', shown(error)) }
const template = new (class { get text() { log('text read'); return 'SELECT 4 AS four' } get values() { log('values read'); return [] } })()
await outcome('getters', client.query(template).then(r => r.rows))
const query = new pg.Query('SELECT generate_series(1, 3) AS n')
query.on('row', row => log('row', row)).on('end', r => log('end', r.rowCount))
log('query', f('e', () => client.query(query)) === query, Object.keys(query).length)
await new Promise(done => query.on('end', done))
const failing = new pg.Query('SELECT nope')
failing.on('error', error => log('query error', shown(error)))
client.query(failing)
for (const text of ['BEGIN', 'UPDATE t SET name = NULL', 'SAVEPOINT s', 'ROLLBACK TO s', 'ROLLBACK']) await outcome(text, client.query(text).then(r => [r.command, r.rowCount]))
await Promise.all([3, 1, 2].map(n => client.query('SELECT pg_sleep($1)', [n / 1000]).then(() => log('slept', n))))
const lined = observe(new pg.Client({ connectionString: PG_URL, pipeline: true }), 'Client')
await lined.connect()
await Promise.all(['SELECT 1 AS n', 'SELECT nope', 'SELECT 2 AS n'].map((text, i) => outcome('pipelined ' + text, f('p' + i, () => lined.query(text)).then(r => r.rows))))
await outcome('pipelined prepared', Promise.all([3, 4].map(n => lined.query({ name: 'n', text: 'SELECT $1::int AS n', values: [n] }).then(r => r.rows))))
await lined.end()
client.query('SELECT unhandled')
await client.query('SELECT 1')
await outcome('timeout', client.query({ text: 'SELECT pg_sleep(0.05)', query_timeout: 10 }))
await outcome('pool', f('f', () => pool.query('SELECT $1::int AS n', [1])).then(r => r.rows))
await new Promise(done => log('pool callback', kind(f('g', () => pool.query('SELECT 5 AS five', (error, r) => { log('called', error, r.rows); done() })))))
await outcome('pool error', pool.query('SELECT nope'))
await new Promise(done => log('pool function', kind(pool.query(error => { log('called', shown(error)); done() }))))
await new Promise(done => pool.connect((error, checked, release) => { log('checked out', error, checked === undefined, typeof release); release(); try { release() } catch (again) { log('threw', shown(again)) } done() }))
const checked = await pool.connect()
await outcome('checked', checked.query('SELECT 6 AS six').then(r => r.rows))
checked.release()
const nowhere = observe(new pg.Pool({ connectionString: 'postgresql://127.0.0.1:1/x' }), 'Pool')
await outcome('nowhere', f('h', () => nowhere.query('SELECT 1')))
await outcome('nowhere', nowhere.connect())
const lost = new Promise(done => pool.on('error', error => done(shown(error))))
const killed = (await client.query('SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1', ['client backend'])).rowCount
log('killed', killed, await lost)
await outcome('ended', client.end())
await outcome('after the end', client.query('SELECT 1'))
await new Promise(done => client.query('SELECT 1', error => { log('after the end', shown(error)); done() }))
await pool.end()
await outcome('ended pool', f('i', () => pool.query('SELECT 1')))
`

test('results, errors, order and return values are those of a plain run', async () => {
  const program = PG + OPERATIONS
  const plain = await box.plain(program)
  const { log, lines } = await box.recorded(program)
  expect(log).toEqual(plain)
  expect(plain.length).toBeGreaterThan(60)
  const queries = queriesOf(lines)
  expect(queries.filter(({ end }) => end === 'open' || end === 'twice')).toEqual([])
  expect(queries).toHaveLength(49)
  expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual([
    'create {system: "postgresql", statement: "CREATE TEMP TABLE t (id int primary key, name text, password text)", database: "postgres"} → {}',
    'a {system: "postgresql", statement: "SELECT 1 AS one", database: "postgres"} → {rows: 1}',
    'b {system: "postgresql", statement: "INSERT INTO t VALUES ($1, $2, $3) RETURNING id", parameters: [1, "ann", "secret-1"], database: "postgres"} → {rows: 1}',
    'c {system: "postgresql", statement: "SELECT 2 AS two", database: "postgres"} → {rows: 1}',
    'd {system: "postgresql", statement: "SELEC 1", database: "postgres"} → {error: "syntax error at or near \\"SELEC\\"", code: "42601"}',
    'e {system: "postgresql", statement: "SELECT generate_series(1, 3) AS n", database: "postgres"} → {rows: 3}',
    'p0 {system: "postgresql", statement: "SELECT 1 AS n", database: "postgres"} → {rows: 1}',
    'p1 {system: "postgresql", statement: "SELECT nope", database: "postgres"} → {error: "column \\"nope\\" does not exist", code: "42703"}',
    'p2 {system: "postgresql", statement: "SELECT 2 AS n", database: "postgres"} → {rows: 1}',
    'f {system: "postgresql", statement: "SELECT $1::int AS n", parameters: [1]} → {rows: 1}',
    'g {system: "postgresql", statement: "SELECT 5 AS five", database: "postgres"} → {rows: 1}',
    'h {system: "postgresql", statement: "SELECT 1"} → {error: "connect ECONNREFUSED 127.0.0.1:1", code: "ECONNREFUSED"}',
    'i {system: "postgresql", statement: "SELECT 1"} → {error: "Cannot use a pool after calling end on the pool"}',
  ])
})

describe('what is recorded of a query', () => {
  test('its transaction: a number for each, from BEGIN to its end', async () => {
    const { lines } = await box.recorded(`${PG}
      const [one, two] = await Promise.all([pool.connect(), pool.connect()])
      for (const text of ['begin read only', 'SELECT 1', 'ROLLBACK TO SAVEPOINT s', 'COMMIT', 'SELECT 2']) {
        await one.query(text).catch(() => {})
        if (text === 'SELECT 1') for (const other of [' /* other */ START TRANSACTION', 'SELECT 3', 'end']) await two.query(other)
      }
      await one.query('BEGIN; SELECT 4; COMMIT')
      await one.query('SELECT 5')
      await one.query("DO $$ BEGIN PERFORM 1; END $$")
      one.release(); two.release()
      await pool.end()`)
    const numbers = queriesOf(lines).map(({ start }) => [/statement: "(.*?)"/.exec(start)?.[1], /transaction: (\d+)/.exec(start)?.[1]])
    expect(numbers).toEqual([
      ['begin read only', '1'],
      ['SELECT 1', '1'],
      [' /* other */ START TRANSACTION', '2'],
      ['SELECT 3', '2'],
      ['end', '2'],
      ['ROLLBACK TO SAVEPOINT s', '1'],
      ['COMMIT', '1'],
      ['SELECT 2', undefined],
      ['BEGIN; SELECT 4; COMMIT', undefined],
      ['SELECT 5', undefined],
      ['DO $$ BEGIN PERFORM 1; END $$', undefined],
    ])
  })

  test('parameters: secrets by form, and by the name that the statement gives them; of many the first', async () => {
    const { lines } = await box.recorded(`${PG}
      await pool.query('CREATE TABLE people (id int, email text, password text, "apiKey" text)')
      await pool.query('INSERT INTO people (id, email, password, "apiKey") VALUES ($1, lower($2), $3, $4), (5, $5, $6, NULL)', [1, 'A@x', 'hunter2', 'k-1', 'b@x', 'hunter3'])
      await pool.query('SELECT id FROM people p WHERE p.password = $2 AND email LIKE $1 OR "apiKey"=$3', ['a', 'hunter2', 'k-1'])
      await pool.query('SELECT $1::text', ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'])
      await pool.query('SELECT ' + Array.from({ length: 60 }, (_, i) => '$' + (i + 1) + '::int').join(), Array.from({ length: 60 }, (_, i) => i))
      await pool.query('DROP TABLE people')
      await pool.end()`)
    const parameters = queriesOf(lines).map(({ start }) => /parameters: (\[.*\])/.exec(start)?.[1])
    expect(parameters.slice(1, 4)).toEqual([
      '[1, "A@x", <redacted plan>, <redacted plan>, "b@x", <redacted plan>]',
      '["a", <redacted plan>, <redacted plan>]',
      '["Bearer ▒bearer▒"]',
    ])
    expect(parameters[4]).toMatch(/^\[0, 1, 2, .*30, 31, … 18\]$|^\[0, 1, 2, .*\b31\b/)
    expect(lines.join('\n')).not.toMatch(/hunter|k-1|eyJzdWIi/)
  })

  test('how often its chain has asked the same: a loop is seen by its last', async () => {
    const { lines } = await box.recorded(`${PG}
      const all = ids => Promise.all(ids.map(id => pool.query('SELECT $1::int', [id])))
      await f('first', () => all([1, 2, 3]).then(() => f('later', () => pool.query('SELECT $1::int', [4]))))
      await f('second', () => pool.query('SELECT $1::int', [5]))
      await all([6, 7])
      await pool.end()`)
    expect(queriesOf(lines).map(({ by, start }) => [by, /repeat: (\d+)/.exec(start)?.[1]])).toEqual([
      ['first', undefined],
      ['first', '2'],
      ['first', '3'],
      ['later', '4'],
      ['second', undefined],
      ['nobody', undefined],
      ['nobody', undefined],
    ])
  })

  test('of a Submittable of another class: its end, read at the pace of the program', async () => {
    const program = `${PG}
      const client = await pool.connect()
      class Rows {
        constructor(text) { this.text = text; this.rows = []; this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject })) }
        submit(connection) { connection.query(this.text) }
        handleRowDescription() {}
        handleDataRow(message) { this.rows.push(message.fields.length) }
        handleCommandComplete() {}
        handleReadyForQuery() { this.resolve(this.rows) }
        handleError(error) { this.reject(error) }
      }
      for (const text of ['SELECT generate_series(1, 2)', 'SELECT nope']) {
        const rows = new Rows(text)
        log(f(text, () => client.query(rows)) === rows, Object.keys(rows))
        await outcome(text, rows.done)
      }
      client.release()
      await pool.end()`
    const { log, lines } = await box.recorded(program)
    expect(log).toEqual(await box.plain(program))
    expect(told(lines)).toEqual([
      'SELECT generate_series(1, 2) {system: "postgresql", statement: "SELECT generate_series(1, 2)", database: "postgres"} → {}',
      'SELECT nope {system: "postgresql", statement: "SELECT nope", database: "postgres"} → {error: "column \\"nope\\" does not exist", code: "42703"}',
    ])
  })
})

describe('the cause of what comes after', () => {
  test('callbacks of queries, of connections and of rows that wait for one another belong to who gave them', async () => {
    const { lines } = await box.recorded(`
      const { default: pg } = await import(PG_MODULE)
      const pool = observe(new pg.Pool({ connectionString: PG_URL, max: 1 }), 'Pool')
      const waits = []
      const later = start => waits.push(new Promise(start))
      f('a', () => later(done => pool.query('SELECT 1', () => { f('after a'); done() })))
      f('b', () => later(done => pool.connect((_error, client, release) => f('connected b', () => client.query('SELECT 2', () => { f('after b'); release(); done() })))))
      f('c', () => later(done => pool.query('SELECT nope', () => { f('after c'); done() })))
      f('d', () => later(done => pool.query({ text: 'SELECT 4', values: [] }).then(() => { f('after d'); done() })))
      later(done => pool.query('SELECT 5', () => { f('after nobody'); done() }))
      f('e', () => later(done => { const query = new pg.Query('SELECT 6'); query.on('row', () => f('row e')); query.on('end', () => { f('after e'); done() }); pool.connect().then(client => { client.query(query); query.on('end', () => client.release()) }) }))
      const client = observe(new pg.Client(PG_URL), 'Client')
      f('g', () => later(done => client.connect(() => { f('connected g'); done() })))
      await Promise.all(waits)
      client.on('notification', () => f('notified'))
      await client.query('LISTEN l'); await client.query('NOTIFY l')
      await client.end()
      await pool.end()`)
    expect(queriesOf(lines).map(({ by, start }) => `${by} ${/statement: "(.*?)"/.exec(start)?.[1]}`)).toEqual(
      expect.arrayContaining(['a SELECT 1', 'connected b SELECT 2', 'c SELECT nope', 'd SELECT 4', 'nobody SELECT 5', 'e SELECT 6']),
    )
    const causes = Object.fromEntries(causesOf(lines))
    expect(causes).toMatchObject({
      'after a': 'a',
      'connected b': 'b',
      'after b': 'connected b',
      'after c': 'c',
      'after d': 'd',
      'row e': 'e',
      'after e': 'e',
      'connected g': 'g',
    })
    expect([causes['after nobody'], causes['notified']]).toEqual(['nobody', 'nobody'])
  })

  test('of a thousand requests over four connections, each keeps its own', async () => {
    const { log, lines } = await box.recorded(`${PG}
      const request = i => new Promise(done => f('r' + i, () => {
        const finish = (_error, result) => { f('end ' + i); if (result.rows[0].n !== i * 10 + 3) log('wrong', i); done() }
        pool.query('SELECT $1::int AS n', [i * 10]).then(() => f('second ' + i, () => {
          if (i % 2) pool.query({ text: 'SELECT $1::int AS n', values: [i * 10 + 3] }, finish)
          else pool.connect((_error, client, release) => f('have ' + i, () => client.query('SELECT $1::int AS n', [i * 10 + 3], (...told) => { release(); finish(...told) })))
        }))
      }))
      await Promise.all(Array.from({ length: 1000 }, (_, i) => request(i)))
      await pool.end()`)
    expect(log).toEqual([])
    const queries = queriesOf(lines)
    expect(queries).toHaveLength(2000)
    const wrong = queries.filter(({ by, start, end }) => {
      const n = Number(/parameters: \[(\d+)\]/.exec(start)?.[1])
      const i = Math.floor(n / 10)
      const issuer = n % 10 === 0 ? `r${i}` : i % 2 === 1 ? `second ${i}` : `have ${i}`
      return by !== issuer || end !== '{rows: 1}'
    })
    expect(wrong).toEqual([])
    const causes = causesOf(lines)
    const misplaced = Array.from({ length: 1000 }, (_, i) => i).filter(i => {
      const last = i % 2 === 1 ? `second ${i}` : `have ${i}`
      return (
        causes.get(`second ${i}`) !== `r${i}` || causes.get(`end ${i}`) !== last || (last.startsWith('have') && causes.get(last) !== `second ${i}`)
      )
    })
    expect(misplaced).toEqual([])
    expect(causes.size).toBe(3500)
  })
})

test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
  const program = `
    const { default: pg } = await import(PG_MODULE)
    const methods = () => [pg.Client, pg.Pool, Object.getPrototypeOf(pg.Pool), pg.Query].flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each.prototype)))
    const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
    const untouched = methods()
    const pool = observe(new pg.Pool({ connectionString: PG_URL }))
    const patched = methods()
    observe(pool)
    for (const other of [new pg.Pool(), new pg.Client(PG_URL), new (class extends pg.Client {})(PG_URL)]) observe(other)
    log('twice', isAs(patched))
    class Strange { query() { return 1 } connect() {} _pulseQueue() {} }
    const before = Object.getOwnPropertyDescriptors(Strange.prototype)
    const trap = () => log('trap')
    const unknown = [new Strange(), new Proxy(pool, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}, () => {}]
    log('given back', [...unknown, 5, null].every(value => observe(value) === value), Object.keys(before).every(key => Strange.prototype[key] === before[key].value))
    const { query } = pg.Client.prototype
    await f('before', () => pool.query('SELECT 1'))
    const client = await pool.connect()
    recorder?.uninstall()
    log('detached', isAs(untouched))
    log((await query.call(client, 'SELECT 2 AS two')).rows)
    client.release()
    await pool.end()`
  const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 4 })
  expect(log).toEqual(await box.plain(program))
  expect(log.flat()).not.toContain(false)
  expect(told(lines)).toEqual(['before {system: "postgresql", statement: "SELECT 1"} → {rows: 1}'])
})
