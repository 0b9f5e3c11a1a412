import { useEffect, useRef, useState } from 'react'

type Save = (value: string) => void

export const Form = ({ initial, onSave }: { initial: string; onSave: Save }) => {
  const [value, setValue] = useState(initial)
  const ref = useRef<HTMLInputElement | null>(null)
  useEffect(() => {
    ref.current?.focus()
    return () => onSave(value)
  }, [onSave, value])
  const invalid = validate(value)
  async function submit(): Promise<void> {
    await Promise.resolve()
    onSave(value)
  }
  return (
    <form onSubmit={event => { event.preventDefault(); void submit() }}>
      <input ref={ref} value={value} onChange={event => setValue(event.target.value)} />
      {invalid.map((message: string) => <em key={message}>{message}</em>)}
    </form>
  )
}

function validate(value: string): string[] {
  return value.length > 3 ? [] : ['too short']
}
