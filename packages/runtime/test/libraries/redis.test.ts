import { startRedis } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { expectOwnCommands } from './redis-requests.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

const CONNECT = `
const { createClient, defineScript } = await import(REDIS_MODULE)
const redis = observe(createClient({ url: REDIS_URL }), 'createClient')
await redis.connect()
await redis.flushAll()
`

const OPERATIONS = `
const kind = value => value === undefined ? 'undefined' : value.constructor.name
const prototype = Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(redis)))
log('aliases', redis.select === redis.SELECT, redis.watch === redis.WATCH)
log('names', prototype.sendCommand.name, prototype.sendCommand.length, prototype._executeMulti.name, Object.getOwnPropertyNames(prototype))
await outcome('set', f('a', () => redis.set('k', 'v')))
log('kind', kind(f('b', () => redis.get('k'))))
await outcome('missing', redis.get('none'))
await outcome('expiring', redis.set('e', 1, { EX: 100 }).catch(shown))
await outcome('hash', redis.hSet('h', { name: 'ann', password: 'secret-1' }))
await outcome('all', redis.hGetAll('h'))
await outcome('wrong type', f('c', () => redis.lPush('k', 'x')))
await outcome('list', redis.rPush('l', ['a', 'b']).then(() => redis.lRange('l', 0, -1)))
await outcome('raw', f('d', () => redis.sendCommand(['GET', 'k'])))
await outcome('raw error', redis.sendCommand(['NOPE']))
redis.sendCommand(['LPUSH', 'k', 'unhandled'])
redis.lPush('k', 'also unhandled')
await redis.ping()
await new Promise(resolve => setTimeout(resolve, 5))
await outcome('multi', f('e', () => redis.multi().set('m', 1).incr('m').get('m').exec()))
await outcome('multi error', f('g', () => redis.multi().set('m', 1).lPush('m', '1').exec()).catch(error => { throw Object.assign(error, { count: error.errorIndexes?.length }) }))
await outcome('aborted', f('h', () => redis.multi().addCommand(['SET']).exec()))
await outcome('pipeline', f('i', () => redis.multi().set('p', 1).incr('p').execAsPipeline()))
await outcome('pipeline error', f('j', () => redis.multi().set('p', 1).lPush('p', '1').execAsPipeline()))
await outcome('empty', redis.multi().exec())
redis.multi().lPush('k', 'unhandled').exec()
await redis.ping()
await new Promise(resolve => setTimeout(resolve, 5))
await redis.watch('m'); await redis.unwatch()
await outcome('select', f('k', () => redis.select(1)))
await redis.select(0)
await outcome('typed', redis.withTypeMapping({ 36: Buffer }).get('k').then(value => [kind(value), String(value)]))
await Promise.all(['x', 'y', 'z'].map(key => redis.set(key, key).then(() => log('order', key))))
const order = []
await Promise.all([redis.get('x').then(() => order.push('get')), redis.sendCommand(['GET', 'x']).then(() => order.push('raw')), redis.get('y').then(() => order.push('get 2'))])
log('order', order)
const scripted = observe(createClient({ url: REDIS_URL, scripts: { both: defineScript({ SCRIPT: 'return {KEYS[1], ARGV[1]}', NUMBER_OF_KEYS: 1, parseCommand(parser, key, value) { parser.pushKey(key); parser.push(value) }, transformReply: value => value }) } }), 'createClient')
await scripted.connect()
for (const n of ['1', '2']) await outcome('script', f('l' + n, () => scripted.both('k', n)))
const keys = []
for await (const page of redis.scanIterator({ MATCH: 'm*' })) keys.push(page)
log('scanned', keys)
const subscriber = redis.duplicate()
await subscriber.connect()
const heard = new Promise(done => subscriber.subscribe('news', (...args) => done(args)))
await redis.publish('news', 'hello')
log('heard', await heard)
const timed = new AbortController()
timed.abort()
await outcome('aborted command', redis.withAbortSignal(timed.signal).get('k'))
const three = observe(createClient({ url: REDIS_URL, RESP: 3 }), 'createClient')
await three.connect()
const jobs = []
await Promise.all([three.sendCommand(['GET', 'x']).then(() => jobs.push('command')), three.subscribe('c', () => {}).then(() => jobs.push('subscription'))])
log('jobs', jobs)
await three.close(); await subscriber.close(); await scripted.close(); await redis.close()
await outcome('closed', f('n', () => redis.get('k')))
await outcome('closed', redis.multi().get('k').exec())
`

describe.each([
  ['redis 6', 'redis'],
  ['redis 5', 'redis5'],
])('%s', (_label, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('redis', () => ({ REDIS_MODULE: import.meta.resolve(name), REDIS_URL: server.url }))
  })
  afterAll(() => box?.remove())

  test('results, errors, order and return values are those of a plain run', async () => {
    const plain = await box.plain(CONNECT + OPERATIONS)
    const { log, lines } = await box.recorded(CONNECT + OPERATIONS)
    expect(log).toEqual(plain)
    const queries = queriesOf(lines)
    expect(queries.filter(({ end }) => end === 'open' || end === 'twice').map(({ start }) => /statement: "(\w+)"/.exec(start)?.[1])).toEqual([
      'GET',
      'NOPE',
      'LPUSH',
      'GET',
      'GET',
    ])
    expect(queries.filter(({ start }) => !start.includes('"SCAN"'))).toHaveLength(57)
    const wrongType = '{error: "WRONGTYPE Operation against a key holding the wrong kind of value"}'
    expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual([
      'a {system: "redis", statement: "SET", parameters: ["k", "v"]} → {}',
      'b {system: "redis", statement: "GET", parameters: ["k"]} → {}',
      `c {system: "redis", statement: "LPUSH", parameters: ["k", "x"]} → ${wrongType}`,
      'd {system: "redis", statement: "GET", parameters: ["k"]} → open',
      'e {system: "redis", statement: "MULTI", transaction: 1} → {}',
      'e {system: "redis", statement: "SET", parameters: ["m", "1"], transaction: 1} → {}',
      'e {system: "redis", statement: "INCR", parameters: ["m"], transaction: 1} → {}',
      'e {system: "redis", statement: "GET", parameters: ["m"], transaction: 1} → {}',
      'e {system: "redis", statement: "EXEC", transaction: 1} → {}',
      'g {system: "redis", statement: "MULTI", transaction: 2} → {}',
      'g {system: "redis", statement: "SET", parameters: ["m", "1"], transaction: 2} → {}',
      `g {system: "redis", statement: "LPUSH", parameters: ["m", "1"], transaction: 2} → ${wrongType}`,
      'g {system: "redis", statement: "EXEC", transaction: 2} → {}',
      'h {system: "redis", statement: "MULTI", transaction: 3} → {error: "ERR wrong number of arguments for \'set\' command"}',
      'h {system: "redis", statement: "SET", transaction: 3} → {error: "ERR wrong number of arguments for \'set\' command"}',
      'h {system: "redis", statement: "EXEC", transaction: 3} → {error: "ERR wrong number of arguments for \'set\' command"}',
      'i {system: "redis", statement: "SET", parameters: ["p", "1"]} → {}',
      'i {system: "redis", statement: "INCR", parameters: ["p"]} → {}',
      `j {system: "redis", statement: "SET", parameters: ["p", "1"]} → ${wrongType}`,
      `j {system: "redis", statement: "LPUSH", parameters: ["p", "1"]} → ${wrongType}`,
      'k {system: "redis", statement: "SELECT", parameters: ["1"]} → {}',
      'l1 {system: "redis", statement: "EVALSHA", parameters: ["d006f1a90249474274c76f5be725b8f5804a346b", "1", "k", "1"]} → {}',
      'l2 {system: "redis", statement: "EVALSHA", parameters: ["d006f1a90249474274c76f5be725b8f5804a346b", "1", "k", "2"]} → {}',
      'n {system: "redis", statement: "GET", parameters: ["k"]} → {error: "The client is closed"}',
    ])
    expect(lines.join('\n')).not.toContain('secret-1')
  })

  test('of a thousand requests over one connection, each keeps its own', async () => {
    const { log, lines } = await box.recorded(`${CONNECT}
      const request = i => new Promise(done => f('r' + i, () => {
        const finish = value => { f('end ' + i); if (value !== String(i)) log('wrong', i, value); done() }
        redis.set('k' + i, String(i)).then(() => f('second ' + i, () => {
          if (i % 3 === 0) redis.get('k' + i).then(finish)
          else if (i % 3 === 1) redis.multi().get('k' + i).execAsPipeline().then(([value]) => finish(value))
          else redis.multi().get('k' + i).exec().then(([value]) => finish(value))
        }))
      }))
      await Promise.all(Array.from({ length: 1000 }, (_, i) => request(i)))
      await redis.close()`)
    expect(log).toEqual([])
    expectOwnCommands(lines)
  })

  test('of a pool: each command belongs to who asked, whoever has given back its client', async () => {
    const program = `
      const { createClientPool } = await import(REDIS_MODULE)
      const pool = observe(createClientPool({ url: REDIS_URL }, { maximum: 1 }), 'createClientPool')
      await outcome('early', pool.get('k'))
      await pool.connect()
      log('kind', f('a', () => pool.set('k', 'v')).constructor.name, pool.execute.name, pool.execute.length)
      await Promise.all(Array.from({ length: 50 }, (_, i) => f('r' + i, () => pool.set('k' + i, String(i))).then(() => f('s' + i, () => pool.get('k' + i))).then(value => log('got', value))))
      await outcome('multi', f('m', () => pool.multi().set('m', 1).incr('m').exec()))
      await outcome('wrong type', f('w', () => pool.lPush('k', 'x')))
      await outcome('client', f('c', () => pool.execute(client => f('in c', () => client.get('k')))))
      pool.lPush('k', 'unhandled')
      await pool.ping()
      await pool.close()`
    const { log, lines } = await box.recorded(program)
    expect(log).toEqual(await box.plain(program))
    const queries = queriesOf(lines)
    expect(queries.filter(({ by, start }) => /^[rs]\d/.test(by) && start.includes(`["k${by.slice(1)}"`))).toHaveLength(100)
    expect(queries.filter(({ by }) => /^(?:a|m|w|in c)$/.test(by)).map(({ by, start }) => `${by} ${/statement: "(\w+)"/.exec(start)?.[1]}`)).toEqual([
      'a SET',
      'm MULTI',
      'm SET',
      'm INCR',
      'm EXEC',
      'w LPUSH',
      'in c GET',
    ])
    expect(queries.filter(({ end }) => end === 'open')).toEqual([])
    expect(causesOf(lines).get('in c')).toBe('c')
  })

  test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
    const program = `
      const { createClient } = await import(REDIS_MODULE)
      const redis = createClient({ url: REDIS_URL })
      const chain = []
      for (let at = redis; !Object.hasOwn(at, 'rawListeners'); at = Object.getPrototypeOf(at)) chain.push(at)
      const methods = () => chain.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)).filter(([key]) => !key.startsWith('_events')))
      const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
      const untouched = methods()
      observe(redis)
      const patched = methods()
      for (const each of [redis, createClient(), createClient({ RESP: 2 })]) observe(each)
      log('twice', isAs(patched))
      class Strange { sendCommand() {} _executeCommand() {} }
      const before = Object.getOwnPropertyDescriptors(Strange.prototype)
      const trap = () => log('trap')
      const unknown = [new Strange(), new Proxy(redis, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
      log('given back', unknown.every(value => observe(value) === value), Object.keys(before).every(key => Strange.prototype[key] === before[key].value))
      await redis.connect()
      await f('before', () => redis.get('k'))
      const pending = redis.get('k')
      recorder?.uninstall()
      const now = new Map(methods())
      log('detached', untouched.filter(([key, { value }]) => typeof value === 'function' && now.get(key)?.value !== value).map(([key]) => key))
      log(await pending, await redis.get('k'))
      await redis.close()`
    const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
    expect(log).toEqual(await box.plain(program))
    expect(log.flat(2)).not.toContain(false)
    expect(told(lines)[0]).toBe('before {system: "redis", statement: "GET", parameters: ["k"]} → {}')
    expect(told(lines)).toHaveLength(2)
  })
})
