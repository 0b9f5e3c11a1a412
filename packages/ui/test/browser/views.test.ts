/** The aggregated views in a real browser over the real engine: call paths, waterfall, sequence diagram, calls by function. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { faultsOf, startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: PageHost
let page: Page

beforeAll(async () => {
  host = await startPageHost(createEngine(createTraceModel(shopTrace(20).chunks()).stores))
  page = await host.open('#v=1&m=0.1&panel=events')
  await page.getByTestId('event-row').first().waitFor()
}, 120_000)
afterAll(() => host?.close())
afterEach(() => host.broken.clear())

/** From the list of events, so that nothing of the view before is left. */
async function open(hash: string): Promise<void> {
  const follow = (to: string): Promise<string> => page.evaluate(each => (location.hash = each), `#v=1&${to}`)
  await follow('m=0.1&panel=events')
  await page.getByTestId('event-row').first().waitFor()
  await follow(hash)
}
const momentAt = (ref: string): Promise<void> => until(() => page.getByTestId('moment').first().textContent(), ref)
const hash = async (): Promise<string> => new URL(page.url()).hash
const names = async (rows: Locator): Promise<string[]> => (await rows.locator('.call-name').allTextContents()).map(text => text.trim())
const textOf = (arrow: Locator): Promise<string | null> => arrow.locator('.visually-hidden').textContent()
const paths = (): Locator => page.getByTestId('path-row')

describe('the flame', () => {
  it('goes to the longest call by key, zooms by pointer, and walks back', async () => {
    await open('panel=flame&m=0.1')
    await until(() => names(paths()), ['addToCart', 'lineTotal', 'postCart'])
    const tree = page.getByTestId('flame-tree')
    await tree.press('Home')
    await tree.press('ArrowDown')
    await tree.press('Enter')
    await momentAt('0.3')
    await page.getByTestId('flame-canvas').click({ position: { x: 40, y: 8 } })
    await until(async () => (await hash()).includes('fz=0.1/0'), true)
    await until(() => names(paths()), ['addToCart', 'lineTotal'])
    await page.reload()
    await until(() => names(paths()), ['addToCart', 'lineTotal'])
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await until(() => names(paths()), ['addToCart', 'lineTotal', 'postCart'])
    await page.keyboard.press('Alt+ArrowLeft')
    await until(() => names(paths()), ['addToCart', 'lineTotal'])
  })

  it('turns over to the callers of a function, and says what a search finds', async () => {
    await open('panel=flame&m=0.1')
    await page.getByTestId('flame-tree').press('Home')
    await page.getByTestId('flame-tree').press('ArrowDown')
    await page.getByRole('button', { name: 'Callers' }).click()
    await until(() => names(paths()), ['lineTotal'])
    await paths().first().getByRole('button', { name: 'Unfold' }).click()
    await until(() => names(paths()), ['lineTotal', 'addToCart'])
    await page.getByRole('button', { name: 'Callers of lineTotal' }).click()
    await page.getByLabel('Find in call paths').fill('server/')
    await until(() => page.getByTestId('flame-found').textContent(), '1 path, 9.1 % of all')
    expect(await page.locator('.path-found .call-name').allTextContents()).toEqual(['postCart'])
  })
})

describe('the network view', () => {
  it('shows what a request caused below it, and goes there', async () => {
    await open('panel=network&m=0.1')
    const rows = page.getByTestId('activity-row')
    await rows.nth(3).waitFor()
    const levels = await rows.evaluateAll(all => all.slice(0, 4).map(row => row.getAttribute('aria-level')))
    expect(levels).toEqual(['1', '2', '1', '2'])
    expect(await rows.nth(2).textContent()).toContain('500')
    await rows.nth(1).click()
    await momentAt('1.0')
    await page.getByRole('button', { name: 'Page events' }).click()
    await until(async () => (await hash()).includes('nt=httpClient,httpServer,message,query,custom,domEvent'), true)
    await until(async () => (await rows.allTextContents()).filter(text => text.includes('click button#add')).length > 3, true)
    await page.getByRole('button', { name: 'Chain' }).click()
    await until(() => rows.count(), 3)
  })
})

describe('the sequence diagram', () => {
  it('has an arrow a row, with loops told once, between realms or modules', async () => {
    await open('panel=sequence&m=0.1')
    const arrows = page.getByTestId('arrow-row')
    await until(() => arrows.count(), 10)
    expect(await textOf(arrows.nth(3))).toBe('api to shop: answer → 500, failed, in a loop of 4')
    await arrows.nth(3).click()
    await momentAt('1.9')
    await page.getByRole('button', { name: 'Modules' }).click()
    await until(() => textOf(arrows.nth(1)), 'src/cart.js to server/cart.js: request postCart, in a loop of 4')
    await page.getByTestId('arrows').press('Home')
    await page.getByTestId('arrows').press('Enter')
    await momentAt('0.1')
  })

  it('is saved as SVG and as Mermaid', async () => {
    await open('panel=sequence&m=0.1')
    const saved = async (name: string): Promise<string> => {
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name }).click()
      const stream = await (await download).createReadStream()
      let text = ''
      for await (const part of stream) text += String(part)
      return text
    }
    expect(await saved('Save Mermaid')).toContain('  loop 4 times\n    L0->>L1: POST /api/cart\n    L1-->>L0: → 200\n')
    expect(await saved('Save SVG')).toContain('<svg xmlns="http://www.w3.org/2000/svg"')
  })
})

describe('calls by function', () => {
  it('are sums that open to what was called', async () => {
    await open('panel=calls&cm=calls&m=0.1')
    await until(() => names(paths()), ['addToCart', 'lineTotal', 'postCart'])
    const tree = page.getByTestId('merged-calls')
    await tree.press('Home')
    await tree.press('ArrowRight')
    await until(() => names(paths()), ['addToCart', 'lineTotal', 'lineTotal', 'postCart'])
    await tree.press('ArrowDown')
    await tree.press('Enter')
    await momentAt('0.3')
    await page.getByRole('button', { name: 'In time' }).click()
    await page.getByTestId('call-row').first().waitFor()
  })
})

describe('every aggregated view', () => {
  it('says what failed and tries again, and what an empty range is empty of', async () => {
    for (const [panel, method, testId] of [
      ['flame', 'flame', 'path-row'],
      ['network', 'activities', 'activity-row'],
      ['sequence', 'sequence', 'arrow-row'],
    ] as const) {
      host.broken.add(method)
      await open(`panel=${panel}&m=0.1`)
      await page.getByText('the disk is on fire').waitFor()
      host.broken.clear()
      await page.getByRole('button', { name: 'Retry' }).click()
      await page.getByTestId(testId).first().waitFor()
      await open(`panel=${panel}&m=0.1&r=5-6`)
      await page.getByTestId('empty-range').getByRole('button').click()
      await page.getByTestId(testId).first().waitFor()
      expect(await hash()).not.toContain('r=5-6')
    }
  })

  it('is free of accessibility faults in both themes, and fits a narrow screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [panel, testId] of [
        ['flame', 'path-row'],
        ['network', 'activity-row'],
        ['sequence', 'arrow-row'],
        ['calls', 'path-row'],
      ] as const) {
        // Its rows are those of the flame.
        if (colorScheme === 'dark' && panel === 'calls') continue
        await open(`m=0.1&panel=${panel}&cm=self&fq=cart`)
        await page.getByTestId(testId).first().waitFor()
        // Only colours differ between themes.
        const findings = await faultsOf(page, '.left-pane', colorScheme === 'dark' ? ['color-contrast'] : undefined)
        expect({ panel, colorScheme, findings }).toEqual({ panel, colorScheme, findings: [] })
        if (colorScheme === 'dark') continue
        await page.setViewportSize({ width: 480, height: 900 })
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
        await page.setViewportSize({ width: 1440, height: 900 })
      }
    }
  })
})
