import { startRabbitmq } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabaseSandbox } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { chainsOf, messagesOf } from './message-programs.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startRabbitmq()
})
afterAll(() => server?.stop())

const PROGRAM = `
const { default: amqp } = await import(AMQP_MODULE)
const connection = await amqp.connect(AMQP_URL)
const first = await connection.createChannel()
const kinds = [Object.getPrototypeOf(connection.connection)]
for (let at = Object.getPrototypeOf(first); at !== Object.prototype && !Object.hasOwn(at, 'emit'); at = Object.getPrototypeOf(at)) kinds.push(at)
const watched = () => kinds.flatMap(kind => Object.entries(Object.getOwnPropertyDescriptors(kind)).map(([key, { value, enumerable }]) => [value, key, value?.name, value?.length, enumerable]))
const same = (one, other) => one.every((own, i) => own.every((part, j) => part === other[i][j]))
const before = watched()
observe(connection, 'connect')
const channel = await connection.createChannel()
const patched = watched()
observe({}); observe(await amqp.connect(AMQP_URL).then(other => (other.close(), other)))
log('twice', same(patched, watched()))
log('names', watched().map(each => each.slice(1)))
const seen = m => [m.fields.exchange, m.fields.routingKey, m.fields.redelivered, String(m.content).slice(0, 20), Object.entries(m.properties.headers), m.properties.messageId ?? null]
const got = []
let wanted = 0
let done = () => {}
const arrived = count => new Promise(resolve => { wanted += count; done = () => got.length >= wanted && resolve(); done() })
const { queue } = await channel.assertQueue('plain', { exclusive: true })
const { consumerTag } = await channel.consume(queue, m => {
  if (m === null) return log('cancelled')
  f('got ' + String(m.content).slice(0, 20))
  log('got', seen(m))
  channel.ack(m)
  got.push(m)
  done()
})
log('sent', f('a', () => channel.sendToQueue(queue, Buffer.from('text'))))
const headers = { one: 1, nested: { two: [2] } }
f('b', () => channel.publish('', queue, Buffer.from('headers'), { headers, messageId: 'id-1', CC: ['nowhere'] }))
log('given', Object.entries(headers))
f('c', () => channel.sendToQueue(queue, Buffer.from('own'), { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }))
f('big', () => void channel.sendToQueue(queue, Buffer.alloc(300000, 'x')))
await arrived(4)
f('d', () => first.sendToQueue(queue, Buffer.alloc(0)))
await arrived(1)
await channel.assertExchange('news', 'topic', { autoDelete: true })
await channel.bindQueue(queue, 'news', '#')
await Promise.all([1, 2, 3].map(async i => { await null; f('chain ' + i, () => channel.publish('news', 'topic.' + i, Buffer.from('chain ' + i))) }))
await arrived(3)
const answers = await channel.assertQueue('', { exclusive: true })
await channel.consume(answers.queue, m => { f('answered'); log('answer', String(m.content), m.properties.correlationId, Object.entries(m.properties.headers)); got.push(m); done() }, { noAck: true })
await channel.assertQueue('ask', { autoDelete: true })
await channel.consume('ask', m => { f('asked'); channel.sendToQueue(m.properties.replyTo, Buffer.from('answer'), { correlationId: m.properties.correlationId }) }, { noAck: true })
f('e', () => channel.sendToQueue('ask', Buffer.from('question'), { replyTo: answers.queue, correlationId: '1' }))
await arrived(1)
await channel.assertQueue('pulled', { exclusive: true })
f('g', () => channel.sendToQueue('pulled', Buffer.from('pulled'), { headers: { three: 3 } }))
await new Promise(resolve => setTimeout(resolve, 30))
log('pulled', seen(await channel.get('pulled', { noAck: true })), await channel.get('pulled'))
const returned = new Promise(resolve => channel.once('return', m => resolve(Object.entries(m.properties.headers))))
f('h', () => channel.sendToQueue('nowhere at all', Buffer.from('lost'), { mandatory: true }))
log('returned', await returned)
const confirms = await connection.createConfirmChannel()
const confirmed = new Promise(resolve => f('i', () => confirms.sendToQueue(queue, Buffer.from('confirmed'), {}, error => resolve(error))))
await arrived(1)
log('confirmed', await confirmed)
const attempt = (name, work) => { try { log(name, work()) } catch (error) { log(name, 'threw', shown(error)) } }
attempt('no buffer', () => f('j', () => channel.sendToQueue(queue, 'text')))
attempt('bad key', () => f('k', () => channel.publish('', 5, Buffer.from(''))))
await channel.cancel(consumerTag)
recorder?.uninstall()
log('detached', same(before, watched()))
await first.close()
attempt('closed', () => first.sendToQueue(queue, Buffer.from('')))
await connection.close()
`

const BOTH = (destination: string, by: string, fields: string): string[] => [
  `send ${destination} < ${by} {${fields}} → {}`,
  `receive ${destination} < send ${destination} < ${by} {${fields}} → {}`,
]
const ANSWER = 'receive ask < send ask < e'
const NEWS = [1, 2, 3].map(i => BOTH(`news/topic.${i}`, `chain ${i}`, 'bytes: 7'))
const PLAIN = [
  BOTH('plain', 'a', 'bytes: 4'),
  BOTH('plain', 'b', 'id: "id-1", bytes: 7'),
  ['send plain < c {bytes: 3} → {}', 'receive plain < ? {bytes: 3} → {}'],
  BOTH('plain', 'big', 'bytes: 300000'),
]
const MESSAGES = [
  ...PLAIN.map(([sent]) => sent),
  ...PLAIN.map(([, received]) => received),
  ...BOTH('plain', 'd', 'bytes: 0'),
  ...NEWS.map(([sent]) => sent),
  ...NEWS.map(([, received]) => received),
  ...BOTH('ask', 'e', 'bytes: 8'),
  ...BOTH('amq', ANSWER, 'bytes: 6'),
  'send pulled < g {bytes: 6} → {}',
  'send nowhere at all < h {bytes: 4} → {}',
  ...BOTH('plain', 'i', 'bytes: 9'),
  'send plain < j {bytes: 4} → {error: "content is not a buffer"}',
  `send  < k {bytes: 0} → {error: "Field 'routingKey' is the wrong type; must be a string (up to 255 chars)"}`,
]
const CHAINS = [
  'got text < receive plain < send plain < a',
  'got headers < receive plain < send plain < b',
  // Its context is somebody else's.
  'got own < receive plain < ?',
  'got xxxxxxxxxxxxxxxxxxxx < receive plain < send plain < big',
  'got  < receive plain < send plain < d',
  ...[1, 2, 3].map(i => `got chain ${i} < receive news/topic.${i} < send news/topic.${i} < chain ${i}`),
  `asked < ${ANSWER}`,
  `answered < receive amq < send amq < ${ANSWER}`,
  'got confirmed < receive plain < send plain < i',
]

describe.each([
  ['amqplib 2', 'amqplib'],
  ['amqplib 1', 'amqplib1'],
])('%s', (_label, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('amqplib', () => ({ AMQP_MODULE: import.meta.resolve(name), AMQP_URL: server.url }))
  })
  afterAll(() => box?.remove())

  test('messages, headers, errors and order are those of a plain run, and both ends are one edge', async () => {
    const plain = await box.plain(PROGRAM)
    const { log, lines } = await box.recorded(PROGRAM, { 'adapter-unsupported': 1 })
    expect(log.map(textless)).toEqual(plain.map(textless))
    expect(log.filter(line => Array.isArray(line) && line[1] === false)).toEqual([])
    expect(plain).toHaveLength(21)
    expect(messagesOf(lines).map(textless)).toEqual(MESSAGES)
    expect(
      chainsOf(lines)
        .filter(chain => chain.includes(' < '))
        .map(textless),
    ).toEqual(CHAINS)
  })
})

/** Names that the server makes up. */
const textless = (line: unknown): string => (typeof line === 'string' ? line : JSON.stringify(line)).replaceAll(/amq\.[\w-]+/g, 'amq')
