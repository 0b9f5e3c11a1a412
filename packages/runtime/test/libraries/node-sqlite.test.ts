import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

/** Programs run with the Node that runs this. */
const hasSqlite = process.getBuiltinModule('node:module').isBuiltin('node:sqlite')

const OPERATIONS = `
const { DatabaseSync, StatementSync } = await import('node:sqlite')
const untouched = [DatabaseSync, StatementSync].map(each => Object.getOwnPropertyDescriptors(each.prototype))
const isAs = before => [DatabaseSync, StatementSync].every((each, i) => Object.entries(Object.getOwnPropertyDescriptors(each.prototype)).every(([key, one]) => one.value === before[i][key].value && one.enumerable === before[i][key].enumerable))
const db = observe(new DatabaseSync(':memory:'), 'DatabaseSync')
const patched = [DatabaseSync, StatementSync].map(each => Object.getOwnPropertyDescriptors(each.prototype))
observe(db); observe(new DatabaseSync(':memory:'))
log('twice', isAs(patched))
log('unknown', [{ exec() {}, prepare() {} }, new Proxy(db, { get() { log('trap') }, getPrototypeOf() { log('trap') } }), {}].every(value => observe(value) === value))
log('names', db.exec.name, db.exec.length, db.prepare.name, StatementSync.prototype.all.name, StatementSync.prototype.all.length)
const attempt = (name, work) => { try { log(name, work()) } catch (error) { log(name, 'threw', shown(error)) } }
attempt('exec', () => f('a', () => db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, password TEXT)')))
const insert = db.prepare('INSERT INTO t (id, name, password) VALUES (?, ?, ?)')
attempt('run', () => f('b', () => insert.run(1, 'ann', 'hunter2')))
attempt('duplicate', () => f('c', () => insert.run(1, 'ann', 'hunter2')))
attempt('named', () => f('d', () => db.prepare('INSERT INTO t (name, password) VALUES (:name, :password)').run({ name: 'bob', ':password': 'hunter3' })))
attempt('get', () => f('e', () => db.prepare('SELECT name FROM t WHERE id = ?').get(1)))
attempt('none', () => db.prepare('SELECT name FROM t WHERE id = ?').get(9))
attempt('all', () => f('g', () => db.prepare('SELECT * FROM t ORDER BY id').all()))
attempt('iterate', () => [...f('h', () => db.prepare('SELECT id FROM t').iterate())])
attempt('syntax', () => f('i', () => db.prepare('SELEC')))
attempt('exec error', () => f('j', () => db.exec('SELECT nope')))
attempt('bad argument', () => db.exec(5))
attempt('wrong this', () => db.exec.call({}, 'SELECT 1'))
attempt('bad value', () => insert.run({}, Symbol('x')))
db.function('twice', value => { f('in function ' + value); if (value > 5) throw new RangeError('too much'); return value * 2 })
attempt('function', () => f('k', () => db.prepare('SELECT twice(?) AS n').get(4)))
attempt('failing function', () => f('l', () => db.prepare('SELECT twice(?) AS n').get(6)))
const big = db.prepare('UPDATE t SET name = ?'); big.setReadBigInts(true)
attempt('bigint', () => big.run('x'))
for (const text of ['BEGIN', 'DELETE FROM t', 'ROLLBACK']) attempt(text, () => db.exec(text))
attempt('loop', () => f('m', () => [1, 2, 3].map(id => db.prepare('SELECT name FROM t WHERE id = ?').get(id)?.name)))
recorder?.uninstall()
log('detached', isAs(untouched), insert.run(7, 'x', null))
db.close()
attempt('closed', () => db.exec('SELECT 1'))
`

describe.skipIf(!hasSqlite)('node:sqlite', () => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('node-sqlite', () => ({}))
  })
  afterAll(() => box?.remove())

  test('results, errors and order are those of a plain run', async () => {
    const plain = await box.plain(OPERATIONS)
    const { log, lines } = await box.recorded(OPERATIONS, { 'adapter-unsupported': 3 })
    expect(log).toEqual(plain)
    expect(log).toHaveLength(25)
    expect(log.filter(line => isArrayWith(line, false))).toEqual([])
    expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual([
      'a {system: "sqlite", statement: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, password TEXT)"} → {}',
      'b {system: "sqlite", statement: "INSERT INTO t (id, name, password) VALUES (?, ?, ?)", parameters: [1, "ann", <redacted plan>]} → {rows: 1}',
      'c {system: "sqlite", statement: "INSERT INTO t (id, name, password) VALUES (?, ?, ?)", parameters: [1, "ann", <redacted plan>]} → {error: "UNIQUE constraint failed: t.id", code: "ERR_SQLITE_ERROR"}',
      'd {system: "sqlite", statement: "INSERT INTO t (name, password) VALUES (:name, :password)", parameters: {name: "bob", :password: <redacted :password>}} → {rows: 1}',
      'e {system: "sqlite", statement: "SELECT name FROM t WHERE id = ?", parameters: [1]} → {rows: 1}',
      'g {system: "sqlite", statement: "SELECT * FROM t ORDER BY id"} → {rows: 2}',
      'h {system: "sqlite", statement: "SELECT id FROM t"} → {}',
      'i {system: "sqlite", statement: "SELEC"} → {error: "near \\"SELEC\\": syntax error", code: "ERR_SQLITE_ERROR"}',
      'j {system: "sqlite", statement: "SELECT nope"} → {error: "no such column: nope", code: "ERR_SQLITE_ERROR"}',
      'k {system: "sqlite", statement: "SELECT twice(?) AS n", parameters: [4]} → {rows: 1}',
      'l {system: "sqlite", statement: "SELECT twice(?) AS n", parameters: [6]} → {error: "too much"}',
      'm {system: "sqlite", statement: "SELECT name FROM t WHERE id = ?", parameters: [1]} → {rows: 1}',
      'm {system: "sqlite", statement: "SELECT name FROM t WHERE id = ?", parameters: [2], repeat: 2} → {rows: 1}',
      'm {system: "sqlite", statement: "SELECT name FROM t WHERE id = ?", parameters: [3], repeat: 3} → {rows: 0}',
    ])
    const others = queriesOf(lines).filter(({ by }) => by === 'nobody')
    expect(others.map(({ start }) => /transaction: \d/.exec(start)?.[0])).toEqual([
      ...Array.from({ length: 5 }, () => undefined),
      ...Array.from({ length: 3 }, () => 'transaction: 1'),
    ])
    expect(causesOf(lines).get('in function 4')).toBe('k')
  })
})

const isArrayWith = (line: unknown, value: unknown): boolean => Array.isArray(line) && line.includes(value)
