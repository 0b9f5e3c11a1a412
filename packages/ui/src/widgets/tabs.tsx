/** Tabs with one tab stop; arrows move and select at once. Where they do not all fit, a menu has all of them, for the pointer only: arrows come everywhere. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, VNode } from 'preact'
import { Icon } from './icon.tsx'
import { Menu } from './menu.tsx'

export interface TabItem<T extends string> {
  readonly id: T
  readonly label: string
  /** A count beside the label. */
  readonly badge?: string
  readonly tone?: 'error'
}

export interface TabsProps<T extends string> {
  readonly label: string
  readonly name: string
  readonly items: readonly TabItem<T>[]
  readonly selected: T
  readonly onSelect: (id: T) => void
  readonly children?: ComponentChildren
}

export function Tabs<T extends string>(props: TabsProps<T>): VNode {
  const { items, selected, onSelect, name } = props
  // Counts that come later move tabs out of sight again.
  const widths = items.map(item => item.badge ?? '').join()
  useLayoutEffect(
    () => document.getElementById(`${name}-tab-${selected}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [selected, widths],
  )
  const list = useRef<HTMLDivElement>(null)
  const [overflows, setOverflows] = useState(false)
  const [menuAt, setMenuAt] = useState<DOMRect>()
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return undefined
    const measure = (): void => setOverflows(element.scrollWidth > element.clientWidth + 1)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [widths])
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = items.findIndex(item => item.id === selected)
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: items.length - 1 }[event.key]
    const item = to === undefined || event.altKey ? undefined : items[(to + items.length) % items.length]
    if (!item) return
    onSelect(item.id)
    event.preventDefault()
    event.stopPropagation()
    document.getElementById(`${name}-tab-${item.id}`)?.focus()
  }
  return (
    <div class="tabs">
      <div ref={list} class={`tab-list${overflows ? ' tab-list-cut' : ''}`} role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
        {items.map(item => (
          <button
            key={item.id}
            type="button"
            role="tab"
            id={`${name}-tab-${item.id}`}
            class="tab"
            aria-selected={item.id === selected}
            aria-controls={`${name}-panel`}
            tabIndex={item.id === selected ? 0 : -1}
            onClick={() => onSelect(item.id)}
          >
            {item.label}
            {item.badge !== undefined && <span class={`badge${item.tone ? ` badge-${item.tone}` : ''}`}>{item.badge}</span>}
          </button>
        ))}
      </div>
      {overflows && (
        <button
          type="button"
          tabIndex={-1}
          class="icon-button tabs-more"
          aria-label={`All of ${props.label}`}
          title={`All of ${props.label}`}
          aria-haspopup="menu"
          aria-expanded={menuAt !== undefined}
          data-testid={`${name}-all`}
          onClick={event => setMenuAt(event.currentTarget.getBoundingClientRect())}
        >
          <Icon name="more" />
        </button>
      )}
      {menuAt && (
        <Menu
          label={`All of ${props.label}`}
          actions={items.map(item => ({ words: item.label, ...(item.badge !== undefined && { keys: item.badge }), run: () => onSelect(item.id) }))}
          cssLeft={menuAt.left}
          cssTop={menuAt.bottom}
          onClose={() => setMenuAt(undefined)}
        />
      )}
      {props.children}
    </div>
  )
}

export const tabPanel = (name: string, selected: string): { id: string; role: 'tabpanel'; 'aria-labelledby': string } => ({
  id: `${name}-panel`,
  role: 'tabpanel',
  'aria-labelledby': `${name}-tab-${selected}`,
})
