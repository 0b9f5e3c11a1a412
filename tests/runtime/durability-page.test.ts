/** Every way in which a recorded page goes, with a real browser and a real collector: what the page had recorded against what is kept. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { ChunkType } from '@hindscope/protocol'
import { decodeEvents, readChunks } from '@hindscope/testkit'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/page/${file}`, import.meta.url))
const TOKEN = 'token-of-this-test'

let server: Server
let origin: string
let browser: Browser
let context: BrowserContext
let dataDir: string
let collector: Collector | undefined
let port: number

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `export { start } from ${JSON.stringify(dist('start.mjs'))}; export { h } from ${JSON.stringify(dist('hook.mjs'))}`,
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
  server = createServer((request, response) => {
    if (request.url === '/runtime.js') return void response.setHeader('content-type', 'text/javascript').end(script)
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>page</title><body>${request.url}`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_ARGS],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
})
afterAll(async () => {
  await browser.close()
  server.close()
})
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hindscope-page-'))
  context = await browser.newContext()
  const probe = await startCollector({ dataDir, token: TOKEN })
  port = Number(new URL(probe.url).port)
  await probe.close()
})
afterEach(async () => {
  await context.close()
  await collector?.close()
  collector = undefined
  rmSync(dataDir, { recursive: true, force: true })
})

/** The collector, always at the address that pages were told. */
async function listen(): Promise<Collector> {
  collector = await startCollector({ dataDir, token: TOKEN, port })
  return collector
}

/** A page that records; `f(n)` is a probed call. */
async function openPage(config: object = {}): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/first`)
  await record(page, config)
  return page
}
async function record(page: Page, config: object = {}): Promise<void> {
  await page.addScriptTag({ url: '/runtime.js' })
  await page.evaluate(`
    recorder = runtime.start(${JSON.stringify({ url: `ws://127.0.0.1:${port}`, token: TOKEN, config })}); H = runtime.h
    L = H.m('00000000000000aa', '3'); B = H.b
    f = value => { const F = L[0] ? H.e(L[0], 1, value) : 0; H.r(F, 0) }
    calls = (from, to) => { for (let i = from; i < to; i++) f(i) }`)
}

interface Kept {
  /** Arguments of the calls of `f`, of all sessions, in the order of chunk numbers. */
  readonly numbers: readonly number[]
  /** Event chunks that are there more than once. */
  readonly repeats: number
  readonly kinds: readonly string[]
}
/** What is on disk; the collector is closed for it. */
async function kept(): Promise<Kept> {
  await collector?.close()
  collector = undefined
  const files = readdirSync(join(dataDir, 'sessions'), { recursive: true })
    .map(String)
    .filter(name => name.endsWith('.hscope'))
  const found = files.flatMap(name => readChunks(new Uint8Array(readFileSync(join(dataDir, 'sessions', name)))).chunks)
  const events = found.filter(({ chunk }) => chunk.type === ChunkType.events).toSorted((a, b) => a.chunk.number - b.chunk.number)
  const distinct = new Map(events.map(each => [`${each.chunk.realm} ${each.chunk.number}`, each]))
  const decoded = [...distinct.values()].flatMap(({ bytes }) => decodeEvents([bytes]))
  const numbers = decoded.flatMap(({ kind, values: [first] }) => (kind === 'call-enter' && first?.kind === 'number' ? [Number(first.text)] : []))
  return { numbers: numbers.toSorted((a, b) => a - b), repeats: events.length - distinct.size, kinds: decoded.map(({ kind }) => kind) }
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

const until = async (what: string, condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  expect.fail(`never came: ${what}`)
}
/** How many realms are connected now. */
async function connections(): Promise<number> {
  const summaries = (await collector?.engine.sessions()) ?? []
  const states = await Promise.all(summaries.map(({ session }) => collector?.engine.session({ session })))
  return states.flatMap(state => state?.tracks ?? []).filter(({ connected }) => connected).length
}
/** Chunks that the page has in IndexedDB; -1 when it has made no database. */
const spooled = (page: Page): Promise<number> =>
  page.evaluate(`indexedDB.databases().then(all => all.length === 0 ? -1 : new Promise(resolve => {
    indexedDB.open('hindscope').onsuccess = event => { const db = event.target.result
      db.transaction('hindscope').objectStore('hindscope').count().onsuccess = counted => { db.close(); resolve(counted.target.result) } } }))`)

/** Every byte that the page has sealed lies in IndexedDB. */
const isAllSpooled = (page: Page): Promise<boolean> =>
  page.evaluate(`new Promise(resolve => {
    indexedDB.open('hindscope').onsuccess = event => { const db = event.target.result
      db.transaction('hindscope').objectStore('hindscope').getAllKeys().onsuccess = found => { db.close()
        resolve(found.target.result.reduce((sum, key) => sum + key[3], 0) === recorder.stats().bytes) } } })`)

test('a page that goes away with its last events unsent loses none of them', async () => {
  await listen()
  const page = await openPage()
  await page.evaluate(`calls(0, 100)`)
  await until('the first events', () => (collector?.stats.chunks ?? 0) > 1)
  await page.evaluate(`calls(100, 1500); location.href = '/second'`)
  await page.waitForURL(`${origin}/second`)
  await until('the end', () => (collector?.stats.chunks ?? 0) > 2)
  await page.waitForTimeout(200)
  const { numbers, repeats, kinds } = await kept()
  expect(numbers).toEqual(upTo(1500))
  expect(repeats).toBe(0)
  expect(['lifecycle', 'realm-end']).toContain(kinds.at(-1))
})

test('a page whose collector answers makes no database', async () => {
  await listen()
  const page = await openPage()
  await page.evaluate(`calls(0, 100)`)
  await until('the events', () => (collector?.stats.chunks ?? 0) > 1)
  await page.evaluate(`recorder.flush()`)
  expect(await spooled(page)).toBe(-1)
})

test('what a page recorded while the collector was away is sent by the next page of its origin, once', async () => {
  const page = await openPage()
  await page.evaluate(`calls(0, 2000)`)
  await until('the spool', async () => (await spooled(page)) > 1)
  await page.goto('about:blank')
  await listen()
  const next = await openPage()
  const other = await openPage()
  await until('the replay', async () => (await spooled(next)) === 0)
  await other.close()
  expect(await next.evaluate(`recorder.stats().errors['spool-failed'] ?? 0`)).toBe(0)
  const { numbers, repeats } = await kept()
  expect(numbers).toEqual(upTo(2000))
  expect(repeats).toBe(0)
})

test('a tab that is killed while the collector is away loses nothing that it had spooled', async () => {
  const page = await openPage()
  await page.evaluate(`calls(0, 2000)`)
  await until('the spool', async () => (await spooled(page)) > 1)
  // On a busy machine the calls are several chunks.
  await page.evaluate(`recorder.flush()`)
  await until('the rest of the spool', () => isAllSpooled(page))
  const session = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // SAFE: the answer never comes, since the page is gone.
  void session.send('Page.crash').catch(() => undefined)
  await crashed
  await listen()
  const next = await openPage()
  await until('the replay', async () => (await spooled(next)) === 0)
  const { numbers, repeats } = await kept()
  expect(numbers).toEqual(upTo(2000))
  expect(repeats).toBe(0)
})

test('a tab that is killed while the collector listens loses at most the last flush interval', async () => {
  await listen()
  const page = await openPage()
  await page.evaluate(`calls(0, 1000)`)
  await until('the events', () => (collector?.stats.chunks ?? 0) > 1)
  await page.evaluate(`recorder.flush()`)
  // These are younger than the interval, and may be lost.
  await page.evaluate(`calls(1000, 1010)`)
  const session = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // SAFE: the answer never comes, since the page is gone.
  void session.send('Page.crash').catch(() => undefined)
  await crashed
  const { numbers, repeats } = await kept()
  expect(numbers).toEqual(upTo(numbers.length))
  expect(numbers.length).toBeGreaterThanOrEqual(1000)
  expect(repeats).toBe(0)
})

test('a collector that comes late gets what waited, and the database is emptied', async () => {
  const page = await openPage()
  await page.evaluate(`calls(0, 2000)`)
  await until('the spool', async () => (await spooled(page)) > 1)
  await listen()
  await until('the acknowledgements', async () => (await spooled(page)) === 0)
  const { numbers, repeats } = await kept()
  expect(numbers).toEqual(upTo(2000))
  expect(repeats).toBe(0)
})

test('a page that the back/forward cache kept goes on recording, and gives its connection up meanwhile', async () => {
  await listen()
  const page = await openPage()
  // Playwright does not find its way back into a page that was kept.
  const session = await context.newCDPSession(page)
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    return result.value
  }
  await evaluate(`calls(0, 100); mark = 'kept'; addEventListener('pageshow', event => { shown = event.persisted }); recorder.flush().then(() => 1)`)
  await evaluate(`setTimeout(() => { location.href = '/second' })`)
  await until('the second page', async () => (await evaluate(`document.body.textContent`)) === '/second')
  await until('the connection given up', async () => (await connections()) === 0)
  await evaluate(`setTimeout(() => history.back())`)
  await until('the first page', async () => (await evaluate(`document.body?.textContent`)) === '/first')
  expect(await evaluate(`mark + ' ' + shown`)).toBe('kept true')
  await evaluate(`calls(100, 200)`)
  await until('the new connection', async () => (await connections()) === 1)
  await evaluate(`recorder.flush().then(() => 1)`)
  expect(await evaluate(`recorder.stats().errors['socket-failed'] ?? 0`)).toBe(0)
  const { numbers, repeats } = await kept()
  expect(numbers).toEqual(upTo(200))
  expect(repeats).toBe(0)
})

test.each([
  ['is missing', `delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined, configurable: true })`],
  ['refuses to open', `indexedDB.open = () => { throw new DOMException('no', 'SecurityError') }; IDBFactory.prototype.open = indexedDB.open`],
  ['allows no more', `IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }`],
])('a page whose IndexedDB %s records on, counts it, and delivers when the collector comes', async (_label, breakIt) => {
  const page = await openPage()
  const failures: unknown[] = []
  page.on('pageerror', error => failures.push(error))
  await page.evaluate(breakIt)
  await page.evaluate(`calls(0, 500)`)
  await until('the failure', async () => Number(await page.evaluate(`recorder.stats().errors['spool-failed'] ?? 0`)) > 0)
  await listen()
  await until('the events', () => (collector?.stats.chunks ?? 0) > 1)
  await page.evaluate(`recorder.flush()`)
  expect((await kept()).numbers).toEqual(upTo(500))
  expect(failures).toEqual([])
})

test('memory and database of a page are bounded while the collector is away, and what was dropped is told', async () => {
  const page = await openPage({ maxBufferedBytes: 65_536, maxSpoolBytes: 65_536, ringEvents: 64 })
  await page.evaluate(`calls(0, 30000)`)
  await until('the spool', async () => (await spooled(page)) > 0)
  const dropped = Number(await page.evaluate(`recorder.stats().dropped`))
  expect(dropped).toBeGreaterThan(0)
  await listen()
  await until('the acknowledgements', async () => (await spooled(page)) === 0)
  await page.evaluate(`f(30000)`)
  await page.evaluate(`recorder.flush()`)
  const { numbers, repeats } = await kept()
  expect(numbers.at(-1)).toBe(30_000)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(repeats).toBe(0)
})
