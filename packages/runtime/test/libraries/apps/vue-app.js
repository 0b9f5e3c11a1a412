import {
  Suspense,
  computed,
  createApp,
  defineComponent,
  h,
  inject,
  onMounted,
  onRenderTriggered,
  onUpdated,
  provide,
  reactive,
  ref,
  shallowRef,
  watch,
} from 'vue'
import { log, runner } from './steps.js'

const set = {}
const render = name => log.push(`render ${name}`)

const Child = defineComponent({
  name: 'Child',
  props: { a: Number, b: Number },
  emits: ['picked'],
  setup(props, { emit }) {
    onUpdated(() => log.push(`updated Child ${props.b}`))
    return () => (render('Child'), h('b', { onClick: () => emit('picked') }, `${props.a}${props.b}`))
  },
})
const Plain = ({ text }) => (render('Plain'), h('i', text))
Plain.props = ['text']
const Slotted = defineComponent({
  name: 'Slotted',
  setup:
    (_, { slots }) =>
    () => (render('Slotted'), h('s', slots.default?.())),
})
const Own = defineComponent({
  __file: 'src/components/OwnState.vue',
  setup(_, { expose }) {
    const own = ref(0)
    const deep = reactive({ list: [1], map: new Map() })
    const shallow = shallowRef({ x: 1 })
    Object.assign(set, { own, deep, shallow })
    onRenderTriggered(event => log.push(`triggered ${event.type} ${String(event.key)} ${event.newValue}`))
    expose()
    // An accessor among the bindings is not read.
    return {
      get trap() {
        return log.push('read')
      },
      own,
      shallow,
      deep,
    }
  },
  render() {
    render('Own')
    return h('u', [this.own, this.deep.list.join(), this.deep.map.get('k'), this.shallow.x])
  },
})
const Options = {
  name: 'Options',
  data: () => ({ n: 0, m: { deep: 1 } }),
  computed: {
    twice() {
      return this.n * 2
    },
  },
  created() {
    set.options = this
  },
  render() {
    render('Options')
    return h('em', `${this.twice} ${this.m.deep}`)
  },
}
const Injected = defineComponent({
  name: 'Injected',
  setup() {
    const theme = inject('theme')
    return () => (render('Injected'), h('code', theme.value))
  },
})
const Late = defineComponent({
  name: 'Late',
  async setup() {
    await new Promise(resolve => {
      set.arrive = resolve
    })
    return () => (render('Late'), h('h3', 'late'))
  },
})
const Throws = defineComponent({
  name: 'Throws',
  setup() {
    const isBroken = ref(false)
    set.isBroken = isBroken
    return () => {
      if (isBroken.value) throw new Error('broken')
      return h('h5', 'fine')
    }
  },
})

const App = {
  setup() {
    const count = ref(0)
    const doubled = computed(() => count.value * 2)
    const items = ref(['a', 'b', 'c'])
    const theme = ref('light')
    const isOpen = ref(false)
    provide('theme', theme)
    watch(count, value => log.push(`watched ${value}`))
    onMounted(() => log.push('mounted App'))
    Object.assign(set, { count, items, theme, isOpen })
    return { count, doubled, items, isOpen }
  },
  render() {
    render('App')
    return [
      h('p', `${this.count} ${this.doubled}`),
      h(Child, { a: 1, b: this.doubled, onPicked: () => this.count++ }),
      h(Plain, { text: 'plain' }),
      h(Slotted, null, { default: () => [h('q', 'slot')] }),
      h(Own),
      h(Options),
      h(Injected),
      h(Throws),
      h(
        'ul',
        this.items.map(item => h(Plain, { key: item, text: item })),
      ),
      this.isOpen ? h(Suspense, null, { default: () => h(Late), fallback: () => h('h1', 'wait') }) : null,
    ]
  },
}

let app
const steps = {
  mount: () => {
    app = createApp(App)
    window.handOver?.('vue', 'vue createApp', app)
    app.config.errorHandler = error => log.push(`handled ${error.message}`)
    app.mount('#root')
  },
  count: () => set.count.value++,
  emit: () => document.querySelector('b').click(),
  'same value': () => (set.count.value = 2),
  'own ref twice': () => {
    set.own.value++
    set.own.value++
  },
  reactive: () => {
    set.deep.list.push(2)
    set.deep.map.set('k', 'v')
  },
  shallow: () => (set.shallow.value = { x: 2 }),
  options: () => {
    set.options.n++
    set.options.m.deep = 2
  },
  inject: () => {
    window.comeLate?.()
    set.theme.value = 'dark'
  },
  list: () => (set.items.value = ['c', 'a', 'd']),
  error: () => (set.isBroken.value = true),
  suspend: () => (set.isOpen.value = true),
  arrive: () => set.arrive(),
  unmount: () => app.unmount(),
}
window.run = runner(steps)
window.more = () => set.own.value++
