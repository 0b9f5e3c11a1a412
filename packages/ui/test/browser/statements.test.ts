/** A function recorded at level `statements`, in the built page over the real engine. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { TraceBuilder, functionProbe, localsProbe, manifestOf, stepProbe, writeProbe } from '@hindscope/testkit'
import { startPageHost } from './page-host.ts'
import type { PageHost } from './page-host.ts'

const SOURCE = 'function sum(items) {\n  let total = 0\n  for (const item of items) total += item\n  if (total < 0) warn()\n  return total\n}\n'
let host: PageHost
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
  host = await startPageHost(createEngine(createTraceModel(trace().chunks()).stores))
  page = await host.open('#v=1&m=0.2')
}, 120_000)
afterAll(() => host?.close())

it('counts lines by steps, dims what was not reached, and steps from write to write', async () => {
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
