/**
 * House rules that no tool of the workspace knows, as pure functions from files to findings, so that they run over this repository
 * and over planted violations alike.
 */
import { posix } from 'node:path'
import ts from 'typescript'

export interface SourceText {
  /** Path from the repository root, forward slashes. */
  readonly path: string
  readonly text: string
}

const BANNED_WORDS = ['manager', 'helper', 'helpers', 'util', 'utils', 'common', 'misc', 'service', 'handler', 'processor', 'info', 'data', 'base']

/** File names that say nothing. A word counts between separators, so `database.ts` is allowed and `data.ts` is not. */
export function bannedFileNames(paths: readonly string[]): string[] {
  return paths.filter(path => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!/\.(ts|tsx|mts|mjs|cjs|js|css)$/.test(name) || /(^|\/)samples\//.test(path)) return false
    return name
      .toLowerCase()
      .split(/[-._]/)
      .some(word => BANNED_WORDS.includes(word))
  })
}

/** What an install or a build makes does not belong into version control. */
export const installedOrBuilt = (paths: readonly string[]): string[] =>
  paths.filter(path => /(^|\/)(node_modules|dist|coverage|\.hindscope)(\/|$)/.test(path))

const place = (file: SourceText, source: ts.SourceFile, node: ts.Node): string =>
  `${file.path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`

function findNodes(file: SourceText, finds: (node: ts.Node, source: ts.SourceFile) => boolean): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (finds(node, source)) found.push(place(file, source, node))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const ANONYMOUS_ERRORS = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'EvalError', 'ReferenceError', 'URIError', 'AggregateError']

/** `throw new Error(…)` has no code, so nobody can look it up: HindscopeError has. */
export function codelessThrows(file: SourceText): string[] {
  return findNodes(
    file,
    node =>
      ts.isThrowStatement(node) &&
      (ts.isNewExpression(node.expression) || ts.isCallExpression(node.expression)) &&
      ts.isIdentifier(node.expression.expression) &&
      ANONYMOUS_ERRORS.includes(node.expression.expression.text),
  )
}

/** A catch clause without a statement must say after `SAFE:` why nothing needs to happen. */
export function silentCatches(file: SourceText): string[] {
  return findNodes(
    file,
    (node, source) => ts.isCatchClause(node) && node.block.statements.length === 0 && !node.block.getFullText(source).includes('SAFE:'),
  )
}

/** Own lines of a function, blank ones and those of functions inside it not counted: a factory is as long as what it does itself. */
export function longFunctions(file: SourceText, max = 80): string[] {
  const found: string[] = []
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
  const texts = file.text.split('\n')
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line
  const visit = (node: ts.Node, owner: Set<number> | undefined): void => {
    let lines = owner
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      lines = new Set()
      const [first, last] = [lineOf(node.getStart(source)), lineOf(node.getEnd())]
      for (let line = first; line <= last; line++) {
        if ((texts[line] ?? '').trim() !== '') lines.add(line)
        if (line > first && line < last) owner?.delete(line)
      }
    }
    ts.forEachChild(node, child => visit(child, lines))
    if (lines !== undefined && lines !== owner && lines.size > max) found.push(`${place(file, source, node)} (${lines.size} lines)`)
  }
  visit(source, undefined)
  return found
}

/** History and promises belong to the issue tracker. */
export function leftovers(file: SourceText): string[] {
  const word = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\\b`)
  return file.text.split('\n').flatMap((line, i) => (word.test(line) ? [`${file.path}:${i + 1}`] : []))
}

/** Absolute paths of a machine and hosts of package registries: true nowhere but where they were written. */
export function machineTraces(file: SourceText): string[] {
  const patterns = [
    new RegExp(`(^|[\\s"'\`(=:])/(${['wo', 'rk'].join('')}|Users|home/[a-z]+|root)/`),
    new RegExp(`(^|[\\s"'\`(=:])/t${'mp'}/(brief|issue)`),
    /[A-Z]:\\\\?Users\\/,
    new RegExp(`https?://[^\\s"'<>)]*(${['regis', 'try'].join('')}|artifactory|nexus|verdaccio|jfrog)[^\\s"'<>)]*`, 'i'),
  ]
  return file.text
    .split('\n')
    .flatMap((line, i) => (patterns.some(pattern => pattern.test(line)) ? [`${file.path}:${i + 1} ${line.trim().slice(0, 120)}`] : []))
}

/** Relative links of a document that lead to nothing. */
export function brokenLinks(file: SourceText, exists: (path: string) => boolean): string[] {
  const prose = file.text.replace(/```[\s\S]*?```/g, '')
  const targets = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(match => match[1] ?? '')
  return targets
    .filter(target => !/^[a-z]+:/.test(target) && !exists(posix.join(posix.dirname(file.path), target)))
    .map(target => `${file.path} → ${target}`)
}

/** Message codes that no source names: dead texts. */
export function unusedMessages(codes: readonly string[], sources: readonly SourceText[]): string[] {
  return codes.filter(code => !sources.some(({ text }) => text.includes(`'${code}'`) || text.includes(`"${code}"`)))
}

/** Names of `interfaceName`'s properties that the program reads outside the file that declares it. */
export function readProperties(program: ts.Program, interfaceName: string): Set<string> {
  const checker = program.getTypeChecker()
  const read = new Set<string>()
  const declaresIt = (symbol: ts.Symbol | undefined): boolean =>
    symbol?.declarations?.some(each => ts.isInterfaceDeclaration(each.parent) && each.parent.name.text === interfaceName) ?? false
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !/\/packages\/[^/]+\/src\//.test(source.fileName) || source.fileName.endsWith('/protocol/src/config.ts')) continue
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node) && declaresIt(checker.getSymbolAtLocation(node.name))) read.add(node.name.text)
      if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
        const name = node.propertyName ?? node.name
        if (ts.isIdentifier(name) && declaresIt(checker.getTypeAtLocation(node.parent).getProperty(name.text))) read.add(name.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return read
}
