/** A value opened as rows of a tree: only what is expanded, in recorded order, wide values in ranges of a hundred. */
import type { ValueNode } from '@hindscope/protocol'
import { identityOf } from './value-text.ts'

export interface ValueRow {
  /** Names from the root, joined with U+001F; also the path in links. */
  readonly path: string
  readonly depth: number
  readonly name: string
  readonly node: ValueNode
  readonly expandable: boolean
  readonly expanded: boolean
  /** Stands for several parts of a value, which are its rows once it is open. */
  readonly range?: string
  /** Says how many parts were not recorded; such a row has no value of its own. */
  readonly missing?: string
  /** The object whose property it is, where objects have an identity: what writes are found by. */
  readonly owner?: { readonly object: number; readonly key: string }
  /** How the program would write it, where it can. */
  readonly expression?: string
}

export const PATH_SEPARATOR = '\u001f'
export const joinPath = (parent: string, name: string): string => `${parent}${PATH_SEPARATOR}${name}`

/** What stands behind a value; the sign tells without colour. */
export interface RowNote {
  readonly sign: '+' | '−' | '~'
  readonly text: string
}

/** Parts of a value that has more of them open in ranges of so many. */
export const RANGE = 100

export interface Child {
  readonly name: string
  readonly node: ValueNode
  /** Of properties and elements. */
  readonly key?: string
  /** What comes behind the expression of the container. */
  readonly step?: string
}

const property = (key: string, node: ValueNode): Child => ({ name: key, node, key, ...(!key.startsWith('@@') && { step: propertyStep(key) }) })
const propertyStep = (key: string): string => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)
const element = (node: ValueNode, i: number): Child => ({ name: String(i), node, key: String(i), step: `[${i}]` })

/** In the order in which they are shown. */
export function childrenOf(node: ValueNode): readonly Child[] {
  switch (node.kind) {
    case 'object':
      return node.entries.map(([key, value]) => property(key, value))
    case 'array':
      return node.items.map(element)
    case 'set':
      return node.items.map((item, i) => ({ name: `#${i}`, node: item }))
    case 'map':
      return node.pairs.map(([key, value], i) => mapChild(key, value, i))
    case 'error': {
      const known = node.entries.map(([key, value]) => property(key, value))
      return node.stack === '' ? known : [...known, { name: 'stack', node: { kind: 'string', value: node.stack, length: node.stack.length } }]
    }
    case 'binary':
      return node.bytes.map((byte, i) => element({ kind: 'number', text: String(byte) }, i))
    default:
      return []
  }
}

function mapChild(key: ValueNode, node: ValueNode, i: number): Child {
  const text = key.kind === 'string' ? JSON.stringify(key.value) : key.kind === 'number' ? key.text : undefined
  return text === undefined ? { name: `key ${i}`, node } : { name: text, node, step: `.get(${text})` }
}

function missingParts(node: ValueNode, shown: number): number {
  return node.kind === 'object' || node.kind === 'array' || node.kind === 'map' || node.kind === 'set' || node.kind === 'binary'
    ? Math.max(0, node.size - shown)
    : 0
}

const isExpandable = (node: ValueNode): boolean => {
  const shown = childrenOf(node).length
  return shown + missingParts(node, shown) > 0
}

/** Name of the row that stands for `count` parts. */
export const rangeLabel = (from: number, count: number): string => `[${from}…${from + count - 1}]`

/** Paths that are open. */
export interface OpenPaths {
  has(path: string): boolean
}

export function flattenValue(root: string, name: string, node: ValueNode, expanded: OpenPaths, expression?: string): readonly ValueRow[] {
  const rows: ValueRow[] = []
  const walk = (row: Omit<ValueRow, 'expandable' | 'expanded'>): void => {
    const { path, depth, node: value } = row
    const expandable = isExpandable(value)
    const open = expandable && expanded.has(path)
    rows.push({ ...row, expandable, expanded: open })
    if (!open) return
    const children = childrenOf(value)
    if (children.length > RANGE) ranges(row, children)
    else for (const child of children) walk(childRow(row, child, depth + 1))
    const missing = missingParts(value, children.length)
    if (missing === 0) return
    const text = `${missing} more not recorded (limit)`
    rows.push({
      path: joinPath(path, '…'),
      depth: depth + 1,
      name: '…',
      node: { kind: 'cut', reason: text },
      expandable: false,
      expanded: false,
      missing: text,
    })
  }
  const ranges = (parent: Omit<ValueRow, 'expandable' | 'expanded'>, children: readonly Child[]): void => {
    for (let from = 0; from < children.length; from += RANGE) {
      const part = children.slice(from, from + RANGE)
      const label = rangeLabel(from, part.length)
      const path = joinPath(parent.path, label)
      const open = expanded.has(path)
      const depth = parent.depth + 1
      rows.push({ path, depth, name: label, node: parent.node, expandable: true, expanded: open, range: `${part.length} entries` })
      if (open) for (const child of part) walk(childRow(parent, child, depth + 1))
    }
  }
  walk({ path: joinPath(root, name), depth: 0, name, node, ...(expression !== undefined && { expression }) })
  return rows
}

function childRow(parent: Pick<ValueRow, 'path' | 'node' | 'expression'>, child: Child, depth: number): Omit<ValueRow, 'expandable' | 'expanded'> {
  const object = identityOf(parent.node)
  return {
    path: joinPath(parent.path, child.name),
    depth,
    name: child.name,
    node: child.node,
    ...(object > 0 && child.key !== undefined && { owner: { object, key: child.key } }),
    ...(parent.expression !== undefined && child.step !== undefined && { expression: `${parent.expression}${child.step}` }),
  }
}
