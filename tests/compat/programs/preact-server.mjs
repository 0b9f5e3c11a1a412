import * as preact from 'preact'
import * as hooks from 'preact/hooks'
import * as render from 'preact-render-to-string'

export const modules = { preact, hooks, render }

const { h, Component, Fragment, createContext, cloneElement, toChildArray } = preact
const { useState, useMemo, useReducer, useContext, useErrorBoundary, useId, useEffect } = hooks
const Theme = createContext('light')

class Counter extends Component {
  state = { n: this.props.start ?? 0 }
  componentWillMount() {
    this.setState({ n: this.state.n + 1 })
  }
  static getDerivedStateFromProps = (props, state) => ({ twice: state.n * 2 })
  render({ children }, { n, twice }) {
    return h('p', { class: 'c', style: { width: 1, color: 'red' } }, n, twice, children)
  }
}
const Hooked = ({ items }) => {
  const [first] = useState(() => items[0])
  const [state, dispatch] = useReducer((s, a) => s + a, 1)
  if (state < 3) dispatch(1)
  useEffect(() => {
    throw new Error('not on the server')
  })
  return h(
    'ul',
    { id: useId(), onClick() {} },
    useMemo(() => items.map(item => h('li', { key: item }, item, useContextText())), [items]),
    first,
    state,
  )
}
const useContextText = () => ''
const Themed = () => h('b', null, useContext(Theme))
const Failing = () => {
  throw new RangeError('from render')
}
const Guarded = ({ children }) => {
  const [error] = useErrorBoundary()
  return error ? h('i', null, error.message) : children
}
const APPS = [
  h(Counter, { start: 2 }, 'text', null, false, [1, [2]]),
  h(Hooked, { items: ['<a>', '"b"', "c&'"] }),
  h(Theme.Provider, { value: 'dark' }, h(Themed)),
  h(Guarded, null, h(Failing)),
  h(Failing),
  h(Fragment, null, h('svg', { viewBox: 'x', xlinkHref: 'y' }), h('input', { value: 1, checked: true, disabled: false })),
  h('div', { dangerouslySetInnerHTML: { __html: '<x>' } }),
  h('bad name'),
  h({}),
  h('a', { href: undefined, ref: {}, 'data-x': 0 }),
]

export async function run(log) {
  for (let round = 0; round < 3; round++)
    for (const app of APPS) {
      log.attempt('string', () => render.renderToString(app))
      await log.attempt('async', () => render.renderToStringAsync(app))
    }
  log(cloneElement(h('a', { x: 1 }), { y: 2 }, 'z').props, toChildArray([1, [null, 'a', [h('b')]]]).length)
  const seen = []
  const before = preact.options.vnode
  preact.options.vnode = vnode => {
    seen.push(String(vnode.type?.name ?? vnode.type))
    before?.(vnode)
  }
  render.renderToString(h(Counter, null, h(Themed)))
  preact.options.vnode = before
  log(seen)
}
