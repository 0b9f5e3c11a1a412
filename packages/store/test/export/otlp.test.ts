import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TraceBuilder, errorValue } from '@hindscope/testkit'
import { exportOtlp } from '../../src/export/otlp.ts'
import type { ExportOptions, TraceStore } from '../../src/model.ts'
import { FOREIGN_SPAN, FOREIGN_TRACE, ODD_NAME, madeTrace, oddTrace, storeOf, textOf, wellFormed } from './export-traces.ts'

const NAME = wellFormed(ODD_NAME)

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly boolValue?: boolean }
}
interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly events?: readonly { timeUnixNano: string; name: string; attributes: readonly Attribute[] }[]
  readonly links?: readonly { traceId: string; spanId: string }[]
  readonly status: { readonly code?: number; readonly message?: string }
}
interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

/** What protobufjs makes of a message definition. */
interface MessageType {
  fromObject(plain: object): object
  toObject(message: object, options: object): object
  encode(message: object): { finish(): Uint8Array }
  decode(bytes: Uint8Array): object
  verify(message: object): string | null
}
// SAFE: generated from opentelemetry-proto, without types of its own
const { ExportTraceServiceRequest } = (
  root as unknown as { opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: MessageType } } } } } }
).opentelemetry.proto.collector.trace.v1

/** Ids are hex in OTLP/JSON and base64 in protobuf's own JSON mapping: the one deviation of the specification. */
const withBytes = (key: string, value: unknown): unknown =>
  /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value

/** Parsed; the published protobuf definitions take every field, and give the same back from bytes. */
function requestOf(store: TraceStore, options: ExportOptions = {}): Request {
  const text = textOf(exportOtlp(store, options))
  const plain = JSON.parse(text, withBytes) as object
  const message = ExportTraceServiceRequest.fromObject(plain)
  const decoded = ExportTraceServiceRequest.decode(ExportTraceServiceRequest.encode(message).finish())
  expect(ExportTraceServiceRequest.verify(decoded)).toBeNull()
  const back: unknown = ExportTraceServiceRequest.toObject(decoded, { longs: String, bytes: String })
  // Every field has to be one that the definitions know. A list without items and no list are the same to them.
  expect(back).toEqual(JSON.parse(JSON.stringify(plain), (_, value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)))
  const request = JSON.parse(text) as Request
  for (const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } of spansOf(request)) {
    expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
    expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/)
    expect(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(0n)
  }
  return request
}

const spansOf = ({ resourceSpans }: Request): Span[] => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
const attributesOf = ({ attributes }: { readonly attributes: readonly Attribute[] }): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

const CHAIN = '5e555e555e555e55' + '0000000100000001'

describe('otlp', () => {
  it('has a resource for each realm and a span for each call and activity', () => {
    const request = requestOf(storeOf(oddTrace().trace))
    expect(request.resourceSpans.map(({ resource }) => attributesOf(resource))).toMatchObject([
      { 'service.name': 'page "one"', 'service.instance.id': '00000001', 'hindscope.realm.kind': 'page' },
      { 'service.name': 'server', 'service.instance.id': '00000002', 'hindscope.realm.kind': 'node' },
      { 'service.name': 'gate' },
    ])
    expect(spansOf(request).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'main 1',
      `${NAME} 1`,
      'load 1',
      'GET 3',
      'numbers 1',
      'fails 1',
      'setTimeout 1 ms 1',
      'onTimer 1',
      'POST 3',
      'main 1',
      'GET 2',
      'main 1',
      'PUT 2',
    ])
  })

  it('has the ids that requests carry, so that spans of other tools join', () => {
    const spans = spansOf(requestOf(storeOf(oddTrace().trace)))
    const client = spans.find(({ kind }) => kind === 3)
    const [server, foreign] = spans.filter(({ kind }) => kind === 2)
    expect(client).toMatchObject({ traceId: CHAIN, spanId: '0000000100000004', parentSpanId: '0000000100000003' })
    expect(server).toMatchObject({ traceId: CHAIN, spanId: '0000000200000001', parentSpanId: '0000000100000004' })
    expect(foreign).toMatchObject({ traceId: FOREIGN_TRACE, spanId: '0000000300000001', parentSpanId: FOREIGN_SPAN })
    expect(spans[0]?.parentSpanId).toBeUndefined()
  })

  it('links causes that are no callers', () => {
    const spans = spansOf(requestOf(storeOf(oddTrace().trace)))
    const linked = spans.filter(({ links }) => links !== undefined)
    expect(linked.map(({ name, parentSpanId, links }) => [name, parentSpanId, links?.map(link => link.spanId)])).toEqual([
      ['setTimeout 1 ms', '0000000100000001', ['0000000100000001']],
      ['GET', '0000000100000004', ['0000000100000004']],
    ])
  })

  it('has attributes by the semantic conventions, and values as they were recorded', () => {
    const spans = spansOf(requestOf(storeOf(oddTrace().trace)))
    expect(attributesOf(spans[1] as Span)).toEqual({
      'hindscope.event': '0.1',
      'code.function.name': NAME,
      'code.file.path': 'src/odd, "file".ts',
      'code.line.number': '11',
      'code.column.number': '1',
      'hindscope.arguments': '(▒▒, …)',
      'hindscope.result': '"line\\nbreak, \\"quoted\\" 🦊"',
    })
    const http = spans.filter(({ kind }) => kind !== 1).map(attributesOf)
    expect(http).toMatchObject([
      { 'http.request.method': 'GET', 'url.full': '/items?a=1&b=%20x', 'http.response.status_code': '200' },
      { 'http.request.method': 'POST', 'url.full': 'https://example.test/pay', 'hindscope.open': true },
      { 'http.request.method': 'GET', 'url.path': '/items', 'url.query': 'a=1', 'http.response.status_code': '200' },
      { 'http.request.method': 'PUT', 'url.path': '/x', 'http.response.status_code': '503', 'error.type': '503' },
    ])
  })

  it('has exceptions as events and failures as status', () => {
    const spans = spansOf(requestOf(storeOf(oddTrace().trace)))
    const fails = spans.find(({ name }) => name === 'fails')
    expect(fails?.status).toEqual({ code: 2, message: 'no' })
    expect(fails?.events?.map(event => [event.name, attributesOf(event)])).toEqual([
      ['exception', { 'exception.type': 'TypeError', 'exception.message': 'no' }],
    ])
    expect(spans.filter(({ status }) => status.code === 2).map(({ name }) => name)).toEqual(['fails', 'PUT'])
  })

  it('keeps an error that was caught inside as an event of a span that did not fail', () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('r')
    const call = realm.at(1).enter('f')
    realm.at(2).event({ kind: 'throwStatement', call, values: [errorValue('RangeError', 'caught')] })
    realm.at(3).returns(call, 'f')
    const [span] = spansOf(requestOf(storeOf(trace)))
    expect(span).toMatchObject({ status: {}, events: [{ name: 'exception', timeUnixNano: '1700000000000002000' }] })
  })

  it('leaves out calls or activities, and hangs what is left below the nearest span there is', () => {
    const store = storeOf(oddTrace().trace)
    const calls = spansOf(requestOf(store, { spans: 'calls' }))
    expect(calls.map(({ name }) => name)).not.toContain('GET')
    const answer = calls.find(({ spanId }) => spanId === '0000000200000002')
    expect(answer).toMatchObject({ parentSpanId: '0000000100000003', links: [{ spanId: '0000000100000003' }] })
    const activities = spansOf(requestOf(store, { spans: 'activities' }))
    expect(activities.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['GET', undefined],
      ['setTimeout 1 ms', undefined],
      ['POST', undefined],
      ['GET', '0000000100000004'],
      ['PUT', FOREIGN_SPAN],
    ])
  })

  it('has every call and activity once, below a span of the same trace, whatever the program did', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace, calls, activities }) => {
        const spans = spansOf(requestOf(storeOf(trace)))
        const byId = new Map(spans.map(span => [span.spanId, span]))
        expect(spans).toHaveLength(calls.length + activities)
        expect(byId.size).toBe(spans.length)
        for (const { traceId, parentSpanId } of spans) if (parentSpanId !== undefined) expect(byId.get(parentSpanId)?.traceId).toBe(traceId)
      }),
      { numRuns: 50 },
    )
  })

  it('keeps ids of spans of OpenTelemetry, and puts what hangs on a span into its trace, whatever is left out', () => {
    const node = fc.record({
      kind: fc.constantFrom('call', 'span', 'unsampled', 'timer'),
      parent: fc.nat(30),
      ownTrace: fc.boolean(),
      hasParent: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(node, { maxLength: 30 }), nodes => {
        const trace = new TraceBuilder()
        const realm = trace.realm('r')
        const made: { readonly call: number; readonly traceId: string; readonly spanId: string | undefined }[] = []
        for (const [index, { kind, parent, ownTrace, hasParent }] of nodes.entries()) {
          const above = made[made.length - 1 - parent]
          const options = above === undefined ? {} : { parent: above.call }
          const traceId = ownTrace || above === undefined ? hex(index + 1, 32) : above.traceId
          if (isSpan(kind)) {
            const spanId = hex(index + 1, 16)
            const ids = { traceId, spanId, ...(hasParent && above?.spanId !== undefined ? { parentSpanId: above.spanId } : {}) }
            const call = realm
              .at(index)
              .activity('span', { name: 's', kind: 'internal', ...ids, ...(kind === 'span' ? {} : { sampled: false }) }, options)
            made.push({ call, traceId, spanId })
          } else {
            const call = kind === 'call' ? realm.at(index).enter('f', [], options) : realm.at(index).activity('timer', {}, options)
            made.push({ call, traceId, spanId: above?.spanId })
          }
        }
        if (nodes.length === 0) return
        const store = storeOf(trace)
        const all = spansOf(requestOf(store))
        expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(nodes.length)
        const traces = new Map(all.map(({ spanId, traceId }) => [spanId, traceId]))
        const own = new Map(made.flatMap(({ spanId, traceId }, i) => (isSpan(nodes[i]?.kind) ? [[spanId, traceId] as const] : [])))
        const isTraced = (spanId: string): boolean => own.has(spanId)
        for (const options of [
          {},
          { spans: 'calls' },
          { spans: 'activities' },
          { leaveTraced: true },
          { spans: 'calls', leaveTraced: true },
        ] as const) {
          const spans = spansOf(requestOf(store, options))
          const written = new Map(spans.map(span => [span.spanId, span]))
          for (const { spanId, traceId, parentSpanId } of spans) {
            if (isTraced(spanId)) expect(traceId).toBe(own.get(spanId))
            else if (parentSpanId !== undefined)
              expect([parentSpanId, traceId]).toEqual([parentSpanId, written.get(parentSpanId)?.traceId ?? traces.get(parentSpanId)])
          }
          const sampled = made.filter((_, i) => nodes[i]?.kind === 'span')
          if ('leaveTraced' in options) for (const { spanId } of sampled) expect(written.has(spanId ?? '')).toBe(false)
        }
      }),
      { numRuns: 50 },
    )
  })
})

const isSpan = (kind: string | undefined): boolean => kind === 'span' || kind === 'unsampled'
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
