import { channel } from 'node:diagnostics_channel'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { dumpEvents } from '@hindscope/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undiciAdapter } from '../../src/node/undici.ts'
import { createSandbox } from '../programs.ts'
import type { Sandbox } from '../programs.ts'
import { probed } from '../probed.ts'
import type { Probed } from '../probed.ts'

const UNDICI = import.meta.resolve('undici')

/**
 * A server at `base` that tells what it saw, and a way to make recorded calls: `f(value, body)`. The package is loaded once the recorder runs,
 * as it is in a program that was started with it.
 */
const PRELUDE = `
import http from 'node:http'
import { start, h as H } from RUNTIME
const recorder = start({ name: 'program' })
const L = H.m('00000000000000aa', '3')
const f = (value, body = () => {}) => { const F = H.ei(H.e(L[0], 1, value)); try { return body() } finally { H.v(F) } }
const { default: undici } = await import(${JSON.stringify(UNDICI)})
const seen = []
const server = http.createServer((request, response) => {
  seen.push([request.url, request.headers.traceparent, request.headers.tracestate])
  f('in ' + request.url)
  if (request.url === '/moved') response.writeHead(302, { location: '/away' })
  if (request.url === '/away') response.writeHead(307, { location: '/here' })
  if (request.url === '/hints') response.writeEarlyHints({ link: '</s.css>; rel=preload' })
  setTimeout(() => response.end('ok'), 2)
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const base = 'http://127.0.0.1:' + server.address().port
const text = answer => answer.then(r => (r.body?.text ? r.body : r).text())
const end = () => { server.close(); server.closeAllConnections(); void undici.getGlobalDispatcher().close(); console.log(JSON.stringify(seen), JSON.stringify(recorder.stats().errors)) }
`

let box: Sandbox
beforeAll(async () => {
  box = await createSandbox()
})
beforeEach(() => rmSync(join(box.dir, '.hindscope'), { recursive: true, force: true }))
afterAll(() => box.remove())

interface Run {
  readonly seen: readonly (readonly [string, string | null, string | null])[]
  readonly lines: readonly string[]
}

async function run(program: string): Promise<Run> {
  const { stdout, stderr, code } = await box.run(`${PRELUDE}\n${program}\nend()`)
  expect([stderr, code]).toEqual(['', 0])
  const [seen = '', errors] = stdout.trim().split(/ (?=\{)/)
  expect(errors).toBe('{}')
  const lines = dumpEvents(box.files('traces')).split('\n')
  return { seen: JSON.parse(seen) as Run['seen'], lines } // SAFE: printed by the program above
}

/** `start` and `end` of all requests that the program sent, as `cause method path → result`; the cause is the argument of the causing call. */
function sent({ lines }: Run): string[] {
  const all = lines.join('\n')
  const argument = (id: string): string => new RegExp(`^call-enter #${id} .*\\("(.*)"\\)`, 'm').exec(all)?.[1] ?? '?'
  return lines.flatMap(line => {
    const start = /^activity-start #(\d+) (?:([<≪]\d+) )?httpClient → \{method: "(.*)", url: "http:\/\/[^/]*(.*)"/.exec(line)
    if (start === null) return []
    const [, id = '', cause, method, path] = start
    const result = new RegExp(`^activity-end #${id} httpClient → \\{(.*)\\}`, 'm').exec(all)?.[1]
    return `${cause === undefined ? 'nobody' : argument(cause.slice(1))} ${method} ${path} → ${result}`
  })
}

/** The argument of the call or of the task's cause in which `f(value)` was called. */
function causeOf({ lines }: Run, value: string): string {
  const [, id] = lines.map(line => /^call-enter #\d+ [<≪](\d+) probe 1\("(.*)"\)/.exec(line)).find(match => match?.[2] === value) ?? []
  return lines.map(line => /^call-enter #(\d+) .*\("(.*)"\)/.exec(line)).find(match => match?.[1] === id)?.[2] ?? 'nobody'
}

describe('a request is one activity of its caller, whoever sends it', () => {
  test.each([
    ['the global fetch', `fetch(address).then(r => { f('told'); return r.text() })`],
    ["the package's fetch", `undici.fetch(address).then(r => { f('told'); return r.text() })`],
    ['request with a promise', `undici.request(address).then(r => { f('told'); return r.body.text() })`],
    ['request with a callback', `new Promise(done => undici.request(address, (error, r) => { f('told'); done(r.body.text()) }))`],
    ['stream', `undici.stream(address, { method: 'GET' }, () => { f('told'); return new PassThrough().resume() })`],
    [
      'pipeline',
      `new Promise(done => undici.pipeline(address, { method: 'GET' }, ({ body }) => { f('told'); return body }).end().resume().on('close', done))`,
    ],
    ['a Client', `new Promise(done => client.request({ path: '/a?token=abc', method: 'GET' }, (error, r) => { f('told'); done(r.body.text()) }))`],
  ])('%s', async (_label, call) => {
    const outcome = await run(`
      const { PassThrough } = process.getBuiltinModule('node:stream')
      const client = new undici.Client(base), address = base + '/a?token=abc'
      await f('caller', () => ${call}); await client.close()`)
    expect(sent(outcome)).toEqual(['caller GET /a?token=… → status: 200'])
    expect(causeOf(outcome, 'told')).toBe('caller')
    expect(outcome.seen).toHaveLength(1)
  })

  test('dispatch of a Client that cannot connect tells the error', async () => {
    const outcome = await run(`
      const client = new undici.Client('http://127.0.0.1:8')
      await new Promise(onError => {
        const told = { onConnect() {}, onHeaders: () => true, onData: () => true, onComplete() {}, onError }
        f('caller', () => client.dispatch({ path: '/no', method: 'POST' }, told))
      })
      await client.destroy()`)
    expect(sent(outcome)).toEqual(['caller POST /no → status: 0, error: "connect ECONNREFUSED 127.0.0.1:8"'])
  })

  test('an answer ends it, early hints do not; a call that sends nothing is none', async () => {
    const outcome = await run(`
      await f('hinted', () => text(fetch(base + '/hints')))
      await f('data', () => text(fetch('data:text/plain,a'))); await f('bad', () => fetch('http://127.0.0.1:1/').catch(() => {}))`)
    expect(sent(outcome)).toEqual(['hinted GET /hints → status: 200'])
  })
})

test('redirects that fetch follows are one activity; one that nobody follows ends as it is', async () => {
  const outcome = await run(`
    for (const [name, ask] of [['global', fetch], ['package', undici.fetch]]) {
      await f(name, () => text(ask(base + '/moved')))
      await f(name + ' manual', () => text(ask(base + '/moved', { redirect: 'manual' })))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await new Promise(done => f('own', () => undici.request(base + '/away', (error, r) => f('told', () => { r.body.resume(); done(text(fetch(base + '/here'))) }))))`)
  expect(sent(outcome)).toEqual([
    'global GET /moved → status: 200',
    'global manual GET /moved → status: 302',
    'package GET /moved → status: 200',
    'package manual GET /moved → status: 302',
    'own GET /away → status: 307',
    'told GET /here → status: 200',
  ])
  const moved = outcome.seen.slice(0, 3)
  expect(moved.map(([url]) => url)).toEqual(['/moved', '/away', '/here'])
  expect(new Set(moved.map(([, traceparent]) => traceparent)).size).toBe(1)
})

test('a server continues the trace of its client, in one process; what the program sets stays', async () => {
  const outcome = await run(`
    const own = '00-' + '1'.repeat(32) + '-' + '2'.repeat(16) + '-01'
    await text(f('ours', () => undici.request(base + '/ours')))
    await text(undici.request(base + '/object', { headers: { TraceParent: own } }))
    await text(undici.request(base + '/list', { headers: ['traceparent', own, 'tracestate', 'a=b'] }))
    await text(undici.request(base + '/state', { headers: { tracestate: ['a=b'] } }))
    await text(undici.fetch(base + '/fetch', { headers: { traceparent: own } }))`)
  const [ours, ...others] = outcome.seen
  const own = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
  expect(ours?.[1]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(ours?.[2]).toMatch(/^hindscope=[0-9a-f]{16}$/)
  expect(others).toEqual([
    ['/object', own, null],
    ['/list', own, 'a=b'],
    ['/state', expect.stringMatching(/^00-/), 'a=b'],
    ['/fetch', own, null],
  ])
  const id = outcome.lines.map(line => /^activity-start #(\d+) <\d+ httpClient/.exec(line)).find(match => match !== null)?.[1]
  expect(ours?.[1]?.slice(36, 52).endsWith(Number(id).toString(16).padStart(8, '0'))).toBe(true)
  const served = outcome.lines.map(line => /^activity-start #(\d+) httpServer → \{.*traceparent: "(.*)"\}/.exec(line)).find(match => match !== null)
  expect(served?.[2]).toBe(ours?.[1])
  expect(outcome.lines).toContainEqual(expect.stringMatching(new RegExp(`^call-enter #\\d+ ≪${served?.[1]} probe 1\\("in /ours"\\)`)))
})

test('what waits for a connection has its own caller as its cause, or nobody', async () => {
  const outcome = await run(`
    const request = (dispatcher, name) => new Promise(done => dispatcher.request({ path: '/' + name, method: 'GET' }, (error, r) => { f('told ' + name); done(r.body.text()) }))
    const ask = (dispatcher, name) => text(undici.fetch(base + '/' + name, { dispatcher }))
    for (const [names, send] of [['abc', request], ['def', ask]]) {
      const pool = new undici.Pool(base, { connections: 2, pipelining: 1 })
      await Promise.all([...names].map(name => f(name, () => send(pool, name))))
      await pool.close()
    }`)
  expect(sent(outcome).map(line => line.replace(/ →.*/, ''))).toEqual(['a GET /a', 'b GET /b', 'c GET /c', 'd GET /d', 'e GET /e', 'nobody GET /f'])
  expect(causeOf(outcome, 'told c')).toBe('c')
})

describe('messages of the channels, in one realm', () => {
  let program: Probed
  let detach: (() => void) | undefined
  beforeEach(() => {
    program = probed(['f'])
    detach = undiciAdapter.attach(program.recorder.access, globalThis)
  })
  afterEach(() => {
    detach?.()
    program.close()
  })

  const create = (message: object): void => channel('undici:request:create').publish(message)
  const requestOf = (headers: unknown, added: string[], rest: object = {}): object => ({
    origin: 'http://localhost:1',
    path: '/',
    method: 'GET',
    headers,
    addHeader: (name: string) => added.push(name),
    ...rest,
  })

  test('headers are one text in undici 5', () => {
    const added: string[] = []
    create({ request: requestOf('accept: */*\r\nX-Trace: traceparent\r\n', added) })
    create({ request: requestOf('accept: */*\r\nTraceParent: 00-1\r\n', []) })
    expect(added).toEqual(['traceparent', 'tracestate'])
    const own: string[] = []
    create({ request: requestOf('accept: */*\r\nTraceParent: 00-1\r\n', own) })
    expect(own).toEqual([])
  })

  test('a path with two slashes names no server, and only loopback gets headers', () => {
    const added: string[] = []
    create({ request: requestOf([], added, { origin: 'http://example.com', path: '//localhost/x' }) })
    expect(added).toEqual([])
    expect(program.dump()).toContain('url: "http://example.com//localhost/x"')
  })

  test('secrets in headers of requests and answers, and in addresses, are masked from then on', () => {
    const [bearer, session, answered, query] = ['abcdefghijklmnop76', 'zyxwvutsrqponmlk98', 'qwertyuiopasdfgh54', 'mnbvcxzlkjhgfdsa32']
    const request = requestOf(['Authorization', `Bearer ${bearer}`, 'cookie', ['theme=dark', `sid=${session}`]], [], { path: `/?token=${query}` })
    create({ request })
    const headers = [Buffer.from('Set-Cookie'), Buffer.from(`sid=${answered}; HttpOnly`)]
    channel('undici:request:headers').publish({ request, response: { statusCode: 200, headers } })
    for (const secret of [bearer, session, answered, query]) {
      program.hook.v(program.enter('f', `it is ${secret}`))
      expect(program.dump()).not.toContain(secret)
    }
    expect(
      program
        .dump()
        .split('\n')
        .filter(line => /call-enter .*"it is ▒/.test(line)),
    ).toHaveLength(4)
  })

  test.each([
    ['an AggregateError without a text', Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['no error', 'text', 'failed'],
    ['a Proxy', new Proxy(new Error('no'), { get: () => expect.unreachable() }), 'failed'],
  ])('the error is %s', (_label, error, text) => {
    const request = requestOf([], [])
    create({ request })
    channel('undici:request:error').publish({ request, error })
    expect(program.dump()).toContain(`httpClient → {status: 0, error: "${text}"}`)
  })

  test('what is not as documented is counted and never thrown', () => {
    create({ request: { origin: 'nowhere', path: 1 } })
    create({})
    expect(program.recorder.stats().errors).toEqual({ 'adapter-failed': 2 })
  })

  test('a detached adapter hears nothing', () => {
    detach?.()
    const added: string[] = []
    create({ request: requestOf([], added) })
    expect(added).toEqual([])
  })
})
