/**
 * Functions without a name of their own have one in stack traces all the same: V8 infers it from the names that it reads on the way to them
 * (`o.p = t ? function () {} : 0` is `o.p`; deps/v8/src/parsing/func-name-inferrer.cc). A call of ours on that way would be part of the name.
 */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode } from '../1-parse/parser.ts'
import { isAnonymousDefinition } from './sites.ts'

const MAX_DEPTH = 40

/** Whether the value may be a function that is named after what is written on the left of it. */
export function holdsUnnamed(node: AnyNode, depth = 0): boolean {
  const value = unparenthesized(node)
  if (depth > MAX_DEPTH) return false
  const holds = (part: AnyNode | null): boolean => part !== null && holdsUnnamed(part, depth + 1)
  switch (value.type) {
    case 'ConditionalExpression':
      return holds(value.consequent) || holds(value.alternate)
    case 'LogicalExpression':
      return holds(value.left) || holds(value.right)
    case 'SequenceExpression':
      return value.expressions.some(holds)
    case 'ArrayExpression':
      return value.elements.some(holds)
    case 'AssignmentExpression':
      return holds(value.right)
    // `new (class {})(…).p = value` names the class.
    case 'MemberExpression':
      return value.object.type !== 'Super' && holds(value.object)
    case 'NewExpression':
      return holds(value.callee)
    default:
      return isAnonymousDefinition(value)
  }
}

/** Whether the node is part of a target that such a value is assigned to. */
export function namesValue(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  let child = node
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index]
    if (parent?.type === 'AssignmentExpression') return parent.left === child && holdsUnnamed(parent.right)
    if (parent?.type !== 'MemberExpression' && parent?.type !== 'ParenthesizedExpression') return false
    child = parent
  }
  return false
}
