import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import * as zustand5 from 'zustand'
import * as middleware5 from 'zustand/middleware'
import * as zustand4 from 'zustand4'
import * as middleware4 from 'zustand4/middleware'
import { afterEach, describe, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { zustandAdapter } from '../../src/libraries/zustand.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

interface Version {
  readonly name: string
  readonly zustand: typeof zustand5
  readonly middleware: typeof middleware5
}
const VERSIONS: readonly Version[] = [
  { name: 'zustand 5', zustand: zustand5, middleware: middleware5 },
  // SAFE: what the tests use is the same in both
  { name: 'zustand 4', zustand: zustand4 as unknown as typeof zustand5, middleware: middleware4 as unknown as typeof middleware5 },
]

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(zustandAdapter, 'zustand') }
}

interface Cart {
  items: { name: string; count: number }[]
  note: string
  add(name: string): void
}
const cart = (set: (partial: Partial<Cart> | ((state: Cart) => Partial<Cart>)) => void): Cart => ({
  items: [],
  note: '',
  add: name => set(state => ({ items: [...state.items, { name, count: 1 }] })),
})

describe.each(VERSIONS)('$name', ({ zustand, middleware }) => {
  /** Everything that the program can see; `observe` gives back what it gets. */
  function program(observe: Observe): readonly unknown[] {
    const log: unknown[] = []
    const useCart = observe(zustand.create<Cart>()(cart), 'create()')
    log.push(observe(useCart, 'create()') === useCart, typeof useCart, Object.keys(useCart), useCart.setState.name, useCart.setState.length)
    useCart.subscribe((state, before) => {
      log.push(['first', state.note, before.note, state === useCart.getState()])
      if (state.note === 'nest') useCart.setState({ note: 'nested' })
    })
    const leave = useCart.subscribe((state, before) => log.push(['second', state.items.length, state.note, before.note]))
    useCart.getState().add('tea')
    const { setState } = useCart
    setState({ note: 'nest' })
    setState(useCart.getState())
    const error = new Error('no')
    for (const bad of [
      (): never => fail(error),
      {
        get note(): string {
          throw error
        },
      },
    ]) {
      try {
        useCart.setState(bad as never)
      } catch (caught) {
        log.push(caught === error)
      }
    }
    leave()
    useCart.setState({ items: [], note: 'replaced' } as unknown as Cart, true)
    log.push(useCart.getState(), useCart.getInitialState().items)
    let renders = 0
    const Shown = (): string => `${++renders} ${useCart(state => state.note)}`
    log.push(renderToString(createElement(Shown)), renders)
    const counter = observe(
      zustand.createStore(() => 0),
      'createStore',
    )
    counter.subscribe((state, before) => log.push(['counter', state, before]))
    counter.setState(1)
    counter.setState(1)
    counter.setState(n => n + 1)
    log.push(counter.setState(5), counter.getState())
    return log
  }

  test('a program does what it did', () => {
    const plain = program(value => value)
    const { recorder, observe } = recording()
    expect(program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('states, and who set them, are recorded', () => {
    const { recorder, observe } = recording()
    const useCart = observe(zustand.create<Cart>()(cart), 'create()')
    useCart.getState().add('tea')
    useCart.setState({ note: 'x' })
    useCart.setState(state => ({ items: state.items.map(item => ({ ...item, count: 2 })) }))
    expect(() => useCart.setState(() => fail(new Error('broken')))).toThrow('broken')
    const counter = observe(
      zustand.createStore(() => 0),
      'createStore',
    )
    counter.setState(7)
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["zustand", {items: [], note: "", add: ƒ add}]',
      'state-change → ["zustand", "items[0]", undefined, {name: "tea", count: 1}]',
      'activity-start #1 action → {library: "zustand", store: "zustand", action: "setState", payload: {note: "x"}}',
      'state-change #1 → ["zustand", "note", "", "x"]',
      'activity-end #1 action → {}',
      'activity-start #2 action → {library: "zustand", store: "zustand", action: "setState"}',
      'state-change #2 → ["zustand", "items[0].count", 1, 2]',
      'activity-end #2 action → {}',
      'activity-start #3 action → {library: "zustand", store: "zustand", action: "setState"}',
      'activity-end #3 action → {error: "broken"}',
      'state-snapshot → ["zustand#2", 0]',
      'activity-start #4 action → {library: "zustand", store: "zustand#2", action: "setState", payload: 7}',
      'state-snapshot #4 → ["zustand#2", 7]',
      'activity-end #4 action → {}',
    ])
  })

  test('middleware works as it did', async () => {
    const run = async (observe: Observe): Promise<unknown> => {
      const { devtools, persist, subscribeWithSelector } = middleware
      const log: unknown[] = []
      const stored = new Map<string, string>()
      const storage = middleware.createJSONStorage(() => ({
        getItem: name => stored.get(name) ?? '{"state":{"note":"from storage"},"version":0}',
        setItem: (name, value) => (log.push(['stored', value]), void stored.set(name, value)),
        removeItem: name => void stored.delete(name),
      }))
      const store = observe(
        zustand.createStore<Cart>()(devtools(subscribeWithSelector(persist(cart, { name: 'cart', storage })), { enabled: false }) as never),
        'createStore()',
      ) as unknown as zustand5.StoreApi<Cart> & {
        subscribe<T>(selector: (state: Cart) => T, listener: (value: T, before: T) => void): () => void
        setState(partial: Partial<Cart>, replace: boolean | undefined, action: string): void
        persist: { getOptions(): { name: string } }
      }
      store.subscribe(
        state => state.items.length,
        (count, before) => log.push(['selected', count, before]),
      )
      store.getState().add('tea')
      store.setState({ note: 'named' }, undefined, 'cart/note')
      await Promise.resolve()
      log.push(store.getState(), store.persist.getOptions().name, [...stored.values()])
      return log.map(entry => JSON.stringify(entry))
    }
    const plain = await run(value => value)
    const { recorder, observe } = recording()
    expect(await run(observe)).toEqual(plain)
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["cart", {items: [], note: "from storage", add: ƒ add}]',
      'state-change → ["cart", "items[0]", undefined, {name: "tea", count: 1}]',
      'activity-start #1 action → {library: "zustand", store: "cart", action: "cart/note", payload: {note: "named"}}',
      'state-change #1 → ["cart", "note", "from storage", "named"]',
      'activity-end #1 action → {}',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    interface Shop {
      readonly items: readonly { readonly name: string; readonly tags: readonly string[] }[]
      readonly byName: Readonly<Record<string, number>>
    }
    const store = observe(
      zustand.createStore<Shop>(() => ({ items: [], byName: {} })),
      'createStore',
    )
    const random = randomOf(11)
    const steps: ((state: Shop) => Partial<Shop>)[] = [
      ({ items }) => ({ items: [...items, { name: `n${random(20)}`, tags: [] }] }),
      ({ items }) => ({ items: items.map((item, index) => (index === 2 ? { ...item, tags: [...item.tags, `t${random(9)}`] } : item)) }),
      ({ items }) => ({ items: items.slice(random(3)) }),
      ({ byName }) => ({ byName: { ...byName, [`key ${random(12)}`]: random(100) } }),
      ({ byName }) => ({ byName: Object.fromEntries(Object.entries(byName).filter(() => random(4) > 0)) }),
      state => state,
    ]
    const expected: Shop[] = []
    for (let i = 0; i < 1000; i++) {
      store.setState(steps[random(steps.length)] ?? {})
      expected.push(store.getState())
      mark(recorder, String(i))
    }
    expect(compareMoments(recorder, 'zustand', expected)).toEqual({ moments: 1000, first: undefined })
    expect(recorder.stats().truncated).toBe(0)
  })

  test('a detached store is as it was', () => {
    const { recorder, observe } = recording()
    const useCart = zustand.create<Cart>()(cart)
    const before = Object.getOwnPropertyDescriptors(useCart)
    observe(useCart, 'create()')
    const wrapped = useCart.setState
    release(recorder)
    expect(Object.getOwnPropertyDescriptors(useCart)).toEqual(before)
    const events = recorder.stats().events
    wrapped({ note: 'x' })
    useCart.getState().add('tea')
    expect([recorder.stats().events, useCart.getState().items.length]).toEqual([events, 1])
  })
})

test('what is no store is left alone', () => {
  const { recorder, observe } = recording()
  const store = zustand5.createStore(() => 0)
  for (const value of [{}, zustand5.createStore(), Object.freeze({ ...store }), new Proxy(store, {})]) {
    expect(observe(value, 'createStore') === value).toBe(true)
  }
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 4 })
})

function fail(error: Error): never {
  throw error
}
