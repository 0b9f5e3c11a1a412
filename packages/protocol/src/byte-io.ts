/** Varints and text over growable bytes; shared by the chunk codec, the value codec and the recorder's snapshot writer. */
import { charCodeAt, copyOf, methodOf, partOf, setBytes, setFloat64 } from './captured.ts'
import { HindscopeError } from './diagnostics.ts'

interface Coders {
  readonly TextEncoder?: typeof TextEncoder
  readonly TextDecoder?: typeof TextDecoder
  readonly process?: { getBuiltinModule?(name: string): Coders }
}
type Encoder = InstanceType<typeof TextEncoder>
type Decoder = InstanceType<typeof TextDecoder>
const scope: Coders = globalThis as unknown as Coders // SAFE: what is not there is not used
/** Contexts of node:vm may lack the coders; Node has them. */
const coders: Coders = scope.TextEncoder ? scope : (scope.process?.getBuiltinModule?.('node:util') ?? scope)
const encoder = (coders.TextEncoder && new coders.TextEncoder()) as Encoder // SAFE: without one, writing fails, as it must
const encode: (coder: Encoder, text: string) => Uint8Array = methodOf(coders.TextEncoder?.prototype.encode)
// ignoreBOM keeps a leading U+FEFF: it belongs to the recorded text.
let usual: Decoder | undefined
const decoder = (): Decoder => new (coders.TextDecoder ?? TextDecoder)('utf-8', { fatal: false, ignoreBOM: true })

/** Bytes that grow by doubling. The buffer is owned by the writer; `take` hands out a copy. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>
  length = 0
  private view: DataView

  /** `memory`: bytes to write over, or how many to begin with. */
  constructor(memory: number | Uint8Array<ArrayBuffer> = 1024) {
    this.bytes = typeof memory === 'number' ? new Uint8Array(memory) : memory
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count))
    setBytes(grown, partOf(this.bytes, 0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    if (this.length >= this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** A byte and a varint. */
  tagged(tag: number, value: number): void {
    const at = this.length
    if (at + 9 > this.bytes.length) this.reserve(9)
    const { bytes } = this
    bytes[at] = tag
    if (value < 0x80) {
      bytes[at + 1] = value
      this.length = at + 2
    } else if (value < 0x4000) {
      bytes[at + 1] = (value & 0x7f) | 0x80
      bytes[at + 2] = value >> 7
      this.length = at + 3
    } else {
      this.length = at + 1
      this.long(value)
    }
  }

  /** Unsigned LEB128 of an integer in [0, 2^53). */
  varint(value: number): void {
    const at = this.length
    if (value >= 0x80 || at >= this.bytes.length) return this.long(value)
    this.bytes[at] = value
    this.length = at + 1
  }

  private long(value: number): void {
    if (this.length + 8 > this.bytes.length) this.reserve(8)
    const { bytes } = this
    let at = this.length
    let rest = value
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    // PERF: from here on the engine works with integers – bench/runtime/per-call.bench.mjs
    for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
    bytes[at] = rest
    this.length = at + 1
  }

  float64(value: number): void {
    this.reserve(8)
    setFloat64(this.view, this.length, value, true)
    this.length += 8
  }

  raw(source: Uint8Array): void {
    this.reserve(source.length)
    setBytes(this.bytes, source, this.length)
    this.length += source.length
  }

  /** Length-prefixed UTF-8. Lone surrogates become U+FFFD, as TextEncoder does. */
  text(value: string): void {
    this.reserve(value.length * 3 + 8)
    if (value.length < 24) {
      const start = this.length++
      for (let i = 0; i < value.length; i++) {
        const unit = charCodeAt(value, i)
        if (unit > 0x7f) {
          this.length = start
          return this.raw2(encode(encoder, value))
        }
        this.bytes[this.length++] = unit
      }
      this.bytes[start] = value.length
      return
    }
    this.raw2(encode(encoder, value))
  }

  private raw2(encoded: Uint8Array): void {
    this.varint(encoded.length)
    this.raw(encoded)
  }

  /** A view of what was written, good until more is. */
  written(): Uint8Array<ArrayBuffer> {
    return partOf(this.bytes, 0, this.length)
  }

  take(): Uint8Array<ArrayBuffer> {
    return copyOf(this.bytes, 0, this.length)
  }

  reset(): void {
    this.length = 0
  }
}

/** Reads what ByteWriter wrote. Every read checks bounds and throws `bytes-out-of-range`, so damaged input is an error, never garbage memory. */
export class ByteReader {
  readonly bytes: Uint8Array
  offset: number
  private view: DataView | undefined

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  private need(count: number): void {
    if (count < 0 || this.offset + count > this.bytes.length) {
      throw new HindscopeError('bytes-out-of-range', { offset: String(this.offset), need: String(count), length: String(this.bytes.length) })
    }
  }

  byte(): number {
    this.need(1)
    return this.bytes[this.offset++] as number // SAFE: bounds checked above
  }

  /** PERF: most are a byte long – bench/store/queries.bench.mjs */
  varint(): number {
    const first = this.bytes[this.offset]
    if (first === undefined || first >= 0x80) return this.longVarint()
    this.offset++
    return first
  }

  private longVarint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw new HindscopeError('bytes-out-of-range', {
      offset: String(this.offset),
      need: 'varint of at most 8 bytes',
      length: String(this.bytes.length),
    })
  }

  float64(): number {
    this.need(8)
    const { bytes } = this
    const value = (this.view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)).getFloat64(this.offset, true)
    this.offset += 8
    return value
  }

  raw(count: number): Uint8Array {
    this.need(count)
    const slice = this.bytes.subarray(this.offset, this.offset + count)
    this.offset += count
    return slice
  }

  text(): string {
    return (usual ??= decoder()).decode(this.raw(this.varint()))
  }
}
