/** Tabs with one tab stop; arrows move and select at once. */
import { useLayoutEffect } from 'preact/hooks'
import type { ComponentChildren, VNode } from 'preact'

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
      <div class="tab-list" role="tablist" aria-label={props.label} onKeyDown={onKeyDown} onWheel={scrollSideways}>
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
      {props.children}
    </div>
  )
}

/** Tabs that do not fit lie to the sides: a wheel that only turns up and down reaches them too. */
function scrollSideways(event: WheelEvent): void {
  const list = event.currentTarget as HTMLElement // SAFE: the listener is on this element.
  if (event.deltaX !== 0 || list.scrollWidth <= list.clientWidth) return
  list.scrollLeft += event.deltaY
  event.preventDefault()
}

export const tabPanel = (name: string, selected: string): { id: string; role: 'tabpanel'; 'aria-labelledby': string } => ({
  id: `${name}-panel`,
  role: 'tabpanel',
  'aria-labelledby': `${name}-tab-${selected}`,
})
