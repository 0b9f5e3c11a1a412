/** The result of an expression as a recorded value is shown: bounded in depth and number of parts, each object once. */
import { numberText } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { CutText, DateValue, Lambda, MadeArray, MadeObject, RecordedObject, RegexpValue, SymbolValue, isCallable } from './values.ts'
import type { Value } from './values.ts'

const MAX_DEPTH = 6
const MAX_NODES = 5000

/** A recorded part as a value; undefined where nothing can be said of it. */
export type PartValue = (node: ValueNode, row: number) => Value | ValueNode

export function nodeOfValue(value: Value, read: PartValue): ValueNode {
  return new NodeWriter(read).node(value, 0)
}

class NodeWriter {
  private readonly read: PartValue
  private readonly open = new Set<number>()
  private left = MAX_NODES

  constructor(read: PartValue) {
    this.read = read
  }

  node(value: Value, depth: number): ValueNode {
    this.left--
    if (value === undefined) return { kind: 'undefined' }
    if (value === null) return { kind: 'null' }
    if (typeof value === 'boolean') return { kind: 'boolean', value }
    if (typeof value === 'number') return { kind: 'number', text: numberText(value) }
    if (typeof value === 'string') return { kind: 'string', value, length: value.length }
    if (typeof value === 'bigint') return { kind: 'bigint', text: String(value) }
    if (value instanceof CutText) return { kind: 'string', value: value.start, length: value.length }
    if (value instanceof SymbolValue) return { kind: 'symbol', description: value.description }
    if (value instanceof DateValue) return { kind: 'date', ms: Number.isNaN(value.ms) ? null : value.ms }
    if (value instanceof RegexpValue) return { kind: 'regexp', text: value.text }
    if (value instanceof RecordedObject) return this.recorded(value, depth)
    if (isCallable(value) || value instanceof Lambda) return { kind: 'function', id: 0, name: 'name' in value ? value.name : '' }
    if (value instanceof MadeArray)
      return { kind: 'array', id: 0, size: value.items.length, items: this.some(value.items, depth, item => this.node(item, depth + 1)) }
    if (value instanceof MadeObject) {
      const entries = this.some([...value.entries], depth, ([name, item]) => [name, this.node(item, depth + 1)] as const)
      return { kind: 'object', id: 0, className: 'Object', size: value.entries.size, entries }
    }
    return { kind: 'cut', reason: 'not a value' }
  }

  private recorded(object: RecordedObject, depth: number): ValueNode {
    const { id, state } = object
    if (id !== 0 && this.open.has(id)) return { kind: 'ref', id }
    this.open.add(id)
    const { parts, kind, label, size = parts.length } = state
    const part = (node: ValueNode, row: number): ValueNode => this.part(node, row, depth + 1)
    const node = ((): ValueNode => {
      switch (kind) {
        case 'array':
          return { kind, id, size, items: this.items(parts, size, depth, part) }
        case 'map':
          return {
            kind,
            id,
            size,
            pairs: this.some(parts, depth, each => [part(each.key ?? each.value, each.row), part(each.value, each.row)] as const),
          }
        case 'set':
          return { kind, id, size, items: this.some(parts, depth, each => part(each.value, each.row)) }
        case 'function':
          return { kind, id, name: label }
        case 'binary':
          return { kind, id, className: label, size, bytes: [] }
        case 'error': {
          const entries = this.some(parts, depth, each => [each.name ?? '', part(each.value, each.row)] as const)
          return { kind, id, className: label, message: state.message ?? '', stack: state.stack ?? '', entries }
        }
        default: {
          if (kind !== 'object' && parts.length === 0) return kind === 'proxy' ? { kind, id } : { kind: 'opaque', id, className: label }
          const entries = this.some(parts, depth, each => [each.name ?? '', part(each.value, each.row)] as const)
          return { kind: 'object', id, className: label, size: state.whole ? size : Math.max(size, parts.length + 1), entries }
        }
      }
    })()
    this.open.delete(id)
    return node
  }

  /** Up to the first element that is not known; the size says that there are more. */
  private items(
    parts: RecordedObject['state']['parts'],
    size: number,
    depth: number,
    part: (node: ValueNode, row: number) => ValueNode,
  ): ValueNode[] {
    const known = new Map(parts.map(each => [each.name, each]))
    const items: ValueNode[] = []
    if (depth >= MAX_DEPTH) return items
    for (let i = 0; i < size && this.left > 0; i++) {
      const each = known.get(String(i))
      if (each === undefined) break
      items.push(part(each.value, each.row))
    }
    return items
  }

  private part(node: ValueNode, row: number, depth: number): ValueNode {
    if (node.kind === 'hole') return node
    const value = this.read(node, row)
    return typeof value === 'object' && value !== null && 'kind' in value ? value : this.node(value, depth)
  }

  private some<T, N>(items: readonly T[], depth: number, write: (item: T) => N): N[] {
    const written: N[] = []
    if (depth >= MAX_DEPTH) return written
    for (const item of items) {
      if (this.left <= 0) break
      written.push(write(item))
    }
    return written
  }
}
