/** A block → its chunks, byte for byte. */
import { CHUNK_HEADER_BYTES, fromHex } from '@hindscope/protocol'
import { BLOCK_HEADER_BYTES, blockMalformed } from './block-layout.ts'
import type { BlockHeader } from './block-layout.ts'
import { ChunkFlag, chunkBytes, unpackChunkFields, writeChunkFields } from './chunk-columns.ts'
import type { ChunkFields } from './chunk-columns.ts'
import { codecOf } from './codecs.ts'
import type { Codec } from './codecs.ts'
import { STREAM_COUNT, Stream } from './streams.ts'
import { StringUnpacker } from './string-columns.ts'
import { TapeUnpacker } from './unpack-tape.ts'
import { Varints } from './varints.ts'

/** What streams may hold beside what they stand for: distances take a byte more than the word at most, and a header 100. */
const streamLimit = (header: BlockHeader): number => header.rawBytes * 2 + 65_536

/**
 * The chunks of the block at `offset`, whose header was read there. They are views of one fresh buffer, each beginning at a multiple of 8.
 * Throws `block-malformed`; of a block whose checksum does not hold, whatever comes out must be checked chunk by chunk.
 */
export function unpackBlock(bytes: Uint8Array, offset: number, header: BlockHeader, codec: Codec | undefined = codecOf(header.codec)): Uint8Array[] {
  const streams = readStreams(bytes.subarray(offset, offset + header.totalBytes), header, codec)
  const fieldList = unpackChunkFields(streams[Stream.headers] as Uint8Array, header.chunks, header.rawBytes) // SAFE: all streams are there
  return writeChunks(fieldList, streams, header)
}

/** Headers of a block's chunks only. Throws as unpackBlock. */
export function unpackHeaders(bytes: Uint8Array, offset: number, header: BlockHeader): readonly ChunkFields[] {
  const block = bytes.subarray(offset, offset + header.totalBytes)
  const headers = streamOf(block, streamPlaces(block, header)[Stream.headers] as StreamPlace, codecOf(header.codec)) // SAFE: all streams have a place
  return unpackChunkFields(headers, header.chunks, header.rawBytes)
}

interface StreamPlace {
  readonly at: number
  readonly rawBytes: number
  readonly bytes: number
}

function streamPlaces(block: Uint8Array, header: BlockHeader): StreamPlace[] {
  const view = new DataView(block.buffer, block.byteOffset, block.length)
  let at = BLOCK_HEADER_BYTES + STREAM_COUNT * 8
  if (block[7] !== STREAM_COUNT || block.length < at) throw blockMalformed(0, `${block[7]} streams`)
  let left = streamLimit(header)
  const places: StreamPlace[] = []
  for (let index = 0; index < STREAM_COUNT; index++) {
    const rawBytes = view.getUint32(BLOCK_HEADER_BYTES + index * 8, true)
    const bytes = view.getUint32(BLOCK_HEADER_BYTES + index * 8 + 4, true)
    left -= rawBytes
    if (bytes > rawBytes || bytes > block.length - at || left < 0) throw blockMalformed(at, `stream ${index} claims ${rawBytes} bytes`)
    places.push({ at, rawBytes, bytes })
    at += bytes
  }
  if (at !== block.length) throw blockMalformed(at, 'bytes behind the streams')
  return places
}

function readStreams(block: Uint8Array, header: BlockHeader, codec: Codec | undefined): Uint8Array[] {
  return streamPlaces(block, header).map(place => streamOf(block, place, codec))
}

function streamOf(block: Uint8Array, place: StreamPlace, codec: Codec | undefined): Uint8Array {
  const packed = block.subarray(place.at, place.at + place.bytes)
  if (place.bytes === place.rawBytes) return packed
  if (codec === undefined) throw blockMalformed(place.at, `unknown codec ${block[6]}`)
  try {
    return codec.decompress(packed, place.rawBytes)
  } catch (error) {
    throw blockMalformed(place.at, `a stream cannot be decompressed (${error instanceof Error ? error.message : String(error)})`)
  }
}

const ALIGN = 8

function writeChunks(fieldList: readonly ChunkFields[], streams: readonly Uint8Array[], header: BlockHeader): Uint8Array[] {
  const aligned = (length: number): number => Math.ceil(length / ALIGN) * ALIGN
  const memory = new Uint8Array(fieldList.reduce((sum, fields) => sum + aligned(chunkBytes(fields)), 0))
  const words = new Int32Array(memory.buffer)
  const session = fromHex(header.session)
  const tapes = new TapeUnpacker(streams)
  // SAFE: all streams are there
  const strings = new StringUnpacker(streams[Stream.strings] as Uint8Array, streams[Stream.stringNumbers] as Uint8Array)
  const values = new Varints(streams[Stream.values] as Uint8Array) // SAFE: as above
  const raw = new Varints(streams[Stream.raw] as Uint8Array) // SAFE: as above
  const chunks: Uint8Array[] = []
  let start = 0
  for (const fields of fieldList) {
    const tapeAt = start + CHUNK_HEADER_BYTES
    const valuesAt = tapeAt + fields.tapeBytes
    const stringsAt = valuesAt + fields.valuesBytes
    const end = stringsAt + fields.stringsBytes
    const firstCall = tapes.nextCall
    if ((fields.flags & ChunkFlag.rawTape) !== 0) memory.set(raw.take(fields.tapeBytes), tapeAt)
    else if (fields.tapeBytes % 4 !== 0) throw blockMalformed(tapeAt, 'a tape is not whole words')
    else tapes.write(words, tapeAt / 4, valuesAt / 4, firstCall + fields.callDistance)
    memory.set(values.take(fields.valuesBytes), valuesAt)
    if ((fields.flags & ChunkFlag.rawStrings) !== 0) memory.set(raw.take(fields.stringsBytes), stringsAt)
    else strings.write(memory, stringsAt, end)
    writeChunkFields(memory.subarray(start, end), fields, header.realm, firstCall)
    memory.set(session, start + 80)
    chunks.push(memory.subarray(start, end))
    start += aligned(fields.tapeBytes + CHUNK_HEADER_BYTES + fields.valuesBytes + fields.stringsBytes)
  }
  return chunks
}
