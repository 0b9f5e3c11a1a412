import * as React from 'react'
import * as server from 'react-dom/server'

/** React counts how many owner stacks it made lately, by the clock. */
const { __CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE: internals, default: all, ...exported } = React
void internals
void all

export const modules = { React: exported, server }

const {
  createElement: h,
  useState,
  useMemo,
  useContext,
  useReducer,
  useId,
  useRef,
  useEffect,
  Suspense,
  lazy,
  memo,
  forwardRef,
  createContext,
  Component,
  Fragment,
  StrictMode,
  use,
  cache,
  useSyncExternalStore,
} = React

const Theme = createContext('light')
const Item = memo(({ text, onPick }) => h('li', { className: useContext(Theme), onClick: onPick, style: { marginTop: 1, '--x': 2 } }, text))
const Input = forwardRef((props, ref) => h('input', { ...props, ref, defaultValue: 'a"b', disabled: true }))
function List({ count }) {
  const [items] = useState(() => Array.from({ length: count }, (_, index) => `item ${index} <&>`))
  const [sum, dispatch] = useReducer((state, action) => state + action, 0)
  if (sum < 2) dispatch(1)
  const total = useMemo(() => items.reduce((n, item) => n + item.length, 0), [items])
  const id = useId()
  useEffect(() => {
    throw new Error('effects do not run here')
  })
  const store = useSyncExternalStore(
    () => () => undefined,
    () => 'client',
    () => 'server',
  )
  return h(
    Fragment,
    null,
    h(
      'ul',
      { id, 'data-total': total, 'aria-label': store },
      items.map(text => h(Item, { key: text, text })),
    ),
    h(Input, { ref: useRef() }),
    sum,
  )
}
class Boundary extends Component {
  state = { error: null }
  static getDerivedStateFromError = error => ({ error })
  render() {
    return this.state.error ? h('b', null, this.state.error.message) : this.props.children
  }
}
const Failing = () => {
  throw new RangeError('from render')
}
const Later = lazy(async () => {
  await null
  return { default: () => h('i', null, 'later') }
})
const promise = new Promise(resolve => setTimeout(resolve, 1, 'used'))
const Used = () => h('u', null, use(promise))
const Wrong = () => h('div', null, { not: 'a child' })

const APPS = {
  list: h(StrictMode, null, h(Theme.Provider, { value: 'dark' }, h(List, { count: 20 }))),
  suspense: h(Suspense, { fallback: h('p', null, 'wait') }, h(Later), h(Used)),
  boundary: h(Boundary, null, h(Suspense, { fallback: 'fallback' }, h(Failing))),
  failing: h('div', null, h(Failing)),
  wrong: h(Wrong),
  invalid: h(undefined),
  attributes: h('svg', { viewBox: '0 0 1 1', xlinkHref: 'x', dangerouslySetInnerHTML: { __html: '<g/>' } }),
  title: h(
    'html',
    null,
    h('head', null, h('title', null, 'T')),
    h('body', null, h('select', { value: 'b', readOnly: true }, h('option', { value: 'b' }, 'B')), h('textarea', { defaultValue: 'x\ny' })),
  ),
}

export async function run(log) {
  const logged = console.error
  console.error = (...values) =>
    log('console.error', ...values.map(value => (value instanceof Error ? value.message : String(value).replace(/\n\s+at .*/g, ''))))
  for (const [name, app] of Object.entries(APPS)) {
    log.attempt(name, () => server.renderToString(app))
    log.attempt(`${name} static`, () => server.renderToStaticMarkup(app))
    await log.attempt(`${name} stream`, async () => {
      const stream = await server.renderToReadableStream(app, { onError: error => (log('onError', error.message), 'digest') })
      await stream.allReady.catch(error => log('allReady', error.message))
      return await new Response(stream).text()
    })
  }
  console.error = logged
  log(
    React.Children.toArray([h('a'), [h('b', { key: 1 })], null, 'x']),
    React.cloneElement(h('a', { x: 1 }), { y: 2 }, 'c'),
    React.isValidElement(h('a')),
  )
  log.attempt('hook outside', () => useState(1))
  log.attempt('only', () => React.Children.only([1, 2]))
  void cache
}
