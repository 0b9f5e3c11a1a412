/** Classes of characters, without regular expressions: a match of one would show in the program's `RegExp.$1`. */
import { charCodeAt } from '../intrinsics.ts'

export type Characters = Uint8Array

/** Ranges as in `-A-Za-z0-9_`: the dash itself stands first. */
export function charactersOf(ranges: string): Characters {
  const table = new Uint8Array(128)
  for (let i = 0; i < ranges.length; i++) {
    const isRange = charCodeAt(ranges, i + 1) === 0x2d
    const last = charCodeAt(ranges, isRange ? i + 2 : i)
    for (let unit = charCodeAt(ranges, i); unit <= last && unit < 128; unit++) table[unit] = 1
    if (isRange) i += 2
  }
  return table
}

export const isIn = (table: Characters, unit: number): boolean => unit < 128 && table[unit] === 1

export const WORD: Characters = /*#__PURE__*/ charactersOf('A-Za-z0-9')
export const NAME: Characters = /*#__PURE__*/ charactersOf('-A-Za-z0-9_')
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39
/** Blank, tab, line breaks. */
export const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 9 && unit <= 13)
export const isQuote = (unit: number): boolean => unit === 0x22 || unit === 0x27 || unit === 0x60

/** Where the run of characters of the table that starts at `from` ends. */
export function runEnd(text: string, from: number, table: Characters): number {
  let at = from
  while (at < text.length && isIn(table, charCodeAt(text, at))) at++
  return at
}

/** Where the run that ends before `to` starts; it is at most `most` long. */
export function runStart(text: string, to: number, table: Characters, most: number): number {
  let at = to
  while (at > 0 && to - at < most && isIn(table, charCodeAt(text, at - 1))) at--
  return at
}
