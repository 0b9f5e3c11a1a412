/**
 * One walk over the tree: scopes, function sites, the points inside them, and the hazards that make a function unsafe to probe.
 * Nothing is decided here; the plan does that, when everything about a function is known.
 */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode } from '../1-parse/parser.ts'
import type { Analysis } from '../types.ts'
import { createState, isStatementList } from './state.ts'
import type { AnalyzeInput, WalkState } from './state.ts'
import { createScope, declare, boundNames } from './scope.ts'
import { declareClass, declareVariables, enterScope, leaveScope } from './declare.ts'
import { enterField, enterFunction, enterStaticBlock, isAnonymousDefinition, leaveSite } from './sites.ts'
import { closePoint, openPoint, statementPoints } from './points.ts'
import { resumeShape } from './printed.ts'
import { walk } from './walk.ts'
import { isTellingName, noteCall, noteIdentifier, noteWith } from './hazards.ts'

export function analyze(input: AnalyzeInput): Analysis {
  const state = createState(input)
  walk(input.program, {
    wantsLeaf: leaf => leaf.type === 'Identifier' && isTellingName(state, leaf.name),
    enter: (node, key, inList) => enter(state, node, key, inList),
    leave: (node, inList) => leave(state, node, inList),
  })
  return {
    sites: state.sites,
    moduleTries: state.moduleTries,
    moduleScope: state.moduleScope,
    takenNames: state.takenNames,
    findings: state.findings,
  }
}

function enter(state: WalkState, node: AnyNode, key: string, inList: boolean): void {
  const order = ++state.order
  const parent = state.ancestors[state.ancestors.length - 1]
  if (state.mutedBy === undefined && state.optOut.starts.size > 0 && node.type !== 'Program' && state.optOut.starts.has(node.start))
    state.mutedBy = node
  if (key === 'value' && parent?.type === 'PropertyDefinition' && !isAnonymousDefinition(node)) enterField(state, parent, order)
  enterNode(state, node, parent, inList, order)
  state.ancestors.push(node)
}

function leave(state: WalkState, node: AnyNode, inList: boolean): void {
  const order = ++state.order
  state.ancestors.pop()
  const parent = state.ancestors[state.ancestors.length - 1]
  leaveNode(state, node, parent, inList, order)
  if (parent?.type === 'PropertyDefinition' && state.site?.node === parent && parent.value === node) leaveSite(state, order)
  if (state.mutedBy === node) state.mutedBy = undefined
}

function enterNode(state: WalkState, node: AnyNode, parent: AnyNode | undefined, inList: boolean, order: number): void {
  switch (node.type) {
    case 'Identifier':
      return noteIdentifier(state, node, parent)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return enterFunction(state, node, parent, order)
    case 'StaticBlock':
      return enterStaticBlock(state, node, order)
    case 'ClassDeclaration':
    case 'ClassExpression':
      return declareClass(state, node)
    case 'VariableDeclaration':
      return declareVariables(state, node)
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      declare(state.scope, node.local.name, 'import')
      return
    case 'BlockStatement':
      if (parent !== state.site?.node) enterScope(state)
      return
    case 'ForStatement':
    case 'ForInStatement':
    case 'SwitchStatement':
      return enterScope(state)
    case 'ForOfStatement':
      enterScope(state)
      if (node.await && state.site) state.site.suspendsUnseen = true
      return node.await || isSuspension(unparenthesized(node.right)) ? openPoint(state, { kind: 'for-of', node, open: order, close: 0 }) : undefined
    case 'CatchClause':
      enterScope(state)
      for (const name of boundNames(node.param)) declare(state.scope, name, 'lexical')
      return openPoint(state, { kind: 'catch', node, open: order, close: 0 })
    case 'TryStatement':
      if (!state.site && !state.mutedBy && state.sourceType !== 'script') state.moduleTries.push({ node, open: order, close: 0 })
      return openPoint(state, { kind: 'finally', node, open: order, close: 0 })
    case 'ReturnStatement':
      return openPoint(state, { kind: 'return', node, open: order, close: 0 })
    case 'ThrowStatement':
      return openPoint(state, { kind: 'throw', node, open: order, close: 0 })
    case 'AwaitExpression':
      return openPoint(state, { kind: 'await', node, resume: resumeShape(node, state.ancestors), open: order, close: 0 })
    case 'YieldExpression':
      return openPoint(state, { kind: 'yield', node, resume: resumeShape(node, state.ancestors), open: order, close: 0 })
    case 'CallExpression':
      return noteCall(state, node)
    case 'NewExpression':
    case 'MemberExpression':
    case 'TaggedTemplateExpression':
    case 'ImportExpression':
      if (state.site?.kind === 'field') state.site.nontrivial = true
      return
    case 'WithStatement':
      return noteWith(state, node)
    case 'Program':
      state.scope = state.moduleScope = createScope(state.sourceType === 'script' ? 'global' : 'module', undefined)
      return
    default:
      return
  }
}

const isSuspension = ({ type }: AnyNode): boolean => type === 'AwaitExpression' || type === 'YieldExpression'

function leaveNode(state: WalkState, node: AnyNode, parent: AnyNode | undefined, inList: boolean, order: number): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'StaticBlock':
      return leaveSite(state, order)
    case 'BlockStatement':
      if (parent !== state.site?.node) leaveScope(state)
      return
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'SwitchStatement':
      return leaveScope(state)
    case 'CatchClause':
    case 'ForOfStatement':
      leaveScope(state)
      return closePoint(state, node, order)
    case 'TryStatement':
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'AwaitExpression':
    case 'YieldExpression':
      return closePoint(state, node, order)
    case 'VariableDeclaration':
    case 'ExpressionStatement':
      return statementPoints(state, node, { order, inList: inList && isStatementList(parent), inHead: parent?.type.startsWith('For') === true })
    default:
      return
  }
}
