// P1 and P9: from dropping a file to the whole trace on screen, and the memory that it takes then.
import { fixed, table, whenCase } from '../lib/case.mjs'
import { sizeName } from '../store/traces.mjs'
import { UI_SIZES, caseMs, openTrace, preparePageAndTraces, withPage } from './page.mjs'

export { caseMs }
export { isQuick } from '../store/traces.mjs'
export const title = 'The UI: opening a file'
export const notes =
  'From the drop of a file to a frame with the overview and the lanes, and to one with values; `untold`: longest time without bytes and events, from 500 ms on; `blocked`: longest task. Memory: page and worker, after collecting garbage.'
export const rounds = 3
export const roundsOf = ({ events }) => (events > 1e6 ? 2 : 3)
export const quickRounds = 1
export const variants = UI_SIZES.map(events => ({ engine: 'chromium', events }))
export const prepare = preparePageAndTraces

await whenCase(import.meta, ({ events }) =>
  withPage(async session => {
    await session.page.getByTestId('file-home').waitFor()
    const paintMs = await session.page.evaluate(() => globalThis.probe.contentfulPaintMs())
    const opened = await openTrace(session, events)
    return { paintMs, ...opened, memoryMb: await session.memoryMb() }
  }),
)

export const report = rows =>
  table(
    ['events', 'first paint', 'bytes told', 'overview', 'values', 'untold', 'blocked', 'memory'],
    rows.map(({ variant: { events }, figures }) => [
      sizeName(events),
      ...['paintMs', 'bytesMs', 'overviewMs', 'valuesMs', 'untoldMs', 'blockedMs'].map(name => `${fixed(figures[name].max, 0)} ms`),
      `${fixed(figures.memoryMb.max, 0)} MB`,
    ]),
  )
