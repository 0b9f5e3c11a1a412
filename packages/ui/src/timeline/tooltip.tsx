/** The card beside the pointer: what the cell is, how many calls it stands for. */
import { useSignalEffect } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import { useEffect, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { EventRef, EventRow } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatCount, formatDuration } from '../core/time-text.ts'
import { lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import type { LabelBook } from './labels.ts'

export interface Hovered {
  readonly ref: EventRef
  readonly count: number
  readonly cssX: number
  readonly cssY: number
}

const WAIT_MS = 90

export function LaneTooltip({ hovered, labels }: { readonly hovered: Signal<Hovered | undefined>; readonly labels: LabelBook }): VNode | null {
  const bench = useBench()
  const [row, setRow] = useState<EventRow>()
  useSignalEffect(() => {
    const ref = hovered.value?.ref
    const session = bench.model.session.peek()
    if (!ref || session === undefined) return undefined
    const known = labels.get(formatRef(ref))
    if (known) {
      setRow(known)
      return undefined
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void bench.engine.ask('event', { session, ref }, abort.signal).then(result => {
        if (result.ok && !abort.signal.aborted) setRow(result.value.row)
      })
    }, WAIT_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  })
  useEscape(hovered)
  const at = (hovered as ReadonlySignal<Hovered | undefined>).value
  if (!at) return null
  const shown = row && row.ref.track === at.ref.track && row.ref.seq === at.ref.seq ? row : undefined
  return (
    <div class="tooltip" style={{ transform: `translate(${at.cssX + 14}px, ${at.cssY + 16}px)` }}>
      {shown ? (
        <>
          <div class="tooltip-title">
            <KindSign look={lookOf(shown)} error={shown.error} />
            <strong>{shown.name}</strong>
            {shown.durationUs !== undefined && <span class="muted">{formatDuration(shown.durationUs)}</span>}
          </div>
          <div class="tooltip-preview">{shown.preview}</div>
          {shown.location && (
            <div class="muted">
              {shown.location.file}:{shown.location.line}
            </div>
          )}
        </>
      ) : (
        <span class="muted">…</span>
      )}
      {at.count > 1 && <div class="muted">longest of {formatCount(at.count)} calls here</div>}
    </div>
  )
}

function useEscape(hovered: Signal<Hovered | undefined>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hovered.value = undefined
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
