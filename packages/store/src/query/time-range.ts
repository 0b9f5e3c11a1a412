/** The rows that a condition's bounds of time leave; the condition itself is asked all the same. */
import type { Condition } from '@hindscope/protocol'
import { firstRowLater } from '../engine/order.ts'
import type { Track } from '../model/track.ts'
import type { Scan } from './scan.ts'

export interface RowRange {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export function rangeOf(scan: Scan, condition: Condition | undefined, track: Track): RowRange {
  const [fromUs, toUs] = boundsOf(condition, scan.startUs)
  const end = scan.endOf(track)
  return {
    from: fromUs === -Infinity ? 0 : track.rowAtTime(fromUs),
    to: toUs === Infinity ? end : Math.min(end, firstRowLater(track, toUs)),
  }
}

/** Both inclusive; only what holds for every match counts: comparisons that are joined by `and`. */
function boundsOf(condition: Condition | undefined, startUs: number): readonly [number, number] {
  if (condition?.kind === 'and') {
    const all = condition.conditions.map(each => boundsOf(each, startUs))
    return [Math.max(...all.map(([from]) => from)), Math.min(...all.map(([, to]) => to))]
  }
  if (condition?.kind !== 'compare' || condition.field.kind !== 'field' || condition.field.name !== 'time') return [-Infinity, Infinity]
  const { operator, value } = condition
  if (value.type !== 'time' && value.type !== 'since') return [-Infinity, Infinity]
  const us = value.type === 'since' ? startUs + value.us : value.us
  return [
    operator === '>' || operator === '>=' || operator === '=' ? us : -Infinity,
    operator === '<' || operator === '<=' || operator === '=' ? us : Infinity,
  ]
}
