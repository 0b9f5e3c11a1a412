// P10: the page beside a collector that takes in 50,000 events a second: how busy its main thread is, whether the moment stays, and what
// is still sent when the page is closed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { bundle, bundleFile } from '../store/bundles.mjs'
import { caseMs, pageFolder, preparePage, times, withPage } from './page.mjs'

export { caseMs }
export const title = 'The UI: a live session'
export const notes =
  '50,000 events a second of a generated trace come in. `busy`: CPU time of the main thread; `follow`: with the moment at the live end.'
export const rounds = 1
export const variants = [
  { engine: 'chromium', follow: false },
  { engine: 'chromium', follow: true },
]
export async function prepare() {
  await preparePage()
  await bundle('generator')
}

const PER_SECOND = 50_000
/** Recorders hand over what they have ten times a second. */
const FLUSH_MS = 100
const EVENTS_TYPE = 1
/** The generator's. */
const SESSION = '6e7a'.repeat(8)

/** Sends what the clock owes until it is stopped. A trace has gaps of its own; only how many events come is of the clock. */
async function startRecorder(collector, trace) {
  const chunks = trace.chunks()
  const url = `${collector.url}/ingest-beacon?token=${collector.token}`
  const startedMs = performance.now()
  let events = 0
  let isStopped = false
  async function send() {
    const due = []
    while (events <= ((performance.now() - startedMs) / 1000) * PER_SECOND) {
      const { value, done } = chunks.next()
      if (done) throw new Error('the generated trace is over')
      due.push(value)
      const view = new DataView(value.buffer, value.byteOffset, value.length)
      if (view.getUint16(6, true) === EVENTS_TYPE) events += view.getUint32(28, true)
    }
    if (due.length === 0) return
    const answer = await fetch(url, { method: 'POST', body: Buffer.concat(due) })
    if (!answer.ok) throw new Error(`the collector refused: ${await answer.text()}`)
  }
  const running = (async () => {
    while (!isStopped) {
      await send()
      await new Promise(resolve => setTimeout(resolve, FLUSH_MS))
    }
  })()
  return {
    sent: () => events,
    async stop() {
      isStopped = true
      await running
    },
  }
}

async function watched({ page, cdp }, seconds, follow) {
  await page.getByText('connected', { exact: true }).waitFor()
  const text = testId => page.getByTestId(testId).textContent()
  const shownEvents = async () => Number((await text('status-events')).replaceAll(/\D/g, ''))
  await page.waitForTimeout(2000)
  if (follow) await page.getByTestId('live-toggle').click()
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busyMs = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000
  }
  const [moment, events, busy, startedMs] = [await text('moment'), await shownEvents(), await busyMs(), performance.now()]
  const blockedFrom = await page.evaluate(() => performance.now())
  await page.waitForTimeout(seconds * 1000)
  const tookMs = performance.now() - startedMs
  return {
    busyShare: ((await busyMs()) - busy) / tookMs,
    blockedMs: await page.evaluate(fromMs => globalThis.probe.longestSince(fromMs), blockedFrom),
    moved: Number((await text('moment')) !== moment),
    shownPerSecond: ((await shownEvents()) - events) / (tookMs / 1000),
  }
}

await whenCase(import.meta, async ({ follow }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-bench-'))
  const { GeneratedTrace } = await import(pathToFileURL(bundleFile('generator')).href)
  const trace = new GeneratedTrace({ events: 5e6 })
  const { startCollector } = await import('@hindscope/collector')
  const collector = await startCollector({ dataDir, port: 0, session: SESSION, uiDir: pageFolder() })
  const recorder = await startRecorder(collector, trace)
  try {
    const found = await withPage(page => watched(page, times(60, 8), follow), `${collector.url}/?token=${collector.token}`)
    const [sent, events] = [collector.liveStats.sent, recorder.sent()]
    await new Promise(resolve => setTimeout(resolve, times(5000, 1000)))
    const { viewers } = collector.liveStats
    return { ...found, viewers, sentWhenClosed: collector.liveStats.sent - sent, eventsWhenClosed: recorder.sent() - events }
  } finally {
    await recorder.stop()
    await collector.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})

export const report = rows =>
  table(
    ['', 'busy', 'blocked', 'moment moved', 'events/s shown', 'sent when closed'],
    rows.map(({ variant: { follow }, figures }) => [
      follow ? 'follow' : 'no follow',
      `${fixed(figures.busyShare.median * 100, 1)} %`,
      `${fixed(figures.blockedMs.max, 0)} ms`,
      figures.moved.max === 1 ? 'yes' : 'no',
      fixed(figures.shownPerSecond.median, 0),
      figures.sentWhenClosed.max,
    ]),
  )
