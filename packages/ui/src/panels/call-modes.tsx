/** Which way the Calls list goes: one call after the other, or all calls of a function together. */
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { withChoices } from '../core/view-choices.ts'
import type { Measure } from '../core/view-choices.ts'
import { Choice } from './empty-list.tsx'

export const MEASURE_TITLES = {
  total: 'Time on the stack, with everything that it called',
  self: 'Time at the top of the stack',
  calls: 'How often it was called',
} as const

const SORTS = [
  { id: 'total', label: 'By total', title: MEASURE_TITLES.total },
  { id: 'self', label: 'By self', title: MEASURE_TITLES.self },
  { id: 'calls', label: 'By calls', title: MEASURE_TITLES.calls },
] as const

export function CallModes(): VNode {
  const { model } = useBench()
  const merged = model.view.value.choices?.merged
  const set = (next: Measure | undefined): void => model.adjust({ choices: withChoices(model.view.peek().choices, { merged: next }) })
  return (
    <div class="pills">
      <Choice
        label="Calls"
        items={[
          { id: 'time', label: 'In time' },
          { id: 'merged', label: 'By function' },
        ]}
        selected={merged === undefined ? 'time' : 'merged'}
        onSelect={mode => set(mode === 'time' ? undefined : (merged ?? 'total'))}
      />
      {merged !== undefined && (
        <>
          <span class="pill-gap" />
          <Choice label="Order of the functions" items={SORTS} selected={merged} onSelect={set} />
        </>
      )}
    </div>
  )
}
