/** Text to the tree of one expression. The only importer of acorn here; what the sandbox has no meaning for is refused before it runs. */
import { getLineInfo, parseExpressionAt, tokenizer } from 'acorn'
import type { AnyNode, Expression } from 'acorn'
import { HindscopeError, codeFrame } from '@hindscope/protocol'

export type { AnyNode, ArrowFunctionExpression, CallExpression, Expression, MemberExpression, Pattern, SpreadElement } from 'acorn'

export const MAX_EXPRESSION = 4000

const ALLOWED: ReadonlySet<string> = new Set([
  'ArrayExpression',
  'ArrayPattern',
  'ArrowFunctionExpression',
  'AssignmentPattern',
  'BinaryExpression',
  'CallExpression',
  'ChainExpression',
  'ConditionalExpression',
  'Identifier',
  'Literal',
  'LogicalExpression',
  'MemberExpression',
  'ObjectExpression',
  'ObjectPattern',
  'ParenthesizedExpression',
  'Property',
  'RestElement',
  'SequenceExpression',
  'SpreadElement',
  'TemplateElement',
  'TemplateLiteral',
  'ThisExpression',
  'UnaryExpression',
])

/** Throws `expression-syntax`, `expression-unsupported`. */
export function parseExpression(text: string): Expression {
  try {
    // Parentheses stay in the tree, so that the end of the expression is known.
    const expression = parseExpressionAt(text, 0, { ecmaVersion: 2025, preserveParens: true })
    const rest = tokenizer(text.slice(expression.end), { ecmaVersion: 2025 }).getToken()
    if (rest.type.label !== 'eof') throw syntaxError(text, expression.end + rest.start, 'one expression ends here and something follows')
    check(text, expression)
    return expression
  } catch (error) {
    if (error instanceof HindscopeError) throw error
    if (error instanceof RangeError) throw syntaxError(text, 0, 'it is nested too deeply')
    const at = error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number' ? error.pos : 0
    const reason = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, '') : String(error)
    throw syntaxError(text, at, reason)
  }
}

function check(text: string, root: AnyNode): void {
  const stack: AnyNode[] = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const refused = refusal(node)
    if (refused !== undefined) throw unsupported(text, node.start, refused)
    for (const value of Object.values(node) as unknown[])
      for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(item)) stack.push(item)
  }
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** What is wrong with the node itself. */
function refusal(node: AnyNode): string | undefined {
  if (!ALLOWED.has(node.type)) return NAMES[node.type] ?? node.type
  switch (node.type) {
    case 'Literal':
      return 'regex' in node && node.regex !== undefined ? 'A regular expression' : undefined
    case 'UnaryExpression':
      return node.operator === 'delete' ? 'delete' : undefined
    case 'BinaryExpression':
      return node.operator === 'instanceof' ? 'instanceof' : undefined
    case 'ArrowFunctionExpression':
      return node.async ? 'An async function' : undefined
    case 'Property': {
      if (node.kind !== 'init' || ('method' in node && node.method)) return 'A method or accessor'
      const isProto =
        !node.computed &&
        !node.shorthand &&
        (node.key.type === 'Identifier' ? node.key.name : node.key.type === 'Literal' ? node.key.value : '') === '__proto__'
      return isProto ? '__proto__' : undefined
    }
    default:
      return undefined
  }
}

const NAMES: Readonly<Record<string, string>> = {
  AssignmentExpression: 'An assignment',
  AwaitExpression: 'await',
  BlockStatement: 'A function with statements',
  ClassExpression: 'A class',
  FunctionExpression: 'A function that is no arrow function',
  ImportExpression: 'import()',
  MetaProperty: 'import.meta or new.target',
  NewExpression: 'new',
  TaggedTemplateExpression: 'A tagged template',
  UpdateExpression: '++ or --',
  YieldExpression: 'yield',
}

/** Line from 1 and column from 0 of an offset. */
export function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const { line, column } = getLineInfo(text, offset)
  return { line, column }
}

function fault(text: string, offset: number): { readonly line: string; readonly column: string; readonly frame: string } {
  const { line, column } = placeIn(text, offset)
  return { line: String(line), column: String(column), frame: `\n${codeFrame(text, line, column)}` }
}

export const syntaxError = (text: string, offset: number, reason: string): HindscopeError =>
  new HindscopeError('expression-syntax', { ...fault(text, offset), reason })

export const unsupported = (text: string, offset: number, what: string): HindscopeError =>
  new HindscopeError('expression-unsupported', { ...fault(text, offset), what })

export const failed = (text: string, offset: number, reason: string): HindscopeError =>
  new HindscopeError('expression-failed', { ...fault(text, offset), reason })
