import { derived, get, writable } from 'svelte/store'
import type { Writable } from 'svelte/store'
import { afterEach, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { svelteStoreAdapter } from '../../src/libraries/svelte-store.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(svelteStoreAdapter, 'svelte/store') }
}

/** Everything that the program can see; `observe` gives back what it gets. */
function program(observe: Observe): readonly unknown[] {
  const log: unknown[] = []
  const start = (set: (value: number) => void): (() => void) => {
    log.push('start')
    set(10)
    return () => log.push('stop')
  }
  const store = observe(writable(1, start), 'writable')
  log.push(observe(store, 'writable') === store, Object.keys(store), store.set.name, store.subscribe.length)
  store.set(2)
  store.update(n => (log.push(['update', n]), n + 1))
  const run = function (this: unknown, value: number): void {
    log.push(['run', value, typeof this, Array.isArray(this)])
    if (value === 20) store.set(21)
  }
  const leave = store.subscribe(run, () => log.push('invalidate'))
  const leaveAgain = store.subscribe(run)
  const doubled = derived(store, $store => $store * 2)
  const leaveDoubled = doubled.subscribe(value => log.push(['doubled', value]))
  store.set(20)
  store.set(21)
  const error = new Error('no')
  try {
    store.update(() => {
      throw error
    })
  } catch (caught) {
    log.push(caught === error)
  }
  for (const each of [leave, leave, leaveAgain, leaveDoubled]) each()
  log.push(get(store))
  const { set, update } = store
  set(5)
  update(n => n * 2)
  log.push(get(store))
  const list = observe(writable([1]), 'writable')
  list.subscribe(value => log.push(['list', [...value]]))
  list.update(value => (value.push(2), value))
  return log
}

test('a program does what it did', () => {
  const plain = program(value => value)
  const { recorder, observe } = recording()
  expect(program(observe)).toEqual(plain)
  expect(recorder.stats().errors).toEqual({})
})

test('values, and who set them, are recorded before subscribers are told', () => {
  const { recorder, observe } = recording()
  const store: Writable<{ items: string[]; note: string }> = observe(writable({ items: [] as string[], note: '' }), 'writable')
  store.subscribe(({ note }) => mark(recorder, note))
  store.set({ items: ['a'], note: 'set' })
  store.update(value => {
    value.items.push('b')
    return value
  })
  expect(statesOf(recorder)).toEqual([
    'state-snapshot → ["writable", {items: [], note: ""}]',
    'activity-start #1 action → {library: "svelte", store: "writable", action: "set", payload: {items: ["a"], note: "set"}}',
    'state-change #1 → ["writable", "items[0]", undefined, "a"]',
    'state-change #1 → ["writable", "note", "", "set"]',
    'activity-end #1 action → {}',
    'activity-start #2 action → {library: "svelte", store: "writable", action: "update"}',
    'state-change #2 → ["writable", "items[1]", undefined, "b"]',
    'activity-end #2 action → {}',
  ])
})

test('the state at any moment is the one that the program was in', () => {
  const { recorder, observe } = recording()
  const store = observe(writable<Record<string, number>>({}), 'writable')
  const expected: unknown[] = []
  store.subscribe(value => {
    expected.push(structuredClone(value))
    mark(recorder, String(expected.length - 1))
  })
  const random = randomOf(2)
  while (expected.length < 200) {
    if (random(2) === 0) store.set({ [`k${random(4)}`]: random(9) })
    else store.update(value => Object.assign(value, { [`k${random(9)}`]: random(100) }))
  }
  expect(compareMoments(recorder, 'writable', expected)).toEqual({ moments: expected.length, first: undefined })
})

test('a detached store is as it was, and what is no store is left alone', () => {
  const { recorder, observe } = recording()
  for (const value of [{}, Object.freeze(writable(0)), { subscribe: () => () => {} }]) observe(value, 'writable')
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 3 })
  const store = writable(0)
  const before = Object.getOwnPropertyDescriptors(store)
  observe(store, 'writable')
  const seen: number[] = []
  store.subscribe(value => seen.push(value))
  release(recorder)
  expect(Object.getOwnPropertyDescriptors(store)).toEqual(before)
  const events = recorder.stats().events
  store.set(1)
  expect([recorder.stats().events, seen]).toEqual([events, [0, 1]])
})
