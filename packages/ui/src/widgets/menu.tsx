/** A small list of actions at a place on the screen. */
import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'

export interface MenuAction {
  readonly words: string
  readonly keys?: string
  /** Why it cannot be done here; the action is shown, and says so. */
  readonly not?: string
  readonly run: () => void
}

export interface MenuProps {
  readonly label: string
  readonly actions: readonly MenuAction[]
  readonly cssLeft: number
  readonly cssTop: number
  readonly onClose: () => void
}

const CSS_ACTION = 28

export function Menu({ label, actions, cssLeft, cssTop, onClose }: MenuProps): VNode {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const before = document.activeElement
    box.current?.querySelector<HTMLElement>('button')?.focus()
    const away = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose() // SAFE: pointer targets are nodes.
    }
    window.addEventListener('pointerdown', away)
    return () => {
      window.removeEventListener('pointerdown', away)
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>('button') ?? [])]
    const at = buttons.findIndex(button => button === document.activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (to !== undefined) buttons[(to + buttons.length) % buttons.length]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') onClose()
    // Keys of the workbench would act behind the open menu.
    event.stopPropagation()
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault()
  }
  const top = Math.max(4, Math.min(cssTop, window.innerHeight - actions.length * CSS_ACTION - 16))
  return (
    <div
      ref={box}
      class="popover menu"
      role="menu"
      aria-label={label}
      style={{ left: `${Math.max(4, Math.min(cssLeft, window.innerWidth - 250))}px`, top: `${top}px` }}
      onKeyDown={onKeyDown}
    >
      {actions.map(({ words, keys, not, run }) => (
        <button
          key={words}
          type="button"
          role="menuitem"
          class="menu-item"
          aria-disabled={not !== undefined}
          title={not}
          onClick={event => {
            event.stopPropagation()
            if (not !== undefined) return
            onClose()
            run()
          }}
        >
          <span class="menu-words">{words}</span>
          {keys !== undefined && <kbd>{keys}</kbd>}
        </button>
      ))}
    </div>
  )
}
