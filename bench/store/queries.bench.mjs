// What people ask while they look at a trace, in this process: percentiles over places all over a generated trace.
import { pathToFileURL } from 'node:url'
import { table, whenCase } from '../lib/case.mjs'
import { bundleFile } from './bundles.mjs'
import { askAll, ms, oursFor, questionRows } from './questions.mjs'
import { SIZES, describedTrace, isQuick, placesOf, prepareQuestions, sizeName, traceFile } from './traces.mjs'

export { isQuick, prepareQuestions as prepare }
export const title = 'Questions to the store'
export const notes =
  'Generated trace (testkit/trace-generator). Milliseconds to the whole answer, rows described; each question up to 200 times at random places, fewer where 40 s did not suffice. `first`: the first ask, which makes the index that the others use.'
export const rounds = 3
export const quickRounds = 1
export const caseMs = 900_000
export const variants = SIZES.flatMap(events => ['node20', 'node24'].map(engine => ({ engine, events })))

await whenCase(import.meta, async ({ events }) => {
  const { createEngine, readTraceFile } = await import(pathToFileURL(bundleFile('store')).href)
  const { stores, damage } = await readTraceFile(traceFile(events))
  if (damage.length > 0) throw new Error(`damaged: ${JSON.stringify(damage[0])}`)
  const engine = createEngine(stores)
  const { figures } = await askAll(oursFor(engine, describedTrace(events)), placesOf(events))
  return figures
})

export const report = rows =>
  rows
    .map(({ variant: { engine, events }, figures }) => {
      const lines = questionRows(figures).map(({ what, first, p50, p95, max, asks }) => [what, ms(p50), ms(p95), ms(max), ms(first), asks])
      return `### ${sizeName(events)} events, ${engine}\n\n${table(['question', 'p50', 'p95', 'max', 'first', 'asks'], lines)}`
    })
    .join('\n\n')
