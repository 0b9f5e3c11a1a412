import { expect, test } from 'vitest'
import { instrument, restore } from '@hindscope/instrument'

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
