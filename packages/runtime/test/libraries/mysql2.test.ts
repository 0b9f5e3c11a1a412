import { startMariadb } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

const OPEN = `
const { default: mysql } = await import(MYSQL)
const { default: promised } = await import(MYSQL_PROMISE)
const pool = observe(mysql.createPool({ uri: MYSQL_URL, connectionLimit: 4 }), 'createPool')
`

let server: DatabaseServer
let box: DatabaseSandbox
beforeAll(async () => {
  server = await startMariadb()
  box = await createDatabaseSandbox('mysql2', () => ({
    MYSQL_URL: server.url,
    MYSQL_PORT: server.port,
    MYSQL_PROMISE: import.meta.resolve('mysql2/promise'),
    MYSQL: import.meta.resolve('mysql2'),
  }))
})
afterAll(async () => {
  box?.remove()
  await server?.stop()
})

const OPERATIONS = `
const kind = value => value === undefined ? 'undefined' : value.constructor.name
const connection = observe(mysql.createConnection(MYSQL_URL), 'createConnection')
const prototype = Object.getPrototypeOf(mysql.Connection.prototype)
log('names', ['query', 'execute', 'addCommand'].map(key => [prototype[key].name, prototype[key].length]), Object.keys(prototype), Object.getOwnPropertyNames(prototype))
const called = (name, start) => new Promise(done => log(name, kind(start((error, rows, fields) => { f('after ' + name); log(name, error && shown(error), rows, fields?.length); done() }))))
await called('connect', done => connection.connect(error => done(error)))
await called('a', done => f('a', () => connection.query('CREATE TEMPORARY TABLE t (id int primary key, name text, password text)', done)))
await called('b', done => f('b', () => connection.query('INSERT INTO t (id, name, password) VALUES (?, ?, ?)', [1, 'ann', 'hunter2'], done)))
await called('c', done => f('c', () => connection.execute('SELECT name, password FROM t WHERE id = ?', [1], done)))
await called('options', done => connection.query({ sql: 'SELECT ? AS n', values: [7], rowsAsArray: true }, done))
await called('one value', done => connection.query('SELECT ? AS n', 8, done))
await called('object', done => f('object', () => connection.query('INSERT INTO t SET ?', { id: 2, name: 'bob', password: 'hunter3' }, done)))
await called('names', done => connection.query({ sql: 'SELECT :a AS a', namedPlaceholders: true }, { a: 1 }, done))
await called('d', done => f('d', () => connection.query('SELEC 1', done)))
await called('duplicate', done => connection.execute('INSERT INTO t (id) VALUES (?)', [1], done))
await called('not prepared', done => f('e', () => connection.execute('SELECT nope', done)))
for (const work of [() => connection.query(), () => connection.execute('SELECT ?', [undefined], () => {}), () => connection.execute('SELECT ?', { a: 1 })]) try { work() } catch (error) { log('threw', shown(error)) }
await called('getters', done => connection.query(new (class { get sql() { log('sql read'); return 'SELECT 4 AS four' } })(), done))
await called('begin', done => connection.beginTransaction(done))
await called('update', done => connection.query('UPDATE t SET name = NULL', done))
await called('rollback', done => connection.rollback(done))
const rows = connection.query('SELECT 1 AS n UNION SELECT 2')
log('emitter', kind(rows), Object.keys(rows))
rows.on('result', row => log('row', row)).on('fields', fields => log('fields', fields.length))
await new Promise(done => rows.on('end', done))
for (const text of ['SELECT nope', 'SELEC 2']) await new Promise(done => f('emitted ' + text, () => connection.query(text)).on('error', error => { f('error of ' + text); log('emitted', shown(error)) }).on('end', done))
const streamed = []
for await (const row of f('g', () => connection.query('SELECT 1 AS n UNION SELECT 2')).stream()) streamed.push(row)
log('streamed', streamed)
await new Promise(done => connection.prepare('SELECT ? + 1 AS n', (error, statement) => {
  f('h', () => statement.execute([4], (failed, found) => { f('after h'); log('prepared', error, failed, found); statement.close(); done() }))
}))
const several = observe(await promised.createConnection({ uri: MYSQL_URL, multipleStatements: true }), 'createConnection')
await outcome('several', f('i', () => several.query('SELECT 1 AS a; SELECT 2 AS b UNION SELECT 3; SET @x = 1')).then(([found]) => found.map(each => each.length ?? each.affectedRows)))
await outcome('promise', f('j', () => several.execute('SELECT ? AS n', [5])).then(([found, fields]) => [found, fields.length]))
await outcome('failed', f('k', () => several.query('SELECT nope')))
const statement = await several.prepare('SELECT ? AS n')
await outcome('prepared', f('l', () => statement.execute([6])).then(([found]) => found))
several.query('SELECT unhandled')
await several.query('SELECT 1')
await outcome('timeout', several.query({ sql: 'SELECT SLEEP(0.2)', timeout: 20 }))
await called('pool', done => f('m', () => pool.query('SELECT ? AS n', [9], done)))
await called('pool execute', done => f('n', () => pool.execute('SELECT ? AS n', [10], done)))
await called('pool error', done => f('o', () => pool.query('SELECT nope', done)))
const emitted = pool.query('SELECT 11 AS n')
emitted.on('result', row => log('pool row', row))
await new Promise(done => emitted.on('end', done))
await new Promise(done => pool.query('SELECT nope').on('error', error => { log('pool emitted', shown(error)); done() }))
const both = observe(promised.createPool({ uri: MYSQL_URL, connectionLimit: 1 }), 'createPool')
await outcome('promise pool', f('p', () => both.query('SELECT 12 AS n')).then(([found]) => found))
const checked = await both.getConnection()
await checked.beginTransaction()
const waiting = both.execute('SELECT 13 AS n')
await checked.query('SELECT 14')
await checked.commit()
checked.release()
log('waited', (await waiting)[0])
const nowhere = observe(mysql.createPool({ port: 1 }), 'createPool')
await called('nowhere', done => f('q', () => nowhere.query('SELECT 1', done)))
await called('nowhere', done => nowhere.getConnection(done))
await both.end()
await outcome('ended pool', f('r', () => both.query('SELECT 1')))
await new Promise(done => connection.end(done))
await called('closed', done => f('s', () => connection.query('SELECT 1', done)))
await several.end()
await new Promise(done => pool.end(done))
`

test('results, errors, order and return values are those of a plain run', async () => {
  const plain = await box.plain(OPEN + OPERATIONS)
  const { log, lines } = await box.recorded(OPEN + OPERATIONS)
  expect(log).toEqual(plain)
  const queries = queriesOf(lines)
  expect(queries.filter(({ end }) => end === 'open' || end === 'twice')).toEqual([])
  const named = told(lines).filter(line => !/^(?:nobody|emitted)/.test(line))
  expect(named.map(line => line.replace('system: "mysql", ', ''))).toEqual([
    'a {statement: "CREATE TEMPORARY TABLE t (id int primary key, name text, password text)", database: "test"} → {rows: 0}',
    'b {statement: "INSERT INTO t (id, name, password) VALUES (?, ?, ?)", parameters: [1, "ann", <redacted plan>], database: "test"} → {rows: 1}',
    'c {statement: "SELECT name, password FROM t WHERE id = ?", parameters: [1], database: "test"} → {rows: 1}',
    'object {statement: "INSERT INTO t SET ?", parameters: [{id: 2, name: "bob", password: <redacted password>}], database: "test"} → {rows: 1}',
    'd {statement: "SELEC 1", database: "test"} → {error: "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near \'SELEC 1\' at line 1", code: "ER_PARSE_ERROR"}',
    'e {statement: "SELECT nope", database: "test"} → {error: "Unknown column \'nope\' in \'SELECT\'", code: "ER_BAD_FIELD_ERROR"}',
    'g {statement: "SELECT 1 AS n UNION SELECT 2", database: "test"} → {}',
    'h {statement: "SELECT ? + 1 AS n", parameters: [4], database: "test"} → {rows: 1}',
    'i {statement: "SELECT 1 AS a; SELECT 2 AS b UNION SELECT 3; SET @x = 1", database: "test"} → {rows: 3}',
    'j {statement: "SELECT ? AS n", parameters: [5], database: "test"} → {rows: 1}',
    'k {statement: "SELECT nope", database: "test"} → {error: "Unknown column \'nope\' in \'SELECT\'", code: "ER_BAD_FIELD_ERROR"}',
    'l {statement: "SELECT ? AS n", parameters: [6], database: "test"} → {rows: 1}',
    'm {statement: "SELECT ? AS n", parameters: [9], database: "test"} → {rows: 1}',
    'n {statement: "SELECT ? AS n", parameters: [10], database: "test"} → {rows: 1}',
    'o {statement: "SELECT nope", database: "test"} → {error: "Unknown column \'nope\' in \'SELECT\'", code: "ER_BAD_FIELD_ERROR"}',
    'p {statement: "SELECT 12 AS n", database: "test"} → {rows: 1}',
    'q {statement: "SELECT 1"} → {error: "connect ECONNREFUSED 127.0.0.1:1", code: "ECONNREFUSED"}',
    'r {statement: "SELECT 1", database: "test"} → {error: "Pool is closed."}',
    's {statement: "SELECT 1", database: "test"} → {error: "Can\'t add new command when connection is in closed state"}',
  ])
  const causes = Object.fromEntries(causesOf(lines))
  for (const name of ['a', 'b', 'c', 'd', 'h']) expect(causes[`after ${name}`], name).toBe(name)
  expect(lines.join('\n')).not.toMatch(/hunter\d/)
})

test('of three hundred requests over four connections, each keeps its own', async () => {
  const { log, lines } = await box.recorded(`${OPEN}
    const promises = observe(pool.promise(), 'createPool')
    const request = i => new Promise(done => f('r' + i, () => {
      const finish = (_error, rows) => { f('end ' + i); if (rows[0].n !== i * 10 + 3) log('wrong', i); done() }
      promises.execute('SELECT ? AS n', [i * 10]).then(() => f('second ' + i, () => {
        if (i % 2) pool.query({ sql: 'SELECT ? AS n', values: [i * 10 + 3] }, finish)
        else pool.getConnection((_error, connection) => f('have ' + i, () => connection.execute('SELECT ? AS n', [i * 10 + 3], (...told) => { connection.release(); finish(...told) })))
      }))
    }))
    await Promise.all(Array.from({ length: 300 }, (_, i) => request(i)))
    await promises.end()`)
  expect(log).toEqual([])
  const queries = queriesOf(lines)
  expect(queries).toHaveLength(600)
  const last = (i: number): string => `${i % 2 === 1 ? 'second' : 'have'} ${i}`
  const wrong = queries.filter(({ by, start, end }) => {
    const n = Number(/parameters: \[(\d+)\]/.exec(start)?.[1])
    const i = Math.floor(n / 10)
    return by !== (n % 10 === 0 ? `r${i}` : last(i)) || end !== '{rows: 1}'
  })
  expect(wrong).toEqual([])
  const causes = causesOf(lines)
  const misplaced = Array.from({ length: 300 }, (_, i) => i).filter(
    i => causes.get(`second ${i}`) !== `r${i}` || causes.get(`end ${i}`) !== last(i) || (i % 2 === 0 && causes.get(last(i)) !== `second ${i}`),
  )
  expect(misplaced).toEqual([])
})

test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
  const program = `${OPEN}
    const { Connection, Pool } = mysql
    const command = Object.getPrototypeOf(Object.getPrototypeOf(mysql.createQuery('', [], undefined, {})))
    const chain = [Object.getPrototypeOf(Connection.prototype), Object.getPrototypeOf(Pool.prototype), command]
    const methods = () => chain.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)))
    const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
    const connection = await new Promise(done => pool.getConnection((_error, given) => done(given)))
    await new Promise(done => connection.query('SELECT 1').on('end', done))
    const patched = methods()
    for (const each of [pool, connection, mysql.createPool(MYSQL_URL)]) observe(each)
    log('twice', isAs(patched))
    const trap = () => log('trap')
    const unknown = [{ query() {}, execute() {}, getConnection() {} }, new Proxy(pool, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
    log('given back', unknown.every(value => observe(value) === value))
    const { query } = connection
    await new Promise(done => f('before', () => connection.query('SELECT 2', done)))
    const pending = new Promise(done => query.call(connection, 'SELECT 3 AS three', (error, rows) => done(rows)))
    recorder?.uninstall()
    log('detached', methods().map(([, { value }]) => typeof value === 'function' ? value.name : '').join())
    log(await pending, await new Promise(done => query.call(connection, 'SELECT 4 AS four', (error, rows) => done(rows))))
    log('untouched', methods().every(([key, one], i) => typeof one.value !== 'function' || !['query', 'execute', 'prepare', 'addCommand', 'getConnection'].includes(key) || one.value !== patched[i][1].value) || recorder === undefined)
    connection.release()
    await new Promise(done => pool.end(done))`
  const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
  expect(log).toEqual(await box.plain(program))
  expect(log.flat()).not.toContain(false)
  expect(told(lines).filter(line => line.startsWith('before'))).toHaveLength(1)
})
