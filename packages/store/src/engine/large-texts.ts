/**
 * Whose the long texts of a chunk are. Texts stand in the chunk's list, once for all values that have them; of the long ones, which make
 * traces big, the first event that holds one is looked for by the bytes that name it. Few values are read.
 */
import { ValueTag } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import type { Track } from '../model/track.ts'

/** Characters from which a text is worth looking for. */
const LONG = 128
/** Texts of a chunk that are looked for, the longest. */
const MOST = 64
/** Places that may name a text and turn out not to. */
const MOST_PLACES = 16

/** Bytes of long texts by row, and their sum. */
export interface LargeTexts {
  readonly byRow: ReadonlyMap<number, number>
  readonly bytes: number
}

const NONE: LargeTexts = { byRow: new Map(), bytes: 0 }
const encoder = new TextEncoder()

export function largeTextsOf(track: Track, index: number): LargeTexts {
  const chunk = track.chunks[index]
  if (chunk === undefined) return NONE
  const long = chunk.strings.flatMap((text, number) => (text.length >= LONG ? [{ text, number }] : []))
  if (long.length === 0) return NONE
  const byRow = new Map<number, number>()
  let bytes = 0
  for (const { text, number } of long.sort((a, b) => b.text.length - a.text.length).slice(0, MOST)) {
    const row = rowWith(track, index, text, number)
    if (row === undefined) continue
    const textBytes = encoder.encode(text).length
    byRow.set(row, (byRow.get(row) ?? 0) + textBytes)
    bytes += textBytes
  }
  return { byRow, bytes }
}

/** The first row whose values hold the text. */
function rowWith(track: Track, index: number, text: string, number: number): number | undefined {
  const bytes = track.chunks[index]?.values ?? new Uint8Array()
  const name = varintOf(number)
  let places = 0
  for (let at = 1; at <= bytes.length - name.length && places < MOST_PLACES; at++) {
    const tag = bytes[at - 1]
    if ((tag !== ValueTag.string && tag !== ValueTag.longString) || name.some((byte, i) => bytes[at + i] !== byte)) continue
    places++
    const row = rowAt(track, index, at)
    if (track.valuesOf(row).some(value => holds(value, text))) return row
  }
  return undefined
}

/** The row whose values are at this offset: the last that begins before it. */
function rowAt(track: Track, index: number, offset: number): number {
  const { values } = track.rows
  const firstRow = track.firstRowOf(index)
  const from = values.indexFrom(firstRow)
  const to = values.indexFrom(firstRow + (track.chunks[index]?.recordCount ?? 0))
  return values.rowAt(Math.max(from, lowerBound(from, to, i => values.valueAt(i) - 1 > offset) - 1))
}

function varintOf(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}

function holds(value: ValueNode, text: string): boolean {
  switch (value.kind) {
    case 'string':
      return value.value === text
    case 'object':
    case 'error':
      return value.entries.some(([, each]) => holds(each, text))
    case 'array':
    case 'set':
      return value.items.some(each => holds(each, text))
    case 'map':
      return value.pairs.some(([key, each]) => holds(key, text) || holds(each, text))
    default:
      return false
  }
}
