/**
 * One walk over the tree: scopes, function sites, the points inside them, and the hazards that make a function unsafe to probe.
 * Nothing is decided here; the plan does that, when everything about a function is known.
 */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, ForOfStatement } from '../1-parse/parser.ts'
import type { Analysis, PointLocals } from '../types.ts'
import { createState, isStatementList } from './state.ts'
import type { AnalyzeInput, WalkState } from './state.ts'
import { createScope, declare, boundNames } from './scope.ts'
import { declareClass, declareVariables, enterScope, leaveScope } from './declare.ts'
import { enterField, enterFunction, enterModule, enterStaticBlock, isAnonymousDefinition, leaveSite } from './sites.ts'
import { isLoop, recordingSite } from './detail-point.ts'
import { leaveLoop, openBody, openDetails } from './details.ts'
import { noteEffect } from './module-code.ts'
import { noteLibraryImport, noteLibraryUse } from './library-uses.ts'
import { closePoints, openPoint, terminateStatement } from './points.ts'
import { localsAt, markReady, noteReady } from './ready.ts'
import { resumeShape } from './printed.ts'
import { noteDeclaration, noteNamedWrite } from './writes.ts'
import { walk } from './walk.ts'
import { isTellingName, noteCall, noteIdentifier, noteThis, noteWith } from './hazards.ts'
import { leaveOutShippedNames, noteShippedCall, noteShippedProperty, noteShippedSum, noteShippedTemplate } from './shipped-text.ts'

export function analyze(input: AnalyzeInput): Analysis {
  const state = createState(input)
  walk(input.program, {
    wantsLeaf: leaf =>
      state.collectDetails ||
      leaf.type === 'ThisExpression' ||
      leaf.type === 'Super' ||
      (leaf.type === 'Identifier' && isTellingName(state, leaf.name)),
    enter: (node, key, inList) => enter(state, node, key, inList),
    leave: (node, inList) => leave(state, node, inList),
  })
  leaveOutShippedNames(state)
  return {
    sites: state.sites,
    moduleTries: state.moduleTries,
    libraryUses: state.libraryUses,
    libraryImports: state.libraryImports,
    adapters: state.libraries.adapters,
    moduleScope: state.moduleScope,
    takenNames: state.takenNames,
    findings: state.findings,
  }
}

function enter(state: WalkState, node: AnyNode, key: string, inList: boolean): void {
  const parent = state.ancestors[state.ancestors.length - 1]
  if (state.mutedBy === undefined && state.optOut.starts.size > 0 && node.type !== 'Program' && state.optOut.starts.has(node.start))
    state.mutedBy = node
  const edge = state.collectDetails && parent ? { parent, key, inList } : undefined
  if (edge) openDetails(state, node, edge)
  const order = ++state.order
  if (key === 'value' && parent?.type === 'PropertyDefinition' && !isAnonymousDefinition(node)) enterField(state, parent, order)
  enterNode(state, node, parent, order)
  if (edge) openBody(state, node, edge)
  state.ancestors.push(node)
}

function leave(state: WalkState, node: AnyNode, inList: boolean): void {
  const order = ++state.order
  state.ancestors.pop()
  const parent = state.ancestors[state.ancestors.length - 1]
  leaveNode(state, node, parent, order)
  if (state.collectDetails) leaveDetails(state, node, parent, inList)
  closePoints(state, node)
  if (parent?.type === 'PropertyDefinition' && state.site?.node === parent && parent.value === node) leaveSite(state, order)
  if (state.mutedBy === node) state.mutedBy = undefined
}

function enterNode(state: WalkState, node: AnyNode, parent: AnyNode | undefined, order: number): void {
  switch (node.type) {
    case 'Identifier':
      return noteIdentifier(state, node, parent)
    case 'ThisExpression':
    case 'Super':
      return noteThis(state)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return enterFunction(state, node, parent, order)
    case 'StaticBlock':
      return enterStaticBlock(state, node, order)
    case 'ClassDeclaration':
    case 'ClassExpression':
      return declareClass(state, node)
    case 'ImportDeclaration':
    case 'VariableDeclaration':
      noteLibraryImport(state, node, order)
      return node.type === 'VariableDeclaration' ? declareVariables(state, node) : undefined
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      declare(state.scope, node.local.name, 'import')
      return
    case 'BlockStatement':
      if (!isBody(state, parent)) enterScope(state)
      return
    case 'ForStatement':
    case 'ForInStatement':
    case 'SwitchStatement':
      return enterScope(state)
    case 'ForOfStatement':
      return enterForOf(state, node, order)
    case 'CatchClause':
      enterScope(state)
      for (const name of boundNames(node.param)) declare(state.scope, name, 'lexical')
      if (state.collectDetails) markReady(state.scope, boundNames(node.param))
      return openPoint(state, { kind: 'catch', node, open: order, close: 0 })
    case 'TryStatement':
      if ((!state.site || state.site.kind === 'module') && !state.mutedBy && state.sourceType !== 'script')
        state.moduleTries.push({ node, open: order, close: 0 })
      return openPoint(state, { kind: 'finally', node, open: order, close: 0 })
    case 'ReturnStatement':
      return openPoint(state, { kind: 'return', node, open: order, close: 0, ...ownLocals(state, node) })
    case 'ThrowStatement':
      return openPoint(state, { kind: 'throw', node, open: order, close: 0, ...ownLocals(state, node) })
    case 'AwaitExpression':
      noteLibraryUse(state, node, order)
      return openPoint(state, { kind: 'await', node, resume: resumeShape(node, state.ancestors), open: ++state.order, close: 0 })
    case 'YieldExpression':
      return openPoint(state, { kind: 'yield', node, resume: resumeShape(node, state.ancestors), open: order, close: 0 })
    case 'CallExpression':
      noteLibraryUse(state, node, order)
      noteShippedCall(state, node)
      return noteCall(state, node)
    case 'Property':
      return noteShippedProperty(state, node)
    case 'TemplateLiteral':
      return noteShippedTemplate(state, node, parent)
    case 'BinaryExpression':
      return noteShippedSum(state, node)
    case 'NewExpression':
      noteLibraryUse(state, node, order)
      noteShippedCall(state, node)
      return noteEffect(state, node)
    case 'MemberExpression':
    case 'TaggedTemplateExpression':
    case 'ImportExpression':
      return noteEffect(state, node)
    case 'WithStatement':
      return noteWith(state, node)
    case 'Program':
      state.scope = state.moduleScope = createScope(state.sourceType === 'script' ? 'global' : 'module', undefined)
      return enterModule(state, node, order)
    default:
      return
  }
}

function enterForOf(state: WalkState, node: ForOfStatement, order: number): void {
  enterScope(state)
  if (node.await && state.site) state.site.suspendsUnseen = true
  if (node.await || isSuspension(unparenthesized(node.right)))
    openPoint(state, { kind: 'for-of', node, inList: isInList(state), open: order, close: 0 })
}

/** Another statement may follow the one that is entered, labels included. */
const isInList = ({ ancestors }: WalkState): boolean => isStatementList(ancestors.findLast(({ type }) => type !== 'LabeledStatement'))

/** The block is the body of the function around it, and has its scope. */
const isBody = ({ site }: WalkState, parent: AnyNode | undefined): boolean =>
  site !== undefined && parent === site.node && parent.type !== 'StaticBlock' && parent.type !== 'Program'

const isSuspension = ({ type }: AnyNode): boolean => type === 'AwaitExpression' || type === 'YieldExpression'

function ownLocals(state: WalkState, node: AnyNode): { locals?: PointLocals } {
  const site = state.collectDetails ? recordingSite(state, node) : undefined
  return site && site.kind !== 'module' ? { locals: localsAt(state, site) } : {}
}

function leaveDetails(state: WalkState, node: AnyNode, parent: AnyNode | undefined, inList: boolean): void {
  if (isLoop(node)) leaveLoop(state, node)
  const isStatement = (inList && isStatementList(parent)) || parent?.type === 'ExportNamedDeclaration'
  if (node.type === 'VariableDeclaration') noteReady(state, node, parent)
  else if (node.type === 'ClassDeclaration' && node.id && isStatement && parent?.type !== 'SwitchCase') markReady(state.scope, [node.id.name])
  noteDeclaration(state, node, isStatement)
  if (isStatement) noteNamedWrite(state, node)
}

function leaveNode(state: WalkState, node: AnyNode, parent: AnyNode | undefined, order: number): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'StaticBlock':
      return leaveSite(state, order)
    case 'Program':
      return state.site ? leaveSite(state, order) : undefined
    case 'BlockStatement':
      if (!isBody(state, parent)) leaveScope(state)
      return
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'SwitchStatement':
      return leaveScope(state)
    case 'CatchClause':
    case 'ForOfStatement':
      return leaveScope(state)
    case 'VariableDeclaration':
    case 'ExpressionStatement':
      return terminateStatement(state, node, { order, inHead: isHead(node, parent) })
    default:
      return
  }
}

/** `for (let i = 0;…)`: nothing may end there. */
const isHead = (node: AnyNode, parent: AnyNode | undefined): boolean =>
  (parent?.type === 'ForStatement' && parent.init === node) ||
  ((parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === node)
