import { startRedis } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causesOf, createDatabaseSandbox, queriesOf, told } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { expectOwnCommands } from './redis-requests.ts'
import { chainsOf, messagesOf } from './message-programs.ts'

let server: DatabaseServer
let cluster: DatabaseServer
beforeAll(async () => {
  ;[server, cluster] = await Promise.all([startRedis(), startRedis({ isCluster: true })])
})
afterAll(() => Promise.all([server?.stop(), cluster?.stop()]))

const CONNECT = `
const { default: Redis } = await import(REDIS_MODULE)
const redis = observe(new Redis(REDIS_PORT), 'default')
await redis.flushall()
`

const OPERATIONS = `
const kind = value => value === undefined ? 'undefined' : value.constructor.name
log('names', Redis.prototype.sendCommand.name, Redis.prototype.sendCommand.length, redis.get.name, redis.get.length)
await outcome('set', f('a', () => redis.set('k', 'v')))
log('kind', kind(f('b', () => redis.get('k'))))
await new Promise(done => log('callback', kind(f('c', () => redis.get('k', (error, value) => { log('called', error, value); done() })))))
await outcome('missing', redis.get('none'))
await outcome('buffer', redis.getBuffer('k').then(value => [kind(value), value.toString()]))
await outcome('hash', redis.hset('h', { name: 'ann', password: 'secret-1' }))
await outcome('all', redis.hgetall('h'))
await outcome('wrong type', f('d', () => redis.lpush('k', 'x')))
await new Promise(done => redis.lpush('k', 'x', (error, value) => { log('failed', shown(error), value); done() }))
await outcome('call', redis.call('SET', 'k2', 2))
await outcome('unknown', redis.call('NOPE', 1))
await outcome('list', redis.rpush('l', ['a', 'b', 3]).then(() => redis.lrange('l', 0, -1)))
const pipeline = redis.pipeline()
log('pipeline', pipeline.set('p', 1) === pipeline, pipeline.length)
pipeline.incr('p').lpush('k', 'x').get('p', (error, value) => log('in pipeline', error, value))
await outcome('exec', f('e', () => pipeline.exec()).then(results => results.map(([error, value]) => [error && shown(error), value])))
await outcome('batch', redis.pipeline([['get', 'p'], ['get', 'k']]).exec())
await outcome('multi', f('g', () => redis.multi().set('m', 1).incr('m').exec()))
await outcome('aborted', redis.multi().set('m').call('NOPE').exec().catch(error => { throw Object.assign(error, { previousErrors: error.previousErrors.length }) }))
await outcome('multi, no pipeline', redis.multi({ pipeline: false }))
await redis.set('m', 5)
await outcome('multi, no pipeline', redis.exec())
redis.defineCommand('both', { numberOfKeys: 1, lua: 'return {KEYS[1], ARGV[1]}' })
for (const n of [1, 2]) await outcome('script', redis.both('k', n))
await Promise.all(['x', 'y', 'z'].map(key => redis.set(key, key).then(() => log('order', key))))
redis.lpush('k', 'unhandled')
await redis.ping()
redis.get('k', () => { throw new TypeError('thrown in callback') })
await new Promise(resolve => setTimeout(resolve, 5))
const auto = observe(new Redis(REDIS_PORT, { enableAutoPipelining: true, keyPrefix: 'pre:' }), 'default')
await outcome('auto', Promise.all([f('h', () => auto.set('a', 1)), f('i', () => auto.get('a')), auto.lpush('a', 1).catch(shown)]))
const keys = []
for await (const page of redis.scanStream({ match: 'pre:*' })) keys.push(...page)
log('scanned', keys)
const subscriber = observe(redis.duplicate(), 'default')
const heard = new Promise(done => subscriber.on('message', (...args) => done(args)))
await outcome('subscribe', subscriber.subscribe('news'))
await redis.publish('news', 'hello')
log('heard', await heard)
await outcome('while subscribed', subscriber.get('k'))
await outcome('blocked', Promise.all([auto.blpop('queue', 1), redis.rpush('pre:queue', 'job')]))
const nowhere = observe(new Redis(1, { retryStrategy: null, maxRetriesPerRequest: 0 }), 'default')
nowhere.on('error', error => log('nowhere error', shown(error)))
await outcome('nowhere', f('j', () => nowhere.get('k')))
const strict = observe(new Redis(REDIS_PORT, { enableOfflineQueue: false, lazyConnect: true }), 'default')
strict.on('error', () => {})
await outcome('no queue', strict.get('k'))
await outcome('quit', redis.quit())
await outcome('after quit', f('k', () => redis.get('k')))
for (const each of [auto, subscriber, strict, nowhere]) each.disconnect()
`

describe.each([
  ['ioredis 6', 'ioredis'],
  ['ioredis 5', 'ioredis5'],
])('%s', (_label, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('ioredis', () => ({
      REDIS_MODULE: import.meta.resolve(name),
      REDIS_PORT: server.port,
      CLUSTER_PORT: cluster.port,
    }))
  })
  afterAll(() => box?.remove())

  test('results, errors, order and return values are those of a plain run', async () => {
    const plain = await box.plain(CONNECT + OPERATIONS)
    const { log, lines } = await box.recorded(CONNECT + OPERATIONS)
    expect(log).toEqual(plain)
    expect(plain).toHaveLength(40)
    const queries = queriesOf(lines)
    expect(queries.filter(({ end }) => end === 'open' || end === 'twice')).toEqual([])
    // How many pages a scan has is for the server to say.
    expect(queries.filter(({ start }) => !start.includes('"SCAN"'))).toHaveLength(51)
    expect(told(lines).filter(line => !line.startsWith('nobody '))).toEqual([
      'a {system: "redis", statement: "SET", parameters: ["k", "v"], database: "0"} → {}',
      'b {system: "redis", statement: "GET", parameters: ["k"], database: "0"} → {}',
      'c {system: "redis", statement: "GET", parameters: ["k"], database: "0"} → {}',
      'd {system: "redis", statement: "LPUSH", parameters: ["k", "x"], database: "0"} → {error: "WRONGTYPE Operation against a key holding the wrong kind of value"}',
      'e {system: "redis", statement: "SET", parameters: ["p", "1"], database: "0"} → {}',
      'e {system: "redis", statement: "INCR", parameters: ["p"], database: "0"} → {}',
      'e {system: "redis", statement: "LPUSH", parameters: ["k", "x"], database: "0"} → {error: "WRONGTYPE Operation against a key holding the wrong kind of value"}',
      'e {system: "redis", statement: "GET", parameters: ["p"], database: "0"} → {}',
      'g {system: "redis", statement: "MULTI", database: "0", transaction: 1} → {}',
      'g {system: "redis", statement: "SET", parameters: ["m", "1"], database: "0", transaction: 1} → {}',
      'g {system: "redis", statement: "INCR", parameters: ["m"], database: "0", transaction: 1} → {}',
      'g {system: "redis", statement: "EXEC", database: "0", transaction: 1} → {}',
      'h {system: "redis", statement: "SET", parameters: ["pre:a", "1"], database: "0"} → {}',
      'i {system: "redis", statement: "GET", parameters: ["pre:a"], database: "0"} → {}',
      'j {system: "redis", statement: "GET", parameters: ["k"], database: "0"} → {error: "Connection is closed."}',
      'k {system: "redis", statement: "GET", parameters: ["k"], database: "0"} → {error: "Connection is closed."}',
    ])
  })

  test('what is heard on a channel begins a chain of its own, whoever listens', async () => {
    const { lines } = await box.recorded(`${CONNECT}
      const subscriber = observe(redis.duplicate(), 'default')
      let left = 3
      const heard = new Promise(done => f('listen', () => {
        subscriber.on('message', (channel, text) => { f(channel + ' ' + text); if (--left === 0) done() })
        subscriber.on('pmessage', (pattern, channel) => { f(pattern + ' ' + channel); if (--left === 0) done() })
      }))
      await subscriber.subscribe('news')
      await subscriber.psubscribe('n*')
      f('a', () => redis.publish('news', 'hello'))
      f('b', () => redis.publish('noise', 'x'))
      await heard
      for (const each of [redis, subscriber]) await each.quit()`)
    expect(chainsOf(lines)).toEqual(['listen', 'a', 'b', 'news hello < receive news', 'n* news < receive news', 'n* noise < receive noise'])
    expect(messagesOf(lines)).toEqual(['receive news {bytes: 5} → {}', 'receive news {bytes: 5} → {}', 'receive noise {bytes: 1} → {}'])
  })

  test('credentials are masked, and so is what stands behind a masked name; what the driver sends by itself is nobody’s', async () => {
    const { lines } = await box.recorded(`${CONNECT}
      const other = observe(f('open', () => new Redis(REDIS_PORT, { username: 'default', password: 'hunter1', db: 2, connectionName: 'hunter' })), 'Redis')
      await f('auth', () => other.auth('hunter2')).catch(() => {})
      await f('hset', () => other.hset('user', 'name', 'ann', 'password', 'hunter3', 'token', 'hunter4'))
      await redis.quit(); await other.quit()`)
    expect(told(lines)).toEqual([
      'nobody {system: "redis", statement: "FLUSHALL", database: "0"} → {}',
      expect.stringMatching(/^auth \{system: "redis", statement: "AUTH", parameters: \[<redacted plan>\], database: "2"\} → \{error: /),
      'hset {system: "redis", statement: "HSET", parameters: ["user", "name", "ann", "password", <redacted plan>, "token", <redacted plan>], database: "2"} → {}',
      'nobody {system: "redis", statement: "QUIT", database: "0"} → {}',
      'nobody {system: "redis", statement: "QUIT", database: "2"} → {}',
    ])
    expect(lines.join('\n')).not.toMatch(/hunter\d/)
  })

  test('of a thousand requests over one connection and one that pipelines by itself, each keeps its own', async () => {
    const { log, lines } = await box.recorded(`${CONNECT}
      const auto = observe(new Redis(REDIS_PORT, { enableAutoPipelining: true }), 'default')
      const request = i => new Promise(done => f('r' + i, () => {
        const client = i % 2 ? auto : redis
        const finish = (_error, value) => { f('end ' + i); if (String(value) !== String(i)) log('wrong', i, value); done() }
        client.set('k' + i, i).then(() => f('second ' + i, () => {
          if (i % 3 === 0) client.get('k' + i, finish)
          else if (i % 3 === 1) redis.pipeline().get('k' + i).exec().then(([[error, value]]) => finish(error, value))
          else redis.multi().get('k' + i).exec((error, [[, value]]) => finish(error, value))
        }))
      }))
      await Promise.all(Array.from({ length: 1000 }, (_, i) => request(i)))
      await Promise.all([redis.quit(), auto.quit()])`)
    expect(log).toEqual([])
    expectOwnCommands(lines)
  })

  test('of a cluster: each command once, whichever node it goes to', async () => {
    const program = `
      const { default: Redis } = await import(REDIS_MODULE)
      const node = new Redis(CLUSTER_PORT)
      // The run before has done it.
      await node.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383).catch(error => { if (!/^ERR Slot \\d+ is already busy$/.test(error.message)) throw error })
      while (!(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await new Promise(done => setTimeout(done, 20))
      await node.flushall()
      await node.quit()
      const redis = observe(new Redis.Cluster([{ host: '127.0.0.1', port: CLUSTER_PORT }]), 'Redis.Cluster')
      observe(new Redis({ lazyConnect: true }), 'default')
      await Promise.all(Array.from({ length: 50 }, (_, i) => f('r' + i, () => redis.set('k' + i, i)).then(() => f('s' + i, () => redis.get('k' + i))).then(value => log('got', value))))
      await outcome('wrong type', f('w', () => redis.lpush('k1', 'x')))
      await outcome('multi', f('m', () => redis.multi().set('m', 1).incr('m').exec()))
      await outcome('pipeline', f('p', () => redis.pipeline().set('m', 1).exec()))
      await new Promise(done => f('c', () => redis.get('k1', (error, value) => { f('after c'); log('called', error, value); done() })))
      await outcome('quit', redis.quit())
      await outcome('after', f('after', () => redis.get('k1')))`
    const { log, lines } = await box.recorded(program)
    expect(log).toEqual(await box.plain(program))
    const queries = queriesOf(lines).filter(({ by }) => by !== 'nobody')
    expect(queries.filter(({ by, start }) => /^[rs]\d/.test(by) && start.includes(`["k${by.slice(1)}"`))).toHaveLength(100)
    expect(queries.slice(100).map(({ by, start, end }) => `${by} ${/statement: "(\w+)"/.exec(start)?.[1]} ${end}`)).toEqual([
      'w LPUSH {error: "WRONGTYPE Operation against a key holding the wrong kind of value"}',
      'm MULTI {}',
      'm SET {}',
      'm INCR {}',
      'm EXEC {}',
      'p SET {}',
      'c GET {}',
      'after GET {error: "None of startup nodes is available"}',
    ])
    expect(causesOf(lines).get('after c')).toBe('c')
  })

  test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
    const program = `
      const { default: Redis } = await import(REDIS_MODULE)
      const pipeline = Object.getPrototypeOf(new Redis({ lazyConnect: true }).pipeline())
      const methods = () => [Redis.prototype, pipeline].flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)))
      const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
      const untouched = methods()
      const redis = observe(new Redis(REDIS_PORT))
      const patched = methods()
      for (const each of [redis, new Redis({ lazyConnect: true }), new (class extends Redis {})({ lazyConnect: true })]) observe(each)
      log('twice', isAs(patched))
      class Strange { sendCommand() {} connect() {} pipeline() { log('asked') } multi() {} duplicate() {} }
      const before = Object.getOwnPropertyDescriptors(Strange.prototype)
      const trap = () => log('trap')
      const unknown = [new Strange(), new Proxy(redis, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
      log('given back', unknown.every(value => observe(value) === value), Object.keys(before).every(key => Strange.prototype[key] === before[key].value))
      await f('before', () => redis.get('k'))
      const pending = redis.get('k')
      recorder?.uninstall()
      log('detached', isAs(untouched))
      log(await pending, await redis.get('k'))
      await redis.quit()`
    const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
    expect(log).toEqual(await box.plain(program))
    expect(log.flat()).not.toContain(false)
    expect(told(lines)[0]).toBe('before {system: "redis", statement: "GET", parameters: ["k"], database: "0"} → {}')
    expect(told(lines)).toHaveLength(2)
  })
})
