/** Writes of variables and properties. */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, MemberExpression } from '../1-parse/parser.ts'
import type { Capture, FunctionSite, PropertyTarget, WrittenName } from '../types.ts'
import { openDetail, recordingSite } from './detail-point.ts'
import type { Edge } from './detail-point.ts'
import { declaredNames } from './module-code.ts'
import { assignedMembers, boundNames } from './scope.ts'
import { isAnonymousDefinition } from './sites.ts'
import { holdsUnnamed } from './inferred-name.ts'
import type { WalkState } from './state.ts'

export function openWrite(state: WalkState, site: FunctionSite, node: AnyNode, edge: Edge): void {
  switch (node.type) {
    case 'AssignmentExpression':
      // `x = function () {}` is named by the language; what else takes its name from the left takes it in stack traces only.
      if (holdsUnnamed(node.left) || (holdsUnnamed(node.right) && !(node.left.type === 'Identifier' && isAnonymousDefinition(node.right)))) return
      return openAssignment(state, site, node, { target: unparenthesized(node.left), operator: node.operator, before: false })
    case 'UpdateExpression':
      return openAssignment(state, site, node, { target: unparenthesized(node.argument), operator: node.operator, before: !node.prefix })
    case 'UnaryExpression':
      if (node.operator !== 'delete') return
      return openAssignment(state, site, node, { target: unparenthesized(node.argument), operator: 'delete', before: false })
    default:
      if (isLoneInitialiser(state, node, edge)) openInitialiser(state, site, node, edge.parent)
  }
}

interface Assignment {
  readonly target: AnyNode
  readonly operator: string
  readonly before: boolean
}

function openAssignment(state: WalkState, site: FunctionSite, node: AnyNode, { target, operator, before }: Assignment): void {
  const members = target.type === 'MemberExpression' ? [target] : operator === 'delete' ? [] : assignedMembers(target)
  const isPattern = target.type !== 'MemberExpression'
  const targets = members
    .filter(member => !isPattern || member.property.type !== 'PrivateIdentifier')
    .map(member => propertyTarget(state, site, member))
  if (targets.length > 0)
    openDetail(state, site, { kind: 'property-write', node, operator, before, isPattern, isBehind: false, targets, scope: state.scope })
  if (operator === 'delete') return
  const names = boundNames(target).map(name => ({ name, node }))
  if (names.length === 0) return
  const reads = before || target.type !== 'Identifier'
  openDetail(state, site, { kind: 'write', node, form: 'around', names, declaration: false, reads, scope: state.scope })
}

function propertyTarget(state: WalkState, site: FunctionSite, { object, property, computed }: MemberExpression): PropertyTarget {
  const isThis = object.type === 'ThisExpression' || object.type === 'Super'
  const known = computed ? literalKey(property) : property.type === 'PrivateIdentifier' ? `#${property.name}` : nameOf(property)
  const depth = site.writeDepth++
  const captures: { object?: Capture; key?: Capture } = {}
  if (!isThis) expectCapture(state, object, `O${depth}`, capture => (captures.object = capture))
  if (known === undefined) expectCapture(state, property, `K${depth}`, capture => (captures.key = capture))
  return { property: known, object: isThis ? 'this' : undefined, captures }
}

const literalKey = (node: AnyNode): string | undefined =>
  node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number') ? String(node.value) : undefined
const nameOf = (property: AnyNode): string | undefined => (property.type === 'Identifier' ? property.name : undefined)

/** `T=(() => {})` would give the function our variable's name. */
function expectCapture(state: WalkState, node: AnyNode, variable: string, accept: (capture: Capture) => void): void {
  if (!isAnonymousDefinition(node)) state.expectedCaptures.push({ node, variable, accept })
}

export function openCapture(state: WalkState, node: AnyNode): void {
  if (state.expectedCaptures.length === 0) return
  const index = state.expectedCaptures.findIndex(expected => expected.node === node)
  const expected = state.expectedCaptures[index]
  if (expected === undefined) return
  state.expectedCaptures.splice(index, 1)
  const capture: Capture = { kind: 'capture', node, variable: expected.variable, open: ++state.order, close: 0 }
  expected.accept(capture)
  state.openPoints.push(capture)
}

/** Declarations that stand where no statement can follow: in the head of `for (;;)`, or as the only statement of an `if`. */
function isLoneInitialiser(state: WalkState, node: AnyNode, { parent, key }: Edge): boolean {
  if (key !== 'init' || parent.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier' || holdsUnnamed(node)) return false
  const [around, declaration] = state.ancestors.slice(-3)
  switch (around?.type) {
    case 'ForStatement':
    case 'IfStatement':
    case 'LabeledStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return true
    case 'ForInStatement':
    case 'ForOfStatement':
      return around.body === declaration
    default:
      return false
  }
}

function openInitialiser(state: WalkState, site: FunctionSite, node: AnyNode, declarator: AnyNode): void {
  if (declarator.type !== 'VariableDeclarator') return
  const names = boundNames(declarator.id).map(name => ({ name, node: declarator }))
  openDetail(state, site, { kind: 'write', node, form: 'around', names, declaration: true, reads: false, scope: state.scope })
}

/** What was caught, under the names that the clause gives it. */
export function openCatch(state: WalkState, site: FunctionSite, node: AnyNode, clause: AnyNode): void {
  if (clause.type !== 'CatchClause') return
  const names = boundNames(clause.param).map(name => ({ name, node: clause.param ?? clause }))
  if (names.length > 0) openDetail(state, site, { kind: 'write', node, form: 'catch', names, declaration: true, reads: true, scope: state.scope })
}

/** Behind a declaration in a statement list. */
export function noteDeclaration(state: WalkState, node: AnyNode, isStatement: boolean): void {
  const site = recordingSite(state, node)
  if (!site || !isStatement || (node.type !== 'VariableDeclaration' && node.type !== 'ClassDeclaration')) return
  const names: WrittenName[] = []
  if (node.type === 'VariableDeclaration') names.push(...declaredNames(state, site, node))
  // A class of a module is dropped when nobody uses it.
  else if (site.kind !== 'module') names.push(...boundNames(node.id).map(name => ({ name, node })))
  if (names.length === 0) return
  const order = ++state.order
  site.points.push({ kind: 'write', node, form: 'after', names, declaration: true, reads: true, scope: state.scope, open: order, close: order })
}

/**
 * `o.p = () => {}` and `x = t ? () => {} : y` as a statement: nothing may stand around them, because V8 names the function after what it reads
 * there. They are told behind the statement, where what they have written can be read once more: a variable, a property of `this` or of one.
 */
export function noteNamedWrite(state: WalkState, node: AnyNode): void {
  const site = recordingSite(state, node)
  if (!site || node.type !== 'ExpressionStatement' || node.expression.type !== 'AssignmentExpression') return
  const { left, right, operator } = node.expression
  if (!holdsUnnamed(right)) return
  const order = ++state.order
  const own = { node, scope: state.scope, open: order, close: order }
  if (left.type === 'Identifier' && !isAnonymousDefinition(right)) {
    const names = [{ name: left.name, node: node.expression }]
    site.points.push({ kind: 'write', ...own, form: 'after', names, declaration: false, reads: true })
  }
  // Of other values and objects, a getter or the value itself could have replaced what is read.
  const isFunction = isAnonymousDefinition(right) && unparenthesized(right).type !== 'ClassExpression'
  if (left.type !== 'MemberExpression' || operator !== '=' || !isFunction) return
  const property = left.computed ? literalKey(left.property) : nameOf(left.property)
  const object = left.object.type === 'ThisExpression' ? 'this' : left.object.type === 'Identifier' ? left.object.name : undefined
  if (property === undefined || object === undefined) return
  const targets = [{ property, object, captures: {} }]
  site.points.push({ kind: 'property-write', ...own, operator, before: false, isPattern: true, isBehind: true, targets })
}

/** Variables that the head of a loop writes before each iteration, and cannot tell itself. */
export function headNames(loop: AnyNode): WrittenName[] {
  if (loop.type === 'ForInStatement' || loop.type === 'ForOfStatement') {
    const pattern = loop.left.type === 'VariableDeclaration' ? loop.left.declarations[0]?.id : loop.left
    return boundNames(pattern).map(name => ({ name, node: loop.left }))
  }
  if (loop.type !== 'ForStatement' || loop.init?.type !== 'VariableDeclaration') return []
  return loop.init.declarations
    .filter(({ id, init }) => init && (id.type !== 'Identifier' || isAnonymousDefinition(init)))
    .flatMap(declarator => boundNames(declarator.id).map(name => ({ name, node: declarator })))
}
