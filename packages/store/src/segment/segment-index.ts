/**
 * The index at the end of a sealed segment: the header of each block and where it lies, so that statistics, pruning and opening a part
 * need neither a scan nor decompression. Nothing depends on it: blocks are found by their magic where it is cut off.
 *
 *   byte 0  u32 magic 'HSIX'     4  u16 version     6  u16 zero
 *        8  u32 total bytes     12  u32 CRC-32 of bytes [16, total)
 *       16  u32 blocks          20  u32 zero
 *       24  f64 bytes from the first byte of the segment to the index
 *       32  for each block: f64 bytes from the first byte of the segment, then its header (BLOCK_HEADER_BYTES)
 *       and at the very end: u32 total bytes, u32 magic 'HSIX'
 */
import { HindscopeError, crc32 } from '@hindscope/protocol'
import { BLOCK_HEADER_BYTES, blockMalformed, headerAt } from './block-layout.ts'
import type { BlockHeader } from './block-layout.ts'

export const INDEX_MAGIC = 0x58495348 // 'HSIX' read as little-endian u32
const INDEX_VERSION = 1
const START_BYTES = 32
const ENTRY_BYTES = 8 + BLOCK_HEADER_BYTES
/** Of the end by which the index is found from behind. */
export const INDEX_END_BYTES = 8

export interface IndexEntry {
  /** Bytes from the first byte of the segment. */
  readonly offset: number
  readonly header: BlockHeader
}

export interface SegmentIndex {
  readonly totalBytes: number
  /** Bytes of the segment before the index. */
  readonly spanBytes: number
  readonly blocks: readonly IndexEntry[]
}

/** `blocks`: where each begins, and its bytes, header first. */
export function writeIndex(blocks: readonly { readonly offset: number; readonly header: Uint8Array }[], spanBytes: number): Uint8Array<ArrayBuffer> {
  const totalBytes = START_BYTES + blocks.length * ENTRY_BYTES + INDEX_END_BYTES
  const bytes = new Uint8Array(totalBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, INDEX_MAGIC, true)
  view.setUint16(4, INDEX_VERSION, true)
  view.setUint32(8, totalBytes, true)
  view.setUint32(16, blocks.length, true)
  view.setFloat64(24, spanBytes, true)
  blocks.forEach(({ offset, header }, i) => {
    view.setFloat64(START_BYTES + i * ENTRY_BYTES, offset, true)
    bytes.set(header.subarray(0, BLOCK_HEADER_BYTES), START_BYTES + i * ENTRY_BYTES + 8)
  })
  view.setUint32(totalBytes - 8, totalBytes, true)
  view.setUint32(totalBytes - 4, INDEX_MAGIC, true)
  view.setUint32(12, crc32(bytes, 16, totalBytes), true)
  return bytes
}

/** Reads the index at `offset`. Throws `block-truncated`, `block-checksum`, `block-version`, `block-malformed`. */
export function readIndex(bytes: Uint8Array, offset: number): SegmentIndex {
  const at = String(offset)
  const have = bytes.length - offset
  if (have < START_BYTES + INDEX_END_BYTES)
    throw new HindscopeError('block-truncated', { offset: at, have: String(have), need: String(START_BYTES + INDEX_END_BYTES) })
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, have)
  const totalBytes = view.getUint32(8, true)
  const count = view.getUint32(16, true)
  if (totalBytes < START_BYTES + INDEX_END_BYTES) throw blockMalformed(offset, 'the length of the index is impossible')
  if (totalBytes > have) throw new HindscopeError('block-truncated', { offset: at, have: String(have), need: String(totalBytes) })
  if (crc32(bytes, offset + 16, offset + totalBytes) !== view.getUint32(12, true))
    throw new HindscopeError('block-checksum', { offset: at, bytes: String(totalBytes) })
  const version = view.getUint16(4, true)
  if (version !== INDEX_VERSION) throw new HindscopeError('block-version', { offset: at, version: String(version), supported: String(INDEX_VERSION) })
  if (START_BYTES + count * ENTRY_BYTES + INDEX_END_BYTES !== totalBytes) throw blockMalformed(offset, 'the index has another number of blocks')
  const blocks: IndexEntry[] = []
  for (let i = 0; i < count; i++) {
    const entry = START_BYTES + i * ENTRY_BYTES
    blocks.push({ offset: view.getFloat64(entry, true), header: headerAt(bytes, offset + entry + 8) })
  }
  return { totalBytes, spanBytes: view.getFloat64(24, true), blocks }
}

/** Bytes of the index that ends with these last INDEX_END_BYTES of a file; 0 when none does. */
export function indexBytesAtEnd(end: Uint8Array): number {
  if (end.length < INDEX_END_BYTES) return 0
  const view = new DataView(end.buffer, end.byteOffset + end.length - INDEX_END_BYTES, INDEX_END_BYTES)
  return view.getUint32(4, true) === INDEX_MAGIC ? view.getUint32(0, true) : 0
}
