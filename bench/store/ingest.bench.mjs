// Events per second into the store, the way that a collector takes: a chunk is decoded, made durable, then indexed; sixteen are on their
// way at a time. `append + seal`: the session also seals the segments that are full.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fixed, table, whenCase } from '../lib/case.mjs'
import { bundleFile } from './bundles.mjs'
import { codecName, floorOf } from './columns.mjs'
import { SIZES, chunksOf, describedTrace, isQuick, prepareTraces, sizeName, traceFile } from './traces.mjs'

export { isQuick, prepareTraces as prepare }
export const title = 'Into the store: generated traffic'
export const notes =
  'Values at 10 % of the events. `append`: decoded, written and synced to disk, then indexed, sixteen chunks at a time. `append + seal`: in segments small enough that about eight fill up, which the session seals beside; until the last of them is sealed. `index` and `store`: the first without the disk, the second without the index. `one core`: events by CPU second of all threads, or by second where that is less. Bytes an event with definitions (functions, sources), all of the trace sealed; `floor`: raw columns of the records, values and texts, compressed by the same algorithm, measured in the same process.'
export const rounds = 3
export const quickRounds = 1
export const caseMs = 600_000
const PATHS = ['append', 'append + seal', 'index', 'store']
export const variants = SIZES.filter(events => events <= 1e7).flatMap(events =>
  ['node20', 'node24'].flatMap(engine => PATHS.map(path => ({ engine, events, path }))),
)

const IN_FLIGHT = 16
const SEGMENT_BYTES = 64 * 1024 * 1024
const SEGMENTS = 8

await whenCase(import.meta, async ({ events, path }) => {
  const { TraceStore, decodeChunk, openSession, sealChunks } = await import(pathToFileURL(bundleFile('store')).href)
  const bytes = readFileSync(traceFile(events))
  const chunks = chunksOf(bytes)
  const { session } = describedTrace(events)
  const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-bench-'))
  const options = {
    segmentBytes: path === 'append + seal' ? Math.min(SEGMENT_BYTES, Math.ceil(bytes.length / SEGMENTS)) : Infinity,
    failed: error => {
      throw error
    },
  }
  const folder = join(dataDir, 'sessions', session)
  const { store, writer, sealer } = path === 'index' ? { store: new TraceStore(session) } : await openSession(folder, options)
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  const waiting = new Set()
  for (const chunkBytes of chunks) {
    const chunk = decodeChunk(chunkBytes)
    if (path === 'index') {
      store.addChunk(chunk)
      continue
    }
    const done = writer
      .append(chunkBytes)
      .then(() => {
        if (path !== 'store') store.addChunk(chunk)
      })
      .finally(() => waiting.delete(done))
    waiting.add(done)
    while (waiting.size >= IN_FLIGHT) await Promise.race(waiting)
  }
  await Promise.all(waiting)
  await sealer?.idle()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  if (path !== 'store') {
    const rows = store.tracks.reduce((sum, track) => sum + track.rows.length, 0)
    if (rows !== events || store.damage.length > 0) throw new Error(`${rows} of ${events} events are there`)
  }
  if (path === 'append + seal' && sealer.stats.sealed === 0) throw new Error('no segment was sealed')
  await writer?.close()
  rmSync(dataDir, { recursive: true, force: true })
  const cpuSeconds = (user + system) / 1e6
  const figures = {
    eventsPerSecond: events / seconds,
    oneCorePerSecond: events / Math.max(seconds, cpuSeconds),
    cpuSeconds,
    rawBytes: bytes.length / events,
  }
  if (path !== 'append + seal') return figures
  const sealedBytes = [...sealChunks(chunks)].reduce((sum, piece) => sum + piece.length, 0)
  const floor = floorOf(chunks.map(chunkBytes => decodeChunk(chunkBytes)))
  return { ...figures, codec: codecName, sealedBytes: sealedBytes / events, floorBytes: floor / events }
})

export function report(rows) {
  const lines = rows.map(({ variant: { engine, events, path }, figures }) => {
    const number = (name, digits) => (figures[name] === undefined ? '–' : fixed(figures[name].median, digits))
    const sealed = figures.sealedBytes && `×${fixed(figures.sealedBytes.median / figures.floorBytes.median)}`
    const rates = ['eventsPerSecond', 'oneCorePerSecond'].map(name => `${fixed(figures[name].median / 1000, 0)} k`)
    const cells = [number('rawBytes', 2), number('sealedBytes', 2), number('floorBytes', 2), sealed ?? '–', figures.codec ?? '–']
    return [sizeName(events), engine, path, ...rates, number('cpuSeconds', 2), ...cells]
  })
  return table(['events', 'engine', 'path', 'events/s', 'one core', 'CPU s', 'bytes an event', 'sealed', 'floor', 'sealed ÷ floor', 'codec'], lines)
}
