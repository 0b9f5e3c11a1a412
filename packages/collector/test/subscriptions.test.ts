import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { TRANSPORT_VERSION, formatRef } from '@hindscope/protocol'
import type { DroppedRange, EventRow } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { serveTraceFile, startCollector } from '../src/index.ts'
import type { Collector, CollectorOptions } from '../src/index.ts'
import { StreamPeer } from './stream-peer.ts'

let dataDir: string
let collector: Collector
const peers: StreamPeer[] = []
const sockets: WebSocket[] = []

const start = async (options: Partial<CollectorOptions> = {}): Promise<Collector> =>
  (collector = await startCollector({ dataDir, lateMs: 600_000, ...options }))

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-streams-'))
})
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.disconnect()
  for (const socket of sockets.splice(0)) socket.terminate()
  await collector?.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function subscriber(): Promise<StreamPeer> {
  const peer = new StreamPeer(collector)
  peers.push(peer)
  return peer.connect()
}

/** Sends chunks, and resolves when all are durable. */
class Recorder {
  private readonly socket: WebSocket
  private acknowledged = 0
  private wake: (() => void) | undefined

  constructor() {
    this.socket = new WebSocket(`${collector.ingestUrl}/ingest?token=${collector.token}`)
    sockets.push(this.socket)
    this.socket.on('message', data => {
      if ((JSON.parse(String(data)) as { kind: string }).kind === 'ack') this.acknowledged++
      this.wake?.()
    })
  }

  async greet(session: string): Promise<this> {
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject))
    this.socket.send(JSON.stringify({ kind: 'hello', version: TRANSPORT_VERSION, session, realm: 1 }))
    return this
  }

  async send(...chunks: readonly Uint8Array[]): Promise<void> {
    const wanted = this.acknowledged + chunks.length
    for (const chunk of chunks) this.socket.send(chunk)
    while (this.acknowledged < wanted) await new Promise<void>(resolve => (this.wake = resolve))
  }
}

const recorder = (session: string): Promise<Recorder> => new Recorder().greet(session)
const SESSION = '5e55'.repeat(8)
const manifest = manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('add', { line: 3, params: ['a', 'b'] })], 'code')

/** `count` console events in chunks of `size`. */
function logs(count: number, size: number, session = SESSION): { definitions: Uint8Array; chunks: readonly Uint8Array[] } {
  const realm = new TraceBuilder(session).realm('page')
  for (let i = 0; i < count; i++) {
    realm.at(i).console('log', [`row ${i}`])
    if ((i + 1) % size === 0) realm.seal()
  }
  return { definitions: realm.definitionsBytes(), chunks: realm.eventBytes() }
}

let many: ReturnType<typeof logs> | undefined
/** 100,000 rows, made once. */
const manyLogs = (): ReturnType<typeof logs> => (many ??= logs(100_000, 10_000))

const refs = (rows: readonly EventRow[]): string[] => rows.map(row => formatRef(row.ref))

async function allRows(query: string, session = SESSION): Promise<EventRow[]> {
  const rows: EventRow[] = []
  let cursor: string | undefined
  do {
    const answer = await collector.engine.search({ session, query, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    if (answer.kind === 'events') rows.push(...answer.rows)
    cursor = answer.cursor
  } while (cursor !== undefined)
  return rows
}

const byTrack = (rows: readonly EventRow[]): Record<number, number[]> => {
  const tracks: Record<number, number[]> = {}
  for (const { ref } of rows) (tracks[ref.track] ??= []).push(ref.seq)
  return tracks
}

describe('where a subscription begins', () => {
  it('now: after what is there; start: with everything; caughtUp once that is sent', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(20, 10)
    const from = await recorder(SESSION)
    await from.send(definitions, chunks[0] as Uint8Array)
    const [old, fresh] = [await subscriber(), await subscriber()]
    old.subscribe({ session: SESSION, credit: 100 })
    fresh.subscribe({ session: SESSION, from: { kind: 'now' }, credit: 100 })
    expect(await fresh.next('subscribed')).toMatchObject({ id: 's', query: '', position: { tracks: [{ track: 0, next: 10 }] } })
    await old.next('caughtUp')
    await fresh.next('caughtUp')
    expect(old.rows).toHaveLength(10)
    expect(fresh.rows).toHaveLength(0)
    await from.send(chunks[1] as Uint8Array)
    await old.until(() => old.rows.length === 20)
    await fresh.until(() => fresh.rows.length === 10)
    expect(fresh.refs[0]).toBe('0.10')
  })

  it('time: at or after it on every track, also when it lies in the future; event: the event and what is behind it in the one order', async () => {
    await start({ session: SESSION })
    const trace = new TraceBuilder(SESSION)
    const [first, second] = [trace.realm('one'), trace.realm('two')]
    for (const at of [10, 20, 20, 30]) {
      first.at(at).console('log', [at])
      second.at(at).console('log', [at])
    }
    const later = first.seal().at(40)
    later.console('log', ['later']).at(60).console('log', ['last']).seal()
    const bytes = trace.chunkBytes()
    const from = await recorder(SESSION)
    await from.send(...bytes.slice(0, 3), bytes[4] as Uint8Array)
    const peer = await subscriber()
    const ask = async (start_: Parameters<StreamPeer['subscribe']>[0]['from']): Promise<string[]> => {
      peer.rows.length = 0
      peer.subscribe({ session: SESSION, credit: 100, ...(start_ === undefined ? {} : { from: start_ }) })
      await peer.next('caughtUp')
      const got = peer.refs
      peer.send({ kind: 'unsubscribe', id: 's' })
      expect(await peer.next('ended')).toMatchObject({ reason: 'unsubscribed' })
      return got
    }
    expect(await ask({ kind: 'time', timeUs: trace.baseUs + 20 })).toEqual(['0.1', '0.2', '1.1', '1.2', '0.3', '1.3'])
    expect(await ask({ kind: 'event', ref: { track: 0, seq: 2 } })).toEqual(['0.2', '1.1', '1.2', '0.3', '1.3'])
    expect(await ask({ kind: 'event', ref: { track: 1, seq: 1 } })).toEqual(['1.1', '1.2', '0.3', '1.3'])
    expect(await ask({ kind: 'time', timeUs: trace.baseUs + 50 })).toEqual([])
    peer.subscribe({ session: SESSION, credit: 100, from: { kind: 'time', timeUs: trace.baseUs + 50 } })
    await from.send(bytes[3] as Uint8Array)
    await peer.until(() => peer.rows.length > 0)
    expect(peer.refs).toEqual(['0.5'])
    peer.subscribe({ session: SESSION, from: { kind: 'event', ref: { track: 0, seq: 77 } }, id: 'none' })
    expect(await peer.next('error')).toMatchObject({ id: 'none', code: 'not-found' })
  })

  it('a session that is not recorded any more is complete', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(1000, 100)
    await (await recorder(SESSION)).send(definitions, ...chunks)
    await collector.close()
    await start({ session: 'ff'.repeat(16) })
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, query: 'text ~ "row 99"', credit: 100 })
    expect(await peer.next('ended')).toEqual({ kind: 'ended', id: 's', reason: 'complete' })
    expect(peer.refs).toEqual(['0.99', ...Array.from({ length: 10 }, (_, i) => `0.${990 + i}`)])
  })
})

describe('credit, pause, resume', () => {
  it('sends no more rows than it has credit for, and none while paused', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(50, 10)
    const from = await recorder(SESSION)
    await from.send(definitions, ...chunks.slice(0, 2))
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, credit: 3 })
    await peer.until(() => peer.rows.length === 3)
    peer.credit(4)
    await peer.until(() => peer.rows.length === 7)
    peer.send({ kind: 'pause', id: 's' })
    peer.credit(5)
    // Answers come in order: what was allowed before this one would have been sent before it.
    peer.send({ kind: 'credit', id: 'other', rows: 1 })
    await peer.next('error')
    await from.send(...chunks.slice(2))
    await peer.next('changed')
    expect(peer.rows).toHaveLength(7)
    peer.send({ kind: 'resume', id: 's' })
    await peer.until(() => peer.rows.length === 12)
    peer.credit(1000)
    await peer.until(() => peer.rows.length === 50)
    expect(peer.refs).toEqual(Array.from({ length: 50 }, (_, i) => `0.${i}`))
  })

  it('keeps nothing for a subscriber without credit, however much comes', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = manyLogs()
    const from = await recorder(SESSION)
    await from.send(definitions)
    const peer = await subscriber()
    peer.subscribe({ session: SESSION })
    peer.subscribe({ session: SESSION, id: 'newest', policy: { kind: 'newest', rows: 50 } })
    await peer.until(() => peer.messages.filter(message => message.kind === 'subscribed').length === 2)
    await from.send(...chunks)
    peer.messages.length = 0
    await peer.next('changed')
    expect(collector.liveStats).toMatchObject({ subscriptions: 2, queries: 1, heldMatches: 0, heldRows: 0, sent: 0 })
    peer.credit(20_000)
    await peer.until(() => peer.rows.length === 20_000)
    expect(collector.liveStats.heldMatches).toBeLessThan(5000)
    expect(collector.liveStats.heldRows).toBeLessThan(2000)
    peer.rows.length = 0
    peer.credit(100, 'newest')
    await peer.until(() => peer.rows.length === 50)
    expect(peer.dropped).toMatchObject([{ count: 99_950, reason: 'rows', ranges: [{ from: { seq: 0 }, to: { seq: 99_949 }, count: 99_950 }] }])
    expect(peer.refs[0]).toBe('0.99950')
  }, 60_000)

  it('sends a slow socket no more than it carries, whatever its credit', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = manyLogs()
    await (await recorder(SESSION)).send(definitions, ...chunks)
    const [slow, quick] = [await subscriber(), await subscriber()]
    slow.stopReading()
    slow.subscribe({ session: SESSION, credit: 1_000_000 })
    quick.subscribe({ session: SESSION, credit: 1_000_000 })
    // Both have their turns one after the other: without a bound the slow one would have been sent as much.
    await quick.until(() => quick.rows.length === 100_000)
    expect(collector.liveStats.sent).toBeLessThan(180_000)
    slow.readAgain()
    await slow.until(() => slow.rows.length === 100_000)
    expect(new Set(slow.refs).size).toBe(100_000)
  }, 60_000)

  it('asks the condition about a row once, however many subscribers there are', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(3000, 500)
    const from = await recorder(SESSION)
    await from.send(definitions)
    const all = await Promise.all(Array.from({ length: 4 }, subscriber))
    for (const peer of all) {
      for (let i = 0; i < 25; i++) peer.subscribe({ session: SESSION, query: 'text ~ "7"', from: { kind: 'now' }, credit: 10_000, id: `s${i}` })
      await peer.until(() => peer.messages.filter(message => message.kind === 'caughtUp').length === 25)
    }
    for (const chunk of chunks) await from.send(chunk)
    const matches = (await allRows('text ~ "7"')).length
    for (const peer of all) await peer.until(() => peer.rows.length === matches * 25)
    expect(collector.liveStats).toMatchObject({ subscriptions: 100, queries: 1, scanned: 3000 })
  })
})

describe('late chunks', () => {
  it('are not waited for longer than that, though nothing else comes', async () => {
    await start({ session: SESSION, lateMs: 300 })
    const { definitions, chunks } = logs(30, 10)
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, credit: 1000, policy: { kind: 'newest', rows: 5 } })
    await peer.next('caughtUp')
    await (await recorder(SESSION)).send(definitions, chunks[2] as Uint8Array)
    await peer.until(() => peer.rows.length === 5)
    expect(peer.dropped).toMatchObject([{ count: 5, ranges: [{ from: { seq: 20 }, to: { seq: 24 } }] }])
    expect(peer.position).toEqual({ tracks: [{ track: 0, next: 30, holes: [[0, 20]] }] })
  })

  it('of them a stream from a time gets what belongs to it', async () => {
    await start({ session: SESSION, lateMs: 0 })
    const { definitions, chunks } = logs(40, 10)
    const from = await recorder(SESSION)
    await from.send(definitions, chunks[0] as Uint8Array, chunks[3] as Uint8Array)
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, from: { kind: 'time', timeUs: new TraceBuilder().baseUs + 15 }, credit: 1000 })
    await peer.until(() => peer.rows.length === 10)
    await from.send(chunks[1] as Uint8Array, chunks[2] as Uint8Array)
    await peer.until(() => peer.rows.length === 25)
    expect(peer.refs.toSorted()).toEqual(Array.from({ length: 25 }, (_, i) => `0.${15 + i}`))
  })

  it('waits for a missing chunk, and goes on at once when the recorder told that it is lost', async () => {
    await start({ session: SESSION })
    const realm = new TraceBuilder(SESSION).realm('page')
    for (let i = 0; i < 4; i++) realm.at(i).console('log', [i]).seal()
    realm.drop(5).at(9).console('log', ['after a loss']).seal()
    const [a, b, c, d, e] = realm.eventBytes() as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const from = await recorder(SESSION)
    await from.send(realm.definitionsBytes(), a, c)
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, credit: 100 })
    await peer.next('caughtUp')
    expect(peer.refs).toEqual(['0.0'])
    await from.send(d, b)
    await peer.until(() => peer.rows.length === 4)
    await from.send(e)
    await peer.until(() => peer.rows.length === 5)
    expect(peer.refs).toEqual(['0.0', '0.1', '0.2', '0.3', '0.9'])
    expect(peer.position).toEqual({ tracks: [{ track: 0, next: 10, holes: [[4, 9]] }] })
  })

  it('sends rows that come after it went on when they come, also after a reconnect', async () => {
    await start({ session: SESSION, lateMs: 0 })
    const { definitions, chunks } = logs(60, 10)
    const from = await recorder(SESSION)
    await from.send(definitions, chunks[0] as Uint8Array, chunks[3] as Uint8Array)
    const peer = await subscriber()
    peer.subscribe({ session: SESSION, credit: 1000 })
    await peer.until(() => peer.rows.length === 20)
    expect(peer.position).toEqual({ tracks: [{ track: 0, next: 40, holes: [[10, 30]] }] })
    await from.send(chunks[2] as Uint8Array)
    await peer.until(() => peer.rows.length === 30)
    expect(peer.refs.slice(20)).toEqual(Array.from({ length: 10 }, (_, i) => `0.${20 + i}`))
    peer.disconnect()
    await from.send(chunks[5] as Uint8Array, chunks[1] as Uint8Array)
    await peer.connect()
    if (peer.position !== undefined) peer.subscribe({ session: SESSION, from: { kind: 'position', position: peer.position }, credit: 1000 })
    await from.send(chunks[4] as Uint8Array)
    await peer.until(() => peer.rows.length === 60)
    expect(peer.refs.toSorted()).toEqual(refs(await allRows('')).toSorted())
    expect(peer.position).toEqual({ tracks: [{ track: 0, next: 60 }] })
    // What others found before the late chunks came does not stand any more.
    const another = await subscriber()
    another.subscribe({ session: SESSION, credit: 1000 })
    await another.next('caughtUp')
    expect(another.refs).toEqual(refs(await allRows('')))
  })
})

/** What a subscriber does between two chunks. */
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('credit' as const), rows: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const, 'reconnect' as const, 'wait' as const) }) },
)
const plan = fc.record({
  /** Events of each realm by chunk: whether each begins a call, ends one or logs. */
  realms: fc.array(fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  }),
  order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
  repeats: fc.array(fc.nat(), { maxLength: 4 }),
  acts: fc.array(act, { maxLength: 30 }),
  query: fc.constantFrom('', 'kind = console', 'function ~ "add"', 'args.a = 1', 'result = 3 or error', 'not (args.a = 2)'),
})

function build(realms: readonly (readonly (readonly number[])[])[], session: string): { definitions: Uint8Array[]; chunks: Uint8Array[] } {
  const trace = new TraceBuilder(session)
  realms.forEach((chunks, number) => {
    const realm = trace.realm(`realm ${number}`).module(manifest)
    const open: number[] = []
    let at = number
    for (const events of chunks) {
      for (const event of events) {
        realm.at((at += event))
        if (event <= 1) open.push(realm.enter('add', [event + 1, 2], open.length === 0 ? {} : { parent: open.at(-1) as number }))
        else if (event === 2 && open.length > 0) realm.returns(open.pop() as number, 'add', 3)
        else if (event === 3 && open.length > 0) realm.throws(open.pop() as number, 'add', 'broken')
        else realm.console(event === 5 ? 'error' : 'log', [event], open.at(-1) ?? 0)
      }
      realm.seal()
    }
  })
  return { definitions: trace.realms.map(realm => realm.definitionsBytes()), chunks: trace.realms.flatMap(realm => [...realm.eventBytes()]) }
}

let sessions = 0

/** Plays a plan into a new session and gives what the subscriber was told, and the subscriber. */
async function play(
  { realms, order, repeats, acts, query }: typeof plan extends fc.Arbitrary<infer T> ? T : never,
  policy: Parameters<StreamPeer['subscribe']>[0]['policy'],
): Promise<{ peer: StreamPeer; session: string }> {
  const session = (++sessions).toString(16).padStart(32, '0')
  const { definitions, chunks } = build(realms, session)
  const shuffled = chunks.map((chunk, i) => ({ chunk, at: order[i] ?? 0 })).sort((a, b) => a.at - b.at)
  const sent = shuffled.map(({ chunk }) => chunk)
  for (const repeat of repeats) sent.splice(repeat % (sent.length + 1), 0, sent[repeat % sent.length] as Uint8Array)
  const from = await recorder(session)
  await from.send(...definitions)
  const peer = await subscriber()
  peer.subscribe({ session, query, ...(policy === undefined ? {} : { policy }) })
  await peer.next('subscribed')
  const todo = [...acts]
  const step = async (): Promise<void> => {
    const next = todo.shift()
    if (next?.kind === 'credit') peer.credit(next.rows)
    else if (next?.kind === 'pause' || next?.kind === 'resume') peer.send({ kind: next.kind, id: 's' })
    else if (next?.kind === 'reconnect' && peer.position !== undefined) {
      peer.disconnect()
      await peer.connect()
      peer.subscribe({ session, query, from: { kind: 'position', position: peer.position }, credit: 5, ...(policy === undefined ? {} : { policy }) })
    } else await new Promise(resolve => setTimeout(resolve, 3))
  }
  for (const chunk of sent) {
    await from.send(chunk)
    await step()
  }
  while (todo.length > 0) await step()
  // Paused, and the answer to a bad message shows that nothing said before is under way any more.
  peer.send({ kind: 'pause', id: 's' })
  peer.credit(1, 'nobody')
  await peer.next('error')
  peer.messages.length = 0
  peer.send({ kind: 'resume', id: 's' })
  peer.credit(100_000)
  await peer.next('caughtUp')
  return { peer, session }
}

describe('whatever order chunks come in, and whatever the subscriber does', () => {
  it('wait gives exactly the rows of the finished session, of each track in order', async () => {
    await start()
    await fc.assert(
      fc.asyncProperty(plan, async given => {
        const { peer, session } = await play(given, undefined)
        const known = given.query.startsWith('result') ? `${given.query.replace('result', 'kind = callReturn and result')}` : given.query
        expect(byTrack(peer.rows)).toEqual(byTrack(await allRows(known, session)))
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  it('newest gives rows and dropped ranges that together are all, and each once', async () => {
    await start()
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 20 }), async (given, rows) => {
        const { peer, session } = await play({ ...given, query: '' }, { kind: 'newest', rows })
        const got = byTrack(peer.rows)
        const ranges = peer.dropped.flatMap(message => message.ranges)
        const all = byTrack(await allRows('', session))
        for (const [track, seqs] of Object.entries(all)) {
          const own = ranges.filter(range => range.from.track === Number(track))
          expect([...(got[Number(track)] ?? []), ...own.flatMap(range => within(range, seqs))].sort((a, b) => a - b)).toEqual(seqs)
          for (const range of own) expect(within(range, seqs)).toHaveLength(range.count)
        }
        expect(Object.keys(got).every(track => track in all)).toBe(true)
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

const within = ({ from, to }: DroppedRange, seqs: readonly number[]): number[] => seqs.filter(seq => seq >= from.seq && seq <= to.seq)

describe('bad messages', () => {
  it('are refused with a code and counted, and the connection lives on', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(10, 10)
    await (await recorder(SESSION)).send(definitions, ...chunks)
    const peer = await subscriber()
    const good = { kind: 'subscribe', version: 1, session: SESSION, query: '', from: { kind: 'start' }, credit: 0 }
    const refusals: readonly (readonly [string | object, string])[] = [
      ['{', 'collector-subscription'],
      ['null', 'collector-subscription'],
      [{ kind: 'steal', id: 'x' }, 'collector-subscription'],
      [{ ...good }, 'collector-subscription'],
      [{ ...good, id: 'x'.repeat(65) }, 'collector-subscription'],
      [{ ...good, id: 'x', version: 2 }, 'collector-subscription'],
      [{ ...good, id: 'x', credit: -1 }, 'collector-subscription'],
      [{ ...good, id: 'x', credit: 1e9 }, 'collector-subscription'],
      [{ ...good, id: 'x', policy: { kind: 'random' } }, 'collector-subscription'],
      [{ ...good, id: 'x', from: { kind: 'position', position: { tracks: [{ track: -1, next: 0 }] } } }, 'collector-subscription'],
      [{ ...good, id: 'x', from: { kind: 'position', position: { tracks: [{ track: 0, next: 9, holes: [[4, 2]] }] } } }, 'collector-subscription'],
      [{ ...good, id: 'x', from: 'now' }, 'collector-subscription'],
      [{ ...good, id: 'x', query: 'knd = console' }, 'query-syntax'],
      [{ ...good, id: 'x', query: 'error order by time desc' }, 'subscription-query'],
      [{ ...good, id: 'x', query: 'error limit 3' }, 'subscription-query'],
      [{ ...good, id: 'x', query: 'error select count()' }, 'subscription-query'],
      [{ ...good, id: 'x', query: 'not (causes (error))' }, 'subscription-future'],
      [{ ...good, id: 'x', query: 'kind = callEnter and duration > 5ms' }, 'subscription-future'],
      [{ ...good, id: 'x', session: 'ff'.repeat(16) }, 'not-found'],
      [{ kind: 'credit', id: 'x', rows: 1 }, 'collector-subscription'],
      [{ kind: 'pause', id: 'x' }, 'collector-subscription'],
    ]
    for (const [message] of refusals) peer.sendText(typeof message === 'string' ? message : JSON.stringify(message))
    peer.send({ ...good, id: 'good', credit: 4 })
    peer.send({ ...good, id: 'good' })
    peer.credit(999_999, 'good')
    await peer.until(() => peer.errors.length === refusals.length + 2)
    expect(peer.errors.map(({ code }) => code)).toEqual([...refusals.map(([, code]) => code), 'collector-subscription', 'collector-subscription'])
    expect(peer.errors.map(({ id }) => id)).toContain('x')
    await peer.until(() => peer.rows.length === 4)
    expect(collector.liveStats).toMatchObject({ refused: refusals.length + 2, subscriptions: 1 })
  })
})

describe('trace files', () => {
  it('are streamed to their end', async () => {
    await start({ session: SESSION })
    const { definitions, chunks } = logs(5, 5)
    await (await recorder(SESSION)).send(definitions, ...chunks)
    const { writeFile } = await import('node:fs/promises')
    const file = join(dataDir, 'trace.hscope')
    await writeFile(file, Buffer.concat([definitions, ...chunks]))
    const server = await serveTraceFile(file)
    const peer = new StreamPeer({ ingestUrl: new URL(server.url).origin.replace('http', 'ws'), token: server.token })
    peers.push(await peer.connect())
    peer.subscribe({ session: SESSION, credit: 3 })
    await peer.until(() => peer.rows.length === 3)
    peer.credit(3)
    expect(await peer.next('ended')).toMatchObject({ reason: 'complete' })
    expect(peer.rows).toHaveLength(5)
    await server.close()
  })
})
