/**
 * Expressions whose text an engine may print in the message of an error: V8 says `a.b is not a function`, `(intermediate value) is not
 * iterable`, `Cannot destructure property 'x' of 'y'`, and takes the words from the syntax tree (deps/v8/src/ast/prettyprinter.cc, CallPrinter).
 * A call around such an expression would be what is printed. Three things are free of that:
 *
 * - an expression in any other place (argument, operand of `return`, initialiser of a plain name, test, …): anything may stand around it;
 * - an optional chain, `H?.w(…)`: it is printed as `(intermediate value)`, which is how `await` and `yield` themselves are printed;
 * - nothing at all, where the engine finds the expression by the position of what was evaluated last: anywhere in the operand of
 *   `for (… of …)` and in the default of an array pattern, and as the initialiser of an array pattern.
 */
import type { AnyNode, AwaitExpression, YieldExpression } from '../1-parse/parser.ts'

/** `ancestors` ends with the parent of `node`. */
export function isPrinted(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let child = node
  // Inside what is printed without its parts, a call of ours is found only where the engine looks for the last one that was made.
  let hasWords = true
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index]
    switch (parent?.type) {
      case 'ParenthesizedExpression':
      case 'ChainExpression':
      case 'MemberExpression':
      case 'UnaryExpression':
      case 'UpdateExpression':
      case 'BinaryExpression':
      case 'LogicalExpression':
      case 'SequenceExpression':
      case 'ArrayExpression':
      case 'TemplateLiteral':
      case 'ImportExpression':
        break
      case 'ConditionalExpression':
      case 'ObjectExpression':
      case 'Property':
        hasWords = false
        break
      case 'AssignmentExpression':
        if (parent.right === child && isPattern(parent.left)) return hasWords
        hasWords &&= parent.left === child
        break
      case 'AssignmentPattern':
        return parent.right === child && (parent.left.type === 'ArrayPattern' || (hasWords && parent.left.type === 'ObjectPattern'))
      case 'VariableDeclarator':
        return hasWords && parent.init === child && isPattern(parent.id)
      case 'CallExpression':
      case 'NewExpression':
        return hasWords && parent.callee === child
      case 'TaggedTemplateExpression':
        return hasWords && parent.tag === child
      case 'ForOfStatement':
        return parent.right === child
      case 'YieldExpression':
        return parent.delegate
      case 'SpreadElement':
        if (ancestors[index - 1]?.type !== 'ObjectExpression') return hasWords
        break
      default:
        return false
    }
    child = parent
  }
  return false
}

const isPattern = ({ type }: AnyNode): boolean => type === 'ArrayPattern' || type === 'ObjectPattern'

/** Where nothing is done any more once a part of them has been evaluated, as far as an engine can say. */
const CARRIES_VALUE: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'ConditionalExpression',
  'LogicalExpression',
  'SequenceExpression',
  'AssignmentExpression',
  'ObjectExpression',
  'Property',
  'ArrayExpression',
  'TemplateLiteral',
  'UnaryExpression',
  'BinaryExpression',
])

/**
 * How the resumption of an `await` or `yield` can be told: by a call around it (`call`), by an optional chain around it (`chain`), or, where
 * nothing may stand around it, at the start of the loop's body (`loop`) or behind the initialiser (`pattern`), without the value.
 * Elsewhere the frame's next probe tells that it has resumed (`untold`). A call that is a whole statement (`statement`) or starts one (`first`)
 * may not start with a parenthesis.
 */
export type ResumeShape = 'call' | 'chain' | 'statement' | 'first' | 'loop' | 'pattern' | 'untold'

export function resumeShape(node: AwaitExpression | YieldExpression, ancestors: readonly AnyNode[]): ResumeShape {
  let child: AnyNode = node
  let isWhole = true
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index]
    if (parent === undefined || !CARRIES_VALUE.has(parent.type)) {
      if (parent?.type === 'ForOfStatement' && parent.right === child) return isWhole ? 'loop' : 'untold'
      if (parent?.type === 'AssignmentPattern' && parent.right === child && parent.left.type === 'ArrayPattern') return 'untold'
      if (parent?.type === 'VariableDeclarator' && child === node && parent.id.type === 'ArrayPattern') return 'pattern'
      break
    }
    isWhole &&= parent.type === 'ParenthesizedExpression'
    child = parent
  }
  return isPrinted(node, ancestors) ? 'chain' : statementStart(node, ancestors)
}

function statementStart(node: AnyNode, ancestors: readonly AnyNode[]): 'call' | 'first' | 'statement' {
  for (let index = ancestors.length - 1; ancestors[index]?.start === node.start; index--)
    if (ancestors[index]?.type === 'ExpressionStatement') return index === ancestors.length - 1 ? 'statement' : 'first'
  return 'call'
}
