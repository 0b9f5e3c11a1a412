/** ES modules of the subjects, in Node's loader thread; CommonJS text goes through register.mjs. */
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrumentFile, isSubject } from './instrument-file.mjs'

const STDERR = 2
let start

export function initialize(given) {
  start = given
}

export async function load(url, context, next) {
  const loaded = await next(url, context)
  const path = url.startsWith('file:') ? fileURLToPath(url) : ''
  if (loaded.format !== 'module' || !isSubject(path)) return loaded
  const problems = []
  const code = typeof loaded.source === 'string' ? loaded.source : new TextDecoder('utf-8', { ignoreBOM: true }).decode(loaded.source)
  const { level, counters, hookUrl } = start
  const source = instrumentFile(code, { path, sourceType: 'module', level, hookModule: hookUrl, counters, problems })
  for (const problem of problems) writeSync(STDERR, `${problem}\n`)
  return { ...loaded, source }
}
