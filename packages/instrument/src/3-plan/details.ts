/** Probes of level `statements` for one function: which points get one, and which names may be read there. */
import type { Probe } from '@hindscope/protocol'
import type { AnyNode } from '../1-parse/parser.ts'
import { skipTrivia } from '../1-parse/trivia.ts'
import { isReadByTools } from '../2-analyze/module-code.ts'
import { isPlainBinding, resolve } from '../2-analyze/scope.ts'
import type { Scope } from '../2-analyze/scope.ts'
import type { DetailPoint, FunctionSite, PlannedDetail, PlannedLocals, PlannedName, Point, PointLocals, WrittenName } from '../types.ts'
import type { BindingTable } from './bindings.ts'
import type { Located } from './locate.ts'
import { WHOLE_FILE } from './original-detail.ts'
import type { DetailLocator } from './original-detail.ts'

export interface DetailContext {
  readonly probes: Probe[]
  /** Probe of the function. */
  readonly index: number
  readonly bindings: BindingTable
  readonly expressions: boolean
  readonly code: string
  readonly places: DetailLocator
  readonly isRedacted: (name: string) => boolean
}

export interface Details {
  readonly details: readonly PlannedDetail[]
  readonly locals: ReadonlyMap<Point | 'end', PlannedLocals>
}

export const NO_DETAILS: Details = { details: [], locals: new Map() }

export function planDetails(site: FunctionSite, context: DetailContext): Details {
  const details: PlannedDetail[] = []
  const locals = new Map<Point | 'end', PlannedLocals>()
  for (const point of site.points) {
    const detail = isDetail(point) && !isReadByTools(point, site) ? planPoint(point, context) : undefined
    if (detail) details.push(detail)
    if ((point.kind === 'return' || point.kind === 'throw') && point.locals) {
      const { places } = context
      const located = places.statement(point.node, point.node.end, ownerOf(context)) ?? rangeOf(context)
      const planned = planLocals(site, point.locals, { at: point.kind, located }, context)
      if (planned) locals.set(point, planned)
    }
  }
  if (site.endLocals) {
    // The place where control falls off the end, or the whole expression of an arrow function.
    const { node } = site
    const isExpression = 'params' in node && node.body.type !== 'BlockStatement'
    const owner = ownerOf(context)
    const located = isExpression ? context.places.expression(node.body, owner) : context.places.end(node.end - 1, owner)
    const planned = planLocals(site, site.endLocals, { at: isExpression ? 'return' : 'end', located: located ?? rangeOf(context) }, context)
    if (planned) locals.set('end', planned)
  }
  return { details, locals }
}

const DETAIL_KINDS: ReadonlySet<string> = new Set(['step', 'case', 'branch', 'iteration', 'write', 'property-write', 'expression'])
const isDetail = (point: Point): point is DetailPoint => DETAIL_KINDS.has(point.kind)

/** The function's own range stands in for a place that compilers map seldom, such as its end. */
function rangeOf({ probes, index }: DetailContext): Located {
  const { source, range } = probes[index] as Probe // SAFE: the function is planned before its details
  return { source, range }
}

/** Where the parts of the function are looked for. */
function ownerOf(context: DetailContext): Located {
  const probe = context.probes[context.index]
  const located = rangeOf(context)
  return probe?.kind === 'function' && probe.functionKind === 'module' ? { ...located, range: WHOLE_FILE } : located
}

function planPoint(point: DetailPoint, context: DetailContext): PlannedDetail | undefined {
  if (point.kind === 'expression' && !(context.expressions && !isSecret(point.node, context))) return undefined
  if (point.kind === 'write') return planWrite(point, context)
  if (point.kind === 'property-write' && point.isBehind && !isReadable(point)) return undefined
  const located = locate(point, context)
  if (!located) return undefined
  const index = addProbe(context, point, located)
  return { index, point, names: point.kind === 'iteration' ? planHeads(point, context) : [] }
}

/** The objects can be read a second time without running code. */
const isReadable = ({ targets, scope }: Extract<DetailPoint, { kind: 'property-write' }>): boolean =>
  targets.every(({ object }) => object === 'this' || (object !== undefined && isPlainBinding(scope, object)))

function locate(point: Exclude<DetailPoint, { kind: 'write' }>, context: DetailContext): Located | undefined {
  const { places, code } = context
  const owner = ownerOf(context)
  switch (point.kind) {
    case 'step':
      return places.statement(point.statement, headEnd(point.statement, code), owner)
    // The same range as the step of the loop: both are there or neither.
    case 'iteration':
      return places.statement(point.loop, headEnd(point.loop, code), owner)
    case 'case':
      return places.statement(point.node, point.node.test?.end ?? point.node.start + 'default'.length, owner)
    case 'property-write':
      return places.propertyWrite(point.node, point.isPattern ? [] : point.targets.map(({ property }) => property), owner)
    default:
      return places.expression(point.node, owner)
  }
}

/** What a step over the statement does itself: its head, not the statements inside. */
function headEnd(node: AnyNode, code: string): number {
  switch (node.type) {
    case 'IfStatement':
    case 'WhileStatement':
      return behindParenthesis(code, node.test.end)
    case 'ForInStatement':
    case 'ForOfStatement':
      return behindParenthesis(code, node.right.end)
    case 'ForStatement':
      return behindParenthesis(code, (node.update ?? node.test ?? node.init)?.end ?? code.indexOf('(', node.start) + 1)
    case 'SwitchStatement':
      return behindParenthesis(code, node.discriminant.end)
    case 'DoWhileStatement':
      return node.start + 'do'.length
    case 'ClassDeclaration':
      return node.superClass?.end ?? node.id?.end ?? node.end
    default:
      return node.end
  }
}

/** `offset` is behind the last part of the head; between it and the parenthesis there is trivia, and semicolons in `for (;;)`. */
function behindParenthesis(code: string, offset: number): number {
  let at = skipTrivia(code, offset)
  while (code.charAt(at) === ';') at = skipTrivia(code, at + 1)
  return at + 1
}

function addProbe({ probes, index: parent }: DetailContext, point: Exclude<DetailPoint, { kind: 'write' }>, located: Located): number {
  const own = { level: 'statements', parent, ...located } as const
  switch (point.kind) {
    case 'step':
    case 'iteration':
    case 'expression':
      return probes.push({ kind: point.kind, ...own }) - 1
    case 'case':
      return probes.push({ kind: 'branch', branch: 'case', ...own }) - 1
    case 'branch': {
      const { branch, operator } = point
      return probes.push({ kind: 'branch', branch, ...(operator && { operator }), ...own }) - 1
    }
    case 'property-write': {
      const { targets, operator, before } = point
      const index = probes.length
      for (const { property } of targets)
        probes.push({ kind: 'property-write', ...(property !== undefined && { property }), operator, ...(before && { before }), ...own })
      return index
    }
  }
}

function planWrite(point: Extract<DetailPoint, { kind: 'write' }>, context: DetailContext): PlannedDetail | undefined {
  const index = context.probes.length
  const names: PlannedName[] = []
  for (const written of point.names) {
    const scope = resolve(point.scope, written.name)
    // The name of a function expression inside itself does not change when it is written.
    if (scope?.names?.get(written.name) === 'self' || (point.reads && !isPlainBinding(point.scope, written.name))) continue
    const planned = planName(written, { scope, declaration: point.declaration }, context)
    if (planned) names.push(planned)
  }
  return names.length === 0 ? undefined : { index, point, names }
}

/** A body may declare a name again that its head has: there the head's variable cannot be read. */
function planHeads({ heads, scope, headScope }: Extract<DetailPoint, { kind: 'iteration' }>, context: DetailContext): PlannedName[] {
  return heads.flatMap(head => {
    const declaring = resolve(headScope, head.name)
    if (declaring !== resolve(scope, head.name) || !isPlainBinding(scope, head.name)) return []
    return planName(head, { scope: declaring, declaration: true }, context) ?? []
  })
}

function planName(
  { name, node }: WrittenName,
  { scope, declaration }: { scope: Scope | undefined; declaration: boolean },
  context: DetailContext,
): PlannedName | undefined {
  const { probes, index: parent, places, bindings, isRedacted } = context
  const located = places.write(name, node, ownerOf(context))
  if (!located) return undefined
  const binding = scope === undefined ? -1 : bindings.indexOf(name, scope)
  probes.push({ kind: 'write', name, binding, declaration, level: 'statements', parent, ...located })
  return { name, redacted: isRedacted(name) }
}

function planLocals(
  site: FunctionSite,
  { names, scope }: PointLocals,
  { at, located }: { at: 'return' | 'throw' | 'end'; located: Located },
  context: DetailContext,
): PlannedLocals | undefined {
  const { probes, index: parent, bindings, isRedacted, places } = context
  const owner = ownerOf(context)
  // A name may be declared again between its scope and the place: then it means a variable that is not initialised yet.
  const visible = names
    .filter(local => resolve(scope, local.name) === local.scope && !(local.scope === site.scope && site.bodyFunctions.has(local.name)))
    .filter(({ name }) => places.names(name, owner))
    .reverse()
  if (visible.length === 0) return undefined
  const index = probes.length
  probes.push({
    kind: 'locals',
    at,
    names: visible.map(({ name }) => name),
    bindings: visible.map(local => bindings.indexOf(local.name, local.scope)),
    level: 'statements',
    parent,
    ...located,
  })
  return { index, names: visible.map(({ name }) => ({ name, redacted: isRedacted(name) })) }
}

/** `user.password`: what the property holds is not to be read. */
function isSecret(node: AnyNode, { isRedacted }: DetailContext): boolean {
  const member = node.type === 'ChainExpression' ? node.expression : node
  if (member.type !== 'MemberExpression') return false
  const { property } = member
  return property.type === 'Identifier' || property.type === 'PrivateIdentifier'
    ? isRedacted(property.name)
    : property.type === 'Literal' && isRedacted(String(property.value))
}
