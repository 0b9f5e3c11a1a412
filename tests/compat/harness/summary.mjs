/** One program at both levels against its plain run, as rows of the table. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LEVELS } from '../programs.mjs'
import { differences, runProgram } from './compare.mjs'
import { bundleProgram, bundleRecorder, runInPage } from './in-browser.mjs'

const require = createRequire(import.meta.url)
/** Programs whose name is not the package's. */
const PACKAGES = {
  'preact-server': 'preact',
  'react-server': 'react-dom',
  'redux-toolkit': '@reduxjs/toolkit',
  'svelte-server': 'svelte',
  'vue-server': 'vue',
}

export const summarize = (name, options) => rowsOf(name, PACKAGES[name] ?? name, level => runProgram(name, level, options))

/** The same of a program of browser/, in a browser that is open. */
export async function summarizeInBrowser(browser, name) {
  const [code, recorder] = [await bundleProgram(name), await bundleRecorder()]
  return rowsOf(`${name}-client`, name === 'react' ? 'react-dom' : name, level => runInPage(browser, { name, code, recorder, level }))
}

async function rowsOf(program, packageName, runAt) {
  const plain = await runAt('plain')
  const rows = []
  for (const level of LEVELS) {
    const run = await runAt(level)
    rows.push({
      program,
      version: versionOf(packageName),
      level,
      files: run.files,
      functions: run.functions,
      probes: run.probes,
      events: run.stats.events,
      checks: plain.lines.length + plain.exports.length,
      equal: differences(plain, run).length === 0,
      differences: differences(plain, run),
      recorderErrors: run.stats.errors,
    })
  }
  return rows
}

function versionOf(packageName) {
  for (const folder of require.resolve.paths(packageName) ?? []) {
    try {
      return JSON.parse(readFileSync(join(folder, packageName, 'package.json'), 'utf8')).version
    } catch {
      continue // Not in this folder; the last one is the file system's root.
    }
  }
  return `unknown (${dirname(packageName)})`
}
