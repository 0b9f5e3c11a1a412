import * as vue from 'vue'
import { renderToString } from 'vue/server-renderer'

export const modules = { vue }

export async function run(log) {
  const {
    ref,
    reactive,
    computed,
    watch,
    watchEffect,
    nextTick,
    h,
    createSSRApp,
    defineComponent,
    provide,
    inject,
    readonly,
    shallowRef,
    toRefs,
    effectScope,
    markRaw,
    isReactive,
    customRef,
    triggerRef,
    Suspense,
    Fragment,
    Teleport,
  } = vue
  const state = reactive({ count: 0, list: [3, 1, 2], map: new Map([['a', 1]]), set: new Set([1]), nested: { deep: { x: 1 } } })
  const doubled = computed(() => state.count * 2)
  const order = []
  watch(
    () => state.count,
    (now, before) => order.push(`watch ${before}>${now}`),
  )
  watch(state, () => order.push('deep'), { deep: true, flush: 'post' })
  watch(doubled, value => order.push(`computed ${value}`), { flush: 'sync' })
  const stop = watchEffect(onCleanup => {
    order.push(`effect ${state.list.length} ${state.map.get('a')}`)
    onCleanup(() => order.push('cleanup'))
  })
  for (let i = 0; i < 5; i++) {
    state.count++
    state.list.push(i)
    state.map.set('a', i)
    state.nested.deep.x += i
    order.push('sync')
    if (i % 2) await nextTick()
    Promise.resolve().then(() => order.push(`microtask ${i}`))
  }
  await nextTick()
  stop()
  log(order, doubled.value, state)
  log.attempt('readonly', () => (readonly(state).count = 1))
  log.attempt('refs', () => Object.keys(toRefs(state)))
  log.attempt('raw', () => isReactive(reactive(markRaw({}))))
  log.attempt('custom', () => customRef((track, trigger) => ({ get: () => (track(), 1), set: () => trigger() })).value)
  const scope = effectScope()
  const shallow = shallowRef({ a: 1 })
  scope.run(() => watchEffect(() => order.push(shallow.value)))
  triggerRef(shallow)
  scope.stop()

  const Child = defineComponent({
    props: { items: { type: Array, required: true }, label: { type: String, default: 'none', validator: value => value !== 'bad' } },
    emits: ['pick'],
    setup(props, { slots, emit, attrs }) {
      const theme = inject('theme', 'light')
      return () =>
        h('ul', { class: ['a', { b: props.items.length > 1 }], style: { color: 'red' }, onClick: () => emit('pick') }, [
          props.items.map(item => h('li', { key: item }, [slots.item?.({ item }) ?? item])),
          theme,
          Object.keys(attrs).join(),
        ])
    },
  })
  const Compiled = {
    template:
      '<section><Child v-for="n in 3" :key="n" :items="[n, n + 1]" label="x" data-a="1"><template #item="{ item }"><b v-if="item % 2">{{ item }}</b><i v-else v-text="item"></i></template></Child><input v-model="text"><p v-html="html" v-show="false"></p></section>',
    components: { Child },
    data: () => ({ text: 'a"b', html: '<u>x</u>' }),
    computed: {
      upper() {
        return this.text.toUpperCase()
      },
    },
  }
  const Async = {
    async setup() {
      await null
      const value = ref(await Promise.resolve('loaded'))
      return () => h('em', value.value)
    },
  }
  const Failing = {
    setup() {
      throw new RangeError('from setup')
    },
  }
  const apps = {
    Compiled,
    Async: { render: () => h(Suspense, null, { default: () => h(Async), fallback: () => 'wait' }) },
    Fragment: { render: () => h(Fragment, [h('a'), h(Teleport, { to: '#x' }, 'far')]) },
    Failing,
    Missing: { template: '<Nosuch/>{{ nosuch.x }}' },
    Bad: { render: () => h(Child, { label: 'bad' }) },
    Syntax: { template: '<div v-if></div><p>{{ a b }}</p>' },
  }
  for (const [name, component] of Object.entries(apps)) {
    const app = createSSRApp(component)
    app.provide('theme', 'dark')
    app.config.errorHandler = (error, instance, where) => log('handled', name, error.constructor.name, error.message, where)
    app.config.warnHandler = (message, instance, trace) => log('warned', message, trace)
    await log.attempt(name, () => renderToString(app))
  }
  log.attempt('compile', () => vue.compile('<div :id="x" @click.once="y"><slot name="z"/></div>').toString())
  void provide
}
