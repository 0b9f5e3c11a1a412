/** A message over a broker: one edge, with how long it was under way, from two realms whose clocks are apart. */
import { decodeChunk, encodeDefinitions, formatTraceparent, realmId } from '@hindscope/protocol'
import type { ActivityRow, SequencePage } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { exportOtlp } from '../../src/export/otlp.ts'
import type { TraceStore } from '../../src/model.ts'
import { textOf } from '../export/export-traces.ts'

/** One message is received, another goes where nothing is recorded, a third comes from there. The worker's clock is 500 µs ahead. */
function messages(knowsClocks: boolean): readonly TraceStore[] {
  const trace = new TraceBuilder()
  const api = trace.realm('api', 'node')
  api.module(manifestOf('aa'.repeat(8), 'api.ts', [functionProbe('order', { line: 1 })]))
  const worker = trace.realm('worker', 'node')
  worker.module(manifestOf('bb'.repeat(8), 'worker.ts', [functionProbe('pack', { line: 1 })]))
  const order = api.at(100).enter('order')
  const fields = { system: 'bullmq', destination: 'packing', name: 'pack' }
  const sent = api.at(110).activity('message', { ...fields, operation: 'send' }, { parent: order })
  api.at(130).ends(sent, 'message', { id: '1' })
  const away = api.at(140).activity('message', { system: 'nats', operation: 'request', destination: 'elsewhere' }, { parent: order })
  api.at(150).ends(away, 'message', { error: 'timeout' })
  const traceparent = formatTraceparent(trace.session, api.realm, order, api.realm, sent)
  const received = worker.at(800).activity('message', { ...fields, operation: 'receive', id: '1', traceparent })
  worker.at(810).enter('pack', [], { parent: received })
  worker.at(900).activity('message', { system: 'mqtt', operation: 'receive', destination: 'from/elsewhere' })
  const place = {
    session: trace.session,
    realm: realmId(worker.realm),
    number: 0xfe00_0000,
    firstSeq: 0,
    hlcFirst: { ms: 1, counter: 0 },
    baseTimeUs: 1000,
  }
  const clock = { kind: 'clock', realm: worker.realm, atMs: 5, method: 'round-trip', offsetUs: 500, errorUs: 20 } as const
  const clocks = knowsClocks ? [decodeChunk(encodeDefinitions(place, [clock]))] : []
  return createTraceModel([...trace.chunks(), ...clocks]).stores
}

const rowsOf = async (stores: readonly TraceStore[]): Promise<readonly ActivityRow[]> =>
  (await createEngine(stores).activities({ session: stores[0]?.session ?? '' })).rows

test('what was received hangs below what was sent, and says how long it was under way', async () => {
  const told = (rows: readonly ActivityRow[]): string[] =>
    rows.map(({ depth, name, result, queueUs }) => `${depth} ${name}${result} ${queueUs ?? '-'}`)
  const wanted = ['0 send packing pack → {id: "1"} -', '1 receive packing pack 190', '0 request elsewhere ✗ timeout -', '0 receive from/elsewhere -']
  expect(told(await rowsOf(messages(true)))).toEqual(wanted)
  expect(told(await rowsOf(messages(false)))).toEqual(wanted.map(line => line.replace('190', '690')))
})

test('a diagram has one arrow for it, and one out for what nobody received', async () => {
  const stores = messages(true)
  const page: SequencePage = await createEngine(stores).sequence({ session: stores[0]?.session ?? '', by: 'track' })
  expect(page.arrows.map(({ from, to, kind, name }) => `${page.lifelines[from]?.name} → ${page.lifelines[to]?.name}: ${kind} ${name}`)).toEqual([
    'api → outside: message request elsewhere',
    'api → worker: message receive packing pack',
    'outside → worker: message receive from/elsewhere',
  ])
})

test('it is producer and consumer in one trace of OpenTelemetry', () => {
  const [store] = messages(true)
  if (store === undefined) throw new Error('There is no store.')
  const spans = [...textOf(exportOtlp(store)).matchAll(/"name":"([^"]+)","kind":(\d)/g)].map(([, name, kind]) => `${name} ${kind}`)
  expect(spans.sort()).toEqual([
    'order 1',
    'pack 1',
    'receive from/elsewhere 5',
    'receive packing pack 5',
    'request elsewhere 4',
    'send packing pack 4',
  ])
  expect(new Set([...textOf(exportOtlp(store)).matchAll(/"traceId":"(\w+)"/g)].map(([, id]) => id)).size).toBe(2)
})
