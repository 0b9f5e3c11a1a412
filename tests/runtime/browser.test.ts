/** The page's built runtime in a real page: context over then, timers, DOM events and fetch; headers; sinks; nothing changed. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { dumpEvents } from '@hindscope/testkit'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))

let server: Server
let other: Server
let browser: Browser
let page: Page
let origin: string
let foreign: string
const requests: { url: string; method: string; headers: IncomingMessage['headers'] }[] = []
const beacons: Uint8Array[] = []

const PAGE = '<!doctype html><title>shop</title><button id="buy" class="primary big">Buy</button><input id="name">'

function listen(script: string, cors: boolean): Promise<Server> {
  const made = createServer((request, response) => {
    const url = request.url ?? ''
    if (url === '/runtime.js') return void response.setHeader('content-type', 'text/javascript').end(script)
    if (url === '/') return void response.setHeader('content-type', 'text/html').end(PAGE)
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (url.startsWith('/ingest-beacon')) beacons.push(new Uint8Array(Buffer.concat(parts)))
      else requests.push({ url, method: request.method ?? '', headers: request.headers })
      if (cors) response.setHeader('access-control-allow-origin', '*')
      response.statusCode = url.startsWith('/missing') ? 404 : 200
      response.end(`${request.method}:${Buffer.concat(parts).toString()}`)
    })
  })
  return new Promise(resolve => made.listen(0, '127.0.0.1', () => resolve(made)))
}
const originOf = (each: Server): string => `http://127.0.0.1:${(each.address() as AddressInfo).port}`

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `export { start } from ${JSON.stringify(dist('page/start.mjs'))}; export { h } from ${JSON.stringify(dist('page/hook.mjs'))}`,
      resolveDir: '/',
    },
    bundle: true,
    format: 'iife',
    globalName: 'runtime',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const script = bundle.outputFiles[0]?.text ?? ''
  server = await listen(script, false)
  other = await listen(script, true)
  origin = originOf(server)
  foreign = originOf(other)
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser.close()
  server.close()
  other.close()
})
beforeEach(async () => {
  requests.length = 0
  beacons.length = 0
  page = await browser.newPage()
  await page.goto(origin)
})

/** Declares `recorder`, `H` and the probed function `f(value)` in the page. */
async function startInPage(options: object = {}): Promise<void> {
  await page.addScriptTag({ url: '/runtime.js' })
  await page.evaluate(`
    recorder = runtime.start(${JSON.stringify(options)}); H = runtime.h
    L = H.m('00000000000000aa', '3'); B = H.b
    f = (value, then) => { const F = L[0] ? H.e(L[0], 1, value) : 0; then?.(); return H.r(F, value) }`)
}
async function events(): Promise<string[]> {
  const bytes = (await page.evaluate('recorder.chunks().map(chunk => [...chunk])')) as number[][] // SAFE: what the expression gives
  return dumpEvents(bytes.map(chunk => new Uint8Array(chunk))).split('\n')
}
const settle = (): Promise<void> => page.waitForTimeout(100)

test('callbacks of then, timers and frames have their scheduler as cause', async () => {
  await startInPage()
  await page.evaluate(`f('root', () => {
    Promise.resolve().then(() => f('then')); setTimeout(() => f('timeout')); queueMicrotask(() => f('microtask'))
    requestAnimationFrame(() => f('frame')); new MutationObserver(() => f('observer')).observe(document.body, { attributes: true }); document.body.id = 'x'
  })`)
  await settle()
  const lines = await events()
  expect(lines[0]).toMatch(/^realm-start → \{url: "http/)
  const root = lines.find(line => line.includes('("root")'))?.match(/#(\d+)/)?.[1]
  for (const name of ['then', 'timeout', 'microtask', 'frame', 'observer'])
    expect(lines.find(line => line.endsWith(`("${name}")`))).toContain(`≪${root} `)
})

test('a click is an activity, its listeners run once each, in order, and can be removed', async () => {
  await startInPage()
  await page.evaluate(`
    order = []; buy = document.getElementById('buy')
    one = function (event) { order.push('one', this === buy, event.currentTarget === buy); f('one') }
    object = { handleEvent() { order.push('object', this === object) } }
    for (const listener of [one, one, object]) buy.addEventListener('click', listener)
    buy.addEventListener('click', () => { order.push('once'); f('once') }, { once: true })
    gone = () => order.push('gone'); buy.addEventListener('click', gone, true); buy.removeEventListener('click', gone, true)
    aborted = new AbortController(); buy.addEventListener('click', () => order.push('aborted'), { signal: aborted.signal }); aborted.abort()
    buy.addEventListener('click', null)`)
  await page.click('#buy')
  await page.click('#buy')
  expect(await page.evaluate('order')).toEqual(['one', true, true, 'object', true, 'once', 'one', true, true, 'object', true])
  await settle()
  const lines = await events()
  const starts = lines.filter(line => line.startsWith('activity-start'))
  expect(starts).toHaveLength(2)
  expect(starts[0]).toMatch(/^activity-start #\d+ domEvent → \{type: "click", target: "button#buy\.primary"\}$/)
  const click = starts[0]?.match(/#(\d+)/)?.[1]
  expect(lines.filter(line => line.includes(`≪${click} `))).toHaveLength(2)
  expect(lines.filter(line => line.startsWith('activity-end'))).toHaveLength(2)
})

test('what is typed is not recorded', async () => {
  await startInPage()
  await page.evaluate(`document.getElementById('name').addEventListener('keydown', () => f('key'))`)
  await page.type('#name', 'Zy')
  await page.press('#name', 'Enter')
  const lines = (await events()).filter(line => line.startsWith('activity-start'))
  expect(lines).toHaveLength(3)
  expect(lines.join()).not.toMatch(/Z|y"/)
  expect(lines[2]).toContain('key: "Enter"')
})

test('fetch: own origin carries the trace, foreign origins stay simple requests, ends come with the status', async () => {
  await startInPage()
  const body = await page.evaluate(`(async () => {
    const texts = []
    await new Promise(resolve => f('caller', () => fetch('/api/a?token=secret', { method: 'POST', body: 'b', headers: { 'x-own': '1' } }).then(async r => { texts.push(await r.text()); resolve() })))
    texts.push(await (await fetch('/api/b')).text(), await (await fetch(new URL('/missing', location.href))).text())
    texts.push(await (await fetch(new Request('/api/r', { method: 'PUT', body: 'q' }))).text())
    texts.push(await (await fetch('/api/own', { headers: { traceparent: 'mine' } })).text())
    texts.push(await (await fetch(${JSON.stringify(`${foreign}/f`)})).text())
    let reads = 0
    await fetch('/api/getter', { get method() { reads++; return 'POST' } })
    return [texts, reads]
  })()`)
  expect(body).toEqual([['POST:b', 'GET:', 'GET:', 'PUT:q', 'GET:', 'GET:'], 1])
  await settle()
  const sent = new Map(requests.map(request => [request.url, request]))
  for (const url of ['/api/a?token=secret', '/api/b', '/missing', '/api/r']) expect(sent.get(url)?.headers['traceparent']).toMatch(/^00-/)
  expect(sent.get('/api/a?token=secret')?.headers).toMatchObject({ 'x-own': '1', tracestate: expect.stringMatching(/^hindscope=/) as string })
  expect(sent.get('/api/own')?.headers['traceparent']).toBe('mine')
  expect(requests.filter(request => request.url === '/f').map(({ method, headers }) => [method, headers['traceparent']])).toEqual([
    ['GET', undefined],
  ])
  const lines = await events()
  const caller = lines.find(line => line.includes('("caller")'))?.match(/#(\d+)/)?.[1]
  const start = lines.find(line => line.includes('httpClient → {method: "POST"'))
  expect(start).toMatch(new RegExp(`^activity-start #\\d+ <${caller} httpClient → \\{method: "POST", url: ".*/api/a\\?token=…"\\}$`))
  expect(lines.filter(line => /^activity-end .*status: 404/.test(line))).toHaveLength(1)
  expect(lines.filter(line => /^activity-end .*status: 200/.test(line)).length).toBeGreaterThanOrEqual(4)
})

test('unhandled rejections and errors are what they are without the recorder, and recorded', async () => {
  const run = `new Promise(resolve => {
    const seen = []
    addEventListener('unhandledrejection', event => seen.push(event.promise === window.p, String(event.reason)))
    addEventListener('error', event => seen.push(event.message))
    p = fetch('http://127.0.0.1:1/'); handled = fetch('http://127.0.0.1:1/'); handled.catch(() => seen.push('handled'))
    setTimeout(() => { throw new Error('late') }, 0)
    setTimeout(() => resolve(seen.map(String).sort()), 300)
  })`
  const plain = await page.evaluate(run)
  await page.goto(origin)
  await startInPage()
  expect(await page.evaluate(run)).toEqual(plain)
  const lines = await events()
  expect(lines.filter(line => line.startsWith('unhandled-rejection'))).toHaveLength(1)
  expect(lines.filter(line => line.startsWith('uncaught-error → Error("late")'))).toHaveLength(1)
})

test('proxies are never touched, DOM nodes are opaque, document.all is not undefined', async () => {
  await startInPage()
  const touched = await page.evaluate(`(() => {
    let touched = 0
    const traps = new Proxy({}, { get: () => () => { touched++ } })
    touched = 0
    f(new Proxy({}, { get() { touched++ }, ownKeys() { touched++; return [] }, getPrototypeOf() { touched++; return null } }))
    f(document.body); f(document.all); f(localStorage); f(window); f(new Headers())
    return touched
  })()`)
  expect(touched).toBe(0)
  const lines = (await events()).filter(line => line.startsWith('call-return')).map(line => line.replace(/^.* → /, ''))
  expect(lines).toEqual(['<proxy>', '<HTMLBodyElement>', '<HTMLAllCollection>', '<Storage>', '<Window>', '<Headers>'])
})

test('a page that goes away sends what is left by beacon', async () => {
  const dead = `${origin.replace('http', 'ws')}`
  await startInPage({ url: dead, token: 't' })
  await page.evaluate(`f('last words')`)
  await page.goto('about:blank')
  await page.waitForTimeout(300)
  expect(dumpEvents(beacons)).toContain('"last words"')
  expect(dumpEvents(beacons)).toContain('realm-end → {reason: "pagehide"}')
})
