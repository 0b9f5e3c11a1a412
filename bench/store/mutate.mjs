// 100,000 damaged trace files (MUTATIONS=… for another number, SEED=… for others): each opens without an error, what was not touched is
// there, the damage is listed. Prints one JSON line; ends with 1 when anything is wrong.
//
//   node bench/store/mutate.mjs
import { writeFileSync } from 'node:fs'
import { loadTypescript } from './load-typescript.mjs'

const ROUNDS = Number(process.env.MUTATIONS ?? 100_000)
const SEED = Number(process.env.SEED ?? 1)
/** No file here takes a thousandth of this to read: what does hangs, or nearly. */
const SLOW_MS = 2000

const { drawFrom, mutate, mutationSources, problemOf } = await loadTypescript('packages/store/test/segment/mutated-files.ts')
const draw = drawFrom(SEED)
const sources = mutationSources()
const problems = []
let slowestMs = 0
const startedMs = performance.now()
for (let round = 0; round < ROUNDS; round++) {
  const source = sources[round % sources.length]
  const beganMs = performance.now()
  const problem = tell(() => problemOf(mutate(source.bytes, draw), source))
  const ms = performance.now() - beganMs
  slowestMs = Math.max(slowestMs, ms)
  if (problem !== undefined || ms > SLOW_MS) problems.push({ round, problem: problem ?? `it took ${Math.round(ms)} ms` })
}
const result = {
  files: ROUNDS,
  seed: SEED,
  problems: problems.length,
  slowestMs: Math.round(slowestMs),
  seconds: Math.round((performance.now() - startedMs) / 1000),
}
console.log(JSON.stringify({ ...result, first: problems.slice(0, 5) }))
if (process.env.RESULT_FILE) writeFileSync(process.env.RESULT_FILE, `${JSON.stringify(result)}\n`)
process.exitCode = problems.length === 0 ? 0 : 1

function tell(work) {
  try {
    return work()
  } catch (error) {
    return String(error?.stack ?? error)
  }
}
