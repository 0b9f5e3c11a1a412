/** What the collectors of statement-level points share. */
import type { AnyNode } from '../1-parse/parser.ts'
import type { DetailPoint, FunctionSite } from '../types.ts'
import type { WalkState } from './state.ts'

/** How a node hangs below its parent. */
export interface Edge {
  readonly parent: AnyNode
  readonly key: string
  readonly inList: boolean
}

const LOOPS: ReadonlySet<string> = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement'])
export const isLoop = (node: AnyNode): boolean => LOOPS.has(node.type)

/** The function that records at this node; undefined in parameters, field initialisers, module code and what was opted out. */
export function recordingSite(state: WalkState, node: AnyNode): FunctionSite | undefined {
  const { site } = state
  return site !== undefined && site.kind !== 'field' && state.mutedBy === undefined && node.start >= site.bodyStart ? site : undefined
}

export type Unnested = DetailPoint extends infer Point ? (Point extends DetailPoint ? Omit<Point, 'open' | 'close'> : never) : never

export function openDetail(state: WalkState, site: FunctionSite, point: Unnested): void {
  const nested = { ...point, open: ++state.order, close: 0 } as DetailPoint // SAFE: a point without its nesting, and its nesting
  site.points.push(nested)
  state.openPoints.push(nested)
}
