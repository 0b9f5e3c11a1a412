/** Palette, Search list, logpoints, values and diff in a real browser over the real engine, by mouse and by keys. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { faultsOf, startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

let host: PageHost
let page: Page

beforeAll(async () => {
  host = await startPageHost(createEngine(createTraceModel(shopTrace(20).chunks()).stores))
}, 120_000)
afterAll(() => host?.close())
afterEach(() => page?.close())

async function open(hash: string, viewport = { width: 1440, height: 900 }, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  page = await host.open(hash, { viewport, colorScheme })
}
const moment = (): Promise<string | null> => page.getByTestId('moment').textContent()
const urlHas = (part: string): Promise<void> => until(async () => page.url().includes(part), true)
const has = (testId: string, part: string): Promise<void> =>
  until(
    () =>
      page
        .getByTestId(testId)
        .first()
        .textContent()
        .then(text => text?.includes(part)),
    true,
  )

describe('the palette', () => {
  it('opens by keys from a text field, goes to a function, gives the focus back, runs a command, filters', async () => {
    await open('#v=1&m=0.1&panel=calls')
    await page.locator('#filter-text').focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('lineTo')
    await page.getByTestId('palette-item').filter({ hasText: 'src/cart.js:7' }).waitFor()
    await page.keyboard.press('Enter')
    await urlHas('src=src/cart.js&line=7')
    expect(await page.getByTestId('palette-input').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-text')
    await page.getByTestId('open-palette').click()
    await page.keyboard.type('>step over')
    await page.getByTestId('palette-item').filter({ hasText: 'Step over' }).first().waitFor()
    await page.keyboard.press('Enter')
    await until(moment, '0.9')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('@postCart')
    await page.getByTestId('palette-item').filter({ hasText: 'server/cart.js' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await urlHas('f=postCart')
  })

  it('changes its mode by a chip, finds an event by its number, a time and a line', async () => {
    await open('#v=1&m=0.1&panel=calls')
    await page.keyboard.press('Control+k')
    await page.getByRole('button', { name: '# Event' }).click()
    await page.keyboard.type('0.9')
    await page.getByTestId('palette-item').waitFor()
    await page.keyboard.press('Enter')
    await until(moment, '0.9')
    await page.keyboard.press('Control+k')
    await page.keyboard.type(':10.12ms')
    await page.getByTestId('palette-item').filter({ hasText: 'At 0.010' }).click()
    await until(moment, '0.11')
    await page.keyboard.press('Control+k')
    await page.keyboard.type(':server/cart.js:3')
    await page.getByTestId('palette-item').waitFor()
    await page.keyboard.press('Enter')
    await urlHas('src=server/cart.js&line=3')
  })

  it('streams what a query finds, marks what it cannot read, and leaves the box free', async () => {
    await open('#v=1&m=0.1&panel=calls')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('=kind = callEntr')
    await page.locator('.query-bad').waitFor()
    expect(await page.locator('.query-bad').textContent()).toBe('callEntr')
    expect(await page.getByTestId('query-fault').textContent()).toContain('Did you mean callEnter')
    expect(await page.getByTestId('palette-input').getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('er')
    await has('palette-status', '60 found, 100 % searched')
    await page.keyboard.press('Control+Enter')
    await urlHas('q=kind%20%3D%20callEnter')
    await has('search-status', '60 found, 100 % searched')
  })
})

describe('the Search list', () => {
  it('comes up from its address with counts, completeness and what it took; its rows are gone through by keys', async () => {
    await open(`#v=1&m=0.1&panel=search&q=${encodeURIComponent('kind = write and name = "gross"')}`)
    await has('search-status', '20 found, 100 % searched')
    await has('search-complete', 'complete')
    await page.getByText('Explain').click()
    expect(await page.locator('.explain').textContent()).toContain('kind = write and name = "gross"')
    await page.getByRole('listbox', { name: 'Found events' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const ref = await page.getByTestId('found-row').nth(1).getAttribute('data-ref')
    await until(moment, ref)
    await page.getByTestId('query-input').fill('kind = callEnter select count() group by function order by function')
    await page.getByTestId('search-groups').waitFor()
    expect(await page.locator('.groups td').allTextContents()).toEqual(['addToCart', '20', 'lineTotal', '20', 'postCart', '20'])
  })
})

describe('logpoints', () => {
  it('are added with a key on the line, list every execution, jump, and say what is missing', async () => {
    await open('#v=1&m=0.4&panel=calls')
    await page.locator('.cm-line.at-moment').click()
    await page.keyboard.press('l')
    await page.getByTestId('logpoint-form').getByText('src/cart.js:8').waitFor()
    await page.keyboard.type('gross * item.quantity')
    await page.keyboard.press('Enter')
    await urlHas('&lp=8:src/cart.js:gross')
    await has('logpoint-status', '20 hits, complete')
    const hit = page.getByTestId('found-row').nth(2)
    expect(await hit.locator('.value').textContent()).toBe('18')
    await hit.click()
    await until(moment, await hit.getAttribute('data-ref'))
    expect(await page.locator('.log-mark-set').count()).toBe(1)
    await page.locator('.cm-logpoints .cm-gutterElement').nth(3).click({ force: true })
    await page.getByTestId('logpoint-input').fill('cart.discount')
    await page.getByTestId('logpoint-form').getByRole('button', { name: 'Log' }).click()
    await page.getByTestId('logpoint').nth(1).waitFor()
    await page.getByRole('button', { name: 'Remove the logpoint gross * item.quantity of line 8' }).click()
    await until(() => page.getByTestId('logpoint').count(), 1)
    await until(async () => page.url().includes('gross'), false)
  })
})

describe('values', () => {
  it('walk from write to write on the row that has the focus, and keep it', async () => {
    await open('#v=1&m=0.4&panel=calls,values')
    const row = page.getByRole('tree', { name: 'Variables at this moment' }).getByTestId('value-row').filter({ hasText: 'gross' })
    await row.focus()
    const hasFocus = (): Promise<void> => until(() => page.evaluate(() => document.activeElement?.querySelector('.value-name')?.textContent), 'gross')
    await page.keyboard.press('w')
    await until(moment, '0.14')
    await hasFocus()
    await page.keyboard.press('w')
    await until(moment, '0.24')
    await hasFocus()
    await page.keyboard.press('Shift+W')
    await until(moment, '0.14')
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain('m=0.14:Variables')
  })

  it('pin an expression that is read again at every moment, from the menu and from the box', async () => {
    await open('#v=1&m=0.4&panel=calls,values')
    const row = page.getByTestId('value-row').filter({ hasText: 'item' }).first()
    await row.hover()
    await row.getByRole('button', { name: 'Actions of item' }).click()
    await page.getByRole('menuitem', { name: 'Pin on top' }).click()
    await urlHas('pin=item')
    await page.getByTestId('pin').filter({ hasText: 'Teapot' }).waitFor()
    await page.getByTestId('pin-input').fill('gross + 1')
    await page.keyboard.press('Enter')
    await page.getByTestId('pin').filter({ hasText: '10' }).waitFor()
    await page.getByTestId('step-previous').click()
    await page.getByTestId('pin').filter({ hasText: 'not recorded: gross' }).waitFor()
    await page.getByRole('button', { name: 'Unpin item' }).click()
    await until(() => page.getByTestId('pin').count(), 1)
  })

  it('show where an object was seen, and filter', async () => {
    await open('#v=1&m=0.19&panel=calls,values')
    const badge = page.getByTestId('values').locator('.identity').first()
    const id = (await badge.textContent())?.slice(1)
    await badge.click()
    await urlHas(`o=0.${id}`)
    await page.getByText(`Where #${id} was seen`).first().waitFor()
    await page.getByTestId('found-row').first().waitFor()
    await page.getByTestId('value-filter').fill('redacted')
    await page.getByText('hidden by the filter').first().waitFor()
    await urlHas('vf=redacted')
  })
})

describe('the diff', () => {
  it('tells what a step changed, since the call began and since the moment before', async () => {
    await open('#v=1&m=0.3&panel=calls,diff')
    await page.getByText('No other moment was visited').waitFor()
    await page.getByTestId('step-next').click()
    await until(moment, '0.4')
    await has('diff-counts', '+1 -0 ~0')
    expect(await page.getByTestId('diff-row').textContent()).toContain('gross')
    await page.getByRole('button', { name: 'The start of the call' }).click()
    await urlHas('d=call')
    await page.getByRole('button', { name: 'Only what changed' }).click()
    await urlHas('d=call,all')
    await page.getByTestId('diff-row').filter({ hasText: 'item' }).waitFor()
    expect(await page.locator('.diff-added .diff-sign').first().textContent()).toContain('+')
  })
})

describe('accessibility', () => {
  const query = encodeURIComponent('kind = callEnter')
  const screens = [
    ['palette', '#v=1&m=0.4&panel=calls,values&pin=item.price', 1440, 'light'],
    ['search and diff', `#v=1&m=0.4&panel=search,diff&q=${query}&d=call,all`, 1440, 'dark'],
    ['logpoints', '#v=1&m=0.4&panel=logpoints,values&lp=8:src/cart.js:gross&lp=8:src/cart.js:nope', 480, 'light'],
  ] as const
  it('has no finding on any of these screens', async () => {
    for (const [name, hash, width, scheme] of screens) {
      await open(hash, { width, height: 900 }, scheme)
      if (name === 'palette') {
        await page.keyboard.press('Control+k')
        await page.keyboard.type('cart')
        await page.getByTestId('palette-item').first().waitFor()
      } else await page.locator('.event-row, .query-bad').first().waitFor()
      const findings = await faultsOf(page)
      expect({ name, findings }).toEqual({ name, findings: [] })
      await page.close()
    }
  }, 120_000)
})
