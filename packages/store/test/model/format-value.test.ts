import { describe, expect, it } from 'vitest'
import type { ValueNode } from '@hindscope/protocol'
import { formatConsole, formatValue, formatValues } from '../../src/model.ts'

const number = (text: string): ValueNode => ({ kind: 'number', text })
const text = (value: string, length = value.length): ValueNode => ({ kind: 'string', value, length })
const object = (entries: readonly (readonly [string, ValueNode])[], className = 'Object', size = entries.length): ValueNode => ({
  kind: 'object',
  id: 0,
  className,
  size,
  entries,
})
const array = (items: readonly ValueNode[], size = items.length): ValueNode => ({ kind: 'array', id: 0, size, items })

describe('formatValue', () => {
  it.each<[string, ValueNode]>([
    ['undefined', { kind: 'undefined' }],
    ['-0', number('-0')],
    ['10n', { kind: 'bigint', text: '10' }],
    ['"a\\"b"', text('a"b')],
    ['"long…"', text('long', 900)],
    ['{}', object([])],
    ['{id: 7, …}', object([['id', number('7')]], 'Object', 3)],
    ['Cart {items: [{…}, {…}]}', object([['items', array([object([['a', number('1')]]), object([['b', number('2')]])])]], 'Cart')],
    ['[1, …]', array([number('1')], 1000)],
    ['Map(1) {"a" => 1}', { kind: 'map', id: 0, size: 1, pairs: [[text('a'), number('1')]] }],
    ['Set(2) {1, …}', { kind: 'set', id: 0, size: 2, items: [number('1')] }],
    ['TypeError: x', { kind: 'error', id: 0, className: 'TypeError', message: 'x', stack: '', entries: [] }],
    ['ƒ add', { kind: 'function', id: 0, name: 'add' }],
    ['1970-01-01T00:00:00.000Z', { kind: 'date', ms: 0 }],
    ['Invalid Date', { kind: 'date', ms: 9e15 }],
    ['{password: ▒▒}', object([['password', { kind: 'redacted', rule: 'password' }]])],
    ['…', { kind: 'cut', reason: 'depth' }],
    ['(getter)', { kind: 'accessor' }],
  ])('%s', (expected, node) => expect(formatValue(node)).toBe(expected))

  it('is one line of at most 80 characters', () => {
    const line = formatValue(array(Array.from({ length: 50 }, (_, i) => text(`item\n${i}`))))
    expect(line).toHaveLength(80)
    expect(line.endsWith('…')).toBe(true)
    expect(formatValue(object([['a\nb', number('1')]]))).toBe('{a b: 1}')
    let deep: ValueNode = number('1')
    for (let i = 0; i < 60; i++) deep = array([deep])
    expect(formatValue(deep)).toBe('[[[…]]]')
  })

  it('joins arguments and prints console texts bare', () => {
    expect(formatValues([number('1'), text('a')])).toBe('1, "a"')
    expect(formatConsole([text('total'), number('3'), object([['a', text('b')]])])).toBe('total 3 {a: "b"}')
  })
})
