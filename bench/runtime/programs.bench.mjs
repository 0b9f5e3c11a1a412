// Whole programs with every function instrumented: acorn parsing itself, and a Fastify-like node:http JSON service is left to a later
// suite. Time = best of 5 batches after warm-up; the output is compared with the plain program's.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createHash } from 'node:crypto'
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Whole programs: ratio to plain'
export const notes =
  'Every function of the library itself is instrumented; its own input is parsed. Values are recorded without a quota here: this is the raw cost.'
export const rounds = 3

const require = createRequire(import.meta.url)
const LEVELS = ['plain', 'off', 'count', 'calls', 'values']
export const variants = ['acorn'].flatMap(program => LEVELS.map(level => ({ program, level })))

await whenCase(import.meta, async ({ level }) => {
  const file = createRequire(require.resolve('@hindscope/instrument')).resolve('acorn')
  const source = readFileSync(file.replace(/\.mjs$/, '.js'), 'utf8')
  let code = source
  if (level !== 'plain') {
    code = instrument(source, { id: 'acorn.js', sourceType: 'commonjs', plan: { level: level === 'off' ? 'values' : level }, hook: 'global' }).code
    const sink = { accept() {} }
    createRecorder({ sink, level }).install(globalThis)
  }
  const module = { exports: {} }
  new Function('module', 'exports', code)(module, module.exports)
  const input = source.slice(0, 60_000).replace(/[^\n]*$/, '') // a prefix may not parse; the tokenizer reads all of it
  const run = () => {
    const tokens = module.exports.tokenizer(input, { ecmaVersion: 'latest' })
    let text = ''
    for (const token of tokens) text += token.type.label
    return text
  }
  const digest = createHash('sha1').update(run()).digest('hex').slice(0, 12)
  for (let i = 0; i < 6; i++) run()
  let best = Infinity
  for (let batch = 0; batch < 5; batch++) {
    const started = performance.now()
    run()
    best = Math.min(best, performance.now() - started)
  }
  return { ms: best, digest }
})

export function report(rows) {
  const plain = find(rows, { program: 'acorn', level: 'plain' }).figures
  const cells = LEVELS.slice(1).map(level => {
    const { ms, digest } = find(rows, { program: 'acorn', level }).figures
    if (digest !== plain.digest) throw new Error(`acorn at ${level} gave another result`)
    return `×${fixed(ms.median / plain.ms.median)}`
  })
  return table(['program', 'plain', ...LEVELS.slice(1)], [['acorn tokenizing 60 kB', `${fixed(plain.ms.median, 1)} ms`, ...cells]])
}
