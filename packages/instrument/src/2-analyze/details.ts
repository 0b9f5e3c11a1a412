/**
 * Places of level `statements`: steps, case arms, branches, iterations, writes, expression values. They are collected only when some
 * function may be recorded at that level, and only where the frame variable exists.
 */
import type { AnyNode } from '../1-parse/parser.ts'
import type { FunctionSite } from '../types.ts'
import { isLoop, openDetail, recordingSite } from './detail-point.ts'
import type { Edge } from './detail-point.ts'
import { holdsUnnamed, namesValue } from './inferred-name.ts'
import { isStatementList } from './state.ts'
import type { WalkState } from './state.ts'
import { isInPureCall, isOfDefinitions } from './module-code.ts'
import { isPrinted } from './printed.ts'
import { headNames, openCapture, openCatch, openWrite } from './writes.ts'

/** Engines give up at some thousand levels of nesting, and each of our calls and blocks is one more. */
const MAX_NESTING = 300

function noteNesting(state: WalkState, site: FunctionSite, node: AnyNode): void {
  const { findings } = state
  const isKnown = findings.some(finding => finding.code === 'instrument-deep-nesting' && finding.params['name'] === site.name)
  if (!isKnown) findings.push({ code: 'instrument-deep-nesting', severity: 'info', params: { name: site.name }, offset: node.start })
}

/** Before the node itself is entered: what is opened here stands outside everything that the node brings. */
export function openDetails(state: WalkState, node: AnyNode, edge: Edge): void {
  // The value of a field is a function of its own, which is entered with the node.
  const isField = edge.key === 'value' && edge.parent.type === 'PropertyDefinition'
  const site = isField ? undefined : recordingSite(state, node)
  if (!site || isInPureCall(state, site, node)) return
  const isTooDeep = state.openPoints.length > MAX_NESTING
  if (!isTooDeep) {
    if (edge.key === 'body' && isLoop(edge.parent) && node.type !== 'BlockStatement') openIteration(state, site, node, edge.parent)
    openStep(state, site, node, edge)
  }
  if (isLoop(node)) site.loopDepth++
  if (isTooDeep) return noteNesting(state, site, node)
  if (node.type === 'SwitchCase') openDetail(state, site, { kind: 'case', node })
  if (isPrinted(node, state.ancestors)) return
  openCapture(state, node)
  openBranch(state, site, node, edge)
  openWrite(state, site, node, edge)
  if (
    state.collectExpressions &&
    // Tools read the calls of module code: `vi.mock(…)`, `module.exports = require(…)`.
    site.kind !== 'module' &&
    hasValue(state, node, edge) &&
    !holdsUnnamed(node) &&
    !namesValue(node, state.ancestors) &&
    !isChainPart(node, state.ancestors)
  )
    openDetail(state, site, { kind: 'expression', node })
}

/** After the node was entered: the block of a loop body has its scope. */
export function openBody(state: WalkState, node: AnyNode, edge: Edge): void {
  const site = recordingSite(state, node)
  if (!site || edge.key !== 'body') return
  if (node.type !== 'BlockStatement') return
  if (isLoop(edge.parent)) openIteration(state, site, node, edge.parent)
  else if (edge.parent.type === 'CatchClause') openCatch(state, site, node, edge.parent)
}

export function leaveLoop(state: WalkState, node: AnyNode): void {
  const site = recordingSite(state, node)
  if (site) site.loopDepth--
}

function openStep(state: WalkState, site: FunctionSite, node: AnyNode, { parent, key, inList }: Edge): void {
  const isOnly = (key === 'body' && isLoop(parent)) || (parent.type === 'IfStatement' && (key === 'consequent' || key === 'alternate'))
  if (!isOnly && !(inList && isStatementList(parent))) return
  const statement = withoutLabels(node)
  switch (statement.type) {
    case 'BlockStatement':
    case 'TryStatement':
    case 'EmptyStatement':
    case 'FunctionDeclaration':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return
    case 'VariableDeclaration':
      if (site.kind === 'module' && isOfDefinitions(statement)) return
      break
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return openExportStep(state, site, statement)
    case 'ExpressionStatement':
      if (statement.directive !== undefined) return
      // In a list, `let` at a line end would start a declaration that goes on behind the line break.
      if (isOnly && state.code.startsWith('let', node.start)) return
      break
    case 'IfStatement':
      // `else if`: the branch says that it was reached, and a block for each would nest as deep as the chain is long.
      if (key === 'alternate' && node === statement) return
  }
  const counter = isLoop(statement) ? site.loopDepth : undefined
  openDetail(state, site, { kind: 'step', node, statement, braces: isOnly, counter })
}

function openExportStep(state: WalkState, site: FunctionSite, node: AnyNode): void {
  const declaration = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration' ? node.declaration : undefined
  if (!declaration || declaration.type === 'FunctionDeclaration' || isOfDefinitions(declaration)) return
  const statement = declaration.type === 'ClassDeclaration' ? declaration : node
  openDetail(state, site, { kind: 'step', node, statement, braces: false, counter: undefined })
}

function withoutLabels(node: AnyNode): AnyNode {
  let inner = node
  while (inner.type === 'LabeledStatement') inner = inner.body
  return inner
}

function openIteration(state: WalkState, site: FunctionSite, body: AnyNode, loop: AnyNode): void {
  const headScope = body.type === 'BlockStatement' ? (state.scope.parent ?? state.scope) : state.scope
  openDetail(state, site, { kind: 'iteration', node: body, loop, counter: site.loopDepth - 1, heads: headNames(loop), headScope, scope: state.scope })
}

function openBranch(state: WalkState, site: FunctionSite, node: AnyNode, { parent, key }: Edge): void {
  const own = { kind: 'branch', node, scope: state.scope } as const
  if (key === 'test' && parent.type === 'IfStatement') openDetail(state, site, { ...own, branch: 'if', operator: undefined })
  else if (key === 'test' && parent.type === 'ConditionalExpression') openDetail(state, site, { ...own, branch: 'conditional', operator: undefined })
  else if (key === 'test' && isLoop(parent)) openDetail(state, site, { ...own, branch: 'loop', operator: undefined })
  else if (key === 'left' && parent.type === 'LogicalExpression') openDetail(state, site, { ...own, branch: 'logical', operator: parent.operator })
}

/** Expressions whose value is worth telling: not names and literals, nor what another probe tells, nor references that are written or tested. */
function hasValue(state: WalkState, node: AnyNode, { parent, key }: Edge): boolean {
  switch (node.type) {
    case 'CallExpression':
      return node.callee.type !== 'Super'
    case 'MemberExpression':
      return !isReference(state, parent, key)
    case 'TemplateLiteral':
      return parent.type !== 'TaggedTemplateExpression' && node.expressions.length > 0
    case 'NewExpression':
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'UnaryExpression':
    case 'TaggedTemplateExpression':
    case 'ChainExpression':
      return true
    default:
      return false
  }
}

function isReference(state: WalkState, parent: AnyNode, key: string): boolean {
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return key === 'left'
    case 'UpdateExpression':
    case 'UnaryExpression':
    case 'RestElement':
    case 'ArrayPattern':
    // `(a.b) = 1` is an assignment too.
    case 'ParenthesizedExpression':
      return true
    case 'Property':
      return key === 'value' && state.ancestors[state.ancestors.length - 2]?.type === 'ObjectPattern'
    default:
      return false
  }
}

/** The parts of an optional chain cannot be taken apart: the rest is skipped where one of them is nullish. */
function isChainPart(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let child = node
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index]
    if (parent?.type === 'ChainExpression') return true
    const isLink = (parent?.type === 'MemberExpression' && parent.object === child) || (parent?.type === 'CallExpression' && parent.callee === child)
    if (!isLink) return false
    child = parent
  }
  return false
}
