/** What the selected call was given, what it wrote, how it ended; pinned expressions above. */
import { formatRef } from '@hindscope/protocol'
import type { CallDetail, EventDetail, LocalValue, NamedValue } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatDuration } from '../core/time-text.ts'
import { filterValues } from '../core/value-filter.ts'
import { valueOf } from '../engine/resource.ts'
import { activityLook, lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { Answer, Empty } from '../widgets/states.tsx'
import { Pins } from './pins.tsx'
import { ValueTree } from './value-tree.tsx'
import type { TreeValue } from './value-tree.tsx'

export function ValuesPanel(): VNode {
  const { call, stack, event, frame } = useBench()
  const frames = valueOf(stack.state.value)
  const idle =
    frames && frames.length === 0 ? (
      <BetweenCalls detail={valueOf(event.state.value)} />
    ) : (
      <Empty title="No moment chosen">Choose a call, an event or a place in the timeline.</Empty>
    )
  return (
    <div class="values" data-testid="values">
      <ValueFilter />
      <Pins track={frame.value?.node.ref.track} />
      <Answer loaded={call.state.value} label="values" retry={call.reload} idle={idle}>
        {detail => <CallValues detail={detail} />}
      </Answer>
    </div>
  )
}

function ValueFilter(): VNode {
  const { model } = useBench()
  const { valueFilter = '' } = model.view.value
  return (
    <input
      type="search"
      class="value-filter"
      data-testid="value-filter"
      aria-label="Filter the values"
      placeholder="Filter: a name or a value"
      autocomplete="off"
      spellcheck={false}
      maxLength={200}
      value={valueFilter}
      onInput={({ currentTarget: { value } }) => model.adjust({ valueFilter: value === '' ? undefined : value })}
    />
  )
}

/** Events outside every call still have values: an uncaught error, a line of the console. */
function BetweenCalls({ detail }: { readonly detail: EventDetail | undefined }): VNode {
  if (!detail || detail.values.length === 0) return <Empty title="Between calls">This event belongs to no call and carries no values.</Empty>
  return (
    <div key={formatRef(detail.row.ref)}>
      <header class="values-head">
        <KindSign look={lookOf(detail.row)} error={detail.row.error} />
        <strong class="values-title">{detail.row.name}</strong>
        <span class="outcome">between calls</span>
      </header>
      <Group title="Values of the event" values={detail.values} track={detail.row.ref.track} />
    </div>
  )
}

const OUTCOME_WORDS = { returned: 'returned', threw: 'threw', unwound: 'left by an error not seen here', open: 'not ended yet' } as const

/** Stays mounted from call to call, so that what was opened stays open and the focus stays where it was. */
function CallValues({ detail }: { readonly detail: CallDetail }): VNode {
  const { locals } = useBench()
  const { node } = detail
  const { track } = node.ref
  const known = valueOf(locals.state.value)?.locals ?? []
  // Arguments have their own list until something writes them.
  const state = known.filter(({ from }) => from !== 'argument').map(variableOf)
  return (
    <>
      <header class="values-head">
        <KindSign look={node.activity ? activityLook(node.activity) : lookOf({ kind: 'callEnter' })} error={node.outcome === 'threw'} />
        <strong class="values-title">{node.name}</strong>
        {detail.async && <span class="tag">async</span>}
        {detail.generator && <span class="tag">generator</span>}
        <span class={`outcome outcome-${node.outcome}`}>
          {OUTCOME_WORDS[node.outcome]}
          {node.durationUs !== undefined && ` after ${formatDuration(node.durationUs)}`}
        </span>
      </header>
      <Group
        title={node.kind === 'activity' ? 'Started with' : 'Arguments'}
        values={node.kind === 'activity' ? detail.args : detail.args.map(value => argumentOf(value, known))}
        none={node.kind === 'activity' ? 'nothing recorded' : 'no arguments recorded'}
        track={track}
      />
      {detail.error && <Group title="Error" values={[{ name: 'thrown', value: detail.error }]} track={track} />}
      {detail.result && <Group title="Result" values={[{ name: node.kind === 'activity' ? 'end' : 'return', value: detail.result }]} track={track} />}
      {state.length > 0 && <Group title="Variables at this moment" values={state} track={track} />}
    </>
  )
}

const variableOf = ({ name, value, target, uncertain }: LocalValue): TreeValue => ({
  name,
  value,
  expression: name,
  ...(target && { target }),
  ...(uncertain && { uncertain }),
})

/** A destructured argument has a place, not a name. */
function argumentOf({ name, value }: NamedValue, known: readonly LocalValue[]): TreeValue {
  const target = known.find(local => local.name === name)?.target
  return { name, value, ...(/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && { expression: name }), ...(target && { target }) }
}

interface GroupProps {
  readonly title: string
  readonly values: readonly TreeValue[]
  readonly none?: string
  readonly track?: number
}

export function Group({ title, values, none, track }: GroupProps): VNode {
  const { model } = useBench()
  const { valueFilter } = model.view.value
  const shown = filterValues(values, valueFilter)
  const hidden = values.length - shown.length
  return (
    <section class="value-group">
      <h2>
        {title}
        {hidden > 0 && <span class="muted"> · {hidden} hidden by the filter</span>}
      </h2>
      {shown.length > 0 && <ValueTree group={title} values={shown} track={track} opened />}
      {values.length === 0 && <p class="muted none">{none}</p>}
    </section>
  )
}
