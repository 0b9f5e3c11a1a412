/** A value opened as rows of a tree: only what is expanded, in recorded order. */
import type { ValueNode } from '@hindscope/protocol'

export interface ValueRow {
  /** Names from the root, joined with U+001F; also the path in links. */
  readonly path: string
  readonly depth: number
  readonly name: string
  readonly node: ValueNode
  readonly expandable: boolean
  readonly expanded: boolean
  /** Says how many parts were not recorded; such a row has no value of its own. */
  readonly missing?: string
}

const PATH_SEPARATOR = '\u001f'
export const joinPath = (parent: string, name: string): string => `${parent}${PATH_SEPARATOR}${name}`
type Child = readonly [name: string, node: ValueNode]

function childrenOf(node: ValueNode): readonly Child[] {
  switch (node.kind) {
    case 'object':
      return node.entries
    case 'array':
      return node.items.map((item, i) => [String(i), item] as const)
    case 'set':
      return node.items.map((item, i) => [`#${i}`, item] as const)
    case 'map':
      return node.pairs.map(([key, value], i) => [mapKey(key, i), value] as const)
    case 'error':
      return node.stack === '' ? node.entries : [...node.entries, ['stack', { kind: 'string', value: node.stack, length: node.stack.length }]]
    case 'binary':
      return node.bytes.map((byte, i) => [String(i), { kind: 'number', text: String(byte) }] as const)
    default:
      return []
  }
}

const mapKey = (key: ValueNode, i: number): string =>
  key.kind === 'string' ? JSON.stringify(key.value) : key.kind === 'number' ? key.text : `key ${i}`

function missingParts(node: ValueNode, shown: number): number {
  return node.kind === 'object' || node.kind === 'array' || node.kind === 'map' || node.kind === 'set' || node.kind === 'binary'
    ? Math.max(0, node.size - shown)
    : 0
}

const isExpandable = (node: ValueNode): boolean => {
  const shown = childrenOf(node).length
  return shown + missingParts(node, shown) > 0
}

export function flattenValue(root: string, name: string, node: ValueNode, expanded: ReadonlySet<string>): readonly ValueRow[] {
  const rows: ValueRow[] = []
  const walk = (path: string, depth: number, label: string, value: ValueNode): void => {
    const expandable = isExpandable(value)
    const open = expandable && expanded.has(path)
    rows.push({ path, depth, name: label, node: value, expandable, expanded: open })
    if (!open) return
    const children = childrenOf(value)
    for (const [key, child] of children) walk(joinPath(path, key), depth + 1, key, child)
    const missing = missingParts(value, children.length)
    if (missing === 0) return
    const text = `${missing} more not recorded (limit)`
    rows.push({
      path: joinPath(path, '\u2026'),
      depth: depth + 1,
      name: '…',
      node: { kind: 'cut', reason: text },
      expandable: false,
      expanded: false,
      missing: text,
    })
  }
  walk(joinPath(root, name), 0, name, node)
  return rows
}
