/**
 * A block: a compressed, columnar container of a run of chunks of one realm. Unpacking gives back the bytes of every chunk as they were.
 *
 *   byte  0  u32  magic 'HSBK'
 *         4  u16  block version (BLOCK_VERSION)
 *         6  u8   codec: 1 deflate (raw), 2 zstd        7  u8  number of streams
 *         8  u32  total bytes, header included
 *        12  u32  CRC-32 of bytes [16, total)
 *        16  u32  realm                                20  u32  chunks
 *        24  u32  events                               28  u32  events that are errors by their kind
 *        32  u32  first chunk number                   36  u32  last chunk number
 *        40  u32  first sequence number                44  u32  last sequence number
 *        48  u64  HLC of the first event               56  u64  HLC of the last event
 *        64  f64  microseconds since 1970 of the first base time           72  f64  of the last reading of the clock
 *        80  16 bytes: bit `kind` is set when an event of the kind is inside (kinds below 128)
 *        96  16 bytes session id
 *       112  u32  bytes of the chunks before packing  116  u32  BlockFlag
 *       120  8 bytes, zero
 *       128  for each stream: u32 bytes, u32 bytes as they lie here (equal: not compressed)
 *            then the streams (streams.ts)
 */
import { HindscopeError, compareHlc, crc32, packHlc, realmId, sessionId, toHex, fromHex, unpackHlc } from '@hindscope/protocol'
import type { Hlc, RealmId, SessionId } from '@hindscope/protocol'
import { STREAM_COUNT } from './streams.ts'

export const BLOCK_MAGIC = 0x4b425348 // 'HSBK' read as little-endian u32
export const BLOCK_VERSION = 1
export const BLOCK_HEADER_BYTES = 128
/** Bytes of chunks in one block at most: a single chunk may be as large. Larger claims are damage. */
export const MAX_BLOCK_RAW_BYTES: number = 64 * 1024 * 1024
/** A block is no larger than what is in it and its own tables. */
export const MAX_BLOCK_BYTES: number = MAX_BLOCK_RAW_BYTES + 1024 * 1024

export const BlockFlag = {
  /** Holds definitions and no events; otherwise events and no definitions. */
  definitions: 1,
  /** Some definition reports an incident. */
  incidents: 2,
} as const

export interface BlockHeader {
  readonly codec: number
  readonly totalBytes: number
  readonly session: SessionId
  readonly realm: RealmId
  readonly chunks: number
  readonly events: number
  /** Thrown, uncaught and logged errors. Failed activities are told by their values and do not count here. */
  readonly errors: number
  readonly firstNumber: number
  readonly lastNumber: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly hlcFirst: Hlc
  readonly hlcLast: Hlc
  readonly fromUs: number
  readonly toUs: number
  /** 16 bytes; bit `kind & 7` of byte `kind >> 3`. */
  readonly kinds: Uint8Array
  readonly rawBytes: number
  readonly flags: number
}

export const hasKind = (header: BlockHeader, kind: number): boolean => (((header.kinds[kind >> 3] ?? 0) >> (kind & 7)) & 1) === 1
export const holdsDefinitions = (header: BlockHeader): boolean => (header.flags & BlockFlag.definitions) !== 0

/** Writes everything but magic, version, codec, total, CRC and streams, at `bytes[0]`. */
export function writeBlockHeader(view: DataView, bytes: Uint8Array, header: BlockHeader): void {
  view.setUint32(0, BLOCK_MAGIC, true)
  view.setUint16(4, BLOCK_VERSION, true)
  view.setUint8(6, header.codec)
  view.setUint8(7, STREAM_COUNT)
  view.setUint32(8, header.totalBytes, true)
  view.setUint32(16, header.realm, true)
  view.setUint32(20, header.chunks, true)
  view.setUint32(24, header.events, true)
  view.setUint32(28, header.errors, true)
  view.setUint32(32, header.firstNumber, true)
  view.setUint32(36, header.lastNumber, true)
  view.setUint32(40, header.firstSeq, true)
  view.setUint32(44, header.lastSeq, true)
  view.setBigUint64(48, packHlc(header.hlcFirst), true)
  view.setBigUint64(56, packHlc(header.hlcLast), true)
  view.setFloat64(64, header.fromUs, true)
  view.setFloat64(72, header.toUs, true)
  bytes.set(header.kinds, 80)
  bytes.set(fromHex(header.session), 96)
  view.setUint32(112, header.rawBytes, true)
  view.setUint32(116, header.flags, true)
}

export const blockMalformed = (offset: number, reason: string): HindscopeError =>
  new HindscopeError('block-malformed', { offset: String(offset), reason })

export interface BlockPlace {
  readonly header: BlockHeader
  /** False when the checksum does not hold: nothing in it may be believed before the checksums of its chunks are. */
  readonly isIntact: boolean
}

/**
 * Reads the header of the block at `offset`. Throws `block-truncated`, `block-version`, `block-malformed`; claims of size are checked
 * against the bytes that are there and against MAX_BLOCK_RAW_BYTES.
 */
export function readBlockHeader(bytes: Uint8Array, offset: number): BlockPlace {
  const have = bytes.length - offset
  if (have < BLOCK_HEADER_BYTES) throw truncated(offset, have, BLOCK_HEADER_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, have)
  if (view.getUint32(0, true) !== BLOCK_MAGIC) throw blockMalformed(offset, 'no block starts here')
  const totalBytes = view.getUint32(8, true)
  if (totalBytes < BLOCK_HEADER_BYTES || totalBytes > MAX_BLOCK_BYTES) throw blockMalformed(offset, `length ${totalBytes} is impossible`)
  if (have < totalBytes) throw truncated(offset, have, totalBytes)
  const isIntact = crc32(bytes, offset + 16, offset + totalBytes) === view.getUint32(12, true)
  const version = view.getUint16(4, true)
  if (version !== BLOCK_VERSION) {
    if (!isIntact) throw new HindscopeError('block-checksum', { offset: String(offset), bytes: String(totalBytes) })
    throw new HindscopeError('block-version', { offset: String(offset), version: String(version), supported: String(BLOCK_VERSION) })
  }
  return { header: headerAt(bytes, offset), isIntact }
}

/** Fields of a header whose bytes are there, at `offset` of a file or of an index. Throws `block-malformed`. */
export function headerAt(bytes: Uint8Array, offset: number): BlockHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, BLOCK_HEADER_BYTES)
  const realm = view.getUint32(16, true)
  const rawBytes = view.getUint32(112, true)
  const hlcFirst = unpackHlc(view.getBigUint64(48, true))
  const hlcLast = unpackHlc(view.getBigUint64(56, true))
  const [fromUs, toUs] = [view.getFloat64(64, true), view.getFloat64(72, true)]
  if (realm === 0) throw blockMalformed(offset, 'realm 0')
  if (rawBytes > MAX_BLOCK_RAW_BYTES) throw blockMalformed(offset, `it claims ${rawBytes} bytes of chunks`)
  if (compareHlc(hlcFirst, hlcLast) > 0 || !Number.isFinite(fromUs) || !Number.isFinite(toUs)) throw blockMalformed(offset, 'its range is impossible')
  return {
    codec: view.getUint8(6),
    totalBytes: view.getUint32(8, true),
    session: sessionId(toHex(bytes.subarray(offset + 96, offset + 112))),
    realm: realmId(realm),
    chunks: view.getUint32(20, true),
    events: view.getUint32(24, true),
    errors: view.getUint32(28, true),
    firstNumber: view.getUint32(32, true),
    lastNumber: view.getUint32(36, true),
    firstSeq: view.getUint32(40, true),
    lastSeq: view.getUint32(44, true),
    hlcFirst,
    hlcLast,
    fromUs,
    toUs,
    kinds: bytes.slice(offset + 80, offset + 96),
    rawBytes,
    flags: view.getUint32(116, true),
  }
}

const truncated = (offset: number, have: number, need: number): HindscopeError =>
  new HindscopeError('block-truncated', { offset: String(offset), have: String(have), need: String(need) })
