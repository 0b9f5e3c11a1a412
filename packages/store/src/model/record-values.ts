/** Values of one record, decoded on demand. Damage inside a checksummed chunk shows as a cut value: one bad value never hides an event. */
import { ByteReader, HindscopeError, readValue, valueCount } from '@hindscope/protocol'
import type { Chunk, ValueNode } from '@hindscope/protocol'

/** Where the values of a record are. `bytes` are all values of its chunk and `strings` its strings, the same objects for every row of it. */
export interface ValuePlace {
  readonly bytes: Uint8Array
  readonly strings: readonly string[]
  readonly offset: number
  readonly count: number
}

const DAMAGED: ValueNode = { kind: 'cut', reason: 'damaged' }

/** `value` is the record's word: 0 = none, else 1 + offset into the chunk's values. See valueCount. */
export function readRecordValues(chunk: Pick<Chunk, 'values' | 'strings'>, kind: number, extra: number, value: number): ValueNode[] {
  if (value === 0) return []
  const count = valueCount(kind, extra)
  const nodes: ValueNode[] = []
  try {
    const reader = new ByteReader(chunk.values, value - 1)
    for (let i = 0; i < count; i++) nodes.push(readValue(reader, chunk.strings))
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    nodes.push(DAMAGED)
  }
  return nodes
}

/** The value of an object's own entry. */
export function fieldOf(node: ValueNode | undefined, name: string): ValueNode | undefined {
  if (node?.kind !== 'object' && node?.kind !== 'error') return undefined
  return node.entries.find(([key]) => key === name)?.[1]
}

export function textField(node: ValueNode | undefined, name: string): string | undefined {
  const field = fieldOf(node, name)
  return field?.kind === 'string' ? field.value : undefined
}

export function numberField(node: ValueNode | undefined, name: string): number | undefined {
  const field = fieldOf(node, name)
  return field?.kind === 'number' ? Number(field.text) : undefined
}
