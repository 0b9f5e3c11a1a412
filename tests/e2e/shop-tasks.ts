/**
 * What people come to a recording for, done on the recorded shop by mouse and again by keys only. A task ends at what answers its question; that it
 * is there is what the test asks.
 */
import { pathToFileURL } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { fromRoot } from '../../scripts/lib/root.mjs'
import { openReader } from './reader.ts'
import type { Hand, Reader } from './reader.ts'

export interface RecordedShop {
  /** One for all tasks: the UI is loaded once. */
  readonly context: BrowserContext
  /** Of the UI at the session, without a moment. */
  readonly url: string
  /** The same recording, exported. */
  readonly file: string
}

export type Task = (shop: RecordedShop, hand: Hand) => Promise<void>

const from =
  (work: (reader: Reader, hand: Hand, shop: RecordedShop) => Promise<void>): Task =>
  async (shop, hand) => {
    const reader = await openReader(shop.context, hand, shop.url)
    try {
      await work(reader, hand, shop)
    } finally {
      await reader.page.close()
    }
  }

/** From opening the UI to the order of the two runs, and to which of them showed its results last. */
export const MOST_ACTIONS_TO_THE_RACE = 6

export const TASKS: Readonly<Record<string, Task>> = {
  'open a file and say what went wrong': async ({ context, file }, hand) => {
    const reader = await openReader(context, hand, pathToFileURL(fromRoot('packages', 'ui', 'dist', 'hindscope.html')).href)
    const { page } = reader
    const chooser = page.waitForEvent('filechooser')
    if (hand === 'mouse') await reader.click(page.getByTestId('open-file'))
    else await reader.press('Control+o')
    await (await chooser).setFiles(file)
    await reader.sees('values', /SyntaxError: Expected ',' or '}' after property value/)
    await expect.poll(() => page.locator('.problem-here').innerText()).toContain('parseRules threw')
    await expect.poll(() => page.locator('.inline-error').first().innerText()).toContain('SyntaxError')
    await page.close()
  },

  'two searches race: which one was shown last': from(async (reader, hand) => {
    const { page } = reader
    const race = page.getByTestId('problem-row').filter({ hasText: 'runSearch' })
    await race.waitFor()
    if (hand === 'mouse') await reader.click(race)
    else await reader.press('F6', 'F6', 'Tab', 'Enter')
    await reader.sees('values', /runSearch[\s\S]*"m"/)
    if (hand === 'mouse') await reader.click(page.getByRole('tab', { name: /^Events/ }))
    else await reader.press('3')
    // The older run's results are shown right before the moment, and nothing newer after it.
    const here = page.locator('[data-testid=event-row][aria-selected=true]')
    await here.waitFor()
    const rows = await page.getByTestId('event-row').allInnerTexts()
    const at = await here.evaluate(row => [...document.querySelectorAll('[data-testid=event-row]')].indexOf(row))
    expect(rows.slice(at - 3, at + 1).join('\n')).toMatch(/showResults[\s\S]*query: "m"[\s\S]*runSearch/)
    expect(rows.slice(at + 1).join('\n')).not.toMatch(/showResults/)
    expect(reader.actions).toBeLessThanOrEqual(MOST_ACTIONS_TO_THE_RACE)
  }),

  'which request changed the cart, and which SQL it ran': from(async (reader, hand) => {
    const { page } = reader
    await reader.list('Network')
    if (hand === 'mouse') await reader.click(page.getByLabel('Filter events by text'))
    else await reader.press('/')
    await reader.type('cart/lines')
    const rows = page.getByTestId('activity-row')
    await expect.poll(async () => (await rows.first().innerText()).includes('POST /api/cart/lines')).toBe(true)
    if (hand === 'mouse') await reader.click(rows.first())
    else {
      await reader.reach(page.getByTestId('waterfall'))
      await reader.press('Home', 'Enter')
    }
    await expect.poll(() => page.locator('[data-testid=activity-row][aria-selected=true]').innerText()).toContain('/api/cart/lines')
    const chain = await rows.allInnerTexts()
    const at = chain.findIndex(text => text.includes('POST /api/cart/lines'))
    expect(chain.slice(at, at + 8).join('\n')).toMatch(/POST \/api\/cart\/lines[\s\S]*POST \/api\/cart\/lines[\s\S]*(INSERT|UPDATE|SELECT)/)
  }),

  'compare call 3 of a function with call 40': from(async (reader, hand) => {
    const { page } = reader
    await reader.press('Control+k')
    await reader.type('@formatPrice')
    await page.getByTestId('palette-item').filter({ hasText: 'formatPrice' }).first().waitFor()
    await reader.press('Enter')
    await page.locator('.cm-hits .hit').first().waitFor()
    const goTo = async (n: number): Promise<void> => {
      if (hand === 'mouse') await reader.click(page.locator('.cm-hits .hit').first())
      else await reader.use(page.locator('.cm-content'))
      const list = page.getByRole('dialog', { name: /^Executions of line/ })
      await reader.use(list.locator('.execution').nth(n - 1))
      await list.waitFor({ state: 'detached' })
    }
    await goTo(3)
    if (hand === 'mouse') await reader.click(page.getByRole('tab', { name: 'Diff' }))
    else {
      while ((await page.locator('.right-pane [role=tab]:focus').count()) === 0) await reader.press('F6')
      await reader.press('End')
    }
    const keep = page.getByRole('button', { name: 'Keep comparing with it' })
    await reader.use(keep)
    await goTo(40)
    await reader.sees('diff', /another call/)
    await reader.sees('diff', /cents/)
  }),

  'find every place that gave a certain value': from(async (reader, hand) => {
    const { page } = reader
    if (hand === 'mouse') await reader.click(page.getByTestId('open-palette'))
    else await reader.press('Control+k')
    await reader.type('=result.query = "m"')
    await page.getByTestId('palette-item').first().waitFor()
    await reader.press('Enter')
    await reader.sees('search-complete', /complete/)
    const found = page.getByTestId('found-row')
    const names = await found.allInnerTexts()
    expect(names.length).toBeGreaterThanOrEqual(4)
    expect(names.join('\n')).toMatch(/searchProducts[\s\S]*fetchProducts/)
  }),

  'nothing is shown for a file: why': from(async (reader, hand) => {
    const { page } = reader
    if (hand === 'mouse') await reader.click(page.getByTestId('open-health'))
    else await reader.press('Alt+h')
    const place = page.getByLabel('Why is nothing here?')
    await place.waitFor()
    await reader.reach(place)
    await reader.type('src/page/order-confirmation.tsx:1')
    await reader.press('Enter')
    await reader.sees('absence', /is in no function/)
  }),

  'find what makes the trace large, and leave it out': from(async (reader, hand) => {
    const { page } = reader
    if (hand === 'mouse') {
      await reader.click(page.getByTestId('open-health'))
      await reader.click(page.getByRole('tab', { name: 'Size' }))
    } else await reader.press('Alt+z')
    await reader.use(page.getByTestId('screen-size').getByRole('button', { name: 'Function' }))
    const row = page.getByTestId('size-table').getByRole('row').nth(1)
    await expect.poll(() => row.innerText()).toMatch(/\.tsx?/)
    await reader.use(row.getByRole('button', { name: 'Exclude…' }))
    await expect.poll(() => copied(page)).toMatch(/overrides: \[|function: /)
  }),

  'send the place to somebody, and to an agent': from(async (reader, hand, { context }) => {
    const { page } = reader
    await page.locator('.problem-here').waitFor()
    await page.locator('.inline-error').first().waitFor()
    if (hand === 'mouse') {
      await reader.click(page.getByRole('tab', { name: 'Event', exact: true }))
      await reader.click(page.getByRole('button', { name: 'Copy link' }))
    } else await reader.press('y')
    const link = await expect
      .poll(() => copied(page))
      .toMatch(/#v=1&s=\w+&m=/)
      .then(() => copied(page))
    if (hand === 'mouse') await reader.click(page.getByRole('button', { name: 'Copy as prompt' }))
    else await reader.press('Shift+Y')
    await expect.poll(() => copied(page)).toMatch(/SyntaxError[\s\S]*src\/api\/coupons\.ts/)
    const other = await openReader(context, hand, link)
    expect(await other.moment()).toBe(await reader.moment())
    await expect.poll(() => other.page.locator('.inline-error').first().innerText(), { timeout: 15_000 }).toContain('SyntaxError')
    await other.page.close()
  }),
}

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
