import { Component, Fragment, createContext, options, render } from 'preact'
import { useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'
import { log, runner } from './steps.js'

window.handOver?.('preact', 'preact options', options)

const set = {}
const note = name => log.push(`render ${name}`)
const Theme = createContext('light')
Theme.displayName = 'Theme'

function Counter() {
  note('Counter')
  const ref = useRef(0)
  const [count, setCount] = useState(0)
  const [total, add] = useReducer((sum, by) => sum + by, 10)
  useMemo(() => count * 2, [count])
  Object.assign(set, { setCount, add })
  ref.current++
  useLayoutEffect(() => {
    log.push(`layout ${count}`)
    return () => log.push(`layout cleanup ${count}`)
  })
  useEffect(() => {
    log.push(`effect ${count}`)
    return () => log.push(`cleanup ${count}`)
  }, [count])
  return (
    <p>
      {count} {total}
      <Plain />
      <Shown a={1} b={count} />
    </p>
  )
}
const Plain = () => (note('Plain'), (<i>plain</i>))
class Shown extends Component {
  shouldComponentUpdate(next) {
    return next.b !== this.props.b
  }
  render({ a, b }) {
    note('Shown')
    return (
      <b>
        {a}
        {b}
      </b>
    )
  }
}
class Klass extends Component {
  state = { n: 0, m: 0 }
  componentDidMount() {
    set.klass = this
    log.push('did mount')
  }
  componentDidUpdate() {
    log.push('did update')
  }
  componentWillUnmount() {
    log.push('will unmount')
  }
  render() {
    note('Klass')
    return <em>{this.state.m}</em>
  }
}
const Themed = () => (note('Themed'), (<code>{useContext(Theme)}</code>))
class Static extends Component {
  shouldComponentUpdate = () => false
  render() {
    note('Static')
    return (
      <Fragment>
        <Themed />
      </Fragment>
    )
  }
}
function Provider() {
  note('Provider')
  const [theme, setTheme] = useState('light')
  set.setTheme = setTheme
  return (
    <Theme.Provider value={theme}>
      <Static />
    </Theme.Provider>
  )
}
function List() {
  note('List')
  const [items, setItems] = useState(['a', 'b', 'c'])
  set.setItems = setItems
  return (
    <ul>
      {items.map(item => (
        <Row key={item} item={item} />
      ))}
    </ul>
  )
}
const Row = ({ item }) => (note(`Row ${item}`), (<li>{item}</li>))
class Boundary extends Component {
  state = {}
  static getDerivedStateFromError(error) {
    return { error }
  }
  componentDidCatch(error) {
    log.push(`caught ${error.message}`)
  }
  render() {
    note('Boundary')
    return this.state.error ? <h6>{this.state.error.message}</h6> : this.props.children
  }
}
function Throws() {
  const [isBroken, setBroken] = useState(false)
  set.setBroken = setBroken
  if (isBroken) throw new Error('broken')
  return <h5>fine</h5>
}
/** Asks for another render of itself while it renders. */
function Twice() {
  note('Twice')
  const [n, setN] = useState(0)
  if (n < 1) setN(1)
  return <s>{n}</s>
}
class App extends Component {
  render() {
    note('App')
    set.app = this
    return [
      <Counter />,
      <Klass />,
      <Provider />,
      <List />,
      <Boundary>
        <Throws />
      </Boundary>,
      <Twice />,
    ]
  }
}

const root = document.getElementById('root')
window.setStateName = Component.prototype.setState.name + Component.prototype.setState.length
const steps = {
  mount: () => render(<App />, root),
  state: () => set.setCount(1),
  'reducer twice': () => {
    set.add(1)
    set.add(2)
  },
  'same state': () => set.setCount(1),
  'class state': () => set.klass.setState({ m: 1 }),
  force: () => set.klass.forceUpdate(),
  context: () => set.setTheme('dark'),
  list: () => set.setItems(['c', 'a', 'd']),
  error: () => set.setBroken(true),
  parent: () => set.app.forceUpdate(),
  unmount: () => render(null, root),
}
window.run = runner(steps, { pauseMs: 40 })
window.setStateNow = () => String(Component.prototype.setState)
window.more = () => render(<Plain />, root)
window.optionsNow = () => Object.keys(options).map(key => `${key} ${typeof options[key] === 'function' ? options[key].toString() : options[key]}`)
