/** From the name that a compiler left, and what stands in the original, to the author's name. */
import { expect, test } from 'vitest'
import { originalName } from '../../src/3-plan/original-name.ts'
import type { FunctionKind } from '@hindscope/protocol'

interface Case {
  readonly name: string
  readonly kind?: FunctionKind
  readonly written?: string
  readonly before?: string
  readonly content?: string
  readonly is: string
}

const named = ({ name, kind = 'function', written = '', before = '', content = '' }: Case): string =>
  originalName({ name, kind }, { written, before, content: `${before}${content}` })

test.each<Case>([
  // The bundler numbered what it joined.
  { name: 'half2', written: 'half', content: 'function half() {}', is: 'half' },
  { name: 'half$1', written: 'half', content: 'function half() {}', is: 'half' },
  { name: 'half2', written: 'half2', content: 'function half2() {} half()', is: 'half2' },
  // What is written wins over what the compiler calls it.
  { name: '_temp', written: 'rate', content: 'function rate() {}', is: 'rate' },
  { name: 'default', written: 'App', content: 'export default function App() {}', is: 'App' },
  { name: 'A.half', written: 'half', content: 'A.half = function half() {}', is: 'A.half' },
  { name: 'get half', written: 'half', content: 'get half() {}', is: 'get half' },
])('function $name written $written is $is', shape => {
  expect(named(shape)).toBe(shape.is)
})

test.each<Case>([
  { name: '_Money.rate', written: 'rate', content: 'class Money { rate() {} }', is: 'Money.rate' },
  { name: 'Money2.rate', written: 'rate', content: 'class Money { rate() {} }', is: 'Money.rate' },
  {
    name: 'Counter[_computedKey]',
    written: '[Symbol.iterator]',
    content: 'class Counter { [Symbol.iterator]() {} }',
    is: 'Counter[Symbol.iterator]',
  },
  { name: 'Counter.hidden_fn', written: '#hidden', content: 'class Counter { #hidden() {} }', is: 'Counter.#hidden' },
  { name: 'get Counter.size', written: 'size', content: 'class Counter { get size() {} }', is: 'get Counter.size' },
  { name: 'set _Counter.size', written: 'size', content: 'class Counter { set size(v) {} }', is: 'set Counter.size' },
  { name: 'Counter.quoted', written: "'quoted'", content: "class Counter { 'quoted'() {} }", is: 'Counter.quoted' },
  { name: 'Counter.a b', written: '"a b"', content: 'class Counter { "a b"() {} }', is: 'Counter.a b' },
  { name: 'A.B.m', written: 'm', content: 'class B { m() {} } A', is: 'A.B.m' },
])('method $name written $written is $is', shape => {
  expect(named({ ...shape, kind: 'method' })).toBe(shape.is)
})

test.each<Case>([
  { name: 'double', before: 'const double = ', is: 'double' },
  { name: 'double2', before: 'const double = ', is: 'double' },
  { name: '_temp', before: 'const total = ', is: 'total' },
  { name: '_temp', before: 'const total: Rate<A> = (', is: 'total' },
  { name: '_temp', before: 'total ||= ', is: 'total' },
  { name: '_temp', before: 'total ??= ', is: 'total' },
  { name: '_temp', before: 'this.#total = ', is: '#total' },
  { name: '_temp', before: '<A onClick={', is: 'onClick' },
  { name: '_temp', before: 'list.map(', is: '(anonymous)' },
  { name: '_temp', before: 'a == ', is: '(anonymous)' },
  { name: '_temp', before: 'const total = list.map(', is: '(anonymous)' },
  { name: '(anonymous)', before: 'f(', is: '(anonymous)' },
  { name: 'list.map ƒ', before: 'const total = list.map(', is: 'list.map ƒ' },
  { name: '_createBlock ƒ', before: '<p>{list.map(', is: '(anonymous)' },
  { name: '(anonymous)', before: 'const kept = ', is: 'kept' },
  { name: 'Box.make', before: 'class Box { static make = ', is: 'Box.make' },
  { name: '_Box.make', before: 'class Box { static make = ', is: 'Box.make' },
  { name: 'default', before: 'export default ', is: 'default' },
  { name: 'get default', before: 'x', is: 'get default' },
  { name: '$f', before: 'const $f = ', is: '$f' },
  { name: 'ünï2', before: 'const ünï = ', is: 'ünï' },
])('arrow $name behind `$before` is $is', shape => {
  expect(named({ ...shape, kind: 'arrow' })).toBe(shape.is)
})

test('a word counts only whole', () => {
  expect(named({ name: 'rate2', kind: 'arrow', content: 'rates = overrate', is: '' })).toBe('(anonymous)')
  expect(named({ name: 'rate2', kind: 'arrow', content: 'rates = rate', is: '' })).toBe('rate')
  expect(named({ name: 'rate2', kind: 'arrow', content: 'rate', is: '' })).toBe('rate')
  expect(named({ name: '__rate$3', kind: 'arrow', content: 'a.rate()', is: '' })).toBe('rate')
})

test('without an original the name stays', () => {
  expect(originalName({ name: '_temp2', kind: 'arrow' }, undefined)).toBe('_temp2')
})
