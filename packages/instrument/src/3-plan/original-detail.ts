/**
 * Which statement, expression or variable of the original text a mapped place belongs to. Compilers give places to statements, tests and
 * variables of their own too (caches, parameter properties, registrations), mostly those of what they made them from; so the map only leads
 * to a place, and the text there says whether the author wrote such a thing. What the author did not write is not located.
 */
import { createLineTable } from '../1-parse/line-table.ts'
import type { LineTable } from '../1-parse/line-table.ts'
import type { AnyNode } from '../1-parse/parser.ts'
import type { SourceRange } from '@hindscope/protocol'
import type { Located, Locator } from './locate.ts'

export interface DetailLocator {
  /** A statement or a `case` of the function at `owner`, from its first word to `end`. */
  statement(node: AnyNode, end: number, owner: Located): Located | undefined
  /** An expression that is evaluated where it is written. */
  expression(node: AnyNode, owner: Located): Located | undefined
  /** A declaration or assignment that writes `name`. */
  write(name: string, node: AnyNode, owner: Located): Located | undefined
  /** An expression that writes properties; the keys are those that it names itself. */
  propertyWrite(node: AnyNode, keys: readonly (string | undefined)[], owner: Located): Located | undefined
  /** The brace that ends the function. */
  end(offset: number, owner: Located): Located | undefined
  /** Whether the author of the function has a variable of this name in it. */
  names(name: string, owner: Located): boolean
}

/** Owner of the code outside of functions. */
export const WHOLE_FILE: SourceRange = [0, 0, 0, 0]

const DECLARING: ReadonlySet<string> = new Set('const let var using'.split(' '))
const KEYWORDS: ReadonlySet<string> = new Set(
  'const let var using if for while do switch case default return throw try break continue class debugger with await'.split(' '),
)
/** What compilers make of these, they map to their names. */
const NAMESPACE_BEFORE = /(?<![\w$.])(?:namespace|module|enum)\s+(?:[\w$\u0080-\uffff]+\s*\.\s*)*$/
const WORD = /[\w$#\u0080-\uffff]+/y
const LETTER = /[\w$#\u0080-\uffff]/
/** A pattern and what it is written with end somewhere behind it: enough to hold the names. */
const REACH = 400

export function createDetailLocator(code: string, locator: Locator): DetailLocator {
  const isIdentity = locator.sources.length === 1 && locator.sources[0]?.content === code
  return isIdentity ? identityDetails(locator) : mappedDetails(code, locator)
}

const identityDetails = ({ locate }: Locator): DetailLocator => ({
  statement: (node, end) => locate(node.start, end),
  expression: ({ start, end }) => locate(start, end),
  write: (_, node) => locate(targetStart(node), node.end),
  propertyWrite: ({ start, end }) => locate(start, end),
  end: offset => locate(offset, offset + 1),
  names: () => true,
})

/** A place in an original text that is known. */
interface Spot extends Located {
  readonly content: string
  readonly lines: LineTable
  readonly at: number
}

function mappedDetails(code: string, { sources, locate }: Locator): DetailLocator {
  const tables = new Map<number, LineTable>()
  const tableOf = (source: number, content: string): LineTable => {
    const known = tables.get(source) ?? createLineTable(content)
    tables.set(source, known)
    return known
  }

  /** Inside of the function; elsewhere a compiler found no better place for something of its own. */
  const spotAt = (start: number, end: number, owner: Located): Spot | undefined => {
    const located = locate(start, end)
    const content = located && sources[located.source]?.content
    if (!located || content === undefined || located.source !== owner.source) return undefined
    const [line, column] = located.range
    if (!isInside(line, column, owner.range)) return undefined
    const lines = tableOf(located.source, content)
    const at = lines.offset(line, column)
    return NAMESPACE_BEFORE.test(content.slice(Math.max(0, at - REACH), at)) ? undefined : { ...located, content, lines, at }
  }

  /** The first word is the author's, perhaps with something of a compiler's around it. */
  const startsAlike = (node: AnyNode, { content, at }: Spot): boolean => {
    const [own, written] = [wordAt(code, node.start), wordAt(content, at)]
    return own === written || (own !== 'this' && hasWord(code.slice(node.start, node.end), written))
  }

  const statementAt = (node: AnyNode, spot: Spot): Located | undefined => {
    const [own, written] = [wordAt(code, node.start), wordAt(spot.content, spot.at)]
    const isSame = DECLARING.has(own) ? DECLARING.has(written) : own === written
    if (KEYWORDS.has(own)) return isSame ? plain(spot) : behindKeyword(spot, own)
    // An expression: compilers put objects and calls of their own around its first word, and helpers in front of what is none.
    if (!isSame && /^_(?!ctx$)/.test(own)) return undefined
    return startsStatement(spot) && startsAlike(node, spot) ? plain(spot) : undefined
  }

  /** Some printers map the white space in front of a statement. */
  const blankSpotAt = (start: number, end: number, owner: Located): Spot | undefined => {
    const blank = blankBefore(code, start)
    const spot = blank < start ? spotAt(blank, end, owner) : undefined
    return spot && wordAt(spot.content, spot.at) === wordAt(code, start) ? spot : undefined
  }
  const eitherSpotAt = (start: number, end: number, owner: Located): Spot | undefined => spotAt(start, end, owner) ?? blankSpotAt(start, end, owner)

  return {
    statement(node, end, owner) {
      const exact = spotAt(node.start, end, owner)
      const blank = blankSpotAt(node.start, end, owner)
      return (exact && statementAt(node, exact)) ?? (blank && statementAt(node, blank))
    },
    expression(node, owner) {
      const spot = eitherSpotAt(node.start, node.end, owner)
      const isElement = spot && node.type === 'CallExpression' && /^<[\w$>]/.test(spot.content.slice(spot.at, spot.at + 2))
      return spot && (isElement || startsAlike(node, spot)) ? plain(spot) : undefined
    },
    write(name, node, owner) {
      const spot = eitherSpotAt(targetStart(node), node.end, owner)
      return spot && writes(spot, name) ? plain(spot) : undefined
    },
    propertyWrite(node, keys, owner) {
      const spot = eitherSpotAt(node.start, node.end, owner)
      if (!spot || !startsAlike(node, spot)) return undefined
      const text = spot.content.slice(spot.at, spot.at + node.end - node.start + REACH)
      return keys.every(key => accesses(text, key)) ? plain(spot) : undefined
    },
    end(offset, owner) {
      const spot = spotAt(offset, offset + 1, owner)
      return spot?.content[spot.at] === '}' ? plain(spot) : undefined
    },
    names(name, { source, range }) {
      const content = sources[source]?.content
      if (content === undefined) return false
      if (range === WHOLE_FILE) return hasWord(content, name)
      const [line, column, endLine, endColumn] = range
      const lines = tableOf(source, content)
      const [start, end] = [lines.offset(line, column), lines.offset(endLine, endColumn)]
      return hasWord(end > start ? content.slice(start, end) : content.slice(start), name)
    },
  }
}

/** In the head of a loop the variable stands behind `const`. */
const targetStart = (node: AnyNode): number => (node.type === 'VariableDeclaration' ? (node.declarations[0]?.id.start ?? node.start) : node.start)

const plain = ({ source, range }: Spot): Located => ({ source, range })

function isInside(line: number, column: number, [startLine, startColumn, endLine, endColumn]: SourceRange): boolean {
  const isEndKnown = endLine > startLine || endColumn > startColumn
  const isBehindStart = line > startLine || (line === startLine && column > startColumn)
  return isBehindStart && (!isEndKnown || line < endLine || (line === endLine && column < endColumn))
}

/** The word at `offset`, or the one character that stands there. */
function wordAt(text: string, offset: number): string {
  WORD.lastIndex = offset
  return WORD.test(text) ? text.slice(offset, WORD.lastIndex) : text.charAt(offset)
}

function hasWord(text: string, word: string): boolean {
  if (!LETTER.test(word)) return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!LETTER.test(text[at - 1] ?? ' ') && !LETTER.test(text[at + word.length] ?? ' ')) return true
  }
  return false
}

function blankBefore(code: string, offset: number): number {
  let at = offset
  while (code[at - 1] === ' ' || code[at - 1] === '\t') at--
  return at
}

/** Mapped to what stands behind the keyword: `total = 1` of `const total = 1`. */
function behindKeyword(spot: Spot, keyword: string): Located | undefined {
  const words = DECLARING.has(keyword) ? [...DECLARING].join('|') : keyword
  const before = new RegExp(`(?<![\\w$.])(?:${words})\\s+$`).exec(spot.content.slice(Math.max(0, spot.at - REACH), spot.at))
  if (!before) return undefined
  const { line, column } = spot.lines.at(spot.at - before[0].length)
  const [, , endLine, endColumn] = spot.range
  return { source: spot.source, range: [line, column, endLine, endColumn] }
}

/** What stands in front ends a statement or opens a list of them; on a new line an operand is enough. */
function startsStatement({ content, at }: Spot): boolean {
  const before = content.slice(Math.max(0, at - REACH), at)
  const code = before.replace(/(?:\s|\/\*(?:(?!\*\/)[^])*\*\/|(?<=^|[\s;{}),])\/\/[^\n]*\n)+$/, '')
  if (/(?:^|[;{}):]|(?<![\w$.])(?:else|do))$/.test(code)) return true
  const isNewLine = /[\n\r\u2028\u2029]/.test(before.slice(code.length))
  // The value of an attribute is a list of statements in the templates of some frameworks.
  return isNewLine
    ? /[\w$\]"'`>!\u0080-\uffff]$/.test(code) && !/(?:=>|(?<![\w$.])(?:extends|in|of|instanceof|typeof|new))$/.test(code)
    : /=["']$/.test(code)
}

function writes({ content, at }: Spot, name: string): boolean {
  const word = wordAt(content, at)
  if (word === name) return true
  if (word === 'class') return hasWord(content.slice(at, at + REACH), name)
  if (word === '+' || word === '-') return wordAt(content, at + 2) === name
  return /^[[{(]$/.test(word) && hasWord(content.slice(at, at + REACH), name)
}

/** A property that the text names, or some computed one. */
function accesses(text: string, key: string | undefined): boolean {
  if (key === undefined) return text.includes('[')
  const escaped = key.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  return new RegExp(`(?:\\.\\s*|\\[\\s*["']?)${escaped}(?![\\w$])`).test(text)
}
