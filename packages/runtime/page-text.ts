/**
 * Makes the sources of the browser entry smaller before they are bundled, in ways that no minifier may:
 *
 * - properties that nobody outside can see get short names (private-names.ts);
 * - members of the constant tables (`EventKind.write`) become the numbers that they are, so that the tables fall away;
 * - messages lose their texts: a page counts failures and reports codes, whoever shows them has the texts;
 * - what only adapters of Node ask of the recorder falls away;
 * - keys of the config lose what is said about them: a page needs their defaults and bounds, and of keys that only a collector reads nothing.
 *
 * Each replacement stays on its line.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { privateNames } from './private-names.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
/** What the page loads. */
const ENTRIES = ['start-browser.ts', 'hook.ts'].map(entry => join(here, 'src', entry))
const NO_TEXTS = 'export const MESSAGES = {}\n'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface PageText {
  /** The text of `file` as the page gets it; undefined when nothing changes. */
  of(file: string): string | undefined
  readonly names: ReadonlyMap<string, string>
}

export const pageText = {
  name: 'page-text',
  transform(_code: string, id: string): string | undefined {
    return (made ??= createPageText()).of(id)
  },
}
let made: PageText | undefined

/** Types of both packages as an editor sees them, with the platform of a page. */
export function createPageText(): PageText {
  const program = ts.createProgram(ENTRIES, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { '@hindscope/protocol': [join(root, 'packages/protocol/src/index.ts')] },
  })
  const checker = program.getTypeChecker()
  const own = [join(here, 'src'), join(root, 'packages/protocol/src')].map(path => path.replaceAll('\\', '/'))
  const files = program.getSourceFiles().filter(({ fileName }) => own.some(folder => fileName.startsWith(`${folder}/`)))
  const names = shortNames(privateNames(program, files), files)
  return {
    names,
    of(file) {
      if (/[\\/]protocol[\\/]src[\\/]messages\.ts$/.test(file)) return NO_TEXTS
      const source = program.getSourceFile(file.replaceAll('\\', '/'))
      return source && files.includes(source) ? rewritten(source, checker, names) : undefined
    },
  }
}

/** The names used most get the shortest ones. `_` begins no name of the platform. */
function shortNames(names: ReadonlySet<string>, files: readonly ts.SourceFile[]): Map<string, string> {
  const uses = new Map([...names].map(name => [name, 0]))
  const count = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && uses.has(node.text)) uses.set(node.text, (uses.get(node.text) ?? 0) + 1)
    ts.forEachChild(node, count)
  }
  for (const file of files) count(file)
  const byUse = [...uses].sort(([a, uses], [b, more]) => more - uses || (a < b ? -1 : 1))
  return new Map(byUse.map(([name], index) => [name, `_${index.toString(36)}`]))
}

function rewritten(source: ts.SourceFile, checker: ts.TypeChecker, names: ReadonlyMap<string, string>): string {
  const edits: Edit[] = []
  const rename = (name: ts.Node, withLocal = false): void => {
    const short = ts.isIdentifier(name) ? names.get(name.text) : undefined
    if (short === undefined) return
    const start = name.getStart(source)
    edits.push({ start, end: name.end, text: withLocal ? `${short}: ${(name as ts.Identifier).text}` : short })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && isToldOnly(node)) {
      edits.push({ start: node.getStart(source), end: node.end, text: '' }, ...commaBehind(node, source))
      return
    }
    if (ts.isPropertyAccessExpression(node)) {
      const constant = constantOf(node, checker)
      if (constant !== undefined) {
        edits.push({ start: node.getStart(source), end: node.end, text: constant })
        return
      }
      rename(node.name)
    } else if (ts.isShorthandPropertyAssignment(node)) rename(node.name, true)
    else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      if (node.propertyName) rename(node.propertyName)
      else if (node.dotDotDotToken === undefined) rename(node.name, true)
    } else if (ts.isClassElement(node) || ts.isTypeElement(node) || ts.isObjectLiteralElement(node)) {
      if (node.name) rename(node.name)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  edits.sort((a, b) => a.start - b.start)
  let text = ''
  let done = 0
  for (const edit of edits) {
    text += source.text.slice(done, edit.start) + edit.text
    done = edit.end
  }
  return text + source.text.slice(done)
}

/** Keys that only a collector and Node read. */
const COLLECTOR_KEYS = ['allowedOrigins', 'dataDir', 'retention']

/** What only adapters of Node ask of a recorder. */
const NODE_ACCESS = ['useAmbient']

/** That, and in the table of config keys what validation and documentation read, at build and in tools, and keys that no page reads. */
function isToldOnly(node: ts.PropertyAssignment): boolean {
  if (!ts.isIdentifier(node.name)) return false
  const { text } = node.name
  if (COLLECTOR_KEYS.includes(text) && isConfigTable(node.parent.parent)) return true
  if (NODE_ACCESS.includes(text) && node.getSourceFile().fileName.endsWith('/install.ts')) return true
  return ['doc', 'env', 'type'].includes(text) && ts.isPropertyAssignment(node.parent.parent) && isConfigTable(node.parent.parent.parent.parent)
}

const isConfigTable = (node: ts.Node): boolean => ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === 'CONFIG_KEYS'

function commaBehind(node: ts.Node, source: ts.SourceFile): Edit[] {
  const at = node.end + (/^\s*/.exec(source.text.slice(node.end))?.[0].length ?? 0)
  return source.text[at] === ',' ? [{ start: at, end: at + 1, text: '' }] : []
}

/** The number that `table.member` is, where `table` is an object of literals declared `as const` at module level. */
function constantOf(node: ts.PropertyAccessExpression, checker: ts.TypeChecker): string | undefined {
  if (!ts.isIdentifier(node.expression)) return undefined
  const member = checker.getSymbolAtLocation(node.name)?.valueDeclaration
  if (member === undefined || !ts.isPropertyAssignment(member)) return undefined
  const table = member.parent.parent
  if (!ts.isAsExpression(table) || !ts.isConstTypeReference(table.type)) return undefined
  if (!ts.isVariableDeclaration(table.parent) || !ts.isSourceFile(table.parent.parent.parent.parent)) return undefined
  const type = checker.getTypeAtLocation(node)
  return type.isNumberLiteral() && type.value >= 0 ? String(type.value) : undefined
}
