/** Nothing to show: because of the filter, of the range, or at all. */
import type { ComponentChildren, VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { NO_FILTER } from '../core/view-state.ts'
import { Empty } from '../widgets/states.tsx'

export interface EmptyListProps {
  /** `requests`: what there is none of. */
  readonly what: string
  /** Whether the list obeys the filter. */
  readonly isFiltered: boolean
  /** Why there may be none at all. */
  readonly children: ComponentChildren
}

export function EmptyList({ what, isFiltered, children }: EmptyListProps): VNode {
  const { model } = useBench()
  if (isFiltered) {
    return (
      <Empty
        title={`No ${what} pass the filter`}
        testId="empty-filter"
        action={{ label: 'Clear the filter', run: () => model.commit({ filter: NO_FILTER }) }}
      />
    )
  }
  if (model.view.value.range) {
    return (
      <Empty
        title={`No ${what} in the chosen range`}
        testId="empty-range"
        action={{ label: 'Clear the range', run: () => model.commit({ range: undefined }) }}
      />
    )
  }
  return <Empty title={`No ${what} recorded`}>{children}</Empty>
}

/** A choice of one among few, as pills. */
export function Choice<T extends string>(props: {
  readonly label: string
  readonly items: readonly { readonly id: T; readonly label: string; readonly title?: string }[]
  readonly selected: T
  readonly onSelect: (id: T) => void
}): VNode {
  return (
    <span class="choice" role="group" aria-label={props.label}>
      {props.items.map(({ id, label, title }) => (
        <button key={id} type="button" class="pill" aria-pressed={id === props.selected} title={title} onClick={() => props.onSelect(id)}>
          {label}
        </button>
      ))}
    </span>
  )
}
