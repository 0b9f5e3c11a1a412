/** Results that docs/transparency.md is made of: one JSON file for each check that takes too long for every test run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fromRoot } from './root.mjs'

export const RESULTS_FOLDER = fromRoot('docs', 'transparency')

/** Keeps what a check found, with what it ran on, and makes the page anew. */
export async function keepResult(name, figures) {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const ran = { date: new Date().toISOString().slice(0, 10), node: process.version, v8: process.versions.v8 }
  writeFileSync(`${RESULTS_FOLDER}/${name}.json`, `${JSON.stringify({ ...ran, ...figures }, null, 2)}\n`)
  const { writePage } = await import('../transparency.mjs')
  writePage()
}
