/** A recorded value as JSON to copy. What JSON cannot say, and what was not recorded, stands there as a text in ⟨ ⟩. */
import type { ValueNode } from '@hindscope/protocol'
import { previewValue } from './value-text.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const mark = (text: string): string => `⟨${text}⟩`

export const valueToJson = (node: ValueNode): string => JSON.stringify(plain(node), undefined, 2)

function plain(node: ValueNode): Json {
  switch (node.kind) {
    case 'null':
      return null
    case 'boolean':
    case 'string':
      return node.value
    case 'number': {
      const value = Number(node.text)
      return Number.isFinite(value) && !Object.is(value, -0) ? value : mark(node.text)
    }
    case 'object':
    case 'error': {
      const known = node.entries.map(([key, value]) => [key, plain(value)] as const)
      const head: (readonly [string, Json])[] =
        node.kind === 'error'
          ? [
              ['name', node.className],
              ['message', node.message],
            ]
          : []
      return Object.fromEntries([...head, ...known, ...missing(node.kind === 'object' ? node.size - known.length : 0)])
    }
    case 'array':
    case 'set':
      return [...node.items.map(plain), ...missing(node.size - node.items.length).map(([, text]) => text)]
    case 'map':
      return [
        ...node.pairs.map(([key, value]): Json => [plain(key), plain(value)]),
        ...missing(node.size - node.pairs.length).map(([, text]) => text),
      ]
    case 'undefined':
      return mark('undefined')
    case 'hole':
      return mark('empty')
    case 'accessor':
      return mark('getter')
    case 'cut':
      return mark(`not recorded: ${node.reason}`)
    case 'redacted':
      return mark(`redacted: ${node.rule}`)
    default:
      return previewValue(node)
  }
}

const missing = (count: number): readonly (readonly [string, Json])[] => (count > 0 ? [['…', mark(`${count} more not recorded`)]] : [])
