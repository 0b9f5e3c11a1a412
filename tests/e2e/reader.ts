/** Somebody who looks at a recording, with a mouse or with nothing but keys, and whose actions are counted: a click, a key, a text are one each. */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export type Hand = 'mouse' | 'keys'
/** More presses of Tab than any place of the page is away. */
const MOST_TABS = 60

export interface Reader {
  readonly page: Page
  /** Actions since the page was open. */
  readonly actions: number
  click(at: Locator): Promise<void>
  press(...keys: readonly string[]): Promise<void>
  type(text: string): Promise<void>
  /** By mouse or keys, whichever the reader has: the element is clicked, or Tab goes there and Enter presses it. */
  use(at: Locator): Promise<void>
  /** Puts the focus there: by a click, or by Tab. */
  reach(at: Locator): Promise<void>
  /** Opens a list: by mouse its tab or the menu of those that do not fit, else by its name in the palette. */
  list(name: string): Promise<void>
  sees(testId: string, text: string | RegExp): Promise<void>
  moment(): Promise<string>
}

export async function openReader(context: BrowserContext, hand: Hand, url: string): Promise<Reader> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(url)
  await page.getByTestId('moment').first().waitFor({ state: 'attached' })
  let actions = 0
  const reader: Reader = {
    page,
    get actions() {
      return actions
    },
    async click(at) {
      if (hand === 'keys') throw new Error('This reader has no mouse.')
      actions++
      await at.click()
    },
    async press(...keys) {
      for (const key of keys) {
        actions++
        await page.keyboard.press(key)
      }
    },
    async type(text) {
      actions++
      await page.keyboard.type(text)
    },
    async use(at) {
      if (hand === 'mouse') return reader.click(at)
      await reader.reach(at)
      await reader.press('Enter')
    },
    async reach(at) {
      if (hand === 'mouse') return reader.click(at)
      await at.waitFor()
      for (let tabs = 0; !(await at.evaluate(element => element === document.activeElement)); tabs++) {
        if (tabs === MOST_TABS) expect.fail(`Tab does not come to ${String(at)}`)
        await reader.press('Tab')
      }
    },
    async list(name) {
      if (hand === 'keys') {
        await reader.press('Control+k')
        await reader.type(`>Show ${name.toLowerCase()}`)
        await reader.press('Enter')
        return
      }
      const tab = page.getByRole('tablist', { name: 'Lists' }).getByRole('tab', { name: new RegExp(`^${name}`) })
      const [box, strip] = [await tab.boundingBox(), await page.getByRole('tablist', { name: 'Lists' }).boundingBox()]
      if (box && strip && box.x >= strip.x && box.x + box.width <= strip.x + strip.width) return reader.click(tab)
      await reader.click(page.getByTestId('left-all'))
      await reader.click(page.getByRole('menuitem', { name: new RegExp(`^${name}`) }))
    },
    async sees(testId, text) {
      await expect.poll(() => page.getByTestId(testId).first().innerText(), { timeout: 15_000 }).toMatch(text)
    },
    moment: async () => (await page.getByTestId('moment').first().textContent()) ?? '',
  }
  return reader
}
