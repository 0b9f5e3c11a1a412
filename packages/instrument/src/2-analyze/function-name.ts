/**
 * Names of functions for people: what the language infers (ECMA-262, NamedEvaluation and SetFunctionName), with the class or object
 * literal in front: `Cart.total`, `Cart.constructor`, `get Cart.size`, `Cart.#sum`, `options.onClose`, `default`. Three things go further than
 * the language, because people look for them: a function assigned to a property path has that path (`Cart.prototype.total`), a computed key
 * stands as its source text (`Cart[Symbol.iterator]`), and a function that is passed on is known by what it is passed to (`items.map ƒ`,
 * `app.get "/cart" ƒ`, `List = memo ƒ`). Static and instance members look the same. Field initialisers have the name of their field,
 * static blocks are `Cart.<static>`.
 */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode } from '../1-parse/parser.ts'

export const ANONYMOUS = '(anonymous)'
const MAX_TEXT = 60
const MAX_LABEL = 40
/** Longer property paths name nothing that anybody would look for. */
const MAX_PATH = 20

/** `ancestors` ends with the parent of `node`. */
export function functionName(code: string, node: AnyNode, ancestors: readonly AnyNode[]): string {
  return nameOf(code, node, ancestors, ancestors.length - 1) || passedName(code, node, ancestors) || ANONYMOUS
}

/** Of a function that is an argument; '' when nothing names what takes it. A text in front of it is mostly what tells it from its siblings. */
function passedName(code: string, node: AnyNode, ancestors: readonly AnyNode[]): string {
  const call = ancestors[ancestors.length - 1]
  if ((call?.type !== 'CallExpression' && call?.type !== 'NewExpression') || call.callee === node) return ''
  const taker = takerName(code, unparenthesized(call.callee))
  if (taker === '') return ''
  const [first] = call.arguments
  const label = first?.type === 'Literal' && typeof first.value === 'string' ? first.value.replace(/\s+/g, ' ') : ''
  const text = label === '' ? '' : ` ${JSON.stringify(label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label)}`
  const made = nameOf(code, call, ancestors, ancestors.length - 2)
  return `${made === '' ? '' : `${made} = `}${call.type === 'NewExpression' ? 'new ' : ''}${taker}${text} ƒ`
}

/** The last one or two names of a path: `this.shop.items.map` is `items.map`, `find(x).on` is `on`. */
function takerName(code: string, callee: AnyNode): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type !== 'MemberExpression') return ''
  const key = keyText(code, callee.property, callee.computed)
  if (key.startsWith('[')) return ''
  const object = unparenthesized(callee.object)
  const owner = object.type === 'MemberExpression' ? (object.computed ? '' : keyText(code, object.property, false)) : targetPath(code, object)
  return owner === '' || owner === 'this' ? key : `${owner}.${key}`
}

export function memberName(code: string, element: AnyNode, ancestors: readonly AnyNode[]): string {
  return elementName(code, element, ancestors, ancestors.length - 1)
}

function nameOf(code: string, node: AnyNode, ancestors: readonly AnyNode[], parentIndex: number): string {
  if (
    (node.type === 'FunctionDeclaration' ||
      node.type === 'FunctionExpression' ||
      node.type === 'ClassDeclaration' ||
      node.type === 'ClassExpression') &&
    node.id
  ) {
    return node.id.name
  }
  let index = parentIndex
  while (ancestors[index]?.type === 'ParenthesizedExpression') index--
  const parent = ancestors[index]
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : ''
    case 'AssignmentExpression':
      return ['=', '&&=', '||=', '??='].includes(parent.operator) ? targetPath(code, parent.left) : ''
    case 'AssignmentPattern':
      return targetPath(code, parent.left)
    case 'ExportDefaultDeclaration':
      return 'default'
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node ? '' : elementName(code, parent, ancestors, index - 1)
  }
  return ''
}

/** Name of an object property or class element whose parent is at `parentIndex`. */
function elementName(code: string, element: AnyNode, ancestors: readonly AnyNode[], parentIndex: number): string {
  const owner = ownerName(code, ancestors, parentIndex)
  if (element.type === 'StaticBlock') return `${owner || ANONYMOUS}.<static>`
  if (element.type !== 'Property' && element.type !== 'MethodDefinition' && element.type !== 'PropertyDefinition') return ''
  const key = keyText(code, element.key, element.computed)
  const prefix = element.type !== 'PropertyDefinition' && (element.kind === 'get' || element.kind === 'set') ? `${element.kind} ` : ''
  return prefix + (owner === '' ? key : key.startsWith('[') ? owner + key : `${owner}.${key}`)
}

/** Name of the class or object literal that holds an element. Classes always have a word, so that `(anonymous).total` is seen to be a method. */
function ownerName(code: string, ancestors: readonly AnyNode[], index: number): string {
  const owner = ancestors[index]
  if (owner?.type === 'ClassBody') {
    const definition = ancestors[index - 1]
    return definition ? nameOf(code, definition, ancestors, index - 2) || ANONYMOUS : ANONYMOUS
  }
  return owner?.type === 'ObjectExpression' ? nameOf(code, owner, ancestors, index - 1) : ''
}

function keyText(code: string, key: AnyNode, computed: boolean): string {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (key.type === 'Identifier' && !computed) return key.name
  if (key.type === 'Literal' && typeof key.value === 'string') return key.value
  return computed ? `[${shortText(code, key)}]` : shortText(code, key)
}

/** `a.b.c` of an assignment target, '' for anything that is not a plain path. */
function targetPath(code: string, target: AnyNode, depth = 0): string {
  if (target.type === 'Identifier') return target.name
  if (target.type === 'ParenthesizedExpression') return targetPath(code, target.expression, depth)
  if (target.type === 'ThisExpression') return 'this'
  if (target.type !== 'MemberExpression' || depth > MAX_PATH) return ''
  const object = targetPath(code, target.object, depth + 1)
  if (object === '') return ''
  const key = keyText(code, target.property, target.computed)
  return key.startsWith('[') ? object + key : `${object}.${key}`
}

function shortText(code: string, node: AnyNode): string {
  const text = code.slice(node.start, node.end).replace(/\s+/g, ' ')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}
