/** Lexical scopes, as far as probes need them: is a name bound in this file, and is reading it free of side effects. */
import { walk } from 'estree-walker'
import type { Node } from 'estree'
import type { AnyNode, MemberExpression } from '../1-parse/parser.ts'

export type BindingKind = 'param' | 'var' | 'function' | 'lexical' | 'import' | 'self'

export interface Scope {
  /** `global` is the top of a script, whose `var` and `function` are properties of the global object. */
  readonly kind: 'global' | 'module' | 'function' | 'block'
  readonly parent: Scope | undefined
  names: Map<string, BindingKind> | undefined
  /** Names that code at the place of the walk finds initialised; kept for level `statements` only. */
  ready: Set<string> | undefined
}

export const createScope = (kind: Scope['kind'], parent: Scope | undefined): Scope => ({ kind, parent, names: undefined, ready: undefined })

/** Returns the kind that the scope already had for the name. */
export function declare(scope: Scope, name: string, kind: BindingKind): BindingKind | undefined {
  scope.names ??= new Map()
  const before = scope.names.get(name)
  scope.names.set(name, kind)
  return before
}

export function variableScope(scope: Scope): Scope {
  let found = scope
  while (found.kind === 'block' && found.parent) found = found.parent
  return found
}

export function resolve(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names?.has(name)) return at
  return undefined
}

/** Reading the name runs no code: a global variable may be an accessor property of the global object, every other binding is a slot. */
export function isPlainBinding(scope: Scope, name: string): boolean {
  const found = resolve(scope, name)
  return found !== undefined && (found.kind !== 'global' || found.names?.get(name) === 'lexical')
}

/** Names that a pattern binds or assigns, in source order. Keys, default values and members inside the pattern are expressions. */
export function boundNames(pattern: AnyNode | null | undefined): string[] {
  if (!pattern) return []
  if (pattern.type === 'Identifier') return [pattern.name]
  const names: string[] = []
  walk(pattern as Node, {
    // SAFE: acorn's nodes are ESTree nodes
    enter(node, parent, key) {
      if (key === 'right' || (key === 'key' && parent?.type === 'Property') || node.type === 'MemberExpression') this.skip()
      else if (node.type === 'Identifier') names.push(node.name)
    },
  })
  return names
}

/** Members that a pattern assigns, in source order. */
export function assignedMembers(pattern: AnyNode): MemberExpression[] {
  if (pattern.type === 'Identifier') return []
  const members: MemberExpression[] = []
  walk(pattern as Node, {
    // SAFE: acorn's nodes are ESTree nodes
    enter(node, parent, key) {
      if (key === 'right' || (key === 'key' && parent?.type === 'Property')) this.skip()
      else if (node.type === 'MemberExpression') {
        members.push(node as MemberExpression) // SAFE: as above
        this.skip()
      }
    },
  })
  return members
}
