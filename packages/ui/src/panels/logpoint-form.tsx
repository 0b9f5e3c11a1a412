/** The small dialog that asks for the expression of a logpoint. */
import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { MAX_EXPRESSIONS } from '../core/url-codec.ts'
import { IconButton } from '../widgets/icon-button.tsx'

export interface LogpointPlace {
  readonly path: string
  readonly line: number
  readonly cssLeft: number
  readonly cssTop: number
}

export function LogpointForm({ at, onClose }: { readonly at: LogpointPlace; readonly onClose: () => void }): VNode {
  const { model } = useBench()
  const box = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const { path, line } = at
  useEffect(() => {
    const before = document.activeElement
    input.current?.focus()
    const away = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose() // SAFE: pointer targets are nodes.
    }
    window.addEventListener('pointerdown', away)
    return () => {
      window.removeEventListener('pointerdown', away)
      if (before instanceof HTMLElement) before.focus()
    }
  }, [path, line])
  const all = model.view.value.logpoints ?? []
  const isFull = all.length >= MAX_EXPRESSIONS
  const add = (event: SubmitEvent): void => {
    event.preventDefault()
    const expression = input.current?.value.trim() ?? ''
    if (expression === '' || isFull) return
    const others = all.filter(other => other.path !== path || other.line !== line || other.expression !== expression)
    model.commit({ logpoints: [...others, { path, line, expression }], left: 'logpoints' })
    onClose()
  }
  return (
    <div
      ref={box}
      class="popover logpoint-form"
      role="dialog"
      aria-label={`Logpoint on line ${line}`}
      data-testid="logpoint-form"
      style={{ left: `${Math.min(at.cssLeft, window.innerWidth - 340)}px`, top: `${Math.min(at.cssTop, window.innerHeight - 150)}px` }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <div class="popover-head">
        <strong>
          Log at {path}:{line}
        </strong>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <form class="logpoint-fields" onSubmit={add}>
        <input
          ref={input}
          class="query-input"
          data-testid="logpoint-input"
          aria-label="Expression to log"
          placeholder="item.price * item.quantity"
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
        />
        <button class="button button-primary" disabled={isFull}>
          Log
        </button>
      </form>
      <p class="muted logpoint-hint">
        {isFull
          ? `There are ${MAX_EXPRESSIONS} logpoints already: remove one first.`
          : 'Read from recorded values at each execution; nothing runs again.'}
      </p>
    </div>
  )
}
