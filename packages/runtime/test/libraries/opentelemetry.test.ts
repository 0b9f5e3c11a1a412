/** Spans of the real SDKs, in processes of their own: what programs export is the same, and the timeline has every span where it was started. */
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createSpanSandbox, spanOf, treeOf } from './span-programs.ts'
import type { SpanSandbox } from './span-programs.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const require = createRequire(import.meta.url)
const API = JSON.stringify(require.resolve('@opentelemetry/api'))

/** `setUp` registers an SDK of this line, with `exporter`; `options` adds to what the provider is made with. */
const SDKS = [
  {
    version: 3,
    setUp: `
const { TracerProvider: Provider, InMemorySpanExporter, SimpleSpanProcessor, AlwaysOffSampler } = require(${JSON.stringify(require.resolve('@opentelemetry/sdk-trace'))})
const { AsyncLocalStorageContextManager } = require(${JSON.stringify(require.resolve('@opentelemetry/context-async-hooks'))})
const exporter = new InMemorySpanExporter()
const provider = observe(new Provider({ idGenerator, spanProcessors: [new SimpleSpanProcessor({ exporter })] }), 'TracerProvider')
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(provider)`,
  },
  ...[
    { version: 2, path: require.resolve('sdk-trace-node2') },
    { version: 1, path: require.resolve('sdk-trace-node1') },
  ].map(({ version, path }) => ({
    version,
    setUp: `
const { NodeTracerProvider: Provider, InMemorySpanExporter, SimpleSpanProcessor, AlwaysOffSampler } = require(${JSON.stringify(path)})
const exporter = new InMemorySpanExporter()
const provider = observe(new Provider({ idGenerator, spanProcessors: [new SimpleSpanProcessor(exporter)] }), 'NodeTracerProvider')
provider.register()`,
  })),
]

const HEAD = `const api = require(${API})\nconst { trace, context, propagation, SpanKind } = api\n`

const SPANS = `
const early = trace.getTracer('early')
SETUP
const tracer = trace.getTracer('shop', '1.2.3')
const registered = Object.getOwnPropertyDescriptor(globalThis, Symbol.for('opentelemetry.js.api.1'))
log(registered.writable, registered.enumerable, registered.configurable, Object.keys(registered.value), Reflect.ownKeys(Object.getPrototypeOf(globalThis)).length)
const Tracer = Object.getPrototypeOf(provider.getTracer('x'))
log(Tracer.startSpan.name, Tracer.startSpan.length, Object.keys(tracer).includes('startSpan'))
log('result', f('a', () => tracer.startActiveSpan('outer', { kind: SpanKind.CLIENT, attributes: { first: 1, 'url.full': 'http://x/y?token=hunter2&a=1', 'http.request.header.authorization': 'hunter2' } }, span => {
  f('in outer')
  const result = tracer.startActiveSpan('inner', inner => {
    f('in inner', () => f('deep'))
    inner.addEvent('cooked', { minutes: 3 })
    inner.recordException(new RangeError('too hot'))
    inner.setStatus({ code: 2, message: 'burnt' })
    inner.updateName('renamed')
    inner.end()
    return 7
  })
  span.setAttribute('second', ['x', 'y'])
  span.end()
  return result
})))
const linked = f('b', () => tracer.startSpan('manual', { links: [{ context: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 } }] }))
f('c', () => context.with(trace.setSpan(context.active(), linked), () => f('in manual')))
linked.setStatus({ code: 1 })
linked.end()
linked.end()
const failure = new Error('no')
try { f('d', () => early.startActiveSpan('throws', span => { try { throw failure } finally { span.end() } })) } catch (error) { log('same error', error === failure) }
await f('e', () => tracer.startActiveSpan('later', async span => {
  await null
  f('after await')
  const child = tracer.startSpan('child')
  await new Promise(resolve => setTimeout(resolve, 2))
  child.end()
  span.end()
}))
f('g', () => context.with(trace.setSpan(context.active(), linked), (...args) => log('arguments', args, f('in ended')), undefined, 1, 2))
const never = new Provider({ idGenerator, sampler: new AlwaysOffSampler() })
const unsampled = f('h', () => never.getTracer('off').startSpan('unsampled', { kind: SpanKind.PRODUCER, attributes: { a: 1 } }))
log('recording', unsampled.isRecording())
f('i', () => context.with(trace.setSpan(context.active(), unsampled), () => f('in unsampled')))
unsampled.end()
f('open', () => tracer.startSpan('never ends', { startTime: 1_700_000_000_000, root: true }))
log('detached', (recorder?.uninstall(), f('z', () => tracer.startActiveSpan('unrecorded', span => { span.end(); return span.isRecording() }))), Tracer.startSpan.name)
log(exporter.getFinishedSpans().map(shownSpan))
`

let box: SpanSandbox
beforeAll(async () => {
  box = await createSpanSandbox()
})
afterAll(() => box?.remove())

describe.each(SDKS)('SDK $version', ({ setUp }) => {
  const program = `${HEAD}await record()\n${SPANS.replace('SETUP', setUp)}`

  test('every span is an activity, and calls in it belong to it', async () => {
    const plain = await box.plain(program)
    const { log, events } = await box.recorded(program)
    expect(log).toEqual(plain)
    expect(treeOf(events)).toEqual([
      'a',
      '  span client outer',
      '    in outer',
      '    span internal inner',
      '      in inner',
      '        deep',
      'b',
      '  span internal manual',
      '    in manual',
      '    in ended',
      'c',
      'd',
      '  span internal throws',
      'e',
      '  span internal later',
      '    after await',
      '    span internal child',
      'g',
      'h',
      '  span producer unsampled',
      '    in unsampled',
      'i',
      'open',
      '  span internal never ends (open)',
    ])
    const spans = JSON.parse(JSON.stringify(log.at(-1))) as [[string, number, string, string, string | null][]]
    const exported = (name: string): unknown[] => spans[0].find(span => span[0] === name)?.slice(2, 5) ?? []
    const outer = spanOf(events, 'outer')
    expect(outer.start).toEqual({
      name: 'outer',
      kind: 'client',
      scope: 'shop',
      traceId: exported('outer')[0],
      spanId: exported('outer')[1],
      attributes: { first: 1, 'url.full': 'http://x/y?token=…&a=1', 'http.request.header.authorization': '▒' },
    })
    expect(outer.end).toEqual({ durationMs: expect.any(Number), attributes: { second: ['x', 'y'] } })
    const inner = spanOf(events, 'inner')
    expect(inner.start['parentSpanId']).toBe(outer.start['spanId'])
    expect(inner.end).toMatchObject({
      name: 'renamed',
      error: 'burnt',
      events: [
        { name: 'cooked', attributes: { minutes: 3 }, atMs: expect.any(Number) },
        { name: 'exception', attributes: { 'exception.type': 'RangeError', 'exception.message': 'too hot' } },
      ],
    })
    expect(spanOf(events, 'manual').end).toMatchObject({ status: 'ok', links: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) }] })
    expect(spanOf(events, 'unsampled').start).toMatchObject({ sampled: false, kind: 'producer', attributes: { a: 1 } })
    expect(spanOf(events, 'never ends').start).toMatchObject({ startMs: 1_700_000_000_000 })
    expect(spanOf(events, 'later').end['error']).toBeUndefined()
  })
})

const { setUp: CURRENT = '' } = SDKS[0] ?? {}
const PROPAGATOR = `
const { CompositePropagator, W3CTraceContextPropagator, W3CBaggagePropagator } = require(${JSON.stringify(require.resolve('@opentelemetry/core'))})
propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }))
`
const INSTRUMENTATIONS = `
const { HttpInstrumentation } = require(${JSON.stringify(require.resolve('@opentelemetry/instrumentation-http'))})
const { UndiciInstrumentation } = require(${JSON.stringify(require.resolve('@opentelemetry/instrumentation-undici'))})
const { registerInstrumentations } = require(${JSON.stringify(require.resolve('@opentelemetry/instrumentation'))})
registerInstrumentations({ instrumentations: [new HttpInstrumentation({ ignoreIncomingRequestHook: request => request.url === '/ignored' }), new UndiciInstrumentation()] })
`
/** A server that notes the headers which tell of a trace, asked by node:http and by fetch, from outside (with a trace) and from a chain. */
const REQUESTS = `
const CORE = ${JSON.stringify(require.resolve('@opentelemetry/core'))}
const http = require('node:http')
const server = http.createServer((request, response) => {
  const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase())
  const count = name => names.filter(each => each === name).length
  log('got', request.url, count('traceparent'), count('baggage'), request.headers.baggage ?? '')
  f('handler ' + request.url, () => heard.push([request.url, request.headers.traceparent, trace.getActiveSpan()?.spanContext()]))
  if (globalThis.goesOn && request.url === '/raw') f('goes on', () => get('/end').then(() => response.end('ok')))
  else response.end('ok')
})
const heard = []
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const base = 'http://127.0.0.1:' + server.address().port
const get = path => new Promise((resolve, reject) => http.get(base + path, response => response.resume().on('end', resolve)).on('error', reject))
const outside = 'f'.repeat(32)
const raw = path => new Promise((resolve, reject) => {
  const socket = require('node:net').connect(server.address().port, '127.0.0.1', () => socket.write('GET ' + path + ' HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\ntraceparent: 00-' + outside + '-1234567890abcdef-00\\r\\nbaggage: user=ann\\r\\n\\r\\n'))
  socket.resume().on('close', resolve).on('error', reject)
})
const tracer = trace.getTracer('shop')
await raw('/raw')
await raw('/ignored')
await f('caller', () => tracer.startActiveSpan('work', async span => {
  const baggage = propagation.setBaggage(context.active(), propagation.createBaggage({ cart: { value: '1' } }))
  await context.with(baggage, () => f('asks', () => get('/http')))
  await context.with(baggage, () => f('fetches', () => fetch(base + '/fetch').then(response => response.text())))
  span.end()
}))
await f('alone', () => get('/alone'))
if (globalThis.goesOn) {
  const quiet = require(CORE).suppressTracing(context.active())
  await context.with(quiet, () => get('/quiet'))
  await context.with(quiet, () => fetch(base + '/quiet').then(response => response.text()))
}
server.close()
server.closeAllConnections()
await new Promise(resolve => setTimeout(resolve, 20))
`
const SEEN = `
log(exporter.getFinishedSpans().map(span => [span.name, span.kind, span.spanContext().traceId, span.spanContext().spanId, span.parentSpanContext?.spanId, span.status]))
log(heard.map(([url, header, active]) => [url, header, active?.traceId, active?.spanId]))
`

describe.each([
  { order: 'before OpenTelemetry', program: `await record()\n${HEAD}${CURRENT}${PROPAGATOR}${INSTRUMENTATIONS}${REQUESTS}${SEEN}` },
  {
    order: 'after OpenTelemetry',
    program: `${HEAD}${CURRENT}${PROPAGATOR}${INSTRUMENTATIONS}require('node:http')\nawait record()\n${REQUESTS}${SEEN}`,
  },
])('instrumentations, recorder started $order', ({ program }) => {
  test('headers and exported spans are the same, and spans tell of the requests that they are', async () => {
    const plain = await box.plain(program)
    const { log, events } = await box.recorded(program)
    expect(log).toEqual(plain)
    expect(plain.filter(line => Array.isArray(line) && line[0] === 'got').map(line => (line as unknown[]).slice(1))).toEqual([
      ['/raw', 1, 1, 'user=ann'],
      ['/ignored', 1, 1, 'user=ann'],
      ['/http', 1, 1, 'cart=1'],
      ['/fetch', 1, 1, 'cart=1'],
      ['/alone', 1, 0, ''],
    ])
    expect(treeOf(events)).toEqual([
      'received GET /raw',
      '  span server GET',
      '    handler /raw',
      'received GET /ignored',
      '  handler /ignored',
      'caller',
      '  span internal work',
      '    asks',
      '      span client GET',
      '        sent GET',
      '    fetches',
      '      span client GET',
      '        sent GET',
      'received GET /http',
      '  span server GET',
      '    handler /http',
      'received GET /fetch',
      '  span server GET',
      '    handler /fetch',
      'alone',
      '  span client GET',
      '    sent GET',
      'received GET /alone',
      '  span server GET',
      '    handler /alone',
    ])
  })
})

describe('without instrumentations of requests', () => {
  const program = `await record()\n${HEAD}${CURRENT}${PROPAGATOR}globalThis.goesOn = true\n${REQUESTS}
log(heard.find(([url]) => url === '/end')[1].slice(3, 35) === outside)
const work = exporter.getFinishedSpans().find(span => span.name === 'work').spanContext()
log(heard.map(([url, header]) => [url, header?.slice(3, 35) === work.traceId, header?.slice(36, 52) === work.spanId, header?.slice(-2)]))`

  test('requests sent in a span are of its trace', async () => {
    const { log, events } = await box.recorded(program)
    expect(log.at(-2)).toEqual([true])
    expect(log.at(-1)).toEqual([
      [
        ['/raw', false, false, '00'],
        ['/end', false, false, '00'],
        ['/ignored', false, false, '00'],
        ['/http', true, false, '01'],
        ['/fetch', true, false, '01'],
        ['/alone', false, false, '01'],
        ['/quiet', false, false, null],
        ['/quiet', false, false, null],
      ],
    ])
    expect(treeOf(events).slice(0, 12)).toEqual([
      'received GET /raw',
      '  handler /raw',
      '  goes on',
      '    sent GET',
      'received GET /end',
      '  handler /end',
      'received GET /ignored',
      '  handler /ignored',
      'caller',
      '  span internal work',
      '    asks',
      '      sent GET',
    ])
    expect(log.filter(line => Array.isArray(line) && line[0] === 'got').map(line => (line as unknown[])[4])).toEqual([
      'user=ann',
      'user=ann',
      'user=ann',
      '',
      '',
      '',
      '',
      '',
    ])
  })
})

describe('lookalikes', () => {
  test('are left as they are', async () => {
    const program = `await record()
const getter = name => Object.defineProperty({}, name, { get: () => log('read ' + name), enumerable: true, configurable: true })
const looks = [{}, { startSpan: 1 }, { start() {} }, getter('getTracer'), getter('startSpan'), new Proxy({ getTracer() {} }, { get: () => log('trap'), getOwnPropertyDescriptor: () => log('trap'), getPrototypeOf: () => log('trap') }), Object.freeze({ getTracer() {} })]
const before = looks.map(value => (value === looks[5] ? 0 : Object.getOwnPropertyDescriptors(value).getTracer?.value))
for (const value of looks) if (observe(value) !== value) log('other')
log(looks.every((value, i) => value === looks[5] || Object.getOwnPropertyDescriptors(value).getTracer?.value === before[i]))
if (recorder) log(recorder.stats().errors['adapter-unsupported'] ?? 0, recorder.stats().errors['adapter-failed'] ?? 0)
recorder = undefined`
    const { log } = await box.recorded(program)
    expect(log).toEqual([[true], [7, 0]])
  })
})
