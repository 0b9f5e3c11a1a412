/** Plain values as decoded ones, and back. */
import type { ValueNode } from '@hindscope/protocol'

export function nodeOf(value: unknown): ValueNode {
  if (value === undefined) return { kind: 'undefined' }
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'number') return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value) }
  if (Array.isArray(value)) {
    const items = Array.from({ length: value.length }, (_, i): ValueNode => (i in value ? nodeOf(value[i]) : { kind: 'hole' }))
    return { kind: 'array', id: 0, size: value.length, items }
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, each]) => [key, nodeOf(each)] as const)
    return { kind: 'object', id: 0, className: 'Object', size: entries.length, entries }
  }
  const text = String(value)
  return { kind: 'string', value: text, length: text.length }
}

export function plainOf(node: ValueNode | undefined): unknown {
  if (node === undefined) return undefined
  switch (node.kind) {
    case 'undefined':
      return undefined
    case 'null':
      return null
    case 'boolean':
    case 'string':
      return node.value
    case 'number':
      return Number(node.text)
    case 'array': {
      const list: unknown[] = []
      list.length = node.size
      node.items.forEach((item, i) => item.kind === 'hole' || (list[i] = plainOf(item)))
      return list
    }
    case 'object': {
      const made: Record<string, unknown> = {}
      for (const [key, value] of node.entries)
        Object.defineProperty(made, key, { value: plainOf(value), writable: true, enumerable: true, configurable: true })
      return made
    }
    default:
      return `<${node.kind}>`
  }
}
