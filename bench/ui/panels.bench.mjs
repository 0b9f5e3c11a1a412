// P12: panels that are opened and closed two thousand times, and what of them stays in memory.
import { fixed, table, whenCase } from '../lib/case.mjs'
import { sizeName } from '../store/traces.mjs'
import { UI_SIZES, caseMs, preparePageAndTraces, times, withTrace } from './page.mjs'

export { caseMs }
export { isQuick } from '../store/traces.mjs'
export const title = 'The UI: opening and closing panels'
export const notes =
  'Lists, inspectors, screens, palette and keys in turn, a frame each. What is left behind is measured after a collection, before and after.'
export const rounds = 1
export const variants = [{ engine: 'chromium', events: UI_SIZES[0] }]
export const prepare = preparePageAndTraces

async function left({ cdp }) {
  for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const metric = name => metrics.find(each => each.name === name).value
  return { heap: metric('JSHeapUsedSize'), nodes: metric('Nodes'), listeners: metric('JSEventListeners') }
}

await whenCase(import.meta, ({ events }) =>
  withTrace(events, async session => {
    await session.cdp.send('Performance.enable')
    const round = async count => {
      const each = await session.page.evaluate(wanted => globalThis.probe.panels(wanted), count)
      await session.page.evaluate(() => globalThis.probe.rest())
      return each
    }
    const count = times(2000, 400)
    // What is made once, by the first opening of each.
    await round(100)
    const before = await left(session)
    const opened = await round(count)
    const after = await left(session)
    return {
      ...opened,
      heapMb: (after.heap - before.heap) / 1e6,
      nodes: after.nodes - before.nodes,
      listeners: after.listeners - before.listeners,
    }
  }),
)

export const report = rows =>
  table(
    ['events', 'opened', 'kinds', 'heap', 'nodes', 'listeners'],
    rows.map(({ variant: { events }, figures }) => [
      sizeName(events),
      figures.opened.median,
      figures.kinds.median,
      `${fixed(figures.heapMb.median)} MB`,
      figures.nodes.median,
      figures.listeners.median,
    ]),
  )
