/** The flame as the rows of a tree: what can be read aloud and walked with keys. */
import type { FlameAnswer, FlameNode } from '@hindscope/protocol'

export type FlameRow =
  | { readonly kind: 'path'; readonly index: number; readonly node: FlameNode; readonly depth: number; readonly expanded: boolean }
  /** Stands for paths that are in no node. */
  | { readonly kind: 'folded'; readonly parent: number; readonly depth: number; readonly paths: number; readonly us: number }

/** Opened at first: whatever has a fifth of all time. */
const HEAVY = 0.2

export const isOpenAtFirst = ({ totalUs }: FlameAnswer, node: FlameNode): boolean => node.totalUs >= totalUs * HEAVY && node.totalUs > 0

/** `top`: the path that is zoomed to, -1 for everything. Deep paths are walked in a loop, not by calls. */
export function flameRows(answer: FlameAnswer, top: number, isOpen: (index: number) => boolean): readonly FlameRow[] {
  const { nodes } = answer
  const rows: FlameRow[] = []
  const depths = new Map<number, number>()
  /** Paths whose children are shown, innermost last: what is folded comes behind their children. */
  const open: number[] = []
  const close = (until: number): void => {
    for (let last = open.at(-1); last !== undefined && last !== until; last = open.at(-1)) {
      open.pop()
      const node = nodes[last]
      if (node && node.folded > 0)
        rows.push({ kind: 'folded', parent: last, depth: (depths.get(last) ?? 0) + 1, paths: node.folded, us: node.foldedUs })
    }
  }
  nodes.forEach((node, index) => {
    const isTop = top === -1 ? node.parent === -1 : index === top
    if (!isTop && (!depths.has(node.parent) || !isOpen(node.parent))) return
    close(isTop ? -1 : node.parent)
    const depth = isTop ? 0 : (depths.get(node.parent) ?? 0) + 1
    const expanded = node.children > 0 && isOpen(index)
    depths.set(index, depth)
    rows.push({ kind: 'path', index, node, depth, expanded })
    if (expanded) open.push(index)
  })
  close(-1)
  if (top === -1 && answer.folded > 0) rows.push({ kind: 'folded', parent: -1, depth: 0, paths: answer.folded, us: answer.foldedUs })
  return rows
}

export function parentRow(rows: readonly FlameRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0
  for (let i = index - 1; i >= 0; i--) if ((rows[i]?.depth ?? 0) < depth) return i
  return -1
}
