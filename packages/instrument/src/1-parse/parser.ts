/** The only importer of acorn. Parenthesised expressions stay in the tree, so that an operand's end includes its parentheses. */
import { parse } from 'acorn'
import type { AnyNode, Program } from 'acorn'

export type {
  AnonymousClassDeclaration,
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  AssignmentProperty,
  AwaitExpression,
  BinaryExpression,
  CallExpression,
  CatchClause,
  ClassDeclaration,
  ClassExpression,
  ForOfStatement,
  MemberExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  MethodDefinition,
  NewExpression,
  Program,
  Property,
  PropertyDefinition,
  ReturnStatement,
  Statement,
  StaticBlock,
  SwitchCase,
  TemplateLiteral,
  ThrowStatement,
  TryStatement,
  VariableDeclaration,
  YieldExpression,
} from 'acorn'

export type SourceType = 'module' | 'commonjs' | 'script'

export interface CommentRange {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface SyntaxProblem {
  readonly reason: string
  readonly offset: number
  /** The text may be right, but nests deeper than the parser can go. */
  readonly tooDeep: boolean
}

export type ParseResult = { readonly program: Program } | { readonly problem: SyntaxProblem }

/** Comments are reported only when somebody asks: most files hold nothing that this package reads in a comment. */
export function parseSource(code: string, sourceType: SourceType, onComment?: (comment: CommentRange) => void): ParseResult {
  try {
    const program = parse(code, {
      ecmaVersion: 'latest',
      sourceType,
      preserveParens: true,
      allowHashBang: true,
      ...(onComment && { onComment: (_isBlock: boolean, text: string, start: number, end: number) => onComment({ text, start, end }) }),
    })
    return { program }
  } catch (error) {
    // SAFE: acorn throws SyntaxErrors, with `pos` (also for its own stack overflow), or a RangeError. All leave the module untouched, with a diagnostic.
    const { message, pos } = error as { message?: string; pos?: number }
    const reason = String(message).replace(/ \(\d+:\d+\)$/, '')
    return { problem: { reason, offset: pos ?? 0, tooDeep: error instanceof RangeError || /stack/i.test(reason) } }
  }
}

/** The expression without the parentheses around it. */
export function unparenthesized<T extends { readonly type: string }>(node: T): AnyNode {
  let inner = node as unknown as AnyNode // SAFE: every node that callers hold came out of `parse`
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression
  return inner
}
