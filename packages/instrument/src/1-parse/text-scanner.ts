/**
 * Finds the ends of things in original text that no parser here reads: TypeScript, JSX, the script and the markup of components. It knows
 * tokens, brackets, templates, regular expressions and JSX, and nothing else of the grammar; it starts where a map says that code stands,
 * so the text around may be anything. Whatever it cannot follow it says so (undefined), and positions are then those of the map alone.
 */
import {
  APOSTROPHE,
  BACKTICK,
  EQUALS,
  EXCLAMATION,
  HASH,
  LESS,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  PLUS,
  QUOTE,
  SLASH,
  closerOf,
  isCloser,
  isWordPart,
  tokenEnd,
  tokenStart,
} from './text-token.ts'

const TEMPLATE_TEXT = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y
const REGEXP = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const GENERIC_ARROW = /<\s*(?:const\s+)?[A-Za-z_$][\w$]*\s*(?:,|=|extends\b)/y
const JSX_NAME = /[A-Za-z_$][\w$.:-]*/y
const JSX_TEXT = /[^<{]*/y
const JSX_STRING = /"[^"]*"|'[^']*'/y

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])
/** Words behind which an operand starts. */
const OPERATORS: ReadonlySet<string> = new Set(
  'return typeof case in of delete void throw new do else yield await instanceof extends as satisfies default'.split(' '),
)
const LONGEST_OPERATOR = 'instanceof'.length
const TYPE_OPERATORS: ReadonlySet<string> = new Set('keyof typeof readonly unique infer is asserts extends in new abstract'.split(' '))

/** Brackets inside brackets that are followed; text that nests deeper has the map's positions. */
const MAX_DEPTH = 500

export interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface TextScanner {
  readonly text: string
  /** First token at or behind `offset` that is neither white space nor a comment. */
  token(offset: number): Token | undefined
  /** Offset behind the bracket that closes the one at `open`. */
  closing(open: number): number | undefined
  /** Offset behind the `>` that closes the `<` of a type parameter or argument list at `open`. */
  closingAngle(open: number): number | undefined
  /**
   * End of the type that starts at `offset`: before a function's body, an initialiser or whatever closes the brackets around. `arrow`: the
   * type is an arrow function's, so the last arrow is not part of it.
   */
  typeEnd(offset: number, behind?: { readonly arrow: boolean }): number | undefined
  /** End of the expression (as an argument or initialiser) that starts at `offset`. */
  expressionEnd(offset: number): number | undefined
}

/** `jsx`: a `<` where an operand is due opens an element; in plain TypeScript it opens type parameters. */
export function createTextScanner(text: string, { jsx }: { readonly jsx: boolean }): TextScanner {
  /** Ends by opening offset; 0 where the text cannot be followed. PERF: every bracket is walked once, however deep functions nest. */
  const ends = new Map<number, number>()
  let depth = 0

  const match = (pattern: RegExp, offset: number): number => {
    pattern.lastIndex = offset
    return pattern.test(text) ? pattern.lastIndex : -1
  }

  function token(offset: number): Token | undefined {
    const start = tokenStart(text, offset)
    if (start === text.length) return undefined
    const end = tokenEnd(text, start)
    return { start, end, text: text.slice(start, end) }
  }

  /** End of the operand or operator whose first token is given, with brackets, templates, regular expressions and elements as one; -1 where it has none. */
  function pieceEnd(from: number, to: number, afterOperand: boolean): number {
    switch (text.charCodeAt(from)) {
      case OPEN_PAREN:
      case OPEN_BRACKET:
      case OPEN_BRACE:
        return closing(from) ?? -1
      case BACKTICK:
        return templateEnd(to) ?? -1
      case QUOTE:
      case APOSTROPHE:
        return to - from === 1 ? -1 : to
      case SLASH:
        return afterOperand ? to : match(REGEXP, from)
      case LESS:
        if (afterOperand) return typeArgumentsEnd(from) ?? to
        return (jsx && match(GENERIC_ARROW, from) < 0 ? elementEnd(from) : closingAngle(from)) ?? to
      default:
        return to
    }
  }

  function closing(open: number): number | undefined {
    const known = ends.get(open)
    if (known !== undefined) return known === 0 ? undefined : known
    if (depth === MAX_DEPTH) return undefined
    depth++
    const behind = closingBehind(open)
    depth--
    ends.set(open, behind)
    return behind === 0 ? undefined : behind
  }

  /** 0 where the text cannot be followed. PERF: no object per token; most are only passed over. */
  function closingBehind(open: number): number {
    const closer = closerOf(text.charCodeAt(open))
    let at = open + 1
    let isOperand = false
    for (;;) {
      const from = tokenStart(text, at)
      const first = text.charCodeAt(from)
      if (first === closer) return from + 1
      if (from === text.length || isCloser(first)) return 0
      const postfix = isOperand ? unaryEnd(from) : -1
      if (postfix > 0 && !hasLineBreak(at, from)) {
        at = postfix
        continue
      }
      const to = tokenEnd(text, from)
      at = pieceEnd(from, to, isOperand)
      if (at < 0) return 0
      isOperand = endsOperand(text, { from, to, behind: at })
    }
  }

  /** End of the `++`, `--` or `!` at `from`, which belongs to an operand on its line; -1 when something else stands there. */
  function unaryEnd(from: number): number {
    const [first, second] = [text.charCodeAt(from), text.charCodeAt(from + 1)]
    if ((first === PLUS || first === MINUS) && second === first) return from + 2
    return first === EXCLAMATION && second !== EQUALS ? from + 1 : -1
  }

  /** End of the function or class whose keyword ends at `offset`. */
  function definitionEnd(offset: number): number | undefined {
    for (let at = offset; ;) {
      const next = token(at)
      if (!next || /^[;)\]}]$/.test(next.text)) return undefined
      if (next.text === '{') return closing(next.start)
      const end =
        next.text === '(' || next.text === '['
          ? closing(next.start)
          : next.text === '<'
            ? closingAngle(next.start)
            : next.text === ':'
              ? typeEnd(next.end)
              : next.end
      if (end === undefined) return undefined
      at = end
    }
  }

  function templateEnd(offset: number): number | undefined {
    for (let at = offset; ;) {
      at = match(TEMPLATE_TEXT, at)
      if (text[at] === '`') return at + 1
      const end = text[at] === '$' ? closing(at + 1) : undefined
      if (end === undefined) return undefined
      at = end
    }
  }

  function elementEnd(open: number): number | undefined {
    let at = Math.max(match(JSX_NAME, open + 1), open + 1)
    const name = text.slice(open + 1, at)
    for (;;) {
      const next = token(at)
      if (!next) return undefined
      if (next.text === '>') {
        at = next.end
        break
      }
      if (next.text === '/') return text[next.end] === '>' ? next.end + 1 : undefined
      const end = next.text === '{' ? closing(next.start) : next.text === '<' ? closingAngle(next.start) : attributePart(next)
      if (end === undefined) return undefined
      at = end
    }
    for (;;) {
      at = match(JSX_TEXT, at)
      if (text.startsWith('</', at)) {
        const end = text.indexOf('>', at)
        return text.slice(at + 2, end).trim() === name ? end + 1 : undefined
      }
      const end = text[at] === '{' ? closing(at) : text[at] === '<' ? elementEnd(at) : undefined
      if (end === undefined) return undefined
      at = end
    }
  }

  function attributePart({ start, text: own }: Token): number | undefined {
    if (own === '=') return start + 1
    if (/^["']/.test(own)) return match(JSX_STRING, start) > 0 ? JSX_STRING.lastIndex : undefined
    const end = match(JSX_NAME, start)
    return end > 0 ? end : undefined
  }

  function closingAngle(open: number): number | undefined {
    for (let at = open + 1; ;) {
      const next = token(at)
      if (!next || /^[;)\]}]$/.test(next.text)) return undefined
      if (next.text === '>') return next.end
      const end = CLOSERS.has(next.text)
        ? closing(next.start)
        : next.text === '<'
          ? closingAngle(next.start)
          : next.text === '`'
            ? templateEnd(next.end)
            : next.end
      if (end === undefined) return undefined
      at = end
    }
  }

  /** As TypeScript decides it: a list that closes in front of a call or a template is one of type arguments. */
  function typeArgumentsEnd(open: number): number | undefined {
    const end = closingAngle(open)
    const next = end === undefined ? undefined : token(end)
    return next && /^[(`)\],;.]$/.test(next.text) ? end : undefined
  }

  function typeEnd(offset: number, { arrow } = { arrow: false }): number | undefined {
    let at = offset
    let isOperand = false
    let last: number | undefined
    for (;;) {
      const next = token(at)
      if (!next) return last
      const { text: own, start } = next
      if (/^[,;)\]}="'>]$/.test(own) || own === '=>') {
        if (own !== '=>' || isOperand) return last
      }
      if (isOperand && (own === '{' || (own === '(' && hasLineBreak(at, start)))) return last
      const end = CLOSERS.has(own) ? closing(start) : own === '<' ? closingAngle(start) : own === '`' ? templateEnd(next.end) : next.end
      if (end === undefined) return undefined
      if (isOperand && /^[\w$'"]/.test(own) && !TYPE_OPERATORS.has(own)) return last
      isOperand = CLOSERS.has(own) || own === '<' || own === '`' || (/^[\w$#"'\u0080-\uffff]/.test(own) && !TYPE_OPERATORS.has(own))
      // A parenthesis and an arrow are a function type.
      if (own === '(' && token(end)?.text === '=>' && (!arrow || isFunctionType(end))) isOperand = false
      at = last = end
    }
  }

  /** Whether the arrow at `offset` belongs to a type: another arrow follows the type behind it. */
  function isFunctionType(offset: number): boolean {
    const arrow = token(offset)
    const end = arrow && typeEnd(arrow.end, { arrow: true })
    const behind = end === undefined ? undefined : token(end)?.text
    return behind === '=>'
  }

  const hasLineBreak = (from: number, to: number): boolean => text.slice(from, to).includes('\n')

  function expressionEnd(offset: number): number | undefined {
    let at = offset
    let isOperand = false
    let last: number | undefined
    for (;;) {
      const found = token(at)
      if (!found || /^[,;)\]}]$/.test(found.text)) return last
      if (isOperand) {
        // Text right behind an operand that starts another one: the attribute of a template ends, or a semicolon is missing.
        if (/^["'{]/.test(found.text) && !/^[`(]/.test(found.text)) return last
        const postfix = unaryEnd(found.start)
        if (hasLineBreak(at, found.start) && (postfix > 0 || startsStatement(found))) return last
        if (postfix > 0) {
          at = last = postfix
          continue
        }
        if (found.text === 'as' || found.text === 'satisfies') {
          const end = typeEnd(found.end)
          if (end === undefined) return last
          at = last = end
          continue
        }
      }
      if (found.text === 'function' || found.text === 'class') {
        const end = definitionEnd(found.end)
        if (end === undefined) return undefined
        at = last = end
        isOperand = true
        continue
      }
      const behind = pieceEnd(found.start, found.end, isOperand)
      if (behind < 0) return undefined
      isOperand = endsOperand(text, { from: found.start, to: found.end, behind })
      at = last = behind
    }
  }

  return { text, token, closing, closingAngle, typeEnd, expressionEnd }
}

const startsStatement = ({ text }: Token): boolean =>
  /^[\w$#@\u0080-\uffff]/.test(text) && !['in', 'of', 'instanceof', 'as', 'satisfies'].includes(text)

interface Piece {
  readonly from: number
  /** End of its first token. */
  readonly to: number
  readonly behind: number
}

/** Whether the piece is or ends an operand. */
function endsOperand(text: string, { from, to, behind }: Piece): boolean {
  const first = text.charCodeAt(from)
  if (isWordPart(first) || first === HASH) return to - from > LONGEST_OPERATOR || !OPERATORS.has(text.slice(from, to))
  if (first === SLASH || first === LESS) return behind - from > 1
  return first === QUOTE || first === APOSTROPHE || first === BACKTICK || closerOf(first) > 0 || isCloser(first)
}
