/** What the selected call was given, what it wrote, how it ended. */
import { formatRef } from '@hindscope/protocol'
import type { CallDetail, EventDetail, NamedValue } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { callKey } from '../core/call-rows.ts'
import { formatDuration } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { activityLook, lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { Answer, Empty } from '../widgets/states.tsx'
import { ValueTree } from './value-tree.tsx'

export function ValuesPanel(): VNode {
  const { call, stack, event } = useBench()
  const frames = valueOf(stack.state.value)
  const idle =
    frames && frames.length === 0 ? (
      <BetweenCalls detail={valueOf(event.state.value)} />
    ) : (
      <Empty title="No moment chosen">Choose a call, an event or a place in the timeline.</Empty>
    )
  return (
    <div class="values" data-testid="values">
      <Answer loaded={call.state.value} label="values" retry={call.reload} idle={idle}>
        {detail => <CallValues key={callKey(detail.node.ref)} detail={detail} />}
      </Answer>
    </div>
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
      <Group title="Values of the event" values={detail.values} />
    </div>
  )
}

const OUTCOME_WORDS = { returned: 'returned', threw: 'threw', unwound: 'left by an error not seen here', open: 'not ended yet' } as const

function CallValues({ detail }: { readonly detail: CallDetail }): VNode {
  const { locals } = useBench()
  const { node } = detail
  const known = valueOf(locals.state.value)?.locals ?? []
  // Arguments have their own list until something writes them.
  const state = known.filter(({ from }) => from !== 'argument').map(({ name, value, uncertain }) => ({ name: uncertain ? `${name} ≈` : name, value }))
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
        values={detail.args}
        none={node.kind === 'activity' ? 'nothing recorded' : 'no arguments recorded'}
      />
      {detail.error && <Group title="Error" values={[{ name: 'thrown', value: detail.error }]} />}
      {detail.result && <Group title="Result" values={[{ name: node.kind === 'activity' ? 'end' : 'return', value: detail.result }]} />}
      {state.length > 0 && <Group title="Variables at this moment" values={state} />}
    </>
  )
}

interface GroupProps {
  readonly title: string
  readonly values: readonly NamedValue[]
  readonly none?: string
}

export function Group({ title, values, none }: GroupProps): VNode {
  return (
    <section class="value-group">
      <h2>{title}</h2>
      {values.length > 0 ? <ValueTree group={title} values={values} opened /> : <p class="muted none">{none}</p>}
    </section>
  )
}
