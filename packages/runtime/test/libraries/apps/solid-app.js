import { DEV, For, Show, batch, createComponent, createEffect, createMemo, createRoot, createSignal, onCleanup, untrack } from 'solid-js'
import { DEV as STORE_DEV, createStore } from 'solid-js/store'
import { insert, render } from 'solid-js/web'
import { log, runner } from './steps.js'

// What instrument writes behind the imports.
window.handOver?.('solid', 'solid-js DEV', DEV)
window.handOver?.('solid', 'solid-js/store DEV', STORE_DEV)

const set = {}
const element = (tag, get) => {
  const made = document.createElement(tag)
  insert(made, get)
  return made
}
function Child(props) {
  log.push('run Child')
  onCleanup(() => log.push('cleanup Child'))
  return element('b', () => props.n)
}
function Row(props) {
  log.push(`run Row ${props.name}`)
  return element('i', props.name)
}
function Inner() {
  const [own, setOwn] = createSignal(0)
  const [always, setAlways] = createSignal(0, { name: 'always', equals: false })
  const [store, setStore] = createStore({ user: { name: 'ann' }, list: [1] })
  Object.assign(set, { setOwn, setAlways, setStore })
  createEffect(() => log.push(`effect own ${own()} ${untrack(always)}`))
  createEffect(() => log.push(`effect always ${always()}`), undefined, { name: 'watching' })
  return [element('u', own), element('s', () => store.user.name), element('q', () => store.list.length)]
}
function App() {
  log.push('run App')
  const [count, setCount] = createSignal(0, { name: 'count' })
  const [items, setItems] = createSignal(['a', 'b'], { name: 'items' })
  const parity = createMemo(() => (log.push('memo'), count() % 2), undefined, { name: 'parity' })
  Object.assign(set, { count, setCount, setItems })
  createEffect(() => log.push(`effect parity ${parity()}`))
  return [
    element('p', count),
    createComponent(Child, {
      get n() {
        return count() + 1
      },
    }),
    createComponent(Show, {
      get when() {
        return count() > 4
      },
      get children() {
        return createComponent(Row, { name: 'shown' })
      },
    }),
    createComponent(For, {
      get each() {
        return items()
      },
      children: name => createComponent(Row, { name }),
    }),
    createComponent(Inner, {}),
  ]
}

let dispose
const steps = {
  mount: () => (dispose = render(() => createComponent(App, {}), document.getElementById('root'))),
  count: () => set.setCount(2),
  'same value': () => set.setCount(2),
  odd: () => set.setCount(value => value + 1),
  'both in a batch': () =>
    batch(() => {
      set.setCount(5)
      set.setOwn(1)
    }),
  always: () => set.setAlways(0),
  list: () => set.setItems(['b', 'c']),
  store: () => set.setStore('user', 'name', 'bob'),
  throws: () => {
    try {
      createRoot(() => createMemo(() => set.count() === 7 && log.missing.thing))
      set.setCount(7)
    } catch (error) {
      log.push(error.message)
    }
  },
  unmount: () => dispose(),
}
window.run = runner(steps)
window.more = () => set.setOwn(value => value + 1)
