import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'

const SAMPLES = fileURLToPath(new URL('./samples/', import.meta.url))

const source = `'use strict'
async function load(a, b) {
  const c = await a
  if (c) return
  ;[b].forEach(x => x * 2)
}
class A { p = load() }
`

test.each(['module', 'commonjs', 'script'] as const)('the text of a %s comes back', sourceType => {
  const { code } = instrument(source, { id: 'x.js', sourceType, plan: { level: 'statements' } })
  expect(code).not.toBe(source)
  expect(restore(code)).toBe(source)
})

test('the text of one function, as Function.prototype.toString gives it, comes back', () => {
  const { code } = instrument(source, { id: 'x.js', plan: { level: 'statements' } })
  const start = code.indexOf('async function')
  expect(restore(code.slice(start, code.indexOf('class A')))).toBe(source.slice(source.indexOf('async function'), source.indexOf('class A')))
})

test.each([
  'async function f(x) { (await x).foo() }',
  'async function f(x) { const [a] = await x, [b] = (await x); return a }',
  'async function f(x) { for (const a of await x) ; for await (const a of x) ; }',
  'function* f(x) { yield* {}; (yield)() }',
  'function f(a, b) { try { a.b ??= b } catch { if (a) return; for (const c of b) a.c = a = c } finally { a++ } do a; while (b && a) }',
  'f = class { p = a(); static { a() } get g() { return { a } } }',
])('%s comes back as a part of its module', text => {
  const { code } = instrument(`${text}\nclass A {}`, { id: 'x.js', plan: { level: 'statements' } })
  const part = code.slice(code.indexOf(text.slice(0, text.indexOf('{'))), code.indexOf('class A {}'))
  expect(part).not.toBe(`${text}\n`)
  expect(restore(part)).toBe(`${text}\n`)
})

test.each([
  'async function f(o) { const [a] = await o, b = (await o).p; for (const x of await o); return b }',
  'function* f(o) { const [a] = yield o; (yield o).p(); yield* o; yield* o(); for (const x of yield) x() }',
  'async function f(o) { await (o.p = () => o); (await (o.p = () => 1)).q(); return o.p = function () {} }',
  'async function f(o) { for await (const x of o) x(); for await (const [x] of await o) x() }',
])('the text of %s comes back at every level', text => {
  for (const plan of [{ level: 'values' }, { level: 'statements' }, { level: 'statements', overrides: [{ expressions: true }] }] as const) {
    const { code } = instrument(`0\n${text}\n`, { id: 'x.js', plan })
    expect(restore(code.slice(code.indexOf('\n') + 1))).toBe(`${text}\n`)
  }
})

test.each([
  ['$h.', '__vite_ssr_import_0__.h.'],
  ['$h.', 'h.'],
  ['$hL', '$hL$1'],
])('the text of one function comes back after a bundler made %j into %j', (ours, renamed) => {
  const { code } = instrument(source, { id: 'x.js', plan: { level: 'statements' } })
  const start = code.indexOf('async function')
  const text = code.slice(start, code.indexOf('class A')).replaceAll(ours, renamed)
  expect(restore(text)).toBe(source.slice(source.indexOf('async function'), source.indexOf('class A')))
})

test('every span of every sample reads like our own text', () => {
  const samples = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).filter(file => basename(file).startsWith('input.'))
  expect(samples.length).toBeGreaterThan(50)
  for (const sample of samples) {
    const text = readFileSync(join(SAMPLES, sample), 'utf8')
    if (text.includes('\v')) continue
    const { code } = instrument(text, { id: 'x.js', plan: { level: 'statements' } })
    for (const span of code.split('\v').filter((_, index) => index % 2 === 1)) {
      if (!span.includes('/*hindscope*/')) expect(restore(`\v${span}\v\v$h.\v`), sample).toBe('')
    }
  }
})

test('a text cut off inside a span loses the span', () => {
  const { code } = instrument('function f() { return 1 }', { id: 'x.js' })
  expect(restore(code.slice(0, code.lastIndexOf(';')))).toBe('function f() { return 1')
})

test.each(['plain text', 'a\vb', "const tab = '\v' + $h + '\v'\n", "'\v'\nreturn $hF\n'\v'", '\v/* hindscope */\v', '\f\v\f'])(
  '%j is not ours and stays',
  text => {
    expect(restore(text)).toBe(text)
  },
)
