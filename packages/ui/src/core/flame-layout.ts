/**
 * The icicle: every path a bar below the one that called it, as wide as its part of the measure. Bars narrower than half a pixel are left
 * out with all below them, so that what is drawn is bounded by the screen.
 */
import type { FlameAnswer } from '@hindscope/protocol'
import { formatPlace } from './view-choices.ts'
import type { Measure, PathPlace } from './view-choices.ts'

const CSS_LEAST = 0.5
/** Deeper paths are seen after zooming in. */
export const MOST_ROWS = 200
export const FOLDED = -2

export interface FlameBars {
  length: number
  /** Index of the node; FOLDED for paths that are in no node. */
  readonly node: Int32Array
  readonly cssLeft: Float64Array
  readonly cssWidth: Float64Array
  readonly row: Uint16Array
  rows: number
  /** Some bars have others below them that are too deep. */
  isCut: boolean
}

/** What widths are of: time of the path and all below it, or calls of both. Self time is told by strength within the total's width. */
export function flameWeights({ nodes }: FlameAnswer, measure: Measure): Float64Array {
  const weights = Float64Array.from(nodes, node => (measure === 'calls' ? node.calls : node.totalUs))
  if (measure === 'calls') {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const parent = nodes[index]?.parent ?? -1
      if (parent >= 0) weights[parent] = (weights[parent] ?? 0) + (weights[index] ?? 0)
    }
  }
  return weights
}

/** What all top paths together have, those included that are in no node. */
export function wholeWeight(answer: FlameAnswer, weights: Float64Array, measure: Measure): number {
  const told = answer.nodes.reduce((sum, node, index) => sum + (node.parent === -1 ? (weights[index] ?? 0) : 0), 0)
  return measure === 'calls' ? told : told + answer.foldedUs
}

export function flameDepths({ nodes }: FlameAnswer): Uint32Array {
  const depths = new Uint32Array(nodes.length)
  nodes.forEach((node, index) => (depths[index] = node.parent === -1 ? 0 : (depths[node.parent] ?? 0) + 1))
  return depths
}

export const placeOf = ({ nodes }: FlameAnswer, depths: Uint32Array, index: number): PathPlace => ({
  ref: nodes[index]?.longest ?? { track: 0, seq: 0 },
  depth: depths[index] ?? 0,
})

/** Nodes by their place in the tree, as links name them. */
export function nodesByPlace(answer: FlameAnswer, depths: Uint32Array): ReadonlyMap<string, number> {
  return new Map(answer.nodes.map((_, index) => [formatPlace(placeOf(answer, depths, index)), index]))
}

/** From the top to the node, itself included. */
export function pathTo({ nodes }: FlameAnswer, index: number): readonly number[] {
  const path: number[] = []
  for (let at = index; at >= 0; at = nodes[at]?.parent ?? -1) path.unshift(at)
  return path
}

export interface FlameScene {
  readonly answer: FlameAnswer
  readonly weights: Float64Array
  readonly whole: number
  readonly measure: Measure
  /** -1: everything. */
  readonly zoom: number
}

export function layoutFlame({ answer, weights, whole, measure, zoom }: FlameScene, cssWidth: number): FlameBars {
  const { nodes } = answer
  const most = nodes.length * 2 + 2
  const bars: FlameBars = {
    length: 0,
    node: new Int32Array(most),
    cssLeft: new Float64Array(most),
    cssWidth: new Float64Array(most),
    row: new Uint16Array(most),
    rows: 0,
    isCut: false,
  }
  const cssPer = cssWidth / ((zoom === -1 ? whole : (weights[zoom] ?? 0)) || 1)
  const add = (node: number, cssLeft: number, cssBar: number, row: number): void => {
    bars.node[bars.length] = node
    bars.cssLeft[bars.length] = cssLeft
    bars.cssWidth[bars.length] = cssBar
    bars.row[bars.length++] = row
    bars.rows = Math.max(bars.rows, row + 1)
  }
  const above = zoom === -1 ? [] : pathTo(answer, zoom)
  above.forEach((node, row) => add(node, 0, cssWidth, row))
  // Where the next child of each node begins; -1: nothing below it is drawn. Nodes come after their parents.
  const cssNext = new Float64Array(nodes.length).fill(-1)
  const rows = new Uint32Array(nodes.length)
  let cssTop = 0
  if (zoom !== -1) {
    cssNext[zoom] = 0
    rows[zoom] = above.length - 1
  }
  nodes.forEach((node, index) => {
    const isTop = node.parent === -1
    if (zoom !== -1 && (isTop || index <= zoom)) return
    const cssLeft = isTop ? cssTop : (cssNext[node.parent] ?? -1)
    if (cssLeft === -1) return
    const cssBar = (weights[index] ?? 0) * cssPer
    if (isTop) cssTop += cssBar
    else cssNext[node.parent] = cssLeft + cssBar
    rows[index] = isTop ? 0 : (rows[node.parent] ?? 0) + 1
    if (cssBar < CSS_LEAST) return
    if ((rows[index] ?? 0) >= MOST_ROWS) {
      bars.isCut = true
      return
    }
    cssNext[index] = cssLeft
    add(index, cssLeft, cssBar, rows[index] ?? 0)
  })
  if (measure !== 'calls') addFolded(answer, cssNext, rows, cssPer, add)
  if (measure !== 'calls' && zoom === -1 && answer.foldedUs * cssPer >= CSS_LEAST) add(FOLDED, cssTop, answer.foldedUs * cssPer, 0)
  return bars
}

function addFolded(
  { nodes }: FlameAnswer,
  cssNext: Float64Array,
  rows: Uint32Array,
  cssPer: number,
  add: (node: number, cssLeft: number, cssBar: number, row: number) => void,
): void {
  nodes.forEach((node, index) => {
    const cssLeft = cssNext[index] ?? -1
    const row = (rows[index] ?? 0) + 1
    if (cssLeft !== -1 && row < MOST_ROWS && node.foldedUs * cssPer >= CSS_LEAST) add(FOLDED, cssLeft, node.foldedUs * cssPer, row)
  })
}

/** The bar at a place; -1 when there is none. */
export function barAt(bars: FlameBars, cssX: number, row: number): number {
  for (let bar = 0; bar < bars.length; bar++) {
    const cssLeft = bars.cssLeft[bar] ?? 0
    if (bars.row[bar] === row && cssX >= cssLeft && cssX < cssLeft + (bars.cssWidth[bar] ?? 0)) return bar
  }
  return -1
}

export interface FlameMatches {
  /** 1 for each node whose function matches. */
  readonly nodes: Uint8Array
  readonly paths: number
  /** Part of the whole that is in or below them. */
  readonly share: number
}

export function findInFlame(answer: FlameAnswer, weights: Float64Array, whole: number, find: string): FlameMatches | undefined {
  if (find === '') return undefined
  const text = find.toLowerCase()
  const functions = answer.functions.map(({ name, location }) => `${name} ${location?.file ?? ''}`.toLowerCase().includes(text))
  const nodes = Uint8Array.from(answer.nodes, node => (functions[node.function] === true ? 1 : 0))
  const below = new Uint8Array(nodes.length)
  let weight = 0
  let paths = 0
  answer.nodes.forEach((node, index) => {
    const isBelow = node.parent >= 0 && (below[node.parent] === 1 || nodes[node.parent] === 1)
    if (isBelow) below[index] = 1
    if (nodes[index] !== 1) return
    paths++
    if (!isBelow) weight += weights[index] ?? 0
  })
  return { nodes, paths, share: whole === 0 ? 0 : weight / whole }
}
