/** Which variables are known to be initialised at a place: reading any other could throw where the program does not (temporal dead zone). */
import type { AnyNode, VariableDeclaration } from '../1-parse/parser.ts'
import type { FunctionSite, LocalName, PointLocals } from '../types.ts'
import { boundNames, variableScope } from './scope.ts'
import type { Scope } from './scope.ts'
import type { WalkState } from './state.ts'

/** From here on, code that is reached finds these names initialised. The statements of a `case` can be jumped over. */
export function noteReady(state: WalkState, node: VariableDeclaration, parent: AnyNode | undefined): void {
  if (parent?.type === 'SwitchCase' && node.kind !== 'var') return
  const scope = node.kind === 'var' ? variableScope(state.scope) : state.scope
  for (const { id } of node.declarations) markReady(scope, boundNames(id))
}

export function markReady(scope: Scope, names: readonly string[]): void {
  scope.ready ??= new Set()
  for (const name of names) scope.ready.add(name)
}

/** Of a module wrapper with hundreds of variables, the innermost tell most. */
const MAX_LOCALS = 64

export function localsAt(state: WalkState, site: FunctionSite): PointLocals {
  const names: LocalName[] = []
  for (let scope: Scope | undefined = state.scope; scope; scope = scope === site.scope ? undefined : scope.parent)
    for (const name of scope.ready ?? []) if (names.length < MAX_LOCALS) names.push({ name, scope })
  return { names, scope: state.scope }
}
