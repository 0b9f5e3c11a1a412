/** Real stores are put to moments that were recorded, and back: the program has the state that it had then, and goes on with it. */
import * as pinia4 from 'pinia'
import * as pinia3 from 'pinia3'
import * as svelte5 from 'svelte/store'
// @ts-expect-error -- its types are those of a module that is called svelte
import * as svelte4 from 'svelte4/store'
import * as valtio2 from 'valtio/vanilla'
import * as valtio1 from 'valtio1/vanilla'
import { nextTick, ref, watchEffect } from 'vue'
import * as zustand5 from 'zustand'
import * as zustand4 from 'zustand4'
import type { EventRef } from '@hindscope/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { LibraryAdapter, Observe } from '../../src/adapters/library.ts'
import { piniaAdapter } from '../../src/libraries/pinia.ts'
import { svelteStoreAdapter } from '../../src/libraries/svelte-store.ts'
import { valtioAdapter } from '../../src/libraries/valtio.ts'
import { zustandAdapter } from '../../src/libraries/zustand.ts'
import { RecordedProgram } from './recorded-program.ts'
import { randomOf, release } from './recorded-states.ts'

interface Item {
  name: string
  tags: string[]
  at: { x: number; deep: { y: number | null } }
}
interface Shop {
  items: Item[]
  byName: Record<string, number>
  note: string
  first?: Item | undefined
}
const emptyShop = (): Shop => ({ items: [], byName: {}, note: '' })

/** A store of some library, as the test drives it. */
interface Driven {
  readonly name: string
  get(): Shop
  /** The library's own way to change it. */
  change(work: (shop: Shop) => void): void
  /** How often somebody who subscribed was told. */
  told(): number
}
interface Library {
  readonly name: string
  readonly adapter: LibraryAdapter
  open(observe: Observe): Driven
}

const copyOf = (shop: Shop): Shop => structuredClone(JSON.parse(JSON.stringify(shop)) as Shop) // SAFE: plain data

const zustand = (name: string, library: typeof zustand5): Library => ({
  name,
  adapter: zustandAdapter,
  open(observe) {
    const store = observe(
      library.createStore<Shop & { clear(): void }>(set => ({ ...emptyShop(), clear: () => set({ items: [] }) })),
      'createStore',
    )
    let told = 0
    store.subscribe(() => told++)
    return {
      name: 'zustand',
      get: () => store.getState(),
      change: work => {
        const next = copyOf(store.getState())
        work(next)
        store.setState(next)
      },
      told: () => told,
    }
  },
})

const pinia = (name: string, library: typeof pinia4): Library => ({
  name,
  adapter: piniaAdapter,
  open(observe) {
    const root = observe(library.createPinia(), 'createPinia')
    const store = library.defineStore('shop', { state: emptyShop, actions: { change: (work: () => void) => work() } })(root)
    let told = 0
    store.$subscribe(() => told++, { flush: 'sync' })
    return { name: 'shop', get: () => store.$state, change: work => store.change(() => work(store.$state)), told: () => told }
  },
})

const valtio = (name: string, library: typeof valtio2): Library => ({
  name,
  adapter: valtioAdapter,
  open(observe) {
    observe(library.subscribe, 'subscribe')
    observe(library.getVersion, 'getVersion')
    const store = observe(library.proxy(emptyShop()), 'proxy')
    let told = 0
    library.subscribe(store, () => told++, true)
    return { name: 'valtio', get: () => store, change: work => work(store), told: () => told }
  },
})

const svelte = (name: string, library: typeof svelte5): Library => ({
  name,
  adapter: svelteStoreAdapter,
  open(observe) {
    const store = observe(library.writable(emptyShop()), 'writable')
    let told = 0
    store.subscribe(() => told++)
    return { name: 'writable', get: () => library.get(store), change: work => store.update(shop => (work(shop), shop)), told: () => told }
  },
})

const LIBRARIES: readonly Library[] = [
  // SAFE: what the tests use is the same in both, here and below
  zustand('zustand 5', zustand5),
  zustand('zustand 4', zustand4 as unknown as typeof zustand5),
  pinia('pinia 4', pinia4),
  pinia('pinia 3', pinia3 as unknown as typeof pinia4),
  valtio('valtio 2', valtio2),
  valtio('valtio 1', valtio1 as unknown as typeof valtio2),
  svelte('svelte 5', svelte5),
  svelte('svelte 4', svelte4 as unknown as typeof svelte5),
]

const programs: RecordedProgram[] = []
afterEach(() => programs.splice(0).forEach(({ recorder }) => release(recorder)))
function recording(adapter: LibraryAdapter): { readonly program: RecordedProgram; readonly observe: Observe } {
  const program = new RecordedProgram()
  programs.push(program)
  return { program, observe: registerLibrary(adapter, adapter.id) }
}

const STEPS: readonly ((shop: Shop, random: (limit: number) => number) => void)[] = [
  (shop, random) => shop.items.push({ name: `n${random(20)}`, tags: [], at: { x: random(9), deep: { y: null } } }),
  (shop, random) => void shop.items.splice(random(3), 1),
  (shop, random) => void shop.items[random(3)]?.tags.push(`t${random(9)}`),
  (shop, random) => {
    const item = shop.items[random(4)]
    if (item !== undefined) item.at.deep.y = random(100)
  },
  (shop, random) => void (shop.byName[`key ${random(9)}`] = random(100)),
  (shop, random) => void delete shop.byName[`key ${random(9)}`],
  (shop, random) => void (shop.note = `note ${random(5)}`),
  shop => void (shop.items = [...shop.items].reverse()),
  (shop, random) => void (shop.first = random(2) === 0 ? undefined : { name: 'first', tags: [], at: { x: 1, deep: { y: 2 } } }),
]

describe.each(LIBRARIES)('$name', ({ adapter, open }) => {
  test('jumps to 105 recorded moments and back, and the program goes on', () => {
    const { program, observe } = recording(adapter)
    const store = open(observe)
    const random = randomOf(5)
    const moments: { readonly ref: EventRef; readonly state: Shop }[] = []
    const step = (): void => {
      store.change(shop => STEPS[random(STEPS.length)]?.(shop, random))
      moments.push({ ref: program.here(), state: copyOf(store.get()) })
    }
    for (let i = 0; i < 120; i++) step()
    for (let i = 0; i < 105; i++) {
      const { ref: there, state } = moments[random(moments.length)] as (typeof moments)[number] // SAFE: below the length
      const [before, told] = [copyOf(store.get()), store.told()]
      expect([i, program.jump(store.name, there)]).toEqual([i, 'done'])
      expect({ i, state: copyOf(store.get()) }).toEqual({ i, state })
      if (JSON.stringify(before) !== JSON.stringify(state)) expect(store.told()).toBeGreaterThan(told)
      if (i % 3 === 0) {
        expect(program.stores()).toEqual([{ store: store.name, isAway: true }])
        expect(program.back(store.name)).toBe('done')
      }
      if (i % 5 === 0) step()
    }
    expect(program.recorder.stats().errors).toEqual({})
    const actions = program.actions
    expect(actions.filter(name => name === 'jump by Hindscope')).toHaveLength(140)
    // Valtio tells of no actions; everywhere else there is one for each that the program made, and no more.
    expect([0, moments.length]).toContain(actions.length - 140)
  })

  test('goes back to the very state that it left', () => {
    const { program, observe } = recording(adapter)
    const store = open(observe)
    const empty = program.here()
    store.change(shop => shop.items.push({ name: 'tea', tags: [], at: { x: 1, deep: { y: 2 } } }))
    const one = program.here()
    store.change(shop => (shop.note = 'live'))
    const [live] = store.get().items
    const now = copyOf(store.get())
    expect([program.jump(store.name, empty), program.jump(store.name, one), program.jump(store.name, empty)]).toEqual(['done', 'done', 'done'])
    store.change(shop => (shop.note = 'while away'))
    expect(program.back(store.name)).toBe('done')
    expect(copyOf(store.get())).toEqual(now)
    expect(store.get().items[0] === live).toBe(true)
    expect([program.stores(), program.back(store.name)]).toEqual([[{ store: store.name, isAway: false }], 'gone'])
  })

  test('what is equal stays the same object, what several paths share stays one', () => {
    const { program, observe } = recording(adapter)
    const store = open(observe)
    store.change(shop => {
      shop.items = [1, 2].map(x => ({ name: `n${x}`, tags: [], at: { x, deep: { y: null } } }))
      shop.first = shop.items[0]
    })
    const there = program.here()
    const [first, second] = store.get().items
    const isShared = store.get().first === first
    store.change(shop => {
      const [item] = shop.items
      if (item !== undefined) item.at.x = 9
    })
    const secondNow = store.get().items[1]
    expect(program.jump(store.name, there)).toBe('done')
    const { items } = store.get()
    expect([items[0]?.at.x, items[1] === secondNow, first?.name, second?.name]).toEqual([1, true, 'n1', 'n2'])
    expect([store.get().first?.at.x, store.get().first === items[0]]).toEqual([1, isShared])
    expect(isShared).toBe(true)
  })

  test('a state of which something is not known is refused with its path, and nothing is set', () => {
    const { program, observe } = recording(adapter)
    const store = open(observe)
    store.change(shop => (shop.note = 'x'.repeat(20_000)))
    const long = program.here()
    store.change(shop => shop.items.push({ name: 'tea', tags: [], at: { x: 1, deep: { y: 2 } } }))
    const told = store.told()
    // What has not changed since is there still.
    expect(program.jump(store.name, long)).toBe('done')
    expect([store.get().items.length, store.get().note.length]).toEqual([0, 20_000])
    store.change(shop => (shop.note = 'short'))
    expect(program.jump(store.name, long)).toBe('recording: note was recorded up to 10000 of 20000 characters')
    expect(store.get().note).toBe('short')
    const masked = store.get() as Shop & { password?: string }
    store.change(shop => Object.assign(shop, { password: 'a' }))
    const secret = program.here()
    store.change(shop => Object.assign(shop, { password: 'b' }))
    expect(program.jump(store.name, secret)).toBe('recording: password is masked (plan)')
    expect((store.get() as typeof masked).password).toBe('b')
    expect(store.told()).toBeGreaterThan(told)
  })
})

describe('what cannot be given back', () => {
  test('functions, instances, maps and dates are kept while they are what they were', () => {
    const { program, observe } = recording(zustandAdapter)
    class Money {
      #cents = 5
      amount = 1
      get cents(): number {
        return this.#cents
      }
    }
    const [money, when, seen, add] = [new Money(), new Date(1), new Map([['a', { n: 1 }]]), (): number => 1]
    const store = observe(zustand5.createStore<Record<string, unknown>>(() => ({ money, when, seen, add, n: 0, big: 2n, nan: Number.NaN, none: -0 })))
    const there = program.here()
    store.setState({ n: 1, big: 3n, nan: 0, none: 0 })
    expect(program.jump('zustand', there)).toBe('done')
    const state = store.getState()
    expect([state['money'] === money, state['when'] === when, state['seen'] === seen, state['add'] === add]).toEqual([true, true, true, true])
    expect([state['n'], state['big'], state['nan'], Object.is(state['none'], -0)]).toEqual([0, 2n, Number.NaN, true])
    // Changed in place, unseen by the library.
    seen.set('b', { n: 2 })
    expect(program.jump('zustand', there)).toMatch(/^incomplete seen is another one/)
    seen.delete('b')
    money.amount = 2
    expect(program.jump('zustand', there)).toMatch(/^incomplete money is another one/)
    money.amount = 1
    expect(program.jump('zustand', there)).toBe('done')
    store.setState({ when: new Date(2) })
    expect(program.jump('zustand', there)).toBe('recording: when is a date, which a recording cannot give back, and has changed since')
    store.setState({ when, add: () => 2 })
    expect(program.jump('zustand', there)).toMatch(/^recording: when is a date/)
    // Its own state comes back as it was all the same.
    expect(program.back('zustand')).toBe('done')
    expect(store.getState()['add'] === add).toBe(true)
  })

  test('parts are kept only where the recording knows all that the program did', () => {
    const { program, observe } = recording(zustandAdapter)
    const store = observe(zustand5.createStore(() => ({ n: 0, add: (): void => {} })))
    const there = program.here()
    store.setState({ n: 1 })
    expect(program.jump('zustand', there, 1)).toBe('behind')
    expect(store.getState().n).toBe(1)
    expect(program.jump('zustand', there)).toBe('done')
  })

  test('frozen stays frozen, hidden stays hidden, holes stay holes', () => {
    const { program, observe } = recording(zustandAdapter)
    const hidden = Object.defineProperty({ n: 1 }, 'secretly', { value: 1, enumerable: false, writable: true, configurable: true })
    const store = observe(zustand5.createStore<Record<string, unknown>>(() => ({ list: Object.freeze([1, , 3]), hidden, bare: Object.assign(Object.create(null), { n: 1 }) }))) // prettier-ignore
    const there = program.here()
    store.setState({ list: Object.freeze([1]), hidden: Object.defineProperty({ n: 2 }, 'secretly', { value: 2, enumerable: false, writable: true, configurable: true }), bare: Object.assign(Object.create(null), { n: 2 }) }) // prettier-ignore
    expect(program.jump('zustand', there)).toBe('done')
    const { list, hidden: shown, bare } = store.getState() as { list: unknown[]; hidden: object; bare: object }
    expect([list, Object.isFrozen(list), 1 in list]).toEqual([[1, , 3], true, false]) // prettier-ignore
    expect([Object.keys(shown), Reflect.get(shown, 'secretly')]).toEqual([['n'], 1])
    expect([Object.getPrototypeOf(bare), { ...bare }]).toEqual([null, { n: 1 }])
  })

  test('a cycle, and symbols as keys, are refused', () => {
    const { program, observe } = recording(zustandAdapter)
    const loop: Record<string, unknown> = { n: 0 }
    loop['self'] = loop
    const store = observe(zustand5.createStore<Record<string, unknown>>(() => ({ loop, n: 0 })))
    const there = program.here()
    store.setState({ n: 1 })
    expect(program.jump('zustand', there)).toBe('recording: loop.self leads back to what it is inside of')
    store.setState({ loop: 0, n: 2, [Symbol('own')]: 1 })
    const plain = program.here()
    store.setState({ n: 3 })
    expect(program.jump('zustand', plain)).toMatch(/^incomplete {2}has properties with symbols/)
  })
})

test('a store that is gone, detached or unknown is told as such; a state that makes the program throw too', () => {
  const { program, observe } = recording(zustandAdapter)
  const store = observe(zustand5.createStore(() => ({ n: 0 })))
  const there = program.here()
  store.setState({ n: 1 })
  store.subscribe(({ n }) => {
    if (n === 0) throw new RangeError('not zero')
  })
  expect(program.jump('zustand', there)).toBe('failed not zero')
  expect(store.getState().n).toBe(0)
  expect(program.ask({ ask: 'jump', store: 'other', to: '', state: { kind: 'null' }, known: 0 })).toMatchObject({ outcome: 'refused', why: 'gone' })
  for (const bad of [{ ask: 'fly', store: 'zustand' }, { ask: 'jump', store: 'zustand' }, { ask: 'back' }])
    expect(() => program.ask(bad)).toThrow('no answer')
  expect(program.recorder.stats().errors).toEqual({ 'control-bad': 3 })
})

describe('stores of setup functions', () => {
  test('refs, computed and what hangs on them follow a jump', async () => {
    const { program, observe } = recording(piniaAdapter)
    const root = observe(pinia4.createPinia(), 'createPinia')
    const cart = pinia4.defineStore('cart', () => {
      const items = ref<{ n: number }[]>([])
      const note = ref('')
      return { items, note }
    })(root)
    await nextTick()
    const shown: string[] = []
    const stop = watchEffect(() => shown.push(`${cart.items.map(({ n }) => n).join()} ${cart.note}`), { flush: 'sync' })
    const there = program.here()
    cart.items.push({ n: 1 })
    cart.note = 'one'
    const { items } = pinia4.storeToRefs(cart)
    expect(program.jump('cart', there)).toBe('done')
    expect([cart.items, cart.note, items.value, shown.at(-1)]).toEqual([[], '', [], ' '])
    cart.items.push({ n: 2 })
    expect([items.value, shown.at(-1)]).toEqual([[{ n: 2 }], '2 '])
    expect(program.back('cart')).toBe('done')
    expect([cart.items, cart.note, shown.at(-1)]).toEqual([[{ n: 1 }], 'one', '1 one'])
    stop()
  })
})
