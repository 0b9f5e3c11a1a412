/** Whoever answers, the page is told the same: every method, over HTTP and from the worker. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ENGINE_METHODS, HindscopeError } from '@hindscope/protocol'
import type { EngineMethod } from '@hindscope/protocol'
import { TraceLibrary, askEngine, createEngine, isEngineMethod } from '@hindscope/store/model'
import { createHttpEngine } from '../src/engine/http-engine.ts'
import type { EngineClient } from '../src/engine/engine-client.ts'
import { shopTrace } from './browser/shop-trace.ts'
import { bytesOf, fileOf } from './trace-bytes.ts'
import { joined } from './worker/joined.ts'

const trace = shopTrace(10)
const jobs = trace.realm('jobs', 'worker').at(4000)
jobs.event({ kind: 'stateSnapshot', values: [['queue', { waiting: [1, 2] }]] })
jobs.event({ kind: 'stateChange', values: [['queue', 'waiting.length', 2, 1]] })
const bytes = bytesOf(trace)
const { session, baseUs } = trace
const ref = { track: 0, seq: 3 }
/** What a method is asked; `{session}` where nothing is written here. Every one of them is answered. */
const QUERIES: Partial<Record<EngineMethod, readonly object[]>> = {
  sessions: [{}],
  session: [{ session }],
  events: [
    { session, limit: 40 },
    { session, text: 'teapot', order: 'desc' },
  ],
  search: [{ session, query: 'function = "postCart"' }],
  event: [{ session, ref }],
  callTree: [{ session }],
  stack: [{ session, ref }],
  locals: [{ session, ref, call: { track: 0, call: 2 } }],
  call: [{ session, ref: { track: 0, call: 2 } }],
  state: [{ session, ref }],
  stores: [
    { session, ref },
    { session, ref: { track: 2, seq: 1 }, only: [{ track: 2, store: 'queue' }] },
  ],
  stateChanges: [{ session, track: 2, store: 'queue', path: 'waiting[1]', around: ref }],
  step: (['next', 'over', 'into', 'next-error', 'next-write', 'last'] as const).map(direction => ({ session, ref, direction })),
  at: [
    { session, timeUs: baseUs + 5000 },
    { session, position: 12 },
  ],
  source: [{ session, path: 'src/cart.js' }],
  buckets: [
    { session, fromUs: baseUs, toUs: baseUs + 100_000, columns: 64 },
    { session, fromPosition: 10, toPosition: 90, columns: 40 },
  ],
}
const REFUSED: readonly (readonly [EngineMethod, object])[] = [
  ['session', { session: 'f'.repeat(32) }],
  ['event', { session, ref: { track: 9, seq: 9 } }],
  ['events', { session, limit: 'all' }],
  ['stateChanges', { session, track: 2, store: 'nobody' }],
  ['stores', { session, ref, only: ['queue'] }],
]

let server: Server
let http: EngineClient
let worker: EngineClient
beforeAll(async () => {
  const library = new TraceLibrary()
  library.addBytes(bytes)
  const engine = createEngine(library.stores)
  server = createServer((request, response) => {
    const method = request.url?.replace('/api/', '') ?? ''
    let body = ''
    request.on('data', part => (body += String(part)))
    request.on('end', () => {
      const answer = isEngineMethod(method) ? askEngine(engine, method, JSON.parse(body)) : Promise.reject(new HindscopeError('ui-no-trace'))
      answer.then(
        result => response.end(JSON.stringify({ result })),
        ({ code, message }: HindscopeError) => response.writeHead(400).end(JSON.stringify({ error: { code, message } })),
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  http = createHttpEngine(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, undefined)
  const inWorker = joined().engine
  const opened = await inWorker.open([fileOf('shop.hscope', bytes)], () => undefined)
  expect(opened.ok).toBe(true)
  worker = inWorker
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const ask = (client: EngineClient, method: EngineMethod, query: object) => client.ask(method, query as never)

/** What a question took is nobody's but its own. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, field: unknown) => (/(^|[a-z])[mM]s$/.test(key) && key !== 'startedMs' ? 0 : field))

it.each(ENGINE_METHODS)('%s', async method => {
  for (const query of QUERIES[method] ?? [{ session }]) {
    const [byHttp, byWorker] = await Promise.all([ask(http, method, query), ask(worker, method, query)])
    if (QUERIES[method]) expect(byHttp).toMatchObject({ ok: true })
    if (byHttp.ok || byWorker.ok) expect(withoutTimes(byWorker)).toEqual(withoutTimes(byHttp))
    else expect(byWorker.failure.code).toBe(byHttp.failure.code)
  }
})

it.each(REFUSED)('%s is refused alike', async (method, query) => {
  const [byHttp, byWorker] = await Promise.all([ask(http, method, query), ask(worker, method, query)])
  expect(byHttp.ok).toBe(false)
  expect(!byWorker.ok && byWorker.failure.code).toBe(!byHttp.ok && byHttp.failure.code)
})
