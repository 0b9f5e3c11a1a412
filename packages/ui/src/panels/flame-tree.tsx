/** The paths of a flame as a tree with numbers: names, time, calls. */
import type { FlameFunction, FlameMeasures } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { formatCount, formatDuration, formatExact } from '../core/time-text.ts'
import { Icon } from '../widgets/icon.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'
import { MEASURE_TITLES } from './call-modes.tsx'

export function PathHead(): VNode {
  return (
    <div class="path-head" aria-hidden="true">
      <span class="path-name">Function</span>
      <span title={MEASURE_TITLES.total}>Total</span>
      <span title={MEASURE_TITLES.self}>Self</span>
      <span title={MEASURE_TITLES.calls}>Calls</span>
    </div>
  )
}

const percent = (part: number, whole: number): string => (whole > 0 ? `${((part / whole) * 100).toFixed(part / whole < 0.0995 ? 1 : 0)} %` : '')

export interface PathLineProps {
  readonly fn: FlameFunction | undefined
  readonly measures: FlameMeasures
  readonly wholeUs: number
  readonly depth: number
  readonly expanded: boolean | undefined
  readonly attributes: RowAttributes
  readonly active: boolean
  readonly isFound: boolean
  readonly onSelect: () => void
  readonly onToggle: () => void
}

export function PathLine({ fn, measures, wholeUs, depth, expanded, attributes, active, isFound, onSelect, onToggle }: PathLineProps): VNode {
  const { totalUs, selfUs, calls } = measures
  const place = fn?.location && `${fn.location.file}:${fn.location.line}`
  return (
    <div
      {...attributes}
      class={`${attributes.class} path-row${isFound ? ' path-found' : ''}`}
      role="row"
      aria-level={depth + 1}
      aria-expanded={expanded}
      aria-selected={active}
      data-testid="path-row"
      onClick={onSelect}
    >
      <span class="path-name" role="gridcell" style={{ paddingLeft: `${6 + Math.min(depth, 30) * 11}px` }}>
        <button
          type="button"
          class="twisty"
          tabIndex={-1}
          aria-label={expanded ? 'Fold' : 'Unfold'}
          style={{ visibility: expanded === undefined ? 'hidden' : 'visible' }}
          onClick={event => {
            event.stopPropagation()
            onToggle()
          }}
        >
          <Icon name="chevron" />
        </button>
        <span class="call-name">{fn?.name}</span>
        {place && (
          <span class="path-place" title={place}>
            {place}
          </span>
        )}
      </span>
      <span class="path-number" role="gridcell" title={MEASURE_TITLES.total}>
        <span class="path-share" style={{ width: `${wholeUs > 0 ? (totalUs / wholeUs) * 100 : 0}%` }} />
        <span class="visually-hidden">total </span>
        {formatDuration(totalUs)} <span class="path-percent">{percent(totalUs, wholeUs)}</span>
      </span>
      <span class="path-number" role="gridcell" title={MEASURE_TITLES.self}>
        <span class="visually-hidden">self </span>
        {formatDuration(selfUs)}
      </span>
      <span class="path-number path-calls" role="gridcell" title={`${formatExact(calls)} calls`}>
        {formatCount(calls)}
        <span class="visually-hidden"> calls</span>
      </span>
    </div>
  )
}

export function FoldedLine(props: {
  readonly text: string
  readonly depth: number
  readonly attributes: RowAttributes
  readonly active: boolean
}): VNode {
  return (
    <div {...props.attributes} class={`${props.attributes.class} row-more`} role="row" aria-level={props.depth + 1} aria-selected={props.active}>
      <span role="gridcell" style={{ paddingLeft: `${24 + Math.min(props.depth, 30) * 11}px` }}>
        {props.text}
      </span>
    </div>
  )
}

export const foldedText = (paths: number, us: number): string => `${formatExact(paths)} more ${paths === 1 ? 'path' : 'paths'}, ${formatDuration(us)}`
