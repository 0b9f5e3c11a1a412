// The generated traces that the suites ask: one file a size, made once and kept where BENCH_CACHE says, otherwise for the run.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle, bundleFile } from './bundles.mjs'
import { drawPlaces } from './questions.mjs'

/** 50 million only when asked for: BENCH_50M=1. */
export const SIZES = process.env.BENCH_50M ? [1e6, 1e7, 5e7] : [1e6, 1e7]
export const sizeName = events => `${events / 1e6} M`
/** Everything above the smallest size is left out of quick runs. */
export const isQuick = ({ events }) => events === SIZES[0]

/** Where things that belong to one trace are kept: their names carry the version of the generator and of what else has made them. */
export function cached(events, ending, ...madeBy) {
  const version = createHash('sha256')
  for (const file of [bundleFile('generator'), ...madeBy]) version.update(readFileSync(file))
  return join(process.env.BENCH_CACHE ?? process.env.BENCH_WORK, `trace-${events}-${version.digest('hex').slice(0, 10)}.${ending}`)
}

export const traceFile = events => cached(events, 'hscope')
export const describedTrace = events => JSON.parse(readFileSync(cached(events, 'json'), 'utf8'))
/** Places for the questions, drawn in another process than the one that asks, so that the first ask finds no index. */
export const placesOf = events => JSON.parse(readFileSync(placesFile(events), 'utf8'))
const placesFile = events => cached(events, 'places.json', bundleFile('store'), fileURLToPath(new URL('questions.mjs', import.meta.url)))

/** Makes the files of the sizes that these variants ask. */
export async function prepareTraces(variants) {
  const { GeneratedTrace } = await import(pathToFileURL(await bundle('generator')).href)
  await bundle('store')
  for (const events of new Set(variants.map(variant => variant.events))) await makeTrace(GeneratedTrace, events)
}

/** Also draws the places that the questions are asked about. */
export async function prepareQuestions(variants) {
  await prepareTraces(variants)
  const { createEngine, readTraceFile } = await import(pathToFileURL(bundleFile('store')).href)
  for (const events of new Set(variants.map(variant => variant.events))) {
    if (existsSync(placesFile(events))) continue
    const { stores } = await readTraceFile(traceFile(events))
    writeFileSync(placesFile(events), JSON.stringify(await drawPlaces(createEngine(stores), describedTrace(events))))
  }
}

async function makeTrace(GeneratedTrace, events) {
  const file = traceFile(events)
  if (existsSync(file)) return
  process.stderr.write(`\rmaking ${basename(file)}`.padEnd(110))
  const trace = new GeneratedTrace({ events })
  const out = openSync(`${file}.tmp`, 'w')
  for (const chunk of trace.chunks()) writeSync(out, chunk)
  closeSync(out)
  writeFileSync(cached(events, 'json'), JSON.stringify(trace.describe()))
  renameSync(`${file}.tmp`, file)
}

/** The bytes of each chunk of a trace file, as views. */
export function chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks = []
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at + 8, true)
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}
