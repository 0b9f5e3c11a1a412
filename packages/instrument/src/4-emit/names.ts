/** Names and delimiters of inserted text, chosen so that they occur nowhere in the source text. */
import { SPAN_DELIMITERS } from '@hindscope/protocol'

export const NAME_PREFIX = '$h'

export interface EmitNames {
  /** Hook object. */
  readonly hook: string
  /** Imported hook, where the hook is a variable that takes it from there. */
  readonly imported: string
  /** Level table. */
  readonly levels: string
  /** Function that registers the module. */
  readonly register: string
  /** Base probe id. */
  readonly base: string
  /** Frame of the running call. */
  readonly frame: string
  /** What the running call is about to return. */
  readonly result: string
  /** Error in a catch clause that we write. */
  readonly error: string
  /** Pseudo-frame of module-level code. */
  readonly depth: string
  /** Start of the names of iteration counters and captured operands, which a number ends. */
  readonly prefix: string
}

/** `taken` are identifiers of the source in their canonical spelling: `\u0024h` is `$h` too. */
export function chooseNames(code: string, taken: ReadonlySet<string>): EmitNames {
  const isFree = (prefix: string): boolean => !code.includes(prefix) && ![...taken].some(name => name.startsWith(prefix))
  let prefix = NAME_PREFIX
  for (let n = 0; !isFree(prefix); n++) prefix = NAME_PREFIX + String(n)
  return {
    hook: prefix,
    imported: `${prefix}H`,
    levels: `${prefix}L`,
    register: `${prefix}R`,
    base: `${prefix}B`,
    frame: `${prefix}F`,
    result: `${prefix}V`,
    error: `${prefix}E`,
    depth: `${prefix}D`,
    prefix,
  }
}

export const chooseDelimiter = (code: string): string | undefined => SPAN_DELIMITERS.find(delimiter => !code.includes(delimiter))

/** A string literal on one line: JSON leaves U+2028 and U+2029 as they are, which end lines for every tool that counts them. */
export const literal = (text: string): string =>
  JSON.stringify(text).replace(/[\u2028\u2029\u007f-\u009f\v\f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
