/** The shop, recorded and visited once in Chromium; then what the collector and the UI say about the visit. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHROMIUM_ARGS, findChromium } from '@hindscope/testkit/chromium'
import type { Problem, SessionSummary } from '@hindscope/protocol'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exportTrace } from '../../scripts/lib/export-trace.mjs'
import { startShop, uiUrl } from '../../scripts/lib/playground-apps.mjs'
import type { RecordedApp } from '../../scripts/lib/playground-apps.mjs'
import { createTraceClient, waitUntilQuiet } from '../../scripts/lib/trace-client.mjs'
import type { TraceClient } from '../../scripts/lib/trace-client.mjs'
import { readChains } from '../../scripts/lib/trace-tree.mjs'
import type { Chain } from '../../scripts/lib/trace-tree.mjs'
import { isClickToSql, judge } from '../../scripts/lib/verdict.mjs'
import { visitShop } from '../../scripts/lib/visit.mjs'
import type { CustomerView } from '../../scripts/lib/visit.mjs'
import { TASKS } from './shop-tasks.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-e2e-'))
let shop: RecordedApp
let browser: Browser
let client: TraceClient
let saw: CustomerView
let session: SessionSummary
let chains: readonly Chain[]
let problems: readonly Problem[]

beforeAll(async () => {
  shop = await startShop({ dataDir })
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium is missing: `npm test` installs it, or set CHROMIUM_PATH.')
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  saw = await visitShop(page, shop.appUrl)
  await page.close()
  client = createTraceClient(shop.collector)
  session = await waitUntilQuiet(client)
  chains = await readChains(client, session)
  problems = await client.problems()
})

afterAll(async () => {
  await browser?.close()
  await shop?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the visit', () => {
  it('meets the bugs that the shop was seeded with', () => {
    expect(saw.heading).toMatch(/^Results for “mug” \d\d products$/)
    expect(saw.quantity).toBe(2)
    expect(saw.couponAnswer).toBe('Something broke on our side. We have been told.')
  })
})

describe('the recording', () => {
  it('holds page and server, errors, and no drop', () => {
    expect(judge(session, chains)).toEqual([])
    expect(session.errors).toBeGreaterThanOrEqual(1)
    expect(session.dropped).toBe(0)
    expect(
      session.tracks
        .filter(track => track.calls > 0)
        .map(track => track.realmKind)
        .toSorted(),
    ).toEqual(['node', 'page'])
  })

  it('has the click and the query it led to in one chain, with the functions between them', () => {
    const click = chains.find(candidate => isClickToSql(candidate, session) && candidate.nodes.some(node => node.name === 'writeQuantity'))
    expect(click?.nodes.map(node => node.name)).toEqual(
      expect.arrayContaining(['changeQuantity', 'sendQuantityChange', 'request', 'postCartLine', 'writeQuantity', 'query']),
    )
  })

  it('has the route, the statement and the render in the chain of the click', () => {
    const click = chains.find(candidate => isClickToSql(candidate, session) && candidate.nodes.some(node => node.name === 'writeQuantity'))
    const activities = (click?.nodes ?? []).flatMap(({ activity, name }) => (activity === undefined ? [] : [`${activity} ${name}`]))
    expect(activities).toEqual(
      expect.arrayContaining([expect.stringMatching(/^handler \w+ .*\/api\/cart/), expect.stringMatching(/^query (INSERT|UPDATE|SELECT)/)]),
    )
    expect(chains.flatMap(({ nodes }) => nodes).some(({ name }) => name === '<CartLineRow> update')).toBe(true)
  })

  it('shows the error of the broken coupon in the chain of its submit', () => {
    const chain = chains.find(candidate => candidate.nodes.some(node => node.name === 'parseRules'))
    const thrower = chain?.nodes.find(node => node.name === 'parseRules')
    expect(thrower?.outcome).toBe('threw')
    expect(thrower?.preview).toContain('SyntaxError')
    expect(chain?.tree.node.activity).toBe('domEvent')
  })

  it('masks the card number', async () => {
    const { rows } = await client.events({ text: '4242 4242' })
    expect(rows).toEqual([])
    const page = await client.events({ function: 'chargeCard', kinds: ['callEnter'] })
    expect(page.rows).toHaveLength(2)
  })

  it('names the race, with the query whose result was stale', () => {
    const race = problems.find(problem => problem.rule === 'overlapping-writers')
    expect(race?.title).toContain('runSearch')
    expect(race?.evidence).toContain('"m"')
  })
})

describe('the UI', () => {
  it('tells a failed request once, from the throw on the server to the throw on the page', () => {
    const failed = problems.filter(({ places = [] }) => places.some(({ title }) => title.includes('/api/cart/coupon')))
    expect(failed.map(({ rule, title }) => [rule, title.replace(/:.*/, '')])).toEqual([['http-failed', 'parseRules threw SyntaxError']])
    expect(failed[0]?.places?.map(({ rule, evidence }) => `${rule} ${evidence.replace(/ at .*|http:.*?(?=\/api)/, '')}`)).toEqual([
      'thrown parseRules',
      'http-failed route /api/cart/coupon',
      'console-error answerError',
      'thrown request',
      'http-failed POST /api/cart/coupon',
    ])
    const declined = problems.filter(({ title, places = [] }) => [title, ...places.map(place => place.title)].some(text => text.includes('declined')))
    expect(declined.map(({ title }) => title.replace(/:.*/, ''))).toEqual(['chargeCard threw ShopError'])
  })

  it('leads from the problems to the stale result, next to its source line', async () => {
    const page = await openUi()
    await page.getByRole('tab', { name: /^Problems/ }).click()
    await page.getByTestId('problem-row').filter({ hasText: 'runSearch' }).click()

    // The older run, at its end, with the arguments that it was given.
    await expect.poll(() => page.getByTestId('values').innerText()).toContain('runSearch')
    expect(await page.getByTestId('values').innerText()).toContain('"m"')
    await expect.poll(() => page.locator('#file-picker').inputValue()).toContain('src/page/use-catalog.ts')
    await expect.poll(() => page.locator('.cm-content').innerText()).toContain('async function runSearch')
    await expect.poll(() => page.locator('.inline-value').allInnerTexts()).toContainEqual(expect.stringContaining('text = "m"'))
    expect(page.url()).toMatch(/#.*m=\d+\.\d+/)
    await page.close()
  })

  it('opens at the moment in the address', async () => {
    const race = problems.find(problem => problem.rule === 'overlapping-writers')
    const page = await openUi(`&m=${race?.ref?.track}.${race?.ref?.seq}`)
    await expect.poll(() => page.getByTestId('moment').innerText()).toBe(`${race?.ref?.track}.${race?.ref?.seq}`)
    await expect.poll(() => page.getByTestId('values').innerText()).toContain('runSearch')
    await page.close()
  })

  it('shows the figures of the session, its events, calls and chains', async () => {
    const page = await openUi()
    await expect.poll(async () => (await page.getByTestId('status-events').innerText()).replace(/\D/g, '')).toBe(String(session.events))
    expect(await page.getByTestId('status-dropped').innerText()).toBe('0')
    await page.getByRole('tab', { name: /^Events/ }).click()
    await expect.poll(() => page.getByTestId('event-row').count()).toBeGreaterThan(5)
    await page.getByRole('tab', { name: /^Calls/ }).click()
    await expect.poll(() => page.getByTestId('call-row').count()).toBeGreaterThan(5)
    await page.close()
  })
})

describe.each(['mouse', 'keys'] as const)('the tasks, by %s', hand => {
  it.each(Object.entries(TASKS))('%s', async (_, task) => {
    await task({ context: await reading(), url: uiUrl(shop.collector, `v=1&s=${session.session}`), file: await exported() }, hand)
  })
})

/** One for all tasks, so that the UI is loaded once. */
const reading = (): Promise<BrowserContext> =>
  (opening ??= browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] }))
let opening: Promise<BrowserContext> | undefined

/** The recording as a file, made once. */
const exported = (): Promise<string> => (exporting ??= exportTrace(session.session, dataDir, join(dataDir, 'shop.hscope')))
let exporting: Promise<string> | undefined

/** A page of the UI at the session; errors of the UI itself fail the test that opened it. */
async function openUi(hash = ''): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  page.on('pageerror', error => faults.push(error))
  await page.goto(uiUrl(shop.collector, `v=1&s=${session.session}${hash}`))
  return page
}

describe('in the page', () => {
  it('leads from an element to the call that rendered it, without a trace of its own in the recording', async () => {
    const customer = await (await reading()).newPage()
    await customer.goto(shop.appUrl)
    const card = customer.getByRole('heading', { name: 'Stoneware Mug' })
    await card.waitFor()
    const loaded: string[] = []
    customer.on('request', request => loaded.push(request.url()))
    expect(loaded.filter(url => url.includes('in-page'))).toEqual([])
    await customer.evaluate(`import('/@id/hindscope/in-page').then(({ pickElement }) => void pickElement())`)
    await card.hover()
    const [ui] = await Promise.all([customer.context().waitForEvent('page'), card.click()])
    ui.on('pageerror', error => faults.push(error))
    await expect.poll(() => ui.getByTestId('values').innerText(), { timeout: 20_000 }).toMatch(/ProductCard[\s\S]*Stoneware Mug/)
    await expect.poll(() => ui.locator('#file-picker').inputValue()).toBe('src/page/product-card.tsx')
    // The click was ours: the shop has not heard of it, and no activity tells of it.
    await waitUntilQuiet(client)
    const clicks = await client.search({ query: 'activity = domEvent and name ~ "click h"' })
    expect(clicks.rows).toEqual([])
    expect(await customer.locator('hindscope-pick').count()).toBe(0)
    await ui.close()
    await customer.close()
  })
})

const faults: Error[] = []
afterEach(() => {
  expect(faults.splice(0)).toEqual([])
})
