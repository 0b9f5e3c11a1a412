/** Properties that hold child nodes, per node type, in source order. A type that is not listed is looked through property by property. */
import type { AnyNode } from '../1-parse/parser.ts'

const NONE: readonly string[] = []
const ARGUMENT: readonly string[] = ['argument']
const EXPRESSION: readonly string[] = ['expression']
const BODY: readonly string[] = ['body']
const LEFT_RIGHT: readonly string[] = ['left', 'right']
const KEY_VALUE: readonly string[] = ['key', 'value']
const CLASS: readonly string[] = ['id', 'superClass', 'body']
const FUNCTION: readonly string[] = ['id', 'params', 'body']
const CALL: readonly string[] = ['callee', 'arguments']
const LOOP: readonly string[] = ['left', 'right', 'body']

const CHILD_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ArrayExpression', ['elements']],
  ['ArrayPattern', ['elements']],
  ['ArrowFunctionExpression', ['params', 'body']],
  ['AssignmentExpression', LEFT_RIGHT],
  ['AssignmentPattern', LEFT_RIGHT],
  ['AwaitExpression', ARGUMENT],
  ['BinaryExpression', LEFT_RIGHT],
  ['BlockStatement', BODY],
  ['BreakStatement', NONE],
  ['CallExpression', CALL],
  ['CatchClause', ['param', 'body']],
  ['ChainExpression', EXPRESSION],
  ['ClassBody', BODY],
  ['ClassDeclaration', CLASS],
  ['ClassExpression', CLASS],
  ['ConditionalExpression', ['test', 'consequent', 'alternate']],
  ['ContinueStatement', NONE],
  ['DebuggerStatement', NONE],
  ['DoWhileStatement', ['body', 'test']],
  ['EmptyStatement', NONE],
  ['ExportAllDeclaration', NONE],
  ['ExportDefaultDeclaration', ['declaration']],
  ['ExportNamedDeclaration', ['declaration', 'specifiers']],
  ['ExportSpecifier', ['local', 'exported']],
  ['ExpressionStatement', EXPRESSION],
  ['ForInStatement', LOOP],
  ['ForOfStatement', LOOP],
  ['ForStatement', ['init', 'test', 'update', 'body']],
  ['FunctionDeclaration', FUNCTION],
  ['FunctionExpression', FUNCTION],
  ['Identifier', NONE],
  ['IfStatement', ['test', 'consequent', 'alternate']],
  ['ImportDeclaration', ['specifiers']],
  ['ImportDefaultSpecifier', ['local']],
  ['ImportExpression', ['source', 'options']],
  ['ImportNamespaceSpecifier', ['local']],
  ['ImportSpecifier', ['imported', 'local']],
  ['LabeledStatement', ['label', 'body']],
  ['Literal', NONE],
  ['LogicalExpression', LEFT_RIGHT],
  ['MemberExpression', ['object', 'property']],
  ['MetaProperty', NONE],
  ['MethodDefinition', KEY_VALUE],
  ['NewExpression', CALL],
  ['ObjectExpression', ['properties']],
  ['ObjectPattern', ['properties']],
  ['ParenthesizedExpression', EXPRESSION],
  ['PrivateIdentifier', NONE],
  ['Program', BODY],
  ['Property', KEY_VALUE],
  ['PropertyDefinition', KEY_VALUE],
  ['RestElement', ARGUMENT],
  ['ReturnStatement', ARGUMENT],
  ['SequenceExpression', ['expressions']],
  ['SpreadElement', ARGUMENT],
  ['StaticBlock', BODY],
  ['Super', NONE],
  ['SwitchCase', ['test', 'consequent']],
  ['SwitchStatement', ['discriminant', 'cases']],
  ['TaggedTemplateExpression', ['tag', 'quasi']],
  ['TemplateElement', NONE],
  ['TemplateLiteral', ['expressions']],
  ['ThisExpression', NONE],
  ['ThrowStatement', ARGUMENT],
  ['TryStatement', ['block', 'handler', 'finalizer']],
  ['UnaryExpression', ARGUMENT],
  ['UpdateExpression', ARGUMENT],
  ['VariableDeclaration', ['declarations']],
  ['VariableDeclarator', ['id', 'init']],
  ['WhileStatement', ['test', 'body']],
  ['WithStatement', ['object', 'body']],
  ['YieldExpression', ARGUMENT],
])

export const childKeys = (node: AnyNode): readonly string[] => CHILD_KEYS.get(node.type) ?? objectKeys(node)

const objectKeys = (node: AnyNode): readonly string[] =>
  Object.entries(node).flatMap(([key, value]) => (typeof value === 'object' && value !== null ? [key] : []))
