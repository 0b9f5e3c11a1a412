/** The stores of the session, and the changes of one of them: both walked as every list is. */
import { useEffect, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { StateChangeRow, StoreMoment } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { changeText } from '../core/state-tree.ts'
import { isSameStore, stateViewOf } from '../core/state-view.ts'
import { formatClock, formatExact } from '../core/time-text.ts'
import { previewValue } from '../core/value-text.ts'
import { valueOf } from '../engine/resource.ts'
import { lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { FailureView, Skeleton } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'

const SHOWN_STORES = 5

export function StoreList({ stores }: { readonly stores: readonly StoreMoment[] }): VNode {
  const view = stateViewOf(useBench())
  const [walked, setWalked] = useState<number>()
  const { selected } = view
  const chosen = selected.value ? stores.findIndex(store => selected.value && isSameStore(store, selected.value)) : -1
  useEffect(() => setWalked(undefined), [chosen])
  const select = (index: number): void => {
    const store = stores[index]
    if (store) view.select(store)
  }
  return (
    <>
      <div class="store-head" aria-hidden="true">
        <span class="store-name">Store</span>
        <span>Tr.</span>
        <span title="Changes up to the moment">Before</span>
        <span title="Changes after the moment">After</span>
      </div>
      <div class="store-list" style={{ height: `calc(var(--row) * ${Math.min(stores.length, SHOWN_STORES)})` }}>
        <VirtualList
          role="listbox"
          label="Stores"
          testId="stores"
          count={stores.length}
          active={walked ?? chosen}
          revealKey={`${walked ?? chosen}`}
          onMove={setWalked}
          onKey={(event, index) => {
            if (event.key !== 'Enter' && event.key !== ' ') return false
            select(index)
            return true
          }}
          row={(index, attributes, isActive) => (
            <StoreLine
              key={index}
              store={stores[index]}
              attributes={attributes}
              active={isActive}
              chosen={index === chosen}
              onSelect={() => select(index)}
            />
          )}
        />
      </div>
    </>
  )
}

interface StoreLineProps {
  readonly store: StoreMoment | undefined
  readonly attributes: RowAttributes
  readonly active: boolean
  readonly chosen: boolean
  readonly onSelect: () => void
}

function StoreLine({ store, attributes, active, chosen, onSelect }: StoreLineProps): VNode | null {
  const { session } = useBench()
  if (!store) return null
  const { library, now, before, after } = store
  const track = valueOf(session.state.value)?.tracks.find(each => each.track === store.track)
  return (
    <div
      {...attributes}
      class={`${attributes.class} store-row${chosen ? ' store-chosen' : ''}`}
      role="option"
      aria-selected={active}
      data-testid="store-row"
      onClick={onSelect}
    >
      <span class="store-name">
        <KindSign look={lookOf({ kind: 'stateSnapshot' })} error={false} />
        <span class="store-words">{store.store}</span>
        {library !== undefined && <span class="store-library">{library}</span>}
        {now.length > 0 && (
          <span class="badge store-now" title="Changed at this moment">
            Δ now
          </span>
        )}
      </span>
      <span class="store-number" title={track?.name}>
        {store.track}
        <span class="visually-hidden"> {track?.name}</span>
      </span>
      <span class="store-number">
        {formatExact(before)}
        <span class="visually-hidden"> changes before</span>
      </span>
      <span class="store-number">
        {formatExact(after)}
        <span class="visually-hidden"> after</span>
      </span>
    </div>
  )
}

/** `at`: index of the last change up to the moment, -1 when there is none. */
export function StateChanges({ of, at }: { readonly of: StoreMoment; readonly at: number }): VNode {
  const bench = useBench()
  const { changes } = stateViewOf(bench)
  const { answer, loading, failure, total } = changes.state.value
  const [walked, setWalked] = useState<number>()
  const path = bench.model.view.value.choices?.statePath
  const here = bench.model.moment.value ? formatRef(bench.model.moment.value.ref) : ''
  useEffect(() => setWalked(undefined), [here, path, of.track, of.store])
  const active = walked ?? at
  return (
    <section class="state-changes" aria-label={`Changes of ${path ?? of.store}`}>
      {failure && <FailureView failure={failure} retry={changes.reload} />}
      {!answer && loading && <Skeleton rows={5} label="changes" />}
      {answer?.completeness.kind === 'partial' && <p class="partial">Not all of it: {answer.completeness.reason}</p>}
      {answer && total === 0 && (
        <p class="none muted" data-testid="no-changes">
          No change of {path ?? 'it'} was recorded.
        </p>
      )}
      {answer && total > 0 && (
        <VirtualList
          role="listbox"
          label={`Changes of ${path ?? of.store}`}
          testId="state-changes"
          count={total}
          active={Math.min(active, total - 1)}
          revealKey={`${here}:${walked ?? ''}:${at}`}
          onMove={index => {
            setWalked(index)
            const row = changes.rowAt(index)
            if (row) bench.model.preview.value = { timeUs: row.timeUs, ref: row.ref }
          }}
          onKey={(event, index) => {
            const row = changes.rowAt(index)
            if ((event.key !== 'Enter' && event.key !== ' ') || !row) return false
            bench.jump(row.ref)
            return true
          }}
          onVisible={changes.need}
          row={(index, attributes, isActive) => (
            <ChangeLine key={index} row={changes.rowAt(index)} attributes={attributes} active={isActive} isPast={index <= at} />
          )}
        />
      )}
    </section>
  )
}

interface ChangeLineProps {
  readonly row: StateChangeRow | undefined
  readonly attributes: RowAttributes
  readonly active: boolean
  /** It has happened by the moment. */
  readonly isPast: boolean
}

function ChangeLine({ row, attributes, active, isPast }: ChangeLineProps): VNode {
  const { model, session, jump } = useBench()
  if (!row) {
    return (
      <div {...attributes} class={`${attributes.class} row-more`} role="option" aria-selected={active}>
        Loading…
      </div>
    )
  }
  const firstUs = valueOf(session.state.value)?.firstUs ?? 0
  const isPinned = model.view.value.choices?.statePath !== undefined
  return (
    <div
      {...attributes}
      class={`${attributes.class} change-row${isPast ? '' : ' change-later'}`}
      role="option"
      aria-selected={active}
      data-testid="state-change"
      data-ref={formatRef(row.ref)}
      onClick={() => jump(row.ref)}
      onPointerEnter={() => (model.preview.value = { timeUs: row.timeUs, ref: row.ref })}
      onPointerLeave={() => (model.preview.value = undefined)}
    >
      <span class="event-delta found-time">{formatClock(row.timeUs - firstUs)}</span>
      <KindSign look={lookOf({ kind: row.kind === 'change' ? 'stateChange' : 'stateSnapshot' })} error={false} />
      <span class="change-main">
        <span class="event-name">{row.path}</span>
        <span class="event-preview">
          {row.path === '' ? '' : ': '}
          {changeText(row)}
        </span>
      </span>
      {isPinned && <span class="change-value">= {row.value === undefined ? 'nothing there' : previewValue(row.value, 60)}</span>}
      {row.action && !isPinned && <span class="change-action">{row.action.name}</span>}
      {!isPast && <span class="visually-hidden">, later than the moment</span>}
    </div>
  )
}
