import { createRequire } from 'node:module'
import { newestNode } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

const OPERATIONS = `
const { default: Database } = await import(SQLITE_MODULE)
const kinds = [Database.prototype, Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'))]
const untouched = kinds.map(each => Object.getOwnPropertyDescriptors(each))
const isAs = before => kinds.every((each, i) => Reflect.ownKeys(each).every(key => { const one = Object.getOwnPropertyDescriptor(each, key); return one.value === before[i][key].value && one.enumerable === before[i][key].enumerable }))
const closed = new Database(':memory:')
closed.close()
log('unknown', [{ exec() {}, prepare() {} }, new Proxy(closed, { get() { log('trap') }, getPrototypeOf() { log('trap') } }), {}, closed].every(value => observe(value) === value), isAs(untouched))
const said = []
const db = observe(new Database(':memory:', { verbose: text => said.push(text) }), 'default')
const patched = kinds.map(each => Object.getOwnPropertyDescriptors(each))
observe(db); observe(new Database(':memory:'))
log('twice', isAs(patched))
log('names', ...kinds.flatMap(each => Object.values(Object.getOwnPropertyDescriptors(each)).flatMap(one => [one.value?.name, one.value?.length])))
const attempt = (name, work) => { try { log(name, work()) } catch (error) { log(name, 'threw', shown(error)) } }
attempt('exec', () => f('a', () => db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, password TEXT)') === db))
const insert = db.prepare('INSERT INTO t (id, name, password) VALUES (?, ?, ?)')
log('statement', Object.keys(insert), insert.source, insert.database === db)
attempt('run', () => f('b', () => insert.run(1, 'ann', 'hunter2')))
attempt('duplicate', () => f('c', () => insert.run([1, 'ann', 'hunter2'])))
attempt('named', () => f('d', () => db.prepare('INSERT INTO t (name, password) VALUES (:name, :password)').run({ name: 'bob', password: 'hunter3' })))
attempt('get', () => f('e', () => db.prepare('SELECT name FROM t WHERE id = ?').pluck().get(1)))
attempt('none', () => f('none', () => db.prepare('SELECT name FROM t WHERE id = ?').get(9)))
attempt('all', () => f('g', () => db.prepare('SELECT * FROM t ORDER BY id').raw().all()))
attempt('iterate', () => [...f('h', () => db.prepare('SELECT id FROM t').iterate())])
attempt('syntax', () => f('i', () => db.prepare('SELEC')))
attempt('exec error', () => f('j', () => db.exec('SELECT nope')))
attempt('bad argument', () => db.exec(5))
attempt('wrong this', () => db.exec.call({}, 'SELECT 1'))
attempt('bad value', () => insert.run({}, Symbol('x')))
const given = ['ann', 'hunter4']
const bound = db.prepare('SELECT id FROM t WHERE name = ? AND password <> ?').bind(given)
given[0] = 'somebody else'
attempt('bound', () => f('bound', () => bound.all()))
attempt('bound again', () => bound.bind(1))
attempt('bound and more', () => f('more', () => bound.get(1)))
db.function('twice', value => { f('in function ' + value); if (value > 5) throw new RangeError('too much'); return value * 2 })
attempt('function', () => f('k', () => db.prepare('SELECT twice(?) AS n').get(4)))
attempt('failing function', () => f('l', () => db.prepare('SELECT twice(?) AS n').get(6)))
attempt('bigint', () => f('big', () => db.prepare('UPDATE t SET name = ? WHERE id = ?').safeIntegers().run('x', 1n)))
attempt('pragma', () => f('p', () => db.pragma('user_version', { simple: true })))
const move = db.transaction(name => { f('inside'); db.prepare('UPDATE t SET name = ?').run(name); if (name === 'bad') throw new TypeError('undone'); return name })
attempt('transaction', () => f('q', () => move('good')))
attempt('undone', () => f('r', () => move.immediate('bad')))
attempt('nested', () => f('s', () => db.transaction(() => move('both'))()))
attempt('loop', () => f('m', () => [1, 2, 3].map(id => db.prepare('SELECT name FROM t WHERE id = ?').get(id)?.name)))
await Promise.all([1, 2, 3].map(async id => { await null; f('chain ' + id, () => db.prepare('SELECT ? AS chain').get(id)) }))
log('said', said)
recorder?.uninstall()
log('detached', isAs(untouched), insert.run(7, 'x', null))
db.close()
attempt('closed', () => db.exec('SELECT 1'))
`

const SQL = 'SELECT name FROM t WHERE id = ?'
const UPDATE = 'UPDATE t SET name = ?'
const query = (by: string, statement: string, more: string, end: string): string =>
  `${by} {system: "sqlite", statement: ${JSON.stringify(statement)}${more === '' ? '' : `, ${more}`}} → {${end}}`

const EXPECTED = [
  query('a', 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, password TEXT)', '', ''),
  query('b', 'INSERT INTO t (id, name, password) VALUES (?, ?, ?)', 'parameters: [1, "ann", <redacted plan>]', 'rows: 1'),
  query(
    'c',
    'INSERT INTO t (id, name, password) VALUES (?, ?, ?)',
    'parameters: [1, "ann", <redacted plan>]',
    'error: "UNIQUE constraint failed: t.id", code: "SQLITE_CONSTRAINT_PRIMARYKEY"',
  ),
  query('d', 'INSERT INTO t (name, password) VALUES (:name, :password)', 'parameters: {name: "bob", password: <redacted password>}', 'rows: 1'),
  query('e', SQL, 'parameters: [1]', 'rows: 1'),
  query('none', SQL, 'parameters: [9]', 'rows: 0'),
  query('g', 'SELECT * FROM t ORDER BY id', '', 'rows: 2'),
  query('h', 'SELECT id FROM t', '', ''),
  query('i', 'SELEC', '', 'error: "near \\"SELEC\\": syntax error", code: "SQLITE_ERROR"'),
  query('j', 'SELECT nope', '', 'error: "no such column: nope", code: "SQLITE_ERROR"'),
  query('bound', 'SELECT id FROM t WHERE name = ? AND password <> ?', 'parameters: ["ann", <redacted plan>]', 'rows: 1'),
  query(
    'more',
    'SELECT id FROM t WHERE name = ? AND password <> ?',
    'parameters: ["ann", <redacted plan>]',
    'error: "This statement already has bound parameters"',
  ),
  query('k', 'SELECT twice(?) AS n', 'parameters: [4]', 'rows: 1'),
  query('l', 'SELECT twice(?) AS n', 'parameters: [6]', 'error: "too much"'),
  query('big', 'UPDATE t SET name = ? WHERE id = ?', 'parameters: ["x", 1n]', 'rows: 1'),
  query('p', 'PRAGMA user_version', '', 'rows: 1'),
  query('q', 'BEGIN', 'transaction: 1', 'rows: 0'),
  query('q', UPDATE, 'parameters: ["good"], transaction: 1', 'rows: 2'),
  query('q', 'COMMIT', 'transaction: 1', 'rows: 0'),
  query('r', 'BEGIN IMMEDIATE', 'transaction: 2', 'rows: 0'),
  query('r', UPDATE, 'parameters: ["bad"], transaction: 2', 'rows: 2'),
  query('r', 'ROLLBACK', 'transaction: 2', 'rows: 0'),
  query('s', 'BEGIN', 'transaction: 3', 'rows: 0'),
  query('s', 'SAVEPOINT `\t_bs3.\t`', 'transaction: 3', 'rows: 0'),
  query('s', UPDATE, 'parameters: ["both"], transaction: 3', 'rows: 2'),
  query('s', 'RELEASE `\t_bs3.\t`', 'transaction: 3', 'rows: 0'),
  query('s', 'COMMIT', 'transaction: 3', 'rows: 0'),
  query('m', SQL, 'parameters: [1]', 'rows: 1'),
  query('m', SQL, 'parameters: [2], repeat: 2', 'rows: 1'),
  query('m', SQL, 'parameters: [3], repeat: 3', 'rows: 0'),
  ...[1, 2, 3].map(id => query(`chain ${id}`, 'SELECT ? AS chain', `parameters: [${id}]`, 'rows: 1')),
]

/** 13 brings what it was compiled to, for Node from 22 on; 12 has to be compiled (`node scripts/build-better-sqlite3.mjs`), a minute that is not spent here. */
const [major = 0] = process.versions.node.split('.').map(Number)
const isCompiled = (): boolean => {
  const require = createRequire(import.meta.url)
  try {
    new (require('better-sqlite3-12') as new (file: string) => { close(): void })(':memory:').close() // SAFE: what the package exports
    return true
  } catch {
    return false // SAFE: not compiled is the answer.
  }
}
const VERSIONS = [
  { name: 'better-sqlite3', node: major >= 22 ? process.execPath : newestNode() },
  { name: 'better-sqlite3-12', node: isCompiled() ? process.execPath : '' },
]

describe.each(VERSIONS)('$name', ({ name, node }) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('better-sqlite3', () => ({ SQLITE_MODULE: import.meta.resolve(name) }))
  })
  afterAll(() => box?.remove())

  test.skipIf(node === '')('results, errors and order are those of a plain run', async () => {
    const plain = await box.plain(OPERATIONS, node)
    const { log, lines } = await box.recorded(OPERATIONS, { 'adapter-unsupported': 4 }, node)
    expect(log).toEqual(plain)
    expect(log).toHaveLength(31)
    expect(log.filter(line => Array.isArray(line) && line.includes(false))).toEqual([])
    expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual(EXPECTED)
    expect(
      told(lines)
        .filter(line => line.startsWith('nobody '))
        .map(line => line.replace(/error: ".*"/, 'error')),
    ).toEqual([
      query('nobody', '', '', 'error'),
      query('nobody', 'SELECT 1', '', 'error'),
      query('nobody', 'INSERT INTO t (id, name, password) VALUES (?, ?, ?)', 'parameters: [{}, Symbol(x)]', 'error'),
    ])
    expect(causesOf(lines).get('in function 4')).toBe('k')
    expect(causesOf(lines).get('inside')).toBe('s')
  })
})
