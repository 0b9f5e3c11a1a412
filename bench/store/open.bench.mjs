// Opening a trace file: until the first question is answered, and what then stays in memory. `file`: chunks as they were recorded, or as
// an exported file has them.
import { existsSync, renameSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { bundleFile } from './bundles.mjs'
import { askAll, ms, oursFor } from './questions.mjs'
import { SIZES, cached, describedTrace, isQuick, placesOf, prepareQuestions, sizeName, traceFile } from './traces.mjs'

export { isQuick }
export const title = 'Opening a trace file'
export const notes =
  '`opened`: from reading the file to the answer of the first question, 100 events in the middle. Memory: heap and array buffers after collection, less what the process had before, by event; `asked`: once every question has been asked a few times and all indexes are there. `exported` files are written by the Node that runs the benchmarks. `touch`: how long the same process takes to write one byte into each page of as much fresh memory as the session holds then: what no reader can go below.'
export const rounds = 3
export const quickRounds = 1
export const caseMs = 600_000
export const nodeFlags = ['--expose-gc']
const FILES = ['recorded', 'exported']
export const variants = SIZES.flatMap(events => ['node20', 'node24'].flatMap(engine => FILES.map(file => ({ engine, events, file }))))

const loadStore = () => import(pathToFileURL(bundleFile('store')).href)
const fileOf = ({ events, file }) =>
  file === 'recorded' ? traceFile(events) : cached(events, `exported-${process.env.BENCH_EXPORTED_BY}.hscope`, bundleFile('store'))

export async function prepare(asked) {
  await prepareQuestions(asked)
  process.env.BENCH_EXPORTED_BY = `node${process.versions.node.split('.')[0]}`
  const { exportTrace, readTraceFile } = await loadStore()
  for (const variant of asked.filter(({ file }) => file === 'exported')) {
    const file = fileOf(variant)
    if (existsSync(file)) continue
    const { stores } = await readTraceFile(traceFile(variant.events))
    await exportTrace(stores[0], `${file}.draft`)
    renameSync(`${file}.draft`, file)
  }
}

async function held() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const PAGE = 4096

/** Milliseconds to touch so many bytes of memory that the process did not have before. */
function touchFresh(bytes) {
  const started = performance.now()
  const memory = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += PAGE) memory[at] = 1
  return performance.now() - started
}

await whenCase(import.meta, async variant => {
  const { createEngine, readTraceFile } = await loadStore()
  const { events } = variant
  const file = fileOf(variant)
  const described = describedTrace(events)
  const before = await held()
  const started = performance.now()
  let opened = await readTraceFile(file)
  const { stores } = opened
  const read = performance.now() - started
  const engine = createEngine(stores)
  const { session, fromUs, toUs } = described
  const { rows } = await engine.events({ session, fromUs: (fromUs + toUs) / 2, limit: 100 })
  const answered = performance.now() - started
  if (rows.length !== 100 || opened.damage.length > 0) throw new Error('the file was not read whole')
  opened = undefined
  const openBytes = ((await held()) - before) / events
  const touch = touchFresh(openBytes * events)
  await askAll(oursFor(engine, described), placesOf(events), 4)
  const askedBytes = ((await held()) - before) / events
  return { read, answered, touch, openBytes, askedBytes, fileBytes: statSync(file).size / events, stores: stores.length }
})

export function report(rows) {
  const lines = rows.map(({ variant: { engine, events, file }, figures }) => {
    const [answered, openBytes, askedBytes, fileBytes] = ['answered', 'openBytes', 'askedBytes', 'fileBytes'].map(name => figures[name].median)
    const touch = figures.touch?.median
    return [
      sizeName(events),
      engine,
      file,
      `${ms(answered)} ms`,
      touch === undefined ? '' : `${ms(touch)} ms`,
      fixed(fileBytes),
      fixed(openBytes, 1),
      fixed(askedBytes, 1),
    ]
  })
  return table(['events', 'engine', 'file', 'opened', 'touch', 'bytes an event in the file', 'in memory', 'asked'], lines)
}
