/** Function sites: what is known about a function when the walk enters it. */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, Program, PropertyDefinition, StaticBlock, Statement } from '../1-parse/parser.ts'
import type { FunctionKind } from '@hindscope/protocol'
import type { FunctionNode, FunctionSite } from '../types.ts'
import { functionName, memberName } from './function-name.ts'
import { PURE_CONSTRUCTORS } from './module-code.ts'
import { boundNames, createScope, declare } from './scope.ts'
import type { WalkState } from './state.ts'
import { localsAt, markReady } from './ready.ts'

/** Directives that hand the function's text to another engine or validator, which would meet our text in it. */
const FOREIGN_DIRECTIVES: ReadonlySet<string> = new Set(['worklet', 'use asm'])

export function enterFunction(state: WalkState, node: FunctionNode, parent: AnyNode | undefined, open: number): void {
  declareFunction(state, node, parent)
  const directives = node.body.type === 'BlockStatement' ? directivesOf(node.body.body) : []
  const method =
    parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && (parent.method || parent.kind !== 'init')) ? parent : undefined
  const isMethod = method !== undefined && method.value === node
  const params = node.params.flatMap(param => boundNames(param))
  const site: FunctionSite = {
    node,
    definition: isMethod ? method : node,
    kind: isMethod ? methodKind(method, state) : node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function',
    name: functionName(state.code, node, state.ancestors),
    async: node.async,
    generator: node.generator,
    strict: isStrict(state) || directives.includes('use strict'),
    parent: state.site,
    scope: createScope('function', state.scope),
    params,
    bodyFunctions: new Set(),
    conflicting: false,
    usesArguments: false,
    usesThis: false,
    suspendsUnseen: false,
    nontrivial: false,
    skip: state.mutedBy ? 'opt-out' : undefined,
    points: [],
    bodyStart: node.body.start,
    loopDepth: 0,
    writeDepth: 0,
    endLocals: undefined,
    open,
    close: open,
  }
  if (node.type === 'FunctionExpression' && node.id) declare(site.scope, node.id.name, 'self')
  for (const name of params) declare(site.scope, name, 'param')
  if (state.collectDetails) markReady(site.scope, params)
  const foreign = directives.find(directive => FOREIGN_DIRECTIVES.has(directive))
  if (foreign !== undefined && !site.skip) {
    site.skip = 'hazard'
    state.mutedBy ??= node
    state.findings.push({ code: 'instrument-directive', severity: 'info', params: { name: site.name, directive: foreign }, offset: node.start })
  }
  const sink = state.shipped.get(node)
  if (sink !== undefined && !site.skip) {
    site.skip = 'hazard'
    state.mutedBy ??= node
    state.findings.push({ code: 'instrument-shipped-text', severity: 'info', params: { name: site.name, sink }, offset: node.start })
  }
  push(state, site)
}

/** The value of a field is a function body of its own (ECMA-262, ClassFieldDefinitionEvaluation). */
export function enterField(state: WalkState, node: PropertyDefinition, open: number): void {
  const site = elementSite(state, { node, kind: 'field', name: memberName(state.code, node, state.ancestors.slice(0, -1)), open })
  if (isDroppable(state.code, node)) site.skip ??= 'hazard'
  push(state, site)
}

/** Bundlers drop an unused class with such a static field; with a call of ours in it they would keep the class. */
function isDroppable(code: string, node: PropertyDefinition): boolean {
  if (!node.static || !node.value) return false
  if (/[#@]__PURE__/.test(code.slice(node.key.end, node.value.start))) return true
  const value = unparenthesized(node.value)
  return value.type === 'NewExpression' && value.callee.type === 'Identifier' && PURE_CONSTRUCTORS.has(value.callee.name)
}

export function enterStaticBlock(state: WalkState, node: StaticBlock, open: number): void {
  push(state, elementSite(state, { node, kind: 'static-block', name: memberName(state.code, node, state.ancestors), open }))
}

/** The code of a module outside its functions. Scripts share their variables with each other, so there is no room for a frame in them. */
export function enterModule(state: WalkState, node: Program, open: number): void {
  if (!state.collectDetails || state.sourceType === 'script') return
  const site = elementSite(state, { node, kind: 'module', name: MODULE_NAME, open })
  const strict = state.sourceType === 'module' || directivesOf(node.body).includes('use strict')
  push(state, { ...site, strict, scope: state.moduleScope, nontrivial: state.sourceType === 'commonjs' })
}

/** What stands for the name of a module's own code. */
export const MODULE_NAME = '(module)'

export function leaveSite(state: WalkState, close: number): void {
  const site = state.site
  if (!site) return
  site.close = close
  if (state.collectDetails && site.kind !== 'module' && !leavesBefore(statementsOf(site.node))) site.endLocals = localsAt(state, site)
  state.site = site.parent
  state.scope = site.scope.parent ?? state.moduleScope
}

function statementsOf(node: FunctionSite['node']): readonly AnyNode[] {
  if (node.type === 'StaticBlock') return node.body
  return 'params' in node && node.body.type === 'BlockStatement' ? node.body.body : []
}

/**
 * The end of the body is not reached, as far as one can say without following the control flow. Bundlers see as much, and would cut out
 * a probe that stands there, with the marks around it.
 */
export function leavesBefore(statements: readonly AnyNode[]): boolean {
  const last = statements[statements.length - 1]
  return last !== undefined && leaves(last)
}

function leaves(statement: AnyNode): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true
    case 'BlockStatement':
      return statement.body.some(leaves)
    case 'IfStatement':
      return !!statement.alternate && leaves(statement.consequent) && leaves(statement.alternate)
    case 'TryStatement':
      return (
        (!!statement.finalizer && leaves(statement.finalizer)) || (leaves(statement.block) && (!statement.handler || leaves(statement.handler.body)))
      )
    default:
      return false
  }
}

/** Anonymous function and class values take the name of the field or binding: nothing may stand between the two. */
export function isAnonymousDefinition(node: AnyNode): boolean {
  const value = unparenthesized(node)
  return value.type === 'ArrowFunctionExpression' || ((value.type === 'FunctionExpression' || value.type === 'ClassExpression') && !value.id)
}

export function directivesOf(body: readonly (Statement | AnyNode)[]): string[] {
  const directives: string[] = []
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break
    directives.push(statement.directive)
  }
  return directives
}

function push(state: WalkState, site: FunctionSite): void {
  state.sites.push(site)
  state.site = site
  state.scope = site.scope
}

function elementSite(
  state: WalkState,
  own: { node: PropertyDefinition | StaticBlock | Program; kind: 'field' | 'static-block' | 'module'; name: string; open: number },
): FunctionSite {
  return {
    ...own,
    definition: own.node,
    async: false,
    generator: false,
    strict: true,
    parent: state.site,
    scope: createScope('function', state.scope),
    params: [],
    bodyFunctions: new Set(),
    conflicting: false,
    usesArguments: false,
    usesThis: false,
    suspendsUnseen: false,
    nontrivial: false,
    skip: state.mutedBy ? 'opt-out' : undefined,
    points: [],
    bodyStart: own.node.start,
    loopDepth: 0,
    writeDepth: 0,
    endLocals: undefined,
    close: own.open,
  }
}

function declareFunction(state: WalkState, node: FunctionNode, parent: AnyNode | undefined): void {
  if (node.type !== 'FunctionDeclaration' || !node.id) return
  const before = declare(state.scope, node.id.name, 'function')
  const site = state.site
  const isBodyLevel = parent?.type === 'BlockStatement' && state.ancestors[state.ancestors.length - 2] === site?.node
  if (!site || !isBodyLevel) return
  site.bodyFunctions.add(node.id.name)
  // A function may repeat a parameter, a var or another function in a function body, but not in the block of a try statement.
  if (before !== undefined && before !== 'self') site.conflicting = true
}

function methodKind(method: AnyNode, state: WalkState): FunctionKind {
  if (method.type !== 'MethodDefinition' && method.type !== 'Property') return 'function'
  if (method.kind === 'get') return 'getter'
  if (method.kind === 'set') return 'setter'
  if (method.kind !== 'constructor') return 'method'
  const definition = state.ancestors[state.ancestors.length - 3]
  return (definition?.type === 'ClassDeclaration' || definition?.type === 'ClassExpression') && definition.superClass
    ? 'derived-constructor'
    : 'constructor'
}

function isStrict(state: WalkState): boolean {
  if (state.sourceType === 'module' || state.site?.strict === true) return true
  if (state.ancestors.some(node => node.type === 'ClassDeclaration' || node.type === 'ClassExpression')) return true
  const program = state.ancestors[0]
  return program?.type === 'Program' && directivesOf(program.body).includes('use strict')
}
