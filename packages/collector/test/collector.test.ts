import { mkdtemp, readFile, readdir, rm, stat, mkdir, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { CONTROL_VERSION, TRANSPORT_VERSION, decodeChunk } from '@hindscope/protocol'
import type { LiveServerMessage } from '@hindscope/protocol'
import { createTraceModel } from '@hindscope/store/model'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { serveTraceFile, startCollector } from '../src/index.ts'
import type { Collector, CollectorOptions } from '../src/index.ts'

let dataDir: string
let collector: Collector
const sockets: WebSocket[] = []

const manifest = manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('add', { line: 3, params: ['a', 'b'] })], 'code')
const trace = new TraceBuilder()
const page = trace.realm('page').module(manifest, false)
page
  .at(10)
  .returns(page.enter('add', [1, 2]), 'add', 3)
  .seal()
page.at(20).console('error', ['broken']).seal()
const [definitions, calls, errors] = trace.chunkBytes() as [Uint8Array, Uint8Array, Uint8Array]

const start = async (options: Partial<CollectorOptions> = {}): Promise<Collector> => (collector = await startCollector({ dataDir, ...options }))

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-collector-'))
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await collector?.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** A socket whose text messages can be awaited one by one. */
class Peer {
  readonly socket: WebSocket
  private readonly messages: unknown[] = []
  private wake: (() => void) | undefined

  constructor(path: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${collector.ingestUrl}${path}`, { headers })
    sockets.push(this.socket)
    this.socket.on('message', data => {
      this.messages.push(JSON.parse(String(data)))
      this.wake?.()
    })
  }

  async next<T = Record<string, unknown>>(wanted: (message: T) => boolean = () => true): Promise<T> {
    for (;;) {
      const index = this.messages.findIndex(message => wanted(message as T))
      if (index !== -1) return this.messages.splice(index, 1)[0] as T
      await new Promise<void>(resolve => (this.wake = resolve))
    }
  }

  send(message: object | Uint8Array): void {
    this.socket.send(message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject))
  }

  closed(): Promise<number> {
    return new Promise(resolve => this.socket.once('close', code => resolve(code)))
  }
}

async function recorder(): Promise<Peer> {
  const peer = new Peer(`/ingest?token=${collector.token}`)
  await peer.opened()
  peer.send({ kind: 'hello', version: TRANSPORT_VERSION, session: trace.session, realm: 1 })
  expect(await peer.next()).toEqual({ kind: 'hello-ok', version: TRANSPORT_VERSION, control: CONTROL_VERSION })
  return peer
}

/** How an upgrade is refused: status and body. */
function refusal(path: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${collector.ingestUrl}${path}`, { headers })
    socket.on('open', () => reject(new Error('it was accepted')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', part => (body += String(part))).on('end', () => resolve({ status: response.statusCode, body }))
    })
  })
}

const api = (method: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${collector.url}/api/${method}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${collector.token}`, ...headers },
  })
const codeOf = async (response: Response): Promise<[number, string]> => {
  const { error } = (await response.json()) as { error: { code: string } }
  return [response.status, error.code]
}

/** fetch does not let Host be set. */
function rawGet(path: string, headers: Record<string, string>): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(collector.url)
    const request = httpRequest({ hostname, port, path, headers }, response => {
      let body = ''
      response
        .on('data', part => (body += String(part)))
        .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject).end()
  })
}

describe('ingest', () => {
  it('acknowledges what is on disk, answers queries about it, and does not keep repeats', async () => {
    await start()
    const peer = await recorder()
    for (const bytes of [definitions, calls, errors]) peer.send(bytes)
    for (const bytes of [definitions, calls, errors]) expect(await peer.next()).toEqual({ kind: 'ack', realm: 1, number: decodeChunk(bytes).number })
    const file = join(dataDir, 'sessions', trace.session, 'segments', '000001.hscope')
    expect(await readFile(file)).toEqual(Buffer.concat([definitions, calls, errors]))
    peer.send(calls)
    peer.send(definitions)
    expect(await peer.next()).toEqual({ kind: 'ack', realm: 1, number: 0 })
    expect(await peer.next()).toMatchObject({ kind: 'ack' })
    expect((await stat(file)).size).toBe(definitions.length + calls.length + errors.length)
    expect(collector.stats).toMatchObject({ chunks: 3, duplicates: 2, refused: 0 })
    const { result } = (await (await api('events', { session: trace.session, errors: true })).json()) as { result: { rows: { preview: string }[] } }
    expect(result.rows.map(row => row.preview)).toEqual([' broken'])
  })

  it('refuses what is no chunk, counts it and keeps the connection', async () => {
    await start()
    const peer = await recorder()
    peer.send(new Uint8Array([1, 2, 3]))
    expect(await peer.next()).toMatchObject({ kind: 'refused', code: 'chunk-truncated' })
    const flipped = Uint8Array.from(calls)
    flipped[100] = (flipped[100] as number) ^ 1
    peer.send(flipped)
    expect(await peer.next()).toMatchObject({ kind: 'refused', code: 'chunk-checksum' })
    peer.send({ kind: 'hello', version: 99, session: trace.session, realm: 1 })
    expect(await peer.next()).toMatchObject({ kind: 'refused', code: 'collector-hello' })
    peer.send(calls)
    expect(await peer.next()).toMatchObject({ kind: 'ack', number: 0 })
    expect(collector.stats).toMatchObject({ chunks: 1, refused: 3 })
  })

  it('ignores and counts text that it does not understand, and goes on', async () => {
    await start()
    const peer = await recorder()
    peer.socket.send('not json')
    peer.socket.send('null')
    peer.send({ kind: 'of-a-later-version' })
    peer.send({ kind: 'report', topic: 'of-a-later-version', body: 1 })
    peer.send(calls)
    expect(await peer.next()).toMatchObject({ kind: 'ack', number: 0 })
    expect(collector.stats).toMatchObject({ chunks: 1, refused: 0, ignored: 4 })
  })

  it('wants a hello first', async () => {
    await start()
    const peer = new Peer(`/ingest?token=${collector.token}`)
    await peer.opened()
    peer.send(calls)
    expect(await peer.next()).toMatchObject({ kind: 'refused', code: 'collector-hello' })
  })

  it('closes a connection that sends too much at once, and serves the others', async () => {
    await start()
    const peer = await recorder()
    const closed = peer.closed()
    peer.socket.send(new Uint8Array(64 * 1024 * 1024 + 1))
    expect(await closed).toBe(1009)
    const other = await recorder()
    other.send(calls)
    expect(await other.next()).toMatchObject({ kind: 'ack' })
    expect(collector.stats.refused).toBe(1)
  })

  it('takes a beacon of several chunks', async () => {
    await start()
    const send = (token: string, origin: string): Promise<Response> =>
      fetch(`${collector.url}/ingest-beacon?token=${token}`, {
        method: 'POST',
        body: Buffer.concat([definitions, calls, new Uint8Array(10), errors]),
        headers: { origin },
      })
    expect(await codeOf(await send('wrong', 'http://localhost:5173'))).toEqual([401, 'collector-token'])
    expect(await codeOf(await send(collector.token, 'https://example.com'))).toEqual([403, 'collector-origin'])
    const taken = await send(collector.token, 'http://localhost:5173')
    expect(await taken.json()).toEqual({ result: { stored: 3, damaged: 1 } })
    expect((await collector.engine.session({ session: trace.session })).events).toBe(3)
  })

  it('takes spooled files at the start and while it runs, and deletes them', async () => {
    await mkdir(join(dataDir, 'spool'))
    await writeFile(join(dataDir, 'spool', 'a.hscope'), Buffer.concat([definitions, calls]))
    await start()
    expect((await collector.engine.session({ session: trace.session })).events).toBe(2)
    await writeFile(join(dataDir, 'spool', 'b.hscope'), Buffer.concat([errors, calls.subarray(0, 50)]))
    await expect.poll(async () => (await collector.engine.session({ session: trace.session })).events, { timeout: 5000 }).toBe(3)
    await expect.poll(() => readdir(join(dataDir, 'spool')), { timeout: 5000 }).toEqual([expect.stringMatching(/^b\.hscope\.damaged-\d+$/)])
  })

  it('knows which realms are connected', async () => {
    await start()
    const peer = await recorder()
    for (const bytes of [definitions, calls]) peer.send(bytes)
    await peer.next<{ number: number }>(message => message.number === 0)
    const connected = async (): Promise<boolean | undefined> => (await collector.engine.session({ session: trace.session })).tracks[0]?.connected
    expect(await connected()).toBe(true)
    peer.socket.close()
    await expect.poll(connected).toBe(false)
  })
})

describe('access', () => {
  it('refuses sockets without the token, from foreign origins and under foreign names', async () => {
    await start({ allowedOrigins: ['https://app.test'] })
    const token = `token=${collector.token}`
    expect(await refusal('/ingest')).toMatchObject({ status: 401, body: expect.stringContaining('"collector-token"') })
    expect(await refusal('/ingest?token=x')).toMatchObject({ status: 401 })
    expect(await refusal(`/ingest?${token}`, { origin: 'https://example.com' })).toMatchObject({
      status: 403,
      body: expect.stringContaining('"collector-origin"'),
    })
    expect(await refusal(`/ingest?${token}`, { origin: 'http://localhost.example.com' })).toMatchObject({ status: 403 })
    expect(await refusal(`/ingest?${token}`, { origin: 'null' })).toMatchObject({ status: 403 })
    expect(await refusal(`/ingest?${token}`, { host: 'rebound.example.com' })).toMatchObject({
      status: 403,
      body: expect.stringContaining('"collector-host"'),
    })
    expect(await refusal(`/elsewhere?${token}`)).toMatchObject({ status: 400 })
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:1', 'https://app.test']) {
      await new Peer(`/ingest?${token}`, { origin }).opened()
    }
  })

  it('refuses API calls likewise, and bad requests with their reasons', async () => {
    await start()
    expect(await codeOf(await api('sessions', {}, { authorization: 'Bearer nope' }))).toEqual([401, 'collector-token'])
    expect(await codeOf(await api('sessions', {}, { origin: 'https://example.com' }))).toEqual([403, 'collector-origin'])
    expect(await codeOf(await api('sessions', '{'))).toEqual([400, 'collector-request'])
    expect(await codeOf(await api('sessions', '[]'))).toEqual([400, 'query-bad'])
    expect(await codeOf(await api('constructor', {}))).toEqual([400, 'collector-request'])
    expect(await codeOf(await api('session', { session: 'f'.repeat(32) }))).toEqual([404, 'not-found'])
    expect(await codeOf(await api('session', { session: '../../etc' }))).toEqual([404, 'not-found'])
    expect(await codeOf(await api('events', 'x'.repeat(1024 * 1024 + 1)))).toEqual([400, 'collector-frame'])
    expect((await rawGet('/api/health', { host: 'rebound.example.com' })).status).toBe(403)
    const health = (await (await fetch(`${collector.url}/api/health`)).json()) as { result: object }
    expect(health.result).toEqual({ ok: true, name: 'hindscope' })
    expect((await api('sessions', {})).status).toBe(200)
  })

  it('refuses the cookie of a page that is not its own', async () => {
    await start()
    const cookie = `hindscope_token=${collector.token}`
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${collector.url}/api/sessions`, { method: 'POST', headers: { cookie, ...headers } })
    expect((await ask({})).status).toBe(200)
    expect((await ask({ origin: collector.url })).status).toBe(200)
    expect((await ask({ origin: 'http://localhost:5173' })).status).toBe(401)
  })

  it('writes its address for the user alone and removes it', async () => {
    await start({ token: 'secret' })
    const path = join(dataDir, 'collector.json')
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(collector.address)
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600')
    await collector.close()
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    const first = await start({ token: 'first' })
    const second = await startCollector({ dataDir, token: 'second' })
    await first.close()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(second.address)
    await second.close()
  })

  it('says why it cannot listen', async () => {
    await start()
    const port = Number(new URL(collector.url).port)
    const elsewhere = join(dataDir, 'other')
    await expect(startCollector({ dataDir: elsewhere, port })).rejects.toMatchObject({ code: 'collector-listen' })
  })
})

describe('UI', () => {
  it('moves the token from the address to a cookie and serves files below its folder only', async () => {
    const uiDir = join(dataDir, 'ui')
    await mkdir(join(uiDir, 'assets'), { recursive: true })
    await writeFile(join(uiDir, 'index.html'), '<h1>ui</h1>')
    await writeFile(join(uiDir, 'assets', 'app.js'), 'js')
    await writeFile(join(dataDir, 'secret.txt'), 'secret')
    await start({ uiDir })
    const get = (path: string, headers: Record<string, string> = {}): ReturnType<typeof rawGet> => rawGet(path, headers)
    expect(await get('/')).toMatchObject({ status: 401, body: expect.stringContaining('token') })
    expect(await get('/assets/app.js')).toMatchObject({ status: 401 })
    expect(await get('/?token=wrong')).toMatchObject({ status: 401 })
    const entry = await get(`/s/abc?at=0.7&token=${collector.token}`)
    expect(entry).toMatchObject({ status: 302, headers: { location: '/s/abc?at=0.7' } })
    const [setCookie = ''] = entry.headers['set-cookie'] as string[]
    expect(setCookie).toBe(`hindscope_token=${collector.token}; Path=/; HttpOnly; SameSite=Strict`)
    const cookie = setCookie.split(';')[0] ?? ''
    const html = await get('/s/abc?at=0.7', { cookie })
    expect(html).toMatchObject({ status: 200, body: '<h1>ui</h1>', headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(html.headers['content-security-policy']).toContain(
      "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws://127.0.0.1:*",
    )
    expect(await get('/assets/app.js', { cookie })).toMatchObject({
      status: 200,
      body: 'js',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    })
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/%2e%2e/%2e%2e/secret.txt', '/%00.txt', '/%zz.txt']) {
      expect([path, (await get(path, { cookie })).status]).toEqual([path, 404])
    }
    expect(await get(`//evil.example/?token=${collector.token}`)).toMatchObject({ status: 302, headers: { location: '/' } })
    expect(await get(`/?token=${collector.token}`, { 'sec-fetch-site': 'cross-site' })).toMatchObject({
      status: 200,
      body: expect.stringContaining('http-equiv="refresh"'),
    })
  })

  it('says so when the UI is not built', async () => {
    await start({ uiDir: join(dataDir, 'nowhere') })
    expect(await rawGet('/', { authorization: `Bearer ${collector.token}` })).toMatchObject({
      status: 503,
      body: expect.stringContaining('not built'),
    })
  })
})

describe('live', () => {
  it('tells every viewer that a session grew', async () => {
    await start()
    const peer = await recorder()
    const viewer = new Peer('/live', { cookie: `hindscope_token=${collector.token}` })
    await viewer.opened()
    for (const bytes of [definitions, calls, errors]) peer.send(bytes)
    const changed = await viewer.next<LiveServerMessage>(message => message.kind === 'changed' && message.events === 3)
    expect(changed).toEqual({ kind: 'changed', session: trace.session, events: 3, lastUs: trace.baseUs + 20 })
    expect(await refusal('/live')).toMatchObject({ status: 401 })
  })
})

describe('sessions', () => {
  it('lists old sessions, reads them when asked, and continues one by its id', async () => {
    await start({ session: trace.session, name: 'first' })
    collector.addManifest(manifest)
    const peer = await recorder()
    for (const bytes of [definitions, calls]) peer.send(bytes)
    await peer.next<{ number: number }>(message => message.number === 0)
    await collector.engine.sessions()
    await collector.close()
    await start()
    const sessions = await collector.engine.sessions()
    expect(sessions.map(({ session, name, live, events }) => [session, name, live, events])).toEqual([
      [collector.session, collector.session.slice(0, 8), true, 0],
      [trace.session, 'first', false, 2],
    ])
    const { rows } = await collector.engine.events({ session: trace.session })
    expect(rows.map(row => row.name)).toEqual(['add', 'add'])
    await collector.close()
    await start({ session: trace.session })
    expect((await collector.engine.session({ session: trace.session })).live).toBe(true)
    const again = await recorder()
    again.send(calls)
    again.send(errors)
    await again.next<{ number: number }>(message => message.number === 1)
    expect((await collector.engine.session({ session: trace.session })).events).toBe(3)
  })

  it('knows names in every answer to questions that are asked at once', async () => {
    await start({ session: trace.session })
    collector.addManifest(manifest)
    const peer = await recorder()
    for (const bytes of [definitions, calls]) peer.send(bytes)
    await peer.next<{ number: number }>(message => message.number === 0)
    await collector.close()
    // As of a session that nobody had asked: the manifest lies in the folder of all sessions only.
    await rm(join(dataDir, 'sessions', trace.session, 'manifests'), { recursive: true, force: true })
    await start()
    const answers = await Promise.all([1, 2, 3].map(() => collector.engine.events({ session: trace.session })))
    expect(answers.map(({ rows }) => rows.map(row => row.name))).toEqual([
      ['add', 'add'],
      ['add', 'add'],
      ['add', 'add'],
    ])
  })

  it('counts and shows a manifest that cannot be written, and still knows it', async () => {
    await start({ session: trace.session })
    const warned = new Promise<Error>(resolve => process.once('warning', resolve))
    await writeFile(join(dataDir, 'manifests'), 'a file where the folder should be')
    collector.addManifest(manifest)
    expect((await warned).message).toContain('manifests')
    expect(collector.stats.failed).toBe(1)
    const peer = await recorder()
    for (const bytes of [definitions, calls]) peer.send(bytes)
    await peer.next<{ number: number }>(message => message.number === 0)
    const { rows } = await collector.engine.events({ session: trace.session, kinds: ['callEnter'] })
    expect(rows.map(row => row.name)).toEqual(['add'])
  })

  it('gives a trace file that opens by itself', async () => {
    await start()
    collector.addManifest(manifest)
    const peer = await recorder()
    for (const bytes of [definitions, calls, errors]) peer.send(bytes)
    await peer.next<{ number: number }>(message => message.number === 1)
    const response = await fetch(`${collector.url}/api/trace?session=${trace.session}&token=${collector.token}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const library = createTraceModel()
    expect(library.addBytes(bytes)).toEqual([])
    expect(library.stores[0]?.manifests.get(manifest.module)).toEqual(manifest)
    const path = join(dataDir, 'shared.hscope')
    await writeFile(path, bytes)
    const server = await serveTraceFile(path)
    const url = new URL(server.url)
    const answer = await fetch(`${url.origin}/api/sessions?token=${server.token}`, { method: 'POST', body: '{}' })
    expect(await answer.json()).toMatchObject({ result: [{ session: trace.session, events: 3, functions: 1 }] })
    const beacon = await fetch(`${url.origin}/ingest-beacon?token=${server.token}`, { method: 'POST', body: calls as Uint8Array<ArrayBuffer> })
    expect(await codeOf(beacon)).toEqual([400, 'collector-request'])
    await server.close()
  })
})
