import type { AnonymousClassDeclaration, ClassDeclaration, ClassExpression, VariableDeclaration } from '../1-parse/parser.ts'
import { boundNames, createScope, declare, variableScope } from './scope.ts'
import type { WalkState } from './state.ts'

export function enterScope(state: WalkState): void {
  state.scope = createScope('block', state.scope)
}

export function leaveScope(state: WalkState): void {
  state.scope = state.scope.parent ?? state.scope
}

export function declareClass(state: WalkState, node: ClassDeclaration | AnonymousClassDeclaration | ClassExpression): void {
  if (node.type === 'ClassDeclaration' && node.id) declare(state.scope, node.id.name, 'lexical')
  enterScope(state)
  if (node.id) declare(state.scope, node.id.name, 'lexical')
}

export function declareVariables(state: WalkState, node: VariableDeclaration): void {
  if (node.kind === 'await using' && state.site) state.site.suspendsUnseen = true
  const isVar = node.kind === 'var'
  const target = isVar ? variableScope(state.scope) : state.scope
  for (const declarator of node.declarations) {
    for (const name of boundNames(declarator.id)) {
      const before = declare(target, name, isVar ? 'var' : 'lexical')
      if (isVar && before === 'function' && state.site?.bodyFunctions.has(name)) state.site.conflicting = true
    }
  }
}
