/** A recorded page in Chromium, a collector, and its UI in another page: levels chosen in the UI hold in the page, and after a reload too. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { instrument } from '@hindscope/instrument'
import type { EventRow, FunctionLevel, ProbeManifest } from '@hindscope/protocol'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))
const PROGRAM = 'function work(n) {\n  return rest(n)\n}\nfunction rest(n) {\n  return n + 1\n}\nlet n = 0\nsetInterval(() => { n = work(n) }, 5)\n'

const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-levels-'))
let collector: Collector
let server: Server
let browser: Browser
let program: Page
let ui: Page

beforeAll(async () => {
  collector = await startCollector({ dataDir })
  const { code, manifest } = instrument(PROGRAM, {
    id: 'app.js',
    sourceType: 'script',
    plan: { level: 'values' },
    hook: 'global',
    hookModule: 'none',
  })
  collector.addManifest(manifest as ProbeManifest)
  const bundle = await build({
    stdin: { contents: `export { start } from ${JSON.stringify(dist('page/start.mjs'))}`, resolveDir: '/' },
    bundle: true,
    format: 'iife',
    globalName: 'runtime',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const options = JSON.stringify({ url: collector.ingestUrl, token: collector.token, session: collector.session, config: { flushMs: 20 } })
  const script = `${bundle.outputFiles[0]?.text ?? ''}\n;globalThis.recorder = runtime.start(${options});\n${code}`
  server = createServer((request, response) => {
    if (request.url === '/app.js') return void response.setHeader('content-type', 'text/javascript').end(script)
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>program</title><script src="/app.js"></script>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  program = await browser.newPage()
  await program.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  ui = await browser.newPage()
  await ui.goto(`${collector.url}/?token=${collector.token}#v=1&s=${collector.session}&panel=levels`)
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  await collector?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const functions = async (name: string): Promise<FunctionLevel | undefined> =>
  (await collector.engine.levels({ session: collector.session, function: name })).functions[0]
const until = async (name: string, isDone: (level: FunctionLevel | undefined) => boolean): Promise<FunctionLevel | undefined> => {
  for (const endMs = Date.now() + 30_000; ;) {
    const found = await functions(name)
    if (isDone(found) || Date.now() > endMs) return found
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
const changes = async (): Promise<readonly EventRow[]> => (await collector.engine.events({ session: collector.session, kinds: ['levelChange'] })).rows

test('what is chosen in the UI holds in the page', async () => {
  await until('work', each => (each?.calls ?? 0) > 0)
  await ui.getByLabel('Level of work').selectOption('off', { timeout: 30_000 })
  expect(await until('work', each => each?.tracks[0]?.level === 'off')).toMatchObject({ built: 'values', tracks: [{ by: 'user', changes: 1 }] })
  const stopped = await functions('work')
  await until('rest', each => (each?.calls ?? 0) > (stopped?.calls ?? 0) + 5)
  expect((await functions('work'))?.calls).toBe(stopped?.calls)
  await ui.getByText('1 change: calls without a trace may have happened.').waitFor({ timeout: 30_000 })
  await ui.getByLabel('Level of all functions in app.js').selectOption('calls')
  await until('work', each => each?.tracks[0]?.level === 'calls')
  expect((await changes()).map(({ name, preview }) => name + preview)).toEqual(['work → off by user', 'work → calls by user, with 2 more functions'])
  expect(await program.evaluate('recorder.stats().errors')).toEqual({})
})

test('a realm that comes later is told before or as it runs', async () => {
  await program.reload()
  const later = await until('work', each => (each?.tracks.length ?? 0) === 2 && each?.tracks[1]?.changes === 1)
  expect(later?.tracks[1]).toMatchObject({ level: 'calls', by: 'user' })
  expect(await collector.control.setLevels({ session: collector.session, rules: [{ level: 'plan' }] })).toMatchObject({
    rules: [],
    realms: 1,
    answered: 1,
    changed: 3,
  })
  await until('work', each => each?.tracks[1]?.level === 'values')
})
