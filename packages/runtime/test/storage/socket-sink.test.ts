import type { AddressInfo } from 'node:net'
import { TextDecoder } from 'node:util'
import { CONTROL_VERSION, ChunkType, decodeChunk } from '@hindscope/protocol'
import { dumpEvents } from '@hindscope/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { connectNodeWebSocket } from '../../src/node/node-websocket.ts'
import { SocketSink } from '../../src/storage/socket-sink.ts'
import type { ChunkSpool, SealedChunk } from '../../src/storage/sink.ts'
import { probed } from '../probed.ts'
import type { Probed } from '../probed.ts'

interface Collector {
  readonly server: WebSocketServer
  readonly url: string
  readonly chunks: Uint8Array[]
  readonly hellos: unknown[]
  readonly targets: (string | undefined)[]
  /** What to do with chunk number `n` of this connection; acknowledges by default. */
  onChunk: (socket: WebSocket, number: number, realm: number) => void
  greet: (socket: WebSocket) => void
}

const ack = (socket: WebSocket, number: number, realm: number): void => socket.send(JSON.stringify({ kind: 'ack', realm, number }))

async function listen(port = 0): Promise<Collector> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  await new Promise(resolve => server.once('listening', resolve))
  const collector: Collector = {
    server,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chunks: [],
    hellos: [],
    targets: [],
    onChunk: ack,
    greet: socket => socket.send(JSON.stringify({ kind: 'hello-ok', version: 1 })),
  }
  server.on('connection', (socket, request) => {
    collector.targets.push(request.url)
    socket.on('message', (message: Buffer, isBinary: boolean) => {
      if (!isBinary) {
        collector.hellos.push(JSON.parse(message.toString()))
        collector.greet(socket)
        return
      }
      const bytes = new Uint8Array(message)
      const { number, realm } = decodeChunk(bytes)
      collector.chunks.push(bytes)
      collector.onChunk(socket, number, realm)
    })
  })
  return collector
}

const until = async (condition: () => boolean): Promise<void> => {
  for (const end = Date.now() + 8000; !condition() && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 5))
  expect(condition()).toBe(true)
}

let collector: Collector
let spilled: SealedChunk[][] = []
const open: Probed[] = []
beforeEach(async () => {
  collector = await listen()
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.recorder.close()
  spilled = []
  for (const client of collector.server.clients) client.terminate()
  await new Promise(resolve => collector.server.close(resolve))
})

/** Keeps nothing before the end. */
const spool: ChunkSpool = {
  open: () => {},
  keep: () => {},
  release: () => {},
  makeRoom: () => {},
  flushNow: waiting => void spilled.push([...waiting]),
  close: () => {},
}

function record(url = collector.url, maxBufferedBytes = 1 << 20): Probed {
  const sink = new SocketSink({ url, token: 'to ken', connect: connectNodeWebSocket, spool })
  const program = probed(['f'], { sink, ringEvents: 64, maxBufferedBytes })
  open.push(program)
  return program
}
const run = ({ hook, enter }: Probed, value: unknown): void => void hook.r(enter('f', value), value)
/** Numbers of distinct chunks, in order. */
const numbers = (): number[] => [...new Set(collector.chunks.map(bytes => decodeChunk(bytes).number))].toSorted((a, b) => a - b)
const distinct = (): Uint8Array[] => numbers().map(number => collector.chunks.find(bytes => decodeChunk(bytes).number === number) as Uint8Array) // SAFE: numbers come from there

test('greets, sends definitions first, and every event arrives once acknowledged', async () => {
  const program = record()
  for (let i = 0; i < 200; i++) run(program, i)
  await until(() => collector.hellos.length === 1)
  await program.recorder.flush()
  expect(collector.targets).toEqual(['/ingest?token=to%20ken'])
  const { session, realm } = program.recorder
  expect(collector.hellos[0]).toEqual({ kind: 'hello', version: 1, session, realm, control: CONTROL_VERSION })
  expect(decodeChunk(collector.chunks[0] as Uint8Array).type).toBe(ChunkType.definitions)
  expect(numbers()).toEqual(numbers().map((_, i) => i))
  expect(dumpEvents(collector.chunks).split('\n')).toHaveLength(400)
  expect(program.recorder.stats()).toMatchObject({ dropped: 0, errors: {} })
})

test('what was not acknowledged is sent again after a lost connection, after the definitions', async () => {
  let seen = 0
  collector.onChunk = (socket, number, realm) => {
    seen++
    if (seen < 4) ack(socket, number, realm)
    else if (seen === 4) socket.terminate()
    else ack(socket, number, realm)
  }
  let resentFrom = 0
  const { greet } = collector
  collector.greet = socket => {
    resentFrom = collector.chunks.length
    greet(socket)
  }
  const program = record()
  for (let i = 0; i < 300; i++) run(program, i)
  void program.recorder.flush()
  await until(() => collector.hellos.length === 2)
  await until(() => collector.chunks.length > resentFrom && dumpEvents(distinct()).split('\n').length === 600)
  expect(decodeChunk(collector.chunks[resentFrom] as Uint8Array).type).toBe(ChunkType.definitions)
  await program.recorder.flush()
  expect(program.recorder.stats()).toMatchObject({ dropped: 0, errors: { 'socket-failed': 1 } })
  await program.recorder.close()
  expect(spilled).toEqual([])
})

test('a collector that comes late gets everything', async () => {
  const { port } = collector.server.address() as AddressInfo
  await new Promise(resolve => collector.server.close(resolve))
  const program = record()
  run(program, 'early')
  await until(() => (program.recorder.stats().errors['socket-failed'] ?? 0) > 0)
  collector = await listen(port)
  await until(() => collector.hellos.length > 0)
  await program.recorder.flush()
  expect(dumpEvents(collector.chunks)).toContain('"early"')
})

test('without a collector the oldest events are dropped and counted, definitions never', async () => {
  const { port } = collector.server.address() as AddressInfo
  await new Promise(resolve => collector.server.close(resolve))
  const program = record(collector.url, 65_536)
  for (let i = 0; i < 20_000; i++) run(program, i)
  expect(program.recorder.stats().dropped).toBeGreaterThan(0)
  collector = await listen(port)
  await until(() => collector.hellos.length > 0)
  await program.recorder.flush()
  // Sealing the last events may have pushed out one more chunk.
  const { dropped, events } = program.recorder.stats()
  const chunks = distinct().map(bytes => decodeChunk(bytes))
  expect(chunks[0]?.type).toBe(ChunkType.definitions)
  const arrived = chunks.reduce((sum, chunk) => sum + chunk.recordCount, 0)
  const told = chunks.reduce((sum, chunk) => sum + chunk.dropped, 0)
  expect(arrived + dropped).toBe(events)
  expect(told).toBeGreaterThan(0)
  expect(told).toBeLessThanOrEqual(dropped)
})

test('a refusal is final and spills what there is', async () => {
  collector.greet = socket => socket.send(JSON.stringify({ kind: 'refused', code: 'bad-token', message: 'no' }))
  const program = record()
  run(program, 1)
  await until(() => program.recorder.stats().errors['socket-refused'] === 1)
  await program.recorder.close()
  expect(collector.hellos).toHaveLength(1)
  expect(dumpEvents((spilled.at(-1) ?? []).map(chunk => chunk.bytes))).toContain('probe 1(1)')
})

test('frames: large both ways, split texts, pings, nonsense', async () => {
  const events: string[] = []
  let pongs = 0
  const echo = new Promise<WebSocket>(resolve => collector.server.once('connection', resolve))
  const socket = connectNodeWebSocket(`${collector.url}/x`, {
    opened: () => void events.push('opened'),
    message: text => void events.push(`message ${text.length}`),
    closed: () => void events.push('closed'),
  })
  const peer = await echo
  peer.removeAllListeners('message')
  const received: string[] = []
  peer.on('message', (message: Buffer, isBinary: boolean) =>
    received.push(isBinary ? `${message.length}:${message.at(-1)}` : new TextDecoder().decode(message)),
  )
  peer.on('pong', () => pongs++)
  await until(() => events.length === 1)
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) socket.send(new Uint8Array(size).fill(7))
  socket.send('späß')
  await until(() => received.length === 8)
  expect(received).toEqual(['0:undefined', '1:7', '125:7', '126:7', '65535:7', '65536:7', '1000000:7', 'späß'])
  peer.ping('p')
  peer.send('x'.repeat(70_000))
  peer.send('a', { fin: false })
  peer.send('b', { fin: true })
  await until(() => events.length === 3 && pongs === 1)
  peer.send(Buffer.from([1]))
  await until(() => events.at(-1) === 'closed')
  expect(events).toEqual(['opened', 'message 70000', 'message 2', 'closed'])
})

test('only loopback is dialled', () => {
  const events = { opened: () => {}, message: () => {}, closed: () => {} }
  for (const url of ['ws://example.com/', 'wss://127.0.0.1/', 'ws://10.0.0.1/']) expect(() => connectNodeWebSocket(url, events)).toThrow(/loopback/)
})

test('control messages reach their listener; unknown ones, bad ones and broken listeners are counted and break nothing', async () => {
  collector.greet = socket => {
    socket.send(JSON.stringify({ kind: 'hello-ok', version: 1, control: CONTROL_VERSION }))
    for (const text of ['{', 'null', '{"kind":"of-a-later-version"}', '{"kind":"control","topic":"of-a-later-version"}']) socket.send(text)
    for (const body of [{ revision: 1 }, 'bad', 'worse', { revision: 2 }]) socket.send(JSON.stringify({ kind: 'control', topic: 'levels', body }))
  }
  const program = record()
  const heard: unknown[] = []
  const detach = program.recorder.access.onControl('levels', body => {
    heard.push(body)
    if (body === 'worse') throw new Error('broken listener')
    return body !== 'bad'
  })
  run(program, 1)
  await until(() => heard.length === 4)
  detach()
  await program.recorder.flush()
  expect(heard).toEqual([{ revision: 1 }, 'bad', 'worse', { revision: 2 }])
  expect(program.recorder.stats().errors).toEqual({ 'control-bad': 4, 'control-unknown': 2 })
  expect(numbers()).toEqual(numbers().map((_, i) => i))
})

test('reports wait for a collector that takes them, and are counted when too many wait', async () => {
  const reports = (): unknown[] => collector.hellos.filter(message => (message as { kind: string }).kind === 'report')
  const program = record()
  for (let revision = 0; revision < 40; revision++) program.recorder.access.report('levels', { revision, changed: 0, atUs: 7 })
  await until(() => collector.hellos.length > 0)
  await program.recorder.flush()
  expect(reports()).toEqual([])
  expect(program.recorder.stats().errors).toEqual({ 'report-dropped': 8 })
  collector.greet = socket => {
    socket.send(JSON.stringify({ kind: 'hello-ok', version: 1, control: CONTROL_VERSION }))
    collector.greet = () => undefined
  }
  for (const client of collector.server.clients) client.terminate()
  await until(() => reports().length === 32)
  expect(reports()[0]).toEqual({ kind: 'report', topic: 'levels', body: { revision: 8, changed: 0, atUs: 7 } })
})
