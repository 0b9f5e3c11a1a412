/** The timeline in a real browser over the real engine: its two axes. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: PageHost
let page: Page

beforeAll(async () => {
  const traces = [shopTrace(20), shopTrace(4, '2'.repeat(32))]
  host = await startPageHost(createEngine(createTraceModel(traces.flatMap(trace => [...trace.chunks()])).stores))
  page = await host.open(`#v=1&s=${traces[0]?.session ?? ''}&m=0.1`)
}, 120_000)
afterAll(() => host?.close())

const axis = (): Promise<string | null> => page.getByTestId('axis').textContent()
const cursor = (): Promise<number> =>
  page.locator('.lanes .cursor-line').evaluate(line => line.getBoundingClientRect().left - (line.parentElement?.getBoundingClientRect().left ?? 0))
const momentAt = (ref: string): Promise<void> => until(() => page.getByTestId('moment').first().textContent(), ref)
const lanes = async (): Promise<{ readonly x: number; readonly y: number; readonly width: number }> => {
  const box = await page.locator('.lanes').boundingBox()
  return box ?? { x: 0, y: 0, width: 0 }
}
const ticks = (): Promise<string[]> => page.locator('.tick').evaluateAll(all => all.map(tick => tick.firstChild?.textContent ?? ''))

it('changes between time and sequence by key, in the link and back', async () => {
  await until(axis, 'Time')
  await until(async () => (await ticks()).includes('20 ms'), true)
  await page.keyboard.press('t')
  await until(axis, 'Sequence')
  await until(async () => (await ticks()).slice(0, 3), ['#0', '#50', '#100'])
  expect(page.url()).toContain('ax=sequence')
  await page.reload()
  await until(axis, 'Sequence')
  await until(async () => (await ticks()).length > 3, true)
})

it('gives every event the same width: stepping moves the cursor evenly, a click hits what is drawn there', async () => {
  const { x, y, width } = await lanes()
  // 300 events and a margin of 2 % on both sides.
  const per = width / 312
  await until(async () => Math.abs((await cursor()) - 7 * per) < 1, true)
  for (let n = 1; n <= 3; n++) {
    await page.getByTestId('step-next').click()
    await until(async () => Math.abs((await cursor()) - (7 + n) * per) < 1, true)
  }
  // Event 151 is the call that began the eleventh visit; it lies below the click that caused it.
  await page.mouse.click(x + 157.5 * per, y + 17 + 8)
  await momentAt('0.101')
  await page.mouse.click(x + 156.5 * per, y + 8)
  await momentAt('0.100')
})

it('chooses as range the events that were dragged over, and shows the same range by time', async () => {
  const { x, width } = await lanes()
  const per = width / 312
  const ruler = await page.locator('.ruler-strip').boundingBox()
  const at = (event: number): [number, number] => [x + (6 + event) * per, (ruler?.y ?? 0) + 8]
  await page.mouse.move(...at(15.4))
  await page.mouse.down()
  await page.mouse.move(...at(29.6))
  await page.mouse.up()
  // Events 15 to 29 are the second visit, from 10 ms to 12.1 ms.
  const range = /r=(\d+)-(\d+)/.exec(page.url())
  expect(Number(range?.[2]) - Number(range?.[1])).toBe(2101)
  const curtain = (): Promise<number> => page.locator('.range-curtain').evaluate(each => Math.round(each.getBoundingClientRect().width))
  expect(await curtain()).toBe(Math.round(15 * per))
  await page.keyboard.press('t')
  await until(axis, 'Time')
  await until(async () => (await curtain()) < 20, true)
  await page.keyboard.press('Escape')
})

it('shows the same events when the axis changes', async () => {
  await page.evaluate(() => (location.hash = location.hash.replace(/m=[\d.]+/, 'm=0.101')))
  await momentAt('0.101')
  await page.getByTestId('timeline').focus()
  for (let n = 0; n < 8; n++) await page.keyboard.press('w')
  await until(async () => (await ticks()).includes('100 ms'), true)
  await page.keyboard.press('t')
  await until(axis, 'Sequence')
  await until(async () => (await ticks()).some(label => Number(label.slice(1)) > 130 && Number(label.slice(1)) < 170), true)
  await until(async () => Math.max(...(await ticks()).map(label => Number(label.slice(1)))) < 200, true)
})

it('begins with the sequence where the whole session is short', async () => {
  await page.evaluate(session => (location.hash = `#v=1&s=${session}&m=0.1`), '2'.repeat(32))
  await until(axis, 'Sequence')
  expect(page.url()).not.toContain('ax=')
})
