import * as jotai3 from 'jotai/vanilla'
import * as utils3 from 'jotai/vanilla/utils'
import * as jotai2 from 'jotai2/vanilla'
import * as utils2 from 'jotai2/vanilla/utils'
import { afterEach, describe, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { jotaiAdapter } from '../../src/libraries/jotai.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

type Jotai = typeof jotai3
type Utils = typeof utils3
// SAFE: what the tests use is the same in both
const VERSIONS: readonly (readonly [string, Jotai, Utils])[] = [
  ['jotai 3', jotai3, utils3],
  ['jotai 2', jotai2 as unknown as Jotai, utils2 as unknown as Utils],
]

const recorders: RecorderHandle[] = []
afterEach(() => {
  recorders.splice(0).forEach(release)
  Reflect.deleteProperty(globalThis, '__JOTAI_DEFAULT_STORE__')
})
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(jotaiAdapter, 'jotai') }
}
const labelled = <T extends { debugLabel?: string }>(atom: T, label: string): T => Object.assign(atom, { debugLabel: label })

describe.each(VERSIONS)('%s', (_, jotai, utils) => {
  const { atom, createStore } = jotai

  /** Everything that the program can see; `observe` gives back what it gets. */
  async function program(observe: Observe): Promise<readonly unknown[]> {
    const log: unknown[] = []
    const store = observe(createStore(), 'createStore')
    log.push(observe(store, 'createStore') === store, Object.keys(store), store.set.name, store.sub.length)
    const reads: string[] = []
    const count = atom(1)
    const double = atom(get => (reads.push('double'), get(count) * 2))
    const lazy = atom(get => (reads.push('lazy'), get(double) + 1))
    const broken = atom((get): number => {
      reads.push('broken')
      if (get(count) > 2) throw error
      return 1
    })
    const error = new RangeError('too much')
    const mounts = atom(0)
    mounts.onMount = setSelf => {
      log.push('mount')
      setSelf(5)
      return () => log.push('unmount')
    }
    const add = atom(null, (get, set, by: number) => {
      set(count, get(count) + by)
      set(mounts, n => n + 1)
      return by
    })
    const later = atom(async get => (await Promise.resolve(), get(count)))
    const fails = atom(null, (_get, set) => {
      set(count, 0)
      throw error
    })
    const listener = (): void => void log.push(['double is', store.get(double)])
    const leave = store.sub(double, listener)
    const leaveAgain = store.sub(double, listener)
    const leaveMounts = store.sub(mounts, () => {
      log.push(['mounts is', store.get(mounts)])
      if (store.get(mounts) === 6) store.set(count, 10)
    })
    const leaveLater = store.sub(later, () => log.push('later'))
    log.push(store.set(add, 1), store.get(count), [...reads])
    store.set(count, n => n)
    try {
      store.get(broken)
    } catch (caught) {
      log.push(caught === error)
    }
    try {
      store.set(fails)
    } catch (caught) {
      log.push(caught === error, store.get(count))
    }
    log.push(await store.get(later))
    leave()
    leave()
    store.set(count, 3)
    leaveAgain()
    store.set(count, 4)
    log.push([...reads])
    leaveMounts()
    leaveLater()
    log.push(store.get(lazy), [...reads])
    const family = utils.atomWithReducer(0, (value, action: number) => value + action)
    store.set(family, 4)
    log.push(store.get(family))
    const { get, set } = store
    set(count, 7)
    log.push(get(count))
    return log
  }

  test('a program does what it did', async () => {
    const plain = await program(value => value)
    const { recorder, observe } = recording()
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('atoms that are set, read and subscribed to are recorded', () => {
    const { recorder, observe } = recording()
    const store = observe(createStore(), 'createStore')
    const cart = labelled(atom({ items: [] as string[], password: 'a' }), 'cart')
    const size = labelled(
      atom(get => get(cart).items.length),
      'size',
    )
    const add = labelled(
      atom(null, (get, set, item: string) => set(cart, { ...get(cart), items: [...get(cart).items, item] })),
      'add',
    )
    const password = labelled(atom('one'), 'password')
    store.set(cart, value => value)
    store.sub(size, () => {})
    store.get(cart)
    store.set(add, 'tea')
    store.set(password, 'two')
    expect(() => store.set(atom(null, () => fail(new Error('broken'))))).toThrow('broken')
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["jotai", {}]',
      'activity-start #1 action → {library: "jotai", store: "jotai", action: "cart", payload: ƒ }',
      'activity-end #1 action → {}',
      'state-change → ["jotai", "size", undefined, 0]',
      'state-change → ["jotai", "cart", undefined, {items: [], password: <redacted password>}] [redacted]',
      'activity-start #2 action → {library: "jotai", store: "jotai", action: "add", payload: "tea"}',
      'state-change #2 → ["jotai", "size", 0, 1]',
      'state-change #2 → ["jotai", "cart.items[0]", undefined, "tea"]',
      'activity-end #2 action → {}',
      'activity-start #3 action → {library: "jotai", store: "jotai", action: "password", payload: <redacted plan>} [redacted]',
      'state-change #3 → ["jotai", "password", undefined, <redacted plan>] [redacted]',
      'activity-end #3 action → {}',
      'activity-start #4 action → {library: "jotai", store: "jotai", action: "atom"}',
      'activity-end #4 action → {error: "broken"}',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const store = observe(createStore(), 'createStore')
    const list = labelled(atom<readonly number[]>([]), 'list')
    const map = labelled(atom<Readonly<Record<string, number>>>({}), 'map')
    const sum = labelled(
      atom(get => get(list).reduce((a, b) => a + b, 0)),
      'sum',
    )
    const both = labelled(
      atom(null, (get, set, n: number) => {
        set(list, [...get(list), n].slice(-5))
        set(map, { ...get(map), [`k${n}`]: n })
      }),
      'both',
    )
    const expected: unknown[] = []
    const moment = (): void => {
      expected.push({ sum: store.get(sum), list: store.get(list), map: store.get(map) })
      mark(recorder, String(expected.length - 1))
    }
    store.sub(sum, moment)
    const random = randomOf(13)
    while (expected.length < 200) {
      const n = random(20)
      if (random(3) === 0) store.set(both, n)
      else if (random(2) === 0) store.set(map, { a: n })
      else store.set(list, values => values.filter(value => value !== n))
      moment()
    }
    expect(compareMoments(recorder, 'jotai', expected)).toEqual({ moments: expected.length, first: undefined })
  })

  test('a detached store is as it was, listeners that stay listen on', () => {
    const { recorder, observe } = recording()
    const store = createStore()
    const before = Object.getOwnPropertyDescriptors(store)
    observe(store, 'createStore')
    const count = atom(0)
    const seen: number[] = []
    const leave = store.sub(count, () => seen.push(store.get(count)))
    release(recorder)
    expect(Object.getOwnPropertyDescriptors(store)).toEqual(before)
    const events = recorder.stats().events
    store.set(count, 1)
    leave()
    store.set(count, 2)
    expect([recorder.stats().events, seen]).toEqual([events, [1]])
  })
})

test('the default store is met where Jotai puts it, and what is no store is left alone', () => {
  const { recorder, observe } = recording()
  const store = jotai3.getDefaultStore()
  expect(Object.getOwnPropertyDescriptor(globalThis, '__JOTAI_DEFAULT_STORE__')).toEqual({
    value: store,
    writable: true,
    enumerable: true,
    configurable: true,
  })
  observe(store, 'getDefaultStore')
  store.set(labelled(jotai3.atom(0), 'count'), 1)
  expect(statesOf(recorder)[2]).toBe('state-change #1 → ["jotai default", "count", undefined, 1]')
  observe({}, 'createStore')
  observe(Object.freeze(jotai3.createStore()), 'createStore')
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 2 })
})

test('a place for the default store that nobody took is taken away', () => {
  const { recorder } = recording()
  expect(Object.keys(globalThis)).not.toContain('__JOTAI_DEFAULT_STORE__')
  expect('__JOTAI_DEFAULT_STORE__' in globalThis).toBe(true)
  release(recorder)
  expect('__JOTAI_DEFAULT_STORE__' in globalThis).toBe(false)
})

function fail(error: Error): never {
  throw error
}
