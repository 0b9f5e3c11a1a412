/** Reactive proxies and drafts, recorded where reading them would be tracked. */
import { produce } from 'immer'
import { autorun, computed, getDependencyTree, makeAutoObservable, observable } from 'mobx'
import { proxy, subscribe } from 'valtio/vanilla'
import { computed as vueComputed, effect, markRaw, reactive, readonly, ref, shallowReactive } from 'vue'
import { notice, trap } from './traps.ts'

const source = (): object => ({
  count: 1,
  list: [1],
  inner: { x: 1 },
  get doubled() {
    return notice(2)
  },
})

/** Rows whose value is made and recorded by the row itself, inside of what tracks reads. */
export type LiveRow = readonly [label: string, run: (record: (value: unknown) => void) => void]

const inEffect =
  (make: () => unknown): LiveRow[1] =>
  record => {
    const value = make()
    effect(() => record(value), { onTrack: trap })
  }
const inAutorun =
  (make: () => unknown): LiveRow[1] =>
  record => {
    const value = make()
    const stop = autorun(reaction => {
      record(value)
      queueMicrotask(() => reaction.dispose())
    })
    const { dependencies } = getDependencyTree((stop as unknown as Record<symbol, object>)[Object.getOwnPropertySymbols(stop)[0] as symbol] as never) // SAFE: mobx keeps the reaction there
    if (dependencies !== undefined && dependencies.length > 0) notice(0)
  }
class Store {
  count = 1
  constructor() {
    makeAutoObservable(this)
  }
  get doubled(): number {
    return notice(this.count * 2)
  }
}

export const LIVE_VALUES: readonly LiveRow[] = [
  ['Vue reactive', inEffect(() => reactive(source()))],
  ['Vue readonly', inEffect(() => readonly(source()))],
  ['Vue shallowReactive', inEffect(() => shallowReactive(source()))],
  ['Vue reactive array', inEffect(() => reactive([{ a: 1 }]))],
  ['Vue reactive Map', inEffect(() => reactive(new Map([[1, { a: 1 }]])))],
  ['Vue ref', inEffect(() => ref({ a: 1 }))],
  ['Vue computed', inEffect(() => vueComputed(() => notice(1)))],
  ['Vue reactive inside a plain object', inEffect(() => ({ state: reactive(source()), raw: markRaw({}) }))],
  ['MobX observable object', inAutorun(() => observable(source()))],
  ['MobX observable array', inAutorun(() => observable([{ a: 1 }]))],
  ['MobX observable Map', inAutorun(() => observable.map([[1, 2]]))],
  ['MobX observable Set', inAutorun(() => observable.set([1]))],
  ['MobX box', inAutorun(() => observable.box({ a: 1 }))],
  ['MobX computed', inAutorun(() => computed(() => notice(1)))],
  ['MobX store with a computed', inAutorun(() => new Store())],
  [
    'Valtio proxy',
    record => {
      const state = proxy(source())
      subscribe(state, trap)
      record(state)
      record({ state })
    },
  ],
  [
    'immer draft',
    record =>
      void produce({ a: { b: 1 }, list: [1] }, draft => {
        record(draft)
        record(draft.a)
        record([draft.list])
      }),
  ],
  [
    'immer draft of a Map-like state',
    record =>
      void produce({ items: { x: { n: 1 } } }, draft => {
        draft.items.x.n = 2
        record(draft)
      }),
  ],
  [
    'immer draft that is revoked',
    record => {
      let kept: unknown
      produce({ a: { b: 1 } }, draft => {
        kept = draft.a
      })
      record(kept)
    },
  ],
  ['immer result', record => record(produce({ a: { b: 1 }, c: [1] }, draft => void (draft.a.b = 2)))],
]
