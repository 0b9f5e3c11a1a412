/** Playback, notes and the Session screen in a real browser over the real engine; only the server between them is written here. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnnotationDefinition, AnnotationDraft } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { faultsOf, startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

vi.setConfig({ testTimeout: 60_000 })
const trace = shopTrace(20)
const longer = shopTrace(23, 'cafe'.repeat(8))
const stores = [...createTraceModel(trace.chunks()).stores, ...createTraceModel(longer.chunks()).stores]
const engine = createEngine(stores)
let host: PageHost
let page: Page
/** Whether notes can be written, as with a collector. */
let isWritable = true
const health = {
  ok: true,
  pid: 7,
  memory: { step: 1, percent: 81.2, usedBytes: 81_200_000, limitBytes: 100_000_000 },
  disk: { freeBytes: 5e9, paused: [{ session: trace.session, message: 'no space left on device', sinceMs: 0, waiting: 3 }] },
  waitingBytes: 4096,
  refused: 0,
  conflicts: 0,
  failed: 0,
}

/** What the collector does with notes. */
function annotate(annotations: readonly AnnotationDraft[]): object {
  const [store] = stores
  for (const { ref, ...draft } of annotations) {
    const realm = ref && store?.tracks[ref.track]?.realm
    const event = ref === undefined || realm === undefined ? {} : { event: { realm, seq: ref.seq } }
    const definition: AnnotationDefinition = { kind: 'annotation', ...draft, ...event, writtenMs: Date.now() + 1 }
    store?.addDefinition(definition)
  }
  return { annotations: store?.remarks.annotations().length ?? 0 }
}

beforeAll(async () => {
  host = await startPageHost(engine, async (method, query) => {
    if (method === 'health') return health
    return method === 'annotate' && isWritable && 'annotations' in query ? annotate(query.annotations as AnnotationDraft[]) : undefined
  })
}, 120_000)

afterAll(() => host?.close())
afterEach(async () => {
  isWritable = true
  await page?.close()
})

const text = (testId: string): Promise<string | null> => page.getByTestId(testId).first().textContent()
const momentAt = (ref: string): Promise<void> => until(() => text('moment'), ref)

interface Looks {
  readonly width?: number
  readonly dark?: boolean
  readonly calm?: boolean
}

async function open(hash: string, { width = 1440, dark = false, calm = false }: Looks = {}): Promise<void> {
  page = await host.open(`#v=1&s=${trace.session}&${hash}`, {
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: calm ? 'reduce' : 'no-preference',
  })
}

/** What axe finds in a part of the page. */
const violations = (part: string): Promise<readonly string[]> => faultsOf(page, part, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])

describe('playback', () => {
  it('walks by itself, backwards too, and leaves one place behind; seeks', async () => {
    await open('m=0.1&panel=events')
    await momentAt('0.1')
    await page.getByTestId('playback-speed').selectOption('16')
    await page.locator('.timeline').focus()
    await page.keyboard.press('Space')
    await until(async () => Number((await text('moment'))?.split('.')[1] ?? 0) > 20, true)
    await page.keyboard.press('Space')
    const end = await text('moment')
    await page.keyboard.press('Alt+ArrowLeft')
    await momentAt('0.1')
    await page.keyboard.press('Alt+ArrowRight')
    await momentAt(end ?? '')
    await page.keyboard.press('Shift+Space')
    await page.keyboard.press('Space')
    // It stops where there is nothing more.
    await momentAt('0.0')
    await until(() => page.getByTestId('playback-toggle').getAttribute('aria-label'), 'Play')
    await page.getByTestId('playback-seek').fill('1000')
    await momentAt('0.199')
  })
})

describe('notes', () => {
  it('are made by a key, edited, moved, deleted and kept beside the session', async () => {
    await open('m=0.1')
    await momentAt('0.1')
    await page.locator('.inline-value').first().waitFor()
    await page.locator('.timeline').focus()
    await page.keyboard.press('m')
    await until(() => page.getByTestId('note').count(), 1)
    await page.getByLabel('Text of the note').fill('The cart is empty here')
    await page.keyboard.press('Tab')
    await page.getByTestId('step-next').click()
    await momentAt('0.2')
    await page.getByRole('button', { name: 'Note this moment' }).first().click()
    await until(() => page.getByTestId('note').count(), 2)
    await page.getByTestId('note').nth(1).getByRole('button', { name: 'Move up' }).click()
    await until(() => page.getByLabel('Text of the note').last().inputValue(), 'The cart is empty here')
    await page.reload()
    await until(() => page.getByLabel('Text of the note').last().inputValue(), 'The cart is empty here')
    expect(await violations('.notes')).toEqual([])
    await page.getByTestId('note').first().getByRole('button', { name: 'Delete the note' }).click()
    await until(() => page.getByTestId('note').count(), 1)
    await page.getByTestId('note').locator('.note-place').click()
    await momentAt('0.1')
    expect(await page.getByTestId('notes-local').count()).toBe(0)
    await page.getByTestId('note').getByRole('button', { name: 'Delete the note' }).click()
    await until(() => page.getByTestId('note').count(), 0)
  })

  it('stay in the browser where nothing can be written, which is said, and go along once it can', async () => {
    isWritable = false
    await open('m=0.2&panel=notes', { dark: true })
    await momentAt('0.2')
    await page.locator('.timeline').focus()
    await page.locator('.inline-value').first().waitFor()
    await page.keyboard.press('m')
    await until(() => page.getByTestId('note').count(), 1)
    expect(await text('notes-local')).toContain('kept in this browser only')
    await page.reload()
    await until(
      () =>
        page
          .getByTestId('note')
          .count()
          .then(count => count > 0),
      true,
    )
    expect(await violations('.notes')).toEqual([])
    isWritable = true
    await page.getByLabel('Text of the note').first().fill('Seen')
    await page.keyboard.press('Tab')
    await until(() => page.getByTestId('notes-local').count(), 0)
    expect((await engine.annotations({ session: trace.session })).some(({ text: written }) => written === 'Seen')).toBe(true)
  })
})

describe('the session screen', () => {
  it('opens from the counters, keeps its page in the address, and closes by Esc; compares two runs', async () => {
    await open('m=0.1')
    await momentAt('0.1')
    await page.getByTestId('open-health').click()
    await page.getByTestId('screen-health').waitFor()
    await until(() => text('screen-health').then(told => told?.includes('step 1: old sessions are forgotten')), true)
    await until(() => text('screen-health').then(told => told?.includes('no space left on device')), true)
    await page.getByLabel('Why is nothing here?').fill('cart.js:99')
    await page.keyboard.press('Enter')
    await until(() => text('absence').then(told => told?.includes('is in no function')), true)
    await page.getByRole('tab', { name: 'Size' }).click()
    await page.getByTestId('size-table').waitFor()
    await until(async () => page.url().includes('scr=size'), true)
    await page.getByTestId('screen-size').getByRole('button', { name: 'Values' }).click()
    await page.getByTestId('size-table').getByRole('button', { name: /\(/ }).first().click()
    await until(() => page.locator('dialog[open]').count(), 0)
    await page.keyboard.press('Alt+p')
    await page.getByTestId('activity-table').waitFor()
    await until(() => text('activity-table').then(told => told?.includes('POST /api/cart')), true)
    await page.keyboard.press('Escape')
    await until(() => page.locator('dialog[open]').count(), 0)
    await until(async () => page.url().includes('scr='), false)
    // Beside another run, with a way into either.
    await page.keyboard.press('Alt+c')
    await page.getByTestId('compare-other').selectOption(longer.session)
    await until(() => text('compare-table').then(told => told?.includes('20 → 23')), true)
    await page.getByTestId('compare-table').getByRole('button', { name: 'Other' }).first().click()
    await until(async () => page.url().includes(`s=${longer.session}`), true)
    await until(() => page.locator('dialog[open]').count(), 0)
  })

  it('settings hold: density, no single letters, the editor', async () => {
    await open('m=0.1&panel=events,event&scr=settings')
    await page.getByLabel('Density of lists').selectOption('comfortable')
    await page.getByLabel('Keys of one letter or sign').uncheck()
    await page.getByLabel('Folder of the project').fill('/srv/shop')
    await until(() => text('editor-example'), 'For line 12 of src/cart.ts: vscode://file/srv/shop/src/cart.ts:12:5')
    await page.reload()
    await page.getByTestId('screen-settings').waitFor()
    await page.keyboard.press('Escape')
    await until(() => page.getByTestId('open-editor').first().getAttribute('href'), 'vscode://file/srv/shop/src/cart.js:1:1')
    await until(async () => (await page.getByTestId('event-row').first().boundingBox())?.height, 28)
    await page.locator('.timeline').focus()
    await page.keyboard.press('j')
    await page.keyboard.press('F10')
    await momentAt('0.9')
  })

  it.each([false, true])('has no accessibility violations, dark %s', async dark => {
    await open('m=0.1&scr=health', { dark })
    for (const [tab, ready] of [
      ['Health', 'screen-health'],
      ['Size', 'size-table'],
      ['Performance', 'activity-table'],
      ['Settings', 'screen-settings'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByTestId(ready).waitFor()
      expect(await violations('.session-screen')).toEqual([])
    }
    await page.getByRole('tab', { name: 'Compare' }).click()
    await page.getByTestId('compare-other').selectOption(longer.session)
    await page.getByTestId('compare-table').waitFor()
    expect(await violations('.session-screen')).toEqual([])
  })
})
