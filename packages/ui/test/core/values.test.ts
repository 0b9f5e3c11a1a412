import { describe, expect, it } from 'vitest'
import type { ValueNode } from '@hindscope/protocol'
import { flattenValue, joinPath } from '../../src/core/value-rows.ts'
import { previewValue, toneOf } from '../../src/core/value-text.ts'

const num = (value: number): ValueNode => ({ kind: 'number', text: String(value) })
const str = (value: string, length = value.length): ValueNode => ({ kind: 'string', value, length })
const object = (entries: readonly (readonly [string, ValueNode])[], size = entries.length, id = 0, className = 'Object'): ValueNode => ({
  kind: 'object',
  id,
  className,
  size,
  entries,
})

describe('value rows', () => {
  const cart = object([
    ['id', num(7)],
    ['items', { kind: 'array', id: 3, size: 5, items: [num(1), object([['x', num(2)]])] }],
  ])
  const root = joinPath('Arguments', 'cart')

  it('shows only the root while nothing is open', () => {
    expect(flattenValue('Arguments', 'cart', cart, new Set()).map(row => [row.name, row.expandable])).toEqual([['cart', true]])
  })

  it('opens what is asked, in recorded order, and says how much is missing', () => {
    const open = new Set([root, joinPath(root, 'items')])
    const rows = flattenValue('Arguments', 'cart', cart, open)
    expect(rows.map(row => `${row.depth} ${row.name}`)).toEqual(['0 cart', '1 id', '1 items', '2 0', '2 1', '2 …'])
    expect(rows.at(-1)?.missing).toBe('3 more not recorded (limit)')
    expect(rows.map(row => row.path)).toEqual([...new Set(rows.map(row => row.path))])
  })

  it('keeps keys apart that contain dots', () => {
    const rows = flattenValue(
      'A',
      'v',
      object([
        ['a.b', num(1)],
        ['a', object([['b', num(2)]])],
      ]),
      new Set([joinPath('A', 'v'), joinPath(joinPath('A', 'v'), 'a')]),
    )
    expect(new Set(rows.map(row => row.path)).size).toBe(rows.length)
  })

  it('opens an object that was not recorded at all', () => {
    expect(flattenValue('A', 'v', object([], 4), new Set([joinPath('A', 'v')])).map(row => row.name)).toEqual(['v', '…'])
  })
})

describe('value text', () => {
  it('tells all absences apart', () => {
    const absences: readonly ValueNode[] = [
      { kind: 'undefined' },
      { kind: 'null' },
      { kind: 'hole' },
      { kind: 'accessor' },
      { kind: 'redacted', rule: 'email' },
      { kind: 'cut', reason: 'depth 3 limit' },
    ]
    const texts = absences.map(node => previewValue(node))
    expect(texts).toEqual(['undefined', 'null', '⟨empty⟩', '(getter)', '▒▒ redacted (email)', 'not recorded (depth 3 limit)'])
    expect(new Set(texts).size).toBe(absences.length)
  })

  it('tells strings from what they look like', () => {
    expect(previewValue(str('42'))).toBe('"42"')
    expect(previewValue(num(42))).toBe('42')
    expect(toneOf(str('42'))).not.toBe(toneOf(num(42)))
    expect(previewValue(str('abc', 5000))).toBe('"abc" … 5000 characters')
  })

  it('stays within its budget and shows that there is more', () => {
    const wide = object(Array.from({ length: 100 }, (_, i) => [`key${i}`, str('x'.repeat(50))] as const))
    const text = previewValue(wide, 60)
    expect(text.length).toBeLessThan(140)
    expect(text).toContain('…')
    expect(text.startsWith('{key0: "')).toBe(true)
  })

  it('names classes, collections and errors', () => {
    expect(previewValue(object([['a', num(1)]], 1, 4, 'Cart'))).toBe('Cart {a: 1}')
    expect(previewValue({ kind: 'map', id: 1, size: 1, pairs: [[str('k'), num(1)]] })).toBe('Map(1) {"k" → 1}')
    expect(previewValue({ kind: 'array', id: 1, size: 3, items: [] })).toBe('[…3]')
    expect(previewValue({ kind: 'error', id: 1, className: 'TypeError', message: 'no', stack: '', entries: [] })).toBe('TypeError: no')
  })
})
