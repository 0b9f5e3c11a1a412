/**
 * Depth-first walk in source order with a stack of its own: a chain of five thousand calls is a tree five thousand nodes deep, which
 * the parser builds without recursion and a recursive walk would not survive.
 */
import type { AnyNode } from '../1-parse/parser.ts'

export interface Visitor {
  /** `key` is the property of the parent that holds the node; `inList` says that the property is an array. */
  enter(node: AnyNode, key: string, inList: boolean): void
  leave(node: AnyNode, inList: boolean): void
}

const LEAF_TYPES: ReadonlySet<string> = new Set([
  'Identifier',
  'Literal',
  'PrivateIdentifier',
  'ThisExpression',
  'Super',
  'TemplateElement',
  'EmptyStatement',
  'DebuggerStatement',
])

export function walk(root: AnyNode, visitor: Visitor): void {
  // Three columns of one stack; a key of LEAVE marks a node whose children have been visited.
  const nodes: AnyNode[] = [root]
  const keys: string[] = ['']
  const lists: boolean[] = [false]
  const push = (node: AnyNode, key: string, inList: boolean): void => {
    nodes.push(node)
    keys.push(key)
    lists.push(inList)
  }
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const key = keys.pop() ?? ''
    const inList = lists.pop() ?? false
    if (key === LEAVE) {
      visitor.leave(node, inList)
      continue
    }
    visitor.enter(node, key, inList)
    if (LEAF_TYPES.has(node.type)) {
      visitor.leave(node, inList)
      continue
    }
    push(node, LEAVE, inList)
    const first = nodes.length
    pushChildren(node, push)
    reverse(nodes, first)
    reverse(keys, first)
    reverse(lists, first)
  }
}

const LEAVE = ' leave'

function pushChildren(node: AnyNode, push: (child: AnyNode, key: string, inList: boolean) => void): void {
  for (const key in node) {
    const value = node[key as keyof typeof node] as unknown // SAFE: `key` is an own property of a plain node
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) push(item, key, true)
    } else if (isNode(value)) push(value, key, false)
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

function reverse(items: unknown[], first: number): void {
  for (let low = first, high = items.length - 1; low < high; low++, high--) {
    const item = items[low]
    items[low] = items[high]
    items[high] = item
  }
}
