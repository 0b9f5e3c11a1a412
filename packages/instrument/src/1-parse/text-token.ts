/**
 * Tokens of original text: no grammar, only where one ends and what kind it is by its first character.
 * PERF: every character of every original goes through here; bench/instrument/transform.bench.mjs
 */
const TAB = 9
const LINE_FEED = 10
const SPACE = 32
const DOLLAR = 36
const STAR = 42
const DOT = 46
const QUESTION = 63
const AT = 64
const BACKSLASH = 92
const UNDERSCORE = 95
const NO_BREAK_SPACE = 0xa0
const BYTE_ORDER_MARK = 0xfeff

export const EXCLAMATION = 33
export const QUOTE = 34
export const HASH = 35
export const APOSTROPHE = 39
export const OPEN_PAREN = 40
export const CLOSE_PAREN = 41
export const PLUS = 43
export const MINUS = 45
export const SLASH = 47
export const LESS = 60
export const EQUALS = 61
const GREATER = 62
export const OPEN_BRACKET = 91
export const CLOSE_BRACKET = 93
export const BACKTICK = 96
export const OPEN_BRACE = 123
export const CLOSE_BRACE = 125

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57
/** What identifiers start with; every unit that is not ASCII counts. */
const isWordStart = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === UNDERSCORE || unit === DOLLAR || unit >= 0x80
export const isWordPart = (unit: number): boolean => isWordStart(unit) || isDigit(unit)

/** First token at or behind `offset` that is neither white space nor a comment; the text's length when there is none. */
export function tokenStart(text: string, offset: number): number {
  let at = offset
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (isSpace(unit)) at++
    else {
      const behind = unit === SLASH ? commentEnd(text, at) : at
      if (behind === at) return at
      at = behind
    }
  }
  return text.length
}

/** Lines may end with U+2028 and U+2029 too. */
const isSpace = (unit: number): boolean =>
  unit === SPACE || (unit >= TAB && unit < SPACE) || unit === NO_BREAK_SPACE || unit === BYTE_ORDER_MARK || unit === 0x2028 || unit === 0x2029

/** `at` itself when no comment starts there. */
function commentEnd(text: string, at: number): number {
  const second = text.charCodeAt(at + 1)
  if (second === SLASH) {
    const end = text.indexOf('\n', at)
    return end < 0 ? text.length : end
  }
  const end = second === STAR ? text.indexOf('*/', at + 2) : -1
  return end < 0 ? at : end + 2
}

/** End of the token that starts at `at`: a word (with `#` or `@`), a number, a string, `=>`, `?.`, `...`, or one character. */
export function tokenEnd(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (isWordStart(unit)) return wordEnd(text, at + 1)
  if (isDigit(unit)) return numberEnd(text, at + 1)
  const next = text.charCodeAt(at + 1)
  switch (unit) {
    case QUOTE:
    case APOSTROPHE:
      return stringEnd(text, at, unit)
    case HASH:
    case AT:
      return isWordStart(next) ? wordEnd(text, at + 2) : at + 1
    case EQUALS:
      return next === GREATER ? at + 2 : at + 1
    case QUESTION:
      return next === DOT ? at + 2 : at + 1
    case DOT:
      return next === DOT && text.charCodeAt(at + 2) === DOT ? at + 3 : at + 1
    default:
      return at + 1
  }
}

/** End of the word that `offset` is in, or `offset`. */
export function wordEnd(text: string, offset: number): number {
  let at = offset
  while (isWordPart(text.charCodeAt(at))) at++
  return at
}

function numberEnd(text: string, offset: number): number {
  let at = offset
  for (;;) {
    const unit = text.charCodeAt(at)
    if (unit !== DOT && !(isWordPart(unit) && unit < 0x80 && unit !== DOLLAR)) return at
    at++
  }
}

/** Only the quote where the string does not end on its line. */
function stringEnd(text: string, open: number, quote: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === quote) return at + 1
    if (unit === LINE_FEED) break
    if (unit === BACKSLASH) at++
  }
  return open + 1
}

/** The bracket that closes `unit`, -1 for what opens none. */
export function closerOf(unit: number): number {
  if (unit === OPEN_PAREN) return CLOSE_PAREN
  if (unit === OPEN_BRACKET) return CLOSE_BRACKET
  return unit === OPEN_BRACE ? CLOSE_BRACE : -1
}

export const isCloser = (unit: number): boolean => unit === CLOSE_PAREN || unit === CLOSE_BRACKET || unit === CLOSE_BRACE
