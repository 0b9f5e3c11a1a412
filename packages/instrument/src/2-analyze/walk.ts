/**
 * Depth-first walk in source order with a stack of its own: a chain of five thousand calls is a tree five thousand nodes deep, which
 * the parser builds without recursion and a recursive walk would not survive.
 */
import type { AnyNode } from '../1-parse/parser.ts'
import { childKeys } from './child-keys.ts'

export interface Visitor {
  /** Whether a node without children is entered and left at all; most nodes are such. */
  wantsLeaf(leaf: AnyNode): boolean
  /** `key` is the property of the parent that holds the node; `inList` says that the property is an array. */
  enter(node: AnyNode, key: string, inList: boolean): void
  leave(node: AnyNode, inList: boolean): void
}

/**
 * PERF: children are pushed last to first, their keys known per type, and leaves that nobody wants not at all: half the time of going
 * through every property of every node – bench/instrument/transform.bench.mjs
 */
export function walk(root: AnyNode, visitor: Visitor): void {
  // Three columns of one stack; a key of LEAVE marks a node whose children have been visited.
  const nodes: AnyNode[] = [root]
  const keys: string[] = ['']
  const lists: boolean[] = [false]
  const push = (child: unknown, key: string, inList: boolean): void => {
    if (!isNode(child) || (childKeys(child).length === 0 && !visitor.wantsLeaf(child))) return
    nodes.push(child)
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
    nodes.push(node)
    keys.push(LEAVE)
    lists.push(inList)
    const held = childKeys(node)
    for (let i = held.length - 1; i >= 0; i--) {
      const name = held[i] ?? ''
      const value = node[name as keyof AnyNode] as unknown // SAFE: whatever stands there is looked at before it is used
      if (!Array.isArray(value)) push(value, name, false)
      else for (let item = value.length - 1; item >= 0; item--) push(value[item], name, true)
    }
  }
}

const LEAVE = ' leave'

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
