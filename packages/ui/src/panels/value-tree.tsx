/** Named values as one tree of rows; only open rows exist. */
import { useMemo, useState } from 'preact/hooks'
import type { NamedValue, ValueNode } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { flattenValue, joinPath } from '../core/value-rows.ts'
import type { ValueRow } from '../core/value-rows.ts'
import { identityOf, previewValue, toneOf } from '../core/value-text.ts'
import { Icon } from '../widgets/icon.tsx'

export interface ValueTreeProps {
  /** Names the group in paths and to screen readers. */
  readonly group: string
  readonly values: readonly NamedValue[]
  /** The first values open at once when there are few of them. */
  readonly opened?: boolean
}

/** A single wide object must not build ten thousand rows at once. */
const MAX_ROWS = 400

export function ValueTree({ group, values, opened = false }: ValueTreeProps): VNode {
  const first = useMemo(() => (opened && values.length <= 3 ? values.map(({ name }) => joinPath(group, name)) : []), [group])
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set(first))
  const [most, setMost] = useState(MAX_ROWS)
  const rows = values.flatMap(({ name, value }) => flattenValue(group, name, value, expanded))
  const toggle = (path: string, open: boolean): void => {
    const next = new Set(expanded)
    if (open) next.add(path)
    else next.delete(path)
    setExpanded(next)
  }
  return (
    <div class="value-tree" role="tree" aria-label={group}>
      {rows.slice(0, most).map((row, i) => (
        <ValueLine key={row.path} row={row} index={i} onToggle={toggle} />
      ))}
      {rows.length > most && (
        <button type="button" class="link-button" onClick={() => setMost(most + MAX_ROWS)}>
          {rows.length - most} more rows
        </button>
      )}
    </div>
  )
}

interface LineProps {
  readonly row: ValueRow
  readonly index: number
  readonly onToggle: (path: string, open: boolean) => void
}

function moveFocus(element: HTMLElement, delta: number): void {
  const all = [...(element.closest('.values, .event-detail')?.querySelectorAll<HTMLElement>('.value-row') ?? [])]
  all[all.indexOf(element) + delta]?.focus()
}

function ValueLine({ row, index, onToggle }: LineProps): VNode {
  const { model } = useBench()
  const isChosen = model.moment.value?.path === row.path
  const choose = (): void => {
    const moment = model.moment.peek()
    if (moment && moment.path !== row.path) model.adjust({ moment: { ...moment, path: row.path } })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const element = event.currentTarget as HTMLElement // SAFE: the listener is on this element.
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowDown') moveFocus(element, 1)
    else if (event.key === 'ArrowUp') moveFocus(element, -1)
    else if (event.key === 'ArrowRight' && row.expandable && !row.expanded) onToggle(row.path, true)
    else if (event.key === 'ArrowLeft' && row.expanded) onToggle(row.path, false)
    else if (event.key === 'Enter' || event.key === ' ') choose()
    else if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      class={`value-row${isChosen ? ' value-chosen' : ''}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.expandable ? row.expanded : undefined}
      aria-selected={isChosen}
      tabIndex={index === 0 || isChosen ? 0 : -1}
      data-testid="value-row"
      style={{ paddingLeft: `${8 + row.depth * 14}px` }}
      onClick={() => {
        choose()
        if (row.expandable) onToggle(row.path, !row.expanded)
      }}
      onKeyDown={onKeyDown}
    >
      <span class={`twisty${row.expanded ? ' twisty-open' : ''}`} style={{ visibility: row.expandable ? 'visible' : 'hidden' }} aria-hidden="true">
        <Icon name="chevron" />
      </span>
      <span class="value-name">{row.name}</span>
      <ValueText node={row.node} {...(row.missing !== undefined && { text: row.missing })} />
    </div>
  )
}

function ValueText({ node, text }: { readonly node: ValueNode; readonly text?: string }): VNode {
  const id = identityOf(node)
  return (
    <>
      <span class={`value value-${toneOf(node)}`} title={node.kind === 'string' ? node.value : undefined}>
        {text ?? previewValue(node)}
      </span>
      {id > 0 && node.kind !== 'ref' && (
        <span class="identity" title={`The same object everywhere it is shown as #${id}`}>
          #{id}
        </span>
      )}
    </>
  )
}
