/**
 * Taking the inserted text out again, by text alone: for `restore` on the compiler side and for Function.prototype.toString in the
 * program. What spans look like is written down in probe-abi.ts.
 */
import { HOOK_SYMBOL, PROLOGUE_MARK, SPAN_DELIMITERS } from './probe-abi.ts'

/** How the span with a prologue starts, of a module and of an outermost function of a script (4-emit/prologue.ts, 4-emit/edits.ts). */
const MODULE_PROLOGUE = new RegExp(`^;?/\\*${PROLOGUE_MARK}\\*/(?:import\\{|var )`)
const SCRIPT_PROLOGUE = new RegExp(`^[;{]?var \\$h\\d*=globalThis\\[Symbol\\.for\\("${HOOK_SYMBOL}"\\)\\]`)
/** What may follow an expression inside a call of ours: names, keys, numbers. */
const ARGUMENT = String.raw`,(?:[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.z)?|"(?:[^"\\]|\\.)*"|void 0|0)`
/** End of the operand of `yield*`. */
const DELEGATE = String.raw`\]\?\.\[0\]`
/** Spans that only close or terminate something. */
const CLOSING = new RegExp(`^(?:[(){};,]|${DELEGATE}|${ARGUMENT})+$`, 'u')
/**
 * A name of ours, anywhere in every other span: bundlers rename what is imported, so that `$h.r($hF,` becomes
 * `__vite_ssr_import_0__.h.r($hF,` or `h.r($hF,`, and they number bindings of modules (`$hL$1`).
 */
const OWN_NAME = /(?<![\w$])\$h\d*(?:[A-Z]\d*(?!\w)|[.?])/
/** Closes the call around the expression of an arrow function, and its body. */
const ARROW_END = /^[),].*\}$/
/** In no inserted text; in any text of the source that lies between two delimiters by chance, one of them is likely. */
const FOREIGN = /[\n\r\u2028\u2029\v\f]/

/** The delimiter of an instrumented text, undefined when the text has no prologue of ours. */
export function findDelimiter(code: string): string | undefined {
  return SPAN_DELIMITERS.find(
    delimiter => code.includes(delimiter) && spansOf(code, delimiter).some(span => MODULE_PROLOGUE.test(span) || SCRIPT_PROLOGUE.test(span)),
  )
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
  const parts = code.split(delimiter)
  // The text of an arrow function ends inside a span, where its body was an expression. Any other odd mark tells that a bundler has cut
  // a statement out, and a mark with it: what lies between the others is not what we put there.
  if (parts.length % 2 === 0 && !ARROW_END.test(parts[parts.length - 1] ?? '')) return false
  const spans = spansOf(code, delimiter)
  return spans.some(span => OWN_NAME.test(span)) && spans.every(span => (CLOSING.test(span) || OWN_NAME.test(span)) && !FOREIGN.test(span))
}
