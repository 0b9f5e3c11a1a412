import { createContext, forwardRef, memo, useCallback, useContext, useMemo, useReducer, useState } from 'react'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly items: readonly number[]
  readonly children?: ReactNode
}
const Theme = createContext<string>('light')

function useTotal(items: readonly number[]): number {
  return useMemo(() => items.reduce((sum, item) => sum + item, 0), [items])
}

export function App({ title, items, children }: Props) {
  const [count, setCount] = useState(() => items.length)
  const [state, dispatch] = useReducer(reduce, { step: 1 })
  const total = useTotal(items)
  const onClick = useCallback(() => setCount(current => current + 1), [])
  return (
    <Theme.Provider value="dark">
      <h1 onClick={onClick}>{title}</h1>
      {items.map(item => (
        <Row key={item} item={item} onPick={picked => dispatch({ add: picked })} />
      ))}
      <List
        render={(value: number) => <b>{value}</b>}
        values={items}
      />
      <p>
        {count} of {total}, {state.step} {children}
      </p>
    </Theme.Provider>
  )
}

function reduce(state: { step: number }, action: { add: number }) {
  return { step: state.step + action.add }
}

const Row = memo(function Row({ item, onPick }: { item: number; onPick(item: number): void }) {
  const theme = useContext(Theme)
  return <li className={theme} onClick={() => onPick(item)}>{item}</li>
})

const List = forwardRef<HTMLUListElement, { render(value: number): ReactNode; values: readonly number[] }>(({ render, values }, ref) => (
  <ul ref={ref}>{values.map(value => <li key={value}>{render(value)}</li>)}</ul>
))
