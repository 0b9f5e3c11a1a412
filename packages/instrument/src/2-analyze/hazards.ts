/** What makes a function unsafe to probe, and what must be known about the names in a file. */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, CallExpression, Identifier } from '../1-parse/parser.ts'
import { noteEffect } from './module-code.ts'
import type { WalkState } from './state.ts'

/** A direct call of `eval` runs text that sees and may declare names among ours (ECMA-262, section 19.2.1.1). */
export function noteCall(state: WalkState, node: CallExpression): void {
  const site = state.site
  if (!site) return
  noteEffect(state, node)
  if (node.callee.type === 'Super' || node.optional) return
  const callee = unparenthesized(node.callee)
  if (callee.type !== 'Identifier' || callee.name !== 'eval' || site.skip) return
  site.skip = 'hazard'
  state.findings.push({ code: 'instrument-direct-eval', severity: 'warning', params: { name: site.name }, offset: node.start })
}

/** Inside `with`, every name that we insert would first be looked up on the user's object. */
export function noteWith(state: WalkState, node: AnyNode): void {
  if (state.mutedBy) return
  state.mutedBy = node
  if (state.site && !state.site.skip) state.site.skip = 'hazard'
  state.findings.push({ code: 'instrument-with', severity: 'warning', params: { name: state.site?.name ?? 'module level' }, offset: node.start })
}

/** The only names that say something about the functions around them. */
export const isTellingName = (state: WalkState, name: string): boolean => name === 'arguments' || name.startsWith(state.namePrefix)

export function noteIdentifier(state: WalkState, node: Identifier, parent: AnyNode | undefined): void {
  if (node.name === 'arguments') noteArguments(state, node, parent)
  else state.takenNames.add(node.name)
}

function noteArguments(state: WalkState, node: Identifier, parent: AnyNode | undefined): void {
  const isKey =
    (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
    ((parent?.type === 'Property' || parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition') &&
      parent.key === node &&
      !parent.computed &&
      !(parent.type === 'Property' && parent.shorthand))
  if (isKey) return
  let site = state.site
  while (site?.kind === 'arrow') site = site.parent
  if (site) site.usesArguments = true
}

/** `this` and `super` mean those of the nearest function that is no arrow, and of every arrow in between. */
export function noteThis(state: WalkState): void {
  let site = state.site
  for (; site?.kind === 'arrow'; site = site.parent) site.usesThis = true
  if (site) site.usesThis = true
}
