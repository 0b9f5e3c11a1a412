// P7 and P8: searches, from Enter to the first rows and to the end, and lists that are scrolled.
import { fixed, table, whenCase } from '../lib/case.mjs'
import { describedTrace, sizeName } from '../store/traces.mjs'
import { framesOf } from './frames.mjs'
import { UI_SIZES, caseMs, preparePageAndTraces, spread, times, withTrace } from './page.mjs'

export { caseMs }
export { isQuick } from '../store/traces.mjs'
export const title = 'The UI: searching and scrolling'
export const notes =
  'A search from Enter to its first row, and to its end; `blocked`: longest task of the main thread meanwhile, none when below 50 ms; `frame`: CPU time of the main thread while a list is scrolled by five rows a frame.'
export const rounds = 1
export const variants = UI_SIZES.map(events => ({ engine: 'chromium', events }))
export const prepare = preparePageAndTraces

/** What is asked, of a trace with these facts; `ends` when the end of the search is waited for. */
export const SEARCHES = {
  'rare name': { what: 'events of a rare function', ends: true, query: ({ rareFunction }) => `function = "${rareFunction.name}"` },
  'frequent name': {
    what: 'calls of a frequent function',
    query: ({ frequentFunction }) => `kind = callEnter and function = "${frequentFunction.name}"`,
  },
  count: {
    what: 'how many calls of it',
    ends: true,
    query: ({ frequentFunction }) => `kind = callEnter and function = "${frequentFunction.name}" select count()`,
  },
  text: { what: 'a text anywhere', query: ({ rareFunction }) => `text ~ "${rareFunction.name}"` },
  value: { what: 'a value of arguments', query: ({ userId }) => `kind = callEnter and args.user.id = ${userId}` },
}
const LISTS = {
  events: { tab: 'events', list: '.events .virtual-list' },
  found: { tab: 'search', list: '.search-panel .virtual-list' },
  network: { tab: 'network', list: '.network .virtual-list' },
  calls: { tab: 'calls', list: '.left-pane [role=treegrid]' },
}
const CSS_ROWS = 120

async function search({ page }, query) {
  const input = page.getByTestId('query-input')
  await input.fill('')
  await input.press('Enter')
  await page.evaluate(() => globalThis.probe.rest())
  await input.fill(query)
  await page.evaluate(() => globalThis.probe.armSearch())
  await input.press('Enter')
  return page.evaluate(() => globalThis.probe.searched())
}

/** A search that is cancelled while it runs: milliseconds until the page says so and does something else. */
async function cancelled({ page }, query) {
  const input = page.getByTestId('query-input')
  await input.fill(`${query} select count()`)
  await input.press('Enter')
  return page.evaluate(() => globalThis.probe.cancelSearch())
}

/** The row that the list ends with after `last`, beside the session's last event. */
async function lastRow({ page }) {
  await page.evaluate(() => globalThis.probe.arm())
  await page.keyboard.press('Shift+>')
  await page.evaluate(() => globalThis.probe.moved())
  await page.evaluate(() => globalThis.probe.rest())
  return page.evaluate(() => globalThis.probe.endOfList('.events .virtual-list'))
}

await whenCase(import.meta, ({ events }) =>
  withTrace(events, async session => {
    const { page } = session
    const described = describedTrace(events)
    const figures = {}
    await page.locator('#left-tab-search').click()
    for (const [name, { query, ends }] of Object.entries(SEARCHES)) {
      const taken = []
      for (let i = 0; i < times(5, 2); i++) taken.push(await search(session, query(described)))
      const [first, ...later] = taken
      figures[`${name} cold`] = first.firstMs
      Object.assign(
        figures,
        spread(
          `${name} first`,
          later.map(({ firstMs }) => firstMs),
        ),
      )
      if (ends)
        Object.assign(
          figures,
          { [`${name} end cold`]: first.endMs },
          spread(
            `${name} end`,
            later.map(({ endMs }) => endMs),
          ),
        )
      figures[`${name} blocked`] = Math.max(...taken.map(({ blockedMs }) => blockedMs))
      figures['longest task'] = Math.max(figures['longest task'] ?? 0, figures[`${name} blocked`])
    }
    figures.cancelMs = await cancelled(session, SEARCHES.text.query(described))
    // A long list again.
    await search(session, SEARCHES['frequent name'].query(described))
    for (const [name, { tab, list }] of Object.entries(LISTS)) {
      await page.locator(`#left-tab-${tab}`).click()
      await page.locator(`${list} .row`).first().waitFor()
      await page.evaluate(() => globalThis.probe.rest())
      const frames = await framesOf(
        session,
        Array.from({ length: times(300, 100) }, () => ({ scroll: { list, css: CSS_ROWS } })),
      )
      Object.assign(figures, spread(`${name} frame`, frames))
    }
    await page.locator('#left-tab-events').click()
    const last = await lastRow(session)
    return { ...figures, lastIsWrong: Number(!last.isExact), ...(await reachOfNetwork(session)) }
  }),
)

/** Whether the list of activities, which is as long as there are activities, has its last row at its end. */
async function reachOfNetwork({ page }) {
  await page.locator('#left-tab-network').click()
  await page.locator('.network .virtual-list .row').first().waitFor()
  const { rows, reached } = await page.evaluate(() => globalThis.probe.reach('.network .virtual-list'))
  return { rows, reached, unreached: rows - reached }
}

export const report = rows =>
  rows
    .map(({ variant: { events }, figures }) => {
      const ms = name => (figures[name] === undefined ? '–' : `${fixed(figures[name].median, 0)} ms`)
      const searches = Object.entries(SEARCHES).map(([name, { what }]) => [
        what,
        ms(`${name} first p95`),
        ms(`${name} cold`),
        ms(`${name} end p95`),
        ms(`${name} end cold`),
        ms(`${name} blocked`),
      ])
      const lists = Object.keys(LISTS).map(name => [
        name,
        ...['p50', 'p95', 'max'].map(part => `${fixed(figures[`${name} frame ${part}`].median)} ms`),
      ])
      const end = `The last of all events is ${figures.lastIsWrong.max === 0 ? '' : '**not** '}the last row of the events; of ${figures.rows.median} activities ${figures.reached.median} are reached.`
      return `### ${sizeName(events)} events\n\n${table(['search', 'first rows p95', 'asked first', 'end p95', 'asked first', 'blocked'], searches)}\n\n${table(['list', 'frame p50', 'frame p95', 'frame max'], lists)}\n\n${end}`
    })
    .join('\n\n')
