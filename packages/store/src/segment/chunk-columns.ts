/**
 * Chunk headers, column by column: one varint a chunk in each column, as the distance to what the chunk before it lets expect. What
 * is the same for a whole block (session, realm) or follows from the rest (magic, total) has no column.
 */
import { ByteWriter, CHUNK_HEADER_BYTES, CHUNK_MAGIC, unzigzag, zigzag } from '@hindscope/protocol'
import { blockMalformed } from './block-layout.ts'
import { Varints, unzigzag32, zigzag32 } from './varints.ts'

/** What of a chunk is not in its columns but in the stream `raw`, and how its base time is told. */
export const ChunkFlag = { rawTape: 1, rawStrings: 2, oddTime: 4 } as const

/** One chunk of a block. Numbers are unsigned 32-bit unless said otherwise. */
export interface ChunkFields {
  readonly flags: number
  readonly type: number
  readonly version: number
  readonly number: number
  readonly firstSeq: number
  readonly recordCount: number
  readonly dropped: number
  readonly truncated: number
  /** Milliseconds below 2^48, counters below 2^16. */
  readonly firstMs: number
  readonly firstCounter: number
  readonly lastMs: number
  readonly lastCounter: number
  readonly baseTimeUs: number
  /** The 8 bytes of a base time that has no short form. */
  readonly oddTime?: Uint8Array
  readonly tapeBytes: number
  readonly valuesBytes: number
  readonly stringsBytes: number
  /** Distance (int32) of the chunk's next call id to where the tape before it ended. */
  readonly callDistance: number
  readonly crc: number
}

export const chunkBytes = (fields: ChunkFields): number => CHUNK_HEADER_BYTES + fields.tapeBytes + fields.valuesBytes + fields.stringsBytes

/** Reads the header of the chunk `bytes`; `nextCall` is where the tape before it ended. undefined when the sections are not what it says. */
export function readChunkFields(bytes: Uint8Array, nextCall: number): ChunkFields | undefined {
  if (bytes.length < CHUNK_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = (at: number): number => view.getUint32(at, true)
  const baseTimeUs = view.getFloat64(56, true)
  const firstMs = word(44) * 0x1_0000 + (word(40) >>> 16)
  const isPlain = isPlainTime(baseTimeUs, firstMs)
  const fields: ChunkFields = {
    ...(isPlain ? {} : { oddTime: bytes.subarray(56, 64) }),
    flags: isPlain ? 0 : ChunkFlag.oddTime,
    type: view.getUint16(6, true),
    version: view.getUint16(4, true),
    number: word(20),
    firstSeq: word(24),
    recordCount: word(28),
    dropped: word(32),
    truncated: word(36),
    firstMs,
    firstCounter: word(40) & 0xffff,
    lastMs: word(52) * 0x1_0000 + (word(48) >>> 16),
    lastCounter: word(48) & 0xffff,
    baseTimeUs,
    tapeBytes: word(64),
    valuesBytes: word(68),
    stringsBytes: word(72),
    callDistance: (word(76) - nextCall) | 0,
    crc: word(12),
  }
  return word(0) === CHUNK_MAGIC && word(8) === bytes.length && chunkBytes(fields) === bytes.length ? fields : undefined
}

/** Writes the header of a chunk over `bytes`, which begins where the chunk does. */
export function writeChunkFields(bytes: Uint8Array, fields: ChunkFields, realm: number, nextCall: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, CHUNK_HEADER_BYTES)
  view.setUint32(0, CHUNK_MAGIC, true)
  view.setUint16(4, fields.version, true)
  view.setUint16(6, fields.type, true)
  view.setUint32(8, chunkBytes(fields), true)
  view.setUint32(12, fields.crc, true)
  view.setUint32(16, realm, true)
  view.setUint32(20, fields.number, true)
  view.setUint32(24, fields.firstSeq, true)
  view.setUint32(28, fields.recordCount, true)
  view.setUint32(32, fields.dropped, true)
  view.setUint32(36, fields.truncated, true)
  view.setUint32(40, (fields.firstMs % 0x1_0000) * 0x1_0000 + fields.firstCounter, true)
  view.setUint32(44, Math.floor(fields.firstMs / 0x1_0000), true)
  view.setUint32(48, (fields.lastMs % 0x1_0000) * 0x1_0000 + fields.lastCounter, true)
  view.setUint32(52, Math.floor(fields.lastMs / 0x1_0000), true)
  if (fields.oddTime === undefined) view.setFloat64(56, fields.baseTimeUs, true)
  else bytes.set(fields.oddTime, 56)
  view.setUint32(64, fields.tapeBytes, true)
  view.setUint32(68, fields.valuesBytes, true)
  view.setUint32(72, fields.stringsBytes, true)
  view.setUint32(76, (nextCall + fields.callDistance) >>> 0, true)
}

export function packChunkFields(chunks: readonly ChunkFields[]): Uint8Array {
  const out = new ByteWriter(chunks.length * 40 + 64)
  const column = (code: (fields: ChunkFields, before: ChunkFields | undefined) => number): void => {
    for (let i = 0; i < chunks.length; i++) out.varint(code(chunks[i] as ChunkFields, chunks[i - 1])) // SAFE: below the length
  }
  column(({ flags, type }) => flags + type * 8)
  column(({ version }) => version)
  column(({ number }, before) => zigzag32((number - expectedNumber(before)) | 0))
  column(({ firstSeq }, before) => zigzag32((firstSeq - expectedSeq(before)) | 0))
  column(({ recordCount }) => recordCount)
  column(({ dropped }) => dropped)
  column(({ truncated }) => truncated)
  column(({ firstMs }, before) => zigzag(firstMs - (before?.lastMs ?? 0)))
  column(({ firstCounter }) => firstCounter)
  column(({ firstMs, lastMs }) => zigzag(lastMs - firstMs))
  column(({ lastCounter }) => lastCounter)
  column(({ flags, firstMs, baseTimeUs }) => ((flags & ChunkFlag.oddTime) === 0 ? zigzag(baseTimeUs - firstMs * 1000) : 0))
  column(({ tapeBytes }) => tapeBytes)
  column(({ valuesBytes }) => valuesBytes)
  column(({ stringsBytes }) => stringsBytes)
  column(({ callDistance }) => zigzag32(callDistance))
  for (const { crc } of chunks) for (let shift = 0; shift < 32; shift += 8) out.byte((crc >>> shift) & 0xff)
  for (const { oddTime } of chunks) if (oddTime !== undefined) out.raw(oddTime)
  return out.written()
}

const expectedNumber = (before: { readonly number: number } | undefined): number => (before === undefined ? 0 : before.number + 1)
const expectedSeq = (before: { readonly firstSeq: number; readonly recordCount: number } | undefined): number =>
  before === undefined ? 0 : before.firstSeq + before.recordCount

/** Whole microseconds near the first HLC value, as recorders write them: told as the distance. Any other double is kept as it is. */
function isPlainTime(baseTimeUs: number, firstMs: number): boolean {
  const distance = baseTimeUs - firstMs * 1000
  return Number.isInteger(baseTimeUs) && Math.abs(distance) < 2 ** 51 && distance + firstMs * 1000 === baseTimeUs && !Object.is(baseTimeUs, -0)
}

/** Throws `block-malformed`. `limit`: bytes of chunks that the header claims. */
export function unpackChunkFields(stream: Uint8Array, count: number, limit: number): ChunkFields[] {
  // A chunk takes 20 bytes of this stream at least.
  if (count > stream.length / 20) throw blockMalformed(0, `${count} chunks in ${stream.length} bytes`)
  const reader = new Varints(stream)
  const column = (): Float64Array => {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = reader.nextLong()
    return values
  }
  const columns = Array.from({ length: 16 }, column)
  const crcs = reader.take(count * 4)
  const crcView = new DataView(crcs.buffer, crcs.byteOffset, crcs.length)
  const chunks: ChunkFields[] = []
  let left = limit
  for (let i = 0; i < count; i++) {
    const of = (index: number): number => (columns[index] as Float64Array)[i] as number // SAFE: 16 columns of `count` values
    const signed = (index: number): number => unzigzag32(of(index) >>> 0)
    const before = chunks[i - 1]
    const flags = of(0) % 8
    const firstMs = unzigzag(of(7)) + (before?.lastMs ?? 0)
    const oddTime = (flags & ChunkFlag.oddTime) === 0 ? undefined : reader.take(8)
    const fields: ChunkFields = {
      ...(oddTime === undefined ? {} : { oddTime }),
      flags,
      type: Math.floor(of(0) / 8) & 0xffff,
      version: of(1) & 0xffff,
      number: (expectedNumber(before) + signed(2)) >>> 0,
      firstSeq: (expectedSeq(before) + signed(3)) >>> 0,
      recordCount: of(4) >>> 0,
      dropped: of(5) >>> 0,
      truncated: of(6) >>> 0,
      firstMs,
      firstCounter: of(8) & 0xffff,
      lastMs: firstMs + unzigzag(of(9)),
      lastCounter: of(10) & 0xffff,
      baseTimeUs: oddTime === undefined ? unzigzag(of(11)) + firstMs * 1000 : readFloat64(oddTime),
      tapeBytes: of(12),
      valuesBytes: of(13),
      stringsBytes: of(14),
      callDistance: signed(15),
      crc: crcView.getUint32(i * 4, true),
    }
    left -= chunkBytes(fields)
    if (left < 0) throw blockMalformed(reader.at, 'its chunks are larger than it says')
    chunks.push(fields)
  }
  return chunks
}

const readFloat64 = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
