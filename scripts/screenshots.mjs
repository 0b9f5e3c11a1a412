#!/usr/bin/env node
// Every screen of the UI as a picture in docs/ui, of recordings that are made for it: `pnpm screenshots`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from './lib/ensure-build.mjs'
import { Failure, runScript } from './lib/failure.mjs'
import { prepareChromium } from './lib/prepare-chromium.mjs'
import { requireNode } from './lib/require-node.mjs'
import { fromRoot } from './lib/root.mjs'
import { step } from './lib/step.mjs'

const USAGE = `pnpm screenshots            every screen, both themes, three widths, into docs/ui
pnpm screenshots NAME …     only these screens`

await runScript(async () => {
  const names = process.argv.slice(2)
  if (names[0] === '--help') {
    console.log(USAGE)
    return 0
  }
  requireNode()
  const executablePath = await prepareChromium()
  await ensureBuild()
  const { chromium } = await import('playwright-core')
  const { CHROMIUM_ARGS } = await import('../packages/testkit/src/chromium.mjs')
  const { SCREENS, shootScreens } = await import('./lib/ui-shots.mjs')
  const { recordForShots } = await import('./lib/record-for-shots.mjs')
  const unknown = names.find(name => !SCREENS.some(screen => screen.name === name))
  if (unknown !== undefined) throw new Failure(`There is no screen ${unknown}; there are: ${SCREENS.map(({ name }) => name).join(', ')}.`)
  const dir = mkdtempSync(join(tmpdir(), 'hindscope-screenshots-'))
  const closers = []
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  try {
    const recordings = await step('Recording the apps', () => recordForShots(browser, dir, close => closers.push(close)))
    const outDir = fromRoot('docs', 'ui')
    await step('Pictures', () => shootScreens(browser, recordings, { outDir, only: name => names.length === 0 || names.includes(name) }))
  } finally {
    for (const close of closers.reverse()) await close()
    await browser.close()
    rmSync(dir, { recursive: true, force: true })
  }
  return 0
})
