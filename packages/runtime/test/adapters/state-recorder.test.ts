import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { copyState } from '../../src/adapters/state-copy.ts'
import { changesBetween, isContainer, pathOf } from '../../src/adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../../src/adapters/state-recorder.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { applyChange, keysOfPath, record, release, replay, statesOf } from '../libraries/recorded-states.ts'

const recorders: RecorderHandle[] = []
const recording = (...options: Parameters<typeof record>): RecorderHandle => {
  const recorder = record(...options)
  recorders.push(recorder)
  return recorder
}
afterEach(() => recorders.splice(0).forEach(release))

const same = (value: unknown): unknown => value

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'items', 'a-b', '0', '7', '', "it's", 'line\nend\\', '__proto__', 'ünï', 'length'),
  fc.string({ maxLength: 6 }),
)
const { state } = fc.letrec<{ state: unknown; value: unknown }>(tie => ({
  state: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(null, undefined, true, 0, -0, Number.NaN, 1, 'text'),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 5 }),
  ),
}))

describe('changes', () => {
  test('applied in order to the state before give the state after', () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const changes = changesBetween(before, after)
        if (changes === undefined) return
        const result = structuredCloneOf(before)
        for (const { path, keys, after: value, isRemoved } of changes) {
          expect(keysOfPath(path)).toEqual(keys)
          applyChange(result, path, isRemoved ? 'removed' : { after: structuredCloneOf(value) })
        }
        expect(result).toStrictEqual(after)
      }),
      { numRuns: 500 },
    )
  })

  test('of recorded stores give each state that the program was in', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 2, maxLength: 8 }), list => {
        const recorder = record()
        try {
          const store = new StateRecorder(recorder.access, 'test').open('store', list[0])
          for (const [index, next] of list.slice(1).entries()) {
            store.changed(next)
            if (index % 3 === 0) expect(replay(recorder, () => {}).get('store')).toStrictEqual(next)
          }
          expect(replay(recorder, () => {}).get('store')).toStrictEqual(list.at(-1))
        } finally {
          release(recorder)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('are told by paths as JavaScript writes them', () => {
    const told = (before: unknown, after: unknown): unknown =>
      changesBetween(before, after)?.map(({ path, before: old, after: value, isRemoved }) => (isRemoved ? [path, old] : [path, old, value]))
    expect(told({ items: [{ price: 1 }], 'a-b': { c: 1 } }, { items: [{ price: 2 }], 'a-b': { c: 2 } })).toEqual([
      ['items[0].price', 1, 2],
      ["['a-b'].c", 1, 2],
    ])
    expect(told({ a: 1, b: 2 }, { b: 2, c: 3 })).toEqual([
      ['a', 1],
      ['c', undefined, 3],
    ])
    expect(told({ list: [1, 2, 3] }, { list: [1] })).toEqual([['list.length', 3, 1]])
    expect(told([1], [1, 2])).toEqual([['[1]', undefined, 2]])
    // oxlint-disable-next-line no-sparse-arrays
    expect(told([1, 2], [, 2, ,])).toEqual([
      ['[0]', 1],
      ['length', 2, 3],
    ])
    expect(pathOf(["it's\n"])).toBe("['it\\'s\\n']")
  })

  test('are none where nothing differs, and no list where the root is another or there are too many', () => {
    const shared = { deep: { deeper: 1 } }
    expect(changesBetween({ shared, n: Number.NaN }, { shared, n: Number.NaN })).toEqual([])
    expect(changesBetween(1, 2)).toBeUndefined()
    expect(changesBetween([], {})).toBeUndefined()
    expect(changesBetween({}, Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, i])))).toBeUndefined()
    expect(
      changesBetween(
        Array.from({ length: 20_001 }, () => 1),
        [1],
      ),
    ).toBeUndefined()
  })

  test('end where levels end: what is deeper changes as a whole', () => {
    const nest = (levels: number, leaf: unknown): unknown => (levels === 0 ? leaf : { a: nest(levels - 1, leaf) })
    expect(changesBetween(nest(20, 1), nest(20, 2))?.map(({ path }) => path)).toEqual([Array.from({ length: 12 }, () => 'a').join('.')])
    const ring: { self?: object } = {}
    ring.self = ring
    const other: { self?: object } = {}
    other.self = other
    expect(changesBetween(ring, other)?.length).toBe(1)
  })
})

describe('nothing of the program runs', () => {
  const bait = (): never => {
    throw new Error('code of the program ran')
  }
  const trap = (): object => new Proxy({}, new Proxy({}, { get: bait }))

  test('getters and proxies are left alone', () => {
    const lazy = (): object => Object.defineProperty({ n: 1 }, 'lazy', { get: bait, enumerable: true, configurable: true })
    expect(changesBetween({ a: lazy() }, { a: lazy() })).toEqual([])
    expect(changesBetween({ a: lazy() }, { a: { n: 1, lazy: 1 } })).toBeUndefined()
    const [one, other] = [trap(), trap()]
    const [change] = changesBetween({ a: one }, { a: other }) ?? []
    expect([change?.path, change?.before === one, change?.after === other]).toEqual(['a', true, true])
    expect(isContainer(trap())).toBe(false)
    const copied = copyState({ a: one, b: lazy() }, undefined, same)?.copy as { a: unknown }
    expect(copied.a === one).toBe(true)
    const recorder = recording()
    const store = new StateRecorder(recorder.access, 'test').open('s', { a: one, b: lazy() })
    store.changed({ a: other, b: lazy() })
    store.changed({ a: other, b: 1 })
    expect(recorder.stats().errors).toEqual({})
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["s", {a: <proxy>, b: {n: 1, lazy: <accessor>}}]',
      'state-change → ["s", "a", <proxy>, <proxy>]',
      'state-change → ["s", "b", {n: 1, lazy: <accessor>}, 1]',
    ])
  })

  test('instances, maps and dates are compared by identity', () => {
    class Item {
      n: number
      constructor(n: number) {
        this.n = n
      }
    }
    const [one, two] = [new Item(1), new Item(1)]
    const map = new Map([[1, 1]])
    expect(changesBetween({ item: one, map }, { item: two, map })).toMatchObject([{ path: 'item', before: one, after: two }])
  })
})

describe('a copy', () => {
  test('is equal, and what has not changed is the same object as before', () => {
    fc.assert(
      fc.property(state, state, (first, second) => {
        const one = copyState(first, undefined, same)?.copy
        expect(one).toStrictEqual(first)
        expect(copyState(first, one, same)?.copy).toBe(one)
        expect(copyState(second, one, same)?.copy).toStrictEqual(second)
      }),
    )
  })

  test('holds maps, sets and dates as they were', () => {
    const live = { map: new Map([['a', { n: 1 }]]), set: new Set([1]), date: new Date(5), kept: { map: new Map() } }
    const one = copyState(live, undefined, same)?.copy
    expect(one).toEqual(live)
    expect(copyState(live, one, same)?.copy).toBe(one)
    live.map.get('a')!.n = 2
    live.set.add(2)
    live.date.setTime(6)
    const two = copyState(live, one, same)?.copy
    expect(one).toEqual({ map: new Map([['a', { n: 1 }]]), set: new Set([1]), date: new Date(5), kept: { map: new Map() } })
    expect(two).toEqual(live)
    expect(changesBetween(one, two)?.map(({ path }) => path)).toEqual(['map', 'set', 'date'])
  })

  test('of a state that is too large is none', () => {
    expect(copyState(Array.from({ length: 20_001 }), undefined, same)).toBeUndefined()
  })
})

describe('a recorded store', () => {
  test('has a name of its own', () => {
    const recorder = recording()
    const states = new StateRecorder(recorder.access, 'test')
    const names = ['cart', 'cart', 'cart#2', 'cart', 'cart#2'].map(name => states.open(name, 0).name)
    expect(names).toEqual(['cart', 'cart#2', 'cart#2#2', 'cart#3', 'cart#2#3'])
    expect(new StateRecorder(recorder.access, 'other').open('cart', 0).name).toBe('cart#4')
  })

  test('gives a snapshot at first, for another root, for too many changes, and every 200 changes', () => {
    const recorder = recording()
    const states = new StateRecorder(recorder.access, 'test')
    const number = states.open('number', 0)
    number.changed(0)
    number.changed(1)
    const many = states.open('many', {})
    many.changed(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i])))
    expect(statesOf(recorder).map(line => line.slice(0, 30))).toEqual([
      'state-snapshot → ["number", 0]',
      'state-snapshot → ["number", 1]',
      'state-snapshot → ["many", {}]',
      'state-snapshot → ["many", {k0:',
    ])
    const counter = states.open('counter', { n: 0 })
    for (let n = 1; n <= 450; n++) counter.changed({ n })
    const lines = statesOf(recorder).filter(line => line.includes('"counter"'))
    const snapshots = lines.flatMap((line, index) => (line.startsWith('state-snapshot') ? [index] : []))
    expect([lines.length, snapshots]).toEqual([453, [0, 201, 402]])
  })

  test('masks what is behind a name to mask', () => {
    const recorder = recording()
    const store = new StateRecorder(recorder.access, 'test').open('user', { password: 'one', auth: { token: { raw: 'one' } } })
    store.changed({ password: 'two', auth: { token: { raw: 'two' } } })
    store.changed({ auth: { token: { raw: 'two' } } })
    expect(statesOf(recorder).slice(1)).toEqual([
      'state-change → ["user", "password", <redacted plan>, <redacted plan>] [redacted]',
      'state-change → ["user", "auth.token.raw", <redacted plan>, <redacted plan>] [redacted]',
      'state-change → ["user", "password", <redacted plan>] [redacted]',
    ])
  })

  test('runs actions as the cause of what happens in them, and passes everything through', () => {
    const recorder = recording()
    const store = new StateRecorder(recorder.access, 'test').open('cart', { n: 0 })
    const thisArg = {}
    const add = function (this: unknown, ...args: unknown[]): unknown {
      store.changed({ n: 1 })
      return [this, ...args]
    }
    expect(store.run('add', { by: 1 }, add, thisArg, [1, 2])).toEqual([thisArg, 1, 2])
    const error = new TypeError('no')
    expect(() =>
      store.run(
        'fail',
        NO_PAYLOAD,
        () => {
          throw error
        },
        undefined,
        [],
      ),
    ).toThrow(error)
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["cart", {n: 0}]',
      'activity-start #1 action → {library: "test", store: "cart", action: "add", payload: {by: 1}}',
      'state-change #1 → ["cart", "n", 0, 1]',
      'activity-end #1 action → {}',
      'activity-start #2 action → {library: "test", store: "cart", action: "fail"}',
      'activity-end #2 action → {error: "no"}',
    ])
    store.close()
    expect(store.run('add', NO_PAYLOAD, add, thisArg, [])).toEqual([thisArg])
    expect(statesOf(recorder).length).toBe(6)
  })
})

/** Without what `structuredClone` does about `__proto__`, -0 and undefined. */
function structuredCloneOf(value: unknown): unknown {
  return copyState(value, undefined, same)?.copy
}
