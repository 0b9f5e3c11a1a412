/** What a program replaces while it runs (everything that can be), and fake timers before and after the recorder: the recorder goes on. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { createRecorder } from '@hindscope/runtime'
import { scanChunks } from '@hindscope/protocol'
import { dumpEvents } from '@hindscope/testkit'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import hindscope from 'hindscope/esbuild'
import { realmsIn } from './realms.ts'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const scratch = (): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-patched-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

test('Node: nothing that the program replaced is called by the recorder', () => {
  const root = scratch()
  cpSync(folder('./apps/patched'), root, { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(folder('../../packages/plugin'), join(root, 'node_modules/hindscope'))
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  const output = execFileSync(process.execPath, ['--import', 'hindscope/register', 'main.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, HINDSCOPE_DIR: join(root, '.hindscope'), NODE_NO_WARNINGS: '1' },
  })
  expect(JSON.parse(output)).toEqual({})
  const [realm] = realmsIn(join(root, '.hindscope'))
  expect(realm?.lines.filter(line => /^call-throw .*TypeError\("no /.test(line))).toHaveLength(200)
})

let browser: Browser
let collector: Collector
let dataDir: string
let server: Server
let origin: string
let files = new Map<string, string>()
beforeAll(async () => {
  dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-patched-')))
  collector = await startCollector({ dataDir })
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  server = createServer((request, response) => {
    const script = files.get(request.url ?? '')
    if (script !== undefined) return void response.setHeader('content-type', 'text/javascript').end(script)
    response.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/main.js"></script>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(async () => {
  await browser.close()
  server.close()
  await collector.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** The program as one file, and what recording adds as another, whose name tells its lines from the program's. */
async function bundled(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [folder('./apps/patched/main.mjs'), folder('./apps/patched/other.mjs')],
    bundle: true,
    splitting: true,
    chunkNames: 'hindscope-runtime-[hash]',
    outdir: '/',
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
    plugins: [hindscope({ dataDir, production: true, url: collector.ingestUrl, token: collector.token })],
  })
  return new Map(outputFiles.map(({ path, text }) => [`/${path.split('/').at(-1) ?? ''}`, text]))
}

test('Chromium: nothing that the program replaced is called by the recorder, its connection included', async () => {
  files = await bundled()
  expect(files.size).toBe(3)
  const page = await browser.newPage()
  const said: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  await page.goto(origin)
  await expect.poll(() => said, { timeout: 20_000 }).toHaveLength(1)
  expect(JSON.parse(said[0] ?? '')).toEqual({})
  const failures = (): number | undefined => realmsIn(dataDir)[0]?.lines.filter(line => /^call-throw .*TypeError\("no /.test(line)).length
  await expect.poll(failures, { timeout: 20_000 }).toBe(200)
})

test.each(['before', 'after'] as const)('fake timers put in %s the recorder change nothing that it records', when => {
  if (when === 'before') vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const realm = {}
  const recorder = createRecorder({ sink: 'memory' })
  recorder.install(realm)
  if (when === 'after') vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance'] })
  const hook = Reflect.get(realm, Symbol.for('hindscope@1')) as {
    m(key: string, levels: string): Int32Array
    e(word: number, count: number, value: unknown): number
    r(frame: number, value: unknown): unknown
  }
  const [word = 0] = hook.m('00000000000000aa', '3')
  for (let i = 0; i < 3; i++) {
    hook.r(hook.e(word, 1, i), i)
    vi.advanceTimersByTime(1_000_000)
  }
  const chunks = recorder.chunks()
  expect(dumpEvents(chunks).split('\n')).toHaveLength(6)
  expect(vi.getTimerCount()).toBe(0)
  if (when === 'before') return
  // The clock is the real one.
  const { baseTimeUs } = chunks.flatMap(bytes => scanChunks(bytes).chunks).at(-1)?.chunk ?? { baseTimeUs: 0 }
  expect(baseTimeUs / 1000).toBeGreaterThan(Date.UTC(2020))
})

test('no name at the top of a built file could be one of the program', () => {
  for (const name of ['page/start.mjs', 'page/hook.mjs', 'start.mjs', 'hook.mjs', 'index.mjs']) {
    const text = readFileSync(folder(`../../packages/runtime/dist/${name}`), 'utf8')
    for (const [line] of text.matchAll(/^(?:async )?(?:function|class|const|let|var) .*$/gm)) expect(line).toMatch(/^[^=(]*hindscope/i)
  }
})
