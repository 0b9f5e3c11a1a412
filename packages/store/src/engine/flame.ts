/**
 * The `flame` query: time by call path (FlameMeasures). Paths with the most time are told one by one; since a path never has more than the
 * path above it, whatever is told hangs together. Sums of functions are over all paths, told or not.
 */
import { FLAME_ORDERS, FLAME_SIDES, HindscopeError } from '@hindscope/protocol'
import type { FlameAnswer, FlameFunction, FlameNode, FlameOrder, FlameQuery } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import { callPaths } from './call-paths.ts'
import type { CallPaths } from './call-paths.ts'
import { completenessOf } from './events.ts'
import { focusTree } from './flame-focus.ts'
import { LastAnswer } from './last-answer.ts'
import { NO_PATH, at } from './path-tree.ts'
import type { PathTree } from './path-tree.ts'
import { checkRange, oneOf, optionalTime, refuse, selectTracks, wholeNumber } from './validate.ts'

interface SummedPaths extends CallPaths {
  readonly outermost: Uint8Array
  readonly sums: FunctionSums
}

interface FunctionSums {
  readonly calls: Float64Array
  readonly totalUs: Float64Array
  readonly selfUs: Float64Array
  readonly elapsedUs: Float64Array
  /** The path with the function's longest call. */
  readonly longest: Int32Array
}

const lastPaths = new LastAnswer<SummedPaths>()

export function queryFlame(store: TraceStore, query: FlameQuery): FlameAnswer {
  const limit = wholeNumber('flame', 'limit', query.limit, { min: 1, max: 10_000, fallback: 2000 })
  const order = oneOf('flame', 'order', query.order, FLAME_ORDERS, 'left-heavy')
  const fromUs = optionalTime('flame', 'fromUs', query.fromUs, -Infinity)
  const toUs = optionalTime('flame', 'toUs', query.toUs, Infinity)
  checkRange('flame', fromUs, toUs)
  const tracks = selectTracks('flame', store, query.tracks)
  const focus = focusOf(query.focus)
  const scope = [fromUs, toUs, tracks.map(track => track.number)].map(String)
  const paths = lastPaths.of(store, scope, () => summedPaths(callPaths({ tracks, fromUs, toUs })))
  const tree = focus === undefined ? paths.tree : treeAround(paths, focus)
  const chosen = choosePaths(tree, limit)
  const nodes = nodesOf(store, tree, chosen, order)
  const functions = new FunctionList(paths, limit)
  const used = paths.sums.calls.reduce((count, calls, fn) => count + (calls > 0 || at(paths.sums.totalUs, fn) > 0 ? 1 : 0), 0)
  return {
    nodes: nodes.map(node => ({ ...node, function: functions.indexOf(node.function) })),
    functions: functions.list(store),
    calls: paths.sums.calls.reduce((sum, calls) => sum + calls, 0),
    totalUs: paths.sums.selfUs.reduce((sum, us) => sum + us, 0),
    ...foldedAtTop(tree, chosen),
    functionCount: used,
    pathCount: chosen.used.reduce((count, mark) => count + mark, 0),
    completeness: completenessOf(store, tracks),
  }
}

function focusOf(focus: FlameQuery['focus']): FlameQuery['focus'] {
  if (focus === undefined) return undefined
  if (typeof focus !== 'object' || focus === null || typeof focus.function !== 'string')
    return refuse('flame', 'focus', focus, '{function: a key, side: "callees" or "callers"}')
  return { function: focus.function, side: oneOf('flame', 'focus.side', focus.side, FLAME_SIDES, 'callees') }
}

function treeAround({ tree, functions, outermost }: SummedPaths, focus: NonNullable<FlameQuery['focus']>): PathTree {
  const number = functions.findIndex(({ key }) => key === focus.function)
  if (number === -1) throw new HindscopeError('not-found', { what: 'function', id: focus.function })
  return focusTree(tree, outermost, number, focus.side)
}

function summedPaths(paths: CallPaths): SummedPaths {
  const { tree, functions } = paths
  const count = functions.length
  const outermost = tree.outermost(count)
  const sums: FunctionSums = {
    calls: new Float64Array(count),
    totalUs: new Float64Array(count),
    selfUs: new Float64Array(count),
    elapsedUs: new Float64Array(count),
    longest: new Int32Array(count).fill(NO_PATH),
  }
  for (let path = 0; path < tree.size; path++) {
    const fn = at(tree.fn, path)
    sums.calls[fn] = at(sums.calls, fn) + at(tree.calls, path)
    sums.selfUs[fn] = at(sums.selfUs, fn) + at(tree.selfUs, path)
    sums.elapsedUs[fn] = at(sums.elapsedUs, fn) + at(tree.elapsedUs, path)
    const longest = at(sums.longest, fn)
    if (longest === NO_PATH || at(tree.longestUs, path) > at(tree.longestUs, longest)) sums.longest[fn] = path
    if (outermost[path] === 1) sums.totalUs[fn] = at(sums.totalUs, fn) + at(tree.totalUs, path)
  }
  return { ...paths, outermost, sums }
}

interface ChosenPaths {
  /** 1 for each path that is told. */
  readonly told: Uint8Array
  readonly used: Uint8Array
}

/** Those with the most time, of equals the older ones: no path without the one above it. */
function choosePaths(tree: PathTree, limit: number): ChosenPaths {
  const used = tree.used()
  const totals = tree.totalUs.subarray(0, tree.size).filter((_, path) => used[path] === 1)
  if (totals.length <= limit) return { told: used, used }
  totals.sort()
  const least = at(totals, totals.length - limit)
  const told = new Uint8Array(tree.size)
  let room = limit
  for (let path = 0; path < tree.size; path++) if (used[path] === 1 && at(tree.totalUs, path) > least) room -= told[path] = 1
  for (let path = 0; path < tree.size && room > 0; path++) if (used[path] === 1 && at(tree.totalUs, path) === least) room -= told[path] = 1
  return { told, used }
}

/** In the answer's order; `function` is still the number in the table of paths. */
function nodesOf(store: TraceStore, tree: PathTree, { told, used }: ChosenPaths, order: FlameOrder): FlameNode[] {
  const paths: number[] = []
  for (let path = 0; path < tree.size; path++) if (told[path] === 1) paths.push(path)
  const heavier = (a: number, b: number): number => at(tree.totalUs, b) - at(tree.totalUs, a) || at(tree.calls, b) - at(tree.calls, a) || a - b
  const earlier = (a: number, b: number): number => (at(tree.firstUs, a) === at(tree.firstUs, b) ? a - b : at(tree.firstUs, a) - at(tree.firstUs, b))
  paths.sort(order === 'time' ? earlier : heavier)
  const below = new Map<number, number[]>()
  for (const path of paths) {
    const siblings = below.get(at(tree.parent, path))
    if (siblings === undefined) below.set(at(tree.parent, path), [path])
    else siblings.push(path)
  }
  const children = childSums(tree, told, used)
  const nodes: FlameNode[] = []
  const indices = new Map<number, number>()
  const open = [...(below.get(NO_PATH) ?? [])].reverse()
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    indices.set(path, nodes.length)
    nodes.push(nodeOf(store, tree, path, indices.get(at(tree.parent, path)) ?? -1, children))
    for (const child of (below.get(path) ?? []).toReversed()) open.push(child)
  }
  return nodes
}

interface ChildSums {
  readonly children: Uint32Array
  readonly folded: Uint32Array
  readonly foldedUs: Float64Array
}

function childSums(tree: PathTree, told: Uint8Array, used: Uint8Array): ChildSums {
  const sums = { children: new Uint32Array(tree.size), folded: new Uint32Array(tree.size), foldedUs: new Float64Array(tree.size) }
  for (let path = 0; path < tree.size; path++) {
    const above = at(tree.parent, path)
    if (above === NO_PATH || used[path] === 0) continue
    sums.children[above] = at(sums.children, above) + 1
    if (told[path] === 1) continue
    sums.folded[above] = at(sums.folded, above) + 1
    sums.foldedUs[above] = at(sums.foldedUs, above) + at(tree.totalUs, path)
  }
  return sums
}

function foldedAtTop(tree: PathTree, { told, used }: ChosenPaths): { folded: number; foldedUs: number } {
  let folded = 0
  let foldedUs = 0
  for (let path = 0; path < tree.size; path++) {
    if (at(tree.parent, path) !== NO_PATH || used[path] === 0 || told[path] === 1) continue
    folded++
    foldedUs += at(tree.totalUs, path)
  }
  return { folded, foldedUs }
}

function nodeOf(store: TraceStore, tree: PathTree, path: number, parent: number, sums: ChildSums): FlameNode {
  return {
    function: at(tree.fn, path),
    parent,
    calls: at(tree.calls, path),
    totalUs: at(tree.totalUs, path),
    selfUs: at(tree.selfUs, path),
    elapsedUs: at(tree.elapsedUs, path),
    children: at(sums.children, path),
    folded: at(sums.folded, path),
    foldedUs: at(sums.foldedUs, path),
    ...longestCall(store, tree, path),
  }
}

function longestCall(store: TraceStore, tree: PathTree, path: number): Pick<FlameNode, 'longest' | 'longestUs'> {
  const track = at(tree.longestTrack, path)
  const seq = store.tracks[track]?.seqOf(at(tree.longestRow, path)) ?? 0
  return { longest: { track, seq }, longestUs: Math.max(0, at(tree.longestUs, path)) }
}

/** Functions of the answer: those of its nodes, and the first ones of all. */
class FunctionList {
  private readonly paths: SummedPaths
  private readonly byTotal: readonly number[]
  private readonly indices: Map<number, number>

  constructor(paths: SummedPaths, limit: number) {
    const { calls, totalUs, selfUs } = paths.sums
    this.paths = paths
    const known = [...calls.keys()].filter(fn => at(calls, fn) > 0 || at(totalUs, fn) > 0)
    this.byTotal = known.sort((a, b) => at(totalUs, b) - at(totalUs, a) || at(selfUs, b) - at(selfUs, a) || at(calls, b) - at(calls, a) || a - b)
    this.indices = new Map(this.byTotal.slice(0, limit).map((fn, index) => [fn, index]))
  }

  indexOf(fn: number): number {
    let index = this.indices.get(fn)
    if (index === undefined) this.indices.set(fn, (index = this.indices.size))
    return index
  }

  list(store: TraceStore): FlameFunction[] {
    const { functions, sums, tree } = this.paths
    return [...this.indices.keys()].map(fn => {
      const { key, site } = functions[fn] ?? { key: '', site: undefined }
      return {
        key,
        name: site?.name || '(anonymous)',
        ...(site?.location === undefined ? {} : { location: site.location }),
        calls: at(sums.calls, fn),
        totalUs: at(sums.totalUs, fn),
        selfUs: at(sums.selfUs, fn),
        elapsedUs: at(sums.elapsedUs, fn),
        ...longestCall(store, tree, at(sums.longest, fn)),
      }
    })
  }
}
