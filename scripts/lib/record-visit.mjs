/** `npm run demo -- --once`: the visit in Chromium, and everything that is then said about it. All figures are the collector's answers. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { chromium as playwright } from 'playwright-core'
import { CHROMIUM_ARGS } from '../../packages/testkit/src/chromium.mjs'
import { exportTrace } from './export-trace.mjs'
import { startShop, uiUrl } from './playground-apps.mjs'
import { step } from './step.mjs'
import { createTraceClient, waitUntilQuiet } from './trace-client.mjs'
import { formatChains, readChains } from './trace-tree.mjs'
import { judge } from './verdict.mjs'
import { visitShop } from './visit.mjs'

export async function recordVisit({ chromium, outDir, dataDir }) {
  const shop = await step('Starting the shop, recorded', async () => startShop({ dataDir }))
  console.log(`  Shop       ${shop.appUrl}\n  Hindscope  ${shop.uiUrl}`)
  let browser
  try {
    browser = await playwright.launch({ executablePath: chromium, args: [...CHROMIUM_ARGS] })
    await step('A customer visits', () => visitInBrowser(browser, shop.appUrl))
    const client = createTraceClient(shop.collector)
    const session = await waitUntilQuiet(client)
    const chains = await readChains(client, session)
    const problems = await client.problems()
    printTrace(chains, session, problems)
    const screenshot = join(outDir, 'hindscope.png')
    await step('A screenshot of the UI', () => screenshotUi(browser, client, shop.collector, problems, screenshot))
    const traceFile = join(outDir, 'shop.hscope')
    await step('The trace as one file', async () => {
      await exportTrace(session.session, dataDir, traceFile)
      return `${Math.ceil(statSync(traceFile).size / 1024)} kB`
    })
    console.log(`\n  trace       ${traceFile}\n  screenshot  ${screenshot}\n`)
    return { summary: summarize(session, traceFile, screenshot), complaints: judge(session, chains) }
  } finally {
    await browser?.close()
    await shop.close()
  }
}

async function visitInBrowser(browser, appUrl) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const saw = await visitShop(page, appUrl, { onStep: line => console.log(`  ${line}`) })
  console.log(`  … and saw “${saw.heading}”, ${saw.quantity} mugs after three clicks, and “${saw.couponAnswer}”`)
  await page.close({ runBeforeUnload: false })
}

function printTrace(chains, session, problems) {
  console.log('\nWhat happened, as recorded:\n')
  for (const line of formatChains(chains, session)) console.log(`  ${line}`)
  console.log('\nProblems found in it:\n')
  for (const { rule, title, evidence, count } of problems) console.log(`  ${rule}${count > 1 ? ` ×${count}` : ''}: ${title}\n      ${evidence}`)
  console.log('')
}

/** Opens the UI at the first problem that has a place in the source. */
async function screenshotUi(browser, client, collector, problems, path) {
  const place = await firstInSource(client, problems)
  const hash = `v=1&s=${collector.session}${place === undefined ? '' : `&m=${place.track}.${place.seq}`}`
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(uiUrl(collector, hash), { waitUntil: 'networkidle' })
  await page.waitForTimeout(1500)
  await page.screenshot({ path })
  await page.close()
}

async function firstInSource(client, problems) {
  for (const { ref } of problems) {
    if (ref !== undefined && (await client.event({ ref })).row.location !== undefined) return ref
  }
  return undefined
}

const summarize = (session, traceFile, screenshot) => ({
  events: session.events,
  calls: session.calls,
  functions: session.functions,
  realms: session.tracks.filter(track => track.calls > 0).length,
  errors: session.errors,
  dropped: session.dropped,
  traceFile,
  screenshot,
})
