import { describe, expect, it } from 'vitest'
import type { SessionSummary } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { createTracePage } from '../../src/core/trace-page.ts'
import type { CollectorLink, TracePage } from '../../src/core/trace-page.ts'
import { parseView } from '../../src/core/url-codec.ts'
import { createViewModel } from '../../src/core/view-model.ts'
import type { ViewModel } from '../../src/core/view-model.ts'
import { createNoLive } from '../../src/engine/no-live.ts'
import { createNoEngine } from '../../src/engine/no-engine.ts'
import { succeed } from '../../src/engine/failure.ts'
import { valueOf } from '../../src/engine/resource.ts'
import { shopTrace } from '../browser/shop-trace.ts'
import { bytesOf, fileOf } from '../trace-bytes.ts'
import { joined } from '../worker/joined.ts'

const shop = shopTrace(5)
const shopFile = fileOf('shop.hscope', bytesOf(shop))
const other = new TraceBuilder('07e2'.repeat(8))
other.realm('other').at(5).console('log', ['hello'])
const otherFile = fileOf('other.hscope', bytesOf(other))
const COLLECTED = 'c0'.repeat(16)

/** Has one session without events. */
function collectorLink(): CollectorLink & { readonly closed: () => number } {
  let closed = 0
  return {
    engine: {
      ...createNoEngine(),
      ask: async method =>
        method === 'sessions' ? succeed([{ session: COLLECTED, live: false, startedMs: 1 } as SessionSummary] as never) : succeed([] as never),
    },
    live: () => ({ ...createNoLive(), close: () => closed++ }),
    closed: () => closed,
  }
}

function pageAt(hash: string, collector?: CollectorLink): { readonly model: ViewModel; readonly page: TracePage } {
  const model = createViewModel(parseView(hash).view)
  return { model, page: createTracePage(model, collector, () => joined().port) }
}
const settled = (read: () => unknown) => expect.poll(read, { timeout: 5000, interval: 5 })
const kindOf = ({ host }: TracePage): string => host.value.kind

describe('a page without a collector', () => {
  it('opens what it is given and shows the newest session of it', async () => {
    const { model, page } = pageAt('')
    expect(kindOf(page)).toBe('none')
    await page.open([shopFile])
    expect(kindOf(page)).toBe('file')
    expect(model.view.value.trace).toMatchObject({ name: 'shop.hscope', bytes: shopFile.size })
    await settled(() => model.session.value).toBe(shop.session)
    await settled(() => valueOf(page.host.value.bench.problems.state.value)?.length).toBeGreaterThan(0)
    page.closeFile()
    expect([kindOf(page), model.view.value]).toEqual(['none', { filter: { text: '', errors: false } }])
  })

  it('goes where the link points when it gets the file of the link', async () => {
    const { model, page } = pageAt('')
    await page.open([shopFile])
    const { trace } = model.view.value
    const again = pageAt(`#v=1&t=${trace?.name}~${trace?.bytes}~${trace?.content}&s=${shop.session}&m=0.3`)
    expect(kindOf(again.page)).toBe('none')
    await again.page.open([shopFile])
    expect(again.model.view.value).toEqual({
      trace,
      session: shop.session,
      moment: { ref: { track: 0, seq: 3 } },
      filter: { text: '', errors: false },
    })
    expect(again.model.notices.value).toEqual([])
    expect(again.model.history.value.places).toHaveLength(1)
  })

  it('says so when it gets another file, and keeps of the link what that one has', async () => {
    const { model, page } = pageAt(`#v=1&t=shop.hscope~12~00000000&s=${shop.session}&m=0.3`)
    await page.open([shopFile])
    expect(model.notices.value.map(({ text }) => text)).toEqual([expect.stringContaining('shop.hscope is not the file that the link was made with')])
    expect(model.moment.value).toEqual({ ref: { track: 0, seq: 3 } })
  })

  it('says so when the session of the link is not there', async () => {
    const { model, page } = pageAt(`#v=1&s=${shop.session}&m=0.3`)
    await page.open([otherFile])
    expect(model.notices.value.map(({ text }) => text)).toEqual([expect.stringContaining(`The link points into session ${shop.session.slice(0, 8)}`)])
    await settled(() => model.session.value).toBe(other.session)
    await settled(() => model.moment.value).toEqual({ ref: { track: 0, seq: 0 } })
  })

  it('leaves everything as it was when opening is cancelled or fails', async () => {
    const { model, page } = pageAt('')
    await page.open([shopFile])
    await settled(() => model.moment.value).not.toBe(undefined)
    const before = model.view.value
    const slow = page.open([otherFile])
    expect(page.opening.value).toEqual({ kind: 'running', name: 'other.hscope' })
    page.dismiss()
    await page.open([fileOf('notes.txt', 'nothing')])
    expect(page.opening.value).toMatchObject({ kind: 'failed', failure: { code: 'ui-file-not-trace' } })
    page.dismiss()
    expect([page.opening.value, kindOf(page), model.view.value]).toEqual([undefined, 'file', before])
    expect((await page.host.value.bench.engine.ask('sessions', {})).ok).toBe(true)
    void slow
  })

  it('walks back to the start page and forward to the file', async () => {
    const { model, page } = pageAt('')
    await page.open([shopFile])
    const { trace } = model.view.value
    model.walk(-1)
    expect(kindOf(page)).toBe('none')
    model.walk(1)
    await settled(() => kindOf(page)).toBe('file')
    expect(model.view.value.trace).toEqual(trace)
  })
})

describe('a page of a collector', () => {
  it('comes back to where it was when the file is closed', async () => {
    const collector = collectorLink()
    const { model, page } = pageAt('#v=1&f=cart', collector)
    await settled(() => model.session.value).toBe(COLLECTED)
    const before = model.view.value
    await page.open([shopFile])
    expect([kindOf(page), collector.closed()]).toEqual(['file', 1])
    await settled(() => model.session.value).toBe(shop.session)
    page.closeFile()
    expect([kindOf(page), model.view.value]).toEqual(['collector', before])
  })

  it('does not show its own sessions for a link into a file', async () => {
    const { model, page } = pageAt('#v=1&t=shop.hscope~12~00000000', collectorLink())
    expect([kindOf(page), page.hasCollector]).toEqual(['none', true])
    page.closeFile()
    expect(kindOf(page)).toBe('collector')
    await settled(() => model.session.value).toBe(COLLECTED)
  })

  it('has no workbench of before that still writes into the view', async () => {
    const { model, page } = pageAt('', collectorLink())
    const { bench } = page.host.value
    await page.open([shopFile])
    await settled(() => model.moment.value).not.toBe(undefined)
    const here = model.view.value
    bench.jump({ track: 7, seq: 7 })
    bench.model.adjust({ session: COLLECTED })
    expect(model.view.value).toBe(here)
    model.commit({ moment: { ref: { track: 0, seq: 1 } } })
    expect(bench.model.moment.value).not.toEqual({ ref: { track: 0, seq: 1 } })
  })
})
