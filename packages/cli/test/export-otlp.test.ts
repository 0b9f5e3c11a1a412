/** `hindscope export --format otlp --to`: what a collector gets, decoded by OpenTelemetry's own protobuf definitions, and what it may answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import { runCli } from '../src/index.ts'
import { sendSpans } from '../src/otlp/otlp-sender.ts'
import type { Terminal } from '../src/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hindscope-otlp-'))

interface MessageType {
  fromObject(plain: object): object
  verify(message: object): string | null
}
// SAFE: generated from opentelemetry-proto, without types of its own
const { ExportTraceServiceRequest } = (
  root as unknown as { opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: MessageType } } } } } }
).opentelemetry.proto.collector.trace.v1

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: readonly { readonly key: string; readonly value: object }[]
  readonly events?: readonly object[]
  readonly links?: readonly { readonly spanId: string }[]
  readonly status: object
}
interface Request {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[]
}
const spansIn = (request: Request): readonly Span[] => request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))

interface Got {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly request: Request
}

/** A collector that takes what the definitions take, after what `first` answers. */
class Collector {
  readonly got: Got[] = []
  readonly server: Server
  answers: ((response: ServerResponse) => void)[] = []

  constructor() {
    this.server = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', part => (text += String(part)))
      request.on('end', () => {
        const answer = this.answers.shift()
        if (answer !== undefined) return answer(response)
        const body = JSON.parse(text) as Request
        const bytes = JSON.parse(text, (key, value: unknown) =>
          /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value,
        ) as object
        const problem = ExportTraceServiceRequest.verify(ExportTraceServiceRequest.fromObject(bytes))
        if (problem !== null) return json(400, { message: problem })(response)
        this.got.push({ path: request.url ?? '', headers: request.headers, request: body })
        json(200, { partialSuccess: {} })(response)
      })
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` // SAFE: it listens
  }

  get spans(): Span[] {
    return this.got.flatMap(({ request }) => [...spansIn(request)])
  }
}

const json =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const TRACE = 'ab'.repeat(16)
const collector = new Collector()

beforeAll(async () => {
  await new Promise<void>(resolve => void collector.server.listen(0, '127.0.0.1', resolve))
  const many = new TraceBuilder()
  const realm = many.realm('shop')
  for (let i = 0; i < 1200; i++) realm.at(i + 2).returns(realm.at(i + 1).enter('f'), 'f')
  writeFileSync(join(cwd, 'many.hscope'), many.bytes())
  // A request whose handler runs in a span of OpenTelemetry, which asks another service in a span of its own.
  const traced = new TraceBuilder()
  const server = traced.realm('server')
  const request = server.at(1).activity('httpServer', { method: 'GET', url: '/buy' })
  const ids = { traceId: TRACE, kind: 'server', name: 'GET' }
  const span = server
    .at(2)
    .activity(
      'span',
      { ...ids, spanId: '1'.repeat(16), scope: 'http', attributes: { a: 1, b: 'x', c: true, d: 0.5, e: ['p', 'q'] } },
      { parent: request },
    )
  const handler = server.at(3).enter('handler', [], { parent: span })
  const client = server
    .at(4)
    .activity('span', { ...ids, name: 'POST', kind: 'client', spanId: '2'.repeat(16), parentSpanId: '1'.repeat(16) }, { parent: handler })
  const dropped = server
    .at(5)
    .activity('span', { ...ids, name: 'unsampled', spanId: '3'.repeat(16), parentSpanId: '1'.repeat(16), sampled: false }, { parent: handler })
  server.at(6).ends(dropped, 'span', {})
  server.at(6).ends(client, 'span', {
    durationMs: 1.5,
    error: 'no answer',
    links: [{ traceId: TRACE, spanId: '9'.repeat(16) }],
    events: [{ name: 'retry', atMs: 0.5, attributes: { n: 2 } }],
  })
  server.at(7).returns(handler, 'handler')
  server.at(8).ends(span, 'span', { durationMs: 6, name: 'GET /buy', attributes: { b: 'y' } })
  server.at(9).ends(request, 'httpServer', { status: 200 })
  writeFileSync(join(cwd, 'traced.hscope'), traced.bytes())
})
afterAll(() => {
  collector.server.close()
  rmSync(cwd, { recursive: true, force: true })
})
afterEach(() => {
  collector.got.length = 0
  collector.answers = []
})

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ exitCode: number; out: string; notes: string }> {
  let [out, notes] = ['', '']
  const terminal: Terminal = {
    cwd,
    env,
    isInteractive: false,
    print: text => (out += `${text}\n`),
    note: text => (notes += `${text}\n`),
    write: () => Promise.resolve(),
  }
  const exitCode = await runCli(['export', ...args], terminal)
  return { exitCode, out, notes }
}
const send = (file: string, ...more: readonly string[]): readonly string[] => [file, '--format', 'otlp', '--to', collector.url, ...more]

describe('export --to', () => {
  it('sends every span once, in batches, where traces go', async () => {
    const { exitCode, out, notes } = await run(send('many.hscope', '--json'))
    expect([exitCode, notes]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ to: `${collector.url}/v1/traces`, spans: 1200, requests: 3, rejected: 0 })
    expect(collector.got.map(({ path, headers }) => [path, headers['content-type']])).toEqual(Array(3).fill(['/v1/traces', 'application/json']))
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(1200)
  })

  it('leaves out what OpenTelemetry sends itself, and hangs what ran in it below it', async () => {
    await run(send('traced.hscope'))
    const shown = collector.spans.map(({ name, traceId, spanId, parentSpanId }) => [name, traceId === TRACE, spanId[0], parentSpanId?.[0]])
    expect(shown).toEqual([
      ['GET', true, '0', undefined],
      ['probe 0', true, '0', '1'],
      ['unsampled', true, '3', '1'],
    ])
  })

  it('sends spans of OpenTelemetry as they were when asked to', async () => {
    await run(send('traced.hscope', '--all-spans'))
    const [, server, handler, client] = collector.spans
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET', 'GET /buy', 'probe 0', 'POST', 'unsampled'])
    expect(server).toMatchObject({ traceId: TRACE, spanId: '1'.repeat(16), kind: 2, status: {} })
    expect(Object.fromEntries(server?.attributes.map(({ key, value }) => [key, value]) ?? [])).toMatchObject({
      'otel.scope.name': { stringValue: 'http' },
      a: { intValue: '1' },
      b: { stringValue: 'y' },
      c: { boolValue: true },
      d: { doubleValue: 0.5 },
      e: { arrayValue: { values: [{ stringValue: 'p' }, { stringValue: 'q' }] } },
    })
    expect(client).toMatchObject({ parentSpanId: '1'.repeat(16), kind: 3, status: { code: 2, message: 'no answer' }, events: [{ name: 'retry' }] })
    expect(client?.links?.map(({ spanId }) => spanId)).toEqual(['9'.repeat(16), handler?.spanId])
  })

  it('carries headers of the command line and of the environment', async () => {
    await run(send('traced.hscope', '--header', 'Authorization: Bearer abc', '--header', 'x-b: 2'), { OTEL_EXPORTER_OTLP_HEADERS: 'x-a=a%20b,x-b=1' })
    expect(collector.got[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'x-a': 'a b', 'x-b': '2' })
  })

  it('tries again where the collector says that it may, after as long as it says', async () => {
    collector.answers = [
      response => void response.destroy(),
      json(503, {}, { 'retry-after': '0' }),
      json(429, {}, { 'retry-after': new Date().toUTCString() }),
    ]
    const { exitCode } = await run(send('traced.hscope', '--timeout', '5'))
    expect([exitCode, collector.got.length]).toEqual([0, 1])
  })

  it('says how many spans the collector rejected, and why', async () => {
    collector.answers = [json(200, { partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } })]
    const { exitCode, notes } = await run(send('traced.hscope'))
    expect([exitCode, notes]).toEqual([1, 'The collector rejected 2 of 3 spans: too old.\n'])
  })

  it.each([
    [json(401, { message: 'who are you' }), 'answered 401: who are you; 0 spans'],
    [json(400, {}), 'answered 400: Bad Request'],
    [(response: ServerResponse): void => void response.writeHead(307, { location: '/elsewhere' }).end(), 'answered 307: Temporary Redirect'],
  ])('ends when it is refused', async (answer, text) => {
    collector.answers = Array(5).fill(answer) as (typeof answer)[]
    const { exitCode, notes } = await run(send('traced.hscope', '--json'))
    expect(exitCode).toBe(1)
    expect(notes).toContain(text)
    expect(collector.got).toEqual([])
  })

  it('says that nobody is there, or that nobody answers in time', async () => {
    const target = { headers: {}, attempts: 2, pauseMs: 1, timeoutMs: 50 }
    collector.answers = [() => {}, () => {}]
    const requests = [{ body: '{}', spans: 1 }]
    await expect(sendSpans(requests, { ...target, url: `${collector.url}/v1/traces` })).rejects.toThrow('no answer within 0.05 s')
    collector.server.closeAllConnections()
    await expect(sendSpans(requests, { ...target, url: 'http://user:hunter2@127.0.0.1:1/v1/traces' })).rejects.toThrow(
      /otlp-unreachable\] The spans cannot be sent to http:\/\/127.0.0.1:1\/v1\/traces: /,
    )
  })

  it.each([
    [['many.hscope', '--format', 'har', '--to', 'http://x'], 'nothing but with --format otlp'],
    [['many.hscope', '--format', 'otlp', '--to', 'http://x', '-o', 'y'], 'nothing with --to'],
    [['many.hscope', '--format', 'otlp', '--to', 'nowhere'], 'an address as http://localhost:4318/v1/traces'],
    [['many.hscope', '--format', 'otlp', '--to', 'ftp://x'], 'http: and https:'],
    [['many.hscope', '--format', 'otlp', '--to', 'http://x', '--timeout', '0'], 'whole seconds'],
    [['many.hscope', '--format', 'otlp', '--to', 'http://x', '--header', 'a b: c'], 'names and values that HTTP allows'],
    [['many.hscope', '--format', 'otlp', '--to', 'http://x', '--header', 'abc'], 'a name and a value'],
    [['many.hscope', '--format', 'otlp', '-o', 'y', '--header', 'a: b'], 'nothing but with --to'],
    [['many.hscope', '--format', 'otlp'], 'a file to write'],
  ])('%j is wrong usage', async (args, text) => {
    const { exitCode, notes } = await run(args)
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('[hindscope:cli-bad-option]')])
    expect(notes).toContain(text)
  })
})
