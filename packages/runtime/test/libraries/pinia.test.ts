import * as pinia4 from 'pinia'
import * as pinia3 from 'pinia3'
import { computed, createSSRApp, customRef, effectScope, h, reactive, ref, shallowRef, watch, watchEffect } from 'vue'
import { afterEach, describe, expect, test } from 'vitest'
import { parameterNames } from '../../src/adapters/action-arguments.ts'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { piniaAdapter } from '../../src/libraries/pinia.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

type Pinia = typeof pinia4
// SAFE: what the tests use is the same in both
const VERSIONS: readonly (readonly [string, Pinia])[] = [
  ['pinia 4', pinia4],
  ['pinia 3', pinia3 as unknown as Pinia],
]

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(piniaAdapter, 'pinia') }
}

interface Item {
  name: string
  count: number
}

const define = (pinia: Pinia) =>
  pinia.defineStore('cart', {
    state: () => ({ items: [] as Item[], note: '', seen: new Map<string, number>() }),
    getters: { total: state => state.items.reduce((sum, item) => sum + item.count, 0) },
    actions: {
      add(name: string) {
        this.items.push({ name, count: 1 })
        return this.items.length
      },
      fail(error: unknown) {
        this.note = 'failing'
        throw error
      },
      async load(note: string, error?: unknown) {
        this.note = 'loading'
        await Promise.resolve()
        if (error !== undefined) throw error
        this.add(note)
        this.note = note
        return note
      },
      login(user: string, password: string) {
        this.note = `${user} ${password.length}`
      },
    },
  })

describe.each(VERSIONS)('%s', (_, pinia) => {
  /** Everything that the program can see; `observe` gives back what it gets. */
  async function program(observe: Observe): Promise<readonly unknown[]> {
    const log: unknown[] = []
    const root = observe(pinia.createPinia(), 'createPinia')
    log.push(observe(root, 'createPinia') === root, Object.keys(root))
    createSSRApp({ render: () => h('p') }).use(root)
    root.use(({ store }) => (log.push(['plugin', store.$id, Object.keys(store)]), { extra: 1 }))
    pinia.setActivePinia(root)
    const cart = define(pinia)(root)
    log.push(Object.keys(cart), Object.keys(cart.$state), cart.add.name, cart.add.length, cart.$patch.name)
    const scope = effectScope()
    let runs = 0
    scope.run(() => {
      watchEffect(() => log.push(['effect', ++runs, cart.total, cart.note]))
      watch(
        () => cart.items,
        items => log.push(['deep', items.length]),
        { deep: true, flush: 'sync' },
      )
    })
    cart.$subscribe(
      ({ type, events, storeId, ...rest }, state) => {
        log.push(['sync', type, storeId, [events].flat().length, Object.keys(rest), state.items.length, state.note])
      },
      { flush: 'sync' },
    )
    cart.$subscribe(({ type, events }) => log.push(['pre', type, [events].flat().length]))
    cart.$onAction(({ name: action, args, after, onError, store }) => {
      log.push(['action', action, args.length, store === cart])
      after(result => log.push(['after', action, result, cart.note]))
      onError(error => log.push(['error', action, error === failure]))
    })
    const failure = new RangeError('no')
    log.push(cart.add('tea'))
    cart.items[0]!.count++
    cart.note = 'direct'
    cart.$patch({ note: 'patched' })
    cart.$patch(state => void state.items.push({ name: 'milk', count: 3 }))
    cart.note = 'after patch'
    try {
      cart.fail(failure)
    } catch (error) {
      log.push(error === failure)
    }
    const promise = cart.load('loaded')
    log.push(promise instanceof Promise, await promise, await cart.load('never', failure).catch((error: unknown) => error === failure))
    cart.seen.set('tea', 1)
    cart.$state = { note: 'set' } as never
    cart.$reset()
    await Promise.resolve()
    const { add } = cart
    log.push(add('loose'), runs, JSON.stringify(root.state.value))
    const spied = cart.add
    cart.add = function (this: unknown, ...args) {
      log.push(['replaced', this === cart])
      return spied.apply(cart, args)
    }
    cart.add('spied')
    scope.stop()
    cart.$dispose()
    cart.note = 'disposed'
    log.push(define(pinia)(root) === cart)
    return log
  }

  test('a program does what it did', async () => {
    const plain = await program(value => value)
    const { recorder, observe } = recording()
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('actions, patches, and what they changed, are recorded', async () => {
    const { recorder, observe } = recording()
    const cart = define(pinia)(observe(pinia.createPinia(), 'createPinia'))
    cart.add('tea')
    cart.items[0]!.count = 4
    cart.$patch({ note: 'patched' })
    expect(() => cart.fail(new Error('broken'))).toThrow('broken')
    const loading = cart.load('done')
    cart.note = 'between'
    await loading
    await expect(cart.load('x', 'late')).rejects.toBe('late')
    cart.login('ann', 'secret')
    cart.seen.set('a', 1)
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["cart", {items: [], note: "", seen: Map{}}]',
      'activity-start #1 action → {library: "pinia", store: "cart", action: "add", payload: "tea"}',
      'state-change #1 → ["cart", "items[0]", undefined, {name: "tea", count: 1}]',
      'activity-end #1 action → {}',
      'state-change → ["cart", "items[0].count", 1, 4]',
      'activity-start #2 action → {library: "pinia", store: "cart", action: "$patch", payload: {note: "patched"}}',
      'state-change #2 → ["cart", "note", "", "patched"]',
      'activity-end #2 action → {}',
      'activity-start #3 action → {library: "pinia", store: "cart", action: "fail", payload: Error("broken")}',
      'state-change #3 → ["cart", "note", "patched", "failing"]',
      'activity-end #3 action → {error: "broken"}',
      'activity-start #4 action → {library: "pinia", store: "cart", action: "load", payload: "done"}',
      'state-change #4 → ["cart", "note", "failing", "loading"]',
      'state-change → ["cart", "note", "loading", "between"]',
      'activity-start #5 action → {library: "pinia", store: "cart", action: "add", payload: "done"}',
      'state-change #5 → ["cart", "items[1]", undefined, {name: "done", count: 1}]',
      'activity-end #5 action → {}',
      'state-change → ["cart", "note", "between", "done"]',
      'activity-end #4 action → {}',
      'activity-start #6 action → {library: "pinia", store: "cart", action: "load", payload: ["x", "late"]}',
      'state-change #6 → ["cart", "note", "done", "loading"]',
      'activity-end #6 action → {error: "late"}',
      'activity-start #7 action → {library: "pinia", store: "cart", action: "login", payload: ["ann", <redacted plan>]} [redacted]',
      'state-change #7 → ["cart", "note", "loading", "ann 6"]',
      'activity-end #7 action → {}',
      'state-change → ["cart", "seen", Map{}, Map{"a" => 1}]',
    ])
  })

  test('setup stores: refs, reactive objects, nested stores and hydrated state', async () => {
    const { recorder, observe } = recording()
    const root = observe(pinia.createPinia(), 'createPinia')
    root.state.value = { user: { name: 'from server', tags: ['a'], raw: { n: 1 } } }
    const useCart = define(pinia)
    const useUser = pinia.defineStore('user', () => {
      const name = ref('')
      const tags = reactive<string[]>([])
      const raw = shallowRef({ n: 1 })
      const upper = computed(() => name.value.toUpperCase())
      const cart = useCart(root)
      const rename = (to: string): void => {
        name.value = to
        cart.add(to)
      }
      return { name, tags, raw, upper, rename }
    })
    const user = useUser(root)
    await Promise.resolve()
    user.tags.push('b')
    user.rename('ann')
    user.raw.n = 2
    user.raw = { n: 3 }
    expect([user.upper, recorder.stats().errors]).toEqual(['ANN', {}])
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["cart", {items: [], note: "", seen: Map{}}]',
      'state-snapshot → ["user", {name: "from server", tags: ["a"], raw: {n: 1}}]',
      'state-change → ["user", "tags[1]", undefined, "b"]',
      'activity-start #1 action → {library: "pinia", store: "user", action: "rename", payload: "ann"}',
      'state-change #1 → ["user", "name", "from server", "ann"]',
      'activity-start #2 ≪1 action → {library: "pinia", store: "cart", action: "add", payload: "ann"}',
      'state-change #2 → ["cart", "items[0]", undefined, {name: "ann", count: 1}]',
      'activity-end #2 action → {}',
      'activity-end #1 action → {}',
      'state-change → ["user", "raw.n", 1, 2]',
      'state-change → ["user", "raw.n", 2, 3]',
    ])
  })

  test('nothing of the program runs that would not have run: no accessor, no computed and no custom ref of a state', () => {
    const run = (observe: Observe): unknown => {
      const ran: string[] = []
      const root = observe(pinia.createPinia(), 'createPinia')
      const store = pinia.defineStore('odd', () => {
        const n = ref(1)
        const custom = customRef(() => ({ get: () => ran.push('custom'), set: () => {} }))
        const nested = reactive({ double: computed(() => ran.push('computed')), n: 1 })
        const plain = reactive({
          get lazy(): number {
            return ran.push('getter')
          },
        })
        const more = (): void => void n.value++
        return { n, custom, nested, plain, more }
      })(root)
      store.more()
      store.n = 5
      store.$patch({ n: 6 })
      return ran
    }
    const plain = run(value => value)
    const { recorder, observe } = recording()
    expect(run(observe)).toEqual(plain)
    expect(statesOf(recorder).filter(line => line.startsWith('state-change'))).toEqual([
      'state-change #1 → ["odd", "n", 1, 2]',
      'state-change #2 → ["odd", "n", 2, 6]',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('whoever makes or changes a store inside an effect depends on nothing more', () => {
    const run = (observe: Observe): unknown => {
      const runs: string[] = []
      const root = observe(pinia.createPinia(), 'createPinia')
      const useCart = define(pinia)
      const scope = effectScope()
      const trigger = ref(0)
      scope.run(() => {
        watchEffect(() => void runs.push(`made ${useCart(root).$id} ${trigger.value}`), { flush: 'sync' })
        watchEffect(
          () => {
            runs.push(`changes ${trigger.value}`)
            useCart(root).items = [{ name: 'x', count: trigger.value }]
            useCart(root).add('y')
          },
          { flush: 'sync' },
        )
      })
      const onlyWrites = useCart(root)
      scope.run(() => watchEffect(() => void (runs.push('writes'), (onlyWrites.note = 'written')), { flush: 'sync' }))
      root.state.value = { ...root.state.value }
      useCart(root).note = 'a'
      useCart(root).items[0]!.count = 9
      trigger.value++
      useCart(root).items.push({ name: 'z', count: 1 })
      scope.stop()
      return runs
    }
    const plain = run(value => value)
    const { recorder, observe } = recording()
    expect(run(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const expected: unknown[] = []
    const moment = (): void => {
      expected.push(JSON.parse(JSON.stringify(root.state.value['shop'])))
      mark(recorder, String(expected.length - 1))
    }
    const root = observe(pinia.createPinia(), 'createPinia')
    const shop = pinia.defineStore('shop', {
      state: () => ({ items: [] as { name: string; tags: string[] }[], byName: {} as Record<string, number>, note: '' }),
      actions: {
        trade(index: number) {
          this.items.push({ name: `i${index}`, tags: [] })
          moment()
          this.items.splice(0, index % 3)
        },
      },
    })(root)
    const random = randomOf(5)
    const steps: (() => void)[] = [
      () => shop.trade(random(9)),
      () => void shop.items[random(4)]?.tags.push(`t${random(9)}`),
      () => void (shop.byName[`key ${random(12)}`] = random(100)),
      () => void delete shop.byName[`key ${random(12)}`],
      () => shop.$patch({ note: `n${random(30)}` }),
      () => shop.$patch(state => void state.items.reverse()),
      () => void (shop.items = shop.items.filter(() => random(5) > 0)),
      () => void shop.items[1]?.tags.sort().pop(),
    ]
    while (expected.length < 1000) {
      steps[random(steps.length)]?.()
      moment()
    }
    const { moments, first } = compareMoments(recorder, 'shop', expected)
    expect([moments >= 1000, first, recorder.stats().truncated]).toEqual([true, undefined, 0])
  })

  test('a large state is read after each action, and once a turn otherwise', async () => {
    const { recorder, observe } = recording()
    const use = pinia.defineStore('large', {
      state: () => ({ items: Array.from({ length: 150 }, (_, id) => ({ id, count: 0 })), note: '' }),
      actions: {
        more() {
          this.items[3]!.count++
          this.items[3]!.count++
        },
      },
    })
    const store = use(observe(pinia.createPinia(), 'createPinia'))
    await Promise.resolve()
    const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))
    for (const round of [1, 2]) {
      store.more()
      store.note = `a${round}`
      store.note = `b${round}`
      await turn()
    }
    recorder.uninstall()
    store.note = 'unseen'
    await turn()
    const changes = statesOf(recorder).flatMap(line => /"(items\[3\]\.count|note)", (.*)\]/.exec(line)?.slice(1, 3).join(': ') ?? [])
    expect(changes).toEqual(['items[3].count: 0, 2', 'note: "", "b1"', 'items[3].count: 2, 4', 'note: "b1", "b2"'])
  })

  test('a detached pinia and its stores are as they were', () => {
    const { recorder, observe } = recording()
    const root = observe(pinia.createPinia(), 'createPinia')
    const cart = define(pinia)(root)
    release(recorder)
    recorders.pop()
    const events = recorder.stats().events
    const bare = define(pinia)(pinia.createPinia())
    expect([Object.keys(cart), cart.add.toString(), root._p.length]).toEqual([Object.keys(bare), bare.add.toString(), 0])
    cart.add('tea')
    cart.$patch({ note: 'x' })
    define(pinia)(root).note = 'y'
    expect([recorder.stats().events, cart.items.length, cart.note]).toEqual([events, 1, 'y'])
  })
})

test('what is no pinia is left alone', () => {
  const { recorder, observe } = recording()
  for (const value of [{}, { _p: [], state: ref({}).value }, new Proxy(pinia4.createPinia(), {})])
    expect(observe(value, 'createPinia') === value).toBe(true)
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 3 })
})

test('names of parameters are found in the text of a function', () => {
  const names = (text: string): unknown => parameterNames(text)
  expect(names('async load(a, /* b, */ b = f(")", [1, 2]), { c, d }, ...rest) { return (x) }')).toEqual(['a', 'b', undefined, 'rest'])
  expect(names('(password) => 1')).toEqual(['password'])
  expect(names('async password => 1')).toEqual(['password'])
  expect(names('function () {}')).toEqual([])
  expect(names('["computed"](a, [b] = [], c) {}')).toEqual(['a', undefined, 'c'])
})
