/** Which values a filter text leaves: those with it in their name, in a name below, or in the text of a value. */
import type { NamedValue, ValueNode } from '@hindscope/protocol'
import { previewValue } from './value-text.ts'

export function filterValues<T extends NamedValue>(values: readonly T[], text: string | undefined): readonly T[] {
  if (text === undefined) return values
  const needle = text.toLowerCase()
  return values.filter(({ name, value }) => name.toLowerCase().includes(needle) || hasText(value, needle))
}

function hasText(node: ValueNode, needle: string): boolean {
  switch (node.kind) {
    case 'object':
    case 'error':
      return (
        (node.kind === 'error' && node.message.toLowerCase().includes(needle)) ||
        node.entries.some(([key, value]) => key.toLowerCase().includes(needle) || hasText(value, needle))
      )
    case 'array':
    case 'set':
      return node.items.some(item => hasText(item, needle))
    case 'map':
      return node.pairs.some(([key, value]) => hasText(key, needle) || hasText(value, needle))
    case 'string':
      return node.value.toLowerCase().includes(needle)
    default:
      return previewValue(node).toLowerCase().includes(needle)
  }
}
