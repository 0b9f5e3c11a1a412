/** Every event in order, around the moment, through the filter. Pages come as the list is scrolled; new ones wait behind a pill. */
import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { EventFilter, EventRow } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatCount, formatDuration } from '../core/time-text.ts'
import { GROUP_KINDS, NO_FILTER, isFiltering } from '../core/view-state.ts'
import type { TimeRange, ViewFilter } from '../core/view-state.ts'
import { valueOf } from '../engine/resource.ts'
import { lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { Empty, FailureView, Skeleton } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'
import { FilterPills } from './filter-pills.tsx'

const NEAR_END = 40

function filterQuery(filter: ViewFilter, range: TimeRange | undefined): EventFilter {
  return {
    ...(range && { fromUs: range.fromUs, toUs: range.toUs }),
    ...(filter.text && { text: filter.text }),
    ...(filter.errors && { errors: true }),
    ...(filter.group && { kinds: GROUP_KINDS[filter.group] }),
    ...(filter.chain && { chain: filter.chain }),
  }
}

export function EventsPanel(): VNode {
  const bench = useBench()
  const { events, model, session } = bench
  const seen = useRef({ events: 0, query: '' })
  const [walked, setWalked] = useState<number>()
  const filter = useComputed(() => JSON.stringify(filterQuery(model.filter.value, model.view.value.range)))
  const summary = valueOf(session.state.value)
  const list = events.list.value
  const atUs = valueOf(bench.event.state.value)?.row.timeUs
  const here = model.moment.value ? formatRef(model.moment.value.ref) : ''

  useSignalEffect(() => {
    const of = model.session.value
    const query = filter.value
    const known = valueOf(session.state.value)
    const event = valueOf(bench.event.state.value)?.row
    const ref = model.moment.value?.ref
    if (of === undefined || known?.session !== of || (ref && event?.ref.seq !== ref.seq)) return
    const key = `${of} ${query}`
    const isKnown = ref === undefined || events.list.peek().rows.some(row => row.ref.track === ref.track && row.ref.seq === ref.seq)
    const mayMiss = isFiltering(model.filter.peek()) || model.view.peek().range !== undefined
    if (seen.current.query === key && (isKnown || mayMiss)) return
    seen.current = { events: known.events, query: key }
    events.open(of, JSON.parse(query) as EventFilter, event?.timeUs ?? known.firstUs) // SAFE: filter is the JSON of an EventFilter made above.
  })
  useEffect(() => setWalked(undefined), [here])
  useEffect(() => {
    if (list.atEnd && list.rows.length > 0 && summary) seen.current.events = summary.events
  }, [list.rows.length, list.atEnd])

  const fresh = list.atEnd && summary ? summary.events - seen.current.events : 0
  const found = list.rows.findIndex(row => formatRef(row.ref) === here)
  const active = walked ?? found
  return (
    <div class="events">
      <FilterPills />
      {list.failure && (
        <FailureView failure={list.failure} retry={() => retryEvents(list.rows.length === 0 ? undefined : events.growAfter, seen.current)} />
      )}
      {list.partial && <p class="partial">Not all of it: {list.partial}</p>}
      {list.loading && list.rows.length === 0 && <Skeleton rows={12} label="events" />}
      {!list.loading && list.rows.length === 0 && !list.failure && <NoEvents />}
      {list.rows.length > 0 && (
        <VirtualList
          role="listbox"
          label="Events"
          count={list.rows.length}
          active={active}
          prepended={list.prepended}
          revealKey={`${here}:${walked ?? ''}:${found >= 0}`}
          onMove={index => {
            setWalked(index)
            const row = list.rows[index]
            if (row) model.preview.value = { timeUs: row.timeUs, ref: row.ref }
          }}
          onKey={(event, index) => {
            const row = list.rows[index]
            if ((event.key !== 'Enter' && event.key !== ' ') || !row) return false
            bench.jump(row.ref)
            return true
          }}
          onVisible={(first, last) => {
            if (first < NEAR_END) events.growBefore()
            if (last > list.rows.length - NEAR_END) events.growAfter()
          }}
          row={(index, attributes, isActive) => (
            <EventLine
              key={index - list.prepended}
              row={list.rows[index]}
              before={list.rows[index - 1]}
              attributes={attributes}
              active={isActive}
              atUs={atUs}
            />
          )}
        >
          {fresh > 0 && (
            <button
              type="button"
              class="new-pill"
              onClick={() => {
                seen.current.events = summary?.events ?? 0
                events.catchUp()
              }}
            >
              {formatCount(fresh)} new {fresh === 1 ? 'event' : 'events'}
              {isFiltering(model.filter.value) && ' before the filter'}
            </button>
          )}
        </VirtualList>
      )}
    </div>
  )
}

function retryEvents(grow: (() => void) | undefined, seen: { query: string }): void {
  if (grow) return grow()
  seen.query = ''
}

function NoEvents(): VNode {
  const { model } = useBench()
  const { filter, range } = model.view.value
  if (isFiltering(filter)) {
    return (
      <Empty
        title="The filter hides all events"
        testId="empty-filter"
        action={{ label: 'Clear the filter', run: () => model.adjust({ filter: NO_FILTER }) }}
      />
    )
  }
  if (range)
    return (
      <Empty
        title="No events in the chosen range"
        testId="empty-range"
        action={{ label: 'Clear the range', run: () => model.commit({ range: undefined }) }}
      />
    )
  return <Empty title="No events yet">They appear here as the recorded program runs.</Empty>
}

interface LineProps {
  readonly row: EventRow | undefined
  readonly before: EventRow | undefined
  readonly attributes: RowAttributes
  readonly active: boolean
  readonly atUs: number | undefined
}

function EventLine({ row, before, attributes, active }: LineProps): VNode | null {
  const { model, jump } = useBench()
  if (!row) return null
  const delta = before ? row.timeUs - before.timeUs : undefined
  return (
    <div
      {...attributes}
      class={`${attributes.class} event-row${row.error ? ' event-error' : ''}`}
      role="option"
      aria-selected={active}
      data-testid="event-row"
      data-ref={formatRef(row.ref)}
      onClick={() => jump(row.ref)}
      onPointerEnter={() => (model.preview.value = { timeUs: row.timeUs, ref: row.ref })}
      onPointerLeave={() => (model.preview.value = undefined)}
    >
      <span class="event-delta" title="since the row above">
        {delta === undefined || delta <= 0 ? '' : `+${formatDuration(delta)}`}
      </span>
      <span class="event-track">{row.ref.track}</span>
      <span class="event-main" style={{ paddingLeft: `${Math.min(row.depth, 16) * 7}px` }}>
        <KindSign look={lookOf(row)} error={row.error} />
        <span class="event-name">{row.name}</span>
        <span class="event-preview">{row.preview}</span>
      </span>
    </div>
  )
}
