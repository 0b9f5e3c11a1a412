/** All executions of one line, from a click on its hit count; pages, so that the first 200 are not the end. */
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { createEventWindow } from '../core/event-window.ts'
import { executionsFilter, isExecution } from '../core/line-executions.ts'
import type { LinePlace } from '../core/line-executions.ts'
import { sameRef } from '../core/moment.ts'
import { formatClock } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { FailureView, Skeleton } from '../widgets/states.tsx'

export interface ExecutionsAt extends LinePlace {
  readonly cssLeft: number
  readonly cssTop: number
}

export function Executions({ at, onClose }: { readonly at: ExecutionsAt; readonly onClose: () => void }): VNode {
  const bench = useBench()
  const window_ = useMemo(() => createEventWindow(bench.engine), [])
  const box = useRef<HTMLDivElement>(null)
  const firstUs = valueOf(bench.session.state.value)?.firstUs ?? 0
  useEffect(() => {
    const session = bench.model.session.peek()
    if (session !== undefined) window_.open(session, executionsFilter(at), firstUs)
    box.current?.querySelector<HTMLElement>('button')?.focus()
    const away = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose() // SAFE: pointer targets are nodes.
    }
    window.addEventListener('pointerdown', away)
    return () => window.removeEventListener('pointerdown', away)
  }, [at.path, at.line])
  const list = window_.list.value
  const rows = list.rows.filter(row => isExecution(row, at))
  const cssTop = Math.min(at.cssTop, window.innerHeight - 300)
  return (
    <div
      ref={box}
      class="popover"
      role="dialog"
      aria-label={`Executions of line ${at.line}`}
      style={{ left: `${at.cssLeft}px`, top: `${cssTop}px` }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <div class="popover-head">
        <strong>
          Line {at.line}: {rows.length}
          {list.atEnd ? '' : '+'} executions
        </strong>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      {list.failure && <FailureView failure={list.failure} />}
      {list.loading && rows.length === 0 && <Skeleton rows={4} label="executions" />}
      <ul class="executions">
        {rows.map(row => (
          <li key={formatRef(row.ref)}>
            <button
              type="button"
              class={`execution${sameRef(row.ref, bench.model.moment.value?.ref) ? ' execution-here' : ''}`}
              onClick={() => {
                bench.jump(row.ref)
                onClose()
              }}
            >
              <span class="event-delta">{formatClock(row.timeUs - firstUs)}</span>
              <span class="event-name">{row.name}</span>
              <span class="event-preview">{row.preview}</span>
            </button>
          </li>
        ))}
      </ul>
      {!list.atEnd && !list.loading && (
        <button type="button" class="button" onClick={window_.growAfter}>
          More
        </button>
      )}
    </div>
  )
}
