/**
 * Which rows of a chunk may hold a value, told by the bytes of its values: most rows are passed over without reading one. What is told is a
 * superset.
 */
import { ByteReader, HindscopeError, ValueTag, zigzag } from '@hindscope/protocol'
import type { PathField } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import type { KeptChunk } from '../model/kept-chunk.ts'
import type { Track } from '../model/track.ts'

/** Byte sequences of which a value has at least one, in its own record or in the one that it is a copy of; undefined when bytes do not tell. */
export type Patterns = readonly Uint8Array[] | undefined

/** Steps whose numbers are written without a tag of their own: sizes, and bytes of binaries. */
const isUntagged = ({ steps }: PathField): boolean => {
  const last = steps.at(-1)
  return last === 'length' || last === 'size' || (typeof last === 'number' && steps.length > 1)
}

/** For values at the path that equal a number. */
export function numberPatterns(field: PathField, value: number): (chunk: KeptChunk) => Patterns {
  if (isUntagged(field)) return () => undefined
  const patterns = value === 0 ? [intPattern(0), doublePattern(0), doublePattern(-0)] : [doublePattern(value)]
  if (value !== 0 && Number.isSafeInteger(value)) patterns.push(intPattern(value))
  const digits = Number.isInteger(value) ? BigInt(value).toString() : undefined
  // Big integers are texts.
  return ({ strings }) =>
    digits === undefined ? patterns : [...patterns, ...indexesOf(strings, digits).map(i => Uint8Array.of(ValueTag.bigint, ...varintOf(i)))]
}

/** For values that equal a text: its number in the chunk's strings is among their bytes. */
export const textPatterns =
  (text: string) =>
  ({ strings }: KeptChunk): Patterns =>
    indexesOf(strings, text).map(index => Uint8Array.from(varintOf(index)))

function indexesOf(strings: readonly string[], text: string): number[] {
  const found: number[] = []
  for (let at = strings.indexOf(text); at !== -1; at = strings.indexOf(text, at + 1)) found.push(at)
  return found
}

const intPattern = (value: number): Uint8Array => Uint8Array.of(ValueTag.int, ...varintOf(zigzag(value)))

function doublePattern(value: number): Uint8Array {
  const bytes = new Uint8Array(9)
  bytes[0] = ValueTag.double
  new DataView(bytes.buffer).setFloat64(1, value, true)
  return bytes
}

function varintOf(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}

/** Calls `visit` with the rows of a chunk, ascending, whose values may have one of the patterns. */
export function visitRows(track: Track, index: number, patterns: Patterns, visit: (row: number) => void): void {
  const chunk = track.chunks[index]
  if (chunk === undefined || patterns?.length === 0) return
  const { values } = track.rows
  const found: number[] = []
  for (const pattern of patterns ?? []) offsetsOf(chunk.values, pattern, found)
  if (patterns !== undefined && found.length === 0) return
  const firstRow = track.firstRowOf(index)
  const from = values.indexFrom(firstRow)
  const to = values.indexFrom(firstRow + chunk.recordCount)
  const marked = patterns === undefined ? undefined : new Records(chunk.values, values, from, to).mark(found)
  for (let i = from; i < to; i++) if (marked === undefined || marked[i - from] === 1) visit(values.rowAt(i))
}

/** Adds where the pattern stands in the bytes. */
function offsetsOf(bytes: Uint8Array, pattern: Uint8Array, found: number[]): void {
  const { length } = pattern
  // Engines look for one byte much quicker than a loop does, if they do not find it all the time: small bytes are common, great ones are not.
  const rarest = pattern.reduce((best, byte, i) => (byte > (pattern[best] as number) ? i : best), 0) // SAFE: an index
  const wanted = pattern[rarest] as number // SAFE: patterns are not empty
  const isRare = wanted >= RARE_FROM
  const last = bytes.length - length + rarest
  for (let at = rarest; at <= last; at++) {
    if (isRare) {
      at = bytes.indexOf(wanted, at)
      if (at === -1 || at > last) return
    } else if (bytes[at] !== wanted) continue
    let i = 0
    while (i < length && bytes[at - rarest + i] === pattern[i]) i++
    if (i === length) found.push(at - rarest)
  }
}

const RARE_FROM = 0x80

/** The values of a chunk, of which each row with values has a stretch. */
class Records {
  private readonly bytes: Uint8Array
  /** Where the stretches begin. */
  private readonly starts: Uint32Array
  private readonly marked: Uint8Array
  private readonly isInOrder: boolean

  constructor(bytes: Uint8Array, column: Track['rows']['values'], from: number, to: number) {
    this.bytes = bytes
    this.starts = new Uint32Array(to - from)
    this.marked = new Uint8Array(to - from)
    let isInOrder = true
    let before = -1
    for (let i = from; i < to; i++) {
      const start = column.valueAt(i) - 1
      isInOrder &&= start >= before
      before = start
      this.starts[i - from] = start
    }
    this.isInOrder = isInOrder
  }

  /** 1 for each row that has one of the offsets, or a copy of it; undefined when stretches are out of order, as in no trace of our recorder. */
  mark(offsets: readonly number[]): Uint8Array | undefined {
    if (!this.isInOrder) return undefined
    for (const offset of offsets) {
      const record = this.recordAt(offset)
      if (record !== -1) this.marked[record] = 1
    }
    this.markCopies()
    // Rows that begin at the same byte may have the same values, or the first of them none.
    for (let i = this.starts.length - 2; i >= 0; i--) if (this.starts[i] === this.starts[i + 1] && this.marked[i + 1] === 1) this.marked[i] = 1
    return this.marked
  }

  private markCopies(): void {
    const { bytes, marked } = this
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== ValueTag.same) continue
      const original = copiedOffset(bytes, at)
      if (original === undefined || original >= at || marked[this.recordAt(original)] !== 1) continue
      const record = this.recordAt(at)
      if (record !== -1) marked[record] = 1
    }
  }

  private recordAt(offset: number): number {
    const { starts } = this
    return lowerBound(0, starts.length, i => (starts[i] as number) > offset) - 1 // SAFE: i < length
  }
}

/** What a `same` value at an offset is a copy of; undefined when there is none. */
function copiedOffset(bytes: Uint8Array, at: number): number | undefined {
  const reader = new ByteReader(bytes, at + 1)
  try {
    reader.varint()
    return reader.varint()
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    return undefined
  }
}
