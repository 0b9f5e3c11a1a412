/** Attributes and times as OTLP/JSON has them: integers of 64 bits are strings in protobuf's JSON mapping. */
import type { ValueNode } from '@hindscope/protocol'
import { formatValue } from '../model/format-value.ts'

export type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly boolValue: boolean }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }

export interface Attribute {
  readonly key: string
  readonly value: AnyValue
}

export const attribute = (key: string, value: string | number | boolean): Attribute => {
  if (typeof value === 'string') return { key, value: { stringValue: value } }
  return { key, value: typeof value === 'boolean' ? { boolValue: value } : { intValue: String(Math.round(value)) } }
}

/** Attributes of a recorded object, with the types that they had; what is masked, cut or of another type is its text. */
export function attributesOf(node: ValueNode | undefined): Attribute[] {
  return node?.kind === 'object' ? node.entries.map(([key, value]) => ({ key, value: anyValue(value) })) : []
}

function anyValue(node: ValueNode): AnyValue {
  if (node.kind === 'string') return { stringValue: node.value }
  if (node.kind === 'boolean') return { boolValue: node.value }
  if (node.kind === 'array') return { arrayValue: { values: node.items.map(anyValue) } }
  const value = node.kind === 'number' ? Number(node.text) : Number.NaN
  // JSON has no word for the others.
  if (!Number.isFinite(value)) return { stringValue: formatValue(node) }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

const MAX_US = 1.8e16

/** Nanoseconds since 1970 as a decimal string; clamped to what fixed64 holds, since damage may have any time. */
export function nanoText(us: number): string {
  const inside = Math.min(Math.max(us, 0), MAX_US)
  const whole = Math.floor(inside)
  return String(BigInt(whole) * 1000n + BigInt(Math.round((inside - whole) * 1000)))
}
