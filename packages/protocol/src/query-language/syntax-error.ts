/** Faults in a query's text: what was found, what was expected, and where. */
import { nearest } from '../config.ts'
import { HindscopeError } from '../diagnostics.ts'

/** Where the fault is and what it is. Offsets and lengths are UTF-16 units of the query's text. */
export interface QueryFault {
  readonly offset: number
  /** 0 at the end of the text. */
  readonly length: number
  /** As in the message: `"knd"`, `the end`. */
  readonly found: string
  readonly expected: string
  /** The known word that was probably meant. */
  readonly suggestion?: string
}

/** `query-syntax`, with the place for programs that mark it in the text themselves. */
export interface QuerySyntaxError extends HindscopeError {
  readonly details: QueryFault
}

export const isQuerySyntaxError = (error: unknown): error is QuerySyntaxError =>
  error instanceof HindscopeError && error.code === 'query-syntax' && 'details' in error

export interface Place {
  readonly offset: number
  readonly length: number
}

/** `known`: words of which the found one may be a misspelling. */
export function syntaxError(text: string, place: Place, expected: string, known: readonly string[] = []): QuerySyntaxError {
  const word = text.slice(place.offset, place.offset + place.length)
  const found = word === '' ? 'the end' : `"${word.length > 40 ? `${word.slice(0, 39)}…` : word}"`
  const suggestion = word === '' || known.length === 0 ? undefined : suggest(word, known)
  const params = {
    found,
    expected,
    hint: suggestion === undefined ? '' : ` Did you mean ${suggestion}?`,
    frame: caretFrame(text, place),
  }
  const details: QueryFault = { ...place, found, expected, ...(suggestion === undefined ? {} : { suggestion }) }
  return Object.assign(new HindscopeError('query-syntax', params), { details })
}

/** Nothing rather than a word that has little in common. */
function suggest(word: string, known: readonly string[]): string | undefined {
  const best = nearest(word.slice(0, 40), known)
  const isNear = sharedLetters(word.toLowerCase(), best.toLowerCase()) * 2 > Math.max(word.length, best.length)
  return isNear ? best : undefined
}

function sharedLetters(a: string, b: string): number {
  const left = [...b]
  let shared = 0
  for (const letter of a) {
    const at = left.indexOf(letter)
    if (at === -1) continue
    left.splice(at, 1)
    shared++
  }
  return shared
}

const FRAME_WIDTH = 100

/** The line of the fault with a caret under each of its characters; a long line is shown around it. */
function caretFrame(text: string, { offset, length }: Place): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1) + 1, 0)
  const next = text.indexOf('\n', offset)
  const end = next === -1 ? text.length : next
  const from = Math.max(start, Math.min(offset - FRAME_WIDTH / 2, end - FRAME_WIDTH))
  const until = Math.min(end, from + FRAME_WIDTH)
  const [before, after] = [from > start ? '…' : '', until < end ? '…' : '']
  // Tabs and control characters as blanks: the caret must stand under its token whatever the terminal makes of them.
  const line = text.slice(from, until).replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
  const carets = '^'.repeat(Math.max(1, Math.min(length, until - offset)))
  return `\n  ${before}${line}${after}\n  ${' '.repeat(before.length + offset - from)}${carets}`
}
