// State libraries, user interface and tracing: what is measured of each.
import { load } from './load.mjs'

const items = () => Array.from({ length: 100 }, (_, i) => ({ id: i, name: `item ${i}`, count: 0 }))

export const STATE = {
  redux: {
    what: 'dispatch, one of 100 items changes',
    async open(observe) {
      const { legacy_createStore: createStore } = await load('redux')
      const reduce = (state = items(), { index }) => state.map((item, i) => (i === index ? { ...item, count: item.count + 1 } : item))
      const store = observe(createStore(reduce))
      store.subscribe(() => {})
      let i = 0
      return () => store.dispatch({ type: 'more', index: i++ % 100 })
    },
  },
  zustand: {
    what: 'setState, one field of five',
    async open(observe) {
      const { createStore } = await load('zustand/vanilla')
      const store = observe(createStore(() => ({ count: 0, name: 'a', open: true, list: items(), note: null })))
      store.subscribe(() => {})
      return () => store.setState(({ count }) => ({ count: count + 1 }))
    },
  },
  pinia: {
    what: 'action, one field',
    async open(observe) {
      const { createPinia, defineStore } = await load('pinia')
      const pinia = observe(createPinia())
      const use = defineStore('cart', { state: () => ({ count: 0, items: items() }), actions: { more: function () { this.count++ } } }) // prettier-ignore
      const store = use(pinia)
      return () => store.more()
    },
  },
  xstate: {
    what: 'event, one transition',
    async open(observe) {
      const { createActor, createMachine } = await load('xstate')
      const machine = createMachine({ initial: 'a', states: { a: { on: { NEXT: 'b' } }, b: { on: { NEXT: 'a' } } } })
      const actor = observe(createActor(machine)).start()
      return () => actor.send({ type: 'NEXT' })
    },
  },
  jotai: {
    what: 'set, one atom that is subscribed to',
    async open(observe) {
      const { atom, createStore } = await load('jotai/vanilla')
      const store = observe(createStore(), 'createStore')
      const count = Object.assign(atom(0), { debugLabel: 'count' })
      store.sub(count, () => {})
      return () => store.set(count, before => before + 1)
    },
  },
  mobx: {
    what: 'action, one field beside 100 items',
    async open(observe) {
      const { autorun, makeAutoObservable } = await load('mobx')
      const cart = observe(makeAutoObservable({ count: 0, items: items(), more() { this.count++ } }, {}, { name: 'cart' }), 'makeAutoObservable') // prettier-ignore
      autorun(() => cart.count)
      return () => cart.more()
    },
  },
  'tanstack-query': {
    what: 'setQueryData, one query',
    async open(observe) {
      const { QueryClient } = await load('@tanstack/query-core')
      const client = observe(new QueryClient())
      let i = 0
      return () => client.setQueryData(['count'], { count: i++ })
    },
  },
  signals: {
    what: 'write, one signal with an effect',
    async open(observe) {
      const { effect, signal } = await load('@preact/signals-core')
      const count = observe(signal(0, { name: 'count' }), 'signal')
      effect(() => void count.value)
      return () => void count.value++
    },
  },
  valtio: {
    what: 'write, one field beside 100 items',
    async open(observe) {
      const { getVersion, proxy, subscribe } = await load('valtio/vanilla')
      observe(subscribe, 'subscribe')
      observe(getVersion, 'getVersion')
      const state = observe(proxy({ count: 0, items: items() }), 'proxy')
      return () => void state.count++
    },
  },
  rxjs: {
    what: 'next, one subscriber',
    async open(observe) {
      const { BehaviorSubject } = await load('rxjs')
      const count = observe(new BehaviorSubject(0), 'BehaviorSubject')
      count.subscribe(() => {})
      let i = 0
      return () => count.next(i++)
    },
  },
  'svelte-store': {
    what: 'set, one subscriber',
    async open(observe) {
      const { writable } = await load('svelte/store')
      const count = observe(writable(0), 'writable')
      count.subscribe(() => {})
      let i = 1
      return () => count.set(i++)
    },
  },
  vue: {
    what: 'render of one component, without a document',
    async open(observe) {
      // Vue tells of renders where there is a window with a clock and elements.
      globalThis.window = { performance, HTMLElement: Object }
      const { createRenderer, h, nextTick, ref } = await load('vue')
      const node = text => ({ text })
      const none = () => {}
      const { createApp } = createRenderer({
        createElement: node, createText: node, createComment: node, setText: none, setElementText: none, insert: none, remove: none,
        patchProp: none, parentNode: () => root, nextSibling: none,
      }) // prettier-ignore
      const root = node('root')
      const count = ref(0)
      const app = observe(createApp({ name: 'Count', render: () => h('p', `count ${count.value}`) }), 'createApp')
      app.mount(root)
      return () => {
        count.value++
        return nextTick()
      }
    },
  },
  opentelemetry: {
    what: 'span, started and ended, with an attribute',
    async open(observe) {
      const { TracerProvider } = await load('@opentelemetry/sdk-trace')
      const tracer = observe(new TracerProvider(), 'TracerProvider').getTracer('bench')
      return () => tracer.startSpan('work', { attributes: { n: 1 } }).end()
    },
  },
}
