/**
 * Which function of the original text a mapped place belongs to. Maps are exact at some tokens of a function and not at others, and
 * compilers give their own functions (bodies of enums and namespaces, setup functions, handlers around expressions) places too; so the
 * map only leads to a place, and the text there says whether the author wrote a function and where it starts and ends.
 */
import type { TextScanner, Token } from '../1-parse/text-scanner.ts'

export interface OriginalFunction {
  readonly start: number
  /** Undefined where the text could not be followed to the end. */
  readonly end: number | undefined
  /** Name or key as it is written, '' for arrows and functions without a name of their own. */
  readonly written: string
}

/** What stands at an anchor of a function in the generated text: `body` is the body's first token or first statement, `arrow` the text behind the arrow. */
export type AnchorRole = 'start' | 'key' | 'param' | 'body' | 'arrow'

const MODIFIERS = /(?:(?<![\w$.#@])(?:public|private|protected|static|override|readonly|abstract|async|accessor|declare|get|set)\s+|\*\s*)+$/
const MODIFIER: ReadonlySet<string> = new Set('public private protected static override readonly abstract async accessor declare get set'.split(' '))
const FUNCTION_BEFORE = /(?<![\w$.#])(?:async\s+)?function\b\s*\*?\s*$/
const ASYNC_BEFORE = /(?<![\w$.#])async\s*$/
const NO_KEY: ReadonlySet<string> = new Set(
  'if for while switch catch with function return typeof new await yield super import do else case throw'.split(' '),
)
/** How far back a function's head is looked for. */
const REACH = 400

export function originalFunction(scanner: TextScanner, at: number, role: AnchorRole): OriginalFunction | undefined {
  switch (role) {
    case 'start':
      return arrow(scanner, at) ?? named(scanner, at) ?? (scanner.text[at] === '(' ? withKeyBefore(scanner, at) : undefined)
    case 'key':
      return named(scanner, at)
    case 'param':
      return arrow(scanner, at) ?? fromParameter(scanner, at)
    case 'body':
    case 'arrow':
      return fromBody(scanner, at)
  }
}

/** `static x = value`: from its first modifier to the end of the value. */
export function originalField(scanner: TextScanner, at: number): OriginalFunction | undefined {
  const start = backOver(scanner, at, MODIFIERS)
  const key = keyAt(scanner, start)
  if (!key) return undefined
  let next = scanner.token(key.end)
  if (next?.text === '!' || next?.text === '?') next = scanner.token(next.end)
  if (next?.text === ':') {
    const end = scanner.typeEnd(next.end)
    next = end === undefined ? undefined : scanner.token(end)
  }
  if (next?.text !== '=') return undefined
  return { start, end: scanner.expressionEnd(next.end), written: key.text }
}

function backOver(scanner: TextScanner, at: number, pattern: RegExp): number {
  const before = scanner.text.slice(Math.max(0, at - REACH), at)
  const found = pattern.exec(before)
  return found ? at - found[0].length : at
}

/** A function with the keyword, a method, an accessor, a constructor or a static block whose key, keyword or modifier stands at `at`. */
function named(scanner: TextScanner, at: number): OriginalFunction | undefined {
  const word = scanner.token(at)
  if (word?.start !== at) return undefined
  if (word.text === 'function') return withKeyword(scanner, backOver(scanner, at, ASYNC_BEFORE), word)
  const next = scanner.token(word.end)
  if (word.text === 'async' && next?.text === 'function') return withKeyword(scanner, at, next)
  const keyword = FUNCTION_BEFORE.exec(scanner.text.slice(Math.max(0, at - REACH), at))
  if (keyword) {
    const start = at - keyword[0].length
    const first = scanner.token(start)
    const own = first?.text === 'async' ? scanner.token(first.end) : first
    return own && withKeyword(scanner, start, own)
  }
  return method(scanner, backOver(scanner, scanner.text[at - 1] === '[' ? at - 1 : at, MODIFIERS))
}

function withKeyword(scanner: TextScanner, start: number, keyword: Token): OriginalFunction | undefined {
  let next = scanner.token(keyword.end)
  if (next?.text === '*') next = scanner.token(next.end)
  const isNamed = next !== undefined && /^[\w$\u0080-\uffff]/.test(next.text)
  const written = isNamed ? (next?.text ?? '') : ''
  const end = next && bodyEnd(scanner, isNamed ? next.end : next.start)
  return end === undefined ? undefined : { start, end, written }
}

function method(scanner: TextScanner, start: number): OriginalFunction | undefined {
  const key = keyAt(scanner, start)
  if (!key) return undefined
  if (key.text === 'static' && scanner.token(key.end)?.text === '{') {
    const open = scanner.token(key.end)?.start ?? key.end
    return { start, end: scanner.closing(open), written: '' }
  }
  const optional = scanner.token(key.end)
  const end = bodyEnd(scanner, optional?.text === '?' || optional?.text === '!' ? optional.end : key.end)
  return end === undefined || NO_KEY.has(key.text) ? undefined : { start, end, written: key.text }
}

/** The key behind the modifiers at `start`; a modifier in front of `(`, `=` and the like is the key itself. */
function keyAt(scanner: TextScanner, start: number): Token | undefined {
  let token = scanner.token(start)
  if (token?.start !== start) return undefined
  while (token && (MODIFIER.has(token.text) || token.text === '*')) {
    const next = scanner.token(token.end)
    if (!next || /^[(<=:;,?!{}]$/.test(next.text)) break
    token = next
  }
  if (token?.text === '[') {
    const end = scanner.closing(token.start)
    return end === undefined ? undefined : { start: token.start, end, text: scanner.text.slice(token.start, end) }
  }
  return token && /^[\w$#"'\u0080-\uffff]/.test(token.text) ? token : undefined
}

/** Behind `<T>(params): Type { body }`; undefined when that is not what stands at `at`: a call, a signature without a body. */
function bodyEnd(scanner: TextScanner, at: number): number | undefined {
  const behind = parametersEnd(scanner, at)
  if (behind === undefined) return undefined
  let next = scanner.token(behind)
  if (next?.text === ':') {
    const end = scanner.typeEnd(next.end)
    next = end === undefined ? undefined : scanner.token(end)
  }
  return next?.text === '{' ? scanner.closing(next.start) : undefined
}

function parametersEnd(scanner: TextScanner, at: number): number | undefined {
  let next = scanner.token(at)
  if (next?.text === '<') {
    const end = scanner.closingAngle(next.start)
    next = end === undefined ? undefined : scanner.token(end)
  }
  return next?.text === '(' ? scanner.closing(next.start) : undefined
}

/** An arrow function whose `async`, type parameters, parenthesis or only parameter stands at `at`. */
function arrow(scanner: TextScanner, at: number): OriginalFunction | undefined {
  const first = scanner.token(at)
  if (first?.start !== at) return undefined
  const second = first.text === 'async' ? scanner.token(first.end) : first
  // `async => x` has a parameter of that name.
  const head = second?.text === '=>' ? first : second
  if (!head) return undefined
  const behind = /^[\w$\u0080-\uffff]/.test(head.text) ? head.end : parametersEnd(scanner, head.start)
  if (behind === undefined) return undefined
  let next = scanner.token(behind)
  if (next?.text === ':' && (head.text === '(' || head.text === '<')) {
    const end = scanner.typeEnd(next.end, { arrow: true })
    next = end === undefined ? undefined : scanner.token(end)
  }
  if (next?.text !== '=>') return undefined
  const start = head.text === '<' || first.text === 'async' ? at : backOver(scanner, backOverAngles(scanner, at), ASYNC_BEFORE)
  const body = scanner.token(next.end)
  const end = body?.text === '{' ? scanner.closing(body.start) : scanner.expressionEnd(next.end)
  return { start: scanner.token(start)?.start ?? start, end, written: '' }
}

/** From a parenthesis back to the `<` of the type parameters in front of it. */
function backOverAngles(scanner: TextScanner, at: number): number {
  const before = scanner.text.slice(Math.max(0, at - REACH), at)
  if (!/>\s*$/.test(before) || /=>\s*$/.test(before)) return at
  for (let open = before.lastIndexOf('<'); open >= 0; open = before.lastIndexOf('<', open - 1)) {
    const offset = at - before.length + open
    const end = scanner.closingAngle(offset)
    if (end !== undefined && scanner.text.slice(end, at).trim() === '') return offset
    if (open === 0) break
  }
  return at
}

/** The first parameter stands behind the parenthesis, perhaps behind modifiers of a parameter property. */
function fromParameter(scanner: TextScanner, at: number): OriginalFunction | undefined {
  const open = backOver(scanner, backOver(scanner, at, MODIFIERS), /\(\s*$/)
  if (scanner.text[open] !== '(') return undefined
  return arrow(scanner, open) ?? withKeyBefore(scanner, open)
}

function withKeyBefore(scanner: TextScanner, open: number): OriginalFunction | undefined {
  const head = backOverAngles(scanner, open)
  const key = /(?:[#\w$\u0080-\uffff]+|\*|\])\s*[?!]?\s*$/.exec(scanner.text.slice(Math.max(0, head - REACH), head))
  if (!key) return undefined
  const start = head - key[0].length
  if (/^function\b/.test(key[0])) return named(scanner, start)
  return /^[*\]]/.test(key[0]) ? undefined : named(scanner, start)
}

/** A body stands behind an arrow or a parameter list; only from there is a head looked for, anything else may be an argument. */
function fromBody(scanner: TextScanner, at: number): OriginalFunction | undefined {
  const from = Math.max(0, at - REACH)
  const before = scanner.text.slice(from, at)
  const arrowBefore = /=>\s*[({]?\s*$/.exec(before)
  const head = arrowBefore ?? /\)\s*(?::[^{}]*)?\{\s*$/.exec(before)
  if (!head) return undefined
  const inFront = before.slice(0, head.index)
  const single = arrowBefore && /(?<![\w$.#])[\w$\u0080-\uffff]+\s*$/.exec(inFront)
  if (single && !/[):]\s*[\w$.]+\s*$/.test(inFront)) return arrow(scanner, from + single.index)
  for (let open = before.lastIndexOf('(', head.index); open >= 0; open = open === 0 ? -1 : before.lastIndexOf('(', open - 1)) {
    const behind = scanner.closing(from + open)
    const isHead = arrowBefore ? arrowOf(scanner, from + open) === from + head.index : behind === from + head.index + 1
    if (isHead) return arrowBefore ? arrow(scanner, from + open) : withKeyBefore(scanner, from + open)
  }
  return undefined
}

function arrowOf(scanner: TextScanner, open: number): number | undefined {
  const behind = scanner.closing(open)
  const next = behind === undefined ? undefined : scanner.token(behind)
  if (next?.text !== ':') return next?.start
  const end = scanner.typeEnd(next.end, { arrow: true })
  return end === undefined ? undefined : scanner.token(end)?.start
}
