/** Named values as one tree of rows; only open rows exist. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { NamedValue, ValueNode, WriteTarget } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { flattenValue, joinPath } from '../core/value-rows.ts'
import type { RowNote } from '../core/value-rows.ts'
import { absenceTitle, identityOf, previewValue, toneOf } from '../core/value-text.ts'
import { Icon } from '../widgets/icon.tsx'
import { Menu } from '../widgets/menu.tsx'
import type { MenuAction } from '../widgets/menu.tsx'
import type { WriteDirection } from '../core/write-walk.ts'
import { goToWrite, rowActions, showSightings } from './value-actions.ts'
import type { RowPlace } from './value-actions.ts'

export interface TreeValue extends NamedValue {
  /** How the program names it; absent for what it has no name for. */
  readonly expression?: string
  readonly target?: WriteTarget
  /** A closure wrote it, and it may have been the variable of another call of the same function. */
  readonly uncertain?: true
}

/** What rows do that are not about a call's values. */
export interface RowDeeds {
  walk(place: RowPlace, direction: WriteDirection): void
  actions(place: RowPlace): readonly MenuAction[]
}

export interface ValueTreeProps {
  /** Names the group in paths and to screen readers. */
  readonly group: string
  readonly values: readonly TreeValue[]
  /** Whose object ids the values have; that of the moment when absent. */
  readonly track?: number | undefined
  /** The first values are open at once when there are few of them. */
  readonly opened?: boolean
  /** Paths of rows that are open unless they were closed, and what stands behind rows. */
  readonly open?: ReadonlySet<string>
  readonly notes?: ReadonlyMap<string, readonly RowNote[]>
  readonly deeds?: RowDeeds
}

/** A single wide object must not build ten thousand rows at once. */
const MAX_ROWS = 400

export function ValueTree({ group, values, track, opened = false, open, notes, deeds }: ValueTreeProps): VNode {
  const bench = useBench()
  const { model } = bench
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [most, setMost] = useState(MAX_ROWS)
  const [focused, setFocused] = useState<string>()
  const [menu, setMenu] = useState<{ readonly place: RowPlace; readonly cssLeft: number; readonly cssTop: number }>()
  const first = new Set(opened && values.length <= 3 ? values.map(({ name }) => joinPath(group, name)) : [])
  const expanded = { has: (path: string) => toggled.get(path) ?? (first.has(path) || open?.has(path) === true) }
  const shownTrack = track ?? model.moment.value?.ref.track ?? 0
  const rows = values.flatMap(({ name, value, expression, target, uncertain }) =>
    flattenValue(group, name, value, expanded, expression).map(row => ({
      place: { row, track: shownTrack, target },
      isUncertain: uncertain === true && row.depth === 0,
    })),
  )
  const shown = rows.slice(0, most)
  const chosen = model.moment.value?.path
  // One row of the tree is a tab stop: the one that had the focus, else the chosen one, else the first.
  const stop = [focused, chosen].find(path => shown.some(({ place }) => place.row.path === path)) ?? shown[0]?.place.row.path
  const toggle = (path: string, open: boolean): void => setToggled(new Map(toggled).set(path, open))
  return (
    <>
      <div class="value-tree" role="tree" aria-label={group}>
        {shown.map(({ place, isUncertain }) => (
          <ValueLine
            key={place.row.path}
            place={place}
            uncertain={isUncertain}
            notes={notes?.get(place.row.path)}
            isStop={place.row.path === stop}
            onToggle={toggle}
            onFocus={() => setFocused(place.row.path)}
            onWalk={direction => (deeds ? deeds.walk(place, direction) : void goToWrite(bench, place, direction))}
            onMenu={at => setMenu({ place, cssLeft: at.left, cssTop: at.bottom + 2 })}
          />
        ))}
      </div>
      {rows.length > most && (
        <button type="button" class="link-button" onClick={() => setMost(most + MAX_ROWS)}>
          {rows.length - most} more rows
        </button>
      )}
      {menu && (
        <Menu
          label={`Actions of ${menu.place.row.name}`}
          actions={deeds ? deeds.actions(menu.place) : rowActions(bench, menu.place)}
          cssLeft={menu.cssLeft}
          cssTop={menu.cssTop}
          onClose={() => setMenu(undefined)}
        />
      )}
    </>
  )
}

interface LineProps {
  readonly place: RowPlace
  readonly uncertain: boolean
  readonly notes: readonly RowNote[] | undefined
  readonly isStop: boolean
  readonly onToggle: (path: string, open: boolean) => void
  readonly onFocus: () => void
  readonly onWalk: (direction: WriteDirection) => void
  readonly onMenu: (at: DOMRect) => void
}

function moveFocus(element: HTMLElement, delta: number): void {
  const all = [...(element.closest('.values, .event-detail, .state-held')?.querySelectorAll<HTMLElement>('.value-row') ?? [])]
  all[all.indexOf(element) + delta]?.focus()
}

function ValueLine({ place, uncertain, notes, isStop, onToggle, onFocus, onWalk, onMenu }: LineProps): VNode {
  const bench = useBench()
  const { model, walkedRow } = bench
  const { row } = place
  const line = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (walkedRow.peek() !== row.path || document.activeElement !== document.body) return
    line.current?.focus()
  }, [])
  const isChosen = model.moment.value?.path === row.path
  const choose = (): void => {
    const moment = model.moment.peek()
    if (moment && moment.path !== row.path) model.adjust({ moment: { ...moment, path: row.path } })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const element = event.currentTarget as HTMLElement // SAFE: the listener is on this element.
    if (event.target !== element || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowDown') moveFocus(element, 1)
    else if (event.key === 'ArrowUp') moveFocus(element, -1)
    else if (event.key === 'ArrowRight' && row.expandable && !row.expanded) onToggle(row.path, true)
    else if (event.key === 'ArrowLeft' && row.expanded) onToggle(row.path, false)
    else if (event.key === 'Enter' || event.key === ' ') choose()
    else if (event.key.toLowerCase() === 'w') onWalk(event.shiftKey ? 'previous' : 'next')
    else if (event.key === 'ContextMenu') onMenu(element.getBoundingClientRect())
    else if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={line}
      class={`value-row${isChosen ? ' value-chosen' : ''}${notes ? ' value-noted' : ''}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.expandable ? row.expanded : undefined}
      aria-selected={isChosen}
      tabIndex={isStop ? 0 : -1}
      data-testid="value-row"
      style={{ paddingLeft: `${8 + row.depth * 14}px` }}
      onClick={() => {
        choose()
        if (row.expandable) onToggle(row.path, !row.expanded)
      }}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
    >
      <span class={`twisty${row.expanded ? ' twisty-open' : ''}`} style={{ visibility: row.expandable ? 'visible' : 'hidden' }} aria-hidden="true">
        <Icon name="chevron" />
      </span>
      <span class="value-name" title={uncertain ? 'A closure wrote it: it may be the variable of another call of this function' : undefined}>
        {uncertain ? `${row.name} ≈` : row.name}
      </span>
      <ValueText node={row.node} track={place.track} text={row.missing ?? row.range} />
      {notes?.map(({ sign, text }) => (
        <span key={text} class="value-note" title={text}>
          <strong>{sign}</strong> {text}
        </span>
      ))}
      {row.missing === undefined && row.range === undefined && (
        <button
          type="button"
          class="row-actions"
          aria-label={`Actions of ${row.name}`}
          aria-haspopup="menu"
          tabIndex={isStop ? 0 : -1}
          onClick={event => {
            event.stopPropagation()
            onMenu(event.currentTarget.getBoundingClientRect())
          }}
        >
          ⋯
        </button>
      )}
    </div>
  )
}

function ValueText({ node, track, text }: { readonly node: ValueNode; readonly track: number; readonly text: string | undefined }): VNode {
  const bench = useBench()
  const id = text === undefined ? identityOf(node) : 0
  return (
    <>
      <span class={`value value-${text === undefined ? toneOf(node) : 'absent'}`} title={node.kind === 'string' ? node.value : absenceTitle(node)}>
        {text ?? previewValue(node)}
      </span>
      {id > 0 && (
        <button
          type="button"
          class="identity"
          tabIndex={-1}
          title={`The same object everywhere it is shown as #${id}. Click for all places where it was seen`}
          aria-label={`Where #${id} was seen`}
          onClick={event => {
            event.stopPropagation()
            showSightings(bench, track, id)
          }}
        >
          #{id}
        </button>
      )}
    </>
  )
}
