/**
 * What bundlers and module loaders read in code, and what must therefore stand there as it is: tests that are replaced by constants, and in the
 * code of a module outside its functions `exports.x = …` and what is annotated to be without effect.
 */
import { walk } from 'estree-walker'
import type { Node } from 'estree'
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, VariableDeclaration } from '../1-parse/parser.ts'
import type { DetailPoint, FunctionSite, WrittenName } from '../types.ts'
import { assignedMembers, boundNames, resolve } from './scope.ts'
import type { Scope } from './scope.ts'
import type { WalkState } from './state.ts'

/** Constructors that bundlers know to be without effect. */
export const PURE_CONSTRUCTORS: ReadonlySet<string> = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Date', 'Array', 'Object', 'Error'])

const ANNOTATION_REACH = 60

export const isAnnotatedPure = (code: string, { start }: AnyNode): boolean =>
  /[#@]__PURE__\s*\*\/[\s(]*$/.test(code.slice(Math.max(0, start - ANNOTATION_REACH), start))

/** A module without effects is dropped when nothing of it is used, and a probe in it would keep it: such a module gets none. */
export function noteEffect(state: WalkState, node: AnyNode): void {
  const { site } = state
  if (site?.kind === 'field') site.nontrivial = true
  if (site?.kind !== 'module' || site.nontrivial || state.mutedBy) return
  if (node.type === 'MemberExpression' || isAnnotatedPure(state.code, node)) return
  const isPure = node.type === 'NewExpression' && node.callee.type === 'Identifier' && PURE_CONSTRUCTORS.has(node.callee.name)
  if (!isPure) site.nontrivial = true
}

/** In the arguments of an annotated call of module code nothing is told: it would have to run although the call is dropped. */
export function isInPureCall(state: WalkState, site: FunctionSite, node: AnyNode): boolean {
  if (site.kind !== 'module') return false
  if ((node.type === 'CallExpression' || node.type === 'NewExpression') && isAnnotatedPure(state.code, node)) state.pureEnd = node.end
  return node.end <= state.pureEnd
}

/** Functions and classes that nobody uses are dropped, and reading them to tell their value would keep them. */
const isDefinition = (node: AnyNode): boolean => {
  const { type } = unparenthesized(node)
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression' || type === 'ClassExpression'
}

/** The declaration is one of functions: it does nothing that a step could show. */
export const isOfDefinitions = (node: AnyNode): boolean =>
  node.type === 'VariableDeclaration' && node.declarations.every(({ init }) => init && isDefinition(init))

export function declaredNames(state: WalkState, site: FunctionSite, node: VariableDeclaration): WrittenName[] {
  return node.declarations
    .filter(({ init }) => init || node.kind !== 'var')
    .filter(({ init }) => site.kind !== 'module' || !init || !(isDefinition(init) || isAnnotatedPure(state.code, init)))
    .flatMap(declarator => boundNames(declarator.id).map(name => ({ name, node: declarator })))
}

/** Whether a call of ours around the place would hide from tools what they look for. */
export function isReadByTools(point: DetailPoint, { kind }: FunctionSite): boolean {
  if (point.kind === 'branch') return kind === 'module' ? isReplaceable(point.node, point.scope) : isConstant(leading(point.node), point.scope)
  if (kind !== 'module' || point.kind !== 'property-write') return false
  return membersOf(point.node).some(member => isToolsObject(member, point.scope))
}

const CONSTANTS: ReadonlySet<string> = new Set(['undefined', 'NaN', 'Infinity'])

/** A test that a bundler may replace by a constant: of literals, of what this file does not declare, of imports. What calls do is not foreseen. */
function isReplaceable(test: AnyNode, scope: Scope): boolean {
  let isOpen = false
  let names = 0
  const called = new Set<unknown>()
  walk(test as Node, {
    // SAFE: acorn's nodes are ESTree nodes
    enter(node, parent, key) {
      if (/Function|Class/.test(node.type) || (key === 'property' && parent?.type === 'MemberExpression' && !parent.computed)) return this.skip()
      if (node.type === 'CallExpression' || node.type === 'NewExpression') called.add(rootOf(node.callee as AnyNode)) // SAFE: as above
      if (node.type === 'MetaProperty') isOpen = true
      if (node.type !== 'Identifier' || CONSTANTS.has(node.name)) return
      names++
      const kind = resolve(scope, node.name)?.names?.get(node.name)
      if ((kind === undefined || kind === 'import') && !called.has(node)) isOpen = true
    },
  })
  return isOpen || names === 0
}

/** Nothing but literals, and names of no variable of this file: `process.env.NODE_ENV !== 'production'`, `__DEV__`, `DEV` of an import. */
function isConstant(test: AnyNode, scope: Scope): boolean {
  let isIt = true
  walk(test as Node, {
    // SAFE: acorn's nodes are ESTree nodes
    enter(node, parent, key) {
      if (RUNS.test(node.type) || (node.type === 'MetaProperty' && node.meta.name === 'new')) isIt = false
      if (!isIt || (key === 'property' && parent?.type === 'MemberExpression' && !parent.computed)) return this.skip()
      if (node.type !== 'Identifier') return
      const kind = resolve(scope, node.name)?.names?.get(node.name)
      if (kind !== undefined && kind !== 'import') isIt = false
    },
  })
  return isIt
}

const RUNS = /Call|New|This|Super|Assignment|Update|Await|Yield|Tagged|Function|Class|Object|Array/

/** What decides first: a bundler that knows it knows the whole. */
function leading(test: AnyNode): AnyNode {
  let first = unparenthesized(test)
  for (;;) {
    if (first.type === 'LogicalExpression') first = unparenthesized(first.left)
    else if (first.type === 'UnaryExpression' && first.operator === '!') first = unparenthesized(first.argument)
    else return first
  }
}

function rootOf(node: AnyNode): AnyNode {
  let root = unparenthesized(node)
  while (root.type === 'MemberExpression') root = unparenthesized(root.object)
  return root
}

function membersOf(node: AnyNode): readonly AnyNode[] {
  if (node.type !== 'AssignmentExpression') return node.type === 'UpdateExpression' || node.type === 'UnaryExpression' ? [node.argument] : []
  const target = unparenthesized(node.left)
  return target.type === 'MemberExpression' ? [target] : assignedMembers(target)
}

/** Loaders find the names that a CommonJS file exports in its text; bundlers replace `process.env.X`. */
const TOOLS_OBJECTS: ReadonlySet<string> = new Set(['exports', 'module', 'process', 'require'])

function isToolsObject(member: AnyNode, scope: Scope): boolean {
  const root = rootOf(member)
  if (root.type === 'Identifier') return TOOLS_OBJECTS.has(root.name) && resolve(scope, root.name) === undefined
  return root.type === 'ThisExpression' || root.type === 'MetaProperty'
}
