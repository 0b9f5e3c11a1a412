// What a probe adds to one call. Each program is instrumented whole by the real `instrument` and recorded by the real recorder into a
// sink that only counts bytes, so sealing and encoding are included and transport is not. Time per call = best of 7 batches.
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Per call: extra nanoseconds'
export const notes = `\`absent\`: instrumented, no runtime loaded. \`off\`: instrumented and recorder installed, every probe's level 0. \`count\`, \`calls\`, \`values\`: that level.
One call pair (enter + return) of optimised code; one await more in the async row. Empty loop and work of the plain program subtracted.`
export const rounds = 3

const PROGRAMS = {
  fib: { source: 'function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }\nglobalThis.main = () => fib(22)', calls: 57313 },
  method: {
    source:
      'class Cart { constructor() { this.total = 0 } add(price, count) { this.total = (this.total + price * count) % 1000; return this.total } }\nconst cart = new Cart()\nglobalThis.main = () => { let sum = 0; for (let i = 0; i < 50000; i++) sum += cart.add(i, 3); return sum }',
    calls: 50000,
  },
  callback: {
    source:
      'const items = Array.from({ length: 5000 }, (_, i) => i)\nglobalThis.main = () => { let sum = 0; for (let i = 0; i < 10; i++) sum += items.map(x => x + i).length; return sum }',
    calls: 50000,
  },
  object: {
    source:
      'const make = (id, name) => ({ id, name, price: id * 2, tags: null, open: true })\nglobalThis.main = () => { let sum = 0; for (let i = 0; i < 20000; i++) sum += make(i, "item").price; return sum }',
    calls: 20000,
  },
  async: {
    source:
      'async function step(i) { await null; return i }\nglobalThis.main = async () => { let sum = 0; for (let i = 0; i < 5000; i++) sum += await step(i); return sum }',
    calls: 5000,
  },
}
const LEVELS = ['plain', 'absent', 'off', 'count', 'calls', 'values']
export const variants = Object.keys(PROGRAMS).flatMap(program => LEVELS.map(level => ({ program, level })))

await whenCase(import.meta, async ({ program, level }) => {
  const { source, calls } = PROGRAMS[program]
  let code = source
  if (level !== 'plain') {
    const compiled = level === 'absent' || level === 'off' ? 'values' : level
    code = instrument(source, { id: `${program}.js`, sourceType: 'commonjs', plan: { level: compiled }, hook: 'global' }).code
  }
  let bytes = 0
  let recorder
  if (level !== 'plain' && level !== 'absent') {
    const sink = { accept: chunk => void (bytes += chunk.bytes.length) }
    recorder = createRecorder({ sink, level })
    recorder.install(globalThis)
  }
  new Function(code)()
  const expected = await globalThis.main()
  for (let i = 0; i < 40; i++) if ((await globalThis.main()) !== expected) throw new Error('the program changed its result')
  let best = Infinity
  for (let batch = 0; batch < 7; batch++) {
    const started = process.hrtime.bigint()
    for (let i = 0; i < 10; i++) await globalThis.main()
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 10)
  }
  const events = recorder?.stats().events ?? 0
  if (level === 'calls' && events < calls * 50) throw new Error(`only ${events} events were recorded`)
  return { ns: best / calls, events, bytes }
})

export function report(rows) {
  const lines = Object.keys(PROGRAMS).map(program => {
    const plain = find(rows, { program, level: 'plain' }).figures.ns.median
    const cells = LEVELS.slice(1).map(level => {
      const { ns } = find(rows, { program, level }).figures
      return `${fixed(ns.median - plain, 1)} (×${fixed(ns.median / plain)})`
    })
    return [program, `${fixed(plain, 1)} ns`, ...cells]
  })
  return table(['program', 'plain call', ...LEVELS.slice(1)], lines)
}
