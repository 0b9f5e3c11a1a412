import { describe, expect, it } from 'vitest'
import type { LineValue } from '@hindscope/protocol'
import { inlineValues } from '../../src/core/inline-values.ts'

const at = (seq: number, line: number, name: string, preview: string): LineValue => ({
  ref: { track: 0, seq },
  line,
  name,
  preview,
  value: { kind: 'number', text: preview },
})
const LOOP = [at(1, 10, 'cart', '{}'), at(3, 12, 'sum', '1'), at(5, 12, 'sum', '3'), at(7, 12, 'sum', '6'), at(9, 14, 'return', '6')]
const texts = (seq: number): readonly string[] =>
  [...inlineValues(LOOP, { track: 0, seq }).values()].flat().map(value => `${value.line} ${value.text}${value.later ? ' later' : ''}`)

describe('inline values', () => {
  it('show the last write at or before the moment', () => {
    expect(texts(5)).toEqual(['10 cart = {}', '12 sum = 3', '14 → 6 later'])
    expect(texts(6)).toEqual(['10 cart = {}', '12 sum = 3', '14 → 6 later'])
    expect(texts(9)).toEqual(['10 cart = {}', '12 sum = 6', '14 → 6'])
  })

  it('show the first value to come before any was written', () => {
    expect(texts(1)).toEqual(['10 cart = {}', '12 sum = 1 later', '14 → 6 later'])
  })

  it('count the writes, mark the current one and jump to the one shown', () => {
    const [sum] = inlineValues(LOOP, { track: 0, seq: 5 }).get(12) ?? []
    expect(sum).toMatchObject({ times: 3, current: true, ref: { track: 0, seq: 5 } })
  })

  it('mark what a closure may have written to the variable of another call', () => {
    const [value] = inlineValues([{ ...at(3, 8, 'total', '4'), uncertain: true }], { track: 0, seq: 9 }).get(8) ?? []
    expect(value?.text).toBe('total ≈ 4')
  })

  it('mark throws, and cut what is too long', () => {
    const values = inlineValues([at(2, 1, 'throw', 'TypeError: no'), at(1, 2, 'text', 'x'.repeat(500))], { track: 0, seq: 9 })
    expect(values.get(1)?.[0]).toMatchObject({ text: '✕ TypeError: no', tone: 'error' })
    expect(values.get(2)?.[0]?.text.length).toBe(80)
  })
})
