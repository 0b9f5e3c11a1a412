/** Points: places inside a function where the hook is called. */
import type { AnyNode } from '../1-parse/parser.ts'
import type { Point } from '../types.ts'
import type { OpenPoint, WalkState } from './state.ts'

export function openPoint(state: WalkState, point: Point): void {
  if (!state.site) return
  state.site.points.push(point)
  state.openPoints.push(point)
}

/** Everything that was opened at the node, from the inside out. */
export function closePoints(state: WalkState, node: AnyNode): void {
  for (let point = top(state); point?.node === node; point = top(state)) {
    point.close = ++state.order
    state.openPoints.pop()
    if (ENDS_WITH_CALL.has(point.kind)) state.lastWrapEnd = node.end
    if (point.kind === 'property-write' && state.site) state.site.writeDepth -= point.targets.length
  }
}

const top = (state: WalkState): OpenPoint | undefined => state.openPoints[state.openPoints.length - 1]
const ENDS_WITH_CALL: ReadonlySet<string> = new Set(['await', 'yield', 'branch', 'write', 'property-write', 'expression'])

/** `await x++` and `yield` may end a statement at a line break before `(`; behind our own closing parenthesis that would be a call. */
export function terminateStatement(state: WalkState, node: AnyNode, { order, inHead }: { order: number; inHead: boolean }): void {
  if (!state.site || inHead || (node.type !== 'VariableDeclaration' && node.type !== 'ExpressionStatement')) return
  if (state.lastWrapEnd === node.end) state.site.points.push({ kind: 'terminator', node, open: order, close: order })
}
