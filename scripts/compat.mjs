#!/usr/bin/env node
/**
 * `npm run compat [-- --full] [program …]`: runs the programs of tests/compat plain and instrumented, prints the table and writes
 * docs/transparency/compat.json:
 *
 *   { date: 'YYYY-MM-DD', node: 'v20.0.0', size: 'quick' | 'full', programs: [{ program, version, level: 'values' | 'statements',
 *     files, functions, probes, events, checks, equal: boolean }] }
 *
 * files, functions, probes: what was instrumented; events: what was recorded; checks: lines compared. Ends with 1 when anything differs.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureInstall } from './lib/ensure-install.mjs'
import { runScript } from './lib/failure.mjs'
import { prepareChromium } from './lib/prepare-chromium.mjs'
import { fromRoot } from './lib/root.mjs'

await runScript(async () => {
  await ensureInstall()
  await ensureBuild()
  const { BROWSER_PROGRAMS, PROGRAMS } = await import('../tests/compat/programs.mjs')
  const { summarize, summarizeInBrowser } = await import('../tests/compat/harness/summary.mjs')
  const isFull = process.argv.includes('--full')
  const asked = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
  const rows = []
  console.log(line(['program', 'version', 'level', 'files', 'functions', 'probes', 'events', 'checks', 'equal']))
  const show = summary => {
    for (const { differences, recorderErrors, ...row } of summary) {
      rows.push(row)
      console.log(line([...Object.values(row).slice(0, -1), row.equal ? 'yes' : 'NO']))
      for (const difference of differences) console.log(difference)
      for (const [code, count] of Object.entries(recorderErrors)) console.log(`  recorder: ${code} ${count}`)
    }
  }
  for (const name of asked.length > 0 ? asked : Object.keys(PROGRAMS)) show(await summarize(name, { isFull }))
  if (asked.length === 0) {
    const executablePath = await prepareChromium()
    const { chromium } = await import('playwright-core')
    const { CHROMIUM_ARGS } = await import('../packages/testkit/src/chromium.mjs')
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS })
    for (const name of Object.keys(BROWSER_PROGRAMS)) show(await summarizeInBrowser(browser, name))
    await browser.close()
  }
  const equal = rows.filter(row => row.equal).length
  console.log(`${equal} of ${rows.length} runs equal`)
  if (asked.length === 0) {
    const report = { date: new Date().toISOString().slice(0, 10), node: process.version, size: isFull ? 'full' : 'quick', programs: rows }
    mkdirSync(fromRoot('docs', 'transparency'), { recursive: true })
    writeFileSync(fromRoot('docs', 'transparency', 'compat.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  }
  return equal === rows.length ? 0 : 1
})

function line(cells) {
  const widths = [16, 10, 11, 6, 10, 8, 10, 7, 5]
  return cells.map((cell, index) => (index < 3 ? String(cell).padEnd(widths[index]) : String(cell).padStart(widths[index]))).join(' ')
}
