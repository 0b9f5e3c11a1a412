/** Recorded values over several lines, for answers that are about one value: everything that was recorded, nested by two spaces. */
import type { ValueNode } from '@hindscope/protocol'
import { formatValue } from '@hindscope/store/model'
import { harmless } from './event-lines.ts'

/** Shorter values stand on one line. */
const ONE_LINE = 80
const LINE_LENGTH = 2000

export function valueLines(node: ValueNode, indent = ''): string[] {
  const short = formatValue(node, LINE_LENGTH)
  if (short.length <= ONE_LINE && !short.includes('…')) return [harmless(short)]
  const parts = partsOf(node)
  if (parts.length === 0) return [harmless(textOf(node) ?? short)]
  const inner = `${indent}  `
  const lines = parts.flatMap(([name, value]) => {
    const [first = '', ...rest] = valueLines(value, inner)
    return [`${inner}${harmless(name)}: ${first}`, ...rest]
  })
  const left = 'size' in node ? node.size - parts.length : 0
  const [open, close] = node.kind === 'array' || node.kind === 'set' ? ['[', ']'] : ['{', '}']
  return [`${labelOf(node)}${open}`, ...lines, ...(left > 0 ? [`${inner}… ${left} more that were not recorded`] : []), `${indent}${close}`]
}

/** A long text is shown whole. */
const textOf = (node: ValueNode): string | undefined =>
  node.kind === 'string' ? `${JSON.stringify(node.value)}${node.length > node.value.length ? ` … (${node.length} characters)` : ''}` : undefined

function labelOf(node: ValueNode): string {
  const id = 'id' in node && node.id > 0 ? `#${node.id} ` : ''
  const name = node.kind === 'map' ? 'Map' : node.kind === 'set' ? 'Set' : 'className' in node && node.className !== 'Object' ? node.className : ''
  return name === '' ? id : `${name}${id === '' ? ' ' : id}`
}

function partsOf(node: ValueNode): readonly (readonly [string, ValueNode])[] {
  switch (node.kind) {
    case 'object':
    case 'error':
      return node.entries
    case 'array':
    case 'set':
      return node.items.map((item, i) => [String(i), item] as const)
    case 'map':
      return node.pairs.map(([key, value]) => [formatValue(key), value] as const)
    default:
      return []
  }
}
