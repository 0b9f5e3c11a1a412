/** Whether a number can be among the values of a chunk, told by its bytes: most chunks are passed over without reading a value. */
import { ValueTag, zigzag } from '@hindscope/protocol'
import type { PathField } from '@hindscope/protocol'
import { cached } from '../engine/event-filter.ts'
import type { Track } from '../model/track.ts'

/** Steps whose numbers are written without a tag of their own: sizes, and bytes of binaries. */
const isUntagged = ({ steps }: PathField): boolean => {
  const last = steps.at(-1)
  return last === 'length' || last === 'size' || (typeof last === 'number' && steps.length > 1)
}

/** A test of a track's chunks; undefined when the bytes do not tell. Zero is written in two ways and looked for in none. */
export function numberBytesTest(track: Track, field: PathField, value: number): ((chunk: number) => boolean) | undefined {
  if (value === 0 || isUntagged(field)) return undefined
  const patterns = patternsOf(value)
  const digits = String(value)
  const byChunk = new Map<number, boolean>()
  return index =>
    cached(byChunk, index, () => {
      const chunk = track.chunks[index]
      // Big integers are texts.
      return chunk !== undefined && (patterns.some(pattern => includesBytes(chunk.values, pattern)) || chunk.strings.includes(digits))
    })
}

function patternsOf(value: number): Uint8Array[] {
  const double = new Uint8Array(9)
  double[0] = ValueTag.double
  new DataView(double.buffer).setFloat64(1, value, true)
  return Number.isSafeInteger(value) && Math.abs(value) < 2 ** 51 ? [Uint8Array.from([ValueTag.int, ...varintOf(zigzag(value))]), double] : [double]
}

function varintOf(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}

/** Looks for the second byte, which is rarer than the tag before it. */
function includesBytes(bytes: Uint8Array, pattern: Uint8Array): boolean {
  const rare = pattern[1] as number // SAFE: a tag and a byte at least
  for (let at = bytes.indexOf(rare, 1); at !== -1; at = bytes.indexOf(rare, at + 1)) {
    let i = 0
    while (i < pattern.length && bytes[at - 1 + i] === pattern[i]) i++
    if (i === pattern.length) return true
  }
  return false
}
