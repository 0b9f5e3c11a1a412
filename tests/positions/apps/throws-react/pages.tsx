import { Component, createContext, forwardRef, memo, useContext, useEffect, useMemo, useReducer, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'

const Theme = createContext<{ name: string } | null>(null)
const fail = (text: string): never => {
  throw new Error(text)
}

function Direct({ label }: { label: string }) {
  const text = label.toUpperCase()
  if (text !== '') throw new Error(text)
  return <b>{text}</b>
}

function InElement({ user }: { user: { name: string } | null }) {
  return (
    <p className="user">
      <b>{user!.name}</b>
    </p>
  )
}

function InList({ items }: { items: readonly number[] }) {
  const [first] = useState(() => items[0])
  return (
    <ul>
      {items.map(item => (
        <li key={item}>{item > 1 ? fail('list') : first}</li>
      ))}
    </ul>
  )
}

function useTotal(items: readonly number[]): number {
  return useMemo(() => items.reduce((sum, item) => sum + fail(`total ${item}`), 0), [items])
}
const InHook = ({ items }: { items: readonly number[] }) => {
  const total = useTotal(items)
  return <b>{total}</b>
}

const InMemo = memo(function Inside({ value }: { value: number }) {
  const theme = useContext(Theme)
  return <i title={theme!.name}>{value}</i>
})

const InForward = forwardRef<HTMLElement, { render(value: number): ReactNode }>(({ render }, ref) => <b ref={ref}>{render(1)}</b>)

class InClass extends Component<{ value: number }> {
  private readonly start = 1
  override render(): ReactNode {
    return <b>{this.start + this.broken()}</b>
  }
  broken = (): number => fail('class')
}

function InInitial() {
  const [value] = useState(() => fail('initial'))
  return <b>{value}</b>
}

function InHandler({ step }: { step: number }) {
  const [count, setCount] = useState(0)
  const onClick = () => {
    setCount(count + step)
    fail('handler')
  }
  return <button onClick={onClick}>{count}</button>
}
function InUpdate({ step }: { step: number }) {
  const [count, dispatch] = useReducer((state: number, by: number) => (by > 0 ? fail('reducer') : state), 0)
  return <button onClick={() => dispatch(step)}>{count}</button>
}
function InEffect({ text }: { text: string }) {
  useEffect(() => {
    const upper = text.toUpperCase()
    fail(upper)
  }, [text])
  return <b>{text}</b>
}

export const PAGES: readonly (readonly [label: string, element: () => ReactElement])[] = [
  ['direct', () => <Direct label="direct" />],
  ['element', () => <InElement user={null} />],
  ['list', () => <InList items={[1, 2]} />],
  ['hook', () => <InHook items={[1]} />],
  ['memo', () => <InMemo value={1} />],
  ['forward', () => <InForward render={value => <i>{fail(`render ${value}`)}</i>} />],
  ['class', () => <InClass value={1} />],
  ['initial', () => <InInitial />],
]
export const HANDLED: typeof PAGES = [
  ['handler', () => <InHandler step={1} />],
  ['reducer', () => <InUpdate step={1} />],
  ['effect', () => <InEffect text="effect" />],
]
