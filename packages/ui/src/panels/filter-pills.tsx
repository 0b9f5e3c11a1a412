/** The filter of the Events list as things to press; each can be taken away where it shows. */
import { formatRef } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatDuration } from '../core/time-text.ts'
import { EVENT_GROUPS } from '../core/view-state.ts'
import type { EventGroup, ViewFilter } from '../core/view-state.ts'
import { Icon } from '../widgets/icon.tsx'

const GROUP_WORDS: Readonly<Record<EventGroup, string>> = {
  calls: 'Calls',
  steps: 'Steps',
  writes: 'Writes',
  activities: 'Activities',
  console: 'Console',
  state: 'State',
  messages: 'Messages',
  recorder: 'Recorder',
}

export function FilterPills(): VNode {
  const { model } = useBench()
  const { filter, range, moment } = model.view.value
  const set = (next: ViewFilter): void => model.adjust({ filter: next })
  const { group: _, ...withoutGroup } = filter
  const { chain, ...withoutChain } = filter
  return (
    <div class="pills" role="group" aria-label="Filter of the events">
      <button type="button" class="pill" aria-pressed={filter.errors} onClick={() => set({ ...filter, errors: !filter.errors })}>
        Errors
      </button>
      <button
        type="button"
        class="pill"
        aria-pressed={chain !== undefined}
        disabled={!moment && !chain}
        title="Only what belongs to the same cause, over all tracks"
        onClick={() => set(chain || !moment ? withoutChain : { ...filter, chain: moment.ref })}
      >
        Chain{chain ? ` of ${formatRef(chain)}` : ''}
      </button>
      <span class="pill-gap" />
      {EVENT_GROUPS.map(group => (
        <button
          key={group}
          type="button"
          class="pill"
          aria-pressed={filter.group === group}
          onClick={() => set(filter.group === group ? withoutGroup : { ...filter, group })}
        >
          {GROUP_WORDS[group]}
        </button>
      ))}
      {range && (
        <button type="button" class="pill pill-clear" aria-label="Clear the range" onClick={() => model.commit({ range: undefined })}>
          {formatDuration(range.toUs - range.fromUs)} range <Icon name="close" />
        </button>
      )}
    </div>
  )
}
