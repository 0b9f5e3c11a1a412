/**
 * Maps of an insertion-only edit. Nothing but spans was inserted and no line was added, so only columns move. A segment a word keeps columns
 * exact where tools cut segments of their own.
 */
import remapping from '@jridgewell/remapping'
import type { SourceMapInput } from '@jridgewell/trace-mapping'
import { isWordPart, wordEnd } from '../1-parse/text-token.ts'
import type { Span } from './apply.ts'

export interface SourceMapV3 {
  readonly version: 3
  readonly file?: string | null
  readonly sources: readonly (string | null)[]
  readonly sourcesContent?: readonly (string | null)[]
  readonly names: readonly string[]
  readonly mappings: string
}

/** From the output to the text that was given. */
export const insertionMap = (code: string, spans: readonly Span[], id: string): SourceMapV3 => ({
  version: 3,
  sources: [id],
  sourcesContent: [code],
  names: [],
  mappings: insertionMappings(code, spans),
})

/** `inner` maps the text that was given to its own original. */
export function composeMaps(outer: SourceMapV3, inner: SourceMapInput | undefined): SourceMapV3 {
  if (inner === undefined) return outer
  const chained = remapping([JSON.stringify(outer), inner as string], () => null)
  return JSON.parse(chained.toString()) as SourceMapV3 // SAFE: remapping wrote it
}

/**
 * A segment is [generated column, source, line, column], each as the difference to the segment before, the generated column starting from
 * zero on each line. Inserted text before the first word of a line takes the position of that word.
 */
function insertionMappings(code: string, spans: readonly Span[]): string {
  let mappings = ''
  let lineStart = 0
  /** Characters inserted on this line so far, and the column of the first of them when no word stands before it. */
  let inserted = 0
  let bare = -1
  let isFirst = true
  let line = 0
  let [lastLine, lastColumn, lastGenerated] = [0, 0, 0]
  let next = 0
  const segment = (generated: number, column: number): void => {
    if (!isFirst) mappings += ','
    const [forward, back] = [generated - lastGenerated, column - lastColumn]
    mappings +=
      line === lastLine && forward === back && forward < SAME.length ? (SAME[forward] ?? '') : `${vlq(forward)}A${vlq(line - lastLine)}${vlq(back)}`
    isFirst = false
    lastGenerated = generated
    lastColumn = column
    lastLine = line
  }
  const takeSpans = (offset: number): void => {
    for (let span = spans[next]; span && span.offset <= offset; span = spans[++next]) {
      if (isFirst && bare < 0) bare = span.offset - lineStart + inserted
      inserted += span.text.length
    }
  }
  for (let at = 0; at < code.length;) {
    const unit = code.charCodeAt(at)
    if (unit === LINE_FEED) {
      takeSpans(at)
      if (bare >= 0) segment(bare, at - lineStart)
      mappings += ';'
      line++
      lineStart = ++at
      inserted = lastGenerated = 0
      bare = -1
      isFirst = true
    } else if (unit === SPACE || (unit >= TAB && unit <= CARRIAGE_RETURN)) at++
    else {
      takeSpans(at)
      const column = at - lineStart
      if (bare >= 0) segment(bare, column)
      bare = -1
      segment(column + inserted, column)
      // What was inserted inside of a word's token cannot be: spans stand between tokens of the language.
      at = isWordPart(unit) ? wordEnd(code, at + 1) : at + 1
    }
  }
  takeSpans(code.length)
  if (bare >= 0) segment(bare, code.length - lineStart)
  return mappings
}

const TAB = 9
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base 64 digits of five bits, least first, the sign in the lowest bit (source map revision 3). */
function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1
  let text = ''
  do {
    const digit = rest & 31
    rest >>>= 5
    text += DIGITS.charAt(rest > 0 ? digit | 32 : digit)
  } while (rest > 0)
  return text
}

/** Nine of ten segments go as far in the output as in the source, on the same line. */
const SAME: readonly string[] = Array.from({ length: 128 }, (_, distance) => `${vlq(distance)}AA${vlq(distance)}`)
