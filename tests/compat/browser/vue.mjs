import {
  KeepAlive,
  Suspense,
  Teleport,
  Transition,
  createApp,
  defineComponent,
  h,
  nextTick,
  onErrorCaptured,
  onMounted,
  onUnmounted,
  onUpdated,
  reactive,
  ref,
  watch,
  watchEffect,
  withDirectives,
} from 'vue/dist/vue.esm-bundler.js'

export async function run(log, root, settle) {
  const Row = defineComponent({
    props: ['text'],
    emits: ['pick'],
    setup(props, { emit }) {
      onMounted(() => log('mounted', props.text))
      onUnmounted(() => log('unmounted', props.text))
      return () => h('li', { onClick: () => emit('pick', props.text) }, props.text)
    },
  })
  const Later = {
    async setup() {
      await null
      return () => h('i', 'loaded')
    },
  }
  const App = {
    components: { Row, Later },
    props: { fail: Boolean },
    setup(props) {
      const count = ref(1)
      const state = reactive({ picked: [], text: 'a' })
      watch(count, (now, before) => log('watch', now, before))
      watch(count, () => log('post'), { flush: 'post' })
      watchEffect(() => log('effect', state.picked.length))
      onUpdated(() => log('updated'))
      onErrorCaptured(error => (log('captured', error.message), false))
      const add = () => {
        count.value++
        if (props.fail && count.value > 2) throw new RangeError('in a handler')
      }
      return { count, state, add, pick: text => state.picked.push(text) }
    },
    template:
      '<button id="add" @click.prevent="add"></button><ul v-if="count % 2"><Row v-for="n in count" :key="n" :text="`r${n}`" @pick="pick"/></ul><ol v-else><Row v-for="n in [...Array(count).keys()].reverse()" :key="n" :text="n" @pick="pick"/></ol><input v-model.trim="state.text"><p :class="{ a: count > 1 }" :style="{ width: count + \'px\' }" v-show="count < 3">{{ state.picked.join() }}{{ state.text }}</p><Suspense><Later v-if="count > 1"/><template #fallback>wait</template></Suspense><Teleport to="body"><em>{{ count }}</em></Teleport><KeepAlive><Row v-if="count < 3" text="kept"/></KeepAlive>',
  }
  for (const fail of [false, true]) {
    const app = createApp(App, { fail })
    app.config.errorHandler = (error, instance, where) => log('handled', error.message, where)
    app.config.warnHandler = (message, instance, trace) => log('warned', message, trace)
    app.mount(root)
    for (let round = 0; round < 3; round++) {
      root.querySelector('#add').click()
      log('sync', root.innerHTML)
      await nextTick()
      log('tick', root.innerHTML)
      root.querySelector('li')?.click()
      const input = root.querySelector('input')
      input.value = ` typed ${round} `
      input.dispatchEvent(new Event('input'))
      await settle()
      log('settled', document.body.innerHTML)
    }
    app.unmount()
  }
  log.attempt('render', () =>
    createApp({
      render: () => {
        throw new Error('from render')
      },
    }).mount(root),
  )
  void Suspense
  void Teleport
  void KeepAlive
  void Transition
  void withDirectives
}
