/** Copies of states that change in place: what is the same stays the same object, nothing of the program runs, and nothing that differs is passed over. */
import { expect, test } from 'vitest'
import { copyState } from '../../src/adapters/state-copy.ts'

const same = (value: unknown): unknown => value
const unreachable = (): never => expect.unreachable()
const define = <T extends object>(target: T, key: string, descriptor: PropertyDescriptor): T => Object.defineProperty(target, key, descriptor)
const outline = (value: unknown): unknown => Object.getOwnPropertyDescriptors(value as object)
const copyOf = (state: unknown, before?: unknown): unknown => copyState(state, before, same)?.copy

test('what has not changed is the object of the copy before, also holes, empty values and what is not enumerable', () => {
  const state = { list: [, undefined, { a: 1 }], none: undefined, date: new Date(1), map: new Map([['a', [1]]]), inner: { deep: [{}] } } // eslint-disable-line no-sparse-arrays
  Object.defineProperty(state.inner, 'hidden', { value: [1], enumerable: false, writable: true, configurable: true })
  const first = copyOf(state)
  expect(first).toEqual({ ...state, inner: { deep: [{}], hidden: [1] } })
  expect(copyOf(state, first)).toBe(first)
})

interface State {
  list: unknown[]
  none?: undefined
  inner: Record<string, unknown>
  odd: object
  date: Date
  still: unknown
}

test.each<[string, string[], (state: State) => void]>([
  ['undefined becomes a hole', ['list'], ({ list }) => delete list[1]],
  ['a hole becomes undefined', ['list'], ({ list }) => Reflect.set(list, 0, undefined)],
  ['an array gets longer', ['list'], ({ list }) => Reflect.set(list, 'length', 9)],
  ['a key without a value goes', ['none'], state => delete state.none],
  ['a key without a value comes', [], state => Reflect.set(state, 'more', undefined)],
  ['one key goes and another comes', ['inner'], ({ inner }) => (delete inner['a'], Reflect.set(inner, 'c', undefined))],
  ['data becomes an accessor', ['inner'], ({ inner }) => define(inner, 'a', { get: unreachable })],
  ['an accessor becomes data', ['odd'], ({ odd }) => define(odd, 'lazy', { value: undefined, writable: true })],
  ['an accessor becomes another', ['odd'], ({ odd }) => define(odd, 'lazy', { get: () => unreachable() })],
  ['a date moves', ['date'], ({ date }) => Reflect.apply(Date.prototype.setTime, date, [2])],
])('%s: seen, and only there', (_, changed, change) => {
  const odd = define({}, 'lazy', { get: unreachable, configurable: true, enumerable: true })
  const state: State = { list: [, undefined, 1], none: undefined, inner: { a: undefined, b: 1 }, odd, date: new Date(1), still: [{ a: [1] }] } // eslint-disable-line no-sparse-arrays
  const first = copyOf(state) as Record<string, unknown>
  expect(copyOf(state, first)).toBe(first)
  change(state)
  const second = copyOf(state, first) as Record<string, unknown>
  // Not by `toBe`, which reads accessors to show what differs.
  expect(second === first).toBe(false)
  expect(Object.keys(first).filter(key => second[key] !== first[key] || Object.hasOwn(second, key) !== Object.hasOwn(first, key))).toEqual(changed)
  expect(Object.keys(second)).toEqual(Object.keys(state))
  expect([second['list'], second['inner'], second['odd']].map(outline)).toEqual([state.list, state.inner, state.odd].map(outline))
  expect(copyOf(state, second) === second).toBe(true)
})

test('proxies and instances of the program are no copies, wherever they stood before', () => {
  const all = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map(name => [name, unreachable]))
  class Item {
    get a(): number {
      return expect.unreachable()
    }
  }
  const state: Record<string, unknown> = { object: new Proxy({}, all), array: new Proxy([], all), item: new Item() }
  const first = copyOf(state) as Record<string, unknown>
  expect(Object.keys(state).every(key => first[key] === state[key])).toBe(true)
  Object.assign(state, { object: { a: 1 }, array: [1], item: { a: 1 } })
  expect(copyOf(state, first)).toEqual({ object: { a: 1 }, array: [1], item: { a: 1 } })
})
