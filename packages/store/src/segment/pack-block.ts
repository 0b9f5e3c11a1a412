/** Chunks of one realm → one block. */
import { CHUNK_HEADER_BYTES, ChunkType, HindscopeError, compareHlc, crc32, realmId, sessionId, toHex } from '@hindscope/protocol'
import type { Hlc } from '@hindscope/protocol'
import { BLOCK_HEADER_BYTES, BlockFlag, MAX_BLOCK_RAW_BYTES, writeBlockHeader } from './block-layout.ts'
import type { BlockHeader } from './block-layout.ts'
import { ChunkFlag, packChunkFields, readChunkFields } from './chunk-columns.ts'
import type { ChunkFields } from './chunk-columns.ts'
import { writingCodec } from './codecs.ts'
import type { Codec } from './codecs.ts'
import { TapePacker } from './pack-tape.ts'
import { STREAM_COUNT, Stream } from './streams.ts'
import { StringPacker } from './string-columns.ts'

/** Streams shorter than this stay as they are: a codec's frame would be most of them. */
const MIN_COMPRESSED_BYTES = 64

/** A block whose streams are not compressed yet. */
export interface BlockDraft {
  readonly streams: readonly Uint8Array[]
  readonly header: Omit<BlockHeader, 'totalBytes' | 'codec'>
}

/**
 * Packs whole, undamaged chunks of one session, realm and type (protocol's chunk.ts), together at most MAX_BLOCK_RAW_BYTES. Their order is
 * kept. Throws `block-malformed` when that does not hold. The result is fresh and owned by the caller.
 */
export function packBlock(chunks: readonly Uint8Array[], codec: Codec = writingCodec): Uint8Array<ArrayBuffer> {
  const packer = new BlockPacker()
  for (const chunk of chunks) packer.add(chunk)
  const draft = packer.finish()
  return assembleBlock(
    draft,
    codec,
    draft.streams.map(bytes => (isWorthIt(bytes) ? codec.compress(bytes) : bytes)),
  )
}

/** The same in steps: chunk after chunk, and the compression outside of this thread. */
export async function compressBlock(draft: BlockDraft, codec: Codec = writingCodec): Promise<Uint8Array<ArrayBuffer>> {
  return assembleBlock(draft, codec, await Promise.all(draft.streams.map(bytes => (isWorthIt(bytes) ? codec.compressAside(bytes) : bytes))))
}

const isWorthIt = (bytes: Uint8Array): boolean => bytes.length >= MIN_COMPRESSED_BYTES

export class BlockPacker {
  private first: Uint8Array | undefined
  private readonly tapes = new TapePacker()
  private readonly strings = new StringPacker()
  private readonly fieldList: ChunkFields[] = []
  private readonly values: Uint8Array[] = []
  private readonly raw: Uint8Array[] = []
  private rawBytes = 0
  private isIncident = false
  private toUs = -Infinity

  /** Keeps views of `bytes` until `finish`. */
  add(bytes: Uint8Array): void {
    const { tapes, strings } = this
    const read = readChunkFields(bytes, tapes.nextCall)
    this.first ??= bytes
    if (read === undefined || !isAlike(bytes, this.first)) throw unpackable('a chunk is not whole, or not of the same realm and type')
    this.rawBytes += bytes.length
    if (this.rawBytes > MAX_BLOCK_RAW_BYTES) throw unpackable(`its chunks have ${this.rawBytes} bytes`)
    const valuesAt = CHUNK_HEADER_BYTES + read.tapeBytes
    const stringsAt = valuesAt + read.valuesBytes
    const [tape, section] = [bytes.subarray(CHUNK_HEADER_BYTES, valuesAt), bytes.subarray(stringsAt)]
    let { flags } = read
    if (!tapes.add(tape, tapes.nextCall + read.callDistance)) {
      flags |= ChunkFlag.rawTape
      this.raw.push(tape)
    }
    if (!strings.add(section)) {
      flags |= ChunkFlag.rawStrings
      this.raw.push(section)
    }
    this.values.push(bytes.subarray(valuesAt, stringsAt))
    this.fieldList.push({ ...read, flags })
    this.isIncident ||= read.type === ChunkType.definitions && holdsText(section, INCIDENT)
    this.toUs = Math.max(this.toUs, read.baseTimeUs + tapes.elapsedUs)
  }

  finish(): BlockDraft {
    const { tapes, strings, fieldList, first } = this
    if (first === undefined) throw unpackable('there is no chunk')
    const { table, operations } = tapes.operations.streams()
    const streams: Uint8Array[] = Array.from({ length: STREAM_COUNT })
    streams[Stream.headers] = packChunkFields(fieldList)
    streams[Stream.operations] = operations
    streams[Stream.operationTable] = table
    streams[Stream.clocks] = tapes.clocks.written()
    streams[Stream.calls] = tapes.calls.written()
    streams[Stream.links] = tapes.links.written()
    streams[Stream.iterations] = tapes.iterations.written()
    streams[Stream.valueHeads] = tapes.valueHeads.written()
    streams[Stream.valueOffsets] = tapes.valueOffsets.written()
    streams[Stream.values] = joined(this.values)
    streams[Stream.strings] = strings.strings.written()
    streams[Stream.stringNumbers] = strings.numbers.written()
    streams[Stream.raw] = joined(this.raw)
    const { kinds, errors } = tapes
    const ranges = rangesOf(fieldList, first)
    const flags = ranges.flags | (this.isIncident ? BlockFlag.incidents : 0)
    return { streams, header: { ...ranges, flags, kinds, errors, toUs: finite(this.toUs), rawBytes: this.rawBytes } }
  }
}

type Ranges = Omit<BlockHeader, 'codec' | 'totalBytes' | 'kinds' | 'errors' | 'toUs' | 'rawBytes'>

function rangesOf(chunks: readonly ChunkFields[], bytes: Uint8Array): Ranges {
  const first = chunks[0] as ChunkFields // SAFE: packBlock has seen one
  let hlcFirst: Hlc = { ms: first.firstMs, counter: first.firstCounter }
  let hlcLast = hlcFirst
  const least = (pick: (fields: ChunkFields) => number): number => chunks.reduce((least, fields) => Math.min(least, pick(fields)), Infinity)
  const most = (pick: (fields: ChunkFields) => number): number => chunks.reduce((most, fields) => Math.max(most, pick(fields)), 0)
  for (const { firstMs, firstCounter, lastMs, lastCounter } of chunks) {
    const ends: readonly Hlc[] = [
      { ms: firstMs, counter: firstCounter },
      { ms: lastMs, counter: lastCounter },
    ]
    for (const hlc of ends) {
      if (compareHlc(hlc, hlcFirst) < 0) hlcFirst = hlc
      if (compareHlc(hlc, hlcLast) > 0) hlcLast = hlc
    }
  }
  return {
    session: sessionId(toHex(bytes.subarray(80, 96))),
    realm: realmId(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(16, true)),
    chunks: chunks.length,
    events: chunks.reduce((sum, { recordCount }) => sum + recordCount, 0),
    firstNumber: least(fields => fields.number),
    lastNumber: most(fields => fields.number),
    firstSeq: least(fields => fields.firstSeq),
    lastSeq: Math.min(
      0xffff_ffff,
      most(fields => Math.max(fields.firstSeq, fields.firstSeq + fields.recordCount - 1)),
    ),
    hlcFirst,
    hlcLast,
    fromUs: finite(least(fields => (Number.isFinite(fields.baseTimeUs) ? fields.baseTimeUs : Infinity))),
    flags: first.type === ChunkType.definitions ? BlockFlag.definitions : 0,
  }
}

const finite = (us: number): number => (Number.isFinite(us) ? us : 0)

function assembleBlock({ streams, header }: BlockDraft, codec: Codec, compressed: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // SAFE: as many as streams
  const packed = streams.map((bytes, index) => ((compressed[index] as Uint8Array).length < bytes.length ? (compressed[index] as Uint8Array) : bytes))
  const totalBytes = packed.reduce((sum, bytes) => sum + bytes.length, BLOCK_HEADER_BYTES + STREAM_COUNT * 8)
  const out = new Uint8Array(totalBytes)
  const view = new DataView(out.buffer)
  writeBlockHeader(view, out, { ...header, codec: codec.id, totalBytes })
  let at = BLOCK_HEADER_BYTES + STREAM_COUNT * 8
  packed.forEach((bytes, index) => {
    view.setUint32(BLOCK_HEADER_BYTES + index * 8, (streams[index] as Uint8Array).length, true) // SAFE: as many as packed
    view.setUint32(BLOCK_HEADER_BYTES + index * 8 + 4, bytes.length, true)
    out.set(bytes, at)
    at += bytes.length
  })
  view.setUint32(12, crc32(out, 16, totalBytes), true)
  return out
}

/** Same session, realm and type. */
function isAlike(bytes: Uint8Array, first: Uint8Array): boolean {
  const same = (from: number, to: number): boolean => {
    for (let i = from; i < to; i++) if (bytes[i] !== first[i]) return false
    return true
  }
  return same(6, 8) && same(16, 20) && same(80, 96)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, bytes) => sum + bytes.length, 0))
  let at = 0
  for (const bytes of parts) {
    all.set(bytes, at)
    at += bytes.length
  }
  return all
}

/** How the definition of an incident begins as JSON text. */
const INCIDENT: Uint8Array = new TextEncoder().encode('"kind":"incident"')

function holdsText(bytes: Uint8Array, text: Uint8Array): boolean {
  for (let at = bytes.indexOf(text[0] as number); at !== -1; at = bytes.indexOf(text[0] as number, at + 1)) {
    // SAFE: the text is not empty
    let i = 1
    while (i < text.length && bytes[at + i] === text[i]) i++
    if (i === text.length) return true
  }
  return false
}

const unpackable = (reason: string): HindscopeError => new HindscopeError('block-malformed', { offset: '0', reason })
