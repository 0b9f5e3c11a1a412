/** States rebuilt from a snapshot and the changes since, against the states themselves. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ValueNode } from '@hindscope/protocol'
import { changesBetween, pathOf } from '@hindscope/runtime'
import { applyChanges, isSameContent, shortened, valueAtPath, withoutRefs } from '../../src/replay/apply-changes.ts'
import type { AppliedChange } from '../../src/replay/apply-changes.ts'
import { keysOfPath, relationOf } from '../../src/replay/state-path.ts'
import { nodeOf, plainOf } from './state-nodes.ts'

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'items', 'a-b', '0', '7', '', "it's", 'say "x"', 'line\nend\\', '__proto__', 'ünï', 'length', '#own'),
  fc.string({ maxLength: 6 }),
)
const { state } = fc.letrec<{ state: Record<string, unknown>; value: unknown }>(tie => ({
  state: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(null, undefined, true, 0, -0, Number.NaN, 1, 'text'),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.sparseArray(tie('value'), { maxLength: 4 }),
  ),
}))

/** As a recorder tells them. */
const told = (before: unknown, after: unknown): readonly AppliedChange[] | undefined =>
  changesBetween(before, after)?.map(({ path, before: old, after: now, isRemoved }) => ({
    keys: keysOfPath(path),
    before: nodeOf(old),
    after: isRemoved ? undefined : nodeOf(now),
  }))

describe('a snapshot with the changes since', () => {
  it('is the state after them, however the states look', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 2, maxLength: 6 }), list => {
        const changes: AppliedChange[] = []
        for (let i = 1; i < list.length; i++) {
          const step = told(list[i - 1], list[i])
          if (step === undefined) return
          changes.push(...step)
        }
        const snapshot = nodeOf(list[0])
        const text = JSON.stringify(snapshot)
        const { value, leftOut } = applyChanges(snapshot, changes)
        expect(plainOf(value)).toStrictEqual(list.at(-1))
        expect(leftOut).toBe(0)
        expect(JSON.stringify(snapshot)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  const applied = (snapshot: unknown, ...changes: readonly (readonly [path: string, before: unknown, after?: unknown])[]) => {
    const { value, leftOut } = applyChanges(
      snapshot === undefined ? undefined : nodeOf(snapshot),
      changes.map(change => ({ keys: keysOfPath(change[0]), before: nodeOf(change[1]), after: change.length === 2 ? undefined : nodeOf(change[2]) })),
    )
    return { state: plainOf(value), leftOut, value }
  }

  it('shortens arrays, leaves holes, takes keys away and replaces the whole', () => {
    expect(applied({ list: [1, 2, 3] }, ['list.length', 3, 1]).state).toEqual({ list: [1] })
    expect(applied({ list: [1, 2, 3] }, ['list[1]', 2]).state).toStrictEqual({ list: [1, , 3] })
    expect(applied({ list: [1] }, ['list[3]', undefined, 4], ['list.length', 4, 6]).state).toStrictEqual({ list: [1, , , 4, , ,] })
    expect(applied({ a: 1, 'b c': { d: 2 } }, ["['b c'].d", 2]).state).toEqual({ a: 1, 'b c': {} })
    expect(applied({ a: 1 }, ['', { a: 1 }, [7]], ['[1]', undefined, 8]).state).toEqual([7, 8])
  })

  it('is known by the changes alone where there is no snapshot', () => {
    expect(applied(undefined, ['cart.items[0].price', 1, 2], ['user', 'a', 'b'], ['cart.total', 1]).state).toEqual({
      cart: { items: [{ price: 2 }] },
      user: 'b',
    })
    const { value } = applied(undefined, ['items[2]', 1, 2])
    expect(plainOf(valueAtPath(value, ['items', '0']))).toBe('<cut>')
  })

  it('keeps the marks of what was left out and masked, and counts what it cannot show', () => {
    const cut: ValueNode = { kind: 'cut', reason: 'depth limit' }
    const snapshot: ValueNode = {
      kind: 'object',
      id: 3,
      className: 'Object',
      size: 9,
      entries: [
        ['deep', cut],
        ['secret', { kind: 'redacted', rule: 'password' }],
        ['list', { kind: 'array', id: 4, size: 50, items: [nodeOf(1)] }],
        ['map', { kind: 'map', id: 5, size: 0, pairs: [] }],
      ],
    }
    const change = (path: string, before: unknown, after?: unknown): AppliedChange => ({
      keys: keysOfPath(path),
      before: nodeOf(before),
      after: after === undefined ? undefined : nodeOf(after),
    })
    const { value, leftOut } = applyChanges(snapshot, [
      change('deep.er', 1, 2),
      change('secret.word', 1, 2),
      change('list[20]', 1, 2),
      change('map.key', 1, 2),
      change('list[9999]', 1, 2),
    ])
    expect(leftOut).toBe(3)
    expect(valueAtPath(value, ['deep', 'er'])).toBe(cut)
    expect(valueAtPath(value, ['secret', 'word'])).toEqual({ kind: 'redacted', rule: 'password' })
    expect(valueAtPath(value, ['list', '20'])).toEqual(nodeOf(2))
    expect(valueAtPath(value, ['list', '5'])?.kind).toBe('cut')
    expect(valueAtPath(value, ['list', '30'])?.kind).toBe('cut')
    expect(valueAtPath(value, ['list', 'length'])).toEqual(nodeOf(10_000))
    expect(valueAtPath(value, ['else'])?.kind).toBe('cut')
    // An entry that the snapshot left out is no new one.
    const sizes = [change('new', undefined, 1), change('old', 1, 2)].map(each => applyChanges(snapshot, [each]).value)
    expect(sizes.map(node => 'size' in node && node.size)).toEqual([10, 9])
    expect(applyChanges(snapshot, [{ ...change('old', 1), after: undefined }]).value).toMatchObject({ size: 8 })
  })

  it('does not say of what it changed which object it is', () => {
    const inner: ValueNode = { kind: 'object', id: 8, className: 'Item', size: 0, entries: [] }
    const snapshot: ValueNode = {
      kind: 'object',
      id: 7,
      className: 'Cart',
      size: 2,
      entries: [
        ['a', inner],
        ['b', inner],
      ],
    }
    const { value } = applyChanges(snapshot, [{ keys: ['a', 'x'], after: nodeOf(1) }])
    expect(value).toMatchObject({ id: 0, className: 'Cart' })
    expect(valueAtPath(value, ['a'])).toMatchObject({ id: 0, className: 'Item', size: 1 })
    expect(valueAtPath(value, ['b'])).toBe(inner)
  })
})

describe('paths', () => {
  it('give their keys as the recorder writes them, and with other quotes', () => {
    fc.assert(fc.property(fc.array(key), keys => void expect(keysOfPath(pathOf(keys))).toEqual(keys)))
    expect(keysOfPath('a["b\\"c"].d[0]')).toEqual(['a', 'b"c', 'd', '0'])
    expect(keysOfPath('')).toEqual([])
  })

  it('that are none are one key', () => {
    for (const path of ['two words', '.a', 'a..b', 'a[', 'a[b]', "['x"]) expect(keysOfPath(path)).toEqual([path])
  })

  it('tell what a change of one means for another', () => {
    const relation = (changed: string, to: string): string => relationOf(keysOfPath(changed), keysOfPath(to))
    expect(relation('items[0].price', 'items')).toBe('inside')
    expect(relation('items', 'items')).toBe('inside')
    expect(relation('items.length', 'items')).toBe('inside')
    expect(relation('items', 'items[0].price')).toBe('around')
    expect(relation('', 'items')).toBe('around')
    expect(relation('items.length', 'items[3].price')).toBe('length')
    expect(relation('items.length', 'items.first')).toBe('apart')
    expect(relation('items[1]', 'items[0]')).toBe('apart')
    expect(relation('item', 'items')).toBe('apart')
  })
})

describe('values of a record', () => {
  const object = (id: number, entries: readonly (readonly [string, ValueNode])[]): ValueNode => ({
    kind: 'object',
    id,
    className: 'Object',
    size: entries.length,
    entries,
  })
  const ref = (id: number): ValueNode => ({ kind: 'ref', id })

  it('stand wherever they are referred to, but within themselves', () => {
    const before = object(1, [['user', object(2, [['self', ref(2)]])]])
    const after = object(3, [['user', ref(2)]])
    expect(withoutRefs(after, [before, after])).toEqual(object(3, [['user', object(2, [['self', ref(2)]])]]))
    expect(withoutRefs(ref(9), [before])).toEqual(ref(9))
    expect(withoutRefs(before.kind === 'object' ? object(5, []) : before, [object(5, [])])).toEqual(object(5, []))
  })

  it('do not multiply without an end', () => {
    let value = object(1, [])
    for (let id = 2; id < 40; id++)
      value = object(id, [
        ['a', value],
        ['b', ref(id - 1)],
      ])
    expect(JSON.stringify(withoutRefs(value, [value])).length).toBeLessThan(3_000_000)
  })

  it('are shortened with their sizes kept', () => {
    const long = nodeOf({ list: Array.from({ length: 500 }, (_, i) => i), last: { a: 1 } })
    expect(shortened(long, 10)).toMatchObject({
      size: 2,
      entries: [
        ['list', { size: 500, items: { length: 8 } }],
        ['last', { size: 1, entries: [] }],
      ],
    })
    expect(shortened(nodeOf({ a: [1] }), 10)).toEqual(nodeOf({ a: [1] }))
  })

  it('are the same when they hold the same, as far as was recorded', () => {
    const same = (a: unknown, b: unknown): boolean => isSameContent(nodeOf(a), nodeOf(b))
    fc.assert(fc.property(state, one => void expect(same(one, structuredClone(one))).toBe(true)))
    fc.assert(fc.property(state, state, (a, b) => void (changesBetween(a, b)?.length === 0 || expect(same(a, b)).toBe(false))))
    expect(isSameContent(object(1, [['a', { kind: 'cut', reason: 'x' }]]), object(2, [['a', nodeOf(1)]]))).toBe(true)
    expect(isSameContent({ kind: 'object', id: 1, className: 'Object', size: 5, entries: [] }, nodeOf({ a: 1 }))).toBe(true)
  })
})
