/** Events that something found, as a virtual list: hovering previews, clicking and Enter go there. */
import { useEffect, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { EventRow } from '@hindscope/protocol'
import type { ComponentChildren, VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatClock } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'

const NEAR_END = 40

export interface EventRowsProps {
  readonly rows: readonly EventRow[]
  readonly label: string
  /** The end of the list is near. */
  readonly onEnd?: (() => void) | undefined
  /** Instead of the event's own preview. */
  readonly text?: (index: number) => ComponentChildren
}

export function EventRows({ rows, label, onEnd, text }: EventRowsProps): VNode | null {
  const bench = useBench()
  const { model, session } = bench
  const [walked, setWalked] = useState<number>()
  const firstUs = valueOf(session.state.value)?.firstUs ?? 0
  const here = model.moment.value ? formatRef(model.moment.value.ref) : ''
  useEffect(() => setWalked(undefined), [here])
  if (rows.length === 0) return null
  const active = walked ?? rows.findIndex(row => formatRef(row.ref) === here)
  return (
    <VirtualList
      role="listbox"
      label={label}
      count={rows.length}
      active={active}
      revealKey={`${here}:${walked ?? ''}`}
      onMove={index => {
        setWalked(index)
        const row = rows[index]
        if (row) model.preview.value = { timeUs: row.timeUs, ref: row.ref }
      }}
      onKey={(event, index) => {
        const row = rows[index]
        if ((event.key !== 'Enter' && event.key !== ' ') || !row) return false
        bench.jump(row.ref)
        return true
      }}
      onVisible={(_, last) => last > rows.length - NEAR_END && onEnd?.()}
      row={(index, attributes, isActive) => {
        const row = rows[index]
        if (!row) return <></>
        return (
          <div
            {...attributes}
            key={index}
            class={`${attributes.class} event-row${row.error ? ' event-error' : ''}`}
            role="option"
            aria-selected={isActive}
            data-testid="found-row"
            data-ref={formatRef(row.ref)}
            onClick={() => bench.jump(row.ref)}
            onPointerEnter={() => (model.preview.value = { timeUs: row.timeUs, ref: row.ref })}
            onPointerLeave={() => (model.preview.value = undefined)}
          >
            <span class="event-delta found-time">{formatClock(row.timeUs - firstUs)}</span>
            <span class="event-track">{row.ref.track}</span>
            <span class="event-main">
              <KindSign look={lookOf(row)} error={row.error} />
              <span class="event-name">{row.name}</span>
              {text ? text(index) : <span class="event-preview">{row.preview}</span>}
            </span>
          </div>
        )
      }}
    />
  )
}
