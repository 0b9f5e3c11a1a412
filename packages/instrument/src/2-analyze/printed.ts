/**
 * Expressions whose text an engine may print in the message of an error: V8 says `a.b is not a function`, `(intermediate value) is not
 * iterable`, `Cannot destructure property 'x' of 'y'`, and takes the words from the syntax tree (deps/v8/src/ast/prettyprinter.cc, CallPrinter).
 * A call around such an expression would be what is printed. Three things are free of that:
 *
 * - an expression in any other place (argument, operand of `return`, initialiser of a plain name, test, …): anything may stand around it;
 * - an optional chain, `H?.w(…)`: it is printed as `(intermediate value)`, which is how `await` and `yield` themselves are printed;
 * - nothing at all, where the engine finds the expression by its position: the operand of `for (… of …)` and the initialiser of an array pattern.
 */
import type { AnyNode, AwaitExpression, YieldExpression } from '../1-parse/parser.ts'

/** `ancestors` ends with the parent of `node`. */
export function isPrinted(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let child = node
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
        child = parent
        continue
      case 'AssignmentExpression':
        if (parent.right === child) return isPattern(parent.left)
        child = parent
        continue
      case 'AssignmentPattern':
        return parent.right === child && isPattern(parent.left)
      case 'VariableDeclarator':
        return parent.init === child && isPattern(parent.id)
      case 'CallExpression':
      case 'NewExpression':
        return parent.callee === child
      case 'TaggedTemplateExpression':
        return parent.tag === child
      case 'ForOfStatement':
        return parent.right === child
      case 'YieldExpression':
        return parent.delegate
      case 'SpreadElement':
        return ancestors[index - 1]?.type !== 'ObjectExpression'
      default:
        return false
    }
  }
  return false
}

const isPattern = ({ type }: AnyNode): boolean => type === 'ArrayPattern' || type === 'ObjectPattern'

/**
 * How the resumption of an `await` or `yield` can be told: by a call around it (`call`), by an optional chain around it (`chain`), or, where
 * nothing may stand around it, at the start of the loop's body (`loop`) or behind the initialiser (`pattern`), without the value.
 * The default of an array pattern inside a pattern has no such place: the frame's next probe tells that it has resumed (`untold`).
 */
export type ResumeShape = 'call' | 'chain' | 'loop' | 'pattern' | 'untold'

export function resumeShape(node: AwaitExpression | YieldExpression, ancestors: readonly AnyNode[]): ResumeShape {
  let outer: AnyNode = node
  let index = ancestors.length - 1
  for (let parent = ancestors[index]; parent?.type === 'ParenthesizedExpression'; parent = ancestors[--index]) outer = parent
  const parent = ancestors[index]
  if (parent?.type === 'ForOfStatement' && parent.right === outer) return 'loop'
  if (parent?.type === 'AssignmentPattern' && parent.left.type === 'ArrayPattern') return 'untold'
  if (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'ArrayPattern') return 'pattern'
  return isPrinted(node, ancestors) ? 'chain' : 'call'
}
