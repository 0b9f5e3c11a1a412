import * as React from 'react'
import { createPortal, flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

const {
  createElement: h,
  useState,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useTransition,
  useDeferredValue,
  useSyncExternalStore,
  Suspense,
  StrictMode,
  Component,
  lazy,
  memo,
  startTransition,
} = React

export async function run(log, root, settle) {
  let later
  const Later = lazy(() => new Promise(resolve => (later = () => resolve({ default: () => h('i', null, 'loaded') }))))
  const listeners = new Set()
  let external = 0
  const subscribe = listener => (listeners.add(listener), () => listeners.delete(listener))
  const Row = memo(({ text, onPick }) => (log('row', text), h('li', { onClick: onPick }, text)))
  function App({ fail }) {
    const [count, setCount] = useState(() => 1)
    const [isPending, start] = useTransition()
    const deferred = useDeferredValue(count)
    const input = useRef(null)
    const outside = useSyncExternalStore(subscribe, () => external)
    const rows = useMemo(() => Array.from({ length: count }, (_, index) => `row ${index}`), [count])
    useLayoutEffect(() => {
      log('layout', count)
      return () => log('layout cleanup', count)
    }, [count])
    useEffect(() => {
      log('effect', count, input.current?.tagName)
      return () => log('effect cleanup', count)
    }, [count])
    if (fail && count > 2) throw new RangeError(`count is ${count}`)
    return h(
      'div',
      { className: isPending ? 'pending' : 'ready' },
      h('button', {
        id: 'add',
        onClick: () => {
          setCount(c => c + 1)
          setCount(c => c + 1)
        },
      }),
      h('button', { id: 'later', onClick: () => start(() => setCount(c => c - 1)) }),
      h('button', {
        id: 'throws',
        onClick: () => {
          throw new TypeError('in a handler')
        },
      }),
      h('input', { ref: input, value: `${count}`, onChange: () => undefined }),
      h(
        'ul',
        null,
        rows.map(text => h(Row, { key: text, text })),
      ),
      deferred,
      outside,
      createPortal(h('em', null, 'portal'), document.body),
      h(Suspense, { fallback: h('p', null, 'wait') }, count > 3 ? h(Later) : null),
    )
  }
  class Boundary extends Component {
    state = { message: '' }
    static getDerivedStateFromError(error) {
      return { message: error.message }
    }
    componentDidCatch(error) {
      log('caught', error.name, error.message)
    }
    render() {
      return this.state.message ? h('b', null, this.state.message) : this.props.children
    }
  }
  for (const fail of [false, true]) {
    const made = createRoot(root, {
      onUncaughtError: error => log('uncaught', error.message),
      onCaughtError: error => log('reported', error.message),
      onRecoverableError: error => log('recovered', error.message),
    })
    flushSync(() => made.render(h(StrictMode, null, h(Boundary, null, h(App, { fail })))))
    for (const id of ['add', 'later', 'throws', 'add']) {
      root.querySelector(`#${id}`)?.click()
      log('sync', root.innerHTML)
      await settle()
      log(id, root.innerHTML)
    }
    external++
    for (const listener of listeners) listener()
    startTransition(() => made.render(h(Boundary, null, h(App, { fail, again: 1 }))))
    later?.()
    await settle()
    log('end', document.body.innerHTML)
    made.unmount()
    await settle()
  }
  const broken = createRoot(root, { onUncaughtError: error => log('uncaught', error.message) })
  broken.render(
    h(() => {
      throw new Error('nobody catches')
    }),
  )
  await settle()
  log(root.innerHTML)
}
