// P11: what the page loads before it shows a moment, and that the worker comes with the first file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { UI_SIZES, caseMs, openTrace, pageFolder, preparePageAndTraces, withPage } from './page.mjs'

export { caseMs }
export const title = 'The UI: what it loads'
export const notes = 'Programs after gzip: of the start page, then with a trace open and its source on screen, the worker by itself.'
export const rounds = 1
export const variants = [{ engine: 'chromium', events: UI_SIZES[0] }]
export const prepare = preparePageAndTraces

/** Kilobytes (1,024 bytes). */
const gzipKb = names => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(pageFolder(), name)), { level: 9 }).length, 0) / 1024
const isWorker = name => name.includes('trace-worker')

await whenCase(import.meta, ({ events }) =>
  withPage(async session => {
    const loaded = () =>
      session.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => new URL(name).pathname)
          .filter(name => name.endsWith('.js')),
      )
    await session.page.getByTestId('file-home').waitFor()
    const start = await loaded()
    const workers = []
    session.page.on('worker', worker => workers.push(new URL(worker.url()).pathname))
    await openTrace(session, events)
    await session.page.locator('.cm-line.at-moment').waitFor()
    const opened = [...new Set([...(await loaded()), ...start])].filter(name => !isWorker(name))
    return { startKb: gzipKb(start), openedKb: gzipKb(opened), workerKb: gzipKb(workers), workersAtStart: start.filter(isWorker).length }
  }),
)

export const report = rows =>
  table(
    ['start page', 'with a moment', 'worker', 'workers on the start page'],
    rows.map(({ figures }) => [
      ...['startKb', 'openedKb', 'workerKb'].map(name => `${fixed(figures[name].median, 1)} KB`),
      figures.workersAtStart.max,
    ]),
  )
