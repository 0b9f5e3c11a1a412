/** Text → tokens. */
import type { Literal } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import type { Place } from './syntax-error.ts'
import { microsOfIso, microsOfUnit } from './times.ts'

export type Token = Place &
  (
    | { readonly type: 'word'; readonly text: string }
    | { readonly type: 'symbol'; readonly text: string }
    | { readonly type: 'literal'; readonly value: Literal }
    | { readonly type: 'end' }
  )

const BLANK = /*#__PURE__*/ new RegExp('\\s+', 'uy')
const WORD = /*#__PURE__*/ new RegExp('[\\p{L}_$][\\p{L}\\p{N}_$]*', 'uy')
const ISO = /*#__PURE__*/ new RegExp(
  '\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})?)?(?![\\p{L}\\p{N}_$])',
  'uy',
)
const NUMBER = /*#__PURE__*/ new RegExp('([+-]?)(\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)([\\p{L}_$][\\p{L}\\p{N}_$]*)?', 'uy')
const SYMBOL = /*#__PURE__*/ new RegExp('!=|<=|>=|[()[\\],.=<>~]', 'uy')
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '0': '\0' }

/** Words that a name in a path can be written as without quotes. */
export const isPlainWord = (text: string): boolean => matchAt(WORD, text, 0)?.[0] === text

/** The last token is `end`. Throws `query-syntax`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; ;) {
    at += matchAt(BLANK, text, at)?.[0].length ?? 0
    if (at >= text.length) break
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.length
  }
  return [...tokens, { type: 'end', offset: text.length, length: 0 }]
}

function tokenAt(text: string, offset: number): Token {
  const first = text.charAt(offset)
  if (first === '"' || first === "'") return stringAt(text, offset)
  const word = matchAt(WORD, text, offset)?.[0]
  if (word !== undefined) return { type: 'word', text: word, offset, length: word.length }
  const iso = matchAt(ISO, text, offset)?.[0]
  if (iso !== undefined) {
    const us = microsOfIso(iso)
    if (us === undefined) throw syntaxError(text, { offset, length: iso.length }, 'a time that exists, such as 2026-01-31T12:00:00.5Z')
    return { type: 'literal', value: { type: 'time', us }, offset, length: iso.length }
  }
  const number = matchAt(NUMBER, text, offset)
  if (number !== null) return { type: 'literal', value: numberOf(text, number), offset, length: number[0].length }
  const symbol = matchAt(SYMBOL, text, offset)?.[0]
  if (symbol !== undefined) return { type: 'symbol', text: symbol, offset, length: symbol.length }
  throw syntaxError(
    text,
    { offset, length: String.fromCodePoint(text.codePointAt(offset) ?? 0).length },
    'a name, a value, an operator or a parenthesis',
  )
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset
  return pattern.exec(text)
}

/** `5`, `-5`, `5ms`; with a plus it is a time after the session's start, in seconds when no unit is given. */
function numberOf(text: string, match: RegExpExecArray): Literal {
  const [whole, sign = '', digits = '', unit] = match
  const value = Number(`${sign === '-' ? '-' : ''}${digits}`)
  const us = microsOfUnit(value, unit ?? 's')
  const expected = unit === undefined ? 'a number that is not too large' : 'a unit of time behind the number'
  const place =
    unit === undefined ? { offset: match.index, length: whole.length } : { offset: match.index + whole.length - unit.length, length: unit.length }
  if (us === undefined || !Number.isFinite(value))
    throw syntaxError(text, place, `${expected}${unit === undefined ? '' : ': us, ms or s'}`, unit === undefined ? [] : ['us', 'ms', 's'])
  if (sign === '+') return { type: 'since', us: Math.round(us) }
  return unit === undefined ? { type: 'number', value } : { type: 'duration', us }
}

function stringAt(text: string, offset: number): Token {
  const quote = text.charAt(offset)
  let value = ''
  for (let at = offset + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === quote) return { type: 'literal', value: { type: 'text', value }, offset, length: at + 1 - offset }
    if (char !== '\\') {
      value += char
      continue
    }
    const escape = text.charAt(++at)
    if (escape === 'u') {
      const code = matchAt(UNICODE, text, at)
      if (code === null) throw syntaxError(text, { offset: at - 1, length: 2 }, 'four hexadecimal digits behind \\u')
      value += String.fromCharCode(Number.parseInt(code[1] ?? '', 16))
      at += 4
    } else value += ESCAPES[escape] ?? escape
  }
  throw syntaxError(text, { offset, length: text.length - offset }, `a closing ${quote}`)
}

const UNICODE = /*#__PURE__*/ new RegExp('u([0-9a-fA-F]{4})', 'y')
