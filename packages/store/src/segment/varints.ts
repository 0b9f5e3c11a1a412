/** Reads a stream of varints (protocol's ByteWriter writes them). Plain loops: this is what opening a file waits for. */
import { blockMalformed } from './block-layout.ts'

/** Distances of int32 words wrap around, so that every word round-trips. Read back by `unzigzag32`. */
export const zigzag32 = (distance: number): number => ((distance << 1) ^ (distance >> 31)) >>> 0
export const unzigzag32 = (code: number): number => (code >>> 1) ^ -(code & 1)

export class Varints {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** The next unsigned number below 2^32. Throws `block-malformed` behind the end. */
  next(): number {
    const { bytes } = this
    let at = this.at
    if (at >= bytes.length) throw blockMalformed(at, 'a stream ends too early')
    let byte = bytes[at++] as number // SAFE: checked
    if (byte < 0x80) {
      this.at = at
      return byte
    }
    let value = byte & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      if (at >= bytes.length) break
      byte = bytes[at++] as number // SAFE: checked
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.at = at
        return value >>> 0
      }
    }
    throw blockMalformed(at, 'a number of a stream does not end')
  }

  /** The next unsigned number below 2^53. */
  nextLong(): number {
    const { bytes } = this
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      if (this.at >= bytes.length) break
      const byte = bytes[this.at++] as number // SAFE: checked
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw blockMalformed(this.at, 'a number of a stream does not end')
  }

  nextSigned(): number {
    return unzigzag32(this.next())
  }

  /** A view of the next bytes. Throws `block-malformed` when there are fewer. */
  take(count: number): Uint8Array {
    const from = this.at
    if (count > this.bytes.length - from) throw blockMalformed(from, 'a stream ends too early')
    this.at = from + count
    return this.bytes.subarray(from, this.at)
  }
}
