// One app for every React: each step is a click or so, and tells when the page has settled.
import {
  Component,
  StrictMode,
  Suspense,
  createContext,
  createElement,
  forwardRef,
  lazy,
  memo,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
  useTransition,
} from 'react'
import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import { log, runner } from './steps.js'

const render = name => log.push(`render ${name}`)
const effects = name => {
  useLayoutEffect(() => {
    log.push(`layout ${name}`)
    return () => log.push(`layout cleanup ${name}`)
  })
  useEffect(() => {
    log.push(`effect ${name}`)
    return () => log.push(`cleanup ${name}`)
  }, [])
}

const Theme = createContext('light')
Theme.displayName = 'Theme'
const Nameless = createContext(0)

const store = {
  value: 0,
  listeners: new Set(),
  set(value) {
    store.value = value
    for (const listener of store.listeners) listener()
  },
  subscribe(listener) {
    store.listeners.add(listener)
    return () => store.listeners.delete(listener)
  },
}

const set = {}
function Counter() {
  render('Counter')
  const ref = useRef(0)
  const [count, setCount] = useState(0)
  const [total, add] = useReducer((sum, by) => sum + by, 10)
  useMemo(() => count * 2, [count])
  const stored = useSyncExternalStore(store.subscribe, () => store.value)
  const [isPending, start] = useTransition()
  const [late, setLate] = useState('now')
  Object.assign(set, { setCount, add, start, setLate })
  ref.current++
  effects('Counter')
  return (
    <p>
      {count} {total} {stored} {String(isPending)} {late}
      <Plain />
      <Shown a={1} b={count} />
      <Compared value={count > 0} ignored={{}} />
      <Field label="f" count={count} ref={null} />
    </p>
  )
}
function Plain() {
  render('Plain')
  return <i>plain</i>
}
const Shown = memo(function ShownOnce({ a, b }) {
  render('Shown')
  return (
    <b>
      {a}
      {b}
    </b>
  )
})
const Compared = memo(
  function Inner({ value }) {
    render('Compared')
    return <u>{String(value)}</u>
  },
  (before, after) => before.value === after.value,
)
const Field = forwardRef(function FieldRef({ label, count }, ref) {
  render('Field')
  return (
    <s ref={ref}>
      {label}
      {count % 2}
    </s>
  )
})

class Klass extends Component {
  state = { n: 0, m: 0 }
  static contextType = Theme
  componentDidMount() {
    log.push('did mount')
    set.klass = this
  }
  componentDidUpdate() {
    log.push('did update')
  }
  componentWillUnmount() {
    log.push('will unmount')
  }
  render() {
    render('Klass')
    return (
      <em>
        {this.state.n} {this.context}
      </em>
    )
  }
}

function Themed() {
  render('Themed')
  const theme = useContext(Theme)
  const number = useContext(Nameless)
  return (
    <code>
      {theme}
      {number}
    </code>
  )
}
const Static = memo(() => {
  render('Static')
  return (
    <>
      <Themed />
      <Klass />
    </>
  )
})
Static.displayName = 'Static'
function Provider() {
  render('Provider')
  const [theme, setTheme] = useState('light')
  const [number, setNumber] = useState(1)
  Object.assign(set, { setTheme, setNumber })
  return (
    <Theme.Provider value={theme}>
      <Nameless.Provider value={number}>
        <Static />
      </Nameless.Provider>
    </Theme.Provider>
  )
}

function List() {
  render('List')
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
function Row({ item }) {
  render(`Row ${item}`)
  effects(`Row ${item}`)
  return <li>{item}</li>
}

class Boundary extends Component {
  state = { error: undefined }
  static getDerivedStateFromError(error) {
    return { error }
  }
  componentDidCatch(error) {
    log.push(`caught ${error.message}`)
  }
  render() {
    render('Boundary')
    return this.state.error ? <h6>{this.state.error.message}</h6> : this.props.children
  }
}
function Throws() {
  const [isBroken, setBroken] = useState(false)
  set.setBroken = setBroken
  if (isBroken) throw new Error('broken')
  return <h5>fine</h5>
}

let arrive
const wanted = new Promise(resolve => {
  arrive = () => {
    wanted.done = true
    resolve()
  }
})
function Waits() {
  if (!wanted.done) throw wanted
  render('Waits')
  return <h4>arrived</h4>
}
let load
const Loaded = lazy(
  () =>
    new Promise(resolve => {
      load = () => resolve({ default: Late })
    }),
)
function Late() {
  render('Late')
  return <h3>late</h3>
}

/** A setter of a layout effect, which React works on in the same task. */
function Measured() {
  render('Measured')
  const [size, setSize] = useState(0)
  useLayoutEffect(() => setSize(5), [])
  return <h2>{size}</h2>
}

function Suspended() {
  const [isOpen, setOpen] = useState(false)
  set.setOpen = setOpen
  if (!isOpen) return null
  return (
    <>
      <Suspense fallback={<h1>wait</h1>}>
        <Waits />
      </Suspense>
      <Suspense fallback={<h1>load</h1>}>
        <Loaded />
      </Suspense>
    </>
  )
}

function App() {
  render('App')
  const [isShown, setShown] = useState(false)
  set.setShown = setShown
  return (
    <>
      <Counter />
      <Provider />
      <List />
      <Boundary>
        <Throws />
      </Boundary>
      <Suspended />
      {isShown && <Measured />}
    </>
  )
}

const steps = {
  mount: () => {
    const root = createRoot(document.getElementById('root'))
    set.root = root
    root.render(window.strict ? <StrictMode>{createElement(App)}</StrictMode> : createElement(App))
  },
  state: () => set.setCount(1),
  'reducer twice': () => {
    set.add(1)
    set.add(2)
  },
  'same state': () => set.setCount(1),
  store: () => store.set(7),
  transition: () => set.start(() => set.setLate('later')),
  'flush sync': () => flushSync(() => set.setCount(2)),
  'class state': () => set.klass.setState({ m: 1 }),
  force: () => set.klass.forceUpdate(),
  context: () => set.setTheme('dark'),
  'nameless context': () => set.setNumber(2),
  list: () => set.setItems(['c', 'a', 'd']),
  error: () => set.setBroken(true),
  suspend: () => set.setOpen(true),
  arrive: () => {
    arrive()
    load()
  },
  measure: () => set.setShown(true),
  unmount: () => set.root.unmount(),
}

window.run = runner(steps, { isWaiting: shown => wanted.done && /wait|load/.test(shown) })
