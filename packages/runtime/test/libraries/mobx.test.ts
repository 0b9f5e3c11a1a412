import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { mobxAdapter } from '../../src/libraries/mobx.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

type Mobx = typeof import('mobx')
interface MobxGlobals {
  __mobxGlobals?: { spyListeners: unknown[] }
  __mobxInstanceCount?: number
}
const scope = globalThis as MobxGlobals

/** Two versions do not share a realm: each gets it to itself while its tests run. */
async function load(specifier: 'mobx' | 'mobx6'): Promise<{ readonly mobx: Mobx; readonly globals: MobxGlobals['__mobxGlobals'] }> {
  delete scope.__mobxGlobals
  delete scope.__mobxInstanceCount
  const mobx = (await import(specifier)) as Mobx // SAFE: what the tests use is the same in both
  return { mobx, globals: scope.__mobxGlobals }
}

const recorders: RecorderHandle[] = []
afterEach(() => {
  recorders.splice(0).forEach(release)
  vi.restoreAllMocks()
})
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(mobxAdapter, 'mobx') }
}

interface Item {
  name: string
  count: number
}

function classesOf(mobx: Mobx, observe: Observe) {
  class Cart {
    items: Item[] = []
    note = ''
    byName = new Map<string, number>()
    tags = new Set<string>()
    constructor() {
      observe(mobx.makeAutoObservable(this), 'makeAutoObservable')
    }
    get total(): number {
      return this.items.reduce((sum, item) => sum + item.count, 0)
    }
    add(name: string): number {
      this.note = name
      return this.items.push({ name, count: 1 })
    }
    more(index: number): void {
      const item = this.items[index]
      if (item) item.count++
      this.byName.set(item?.name ?? '', index)
    }
    fail(error: unknown): never {
      this.note = 'failing'
      throw error
    }
    login(user: string, password: string): void {
      this.note = `${user} ${password.length}`
    }
    *load(name: string): Generator<Promise<string>, string, string> {
      this.note = 'loading'
      this.note = yield Promise.resolve(name)
      return this.note
    }
  }
  return { Cart }
}

describe.each(['mobx', 'mobx6'] as const)('%s', specifier => {
  let mobx: Mobx
  let globals: MobxGlobals['__mobxGlobals']
  beforeAll(async () => void ({ mobx, globals } = await load(specifier)))

  /** Everything that the program can see; `observe` gives back what it gets. */
  async function program(observe: Observe): Promise<readonly unknown[]> {
    const log: unknown[] = []
    const { autorun, computed, observable, observe: watch, onBecomeObserved, reaction, runInAction, spy, toJS } = mobx
    vi.spyOn(console, 'warn').mockImplementation((...args) => void log.push(['warn', String(args[0]).replaceAll(/@\d+/g, '@n')]))
    mobx.configure({ enforceActions: 'observed', observableRequiresReaction: true, reactionRequiresObservable: true })
    const { Cart } = classesOf(mobx, observe)
    const cart = new Cart()
    log.push(Object.keys(cart), Object.getOwnPropertySymbols(cart).length)
    const stop = autorun(() => log.push(['autorun', cart.total, cart.note]))
    const stopReaction = reaction(
      () => cart.items.map(item => item.count),
      counts => log.push(['reaction', counts]),
    )
    onBecomeObserved(cart, 'byName', () => log.push('observed'))
    watch(cart, 'note', change => log.push(['observe', change.oldValue, change.newValue]))
    const leave = spy(event => log.push(['spy', event.type]))
    log.push(cart.add('tea'))
    cart.more(0)
    const error = new Error('no')
    try {
      cart.fail(error)
    } catch (caught) {
      log.push(caught === error)
    }
    cart.note = 'direct'
    log.push(await (cart.load('loaded') as unknown as Promise<string>))
    leave()
    // Made inside of a derivation, which must not depend on it.
    let runs = 0
    let inner: { a: number; b?: number } | undefined
    const stopMaking = autorun(() => {
      runs++
      const made = observe(observable({ a: 1 } as { a: number; b?: number }), 'observable')
      inner ??= made
    })
    runInAction(() => {
      inner!.b = 2
      inner!.a = 3
    })
    log.push(runs, inner)
    const list = observe(observable([1, 2, 3]), 'observable')
    const map = observe(observable(new Map([['a', { n: 1 }]])), 'observable')
    const box = observe(observable.box({ x: 1 }), 'observable')
    let computations = 0
    const sum = computed(() => (computations++, list.reduce((a, b) => a + b, 0)))
    runInAction(() => {
      list.push(4)
      map.get('a')!.n++
      map.delete('b')
      box.set({ x: 2 })
    })
    log.push(computations, toJS(list), toJS(map), toJS(box.get()), mobx.isObservableArray(list), list === observe(list, 'observable'))
    const stopSum = autorun(() => log.push(['sum', sum.get()]))
    runInAction(() => list.replace([9, 9]))
    log.push(computations)
    for (const each of [stop, stopReaction, stopMaking, stopSum]) each()
    mobx.configure({ observableRequiresReaction: false, reactionRequiresObservable: false, enforceActions: 'never' })
    return log
  }

  test('a program does what it did', async () => {
    scope.__mobxGlobals = globals!
    const plain = await program(value => value)
    const { recorder, observe } = recording()
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('the first observable is met without being observed', () => {
    scope.__mobxGlobals = globals!
    const run = (observe: Observe, isInside: boolean): unknown => {
      const log: unknown[] = []
      const warn = vi.spyOn(console, 'warn').mockImplementation((...args) => void log.push(args[0]))
      mobx.configure({ observableRequiresReaction: true, enforceActions: 'never' })
      let made: { a: number; b?: number } | undefined
      const make = (): void => {
        log.push('made')
        made = observe(mobx.observable({ a: 1 } as { a: number; b?: number }), 'observable')
      }
      const stop = isInside ? mobx.autorun(make) : make()
      made!.b = 2
      stop?.()
      mobx.configure({ observableRequiresReaction: false })
      warn.mockRestore()
      return log
    }
    for (const isInside of [true, false]) {
      const { recorder, observe } = recording()
      expect(run(observe, isInside)).toEqual(['made'])
      expect(statesOf(recorder).at(-1)).toBe('state-change → ["ObservableObject", "b", undefined, 2]')
      release(recorder)
      recorders.pop()
      expect(run(value => value, isInside)).toEqual(['made'])
    }
  })

  test('actions, and what they changed, are recorded before reactions', async () => {
    scope.__mobxGlobals = globals!
    mobx.configure({ enforceActions: 'never' })
    const { recorder, observe } = recording()
    const { Cart } = classesOf(mobx, observe)
    const cart = new Cart()
    const stop = mobx.autorun(() => mark(recorder, cart.note))
    cart.add('tea')
    cart.more(0)
    cart.note = 'direct'
    expect(() => cart.fail(new Error('broken'))).toThrow('broken')
    cart.login('ann', 'secret')
    cart.tags.add('x')
    await (cart.load('done') as unknown as Promise<string>)
    stop()
    const lines = statesOf(recorder).map(line => line.replaceAll('library: "mobx", ', '').replaceAll(/runid: \d+/g, 'runid: n'))
    expect(lines).toEqual([
      'state-snapshot → ["Cart", {items: [], note: "", byName: Map{}, tags: Set{}}]',
      'activity-start #1 action → {store: "Cart", action: "add", payload: "tea"}',
      'state-change #1 → ["Cart", "note", "", "tea"]',
      'state-change #1 → ["Cart", "items[0]", undefined, {name: "tea", count: 1}]',
      'activity-end #1 action → {}',
      'activity-start #2 action → {store: "Cart", action: "more", payload: 0}',
      'state-change #2 → ["Cart", "items[0].count", 1, 2]',
      'state-change #2 → ["Cart", "byName", Map{}, Map{"tea" => 0}]',
      'activity-end #2 action → {}',
      'state-change → ["Cart", "note", "tea", "direct"]',
      'activity-start #3 action → {store: "Cart", action: "fail", payload: Error("broken")}',
      'state-change #3 → ["Cart", "note", "direct", "failing"]',
      'activity-end #3 action → {}',
      'activity-start #4 action → {store: "Cart", action: "login", payload: ["ann", <redacted plan>]} [redacted]',
      'state-change #4 → ["Cart", "note", "failing", "ann 6"]',
      'activity-end #4 action → {}',
      'state-change → ["Cart", "tags", Set{}, Set{"x"}]',
      'activity-start #5 action → {store: "Cart", action: "load - runid: n - init", payload: "done"}',
      'activity-end #5 action → {}',
      'activity-start #6 action → {store: "", action: "load - runid: n - yield 0", payload: [undefined]}',
      'state-change #6 → ["Cart", "note", "ann 6", "loading"]',
      'activity-end #6 action → {}',
      'activity-start #7 action → {store: "", action: "load - runid: n - yield 1", payload: "done"}',
      'state-change #7 → ["Cart", "note", "loading", "done"]',
      'activity-end #7 action → {}',
    ])
  })

  test('stores inside stores are told by their names, and observables of every kind are read', () => {
    scope.__mobxGlobals = globals!
    const { recorder, observe } = recording()
    const { Cart } = classesOf(mobx, observe)
    const { observable, runInAction } = mobx
    const inner = new Cart()
    const shop = observe(
      observable({ cart: inner, nested: { list: [{ a: 1 }] }, map: new Map<string, { n: number }>(), ref: 0 }, {}, { name: 'shop' }),
      'observable',
    )
    const box = observe(observable.box(1), 'observable')
    runInAction(() => {
      shop.nested.list[0]!.a = 2
      shop.map.set('k', { n: 1 })
      shop.map.get('k')!.n = 2
      inner.note = 'x'
      box.set(5)
    })
    expect(statesOf(recorder).filter(line => line.startsWith('state'))).toEqual([
      'state-snapshot → ["Cart", {items: [], note: "", byName: Map{}, tags: Set{}}]',
      'state-snapshot → ["shop", {cart: {store: "Cart"}, nested: {list: [{a: 1}]}, map: Map{}, ref: 0}]',
      'state-snapshot → ["ObservableValue", 1]',
      'state-change #1 → ["shop", "nested.list[0].a", 1, 2]',
      'state-change #1 → ["shop", "map", Map{}, Map{"k" => {n: 1}}]',
      'state-change #1 → ["shop", "map", Map{"k" => {n: 1}}, Map{"k" => {n: 2}}]',
      'state-change #1 → ["Cart", "note", "", "x"]',
      'state-snapshot #1 → ["ObservableValue", 5]',
    ])
    for (let i = 0; i < 120; i++) new Cart()
    expect(statesOf(recorder).filter(line => line.startsWith('state-snapshot → ["Cart')).length).toBe(100)
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    scope.__mobxGlobals = globals!
    const { recorder, observe } = recording()
    const { observable, runInAction, toJS } = mobx
    const store = observe(
      observable({ items: [] as { name: string; tags: string[] }[], byName: {} as Record<string, number> }, {}, { name: 'shop' }),
      'observable',
    )
    const expected: unknown[] = []
    const moment = (): void => {
      expected.push(JSON.parse(JSON.stringify(toJS(store))))
      mark(recorder, String(expected.length - 1))
    }
    const stop = mobx.autorun(() => (store.items.length, moment()))
    const random = randomOf(21)
    const steps: (() => void)[] = [
      () => void store.items.push({ name: `n${random(9)}`, tags: [] }),
      () => void store.items[random(4)]?.tags.push(`t${random(9)}`),
      () => void (store.byName[`key ${random(12)}`] = random(100)),
      () => void delete store.byName[`key ${random(12)}`],
      () => void store.items.splice(0, random(3)),
    ]
    while (expected.length < 200) {
      if (random(2) === 0) steps[random(steps.length)]?.()
      else runInAction(() => [random(5), random(5)].forEach(index => steps[index]?.()))
      moment()
    }
    stop()
    expect(compareMoments(recorder, 'shop', expected)).toEqual({ moments: expected.length, first: undefined })
  })

  test('detached, nothing is left, and what is no observable is left alone', () => {
    scope.__mobxGlobals = globals!
    const { recorder, observe } = recording()
    observe({}, 'observable')
    observe(new Proxy({}, {}), 'observable')
    expect([recorder.stats().errors, globals?.spyListeners.length]).toEqual([{ 'adapter-unsupported': 2 }, 1])
    const store = observe(mobx.observable({ n: 1 }), 'observable')
    release(recorder)
    const events = recorder.stats().events
    store.n = 2
    expect([recorder.stats().events, globals?.spyListeners.length]).toEqual([events, 0])
  })
})
