/** The oracle of level `statements`: what the author's text has at each place, read by TypeScript's parser. It shares no code with the product. */
import ts from 'typescript'
import { parsedParts, placer } from './original-functions.ts'

/** `line:column` where constructs start → what a probe there may be: `step`, `if`, `write total`, `property-write total +=`, …. */
export type OriginalPlaces = ReadonlyMap<string, ReadonlySet<string>>

export function originalPlaces(source: string, path: string): OriginalPlaces {
  const places = new Map<string, Set<string>>()
  const place = placer(source)
  for (const file of parsedParts(source, path)) {
    const note = (start: number, what: string): void => {
      // Compilers leave out parentheses, around what loses its type for instance.
      const inside = start + (/^[(\s]*/.exec(file.text.slice(start))?.[0].length ?? 0)
      for (const at of [place(start), place(inside)]) places.set(at, (places.get(at) ?? new Set()).add(what))
    }
    const visit = (node: ts.Node): void => {
      describe(node, file, note)
      ts.forEachChild(node, visit)
    }
    visit(file)
    // A condition of the markup.
    const only = file.statements.length === 1 ? file.statements[0] : undefined
    if (only && ts.isExpressionStatement(only) && ts.isParenthesizedExpression(only.expression))
      note(only.expression.expression.getStart(file), 'markup')
  }
  return places
}

type Note = (start: number, what: string) => void

function describe(node: ts.Node, file: ts.SourceFile, note: Note): void {
  const start = node.getStart(file)
  if (ts.isStatement(node) && !ts.isBlock(node) && !ts.isFunctionDeclaration(node) && !ts.isEmptyStatement(node)) note(start, 'step')
  // Behind `export`, which is the module's.
  if (ts.isStatement(node) && ts.canHaveModifiers(node))
    note(start + (/^(?:@\S+\s+)*(?:export\s+)?(?:default\s+)?/.exec(file.text.slice(start))?.[0].length ?? 0), 'step')
  if (ts.isIfStatement(node)) note(node.expression.getStart(file), 'branch if')
  if (ts.isConditionalExpression(node)) note(node.condition.getStart(file), 'branch conditional')
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) note(node.expression.getStart(file), 'branch loop')
  if (ts.isForStatement(node) && node.condition) note(node.condition.getStart(file), 'branch loop')
  if (ts.isCaseOrDefaultClause(node)) note(start, 'branch case')
  if (ts.isIterationStatement(node, false)) note(start, 'iteration')
  if (ts.isReturnStatement(node)) note(start, 'locals return')
  if (ts.isThrowStatement(node)) note(start, 'locals throw')
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) note(node.body.getStart(file), 'locals return')
  if (ts.isFunctionLike(node) && 'body' in node && node.body) note(node.end - 1, 'locals end')
  if (ts.isExpression(node)) note(start, 'expression')
  describeWrites(node, start, note)
}

function describeWrites(node: ts.Node, start: number, note: Note): void {
  if (ts.isVariableDeclaration(node)) for (const name of boundNames(node.name)) note(start, `write ${name}`)
  if (ts.isVariableDeclarationList(node))
    for (const { name } of node.declarations) for (const bound of boundNames(name)) note(start, `write ${bound}`)
  if (ts.isClassDeclaration(node) && node.name) for (const at of [start, node.name.getStart()]) note(at, `write ${node.name.text}`)
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText()
    if (['&&', '||', '??'].includes(operator)) note(node.left.getStart(), `branch logical ${operator}`)
    if (/^(?!.*(?:==|[<>]=$)).*=$/.test(operator) || operator === '<<=' || operator === '>>=' || operator === '>>>=')
      describeTarget(node.left, operator, start, note)
  }
  if (
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator)
  )
    describeTarget(node.operand, ts.tokenToString(node.operator) ?? '', start, note)
  if (ts.isDeleteExpression(node)) describeTarget(node.expression, 'delete', start, note)
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) describeTarget(node.initializer, '=', node.initializer.getStart(), note)
}

/** Patterns of assignments are expressions to the parser. */
function describeTarget(target: ts.Node, operator: string, start: number, note: Note): void {
  if (ts.isIdentifier(target)) return note(start, `write ${target.text}`)
  if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target))
    return describeTarget(target.expression, operator, start, note)
  if (ts.isPropertyAccessExpression(target)) return note(start, `property-write ${target.name.text} ${operator}`)
  if (ts.isElementAccessExpression(target)) {
    const key =
      ts.isStringLiteral(target.argumentExpression) || ts.isNumericLiteral(target.argumentExpression) ? target.argumentExpression.text : '[computed]'
    return note(start, `property-write ${key} ${operator}`)
  }
  if (
    ts.isObjectLiteralExpression(target) ||
    ts.isArrayLiteralExpression(target) ||
    ts.isPropertyAssignment(target) ||
    ts.isSpreadElement(target) ||
    ts.isBinaryExpression(target)
  )
    ts.forEachChild(target, child => describeTarget(child, operator, start, note))
  if (ts.isShorthandPropertyAssignment(target)) note(start, `write ${target.name.text}`)
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap(element => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)))
}
