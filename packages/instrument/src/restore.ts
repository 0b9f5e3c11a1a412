/** Taking the inserted text out again, by text alone. */
import { HOOK_SYMBOL, PROLOGUE_MARK, SPAN_DELIMITERS } from '@hindscope/protocol'

/** Every prologue, of a module or of a function of a script, says one of these. */
const MARKS = [`/*${PROLOGUE_MARK}*/`, `Symbol.for(${JSON.stringify(HOOK_SYMBOL)})`]
/** Spans without a name of ours: what closes or terminates something. */
const CLOSING = /^[(){};,]*$/
const OWN_NAME = /\$h\d*[LRBFED]?\b/

/** The delimiter of an instrumented text, undefined when the text has no prologue of ours. */
export function findDelimiter(code: string): string | undefined {
  return SPAN_DELIMITERS.find(delimiter => code.includes(delimiter) && spansOf(code, delimiter).some(span => MARKS.some(mark => span.includes(mark))))
}

/**
 * The original text of instrumented text, byte for byte. A part of an instrumented module, such as the text of one of its functions,
 * has no prologue; it is restored when everything between its delimiters reads like our own text. Any other text comes back unchanged.
 */
export function restore(code: string): string {
  const delimiter = findDelimiter(code) ?? SPAN_DELIMITERS.find(candidate => readsLikeOurs(code, candidate))
  if (delimiter === undefined) return code
  return code
    .split(delimiter)
    .filter((_, index) => index % 2 === 0)
    .join('')
}

const spansOf = (code: string, delimiter: string): string[] => code.split(delimiter).filter((_, index) => index % 2 === 1)

function readsLikeOurs(code: string, delimiter: string): boolean {
  if (!code.includes(delimiter)) return false
  const spans = spansOf(code, delimiter)
  return spans.some(span => OWN_NAME.test(span)) && spans.every(span => CLOSING.test(span) || OWN_NAME.test(span))
}
