/** What the pictures of the UI are of: two visits to the shop, the second one still connected, and the notes, for their store. */
import { join } from 'node:path'
import { startCollector } from '../../packages/collector/dist/index.mjs'
import { startNotes, startShop } from './playground-apps.mjs'
import { createTraceClient, waitUntilQuiet } from './trace-client.mjs'
import { visitNotes, visitShop } from './visit.mjs'

/** `keep`: takes what has to be closed afterwards, last first. */
export async function recordForShots(browser, dir, keep) {
  const shopDir = join(dir, 'shop')
  const over = await startShop({ dataDir: shopDir })
  let moment
  try {
    await visit(browser, over.appUrl, visitShop)
    moment = await momentOfRace(over.collector)
  } finally {
    await over.close()
  }
  const live = await startShop({ dataDir: shopDir })
  keep(() => live.close())
  await visit(browser, live.appUrl, visitShop, keep)
  const { collector } = live
  const [first, second] = [over.collector.session, collector.session]

  const notesDir = join(dir, 'notes')
  const notesCollector = await startCollector({ dataDir: notesDir, port: 0, name: 'notes' })
  keep(() => notesCollector.close())
  const { url, token, session } = notesCollector
  const notes = await startNotes({ dataDir: notesDir, collector: { url, token, session, pid: process.pid } })
  keep(() => notes.close())
  await visit(browser, notes.appUrl, visitNotes, keep)
  return {
    shop: { collector, session: first, moment, other: second },
    live: { collector, session: second, moment: await momentOfRace(collector), other: first },
    notes: { collector: notes.collector, session, moment: await momentOfChange(notes.collector) },
  }
}

/** With `keep` the page stays open, so that it stays connected. */
async function visit(browser, appUrl, use, keep) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await use(page, appUrl)
  if (keep) keep(() => page.close())
  else await page.close()
}

async function momentOfRace(collector) {
  const client = createTraceClient(collector)
  await waitUntilQuiet(client)
  const race = (await client.problems()).find(({ rule }) => rule === 'overlapping-writers')
  return `${race?.ref?.track ?? 0}.${race?.ref?.seq ?? 1}`
}

async function momentOfChange(collector) {
  const client = createTraceClient(collector)
  await waitUntilQuiet(client)
  const { rows } = await client.events({ kinds: ['stateChange'], limit: 1000 })
  const { ref } = rows.findLast(({ preview }) => preview.includes('pinned')) ?? rows.at(-1)
  return `${ref.track}.${ref.seq}`
}
