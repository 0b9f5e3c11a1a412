/**
 * A chunk: a sealed run of records of one realm. The same bytes travel over sockets, lie in segment files and in shared trace files.
 * A chunk is self-contained: its strings and values are inside it, so losing one never makes another unreadable.
 *
 *   byte  0  u32  magic 'HSCK'
 *         4  u16  schema version (SCHEMA_VERSION)
 *         6  u16  ChunkType: 1 events, 2 definitions
 *         8  u32  total bytes, header included
 *        12  u32  CRC-32 of bytes [16, total)
 *        16  u32  realm id
 *        20  u32  chunk number within the realm, from 0
 *        24  u32  sequence number of the first record
 *        28  u32  record count
 *        32  u32  records dropped since the previous chunk of this realm (their sequence numbers are skipped)
 *        36  u32  values truncated in this chunk
 *        40  u64  HLC of the first record          48  u64  HLC of the last record
 *        56  f64  base time: microseconds since 1970 that tick 0 stands for
 *        64  u32  bytes of the tape                68  u32  bytes of values       72  u32  bytes of strings
 *        76  u32  id of the first call that the tape enters without naming it
 *        80  16 bytes session id
 *        96  tape (tape.ts) | values | strings (varint count, then length-prefixed UTF-8 each)
 *
 * A definitions chunk has no records; its strings hold one JSON text each (Definition). Definitions are never dropped.
 * Reading never throws on damage: `scanChunks` reports what it skipped and goes on at the next magic.
 */
import { ByteReader, ByteWriter } from './byte-io.ts'
import { setBigUint64, setBytes, setFloat64, setUint16, setUint32 } from './captured.ts'
import { crc32 } from './crc32.ts'
import { HindscopeError } from './diagnostics.ts'
import { compareHlc, packHlc, unpackHlc } from './hlc.ts'
import type { Hlc } from './hlc.ts'
import { fromHex, realmId, sessionId, toHex } from './ids.ts'
import type { RealmId, SessionId } from './ids.ts'
import { expandTape } from './tape.ts'
import type { Definition } from './definitions.ts'

export const CHUNK_MAGIC = 0x4b435348 // 'HSCK' read as little-endian u32
export const SCHEMA_VERSION = 3
export const CHUNK_HEADER_BYTES = 96
/** Nothing that we write comes near; larger claims are damage. */
export const MAX_CHUNK_BYTES: number = 64 * 1024 * 1024

export const ChunkType = { events: 1, definitions: 2 } as const
export type ChunkType = (typeof ChunkType)[keyof typeof ChunkType]

export interface ChunkHeader {
  readonly type: ChunkType
  readonly session: SessionId
  readonly realm: RealmId
  readonly number: number
  readonly firstSeq: number
  readonly recordCount: number
  readonly dropped: number
  readonly truncated: number
  readonly hlcFirst: Hlc
  readonly hlcLast: Hlc
  readonly baseTimeUs: number
  /** Id of the first call that the tape enters without naming it. */
  readonly nextCall: number
}

export interface Chunk extends ChunkHeader {
  readonly totalBytes: number
  /** RECORD_WORDS words a record (record-layout.ts), read off the tape: owned by whoever decoded it. */
  readonly records: Int32Array
  /** Views into the decoded bytes. */
  readonly tape: Uint8Array
  readonly values: Uint8Array
  readonly strings: readonly string[]
}

export interface ChunkParts extends ChunkHeader {
  /** The tape's words as bytes, `recordCount` events. */
  readonly tape: Uint8Array
  readonly values: Uint8Array
  readonly strings: readonly string[]
}

/** Encodes a chunk. Copies its inputs. `memory` gives so many bytes, whatever is in them; the result is what it gave. */
export function encodeChunk(
  parts: ChunkParts,
  memory: (bytes: number) => Uint8Array<ArrayBuffer> = count => new Uint8Array(count),
): Uint8Array<ArrayBuffer> {
  const { tape, values, strings } = parts
  const texts = new ByteWriter(scratch)
  texts.varint(strings.length)
  for (let i = 0; i < strings.length; i++) texts.text(strings[i] as string) // SAFE: below the length
  if (texts.bytes.length <= MAX_SCRATCH_BYTES) scratch = texts.bytes
  const valuesAt = CHUNK_HEADER_BYTES + tape.length
  const stringsAt = valuesAt + values.length
  const total = stringsAt + texts.length
  const bytes = memory(total)
  setBytes(bytes, tape, CHUNK_HEADER_BYTES)
  setBytes(bytes, values, valuesAt)
  setBytes(bytes, texts.written(), stringsAt)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  setUint32(view, 0, CHUNK_MAGIC, true)
  setUint16(view, 4, SCHEMA_VERSION, true)
  setUint16(view, 6, parts.type, true)
  setUint32(view, 8, total, true)
  setUint32(view, 16, parts.realm, true)
  setUint32(view, 20, parts.number, true)
  setUint32(view, 24, parts.firstSeq, true)
  setUint32(view, 28, parts.recordCount, true)
  setUint32(view, 32, Math.min(parts.dropped, 0xffffffff), true)
  setUint32(view, 36, Math.min(parts.truncated, 0xffffffff), true)
  setBigUint64(view, 40, packHlc(parts.hlcFirst), true)
  setBigUint64(view, 48, packHlc(parts.hlcLast), true)
  setFloat64(view, 56, parts.baseTimeUs, true)
  setUint32(view, 64, tape.length, true)
  setUint32(view, 68, values.length, true)
  setUint32(view, 72, texts.length, true)
  setUint32(view, 76, parts.nextCall, true)
  setBytes(bytes, fromHex(parts.session), 80)
  setUint32(view, 12, crc32(bytes, 16, total), true)
  return bytes
}

/** Where texts are put together, unless they are very large; its content means nothing between two chunks. */
let scratch: Uint8Array<ArrayBuffer> = new Uint8Array(0)
const MAX_SCRATCH_BYTES = 1 << 20

/** Definitions as one chunk; `number` and `firstSeq` place it among the realm's chunks without using up records. */
export function encodeDefinitions(
  header: Pick<ChunkHeader, 'session' | 'realm' | 'number' | 'firstSeq' | 'hlcFirst' | 'baseTimeUs'>,
  definitions: readonly Definition[],
): Uint8Array<ArrayBuffer> {
  const strings: string[] = []
  for (let i = 0; i < definitions.length; i++) strings[i] = JSON.stringify(definitions[i])
  return encodeChunk({
    ...header,
    type: ChunkType.definitions,
    recordCount: 0,
    dropped: 0,
    truncated: 0,
    hlcLast: header.hlcFirst,
    tape: new Uint8Array(0),
    nextCall: 0,
    values: new Uint8Array(0),
    strings,
  })
}

/** The definitions of a definitions chunk. Throws `chunk-malformed` when a text is not JSON. */
export function decodeDefinitions(chunk: Chunk): Definition[] {
  return chunk.strings.map(text => {
    try {
      return JSON.parse(text) as Definition // SAFE: written by encodeDefinitions, guarded by the chunk's checksum
    } catch {
      throw new HindscopeError('chunk-malformed', { offset: '0', reason: 'a definition is not JSON' })
    }
  })
}

/**
 * Decodes the chunk that starts at `offset`. Throws a HindscopeError: `chunk-truncated` (bytes end too early), `chunk-version`
 * (written by a newer Hindscope), `chunk-checksum`, `chunk-malformed`. `memory` gives so many words for the records, whatever is in them.
 */
export function decodeChunk(bytes: Uint8Array, offset = 0, memory?: (words: number) => Int32Array<ArrayBuffer>): Chunk {
  const at = String(offset)
  if (bytes.length - offset < CHUNK_HEADER_BYTES)
    throw new HindscopeError('chunk-truncated', { offset: at, have: String(bytes.length - offset), need: String(CHUNK_HEADER_BYTES) })
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset)
  if (view.getUint32(0, true) !== CHUNK_MAGIC) throw new HindscopeError('chunk-malformed', { offset: at, reason: 'no chunk starts here' })
  const version = view.getUint16(4, true)
  const total = view.getUint32(8, true)
  if (total < CHUNK_HEADER_BYTES || total > MAX_CHUNK_BYTES)
    throw new HindscopeError('chunk-malformed', { offset: at, reason: `length ${total} is impossible` })
  if (bytes.length - offset < total)
    throw new HindscopeError('chunk-truncated', { offset: at, have: String(bytes.length - offset), need: String(total) })
  if (crc32(bytes, offset + 16, offset + total) !== view.getUint32(12, true))
    throw new HindscopeError('chunk-checksum', { offset: at, bytes: String(total) })
  if (version !== SCHEMA_VERSION)
    throw new HindscopeError('chunk-version', { offset: at, version: String(version), supported: String(SCHEMA_VERSION) })
  const type = view.getUint16(6, true)
  const recordCount = view.getUint32(28, true)
  const tapeBytes = view.getUint32(64, true)
  const valuesBytes = view.getUint32(68, true)
  const stringsBytes = view.getUint32(72, true)
  if (type !== ChunkType.events && type !== ChunkType.definitions)
    throw new HindscopeError('chunk-malformed', { offset: at, reason: `unknown chunk type ${type}` })
  if (tapeBytes % 4 !== 0 || CHUNK_HEADER_BYTES + tapeBytes + valuesBytes + stringsBytes !== total)
    throw new HindscopeError('chunk-malformed', { offset: at, reason: 'section lengths disagree' })
  // Every event takes a word, so that a false count cannot ask for memory that the bytes do not justify.
  if (recordCount > tapeBytes / 4) throw new HindscopeError('chunk-malformed', { offset: at, reason: 'more events than words' })
  const body = bytes.subarray(offset + CHUNK_HEADER_BYTES, offset + total)
  const tape = body.subarray(0, tapeBytes)
  const nextCall = view.getUint32(76, true)
  const records = expandTape(tape, recordCount, nextCall, memory)
  if (typeof records === 'string') throw new HindscopeError('chunk-malformed', { offset: at, reason: records })
  const stringReader = new ByteReader(body.subarray(tapeBytes + valuesBytes))
  const strings: string[] = []
  for (let left = stringReader.varint(); left > 0; left--) strings.push(stringReader.text())
  const hlcFirst = unpackHlc(view.getBigUint64(40, true))
  const hlcLast = unpackHlc(view.getBigUint64(48, true))
  if (compareHlc(hlcFirst, hlcLast) > 0) throw new HindscopeError('chunk-malformed', { offset: at, reason: 'HLC range runs backwards' })
  return {
    type,
    session: sessionId(toHex(bytes.subarray(offset + 80, offset + 96))),
    realm: realmId(view.getUint32(16, true)),
    number: view.getUint32(20, true),
    firstSeq: view.getUint32(24, true),
    recordCount,
    dropped: view.getUint32(32, true),
    truncated: view.getUint32(36, true),
    hlcFirst,
    hlcLast,
    baseTimeUs: view.getFloat64(56, true),
    nextCall,
    totalBytes: total,
    records,
    tape,
    values: body.subarray(tapeBytes, tapeBytes + valuesBytes),
    strings,
  }
}

/** A stretch of bytes that could not be read, and why. */
export interface Damage {
  readonly offset: number
  readonly bytes: number
  readonly code: string
  readonly message: string
}

export interface Scan {
  readonly chunks: readonly { readonly offset: number; readonly chunk: Chunk }[]
  readonly damage: readonly Damage[]
}

/** Reads every chunk in `bytes` from `offset` on. After damage it goes on at the next magic; adjoining damage is one entry,
 * with the code of its first part (bytes inside a damaged chunk may look like a magic). */
export function scanChunks(bytes: Uint8Array, offset = 0): Scan {
  const chunks: { offset: number; chunk: Chunk }[] = []
  const damage: Damage[] = []
  let at = offset
  while (at < bytes.length) {
    try {
      const chunk = decodeChunk(bytes, at)
      chunks.push({ offset: at, chunk })
      at += chunk.totalBytes
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      const next = nextMagic(bytes, at + 1)
      const last = damage.at(-1)
      if (last !== undefined && last.offset + last.bytes === at) damage[damage.length - 1] = { ...last, bytes: next - last.offset }
      else damage.push({ offset: at, bytes: next - at, code: error.code, message: error.message })
      at = next
    }
  }
  return { chunks, damage }
}

function nextMagic(bytes: Uint8Array, from: number): number {
  for (let i = bytes.indexOf(0x48, from); i !== -1; i = bytes.indexOf(0x48, i + 1)) {
    if (bytes[i + 1] === 0x53 && bytes[i + 2] === 0x43 && bytes[i + 3] === 0x4b) return i
  }
  return bytes.length
}
