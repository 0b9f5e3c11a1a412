/**
 * String sections of chunks: each distinct string of a block stands once in the stream `strings`; a chunk names its strings by number.
 * Chunks of a realm repeat most of their strings, mostly in the same order, so numbers are told as distances to the one that would follow.
 */
import { ByteWriter } from '@hindscope/protocol'
import { blockMalformed } from './block-layout.ts'
import { Varints, unzigzag32, zigzag32 } from './varints.ts'

const START_SLOTS = 1024

export class StringPacker {
  readonly strings: ByteWriter = new ByteWriter(4096)
  readonly numbers: ByteWriter = new ByteWriter(4096)
  /** Start of each distinct string in `strings`, and the end of the last. */
  private starts = new Int32Array(512)
  private count = 0
  /** Open addressing: 1 + number, 0 where free. */
  private slots = new Int32Array(START_SLOTS)
  private hashes = new Int32Array(512)

  /** Takes the string section of one chunk; false when it is not as writers make it, and then nothing was taken. */
  add(section: Uint8Array): boolean {
    const count = countOf(section)
    if (count === -1) return false
    this.numbers.varint(count)
    let at = lengthOfVarint(count)
    let expected = 0
    for (let i = 0; i < count; i++) {
      const end = entryEnd(section, at)
      const number = this.numberOf(section, at, end)
      this.numbers.varint(zigzag32(number - expected))
      expected = number + 1
      at = end
    }
    return true
  }

  private numberOf(section: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (section[i] as number), 0x01000193) // SAFE: to <= length
    const mask = this.slots.length - 1
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] as number // SAFE: masked
      if (known === 0) return this.addNew(section.subarray(from, to), hash, slot)
      if (this.hashes[known - 1] === hash && this.isAt(known - 1, section, from, to)) return known - 1
    }
  }

  private isAt(number: number, section: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[number] as number // SAFE: number < count
    if ((this.starts[number + 1] as number) - start !== to - from) return false // SAFE: starts has count + 1 entries
    const { bytes } = this.strings
    for (let i = from; i < to; i++) if (section[i] !== bytes[start + i - from]) return false
    return true
  }

  private addNew(entry: Uint8Array, hash: number, slot: number): number {
    const number = this.count++
    if (number + 2 > this.starts.length) {
      this.starts = grown(this.starts)
      this.hashes = grown(this.hashes)
    }
    this.strings.raw(entry)
    this.starts[number + 1] = this.strings.length
    this.hashes[number] = hash
    this.slots[slot] = number + 1
    if (this.count * 2 > this.slots.length) this.rehash()
    return number
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4)
    const mask = slots.length - 1
    for (let number = 0; number < this.count; number++) {
      const hash = this.hashes[number] as number // SAFE: number < count
      let slot = (hash ^ (hash >>> 15)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.slots = slots
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** Number of entries of a section that holds exactly them, its count as short as can be; else -1. */
function countOf(section: Uint8Array): number {
  const reader = new Varints(section)
  try {
    const count = reader.next()
    if (reader.at !== lengthOfVarint(count)) return -1
    for (let left = count; left > 0; left--) reader.take(reader.next())
    return reader.at === section.length ? count : -1
  } catch {
    // SAFE: not a section of strings; it is kept as it is.
    return -1
  }
}

function entryEnd(section: Uint8Array, at: number): number {
  let end = at
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = section[end++] as number // SAFE: countOf has read it
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) return end + length
  }
}

const lengthOfVarint = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5)

export class StringUnpacker {
  private readonly strings: Uint8Array
  private readonly numbers: Varints
  private readonly starts: Int32Array
  private readonly count: number

  constructor(strings: Uint8Array, numbers: Uint8Array) {
    this.strings = strings
    this.numbers = new Varints(numbers)
    // An entry takes a byte at least.
    const starts = new Int32Array(strings.length + 1)
    const reader = new Varints(strings)
    let count = 0
    while (reader.at < strings.length) {
      reader.take(reader.next())
      starts[++count] = reader.at
    }
    this.starts = starts
    this.count = count
  }

  /** Writes the next section over `out[from, to)`. */
  write(out: Uint8Array, from: number, to: number): void {
    const { numbers, starts, strings } = this
    const count = numbers.next()
    let at = from
    let rest = count
    for (; rest >= 0x80; rest >>>= 7) at = put(out, at, to, (rest & 0x7f) | 0x80)
    at = put(out, at, to, rest)
    let number = 0
    for (let left = count; left > 0; left--) {
      number += unzigzag32(numbers.next())
      if (number < 0 || number >= this.count) throw blockMalformed(numbers.at, 'a string is not there')
      const start = starts[number] as number // SAFE: checked
      const end = starts[++number] as number // SAFE: starts has count + 1 entries
      if (end - start > to - at) throw blockMalformed(numbers.at, 'strings are too long')
      // PERF: a loop is faster than set() for what strings mostly are – bench/store
      if (end - start < 48) for (let i = start; i < end; i++) out[at++] = strings[i] as number // SAFE: i < end
      else {
        out.set(strings.subarray(start, end), at)
        at += end - start
      }
    }
    if (at !== to) throw blockMalformed(numbers.at, 'strings are too short')
  }
}

function put(out: Uint8Array, at: number, to: number, byte: number): number {
  if (at >= to) throw blockMalformed(at, 'strings are too long')
  out[at] = byte
  return at + 1
}
