/** Every kind of realm that a page can make, in a real browser, of a program that Vite and esbuild bundled: recorded once each, and unchanged. */
import { createReadStream, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { build as vite } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import hindscopeEsbuild from 'hindscope/esbuild'
import hindscope from 'hindscope/vite'
import { realmLines, realmsIn } from './realms.ts'

const APP = fileURLToPath(new URL('./apps/realms/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

let scratch: string
let collector: Collector
let browser: Browser
const servers: Server[] = []

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-realms-')))
  collector = await startCollector({ dataDir: join(scratch, 'data') })
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser.close()
  for (const server of servers) server.close()
  await collector.close()
  rmSync(scratch, { recursive: true, force: true })
})

/** Builds the app and its service worker and serves them; gives the address. */
async function built(name: string, isRecorded: boolean): Promise<string> {
  const outDir = join(scratch, name)
  const options = { dataDir: join(scratch, 'data'), production: true }
  await vite({
    root: APP,
    base: './',
    mode: 'development',
    configFile: false,
    logLevel: 'error',
    plugins: isRecorded ? [hindscope(options)] : [],
    build: { outDir, rollupOptions: { input: [join(APP, 'index.html'), join(APP, 'frame.html')] } },
  })
  await esbuild({
    entryPoints: [join(APP, 'sw.js')],
    outfile: join(outDir, 'sw.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    absWorkingDir: APP,
    plugins: isRecorded ? [hindscopeEsbuild(options)] : [],
  })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/echo') return void response.end(String(request.headers['x-own']))
    if (pathname === '/empty') return void response.setHeader('content-type', 'text/html').end('<!doctype html>')
    if (pathname === '/favicon.ico') return void response.writeHead(204).end()
    const file = join(outDir, pathname === '/' ? 'index.html' : pathname)
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    createReadStream(file).pipe(response)
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

interface Outcome {
  readonly answers: unknown
  /** Answers that went through the service worker, of a page from before it, and of one that it served itself. */
  readonly served: unknown
  readonly problems: readonly string[]
}

async function runInBrowser(url: string): Promise<Outcome> {
  const context = await browser.newContext()
  const problems: string[] = []
  context.on('weberror', error => problems.push(String(error.error())))
  context.on('console', message => {
    if (/warning|error/.test(message.type())) problems.push(message.text())
  })
  const page = await context.newPage()
  await page.goto(url)
  await page.evaluate('openPopups()')
  await page.evaluate('serve()')
  const answers = await page.evaluate('outcome()')
  const echo = `fetch('/echo', { headers: { 'x-own': '1' } }).then(response => response.text())`
  const served = [await page.evaluate(echo)]
  await page.goto(`${url}empty`)
  served.push(await page.evaluate('navigator.serviceWorker.controller !== null'), await page.evaluate(echo))
  await page.goto('about:blank')
  await context.close()
  return { answers, served, problems }
}

const REALMS = [
  'frame < page: "worked in same%20origin"',
  // Which page is around it, only the browser knows.
  'frame: "worked in other%20origin"',
  'page < page: "worked in popup"',
  'page < page: "worked in written popup"',
  'page: "worked in blank popup", "worked in page"',
  'serviceWorker: "worked in service worker"',
  'sharedWorker: "worked in shared worker"',
  'worker: "worked in classic worker"',
  'worker: "worked in module worker"',
]

test('page, frames, popups and workers of every kind record as what they are, and answer as without a recorder', async () => {
  const plain = await runInBrowser(await built('plain', false))
  expect(plain.problems).toEqual([])
  const recorded = await runInBrowser(await built('recorded', true))
  expect(recorded).toEqual(plain)
  await expect.poll(() => realmLines(realmsIn(join(scratch, 'data'))), { timeout: 10_000 }).toEqual(REALMS)
})
