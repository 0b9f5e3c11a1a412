/**
 * Rows of one fixed height of which only the visible ones exist. The list is one tab stop: the container has the focus and
 * `aria-activedescendant` names the active row, so scrolling a row out of sight never loses the focus.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, VNode } from 'preact'
import { cssRow } from '../theme/density.ts'

const OVERSCAN = 8

export interface RowAttributes {
  readonly id: string
  readonly class: string
  readonly style: { readonly transform: string }
}

export interface VirtualListProps {
  readonly count: number
  readonly label: string
  readonly role: 'listbox' | 'tree' | 'treegrid' | 'grid'
  readonly testId?: string
  /** Row of the moment or selection; -1 when it is not in the list. */
  readonly active: number
  /** Scrolls the active row into sight whenever this changes. */
  readonly revealKey?: string
  /** Rows that were put in front since the list was opened: the scroll position follows. */
  readonly prepended?: number
  readonly row: (index: number, attributes: RowAttributes, active: boolean) => VNode
  readonly onMove: (index: number) => void
  /** Keys beyond up, down, page and Home/End; true = done. */
  readonly onKey?: (event: KeyboardEvent, index: number) => boolean
  readonly onVisible?: (first: number, last: number) => void
  readonly children?: ComponentChildren
}

export function VirtualList(props: VirtualListProps): VNode {
  const CSS_ROW = cssRow.value
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ cssTop: 0, cssHeight: 400 })
  const name = useRef(`list-${nextList++}`).current
  const wasPrepended = useRef(props.prepended ?? 0)
  const { count, active, onVisible } = props

  const measure = (): void => {
    const element = scroller.current
    if (element) setView({ cssTop: element.scrollTop, cssHeight: element.clientHeight })
  }
  useEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    const added = (props.prepended ?? 0) - wasPrepended.current
    wasPrepended.current = props.prepended ?? 0
    const element = scroller.current
    if (element && added > 0) {
      element.scrollTop += added * CSS_ROW
      if (element.scrollTop === active * CSS_ROW) element.scrollTop -= element.clientHeight / 3
    }
    measure()
  }, [props.prepended])
  const first = Math.max(0, Math.floor(view.cssTop / CSS_ROW) - OVERSCAN)
  const last = Math.min(count, Math.ceil((view.cssTop + view.cssHeight) / CSS_ROW) + OVERSCAN)
  useEffect(() => onVisible?.(first, last), [first, last, count])
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || active < 0) return
    const cssTop = active * CSS_ROW
    const cssAway = Math.max(element.scrollTop - cssTop, cssTop + CSS_ROW - element.scrollTop - element.clientHeight)
    const room = CSS_ROW * 2
    if (cssAway > room * 2) element.scrollTop = cssTop - element.clientHeight / 3
    else if (cssTop < element.scrollTop) element.scrollTop = Math.max(0, cssTop - room)
    else if (cssAway > 0) element.scrollTop = cssTop - element.clientHeight + CSS_ROW + room
    measure()
  }, [active < 0, props.revealKey])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const page = Math.max(1, Math.floor(view.cssHeight / CSS_ROW) - 1)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active < 0 ? 0 : active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }
    const to = moves[event.key]
    if (to !== undefined && count > 0) props.onMove(Math.min(count - 1, Math.max(0, to)))
    else if (!props.onKey?.(event, active)) return
    event.preventDefault()
    event.stopPropagation()
  }
  const rows: VNode[] = []
  for (let i = first; i < last; i++) {
    const attributes = { id: `${name}-${i}`, class: `row${i === active ? ' row-active' : ''}`, style: { transform: `translateY(${i * CSS_ROW}px)` } }
    rows.push(props.row(i, attributes, i === active))
  }
  return (
    <div
      ref={scroller}
      class="virtual-list"
      role={props.role}
      tabIndex={0}
      aria-label={props.label}
      aria-activedescendant={active >= first && active < last ? `${name}-${active}` : undefined}
      {...(props.role === 'grid' || props.role === 'treegrid' ? { 'aria-rowcount': count } : {})}
      data-testid={props.testId}
      onScroll={measure}
      onKeyDown={onKeyDown}
    >
      <div class="virtual-rows" role="presentation" style={{ height: `${count * CSS_ROW}px` }}>
        {rows}
      </div>
      {props.children}
    </div>
  )
}
let nextList = 1
