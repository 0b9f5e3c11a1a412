/** A line between two panes that can be dragged, moved with arrow keys and reset with a double click. */
import type { Signal } from '@preact/signals-core'
import type { VNode } from 'preact'

export interface SplitterProps {
  readonly label: string
  readonly size: Signal<number>
  readonly least: number
  readonly most: number
  readonly initial: number
  readonly axis: 'x' | 'y'
  /** -1 when the pane that it sizes lies behind it. */
  readonly sign: 1 | -1
  /** The size on screen when the signal says "automatic" (0). */
  readonly measured?: () => number
}

const STEP = 16

export function Splitter(props: SplitterProps): VNode {
  const { size, axis, sign } = props
  const set = (value: number): void => {
    size.value = Math.round(Math.min(props.most, Math.max(props.least, value)))
  }
  const current = (): number => size.peek() || (props.measured?.() ?? props.initial)
  const onPointerDown = (event: PointerEvent): void => {
    const target = event.currentTarget as HTMLElement // SAFE: the listener is on this element.
    const from = axis === 'x' ? event.clientX : event.clientY
    const start = current()
    target.setPointerCapture(event.pointerId)
    target.onpointermove = move => set(start + sign * ((axis === 'x' ? move.clientX : move.clientY) - from))
    target.onpointerup = () => {
      target.onpointermove = null
    }
    event.preventDefault()
    target.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
    if (direction === undefined || event.altKey) return
    set(current() + direction * sign * STEP)
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      class={`splitter splitter-${axis}`}
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={current()}
      aria-valuemin={props.least}
      aria-valuemax={props.most}
      onPointerDown={onPointerDown}
      onDblClick={() => (size.value = props.initial)}
      onKeyDown={onKeyDown}
    />
  )
}
