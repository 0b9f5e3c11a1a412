import { startNats } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabaseSandbox } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { chainsOf, messagesOf } from './message-programs.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startNats()
})
afterAll(() => server?.stop())

const CONNECT = `
const { connect, headers, createInbox } = await import(NATS_MODULE)
const nc = observe(await connect({ servers: NATS_URL }), 'connect')
const text = data => new TextDecoder().decode(data)
const bytes = value => new TextEncoder().encode(value)
const seen = m => [m.subject, text(m.data), m.headers === undefined ? 'no headers' : [...m.headers.keys()].map(key => [key, m.headers.values(key)]), m.size?.()]
`

const OPERATIONS = `
const { protocol } = nc
const types = Object.getPrototypeOf(protocol)
log('names', ...['publish', 'sendCommand', 'processMsg'].flatMap(key => [types[key].name, types[key].length]), nc.request.name, nc.request.length)
const got = []
const plain = nc.subscribe('plain.*', { callback: (error, m) => { f('got ' + m.subject); log('got', error, seen(m)) } })
f('a', () => nc.publish('plain.a', 'text'))
f('b', () => nc.publish('plain.b', bytes('bytes')))
f('c', () => nc.publish('plain.c'))
const given = headers()
given.append('X-One', '1')
given.append('X-One', '2')
const options = { headers: given }
f('d', () => nc.publish('plain.d', 'with headers', options))
log('options', Object.keys(options), options.reply, [...given.keys()])
const own = headers()
own.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
f('e', () => nc.publish('plain.e', 'own context', { headers: own }))
await nc.flush()
const failed = (name, work) => { try { work(); log(name, 'no error') } catch (error) { log(name, shown(error)) } }
failed('bad payload', () => f('g', () => nc.publish('plain.g', 5)))
failed('bad subject', () => nc.publish('', ''))
failed('too large', () => f('h', () => nc.publish('plain.h', new Uint8Array(nc.info.max_payload + 1))))
f('i', () => nc.publish('limit', new Uint8Array(nc.info.max_payload)))
await nc.flush()
nc.subscribe('ask', { callback: (_error, m) => { f('answer'); log('asked', seen(m).slice(0, 3)); m.respond('answer to ' + text(m.data), m.headers && { headers: m.headers }) } })
await outcome('asked', f('j', () => nc.request('ask', 'one', { timeout: 1000 }).then(m => { f('after'); return [text(m.data), m.headers === undefined] })))
await outcome('asked alone', f('k', () => nc.request('ask', 'two', { timeout: 1000, noMux: true }).then(m => { f('after alone'); return text(m.data) })))
await outcome('nobody there', f('l', () => nc.request('nobody', 'x', { timeout: 1000 })))
await outcome('bad request', nc.request(''))
nc.subscribe('silent', { callback: () => {} })
await outcome('silent', f('m', () => nc.request('silent', 'x', { timeout: 20 })))
const many = await nc.requestMany('ask', 'many', { maxWait: 50 })
for await (const m of many) log('one of many', text(m.data))
const iterated = nc.subscribe('iterated', { max: 3 })
for (const i of [1, 2, 3]) f('n' + i, () => nc.publish('iterated', String(i)))
for await (const m of iterated) { f('iterated'); log('iterated', seen(m)) }
const queue = [1, 2].map(() => nc.subscribe('queue', { queue: 'workers', callback: () => got.push(1) }))
for (let i = 0; i < 2; i++) nc.publish('queue', '')
await nc.flush()
log('queued', got.length)
const { EventEmitter } = await import('node:events')
const relay = new EventEmitter()
f('listen', () => relay.on('told', () => f('relayed')))
nc.subscribe('relay', { callback: () => relay.emit('told') })
f('o', () => nc.publish('relay', ''))
await nc.flush()
const inbox = createInbox()
const answered = new Promise(done => nc.subscribe(inbox, { max: 1, callback: (_error, m) => { f('by hand'); done(text(m.data)) } }))
f('p', () => nc.publish('ask', 'by hand', { reply: inbox }))
log('by hand', await answered)
const { inMsgs, outMsgs, inBytes, outBytes } = nc.stats()
log('stats', inMsgs, outMsgs, inBytes, outBytes)
plain.unsubscribe()
await nc.drain()
failed('closed', () => nc.publish('plain.z', ''))
await outcome('closed request', nc.request('ask', ''))
`

/** The client says so, and reads no more. */
const THROWING = `${CONNECT}
const print = console.log
console.log = (...words) => log('printed', words[0], shown(words[1]))
nc.subscribe('thrown', { callback: () => { f('thrower'); throw new TypeError('in callback') } })
f('a', () => nc.publish('thrown', ''))
await new Promise(resolve => setTimeout(resolve, 30))
console.log = print
log('closed', nc.isClosed(), nc.stats().inMsgs)
setTimeout(() => process.exit(0), 100)`

const inboxless = (text: string): string => text.replaceAll(/_INBOX\.[\w.]+/g, '_INBOX')

/** A stream keeps the message until somebody fetches it. */
const STORED = `${CONNECT}
const { jetstream = () => nc.jetstream(), jetstreamManager = () => nc.jetstreamManager() } = await import(STREAMS_MODULE)
const streams = await jetstreamManager(nc)
await streams.streams.add({ name: 'kept', subjects: ['kept.*'], storage: 'memory' })
await streams.consumers.add('kept', { durable_name: 'reader', ack_policy: 'explicit' })
const js = jetstream(nc)
const { seq, duplicate } = await f('a', () => js.publish('kept.a', 'text', { msgID: 'one' }).then(ack => (f('acknowledged'), ack)))
log('kept', seq, duplicate)
await outcome('nowhere', f('b', () => js.publish('nowhere.b', 'text')))
const reader = await js.consumers.get('kept', 'reader')
await new Promise(async done => {
  const messages = await reader.consume({ callback: m => { f('read'); log('read', seen(m).slice(0, 3), m.seq, m.info.pending); m.ack(); messages.stop(); done() } })
})
await new Promise(resolve => setTimeout(resolve, 20))
log('left', (await reader.info()).num_ack_pending)
await streams.streams.delete('kept')
await nc.drain()`

describe.each([
  ['@nats-io/transport-node 3', '@nats-io/transport-node', '@nats-io/jetstream'],
  ['nats 2', 'nats', 'nats'],
])('%s', (_label, name, streams) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('nats', () => ({
      NATS_MODULE: import.meta.resolve(name),
      STREAMS_MODULE: import.meta.resolve(streams),
      NATS_URL: server.url,
    }))
  })
  afterAll(() => box?.remove())

  test('messages, headers, errors, order and counters are those of a plain run', async () => {
    const program = CONNECT + OPERATIONS
    const plain = await box.plain(program)
    const { log, lines } = await box.recorded(program)
    expect(log).toEqual(plain)
    expect(plain).toHaveLength(28)
    expect(messagesOf(lines).map(inboxless)).toEqual([
      ...['a {bytes: 4}', 'b {bytes: 5}', 'c {bytes: 0}', 'd {bytes: 12}', 'e {bytes: 11}'].map(told => `send plain.${told[0]} < ${told} → {}`),
      ...['a {bytes: 4}', 'b {bytes: 5}', 'c {bytes: 0}', 'd {bytes: 12}'].map(
        told => `receive plain.${told[0]} < send plain.${told[0]} < ${told} → {}`,
      ),
      // Its context is somebody else's.
      'receive plain.e < ? {bytes: 11} → {}',
      expect.stringMatching(/^send plain\.g < g \{\} → \{error: /),
      expect.stringMatching(/^send plain\.h < h \{bytes: 1048577\} → \{error: /),
      'send limit < i {bytes: 1048576} → {}',
      'request ask < j {bytes: 3} → {}',
      'receive ask < request ask < j {bytes: 3} → {}',
      'send _INBOX < receive ask < request ask < j {bytes: 13} → {}',
      'send ask < k {bytes: 3} → {}',
      'receive ask < send ask < k {bytes: 3} → {}',
      'send _INBOX < receive ask < send ask < k {bytes: 13} → {}',
      'receive _INBOX < send _INBOX < receive ask < send ask < k {bytes: 13} → {}',
      expect.stringMatching(/^request nobody < l \{bytes: 1\} → \{error: /),
      expect.stringMatching(/^request silent < m \{bytes: 1\} → \{error: "timeout"/i),
      'receive silent < request silent < m {bytes: 1} → {}',
      'send ask {bytes: 4} → {}',
      'receive ask < send ask {bytes: 4} → {}',
      'send _INBOX < receive ask < send ask {bytes: 14} → {}',
      ...[1, 2, 3].map(i => `send iterated < n${i} {bytes: 1} → {}`),
      ...[1, 2, 3].map(i => `receive iterated < send iterated < n${i} {bytes: 1} → {}`),
      ...[1, 2].map(() => 'send queue {bytes: 0} → {}'),
      ...[1, 2].map(() => 'receive queue < send queue {bytes: 0} → {}'),
      'send relay < o {bytes: 0} → {}',
      'receive relay < send relay < o {bytes: 0} → {}',
      'send ask < p {bytes: 7} → {}',
      'receive ask < send ask < p {bytes: 7} → {}',
      'send _INBOX < receive ask < send ask < p {bytes: 17} → {}',
      'receive _INBOX < send _INBOX < receive ask < send ask < p {bytes: 17} → {}',
    ])
    expect(chainsOf(lines).map(inboxless)).toEqual([
      ...'abcde',
      ...['a', 'b', 'c', 'd'].map(each => `got plain.${each} < receive plain.${each} < send plain.${each} < ${each}`),
      'got plain.e < receive plain.e < ?',
      ...'ghij',
      'answer < receive ask < request ask < j',
      'after < j',
      'k',
      'answer < receive ask < send ask < k',
      'after alone < k',
      ...'lm',
      'answer < receive ask < send ask',
      ...[1, 2, 3].map(i => `n${i}`),
      ...[1, 2, 3].map(() => 'iterated'),
      'listen',
      'o',
      // A listener of what a client tells has the message as its cause, whoever added it.
      'relayed < receive relay < send relay < o',
      'p',
      'answer < receive ask < send ask < p',
      'by hand < receive _INBOX < send _INBOX < receive ask < send ask < p',
    ])
  })

  test('what a callback throws leaves it as without us', async () => {
    const plain = await box.plain(THROWING)
    const { log, lines } = await box.recorded(THROWING)
    expect(log).toEqual(plain)
    expect(messagesOf(lines)).toEqual(['send thrown < a {bytes: 0} → {}', 'receive thrown < send thrown < a {bytes: 0} → {error: "in callback"}'])
  })

  test('what a stream keeps is read in the chain of who published it', async () => {
    const plain = await box.plain(STORED)
    const { log, lines } = await box.recorded(STORED)
    expect(log).toEqual(plain)
    expect(plain).toHaveLength(4)
    expect(chainsOf(lines)).toEqual(['a', 'acknowledged < a', 'b', 'read < receive kept.a < request kept.a < a'])
    expect(messagesOf(lines)).toEqual([
      'request kept.a < a {bytes: 4} → {}',
      expect.stringMatching(/^request nowhere\.b < b \{bytes: 4\} → \{error: /),
      'receive kept.a < request kept.a < a {bytes: 4} → {}',
    ])
  })

  test('of five hundred requests at once, each keeps its own chain there and back', async () => {
    const { log, lines } = await box.recorded(`${CONNECT}
      const other = observe(await connect({ servers: NATS_URL }), 'connect')
      other.subscribe('work', { callback: (_error, m) => {
        const i = text(m.data)
        f('work ' + i)
        setTimeout(() => f('late ' + i, () => m.respond(i)), i % 7)
      } })
      other.subscribe('told', { callback: (_error, m) => void f('told ' + text(m.data)) })
      await other.flush()
      const request = async i => {
        const answer = await f('r ' + i, () => nc.request('work', String(i), { timeout: 10000 }).then(m => (f('back ' + i), m)))
        if (text(answer.data) !== String(i)) log('wrong', i, text(answer.data))
      }
      const tell = async i => void f('t ' + i, () => nc.publish('told', String(i)))
      await Promise.all(Array.from({ length: 500 }, (_, i) => (i % 2 ? request(i) : tell(i))))
      await other.flush()
      await Promise.all([nc.drain(), other.drain()])`)
    expect(log).toEqual([])
    const wanted = Array.from({ length: 500 }, (_, i) =>
      i % 2
        ? [`r ${i}`, `work ${i} < receive work < request work < r ${i}`, `late ${i} < receive work < request work < r ${i}`, `back ${i} < r ${i}`]
        : [`t ${i}`, `told ${i} < receive told < send told < t ${i}`],
    )
    expect(chainsOf(lines).sort()).toEqual(wanted.flat().sort())
  })

  test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
    const program = `
      const { connect } = await import(NATS_MODULE)
      const raw = await connect({ servers: NATS_URL })
      const types = [Object.getPrototypeOf(raw), Object.getPrototypeOf(raw.protocol)]
      const methods = () => types.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)))
      const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
      const untouched = methods()
      const nc = observe(raw, 'connect')
      const patched = methods()
      const another = observe(await connect({ servers: NATS_URL }))
      observe(nc)
      await another.close()
      log('twice', isAs(patched), recorder === undefined || !isAs(untouched))
      class Strange { constructor() { this.protocol = {} } publish() {} subscribe() {} request() {} drain() {} close() {} }
      const trap = () => log('trap')
      const unknown = [new Strange(), new Proxy(nc, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
      log('given back', unknown.every(value => observe(value) === value))
      nc.subscribe('x', { callback: (_error, m) => log('got', new TextDecoder().decode(m.data)) })
      f('before', () => nc.publish('x', '1'))
      await nc.flush()
      recorder?.uninstall()
      log('detached', isAs(untouched))
      nc.publish('x', '2')
      await nc.flush()
      await nc.drain()`
    const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
    expect(log).toEqual(await box.plain(program))
    expect(log.flat()).not.toContain(false)
    expect(messagesOf(lines)).toHaveLength(2)
  })
})
