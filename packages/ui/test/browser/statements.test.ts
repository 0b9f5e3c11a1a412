/** A function recorded at level `statements`, in the built page over the real engine. */
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { alias } from '../../../../alias.ts'
import { askEngine, createEngine, createTraceModel, isEngineMethod } from '@hindscope/store/model'
import { TraceBuilder, functionProbe, localsProbe, manifestOf, stepProbe, writeProbe } from '@hindscope/testkit'

const SOURCE = 'function sum(items) {\n  let total = 0\n  for (const item of items) total += item\n  if (total < 0) warn()\n  return total\n}\n'
const root = fileURLToPath(new URL('../..', import.meta.url))
const executablePath = process.env['HINDSCOPE_CHROMIUM'] ?? '/usr/bin/chromium'
let browser: Browser
let page: Page

function trace(): TraceBuilder {
  const builder = new TraceBuilder()
  const inside = (column: number, endColumn: number) => ({ parent: 0, column, endColumn })
  const probes = [
    functionProbe('sum', { line: 1, endLine: 6, params: ['items'] }),
    stepProbe(2, inside(2, 15)),
    writeProbe('total', 2, 0, 1),
    stepProbe(3, inside(2, 27)),
    stepProbe(3, inside(28, 41)),
    writeProbe('total', 3, 0, 1),
    stepProbe(4, inside(17, 23)),
    stepProbe(5, inside(2, 14)),
    localsProbe('return', 5, { total: 1 }, { parent: 0 }),
  ]
  const bindings = [
    { name: 'items', kind: 'param', parent: 0 },
    { name: 'total', kind: 'lexical', parent: 0 },
  ] as const
  const realm = builder.realm('page').module(manifestOf('5e'.repeat(8), 'src/sum.js', probes, SOURCE, bindings))
  const call = realm.at(100).enter('sum', [[1, 2, 3]])
  realm.at(110).steps(call, 'step 2').writes(call, 'total 2', 0)
  const [head, body] = [realm.site('step 3') - 1, realm.site('step 3')]
  realm.at(120).event({ kind: 'step', site: head, call })
  ;[1, 3, 6].forEach((total, index) => {
    realm.at(130 + index * 10).event({ kind: 'step', site: body, call })
    realm.writes(call, 'total 3', total)
  })
  realm.at(170).steps(call, 'step 5').locals(call, 'locals 5', [6]).returns(call, 'sum', 6)
  return builder
}

beforeAll(async () => {
  const engine = createEngine(createTraceModel(trace().chunks()).stores)
  const built = await build({ root, configFile: `${root}/vite.config.ts`, logLevel: 'error', resolve: { alias }, build: { write: false } })
  const files = new Map<string, string | Uint8Array>()
  for (const { output } of [built].flat() as { output: { fileName: string; code?: string; source?: string | Uint8Array }[] }[]) {
    for (const file of output) files.set(`/${file.fileName}`, file.code ?? file.source ?? '')
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
  page = await browser.newPage()
  await page.route('http://hindscope.test/**', async route => {
    const path = new URL(route.request().url()).pathname
    const method = path.slice('/api/'.length)
    if (path.startsWith('/api/') && isEngineMethod(method)) {
      const result = await askEngine(engine, method, route.request().postDataJSON())
      return route.fulfill({ contentType: 'application/json', body: JSON.stringify({ result }) })
    }
    const name = path === '/' ? '/index.html' : path
    const body = files.get(name)
    const contentType = { html: 'text/html', js: 'text/javascript', css: 'text/css' }[name.split('.').at(-1) ?? ''] ?? 'text/plain'
    return route.fulfill(body === undefined ? { status: 404 } : { contentType, body: typeof body === 'string' ? body : Buffer.from(body) })
  })
}, 120_000)

afterAll(() => browser?.close())

it('counts lines by steps, dims what was not reached, and steps from write to write', async () => {
  await page.goto('http://hindscope.test/#v=1&m=0.2')
  await page.locator('.cm-line.unreached').waitFor()
  expect(await page.locator('.cm-line.unreached').allTextContents()).toEqual(['  if (total < 0) warn()'])
  expect((await page.locator('.hit').allTextContents()).map(Number)).toEqual([1, 1, 3, 1])
  const values = (): Promise<string | null> => page.getByTestId('values').textContent()
  const moment = (): Promise<string | null> => page.getByTestId('moment').textContent()
  for (const [ref, value] of [
    ['0.5', 'total1'],
    ['0.7', 'total3'],
    ['0.9', 'total6'],
  ] as const) {
    await page.keyboard.press('w')
    await expect.poll(moment, { timeout: 10_000 }).toBe(ref)
    await expect.poll(async () => (await values())?.replace(/[\s:=]/g, ''), { timeout: 10_000 }).toContain(value)
  }
  await page.keyboard.press('Shift+W')
  await expect.poll(moment, { timeout: 10_000 }).toBe('0.7')
  await page.keyboard.press('Shift+P')
  await expect.poll(moment, { timeout: 10_000 }).toBe('0.6')
  await page.locator('.hit', { hasText: '3' }).click()
  await expect.poll(() => page.locator('.execution').count(), { timeout: 10_000 }).toBe(3)
}, 120_000)
