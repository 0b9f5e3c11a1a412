/** What a property held after a write: `o.p++` is recorded with the value before. */
import { numberText } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import type { Track } from '../model/track.ts'

export interface PropertyWrite {
  readonly object: ValueNode
  readonly value: ValueNode
  readonly isDeletion: boolean
}

export function propertyWriteAt(track: Track, row: number): PropertyWrite | undefined {
  const { probe } = track.sites.resolve(track.rows.site[row] ?? 0)
  const [object, , value] = track.valuesOf(row)
  if (object === undefined || value === undefined) return undefined
  const operator = probe?.kind === 'property-write' ? probe.operator : '='
  // A property that could not be deleted is still there.
  if (operator === 'delete' && !(value.kind === 'boolean' && value.value)) return undefined
  const wasBefore = probe?.kind === 'property-write' && probe.before === true
  return { object, value: wasBefore ? stepped(value, operator === '--' ? -1 : 1) : value, isDeletion: operator === 'delete' }
}

function stepped(value: ValueNode, by: 1 | -1): ValueNode {
  if (value.kind === 'number') return { kind: 'number', text: numberText(Number(value.text) + by) }
  if (value.kind === 'bigint') return { kind: 'bigint', text: String(BigInt(value.text) + BigInt(by)) }
  return value
}
