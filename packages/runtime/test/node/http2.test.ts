import { Agent, createServer, request } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emittersAdapter } from '../../src/node/emitters.ts'
import { httpAdapter } from '../../src/node/http.ts'
import { http2Adapter } from '../../src/node/http2.ts'
import { probed } from '../probed.ts'
import type { Probed } from '../probed.ts'

let program: Probed
let detachers: ((() => void) | undefined)[]

beforeEach(() => {
  program = probed(['opens', 'asks', 'handles', 'reads', 'hears'])
  detachers = [emittersAdapter, httpAdapter, http2Adapter].map(adapter => adapter.attach(program.recorder.access, globalThis))
})
afterEach(() => {
  for (const detach of detachers) detach?.()
  program.close()
})

/** Runs as a recorded call. */
function within<T>(name: string, work: () => T): T {
  const F = program.enter(name)
  try {
    return work()
  } finally {
    program.hook.v(F)
  }
}

async function open<S extends Server>(server: S): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // SAFE: it listens on a port
}

const ended = (stream: ClientHttp2Stream): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    stream.on('response', () => within('hears', () => undefined))
    stream.on('data', (part: Buffer) => (text += part.toString()))
    stream.on('close', () => resolve(text)).on('error', reject)
  })

const lines = (): string[] => program.dump().split('\n')
const idOf = (line: string | undefined): string => /#(\d+)/.exec(line ?? '')?.[1] ?? 'none'
const starting = (start: string, ...parts: string[]): string[] =>
  lines().filter(line => line.startsWith(start) && parts.every(part => line.includes(part)))

test('a stream is a request: caused by its sender, cause of its handler, in both APIs', async () => {
  const seen: unknown[] = []
  const compatible = within('opens', () =>
    createHttp2Server((message, response) => {
      within('handles', () => message.on('data', () => within('reads', () => undefined)))
      seen.push(message.headers['traceparent'])
      message.on('end', () => response.writeHead(201).end('compatible'))
    }),
  )
  const core = within('opens', () =>
    createHttp2Server().on('stream', stream => {
      within('handles', () => stream.respond({ ':status': 404 }))
      stream.end('core')
    }),
  )
  for (const [server, answer, status] of [
    [compatible, 'compatible', 201],
    [core, 'core', 404],
  ] as const) {
    const session = connect(await open(server))
    const stream = within('asks', () => session.request({ ':method': 'POST', ':path': `/${answer}?token=abc` }))
    stream.end('body')
    expect(await ended(stream)).toBe(answer)
    session.close()
    server.close()
    const asked = starting('call-enter', 'asks(').at(-1)
    const sent = starting('activity-start', 'httpClient', `/${answer}?token=…`)[0]
    const served = starting('activity-start', 'httpServer', `"/${answer}?token=…"`, 'traceparent: "00-')[0]
    expect(sent).toContain(`<${idOf(asked)} `)
    expect(starting('call-enter', 'handles(').at(-1)).toContain(`≪${idOf(served)} `)
    expect(starting('call-enter', 'hears(').at(-1)).toContain(`≪${idOf(sent)} `)
    expect(starting(`activity-end #${idOf(sent)} `, `{status: ${status}}`)).toHaveLength(1)
    expect(starting(`activity-end #${idOf(served)} `, `{status: ${status}}`)).toHaveLength(1)
    // The server's chain is that of the client.
    expect(/traceparent: "00-\w{32}-\w{8}(\w{8})-/.exec(served ?? '')?.[1]).toBe(Number(idOf(sent)).toString(16).padStart(8, '0'))
  }
  expect(starting('call-enter', 'reads(')[0]).toContain(`≪${idOf(starting('call-enter', 'handles(')[0])} `)
  expect(seen).toEqual([expect.stringMatching(/^00-/)])
  expect(program.recorder.stats().errors).toEqual({})
})

test('headers are sent as the program gave them, ours beside them unless it has its own', async () => {
  const server = createHttp2Server()
  const got: Record<string, unknown>[] = []
  server.on('stream', (stream, headers) => {
    got.push({ ...headers })
    stream.respond()
    stream.end()
  })
  const session = connect(await open(server))
  const given: (OutgoingHttpHeaders | undefined)[] = [
    undefined,
    { ':path': '/a', 'x-list': ['1', '2'] },
    { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
    Object.create({ 'x-inherited': 'no' }, { 'x-own': { value: 'yes', enumerable: true }, 'x-hidden': { value: 'no' } }) as OutgoingHttpHeaders, // SAFE: headers
    new Proxy({ 'x-proxy': 'yes' }, {}),
    Object.defineProperty({}, 'x-read', { get: () => 'once', enumerable: true }),
  ]
  for (const headers of given) {
    const copy = headers && { ...headers }
    const stream = session.request(headers)
    stream.end()
    await ended(stream)
    expect(headers && { ...headers }).toEqual(copy)
  }
  expect(() => session.request({ ':bad': 'name' } as OutgoingHttpHeaders)).toThrow(/pseudoheader|HTTP\/2/) // SAFE: refused by Node
  session.close()
  server.close()
  expect(got.map(headers => ['x-list', 'x-own', 'x-inherited', 'x-hidden', 'x-proxy', 'x-read'].map(name => headers[name] ?? '').join())).toEqual([
    ',,,,,',
    '1, 2,,,,,',
    ',,,,,',
    ',yes,,,,',
    ',,,,yes,',
    ',,,,,once',
  ])
  expect(got.map(({ traceparent, tracestate }) => [/^00-(.)/.exec(String(traceparent))?.[1] ?? '', typeof tracestate])).toEqual([
    [expect.stringMatching(/\w/), 'string'],
    [expect.stringMatching(/\w/), 'string'],
    ['1', 'undefined'],
    [expect.stringMatching(/\w/), 'string'],
    ['', 'undefined'],
    ['', 'undefined'],
  ])
  const failed = starting('activity-end', 'httpClient', 'status: 0')
  expect(failed).toHaveLength(1)
})

test('a stream that is reset ends its activity with the reason', async () => {
  const server = createHttp2Server().on('stream', stream => stream.on('error', () => undefined).close(7))
  const session: ClientHttp2Session = connect(await open(server))
  const stream = session.request({ ':path': '/refused' })
  await new Promise(resolve => stream.on('error', () => undefined).on('close', resolve))
  session.close()
  server.close()
  expect(starting('activity-end', 'httpClient').concat(starting('activity-end', 'httpServer'))).toEqual([
    expect.stringContaining('{status: 0, error: "stream error 7"}'),
    expect.stringContaining('{status: 0, error: "stream error 7"}'),
  ])
})

test('baggage of the caller goes on with what its request sends, unless the program sends its own', async () => {
  const received: unknown[] = []
  const agent = new Agent()
  const ask = (origin: string, path: string, headers: Record<string, string>): Promise<unknown> =>
    new Promise(resolve => request(`${origin}${path}`, { agent, headers }, message => message.resume().on('end', resolve)).end())
  const last = createServer((message, response) => {
    received.push(message.headers['baggage'])
    response.end()
  })
  const lastOrigin = await open(last)
  const lastHttp2 = createHttp2Server((message, response) => {
    received.push(message.headers['baggage'])
    response.end()
  })
  const session = connect(await open(lastHttp2))
  const first = createServer((message, response) => {
    const own: Record<string, string> = message.url === '/own' ? { baggage: 'mine=1' } : {}
    const stream = session.request({ ':path': '/', ...own })
    stream.end()
    void Promise.all([ask(lastOrigin, '/', own), ended(stream)]).then(() => response.end())
  })
  const origin = await open(first)
  await ask(origin, '/', { baggage: 'user=7, tenant=a%20b' })
  await ask(origin, '/own', { baggage: 'user=8' })
  await ask(origin, '/none', {})
  session.close()
  agent.destroy()
  for (const server of [first, last, lastHttp2]) server.close()
  expect(received).toEqual(['user=7, tenant=a%20b', 'user=7, tenant=a%20b', 'mine=1', 'mine=1', undefined, undefined])
  expect(starting('activity-start', 'httpServer', 'baggage: "user=7, tenant=a%20b"')).toHaveLength(3)
})

test('detached, the class of sessions is what it was', async () => {
  for (const detach of detachers.splice(0).toReversed()) detach?.()
  const server = createHttp2Server()
  const session = connect(await open(server))
  const prototype = Object.getPrototypeOf(session) as object // SAFE: an object's
  const before = Object.getOwnPropertyDescriptor(prototype, 'request')
  detachers = [emittersAdapter, http2Adapter].map(adapter => adapter.attach(program.recorder.access, globalThis))
  const other = connect(await open(createHttp2Server().on('session', made => made.destroy())))
  other.on('error', () => undefined)
  expect(Object.getOwnPropertyDescriptor(prototype, 'request')).not.toEqual(before)
  expect(session.request.name).toBe('request')
  for (const detach of detachers.splice(0).toReversed()) detach?.()
  expect(Object.getOwnPropertyDescriptor(prototype, 'request')).toEqual(before)
  other.destroy()
  session.close()
  server.close()
})
