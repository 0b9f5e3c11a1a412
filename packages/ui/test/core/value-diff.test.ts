import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NamedValue, ValueNode } from '@hindscope/protocol'
import { countDiff, diffNamed, flattenDiff } from '../../src/core/value-diff.ts'
import type { DiffNode } from '../../src/core/value-diff.ts'

const num = (value: number): ValueNode => ({ kind: 'number', text: String(value) })
const object = (fields: Readonly<Record<string, ValueNode>>, id = 0, className = 'Object'): ValueNode => ({
  kind: 'object',
  id,
  className,
  size: Object.keys(fields).length,
  entries: Object.entries(fields),
})
const array = (items: readonly ValueNode[], id = 0): ValueNode => ({ kind: 'array', id, size: items.length, items })
const named = (fields: Readonly<Record<string, ValueNode>>): readonly NamedValue[] => Object.entries(fields).map(([name, value]) => ({ name, value }))
const rowsOf = (nodes: readonly DiffNode[], all = false): readonly string[] =>
  flattenDiff(nodes, new Map(), all).map(
    ({ node, depth }) => `${depth} ${{ added: '+', removed: '-', changed: '~', unknown: '?', same: '=' }[node.sign]} ${node.name}`,
  )

describe('the diff of values', () => {
  it('finds what was added, removed and changed, and folds what stayed', () => {
    const before = named({ total: num(1), cart: object({ id: num(7), owner: num(1) }, 5), old: num(3), same: num(9) })
    const after = named({ total: num(2), cart: object({ id: num(7), items: array([]) }, 5), same: num(9), fresh: num(4) })
    const nodes = diffNamed(before, after)
    expect(rowsOf(nodes)).toEqual(['0 ~ total', '0 ~ cart', '1 - owner', '1 + items', '0 - old', '0 + fresh'])
    expect(rowsOf(nodes, true)).toContain('0 = same')
    expect(rowsOf(nodes, true)).toContain('1 = id')
    expect(countDiff(nodes)).toEqual({ added: 2, removed: 2, changed: 1, unknown: 0 })
  })

  it('shows one item put in front as one item added', () => {
    const items = [1, 2, 3].map(num)
    const nodes = diffNamed(named({ list: array(items, 4) }), named({ list: array([num(0), ...items], 4) }))
    expect(rowsOf(nodes)).toEqual(['0 ~ list', '1 + 0'])
  })

  it('keeps items in step over what came and went between them', () => {
    const nodes = diffNamed(named({ list: array([1, 2, 3, 4].map(num)) }), named({ list: array([2, 9, 3].map(num)) }))
    expect(rowsOf(nodes)).toEqual(['0 ~ list', '1 - 0', '1 + 1', '1 - 3'])
  })

  it('follows objects that moved within an array by their identity', () => {
    const [a, b, c] = [1, 2, 3].map(id => object({ n: num(id) }, id)) as [ValueNode, ValueNode, ValueNode]
    const changed = object({ n: num(20) }, 2)
    const nodes = diffNamed(named({ list: array([a, b, c], 9) }), named({ list: array([changed, c], 9) }))
    expect(rowsOf(nodes)).toEqual(['0 ~ list', '1 - 0', '1 ~ 0', '2 ~ n'])
  })

  it('pairs items that were replaced in place', () => {
    const nodes = diffNamed(named({ list: array([1, 2, 3].map(num)) }), named({ list: array([1, 5, 3].map(num)) }))
    expect(rowsOf(nodes)).toEqual(['0 ~ list', '1 ~ 1'])
  })

  it('says when another object took the place of one with the same content', () => {
    const [node] = diffNamed(named({ cart: object({ id: num(1) }, 3) }), named({ cart: object({ id: num(1) }, 8) }))
    expect([node?.sign, node?.replaced]).toEqual(['changed', true])
  })

  it('does not call a value changed that one side did not record', () => {
    const cut: ValueNode = { kind: 'cut', reason: 'depth 3 limit' }
    const nodes = diffNamed(named({ a: cut, b: cut, deep: object({ c: cut }) }), named({ a: num(1), b: cut, deep: object({ c: num(1) }) }))
    expect(rowsOf(nodes)).toEqual(['0 ? a', '0 ? deep', '1 ? c'])
    expect(countDiff(nodes)).toEqual({ added: 0, removed: 0, changed: 0, unknown: 2 })
  })

  it('takes a reference to an object for the object', () => {
    expect(rowsOf(diffNamed(named({ a: object({ x: num(1) }, 6) }), named({ a: { kind: 'ref', id: 6 } })))).toEqual([])
  })

  it('finds nothing between equal states, and every item of the later one otherwise', () => {
    const list = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 9 })
    fc.assert(
      fc.property(list, list, (a, b) => {
        const same = diffNamed(named({ list: array(a.map(num)) }), named({ list: array(a.map(num)) }))
        expect(rowsOf(same)).toEqual([])
        const [node] = diffNamed(named({ list: array(a.map(num)) }), named({ list: array(b.map(num)) }))
        const text = (value: ValueNode | undefined): string | undefined => (value?.kind === 'number' ? value.text : undefined)
        const sides = (side: 'before' | 'after'): readonly number[] =>
          (node?.children ?? []).flatMap(child => (child[side] ? [Number(text(child[side]))] : []))
        expect([sides('before'), sides('after')]).toEqual([a, b])
      }),
      { numRuns: 300 },
    )
  })
})
