/**
 * The paths around one function. A call of it within another one is part of that: only paths on which it comes for the first time count,
 * or recursion would count its time several times.
 */
import type { FlameSide } from '@hindscope/protocol'
import { NO_PATH, PathTree, at } from './path-tree.ts'

export function focusTree(tree: PathTree, outermost: Uint8Array, fn: number, side: FlameSide): PathTree {
  return side === 'callees' ? calleesOf(tree, outermost, fn) : callersOf(tree, outermost, fn)
}

function calleesOf(tree: PathTree, outermost: Uint8Array, fn: number): PathTree {
  const focus = new PathTree()
  const paths = new Int32Array(tree.size).fill(NO_PATH)
  for (let path = 0; path < tree.size; path++) {
    const parent = at(tree.parent, path)
    const above = parent === NO_PATH ? NO_PATH : at(paths, parent)
    const isTop = above === NO_PATH && outermost[path] === 1 && tree.fn[path] === fn
    if (above === NO_PATH && !isTop) continue
    const merged = focus.add(above, at(tree.fn, path))
    paths[path] = merged
    focus.merge(merged, tree, path)
  }
  focus.sumUp()
  return focus
}

/** From the function upwards. Every path has what the function's calls on it have. */
function callersOf(tree: PathTree, outermost: Uint8Array, fn: number): PathTree {
  const focus = new PathTree()
  for (let path = 0; path < tree.size; path++) {
    if (outermost[path] !== 1 || tree.fn[path] !== fn) continue
    let merged = NO_PATH
    for (let above = path; above !== NO_PATH; above = at(tree.parent, above)) {
      merged = focus.add(merged, at(tree.fn, above))
      focus.merge(merged, tree, path)
      focus.totalUs[merged] = at(focus.totalUs, merged) + at(tree.totalUs, path)
    }
  }
  return focus
}
