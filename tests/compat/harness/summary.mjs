/** One program at both levels against its plain run, as one row of the table. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LEVELS } from '../programs.mjs'
import { differences, runProgram } from './compare.mjs'

const require = createRequire(import.meta.url)
/** Programs whose name is not the package's. */
const PACKAGES = {
  'preact-server': 'preact',
  'react-server': 'react-dom',
  'redux-toolkit': '@reduxjs/toolkit',
  'svelte-server': 'svelte',
  'vue-server': 'vue',
}

export async function summarize(name, options) {
  const plain = await runProgram(name, 'plain', options)
  const rows = []
  for (const level of LEVELS) {
    const run = await runProgram(name, level, options)
    rows.push({
      program: name,
      version: versionOf(PACKAGES[name] ?? name),
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
