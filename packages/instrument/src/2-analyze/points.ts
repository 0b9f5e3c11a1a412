/** Points: places inside a function where the hook is called. */
import type { AnyNode, Statement } from '../1-parse/parser.ts'
import { unparenthesized } from '../1-parse/parser.ts'
import type { FunctionSite, Point } from '../types.ts'
import { boundNames } from './scope.ts'
import type { WalkState } from './state.ts'

export function openPoint(state: WalkState, point: Point): void {
  if (!state.site) return
  state.site.points.push(point)
  state.openPoints.push(point)
}

export function closePoint(state: WalkState, node: AnyNode, order: number): void {
  const point = state.openPoints[state.openPoints.length - 1]
  if (point?.node !== node) return
  point.close = order
  state.openPoints.pop()
  if (point.kind === 'await' || point.kind === 'yield') state.lastWrapEnd = node.end
}

interface StatementPlace {
  readonly order: number
  /** The statement stands directly in a statement list. */
  readonly inList: boolean
  readonly inHead: boolean
}

export function statementPoints(state: WalkState, node: AnyNode, place: StatementPlace): void {
  if (!state.site || place.inHead || (node.type !== 'VariableDeclaration' && node.type !== 'ExpressionStatement')) return
  // `await x++` and `yield` may end a statement at a line break before `(`; behind our own closing parenthesis that would be a call.
  if (state.lastWrapEnd === node.end) state.site.points.push({ kind: 'terminator', node, open: place.order, close: place.order })
  if (state.collectWrites && place.inList) writePoints(state, state.site, node, place.order)
}

function writePoints(state: WalkState, site: FunctionSite, node: Statement, order: number): void {
  const write = (name: string, declaration: boolean): void => {
    site.points.push({ kind: 'write', node, name, declaration, scope: state.scope, open: order, close: order })
  }
  if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations) if (init || node.kind !== 'var') for (const name of boundNames(id)) write(name, true)
  } else if (node.type === 'ExpressionStatement') {
    const expression = unparenthesized(node.expression)
    const target =
      expression.type === 'AssignmentExpression' ? expression.left : expression.type === 'UpdateExpression' ? expression.argument : undefined
    const name = target && unparenthesized(target)
    if (name?.type === 'Identifier') write(name.name, false)
  }
}
