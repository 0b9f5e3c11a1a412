/**
 * A raw segment → its sealed form. In slices between turns of the event loop, with the compression in the platform's own threads: a worker
 * would need a script of its own in every bundle that holds a collector, and what is left for this thread is milliseconds a block.
 *
 *   1. pack, unpack again and compare, write NNNNNN.sealed.hscope.tmp   2. fsync   3. rename   4. fsync the folder   5. remove the raw file
 *
 * Wherever this ends, the raw file or the whole sealed one is there.
 */
import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CHUNK_HEADER_BYTES, CHUNK_MAGIC, SCHEMA_VERSION, crc32 } from '@hindscope/protocol'
import { readBlockHeader } from '../segment/block-layout.ts'
import { ChunkGroups } from '../segment/chunk-groups.ts'
import { BlockPacker, compressBlock } from '../segment/pack-block.ts'
import { BlockList } from '../segment/seal-chunks.ts'
import { unpackBlock } from '../segment/unpack-block.ts'
import { writeDurably } from './durable-file.ts'
import { sealedName, segmentName } from './segment-files.ts'
import { TimeSlices } from './time-slices.ts'

/** `damaged`: something in it cannot be read, or would not come back as it is; the raw file stays as it was. */
export type SealOutcome = 'sealed' | 'damaged' | 'empty'

/** Seals segment `number` of a folder. Rejects when the disk fails; the raw file is there then. Nobody may be appending to it. */
export async function sealSegment(folder: string, number: number): Promise<SealOutcome> {
  const raw = join(folder, segmentName(number))
  const bytes = await readFile(raw)
  if (bytes.length === 0) {
    await unlink(raw)
    return 'empty'
  }
  const slices = new TimeSlices()
  try {
    await writeDurably(join(folder, sealedName(number)), sealedPieces(wholeChunks(bytes, slices), slices))
  } catch (error) {
    if (error instanceof NotSealable) return 'damaged'
    throw error
  }
  await unlink(raw)
  return 'sealed'
}

class NotSealable extends Error {}

/** Chunks → blocks and index, each block checked against what it was made of. Rejects with an error when one does not come back. */
export async function* sealedPieces(chunks: AsyncIterable<Uint8Array>, slices: TimeSlices): AsyncGenerator<Uint8Array> {
  const groups = new ChunkGroups()
  const blocks = new BlockList()
  for await (const chunk of chunks) for (const group of groups.add(chunk)) yield blocks.add(await packInSlices(group, slices))
  for (const group of groups.rest()) yield blocks.add(await packInSlices(group, slices))
  yield blocks.index()
}

async function packInSlices(chunks: readonly Uint8Array[], slices: TimeSlices): Promise<Uint8Array<ArrayBuffer>> {
  const packer = new BlockPacker()
  for (const chunk of chunks) {
    packer.add(chunk)
    await slices.pause()
  }
  const block = await compressBlock(packer.finish())
  await slices.pause()
  const unpacked = unpackBlock(block, 0, readBlockHeader(block, 0).header)
  const isSame = unpacked.length === chunks.length && chunks.every((chunk, i) => Buffer.compare(chunk, unpacked[i] ?? EMPTY) === 0)
  if (!isSame) throw new NotSealable()
  await slices.pause()
  return block
}

const EMPTY = new Uint8Array(0)

/** The chunks of a segment by their headers and checksums. Throws NotSealable at the first byte that is none of a chunk of this version. */
async function* wholeChunks(bytes: Uint8Array, slices: TimeSlices): AsyncGenerator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < CHUNK_HEADER_BYTES || view.getUint32(at, true) !== CHUNK_MAGIC) throw new NotSealable()
    const total = view.getUint32(at + 8, true)
    const isWhole = total >= CHUNK_HEADER_BYTES && total <= bytes.length - at && view.getUint16(at + 4, true) === SCHEMA_VERSION
    if (!isWhole || crc32(bytes, at + 16, at + total) !== view.getUint32(at + 12, true)) throw new NotSealable()
    yield bytes.subarray(at, at + total)
    await slices.pause()
    at += total
  }
}
