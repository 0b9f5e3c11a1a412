// What does not show in the time of calls: sealing, allocations, the depth of the stack, and the memory that is held when nobody takes the
// chunks. Each a process of its own.
import v8 from 'node:v8'
import { pathToFileURL } from 'node:url'
import { createRecorder } from '@hindscope/runtime'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { profileInto } from './profile.mjs'
import { RECORDED, optionsFor, programFile } from './programs.mjs'
import { SHAPES } from './shapes.mjs'

export const title = 'Sealing, allocations, stack, memory'
export const notes = `Sealing: time of sealing and encoding chunks alone, per event, with calls only and with a new 5-key object each call. Allocations: growth of the heap per call, collection off, plain's subtracted.
Stack: frames of an optimised self-recursion before RangeError, ratio to plain, of a function of one line and of one with locals. Memory: what the realm holds more after recording four times its cap into a sink that keeps what the cap allows.`
export const rounds = 2
export const quickRounds = 1

const CASES = {
  'seal calls': ['calls'],
  'seal values': ['raw'],
  allocations: ['plain', 'off', 'calls'],
  stack: ['plain', 'off', 'calls', 'raw'],
  memory: ['plain', 'calls', 'raw'],
}
export const variants = ['node20', 'node24'].flatMap(engine =>
  Object.entries(CASES).flatMap(([what, levels]) => levels.map(level => ({ engine, what, level }))),
)
export const nodeFlags = ['--expose-gc']

const OBJECT = `const take = (value, i) => value.id + i
export const calls = 2000
export const main = () => { let sum = 0; for (let i = 0; i < 2000; i++) sum += take({ id: i, name: 'item', price: i * 2, open: true, note: null }, i); return sum }`
const DEPTH = `let deepest = 0
const small = (n, limit) => { deepest = n; return n === limit ? 0 : small(n + 1, limit) + 1 }
function large(node, limit, path) {
  const left = node.left + 1, right = node.right + limit, key = path + left, sum = left + right
  deepest = left
  if (left === limit) return sum
  const next = { left, right }
  const below = large(next, limit, path)
  return below + key.length + (sum & 1)
}
const start = () => ({ left: 0, right: 0 })
export const depths = () => [() => small(1, Infinity), () => large(start(), Infinity, '')].map(dive => { deepest = 0; try { dive() } catch {} return deepest })
export const warm = () => { let sum = 0; for (let i = 0; i < 3000; i++) sum += small(1, 20) + large(start(), 20, ''); return sum }
export const main = warm`
const SOURCES = { 'seal calls': SHAPES.method, 'seal values': OBJECT, allocations: SHAPES.method, stack: DEPTH, memory: OBJECT }
const fileOf = (what, level) => programFile(`limit-${what.replaceAll(' ', '-')}`, level, () => SOURCES[what])
export async function prepare() {
  for (const [what, levels] of Object.entries(CASES)) for (const level of ['plain', ...levels]) await fileOf(what, level)
}

/** What V8 gives a thread's stack by itself. */
const STACK_BYTES = 984 * 1024

const load = async (what, level) => import(pathToFileURL(await fileOf(what, level)).href)
/** Like a file: what was written is needed no more. */
const discard = {
  open({ recycle }) {
    this.recycle = recycle
  },
  accept(chunk) {
    this.recycle(chunk)
  },
}
const recording = (level, options) => {
  if (level === 'plain') return undefined
  const recorder = createRecorder({ sink: discard, level: RECORDED[level], flushMs: 60_000, ...optionsFor(level), ...options })
  if (!recorder.install(globalThis)) throw new Error('the recorder was refused')
  return recorder
}

const turn = () => new Promise(resolve => setTimeout(resolve, 0))
const profiling = () => (process.env.BENCH_CPU_PROFILE ? profileInto(process.env.BENCH_CPU_PROFILE) : async () => {})

const MEASURE = {
  /** The buffer is large enough for a batch, so that nothing seals before the clock is started. */
  async seal(what, level) {
    const recorder = recording(level, { ringEvents: 65_536 })
    const { main, calls } = await load(what, level)
    const runsPerBatch = Math.floor(30_000 / calls) || 1
    let best = Infinity
    const stopProfile = await profiling()
    for (let batch = 0; batch < (process.env.BENCH_QUICK ? 12 : 40); batch++) {
      recorder.flushNow()
      const before = recorder.stats().events
      for (let i = 0; i < runsPerBatch; i++) main()
      const events = recorder.stats().events - before
      const started = performance.now()
      recorder.flushNow()
      const took = performance.now() - started
      if (events < calls) throw new Error(`only ${events} events`)
      if (batch > 3) best = Math.min(best, (took * 1e6) / events)
    }
    await stopProfile()
    return { ns: best }
  },
  async allocations(what, level) {
    const recorder = recording(level)
    const { main, calls } = await load(what, level)
    for (let i = 0; i < 400; i++) main()
    recorder?.flushNow()
    let least = Infinity
    for (let i = 0; i < 8; i++) {
      globalThis.gc()
      await turn()
      const before = v8.getHeapStatistics()
      for (let k = 0; k < 40; k++) main()
      const after = v8.getHeapStatistics()
      least = Math.min(least, (after.used_heap_size - before.used_heap_size) / (40 * calls))
    }
    return { bytes: least }
  },
  async stack(what, level) {
    recording(level)
    const { depths, warm } = await load(what, level)
    for (let i = 0; i < 40; i++) warm()
    const [small, large] = depths()
    return { small, large, smallBytes: STACK_BYTES / small, largeBytes: STACK_BYTES / large }
  },
  async memory(what, level) {
    const cap = 16 << 20
    const recorder = recording(level, { sink: 'memory', maxBufferedBytes: cap })
    const { main } = await load(what, level)
    for (let i = 0; i < 20; i++) main()
    // Memory of buffers is given back between turns of the event loop.
    const held = async () => {
      globalThis.gc()
      await turn()
      globalThis.gc()
      const { heapUsed, external, arrayBuffers } = process.memoryUsage()
      return heapUsed + Math.max(external, arrayBuffers)
    }
    const before = await held()
    const stopProfile = await profiling()
    let most = 0
    let runs = 0
    const isDone = () => (recorder ? recorder.stats().bytes > 4 * cap : runs > 200)
    while (!isDone()) {
      for (let i = 0; i < 50; i++) main()
      if (++runs % 10 === 0) most = Math.max(most, await held())
    }
    await stopProfile()
    most = Math.max(most, await held())
    const { dropped = 0 } = recorder?.stats() ?? {}
    if (recorder && dropped === 0) throw new Error('nothing was dropped, so the cap was not reached')
    return { grownMb: (most - before) / (1 << 20), capMb: cap / (1 << 20) }
  },
}

await whenCase(import.meta, ({ what, level }) => MEASURE[what.split(' ')[0]](what, level))

export function report(rows) {
  const engines = [...new Set(rows.map(({ variant }) => variant.engine))]
  const at = (engine, what, level) => find(rows, { engine, what, level })?.figures
  const less = (engine, what, level, figure) => {
    const [one, plain] = [at(engine, what, level), at(engine, what, 'plain')]
    return one && plain ? one[figure].min - plain[figure].min : undefined
  }
  const cell = (value, unit, digits = 1) => (value === undefined ? '–' : `${fixed(value, digits)} ${unit}`)
  const depth = (engine, level, figure) => {
    const [one, plain] = [at(engine, 'stack', level), at(engine, 'stack', 'plain')]
    return one && plain ? (100 * one[figure].max) / plain[figure].max : undefined
  }
  return table(
    ['figure', ...engines],
    [
      ['sealing, calls, per event', ...engines.map(engine => cell(at(engine, 'seal calls', 'calls')?.ns.min, 'ns'))],
      ['sealing, values, per event', ...engines.map(engine => cell(at(engine, 'seal values', 'raw')?.ns.min, 'ns'))],
      ['allocated a call, off', ...engines.map(engine => cell(less(engine, 'allocations', 'off', 'bytes'), 'bytes'))],
      ['allocated a call, calls', ...engines.map(engine => cell(less(engine, 'allocations', 'calls', 'bytes'), 'bytes'))],
      ...['off', 'calls', 'raw'].flatMap(level =>
        ['small', 'large'].map(figure => [
          `stack, ${level === 'raw' ? 'values' : level}, ${figure} function`,
          ...engines.map(engine => cell(depth(engine, level, figure), '%', 0)),
        ]),
      ),
      ...['calls', 'raw'].map(level => [
        `memory at a cap of 16 MB, ${level === 'raw' ? 'values' : level}`,
        ...engines.map(engine => cell(less(engine, 'memory', level, 'grownMb'), 'MB')),
      ]),
    ],
  )
}
