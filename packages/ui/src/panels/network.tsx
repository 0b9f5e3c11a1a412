/** Requests, queries, messages and timers as a waterfall: what one of them caused hangs below it, through all tracks. */
import { useEffect, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { ActivityPage, ActivityRow, ActivityTypeName } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { NETWORK_TYPES } from '../core/aggregates.ts'
import { formatDuration, formatExact } from '../core/time-text.ts'
import { withChoices } from '../core/view-choices.ts'
import type { ChoicePatch } from '../core/view-choices.ts'
import { isFailed, repeatText, statusText, waterfallBar, withoutLoopback } from '../core/waterfall.ts'
import { valueOf } from '../engine/resource.ts'
import { activityLook } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { FailureView, Skeleton } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'
import { Choice, EmptyList } from './empty-list.tsx'

export function NetworkPanel(): VNode {
  const { aggregates, model } = useBench()
  const { network } = aggregates
  const { answer, loading, failure, total } = network.state.value
  const { filter } = model.view.value
  const isFiltered = filter.text !== '' || filter.errors || filter.chain !== undefined
  return (
    <div class="view network" data-testid="panel-network">
      <NetworkControls />
      {failure && <FailureView failure={failure} retry={network.reload} />}
      {!answer && loading && <Skeleton rows={10} label="activities" />}
      {answer && total === 0 && (
        <EmptyList what="activities of these types" isFiltered={isFiltered}>
          Requests, messages and timers show up as soon as the recorded program makes some; other types can be chosen above.
        </EmptyList>
      )}
      {answer && total > 0 && (
        <>
          <NetworkNotes answer={answer} />
          <Waterfall answer={answer} total={total} />
        </>
      )}
    </div>
  )
}

const TYPE_PILLS: readonly { readonly label: string; readonly types: readonly ActivityTypeName[]; readonly title: string }[] = [
  { label: 'Requests', types: ['httpClient', 'httpServer'], title: 'Requests sent and received' },
  { label: 'Queries', types: ['query'], title: 'Statements and commands for databases' },
  { label: 'Handlers', types: ['handler'], title: 'Middleware, routes and handlers of servers' },
  { label: 'Messages', types: ['message'], title: 'Messages between realms and over brokers' },
  { label: 'Timers', types: ['timer'], title: 'Callbacks of timers' },
  { label: 'Page events', types: ['domEvent'], title: 'Events that came to a listener' },
  { label: 'Actions', types: ['action'], title: 'What stores were asked to do' },
  { label: 'Spans', types: ['span'], title: 'Spans of OpenTelemetry' },
  { label: 'Tests', types: ['test'], title: 'Tests of a test runner' },
  { label: 'Renders', types: ['render'], title: 'Components that were rendered' },
  {
    label: 'Other',
    types: ['promiseReaction', 'process', 'custom'],
    title: 'Promise reactions, threads and processes, work that the program names itself',
  },
]

function NetworkControls(): VNode {
  const { model } = useBench()
  const { choices = {}, filter, moment } = model.view.value
  const types = choices.types ?? NETWORK_TYPES
  const adjust = (patch: ChoicePatch): void => model.adjust({ choices: withChoices(model.view.peek().choices, patch) })
  const toggle = (of: readonly ActivityTypeName[]): void => {
    const isOn = of.every(type => types.includes(type))
    const next = isOn ? types.filter(type => !of.includes(type)) : [...types, ...of.filter(type => !types.includes(type))]
    const isUsual = next.length === NETWORK_TYPES.length && NETWORK_TYPES.every(type => next.includes(type))
    if (next.length > 0) adjust({ types: isUsual ? undefined : next })
  }
  const { chain, ...withoutChain } = filter
  return (
    <div class="pills">
      <span class="choice" role="group" aria-label="Types">
        {TYPE_PILLS.map(({ label, types: of, title }) => (
          <button
            key={label}
            type="button"
            class="pill"
            title={title}
            aria-pressed={of.every(type => types.includes(type))}
            onClick={() => toggle(of)}
          >
            {label}
          </button>
        ))}
      </span>
      <span class="pill-gap" />
      <Choice
        label="Order"
        items={[
          { id: 'time', label: 'By time' },
          { id: 'duration', label: 'Longest first' },
        ]}
        selected={choices.activityOrder ?? 'time'}
        onSelect={order => adjust({ activityOrder: order === 'duration' ? 'duration' : undefined })}
      />
      <button
        type="button"
        class="pill"
        aria-pressed={choices.unfolded !== true}
        title="Neighbours that repeat are one row with a count"
        onClick={() => adjust({ unfolded: choices.unfolded ? undefined : true })}
      >
        Fold repeats
      </button>
      <button
        type="button"
        class="pill"
        aria-pressed={chain !== undefined}
        disabled={!moment && !chain}
        title="Only what belongs to the same cause, over all tracks"
        onClick={() => model.adjust({ filter: chain || !moment ? withoutChain : { ...filter, chain: moment.ref } })}
      >
        Chain{chain ? ` of ${formatRef(chain)}` : ''}
      </button>
    </div>
  )
}

function NetworkNotes({ answer }: { readonly answer: ActivityPage }): VNode {
  const hidden = answer.activities - answer.total
  return (
    <div class="view-notes">
      <p>
        {formatExact(answer.activities)} {answer.activities === 1 ? 'activity' : 'activities'} in {formatDuration(answer.toUs - answer.fromUs)}
        {hidden > 0 && `, ${formatExact(hidden)} of them folded`}
      </p>
      {answer.completeness.kind === 'partial' && <p class="partial">Not all of it: {answer.completeness.reason}</p>}
    </div>
  )
}

function Waterfall({ answer, total }: { readonly answer: ActivityPage; readonly total: number }): VNode {
  const bench = useBench()
  const { network } = bench.aggregates
  const [walked, setWalked] = useState<number>()
  const here = bench.model.moment.value ? formatRef(bench.model.moment.value.ref) : ''
  useEffect(() => setWalked(undefined), [here])
  const found = network.find(row => formatRef(row.enter) === here)
  const active = walked ?? found
  return (
    <>
      <div class="activity-head" aria-hidden="true">
        <span class="activity-name">Name</span>
        <span class="activity-track">Tr.</span>
        <span class="activity-status">Status</span>
        <span class="activity-time">Time</span>
        <span class="activity-lane">{formatDuration(answer.toUs - answer.fromUs)}</span>
      </div>
      <VirtualList
        role="treegrid"
        label="Activities"
        testId="waterfall"
        count={total}
        active={active}
        revealKey={`${here}:${walked ?? ''}:${found >= 0}`}
        onMove={index => {
          setWalked(index)
          const row = network.rowAt(index)
          if (row) bench.model.preview.value = { timeUs: row.startUs, ref: row.enter }
        }}
        onKey={(event, index) => {
          const row = network.rowAt(index)
          if ((event.key !== 'Enter' && event.key !== ' ') || !row) return false
          bench.jump(row.enter)
          return true
        }}
        onVisible={network.need}
        row={(index, attributes, isActive) => (
          <ActivityLine key={index} row={network.rowAt(index)} answer={answer} attributes={attributes} active={isActive} />
        )}
      />
    </>
  )
}

interface ActivityLineProps {
  readonly row: ActivityRow | undefined
  readonly answer: ActivityPage
  readonly attributes: RowAttributes
  readonly active: boolean
}

/** What a row says beyond its columns. */
function titleOf({ caller, queueUs }: ActivityRow): string | undefined {
  const begun = caller && `Begun by ${caller.name}${caller.location ? ` at ${caller.location.file}:${caller.location.line}` : ''}`
  const queued = queueUs === undefined ? undefined : `${formatDuration(Math.max(0, queueUs))} after it was sent`
  return [begun, queued].filter(text => text !== undefined).join('; ') || undefined
}

function ActivityLine({ row, answer, attributes, active }: ActivityLineProps): VNode {
  const bench = useBench()
  const { model } = bench
  if (!row) {
    return (
      <div {...attributes} class={`${attributes.class} row-more`} role="row" aria-selected={active}>
        <span role="gridcell">Loading…</span>
      </div>
    )
  }
  const track = valueOf(bench.session.state.value)?.tracks.find(each => each.track === row.ref.track)
  const { left, width } = waterfallBar(row, answer)
  const repeats = repeatText(row)
  const look = activityLook(row.type)
  return (
    <div
      {...attributes}
      class={`${attributes.class} activity-row`}
      role="row"
      aria-level={row.depth + 1}
      aria-selected={active}
      data-testid="activity-row"
      title={titleOf(row)}
      onClick={() => bench.jump(row.enter)}
      onPointerEnter={() => (model.preview.value = { timeUs: row.startUs, ref: row.enter })}
      onPointerLeave={() => (model.preview.value = undefined)}
    >
      <span class="activity-name" role="gridcell" style={{ paddingLeft: `${6 + row.depth * 13}px` }}>
        <KindSign look={look} error={isFailed(row)} />
        <span class="activity-words" title={row.name}>
          {withoutLoopback(row.name)}
        </span>
        {repeats && (
          <span class="badge badge-repeat" title={`${row.repeats} alike, one after the other`}>
            {repeats}
          </span>
        )}
      </span>
      <span class="activity-track" role="gridcell" title={track?.name}>
        {row.ref.track}
        <span class="visually-hidden"> {track?.name}</span>
      </span>
      <span class={`activity-status${isFailed(row) ? ' activity-failed' : ''}`} role="gridcell" title={row.result}>
        {statusText(row)}
      </span>
      <span class="activity-time" role="gridcell">
        {row.durationUs === undefined ? '' : formatDuration(row.durationUs)}
      </span>
      <span class="activity-lane" role="gridcell" aria-hidden="true">
        <span
          class={`activity-bar kind-${look.visual}${row.outcome === 'open' ? ' activity-open' : ''}${isFailed(row) ? ' activity-bar-failed' : ''}`}
          style={{ left: `${left}%`, width: `max(2px, ${width}%)` }}
        />
      </span>
    </div>
  )
}
