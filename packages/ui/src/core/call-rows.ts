/** The call tree as rows: only expanded calls, children as far as their pages are loaded. */
import type { CallNode, CallRef } from '@hindscope/protocol'
import type { Failure } from '../engine/failure.ts'

export interface Children {
  readonly nodes: readonly CallNode[]
  readonly total: number
  readonly loading: boolean
  readonly failure?: Failure
}

export type CallRow =
  | { readonly kind: 'call'; readonly key: string; readonly node: CallNode; readonly depth: number; readonly expanded: boolean }
  /** Stands for children that are not loaded yet; showing it loads them. */
  | {
      readonly kind: 'more'
      readonly key: string
      readonly parent: string
      readonly depth: number
      readonly left: number
      readonly failure?: Failure
    }

export const ROOT = 'root'
export const callKey = (ref: CallRef): string => `${ref.track}.${ref.call}`

export function flattenCalls(children: ReadonlyMap<string, Children>, expanded: ReadonlySet<string>): readonly CallRow[] {
  const rows: CallRow[] = []
  const walk = (parent: string, depth: number): void => {
    const page = children.get(parent)
    for (const node of page?.nodes ?? []) {
      const key = callKey(node.ref)
      const open = node.childCount > 0 && expanded.has(key)
      rows.push({ kind: 'call', key, node, depth, expanded: open })
      if (open) walk(key, depth + 1)
    }
    const left = page ? page.total - page.nodes.length : 1
    if (left > 0) rows.push({ kind: 'more', key: `${parent}+`, parent, depth, left, ...(page?.failure && { failure: page.failure }) })
  }
  walk(ROOT, 0)
  return rows
}

/** Row of the parent of the call in this row; -1 at the top. */
export function parentRow(rows: readonly CallRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0
  for (let i = index - 1; i >= 0; i--) if ((rows[i]?.depth ?? 0) < depth) return i
  return -1
}
