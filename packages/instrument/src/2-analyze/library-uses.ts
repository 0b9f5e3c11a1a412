/**
 * What the module gets from libraries that the recorder knows (protocol/libraries.ts): results of calls of their exports, and exports as they are. Only names that the module's
 * own imports, or `const x = require('…')` at its top, bind are looked at.
 *
 * A value at the start of a chain is part of what engines print (`createApp(...).use is not a function`), so nothing stands around it: told is what
 * the whole chain gives, as `createApp()`. Methods of such objects mostly give the object back.
 */
import { LIBRARIES } from '@hindscope/protocol'
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, AwaitExpression, CallExpression, NewExpression, Program } from '../1-parse/parser.ts'
import { isAnnotatedPure } from './module-code.ts'
import { isPrinted } from './printed.ts'
import type { LibraryBinding, LibraryBindings } from '../types.ts'
import { resolve } from './scope.ts'
import type { OpenPoint, WalkState } from './state.ts'

const MODULE = '*'

export function libraryBindings({ body }: Program): LibraryBindings {
  const names = new Map<string, LibraryBinding>()
  const adapters = new Set<string>()
  const imports = new Map<AnyNode, string>()
  const note = (specifier: unknown, statement: AnyNode): string | undefined => {
    if (typeof specifier !== 'string' || !Object.hasOwn(LIBRARIES, specifier)) return undefined
    const library = LIBRARIES[specifier]
    if (library?.onImport) adapters.add(library.adapter)
    if (library?.values !== undefined && ![...imports.values()].includes(specifier)) {
      adapters.add(library.adapter)
      imports.set(statement, specifier)
    }
    return specifier
  }
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      const library = note(statement.source.value, statement)
      if (library === undefined) continue
      for (const { type, local, ...rest } of statement.specifiers) {
        const imported = 'imported' in rest ? rest.imported : undefined
        const name = imported === undefined ? undefined : imported.type === 'Identifier' ? imported.name : String(imported.value)
        names.set(local.name, { library, name: type === 'ImportNamespaceSpecifier' ? MODULE : (name ?? 'default') })
      }
    } else if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) {
        const library = init ? note(required(init), statement) : undefined
        if (library !== undefined) bindRequired(names, library, id)
      }
    }
  }
  return { names, adapters, imports }
}

/** What `require('…')` asks for, also within a function of a compiler: `__toESM(require('…'))`. */
function required(init: AnyNode): unknown {
  const call = unparenthesized(init)
  if (call.type !== 'CallExpression') return undefined
  const [first] = call.arguments
  if (first?.type === 'CallExpression') return required(first)
  return call.callee.type === 'Identifier' && call.callee.name === 'require' && first?.type === 'Literal' ? first.value : undefined
}

function bindRequired(names: Map<string, LibraryBinding>, library: string, id: AnyNode): void {
  if (id.type === 'Identifier') names.set(id.name, { library, name: MODULE })
  if (id.type !== 'ObjectPattern') return
  for (const property of id.properties) {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier' || property.value.type !== 'Identifier') continue
    names.set(property.value.name, { library, name: property.key.name })
  }
}

/** Called for every statement that may import: opens a place behind it. */
export function noteLibraryImport(state: WalkState, node: AnyNode, open: number): void {
  const library = state.libraries.imports.get(node)
  if (library === undefined || state.mutedBy !== undefined) return
  const found: OpenPoint = { kind: 'library-import', node, library, open, close: 0 }
  state.libraryImports.push(found)
  state.openPoints.push(found)
}

/** Called for every call, and for what is awaited: opens a use where it, or the chain that it ends, begins with an export that is known. */
export function noteLibraryUse(state: WalkState, node: AwaitExpression | CallExpression | NewExpression, open: number): void {
  const { libraries, ancestors } = state
  if (libraries.names.size === 0 || state.mutedBy !== undefined || isContinued(node, ancestors)) return
  const last = node.type === 'AwaitExpression' ? unparenthesized(node.argument) : node
  if (last.type !== 'CallExpression' && last.type !== 'NewExpression') return
  const first = startOf(last)
  const found = exportOf(state, first.callee)
  if (found === undefined || !LIBRARIES[found.library]?.exports.includes(found.name)) return
  if (isOptional(ancestors) || isTarget(node, ancestors) || isPrinted(node, ancestors)) return
  const isModuleCode = state.site === undefined || state.site.kind === 'module'
  if (isModuleCode && [node, ...ancestors].some(each => isAnnotatedPure(state.code, each))) return
  const use: OpenPoint = {
    kind: 'library',
    node,
    library: found.library,
    name: first === last ? found.name : `${found.name}()`,
    site: isModuleCode ? undefined : state.site,
    startsStatement: startsStatement(node, ancestors),
    open,
    close: 0,
  }
  state.libraryUses.push(use)
  state.openPoints.push(use)
}

/** The call is the receiver or the callee of a further one, or what it gives is awaited. */
function isContinued(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let child = node
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index]
    if (parent?.type === 'CallExpression' && parent.callee === child) return true
    if (parent?.type === 'AwaitExpression') return child.type !== 'MemberExpression'
    const isPart = parent?.type === 'ParenthesizedExpression' || (parent?.type === 'MemberExpression' && parent.object === child)
    if (!isPart) return false
    child = parent
  }
  return false
}

/** The call with which a chain of calls begins. */
function startOf(node: CallExpression | NewExpression): CallExpression | NewExpression {
  let first = node
  let at = unparenthesized(node.callee)
  if (node.type === 'NewExpression') return node
  for (;;) {
    if (at.type === 'MemberExpression') at = unparenthesized(at.object)
    else if (at.type === 'CallExpression' || at.type === 'NewExpression') {
      first = at
      if (at.type === 'NewExpression') return first
      at = unparenthesized(at.callee)
    } else return first
  }
}

function exportOf(state: WalkState, callee: AnyNode): LibraryBinding | undefined {
  const path: string[] = []
  let at = unparenthesized(callee)
  // `(0, redux.createStore)(…)`: as compilers write it.
  if (at.type === 'SequenceExpression') at = at.expressions.at(-1) ?? at
  while (at.type === 'MemberExpression' && !at.computed && at.property.type === 'Identifier' && path.length < 2) {
    path.unshift(at.property.name)
    at = unparenthesized(at.object)
  }
  const bound = at.type === 'Identifier' ? state.libraries.names.get(at.name) : undefined
  if (bound === undefined || at.type !== 'Identifier') return undefined
  const scope = resolve(state.scope, at.name)
  if (scope !== undefined && scope !== state.moduleScope) return undefined
  const isModule = bound.name === MODULE || bound.name === 'default'
  const names = isModule ? path.slice(path[0] === 'default' ? 1 : 0) : [bound.name, ...path]
  return { library: bound.library, name: names.join('.') || 'default' }
}

const isOptional = (ancestors: readonly AnyNode[]): boolean => {
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const type = ancestors[index]?.type
    if (type === 'ChainExpression') return true
    if (type !== 'MemberExpression' && type !== 'CallExpression' && type !== 'ParenthesizedExpression') return false
  }
  return false
}

/** `f() = 1`, `delete f()`: what is done to a call of ours would be something else. */
function isTarget(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  const parent = ancestors.at(-1)
  if (parent?.type === 'UpdateExpression' || parent?.type === 'UnaryExpression') return true
  return (parent?.type === 'AssignmentExpression' || parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === node
}

function startsStatement(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  for (let index = ancestors.length - 1; ancestors[index]?.start === node.start; index--)
    if (ancestors[index]?.type === 'ExpressionStatement') return true
  return false
}
