/** The State list in a real browser, over stores that the recorder recorded. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ActivityType, EventKind, HindscopeError, decodeChunk, formatRef } from '@hindscope/protocol'
import type { EventKindName, SessionSummary, TraceEngine } from '@hindscope/protocol'
import { askEngine, createEngine, createTraceModel, isEngineMethod } from '@hindscope/store/model'
import { createRecorder } from '@hindscope/runtime'
import type { RecorderHandle } from '@hindscope/runtime'
import { faultsOf, startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'

vi.setConfig({ testTimeout: 60_000 })

const TICKS = 250

/** One realm with a cart, a clock that changes often, and a store that comes late; another with one store. */
function recordStores(): { readonly engine: TraceEngine; readonly session: string; readonly bare: TraceEngine } {
  const start = (options: { readonly name: string; readonly session?: string }): RecorderHandle => {
    const recorder = createRecorder({ sink: 'memory', level: 'values', flushMs: 60_000, overhead: 0, maxDepth: 4, ...options })
    recorder.install({})
    return recorder
  }
  const page = start({ name: 'shop' })
  const { access } = page
  const snapshot = (store: string, state: unknown): void => void access.record(EventKind.stateSnapshot, 0, [[store, state]])
  const change = (...items: readonly unknown[]): void => void access.record(EventKind.stateChange, 0, [items])
  const act = (store: string, action: string, work: () => void): void => {
    const activity = access.startActivity(ActivityType.action, { library: 'redux', store, action })
    access.runIn(activity, activity, work, undefined, [])
    access.endActivity(activity, ActivityType.action, {})
  }
  access.record(EventKind.mark, 0, [{ label: 'begin' }])
  const bare = createEngine(createTraceModel(page.chunks().map(bytes => decodeChunk(bytes))).stores)
  snapshot('cart', { items: [{ name: 'tea', price: 3 }], total: 3, password: 'hunter2', a: { b: { c: { d: { e: 1 } } } }, 'a-b': 1 })
  snapshot('clock', { count: 0 })
  act('cart', 'add', () => {
    change('cart', 'items[1]', undefined, { name: 'milk', price: 2 })
    change('cart', 'total', 3, 5)
  })
  act('cart', 'discount', () => change('cart', 'items[0].price', 3, 2.5))
  act('cart', 'remove', () => {
    change('cart', 'items.length', 2, 1)
    change('cart', "['a-b']", 1)
  })
  for (let i = 1; i <= TICKS; i++) change('clock', 'count', i - 1, i)
  snapshot('late', { on: true })
  access.record(EventKind.mark, 0, [{ label: 'end' }])
  const server = start({ name: 'api', session: page.session })
  server.access.record(EventKind.stateSnapshot, 0, [['sessions', {}]])
  const chunks = [page, server].flatMap(recorder => recorder.chunks()).map(bytes => decodeChunk(bytes))
  for (const recorder of [page, server]) recorder.uninstall()
  return { engine: createEngine(createTraceModel(chunks).stores), session: page.session, bare }
}

const { engine, session, bare } = recordStores()
/** `0.4` by kind and place among those of the kind. */
async function refOf(kind: EventKindName, index: number): Promise<string> {
  const { rows } = await engine.events({ session, kinds: [kind], limit: 1000 })
  const row = rows.filter(({ ref }) => ref.track === 0).at(index)
  return row ? formatRef(row.ref) : ''
}
const refs = {
  begin: await refOf('mark', 0),
  snapshot: await refOf('stateSnapshot', 0),
  item: await refOf('stateChange', 0),
  total: await refOf('stateChange', 1),
  price: await refOf('stateChange', 2),
  length: await refOf('stateChange', 3),
  gone: await refOf('stateChange', 4),
  tick: await refOf('stateChange', 5),
  lastTick: await refOf('stateChange', -1),
  add: await refOf('activityStart', 0),
  end: await refOf('mark', -1),
}

/** The engine of the session that knows no store answers. */
let isBare = false
/** The page's program is connected, and its cart can be put to recorded states. */
let program: { isAway: boolean; refusal?: HindscopeError; readonly asked: unknown[] } | undefined

async function answerOfProgram(method: string, query: object): Promise<unknown> {
  if (program === undefined) return undefined
  if (method === 'session') {
    const summary = (await askEngine(engine, 'session', query)) as SessionSummary // SAFE: of that method
    return { ...summary, live: true, tracks: summary.tracks.map(each => ({ ...each, connected: each.track === 0 })) }
  }
  if (method === 'jumpableStores') return { stores: [{ store: 'cart', isAway: program.isAway }] }
  if (method !== 'jumpStore' && method !== 'jumpBack') return undefined
  program.asked.push(query)
  if (program.refusal) throw program.refusal
  program.isAway = method === 'jumpStore'
  return { done: true }
}
let host: PageHost
let page: Page
beforeAll(async () => {
  host = await startPageHost(engine, async (method, query) =>
    isBare && isEngineMethod(method) ? askEngine(bare, method, query) : answerOfProgram(method, query),
  )
  page = await host.open(`#v=1&panel=events&m=${refs.begin}`)
}, 120_000)
afterAll(() => host?.close())
afterEach(() => {
  host.broken.clear()
  isBare = false
  program = undefined
})

/** From the list of events, so that nothing of the view before is left. */
async function open(hash: string): Promise<void> {
  const follow = (to: string): Promise<string> => page.evaluate(each => (location.hash = each), `#v=1&${to}`)
  await follow(`m=${refs.begin}&panel=events`)
  await page.getByTestId('event-row').first().waitFor()
  await follow(`panel=state&${hash}`)
}
const momentAt = (ref: string): Promise<void> => until(() => page.getByTestId('moment').textContent(), ref)
const hash = (): string => decodeURIComponent(new URL(page.url()).hash)
const storeRows = (): Locator => page.getByTestId('store-row')
const changeRows = (): Locator => page.getByTestId('state-change')
const place = (): Promise<string | null> => page.getByTestId('state-place').textContent()
const treeRow = (name: string): Locator =>
  page
    .getByTestId('state-held')
    .locator('.value-row')
    .filter({ has: page.locator('.value-name', { hasText: new RegExp(`^${name}$`) }) })
const textOf = async (locator: Locator): Promise<string> => ((await locator.textContent()) ?? '').replace(/\s+/g, ' ').trim()
/** As it is seen: without what only screen readers are told. */
const storeTexts = (): Promise<string[]> =>
  storeRows().evaluateAll(rows =>
    rows.map(row =>
      [...row.querySelectorAll('.store-words, .store-library, .store-now, .store-number')]
        .map(cell => (cell.firstChild?.textContent ?? '').trim())
        .join(' '),
    ),
  )

describe('the State list', () => {
  it('shows the stores of all realms and what the chosen one held, with what the moment changed', async () => {
    await open(`m=${refs.total}`)
    await until(storeTexts, ['cart redux Δ now 0 2 3', 'clock 0 0 250', 'late 0 0 0', 'sessions 1 0 0'])
    expect(await textOf(storeRows().first())).toContain('2 changes before')
    await until(place, 'change 2 of 5')
    expect(await textOf(treeRow('total'))).toContain('5~ was 3')
    expect(await textOf(treeRow('items'))).toContain('[{name: "tea", price: 3}, {name: "milk", price: 2}]')
    expect(await textOf(treeRow('1'))).toContain('+ is new')
    expect(await textOf(treeRow('password'))).toContain('▒▒ redacted')
    expect(await textOf(page.getByTestId('state-cause'))).toContain('Nowtotal: 3 → 5by add')
    await treeRow('a').click()
    await treeRow('b').click()
    await treeRow('c').click()
    expect(await textOf(treeRow('…'))).toContain('not recorded')
  })

  it('goes to a change by pointer and by keys, and follows the moment', async () => {
    await open(`m=${refs.begin}`)
    await page.getByTestId('state-early').getByText('Nothing is known of cart at this moment').waitFor()
    await page.getByRole('button', { name: 'Go to where it begins' }).click()
    await momentAt(refs.snapshot)
    await until(place, 'before the first of 5')
    await changeRows().nth(2).click()
    await momentAt(refs.price)
    await until(() => textOf(page.locator('.change-row.row-active')), `${await textOf(changeRows().nth(2))}`)
    await page.getByTestId('state-changes').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await momentAt(refs.length)
    await until(() => textOf(treeRow('items')), 'items[{name: "tea", price: 2.5}]~ length was 2⋯')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await momentAt(refs.gone)
    await until(async () => (await textOf(treeRow('cart').first())).includes("− ['a-b'] removed, was 1"), true)
    await page.keyboard.press('w')
    await page.getByText('There is no later change of cart from here.').waitFor()
    await page.keyboard.press('Shift+W')
    await momentAt(refs.length)
    await page.getByRole('button', { name: 'Previous change' }).click()
    await momentAt(refs.price)
    await page.keyboard.press('Alt+ArrowLeft')
    await momentAt(refs.length)
    await page.getByRole('button', { name: 'Next change' }).click()
    await momentAt(refs.gone)
  })

  it('walks the changes of one row of the state, whose focus stays', async () => {
    await open(`m=${refs.snapshot}`)
    await treeRow('items').click()
    await treeRow('0').click()
    await treeRow('price').click()
    await treeRow('price').focus()
    await page.keyboard.press('w')
    await momentAt(refs.price)
    await until(() => textOf(treeRow('price')), 'price2.5~ was 3⋯')
    expect(await page.evaluate(() => document.activeElement?.querySelector('.value-name')?.textContent)).toBe('price')
    await page.keyboard.press('w')
    await page.getByText('There is no later change of items[0].price from here.').waitFor()
  })

  it('keeps a pinned path while it moves, with its values, also in a link', async () => {
    await open(`m=${refs.total}`)
    await treeRow('items').getByRole('button', { name: 'Actions of items' }).click()
    await page.getByRole('menuitem', { name: 'Pin this path' }).click()
    await until(async () => hash().includes('ss=0:cart&sp=items'), true)
    await until(place, 'change 1 of 3')
    await until(() => changeRows().count(), 3)
    expect(await textOf(changeRows().nth(1))).toContain('items[0].price: 3 → 2.5= [{name: "tea", price: 2.5}, {name: "milk",')
    await page.getByRole('button', { name: 'Next change' }).click()
    await momentAt(refs.price)
    await page.keyboard.press('Tab')
    await page.reload()
    await until(() => textOf(page.getByTestId('state-pin')), 'items Unpin[{name: "tea", price: 2.5}, {name: "milk", price: 2}]')
    await until(place, 'change 2 of 3')
    await page.getByRole('button', { name: 'items Unpin' }).click()
    await until(place, 'change 3 of 5')
    expect(hash()).not.toContain('sp=')
  })

  it('chooses another store by keys, and reads long histories as they are scrolled', async () => {
    await open(`m=${refs.end}`)
    await page.getByTestId('stores').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await until(async () => hash().includes('ss=0:clock'), true)
    await until(place, `change ${TICKS} of ${TICKS}`)
    await until(async () => (await textOf(page.locator('.change-row.row-active'))).includes(`${TICKS - 1} → ${TICKS}`), true)
    await page.getByTestId('state-changes').focus()
    await page.keyboard.press('Home')
    await until(async () => (await textOf(page.locator('.change-row.row-active'))).includes('count: 0 → 1'), true)
    await page.keyboard.press('Enter')
    await momentAt(refs.tick)
    await page.keyboard.press('End')
    await until(async () => (await textOf(page.locator('.change-row.row-active'))).includes(`${TICKS - 1} → ${TICKS}`), true)
    await page.keyboard.press('Enter')
    await momentAt(refs.lastTick)
    await until(() => textOf(treeRow('count')), `count${TICKS}~ was ${TICKS - 1}⋯`)
    await storeRows().filter({ hasText: 'sessions' }).click()
    await page.getByTestId('no-changes').waitFor()
  })

  it('leads to the action that made a change', async () => {
    await open(`m=${refs.item}`)
    await page.getByRole('button', { name: 'by add' }).click()
    await momentAt(refs.add)
    await until(place, 'before the first of 5')
  })

  it('puts the running app where the moment is, and back, by pointer and by keys; a refusal says why', async () => {
    await open(`m=${refs.total}&ss=0:cart`)
    await treeRow('total').waitFor()
    expect(await page.getByTestId('state-jump').count()).toBe(0)
    program = { isAway: false, asked: [] }
    await page.reload()
    await page.getByRole('button', { name: 'Put the running app here' }).click()
    const status = (): Promise<string | null> => page.getByTestId('jump-status').textContent()
    await until(status, `It has the state of ${refs.total} now.`)
    await page.getByRole('button', { name: 'Back to live' }).click()
    await until(status, 'It has its own state again.')
    await page.getByRole('button', { name: 'Back to live' }).waitFor({ state: 'detached' })
    await treeRow('total').focus()
    await page.keyboard.press('x')
    await until(status, `It has the state of ${refs.total} now.`)
    await page.getByRole('button', { name: 'Back to live' }).waitFor()
    program.refusal = new HindscopeError('jump-incomplete', { store: 'cart', path: 'password', reason: 'is masked (password)' })
    await page.keyboard.press('Shift+X')
    await page.getByTestId('panel-state').getByText('password is masked (password)').waitFor()
    await until(status, 'It did not.')
    expect(await faultsOf(page, '.state-head')).toEqual([])
    delete program.refusal
    await page.getByTestId('panel-state').getByRole('button', { name: 'Retry' }).click()
    await until(status, 'It has its own state again.')
    const cart = { session, track: 0, store: 'cart' }
    const [track, seq] = refs.total.split('.').map(Number)
    const there = { ...cart, ref: { track, seq } }
    expect(program.asked).toEqual([there, cart, there, cart, cart])
    // Of a store that has no way, nothing is offered.
    await storeRows().filter({ hasText: 'clock' }).click()
    await page.getByTestId('state-jump').waitFor({ state: 'detached' })
  })

  it('says what failed and tries again, and what a link names that is not there', async () => {
    host.broken.add('stores')
    await open(`m=${refs.total}&ss=3:basket`)
    await page.getByTestId('panel-state').getByText('the disk is on fire').waitFor()
    host.broken.clear()
    await page.getByTestId('panel-state').getByRole('button', { name: 'Retry' }).click()
    await page.getByTestId('unknown-store').getByText('No store basket in track 3').waitFor()
    host.broken.add('stateChanges')
    await page.getByRole('button', { name: 'Show cart' }).click()
    await page.locator('.state-changes').getByText('the disk is on fire').waitFor()
    host.broken.clear()
    await page.locator('.state-changes').getByRole('button', { name: 'Retry' }).click()
    await until(() => changeRows().count(), 5)
  })

  it('says how stores come to be known where there are none', async () => {
    isBare = true
    await open(`m=${refs.begin}`)
    await page.getByTestId('empty-stores').getByText('Redux, Zustand, Pinia').waitFor()
  })

  it('is free of accessibility faults in both themes, and fits a narrow screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await open(`m=${refs.total}&ss=0:cart&sp=items`)
      await changeRows().first().waitFor()
      await page.getByTestId('state-held').getByTestId('value-row').first().waitFor()
      await page.getByTestId('state-cause').waitFor()
      // Only colours differ between themes.
      const only = colorScheme === 'dark' ? ['color-contrast'] : undefined
      expect({ colorScheme, faults: await faultsOf(page, '.left-pane', only) }).toEqual({ colorScheme, faults: [] })
      await page.setViewportSize({ width: 480, height: 900 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
  })
})
