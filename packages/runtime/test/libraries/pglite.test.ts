import { afterAll, beforeAll, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

let box: DatabaseSandbox
beforeAll(async () => {
  box = await createDatabaseSandbox('pglite', () => ({ PGLITE_MODULE: import.meta.resolve('@electric-sql/pglite') }))
})
afterAll(() => box?.remove())

const OPEN = `
const { PGlite } = await import(PGLITE_MODULE)
const db = observe(new PGlite(), 'PGlite')
`

const OPERATIONS = `
const kind = value => value === undefined ? 'undefined' : value.constructor.name
log('names', db.query.name, db.query.length, db.transaction.length, Object.keys(db))
await outcome('exec', f('a', () => db.exec('CREATE TABLE t (id int primary key, name text, password text); INSERT INTO t VALUES (0)')).then(r => r.map(each => [each.rows, each.affectedRows])))
log('kind', kind(f('b', () => db.query('SELECT 1 AS one'))))
await outcome('insert', f('c', () => db.query('INSERT INTO t (id, name, password) VALUES ($1, $2, $3)', [1, 'ann', 'hunter2'])).then(r => [r.rows, r.affectedRows]))
await outcome('array mode', db.query('SELECT * FROM t ORDER BY id', [], { rowMode: 'array' }).then(r => r.rows))
await outcome('sql', f('d', () => db.sql\`SELECT \${7}::int AS n\`).then(r => r.rows))
await outcome('error', f('e', () => db.query('SELECT nope')))
await outcome('duplicate', db.query('INSERT INTO t VALUES ($1)', [1]))
await outcome('bad parameter', db.query('SELECT $1::int', ['x']))
await outcome('throwing parameter', db.query('SELECT $1::text', [{ toString() { throw new RangeError('not me') } }]).catch(error => { throw error }))
db.query('SELECT unhandled')
await outcome('describe', db.describeQuery('SELECT 1 AS n').then(r => r.resultFields.length))
await outcome('transaction', f('g', () => db.transaction(async tx => {
  f('in g')
  log('tx', Object.keys(tx), tx.query.name, tx.query.length)
  await tx.query('UPDATE t SET name = $1', ['x']); await tx.exec('SELECT 1; SELECT 2')
  await tx.sql\`SELECT \${8}::int AS n\`.then(r => log('tx sql', r.rows))
  return 'done'
})))
await outcome('rolled back', f('h', () => db.transaction(async tx => { await tx.query('DELETE FROM t'); await tx.rollback(); return tx.query('SELECT 1').catch(shown) })))
await outcome('failed', db.transaction(async tx => { await tx.query('SELECT nope') }))
await outcome('thrown', db.transaction(() => { throw new TypeError('mine') }))
await outcome('no callback', db.transaction())
await Promise.all([3, 1, 2].map(n => db.query('SELECT $1::int AS n', [n]).then(r => log('order', r.rows[0].n))))
const ticks = []
await Promise.all([db.query('SELECT 1').then(() => ticks.push('query')), db.exec('SELECT 1').then(() => ticks.push('exec')), db.describeQuery('SELECT 1').then(() => ticks.push('describe'))])
log('ticks', ticks)
const unlisten = await db.listen('news', text => { f('heard'); log('heard', text) })
await db.query("NOTIFY news, 'hello'")
await unlisten()
await outcome('manual', db.exec('BEGIN').then(() => db.query('SELECT 1')).then(() => db.exec('COMMIT')).then(r => r.length))
await db.close()
await outcome('closed', f('i', () => db.query('SELECT 1')))
`

test('results, errors, order and return values are those of a plain run', async () => {
  const plain = await box.plain(OPEN + OPERATIONS)
  const { log, lines } = await box.recorded(OPEN + OPERATIONS)
  expect(log).toEqual(plain)
  const queries = queriesOf(lines)
  expect(queries.filter(({ end }) => end === 'open' || end === 'twice')).toEqual([])
  expect(queries).toHaveLength(29)
  expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual([
    'a {system: "postgresql", statement: "CREATE TABLE t (id int primary key, name text, password text); INSERT INTO t VALUES (0)"} → {rows: 1}',
    'b {system: "postgresql", statement: "SELECT 1 AS one"} → {rows: 1}',
    'c {system: "postgresql", statement: "INSERT INTO t (id, name, password) VALUES ($1, $2, $3)", parameters: [1, "ann", <redacted plan>]} → {rows: 1}',
    'd {system: "postgresql", statement: "SELECT $1::int AS n", parameters: [7]} → {rows: 1}',
    'e {system: "postgresql", statement: "SELECT nope"} → {error: "column \\"nope\\" does not exist", code: "42703"}',
    'g {system: "postgresql", statement: "UPDATE t SET name = $1", parameters: ["x"], transaction: 1} → {rows: 2}',
    'h {system: "postgresql", statement: "DELETE FROM t", transaction: 2} → {rows: 2}',
    'i {system: "postgresql", statement: "SELECT 1"} → {error: "PGlite is closed"}',
  ])
  expect(told(lines)).toContain('nobody {system: "postgresql", statement: "SELECT 1", transaction: 2} → {error: "not sent"}')
  expect(causesOf(lines).get('in g')).toBe('g')
  expect(told(lines).join('\n')).not.toContain('hunter2')
})

test('each of two hundred requests keeps its own; what is not known is left alone, and detached nothing is left', async () => {
  const program = `
    const { PGlite } = await import(PGLITE_MODULE)
    const chain = [PGlite.prototype, Object.getPrototypeOf(PGlite.prototype)]
    const methods = () => chain.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)))
    const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
    const untouched = methods()
    const db = observe(new PGlite(), 'PGlite')
    const patched = methods()
    observe(db)
    log('twice', isAs(patched))
    const trap = () => log('trap')
    const unknown = [{ query() {}, exec() {}, transaction() {} }, new Proxy(db, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
    log('given back', unknown.every(value => observe(value) === value))
    const request = i => new Promise(done => f('r' + i, () => db.query('SELECT $1::int AS n', [i]).then(() => f('second ' + i, () => {
      const finish = ({ rows }) => { f('end ' + i); if (rows[0].n !== i) log('wrong', i); done() }
      if (i % 2) db.query('SELECT $1::int AS n', [i]).then(finish)
      else db.transaction(tx => f('in ' + i, () => tx.query('SELECT $1::int AS n', [i]))).then(finish)
    }))))
    await Promise.all(Array.from({ length: 200 }, (_, i) => request(i)))
    await db.transaction(async tx => { recorder?.uninstall(); await tx.query('SELECT 1'); log('in a transaction', (await tx.query('SELECT 2 AS two')).rows) })
    log('detached', isAs(untouched), (await db.query('SELECT 3 AS three')).rows)
    await db.close()`
  const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
  expect(log).toEqual([
    ['twice', true],
    ['given back', true],
    ['in a transaction', [{ two: 2 }]],
    ['detached', true, [{ three: 3 }]],
  ])
  const queries = queriesOf(lines)
  expect(queries).toHaveLength(400)
  const wrong = queries.filter(({ by, start, end }) => {
    const i = Number(/parameters: \[(\d+)\]/.exec(start)?.[1])
    return end !== '{rows: 1}' || !(by === `r${i}` || by === (i % 2 === 1 ? `second ${i}` : `in ${i}`))
  })
  expect(wrong).toEqual([])
  expect(new Set(queries.map(({ by }) => by)).size).toBe(400)
  const causes = causesOf(lines)
  const misplaced = Array.from({ length: 200 }, (_, i) => i).filter(
    i =>
      causes.get(`second ${i}`) !== `r${i}` || causes.get(`end ${i}`) !== `second ${i}` || (i % 2 === 0 && causes.get(`in ${i}`) !== `second ${i}`),
  )
  expect(misplaced).toEqual([])
})
