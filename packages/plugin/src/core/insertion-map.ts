/**
 * The map of an insertion-only edit, from the instrumented text to the very text that was given to `instrument`: bundlers chain the maps
 * of transforms themselves, so ours must not go further back. Since nothing but delimited spans was inserted, both texts are walked
 * together; no line is added, so only columns move. A segment a word keeps columns exact where tools cut their own segments.
 */
import { addSegment, GenMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping'
import { SPAN_DELIMITERS } from '@hindscope/protocol'
import type { SourceMap } from './source-map.ts'

/** A word, or one character that is neither part of a word nor white space. */
const WORD = /[\w$\u0080-\uffff]+|[^\s\w$]/g

export function insertionMap(original: string, instrumented: string, source: string): SourceMap | undefined {
  const delimiter = SPAN_DELIMITERS.find(candidate => instrumented.includes(candidate) && !original.includes(candidate))
  if (delimiter === undefined) return undefined
  const map = new GenMapping({ file: source })
  setSourceContent(map, source, original)
  let line = 0
  let column = 0
  let generatedColumn = 0
  let isLineMapped = false
  /** Inserted text before the first word of a line has no segment to its left; it takes the position of that word. */
  let unmappedColumn = -1
  for (const [index, part] of instrumented.split(delimiter).entries()) {
    if (index > 0) generatedColumn++
    if (index % 2 === 1) {
      if (!isLineMapped && unmappedColumn < 0) unmappedColumn = generatedColumn - 1
      generatedColumn += part.length
      continue
    }
    for (const [row, text] of part.split('\n').entries()) {
      if (row > 0) {
        line++
        column = generatedColumn = 0
        isLineMapped = false
        unmappedColumn = -1
      }
      for (const { index: at } of text.matchAll(WORD)) {
        if (unmappedColumn >= 0) addSegment(map, line, unmappedColumn, source, line, column + at)
        addSegment(map, line, generatedColumn + at, source, line, column + at)
        isLineMapped = true
        unmappedColumn = -1
      }
      column += text.length
      generatedColumn += text.length
    }
  }
  return toEncodedMap(map) as SourceMap // SAFE: gen-mapping writes version 3 maps with encoded mappings
}
