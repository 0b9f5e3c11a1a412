/** The built page in a real browser over the real engine; only the server between them is written here. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import { faultsOf, startPageHost, until } from './page-host.ts'
import type { PageHost } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

const trace = shopTrace(20)
let host: PageHost
let page: Page

beforeAll(async () => {
  host = await startPageHost(createEngine(createTraceModel(trace.chunks()).stores))
}, 120_000)
afterAll(() => host?.close())
afterEach(async () => {
  host.broken.clear()
  await page?.close()
})

const text = (testId: string): Promise<string | null> => page.getByTestId(testId).first().textContent()

async function open(hash = '', viewport = { width: 1440, height: 900 }, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  page = await host.open(hash, { viewport, colorScheme })
}
const momentAt = (ref: string): Promise<void> => until(() => text('moment'), ref)

describe('the workbench', () => {
  it('opens on what went wrong, with its place in the source and its values', async () => {
    await open()
    await page.locator('.problem-here').waitFor()
    expect(await page.locator('.problem-here').textContent()).toContain('postCart threw RangeError: total is not a number')
    // One failure is one entry, with all places that told of it.
    expect(await page.getByTestId('problem-row').count()).toBe(1)
    expect((await page.locator('.problem-place-title').allTextContents()).map(title => title.trim())).toEqual([
      'postCart threw RangeError: total is not a number',
      'POST /api/cart → 500',
      'addToCart threw ApiError: 500 /api/cart',
    ])
    await page.getByTestId('problem-place').nth(2).click()
    await page.locator('.problem-place[aria-current=true]').filter({ hasText: 'addToCart' }).waitFor()
    await page.locator('.inline-error').waitFor()
    expect(await page.locator('.inline-error').textContent()).toContain('✕ ApiError: 500 /api/cart')
    expect(await text('values')).toContain('ApiError: 500 /api/cart')
    expect(await text('values')).toContain('▒▒ redacted (email)')
    expect(await text('status-dropped')).toBe('0')
    expect(Number(await text('status-events'))).toBe(20 * 15)
    expect(page.url()).toContain(`&m=${await text('moment')}`)
  })

  it('steps, walks back through its history and comes up the same from its address', async () => {
    await open('#v=1&m=0.1')
    await momentAt('0.1')
    await page.getByTestId('step-next').click()
    await momentAt('0.2')
    await page.keyboard.press('j')
    await momentAt('0.3')
    await page.keyboard.press('Alt+ArrowLeft')
    await momentAt('0.2')
    await page.keyboard.press('Alt+ArrowRight')
    await momentAt('0.3')
    await page.goBack()
    await momentAt('0.2')
    // What the panel is asked last comes in last.
    await until(() => text('values').then(values => values?.includes('Variables at this moment')), true)
    const before = await text('values')
    await page.reload()
    await momentAt('0.2')
    await until(() => text('values'), before)
  })

  it('jumps from an inline value, and a frame changes what is shown but not the moment', async () => {
    await open('#v=1&m=0.1&panel=calls,stack')
    await page.getByTestId('inline-value').filter({ hasText: 'items =' }).click()
    await momentAt('0.2')
    await page.getByTestId('stack-frame').filter({ hasText: 'addToCart' }).waitFor()
    await page.goto(`${page.url().replace('m=0.2', 'm=0.4')}`)
    await page.getByTestId('stack-frame').filter({ hasText: 'addToCart' }).click()
    await until(async () => page.url().includes('m=0.4/1'), true)
    expect(await text('moment')).toBe('0.4')
    await until(
      () =>
        page
          .locator('.cm-line.at-moment')
          .textContent()
          .then(line => line?.includes('addToCart')),
      true,
    )
  })

  it('shows the causes of a server call across tracks', async () => {
    await open('#v=1&m=1.1&panel=calls,stack')
    await page.locator('.frame-remote').waitFor()
    expect(await page.getByTestId('stack-frame').locator('.frame-name').allTextContents()).toEqual([
      'postCart',
      'POST /api/cart',
      'POST /api/cart',
      'addToCart',
      'click button#add',
    ])
    await page.locator('.call-row.row-active').filter({ hasText: 'postCart' }).waitFor()
  })

  it('is driven by keys alone', async () => {
    await open('#v=1&m=0.0&panel=calls')
    const tree = page.getByRole('treegrid', { name: 'Calls' })
    await tree.focus()
    await page.locator('.call-row.row-active').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByTestId('call-row').filter({ hasText: 'addToCart' }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await momentAt('0.1')
    await page.keyboard.press('e')
    await page.locator('.event-error, .call-row.row-active').first().waitFor()
    await until(() => text('moment').then(ref => ref !== '0.1'), true)
    await page.keyboard.press('/')
    await page.keyboard.type('gross')
    await until(
      () =>
        page
          .getByTestId('event-row')
          .count()
          .then(count => count > 0),
      true,
    )
    await until(async () => page.url().includes('f=gross'), true)
  })

  it('filters, says when nothing matches and offers the way out', async () => {
    await open('#v=1&f=nothing-is-called-so&panel=events')
    const clear = page.getByRole('button', { name: 'Clear the filter' })
    await clear.click()
    await page.getByTestId('event-row').first().waitFor()
    expect(page.url()).not.toContain('f=')
  })

  it('says in the page what the engine could not do, and tries again when asked', async () => {
    host.broken.add('stack')
    await open('#v=1&m=0.4&panel=calls,stack')
    const alert = page.getByRole('alert').filter({ hasText: 'the disk is on fire' }).first()
    await alert.waitFor()
    expect(await alert.textContent()).toContain('collector-internal')
    host.broken.clear()
    await alert.getByRole('button', { name: 'Retry' }).click()
    await page.getByTestId('stack-frame').first().waitFor()
  })

  it('tells which part of a broken link it ignored', async () => {
    await open('#v=1&m=0.1&r=9-3')
    await page.locator('.notice-problem').waitFor()
    expect(await page.locator('.notice-problem').textContent()).toContain('r=9-3')
    await momentAt('0.1')
  })

  it('commits what is clicked in the timeline and chooses a range on the ruler', async () => {
    await open('#v=1&m=0.1')
    const canvas = page.locator('.lanes-canvas')
    const box = (await canvas.boundingBox()) ?? expect.fail('no canvas')
    await canvas.dblclick({ position: { x: 5, y: 5 } })
    await page.mouse.click(box.x + box.width * 0.6, box.y + 8)
    await until(() => text('moment').then(ref => ref !== '0.1'), true)
    const ruler = (await page.locator('.ruler-strip').boundingBox()) ?? expect.fail('no ruler')
    await page.mouse.move(ruler.x + 200, ruler.y + 10)
    await page.mouse.down()
    await page.mouse.move(ruler.x + 500, ruler.y + 10, { steps: 4 })
    await page.mouse.up()
    await until(async () => /&r=\d+-\d+/.test(page.url()), true)
    await page.keyboard.press('Escape')
    await until(async () => page.url().includes('&r='), false)
  })
})

describe('a link that is opened elsewhere', () => {
  /** What somebody sees of the view. */
  const seen = (): Promise<object> =>
    page.evaluate(() => {
      const all = (selector: string): readonly string[] => [...document.querySelectorAll(selector)].map(found => found.textContent ?? '')
      return {
        moment: all('[data-testid=moment]'),
        range: all('[aria-label="Clear the range"]'),
        filter: document.querySelector<HTMLInputElement>('#filter-text')?.value,
        pressed: all('[aria-pressed=true]'),
        panels: [...document.querySelectorAll('[role=tab][aria-selected=true]')].map(({ id }) => id),
        frame: all('[data-testid=stack-frame][aria-current=true]'),
        value: all('.value-row.value-chosen .value-name'),
        file: document.querySelector<HTMLSelectElement>('#file-picker')?.value,
        line: all('.cm-line.at-moment'),
      }
    })

  /** Once nothing of it has changed for a while. */
  async function settled(): Promise<object> {
    for (let before = ''; ; await page.waitForTimeout(250)) {
      const now = await seen()
      if (JSON.stringify(now) === before) return now
      before = JSON.stringify(now)
    }
  }

  it('shows the same moment, range, filter, panels and selection', async () => {
    const answer = await fetch(`${host.address}api/sessions`, { method: 'POST', body: '{}' })
    const { result } = (await answer.json()) as { readonly result: readonly [{ readonly firstUs: number; readonly lastUs: number }] }
    const [{ firstUs, lastUs }] = result
    const links = [
      '#v=1&m=0.4/1&panel=calls,stack',
      '#v=1&m=0.4:Arguments.item&panel=events,values&f=cart&e=1',
      `#v=1&m=1.3&r=${firstUs + 1000}-${lastUs - 1000}&panel=events,event&k=calls`,
      '#v=1&m=0.2&panel=search,values&q=error&src=src/cart.js&line=8&vf=item',
    ]
    await open()
    const [here, elsewhere] = [page, await host.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'de-DE' })]
    for (const link of links) {
      page = here
      await page.goto(`${host.address}${link}`)
      await momentAt(/m=(\d+\.\d+)/.exec(link)?.[1] ?? '')
      const [shown, address] = [await settled(), page.url()]
      for (const part of link.slice('#v=1&'.length).split('&')) expect(address).toContain(part)
      // Another browser that was never here, on another screen.
      page = await elsewhere.newPage()
      await page.goto(address)
      await until(seen, shown)
      expect(page.url()).toBe(address)
    }
    await elsewhere.close()
    page = here
  }, 60_000)
})

describe('the timeline in motion', () => {
  /** Turns the wheel, and gives how many columns of the outermost lane have a cell two frames later, before any answer was waited for. */
  const turn = (css: number): Promise<number> =>
    page.evaluate(async deltaY => {
      const canvas = document.querySelector<HTMLCanvasElement>('.lanes-canvas')
      const { left, top, width } = canvas?.getBoundingClientRect() ?? new DOMRect()
      const at = { clientX: left + width / 2, clientY: top + 4, ctrlKey: true, bubbles: true, cancelable: true }
      canvas?.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY }))
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      const words = new Uint32Array(canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, 8).data.buffer ?? new ArrayBuffer(0))
      // The first line of a lane is never part of a cell.
      return Array.from({ length: words.length / 8 }, (_, x) => words[(words.length / 8) * 4 + x]).filter(word => word !== words[0]).length
    }, css)

  it('shows what it knows of the whole session where the fine level does not reach yet', async () => {
    await open('#v=1&m=0.1')
    await until(() => turn(0).then(columns => columns > 0), true)
    const whole = await turn(0)
    for (let i = 0; i < 4; i++) await turn(-500)
    // The answer for the narrow window covers three times as much and no more.
    await page.waitForTimeout(400)
    expect(await turn(4000)).toBeGreaterThan(whole * 0.8)
  })
})

describe('accessibility', () => {
  const screens = [
    ['problems and values', '#v=1&m=1.3&panel=problems,values', 1440],
    ['calls and stack', '#v=1&m=1.3&panel=calls,stack', 1440],
    ['events and event', '#v=1&m=0.3&panel=events,event', 1440],
    ['one column', '#v=1&m=0.3&panel=events', 480],
    ['an unknown session', '#v=1&s=nope', 1280],
  ] as const
  for (const scheme of ['light', 'dark'] as const) {
    it(`has no finding on any screen, ${scheme}`, async () => {
      // Only colours differ between the themes: two screens show all of them.
      for (const [name, hash, width] of scheme === 'light' ? screens : screens.slice(0, 2)) {
        await open(hash, { width, height: 900 }, scheme)
        if (hash.includes('m=')) await page.locator('.value-row, .frame, .event-row').first().waitFor()
        else await page.getByRole('alert').first().waitFor()
        const findings = await faultsOf(page)
        expect({ name, findings }).toEqual({ name, findings: [] })
        await page.close()
      }
    }, 60_000)
  }

  it('keeps everything reachable in a single column', async () => {
    await open('#v=1&m=0.3&panel=events', { width: 480, height: 900 })
    for (const [tab, testId] of [
      ['Timeline', 'timeline'],
      ['Source', 'source'],
      ['Values', 'values'],
      ['Lists', 'event-row'],
    ] as const) {
      await page.getByRole('tab', { name: tab, exact: true }).click()
      await page.getByTestId(testId).first().waitFor()
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  })
})
