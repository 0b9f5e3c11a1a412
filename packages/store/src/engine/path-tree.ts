/**
 * Call paths as a tree in columns: a path is its parent's and one function more. Parents have smaller numbers than their children, so that
 * sums run once over the columns, backwards, and nothing here calls itself: paths are as deep as the program's recursion.
 */
import { grown } from '../model/columns.ts'
import { PairMap } from '../model/pair-map.ts'

export const NO_PATH = -1
const NO_CALL = -2
const ELSEWHERE = -1

export class PathTree {
  fn: Uint32Array = new Uint32Array(64)
  parent: Int32Array = new Int32Array(64)
  calls: Float64Array = new Float64Array(64)
  /** Known once `sumUp` has run, or set by whoever made the tree. */
  totalUs: Float64Array = new Float64Array(64)
  selfUs: Float64Array = new Float64Array(64)
  elapsedUs: Float64Array = new Float64Array(64)
  /** Start of the first call. */
  firstUs: Float64Array = new Float64Array(64)
  /** NO_CALL as long as there is none, ELSEWHERE when there are only calls that do not count. */
  longestUs: Float64Array = new Float64Array(64)
  longestTrack: Uint32Array = new Uint32Array(64)
  longestRow: Uint32Array = new Uint32Array(64)
  private readonly numbers = new PairMap()

  get size(): number {
    return this.numbers.size
  }

  /** The path of `parent` and a call of `fn`. */
  add(parent: number, fn: number): number {
    const before = this.numbers.size
    const path = this.numbers.add(parent + 1, fn)
    if (this.numbers.size === before) return path
    if (path === this.fn.length) this.widen()
    this.fn[path] = fn
    this.parent[path] = parent
    this.firstUs[path] = Infinity
    this.longestUs[path] = NO_CALL
    return path
  }

  addCall(path: number, call: { readonly startUs: number; readonly elapsedUs: number; readonly wholeUs: number }, track: number, row: number): void {
    const { calls, elapsedUs, firstUs, longestUs } = this
    calls[path] = at(calls, path) + 1
    elapsedUs[path] = at(elapsedUs, path) + call.elapsedUs
    if (call.startUs < at(firstUs, path)) firstUs[path] = call.startUs
    if (call.wholeUs <= at(longestUs, path)) return
    longestUs[path] = call.wholeUs
    this.longestTrack[path] = track
    this.longestRow[path] = row
  }

  /** A call of the path outside the range: what the path leads to where there is no other. */
  addElsewhere(path: number, track: number, row: number): void {
    if (at(this.longestUs, path) !== NO_CALL) return
    this.longestUs[path] = ELSEWHERE
    this.longestTrack[path] = track
    this.longestRow[path] = row
  }

  addSelf(path: number, us: number): void {
    this.selfUs[path] = at(this.selfUs, path) + us
  }

  /** Adds all of another tree's path but its total. */
  merge(path: number, from: PathTree, other: number): void {
    const { calls, selfUs, elapsedUs, firstUs, longestUs } = this
    calls[path] = at(calls, path) + at(from.calls, other)
    selfUs[path] = at(selfUs, path) + at(from.selfUs, other)
    elapsedUs[path] = at(elapsedUs, path) + at(from.elapsedUs, other)
    firstUs[path] = Math.min(at(firstUs, path), at(from.firstUs, other))
    if (at(from.longestUs, other) <= at(longestUs, path)) return
    longestUs[path] = at(from.longestUs, other)
    this.longestTrack[path] = at(from.longestTrack, other)
    this.longestRow[path] = at(from.longestRow, other)
  }

  /** Totals from self times. */
  sumUp(): void {
    const { totalUs, selfUs, parent, size } = this
    totalUs.set(selfUs.subarray(0, size))
    for (let path = size - 1; path >= 0; path--) {
      const above = at(parent, path)
      if (above !== NO_PATH) totalUs[above] = at(totalUs, above) + at(totalUs, path)
    }
  }

  /** 1 for each path with a call or time of its own or below it: others were only passed on the way to something outside the range. */
  used(): Uint8Array {
    const { size, parent, calls, totalUs } = this
    const used = new Uint8Array(size)
    for (let path = size - 1; path >= 0; path--) {
      if (at(calls, path) > 0 || at(totalUs, path) > 0) used[path] = 1
      const above = at(parent, path)
      if (used[path] === 1 && above !== NO_PATH) used[above] = 1
    }
    return used
  }

  /** 1 for each path on which its last function comes for the first time. */
  outermost(functions: number): Uint8Array {
    const { size, parent, fn } = this
    const firstChild = new Int32Array(size).fill(NO_PATH)
    const nextSibling = new Int32Array(size).fill(NO_PATH)
    let root = NO_PATH
    for (let path = size - 1; path >= 0; path--) {
      const above = at(parent, path)
      nextSibling[path] = above === NO_PATH ? root : at(firstChild, above)
      if (above === NO_PATH) root = path
      else firstChild[above] = path
    }
    const outermost = new Uint8Array(size)
    const above = new Uint32Array(functions)
    for (let path = root; path !== NO_PATH;) {
      const own = at(fn, path)
      if (above[own] === 0) outermost[path] = 1
      above[own] = at(above, own) + 1
      if (at(firstChild, path) !== NO_PATH) {
        path = at(firstChild, path)
        continue
      }
      let up = path
      for (; up !== NO_PATH; up = at(parent, up)) {
        above[at(fn, up)] = at(above, at(fn, up)) - 1
        if (at(nextSibling, up) !== NO_PATH) break
      }
      path = up === NO_PATH ? NO_PATH : at(nextSibling, up)
    }
    return outermost
  }

  private widen(): void {
    const capacity = this.fn.length * 2
    this.fn = grown(this.fn, capacity)
    this.parent = grown(this.parent, capacity)
    this.longestTrack = grown(this.longestTrack, capacity)
    this.longestRow = grown(this.longestRow, capacity)
    for (const column of ['calls', 'totalUs', 'selfUs', 'elapsedUs', 'firstUs', 'longestUs'] as const) this[column] = grown(this[column], capacity)
  }
}

type Column = Float64Array | Uint32Array | Int32Array

/** A number that is there: paths below the size, functions of the table. */
export const at = (column: Column, index: number): number => column[index] as number // SAFE: see above
