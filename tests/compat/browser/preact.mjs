import { Component, Fragment, createContext, h, render } from 'preact'
import { useEffect, useErrorBoundary, useLayoutEffect, useMemo, useReducer, useRef, useContext, useState } from 'preact/hooks'

export async function run(log, root, settle) {
  const Theme = createContext('light')
  const Row = ({ text }) => {
    useEffect(() => () => log('row gone', text), [])
    return h('li', { key: text, class: useContext(Theme) }, text)
  }
  function App({ fail }) {
    const [count, setCount] = useState(1)
    const [sum, add] = useReducer((state, n) => state + n, 0)
    const box = useRef()
    const rows = useMemo(() => Array.from({ length: count }, (_, index) => index), [count])
    useLayoutEffect(() => {
      log('layout', count)
      return () => log('layout cleanup')
    }, [count])
    useEffect(() => {
      log('effect', count, box.current.tagName)
      add(count)
      return () => log('cleanup', count)
    }, [count])
    if (fail && count > 2) throw new RangeError(`count ${count}`)
    return h(
      Fragment,
      null,
      h('button', {
        id: 'add',
        onClick: () => {
          setCount(n => n + 1)
          setCount(n => n + 1)
        },
      }),
      h('button', {
        id: 'throws',
        onClick: () => {
          throw new TypeError('in a handler')
        },
      }),
      h('p', { ref: box, style: { color: 'red', width: count } }, sum),
      count % 2
        ? h(
            'ul',
            null,
            rows.map(n => h(Row, { key: n, text: `r${n}` })),
          )
        : h(
            'ol',
            null,
            rows.reverse().map(n => h(Row, { key: n, text: `r${n}` })),
          ),
    )
  }
  const Guard = ({ children }) => {
    const [error, reset] = useErrorBoundary(e => log('guarded', e.message))
    return error ? h('b', { onClick: reset }, error.message) : children
  }
  class Old extends Component {
    componentDidMount() {
      log('mounted')
      this.setState({ n: 1 }, () => log('set'))
    }
    shouldComponentUpdate(props, state) {
      log('should', state.n)
      return true
    }
    componentDidUpdate() {
      log('updated')
    }
    componentWillUnmount() {
      log('unmounting')
    }
    render() {
      return h('s', null, this.state.n)
    }
  }
  for (const fail of [false, true]) {
    render(h(Theme.Provider, { value: 'dark' }, h(Guard, null, h(App, { fail }), h(Old))), root)
    for (const id of ['add', 'throws', 'add']) {
      root.querySelector(`#${id}`)?.click()
      log('sync', root.innerHTML)
      await settle()
      log(id, root.innerHTML)
    }
    render(null, root)
    await settle()
    log('gone', root.innerHTML)
  }
  try {
    render(
      h(() => {
        throw new Error('nobody catches')
      }),
      root,
    )
  } catch (error) {
    log('thrown', error.message)
  }
}
