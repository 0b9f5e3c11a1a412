// A recorded program that never stops, without a collector that takes anything: memory, spool and tables at their caps, for SOAK_SECONDS
// (5 unless told otherwise). Prints one JSON line: memory after a garbage collection, at the end of each twentieth of the time, in MB.
//
//   node --expose-gc bench/soak/soak.mjs
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const SECONDS = Number(process.env.SOAK_SECONDS ?? 5)
const SAMPLES = 20
const MAX_BUFFERED_BYTES = 4 << 20
const MAX_SPOOL_BYTES = 8 << 20

// Everything that keeps something in the recorder: values, new strings, errors, calls that never come back, generators left alone, timers.
const SOURCE = `
export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
class Cart { items = []; add(item) { this.items.push(item); if (this.items.length > 20) this.items.shift(); return this } }
const cart = new Cart()
function price(item) { return item.amount * 1.19 }
function fails(round) { throw new RangeError('round ' + round) }
function* walk(round) { for (let i = 0; ; i++) yield round + i }
async function request(round) { await null; const item = { id: 'item ' + round, amount: round % 97, tags: ['a', 'b' + (round % 1000)] }; cart.add(item); return price(item) }
async function never(round) { await new Promise(() => {}); return round }
export async function work(round) {
  const sum = await request(round)
  try { fails(round) } catch (error) { if (!(error instanceof RangeError)) throw error }
  const walker = walk(round); walker.next(); walker.next()
  void never(round)
  return sum
}
`

const folder = mkdtempSync(join(tmpdir(), 'hindscope-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
mkdirSync(join(folder, '.hindscope'))
// A port that nobody listens at, of a process that lives.
const address = { url: 'ws://127.0.0.1:9', token: 't', session: '5a'.repeat(16), pid: process.pid }
writeFileSync(join(folder, '.hindscope', 'collector.json'), JSON.stringify(address))
process.env.HINDSCOPE_DIR = join(folder, '.hindscope')

const require = createRequire(new URL('../../packages/plugin/package.json', import.meta.url))
const resolve = name => pathToFileURL(require.resolve(name)).href
const { instrument } = await import(resolve('@hindscope/instrument'))
const { start } = await import(new URL('../../packages/runtime/dist/start.mjs', import.meta.url))
const hookModule = new URL('../../packages/runtime/dist/hook.mjs', import.meta.url).href
const { code } = instrument(SOURCE, { id: 'soak.mjs', plan: { level: 'values' }, hook: 'import', hookModule })
writeFileSync(join(folder, 'soak.mjs'), code)
const recorder = start({ config: { maxBufferedBytes: MAX_BUFFERED_BYTES, maxSpoolBytes: MAX_SPOOL_BYTES } })
const { work, sleep } = await import(pathToFileURL(join(folder, 'soak.mjs')).href)

const mb = bytes => Math.round((bytes / 1048576) * 100) / 100
const spoolBytes = () => {
  const spool = join(process.env.HINDSCOPE_DIR, 'spool')
  return readdirSync(spool).reduce((sum, name) => sum + statSync(join(spool, name)).size, 0)
}
const samples = []
let round = 0
for (let sample = 1; sample <= SAMPLES; sample++) {
  const end = performance.now() + (SECONDS * 1000) / SAMPLES
  while (performance.now() < end) {
    for (let i = 0; i < 20; i++) await work(round++)
    await sleep(1)
  }
  globalThis.gc?.()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  samples.push({ rss: mb(rss), heap: mb(heapUsed), arrayBuffers: mb(arrayBuffers), spool: mb(spoolBytes()) })
}
const { events, calls, dropped, errors } = recorder.stats()
// The first half fills everything up to its cap.
const half = (from, to, key) => Math.max(...samples.slice(from, to).map(each => each[key]))
const growth = Object.fromEntries(
  ['rss', 'heap', 'arrayBuffers', 'spool'].map(key => [
    key,
    mb((half(SAMPLES * 0.75, SAMPLES, key) - half(SAMPLES * 0.5, SAMPLES * 0.75, key)) * 1048576),
  ]),
)
console.log(JSON.stringify({ seconds: SECONDS, node: process.version, rounds: round, events, calls, dropped, errors, growth, samples }))
process.exit()
