/**
 * CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), eight bytes a step ("slicing-by-8", Kounavis and Berry 2005).
 * One flat table of signed words: entry 256 * k + byte is the effect of a byte that lies k bytes before the end of a step.
 * PERF: signed words stay small integers in the engine; unsigned ones would be boxed – bench/runtime/per-call.bench.mjs
 */
import { partOf } from './captured.ts'

const TABLE: Int32Array = /*#__PURE__*/ buildTable()

function buildTable(): Int32Array {
  const table = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let c = byte
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    table[byte] = c
  }
  for (let at = 256; at < table.length; at++) {
    const previous = table[at - 256] as number // SAFE: at >= 256
    table[at] = (previous >>> 8) ^ (table[previous & 0xff] as number) // SAFE: masked
  }
  return table
}

type Crc32 = (bytes: Uint8Array) => number
/** Node's own, from 20.15 and 22.2 on. Asked for once, when there is something to check. */
let native: Crc32 | undefined
let isAsked = false

function nativeCrc32(): Crc32 | undefined {
  isAsked = true
  const { process: host } = globalThis as { process?: { getBuiltinModule?(name: string): { crc32?: Crc32 } | undefined } } // SAFE: what is not there is not called
  return typeof host?.getBuiltinModule === 'function' ? host.getBuiltinModule('node:zlib')?.crc32 : undefined
}

export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  if (!isAsked) native = nativeCrc32()
  return native === undefined ? ownCrc32(bytes, from, to) : native(partOf(bytes, from, to))
}

/** For engines that have none. */
// SAFE (all casts below): byte indices stay below `to`, table indices below 8 * 256.
export function ownCrc32(bytes: Uint8Array, from: number, to: number): number {
  const t = TABLE
  let c = -1
  let i = from
  for (; i + 8 <= to; i += 8) {
    c ^= (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24)
    c =
      (t[1792 + (c & 0xff)] as number) ^
      (t[1536 + ((c >>> 8) & 0xff)] as number) ^
      (t[1280 + ((c >>> 16) & 0xff)] as number) ^
      (t[1024 + (c >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number)
  }
  for (; i < to; i++) c = (c >>> 8) ^ (t[(c ^ (bytes[i] as number)) & 0xff] as number)
  return (c ^ -1) >>> 0
}
