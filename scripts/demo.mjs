#!/usr/bin/env node
// The shop, recorded: `npm run demo` stays until Ctrl+C, `npm run demo -- --once` sends a customer through it and shows what was recorded.
import { mkdirSync, rmSync } from 'node:fs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureInstall } from './lib/ensure-install.mjs'
import { Failure, runScript } from './lib/failure.mjs'
import { prepareChromium } from './lib/prepare-chromium.mjs'
import { requireNode } from './lib/require-node.mjs'
import { fromRoot } from './lib/root.mjs'

const OUT = fromRoot('.demo')
const DATA_DIR = fromRoot('.demo', 'data')

const USAGE = `npm run demo              the shop, recorded; stays until Ctrl+C
npm run demo -- --once    sends a customer through it, prints what was recorded, and ends`

await runScript(async () => {
  const [flag, ...rest] = process.argv.slice(2)
  if (flag === '--help') {
    console.log(USAGE)
    return 0
  }
  if (rest.length > 0 || (flag !== undefined && flag !== '--once')) throw new Failure(`Unknown argument ${rest[0] ?? flag}.\n${USAGE}`)
  requireNode()
  await ensureInstall()
  const chromium = flag === '--once' ? await prepareChromium() : undefined
  await ensureBuild()
  return chromium === undefined ? stay() : once(chromium)
})

async function stay() {
  const { startShop } = await import('./lib/playground-apps.mjs')
  const stopped = new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve())
  })
  console.log('• Starting the shop …')
  const shop = await startShop({
    dataDir: DATA_DIR,
    pagePort: 5173,
    apiPort: 8787,
    onLine: line => /error|warn/i.test(line) && console.log(`  ${line}`),
  })
  console.log(`
  Shop         ${shop.appUrl}
  Hindscope    ${shop.uiUrl}

Use the shop (type “mug” quickly, apply the coupon BIRTHDAY15), then look at it in Hindscope. Ctrl+C stops both.`)
  const lastWords = await Promise.race([stopped, shop.ended])
  await shop.close()
  if (lastWords !== undefined) throw new Failure(lastWords)
  console.log(`\nStopped. What was recorded is in ${DATA_DIR}.`)
  return 0
}

async function once(chromium) {
  const { recordVisit } = await import('./lib/record-visit.mjs')
  const { stopProgramsOnSignal } = await import('./lib/child-program.mjs')
  stopProgramsOnSignal()
  rmSync(OUT, { recursive: true, force: true })
  mkdirSync(DATA_DIR, { recursive: true })
  const { summary, complaints } = await recordVisit({ chromium, outDir: OUT, dataDir: DATA_DIR })
  for (const complaint of complaints) console.error(`✗ ${complaint}`)
  console.log(JSON.stringify(summary))
  return complaints.length === 0 ? 0 : 1
}
