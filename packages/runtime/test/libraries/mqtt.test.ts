import { startMosquitto } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabaseSandbox } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { chainsOf, messagesOf } from './message-programs.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startMosquitto()
})
afterAll(() => server?.stop())

const CONNECT = `
const loaded = await import(MQTT_MODULE)
const mqtt = loaded.connect === undefined ? loaded.default : loaded
const open = async options => {
  const client = observe(mqtt.connect(MQTT_URL, options), 'connect')
  await new Promise(done => client.once('connect', done))
  return client
}
const subscribed = (client, topic, options = { qos: 2 }) => new Promise((done, failed) => client.subscribe(topic, options, error => (error ? failed(error) : done())))
const ended = client => new Promise(done => client.end(false, {}, () => done()))
const told = (client, count) => new Promise(done => client.on('message', () => --count === 0 && done()))
const seen = ({ cmd, retain, qos, dup, length, topic, payload, properties }) => [cmd, retain, qos, dup, length, topic, payload.toString(), properties]
`

const OPERATIONS = `
const client = await open({ protocolVersion: VERSION })
const types = Object.getPrototypeOf(client)
log('names', ...['publish', '_sendPacket'].flatMap(key => [types[key].name, types[key].length]))
f('listen', () => client.on('message', (topic, payload, packet) => { f('got ' + topic); log('got', topic, payload.toString(), seen(packet)) }))
await subscribed(client, 'plain/#')
let all = told(client, 9)
f('a', () => client.publish('plain/a', 'text'))
f('b', () => client.publish('plain/b', Buffer.from('bytes'), { qos: 1 }, (error, packet) => { f('done b'); log('done', error, packet?.cmd) }))
f('c', () => client.publish('plain/c', 'twice', { qos: 2 }, error => { f('done c'); log('done', error) }))
f('d', () => client.publish('plain/d', '', error => { f('done d'); log('done', error) }))
const properties = { contentType: 'text', userProperties: { one: ['1', '2'], two: 'x' } }
f('e', () => client.publish('plain/e', 'with properties', { properties }))
log('properties', Object.keys(properties), Object.keys(properties.userProperties))
f('g', () => client.publish('plain/g', 'own context', { properties: { userProperties: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } } }))
f('h', () => client.publish('plain/h', 'x'.repeat(100)))
f('i', () => client.publish('plain/i', 'kept', { retain: true }))
f('j', () => client.publish('plain/j', 'expires', { properties: { messageExpiryInterval: 100, correlationData: Buffer.from('me') } }))
await all
const other = await open({ protocolVersion: VERSION })
other.on('message', (topic, payload, packet) => { f('other got ' + topic); log('retained', seen(packet)) })
const first = told(other, 1)
await subscribed(other, 'plain/i')
await first
client.publish('plain/i', '', { retain: true })
await told(client, 1)
if (client.publishAsync !== undefined) log('async', (await client.publishAsync('plain/k', 'x', { qos: 1 }).then(packet => packet.cmd)))
await ended(other)
await ended(client)
client.publish('plain/l', 'late', error => log('late', shown(error)))
const nowhere = observe(mqtt.connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 }), 'connect')
await new Promise(done => nowhere.once('error', error => { log('nowhere', error.code); done() }))
await ended(nowhere)
`

const program = (version: number): string => (CONNECT + OPERATIONS).replaceAll('VERSION', String(version))

describe.each([
  ['mqtt 5', 'mqtt'],
  ['mqtt 4', 'mqtt4'],
])('%s', (_label, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('mqtt', () => ({ MQTT_MODULE: import.meta.resolve(name), MQTT_URL: server.url }))
  })
  afterAll(() => box?.remove())

  test.each(name === 'mqtt' ? [5, 4] : [5])(
    'messages, packets, errors and order are those of a plain run, in version %i of the protocol',
    async version => {
      const plain = await box.plain(program(version))
      const { log, lines } = await box.recorded(program(version))
      expect(log).toEqual(plain)
      expect(plain).toHaveLength(name === 'mqtt' ? 21 : 19)
      const isFive = version === 5
      const sent = [
        'a {bytes: 4}',
        'b {bytes: 5}',
        'c {bytes: 5}',
        'd {bytes: 0}',
        'e {bytes: 15}',
        'g {bytes: 11}',
        'h {bytes: 100}',
        'i {bytes: 4}',
        'j {bytes: 7}',
      ]
      const own = messagesOf(lines).filter(line => !/^receive plain\/i|^send plain\/i \{|plain\/k/.test(line))
      const because = (each: string): string => (!isFive ? '' : each === 'g' ? ' < ?' : ` < send plain/${each} < ${each}`)
      expect(own.sort()).toEqual(
        [
          ...sent.map(told => `send plain/${told[0]} < ${told} → {}`),
          ...sent.filter(told => !told.startsWith('i')).map(told => `receive plain/${told[0]}${because(told[0] ?? '')}${told.slice(1)} → {}`),
          'send plain/l {bytes: 4} → {error: "client disconnecting"}',
        ].sort(),
      )
      const chains = chainsOf(lines)
      for (const each of 'abcdeghij') expect(chains).toContain(`got plain/${each} < receive plain/${each}${because(each)}`)
      for (const each of 'bcd') expect(chains).toContain(`done ${each} < ${each}`)
      expect(chains).toContain(`other got plain/i < receive plain/i${because('i')}`)
    },
  )

  test('of three hundred messages, forty at once, each is in the chain of who sent it', async () => {
    const { log, lines } = await box.recorded(`${CONNECT}
      const client = await open({ protocolVersion: 5 })
      const receiver = await open({ protocolVersion: 5 })
      f('listen', () => receiver.on('message', (_topic, payload) => {
        f('work ' + payload)
        setTimeout(() => f('late ' + payload), payload % 5)
      }))
      await subscribed(receiver, 'work/#')
      let left = 0
      let next
      receiver.on('message', () => --left === 0 && next())
      // The server drops what a slow client does not fetch.
      for (let wave = 0; wave < 8; wave++) {
        const all = new Promise(done => { next = done; left = 40 })
        const publish = (_, k) => { const i = wave * 40 + k; return new Promise(done => f('r ' + i, () => client.publish('work/it', String(i), { qos: i % 3 }, () => { f('done ' + i); done() }))) }
        await Promise.all([all, ...Array.from({ length: 40 }, publish)])
      }
      await new Promise(done => setTimeout(done, 10))
      await Promise.all([ended(client), ended(receiver)])`)
    expect(log).toEqual([])
    const wanted = Array.from({ length: 320 }, (_, i) => {
      const chain = `receive work/it < send work/it < r ${i}`
      return [`r ${i}`, `done ${i} < r ${i}`, `work ${i} < ${chain}`, `late ${i} < ${chain}`]
    })
    expect(chainsOf(lines).sort()).toEqual(['listen', ...wanted.flat()].sort())
  })

  test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
    const program = `${CONNECT}
      const raw = mqtt.connect(MQTT_URL, { protocolVersion: 5 })
      await new Promise(done => raw.once('connect', done))
      const types = Object.getPrototypeOf(raw)
      const methods = () => Object.entries(Object.getOwnPropertyDescriptors(types))
      const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
      const untouched = methods()
      const client = observe(raw, 'connect')
      const patched = methods()
      observe(client)
      const another = await open({ protocolVersion: 5 })
      await ended(another)
      log('twice', isAs(patched), recorder === undefined || !isAs(untouched))
      class Strange { publish() {} subscribe() {} _sendPacket() {} handleMessage() {} end() {} }
      const trap = () => log('trap')
      const unknown = [new Strange(), new Proxy(client, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
      log('given back', unknown.every(value => observe(value) === value))
      const got = told(client, 1)
      client.on('message', (topic, payload) => log('got', payload.toString()))
      await subscribed(client, 'x')
      f('before', () => client.publish('x', '1'))
      await got
      recorder?.uninstall()
      log('detached', isAs(untouched))
      const more = told(client, 1)
      client.publish('x', '2')
      await more
      await ended(client)`
    const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
    expect(log).toEqual(await box.plain(program))
    expect(log.flat()).not.toContain(false)
    expect(messagesOf(lines)).toHaveLength(2)
  })
})
