/**
 * The one reader of trace bytes: segments, sealed segments, shared files, several of them after one another, damaged anywhere. They are
 * all a sequence of frames, each with a magic of its own: chunks ('HSCK'), blocks of chunks ('HSBK'), indexes of blocks ('HSIX'). Reading
 * never throws on damage: what cannot be read is listed, and reading goes on at the next magic.
 */
import { CHUNK_MAGIC, HindscopeError, decodeChunk } from '@hindscope/protocol'
import type { Chunk, Damage } from '@hindscope/protocol'
import { BLOCK_MAGIC, readBlockHeader } from './block-layout.ts'
import type { BlockHeader } from './block-layout.ts'
import { INDEX_MAGIC, readIndex } from './segment-index.ts'
import type { SegmentIndex } from './segment-index.ts'
import { unpackBlock } from './unpack-block.ts'

/**
 * What is done with a frame. A handler may throw a HindscopeError: the frame is damage then, up to the next magic. One that returns an
 * error has read what it could: exactly the frame's bytes are damage.
 */
interface FrameHandlers {
  chunk(chunk: Chunk, offset: number): void
  block(header: BlockHeader, offset: number, isIntact: boolean): HindscopeError | undefined
  index(index: SegmentIndex, offset: number): void
}

/**
 * Gives every chunk of `bytes` to `take`, with the bytes that it was read from: a view of `bytes`, or of memory that the chunks of a block
 * share. The chunk's records are good until the next one. Returns the damage; adjoining damage is one entry, with the code of its first part.
 */
export function readTrace(bytes: Uint8Array, take: (chunk: Chunk, chunkBytes: Uint8Array) => void): Damage[] {
  const memory = new RecordMemory()
  return walk(bytes, memory.take, {
    chunk: (chunk, offset) => take(chunk, bytes.subarray(offset, offset + chunk.totalBytes)),
    block: (header, offset, isIntact) => readBlock(bytes, { header, offset, isIntact }, memory.take, take),
    index: () => undefined,
  })
}

type WordMemory = (words: number) => Int32Array<ArrayBuffer>

/** Memory for the records of one chunk after another. */
class RecordMemory {
  private words = new Int32Array(0)

  readonly take: WordMemory = count => {
    if (count > this.words.length) this.words = new Int32Array(count)
    return this.words.subarray(0, count)
  }
}

/** A frame of a file, as far as it is known without decompression. */
export type Frame =
  | { readonly kind: 'chunk'; readonly offset: number; readonly bytes: number; readonly chunk: Chunk }
  | { readonly kind: 'block'; readonly offset: number; readonly bytes: number; readonly header: BlockHeader }
  | { readonly kind: 'index'; readonly offset: number; readonly bytes: number; readonly index: SegmentIndex }

export interface FrameList {
  readonly frames: readonly Frame[]
  readonly damage: readonly Damage[]
}

/** The whole frames of `bytes`. Blocks are checked and not unpacked. */
export function listFrames(bytes: Uint8Array): FrameList {
  const frames: Frame[] = []
  const damage = walk(bytes, undefined, {
    chunk: (chunk, offset) => void frames.push({ kind: 'chunk', offset, bytes: chunk.totalBytes, chunk }),
    block(header, offset, isIntact) {
      if (!isIntact) throw checksum(header, offset)
      frames.push({ kind: 'block', offset, bytes: header.totalBytes, header })
      return undefined
    },
    index: (index, offset) => void frames.push({ kind: 'index', offset, bytes: index.totalBytes, index }),
  })
  return { frames, damage }
}

const checksum = (header: BlockHeader, offset: number): HindscopeError =>
  new HindscopeError('block-checksum', { offset: String(offset), bytes: String(header.totalBytes) })

/** Every chunk of a block is checked by its own checksum, so what a damaged block still gives is as it was. */
function readBlock(
  bytes: Uint8Array,
  { header, offset, isIntact }: { readonly header: BlockHeader; readonly offset: number; readonly isIntact: boolean },
  memory: WordMemory,
  take: (chunk: Chunk, chunkBytes: Uint8Array) => void,
): HindscopeError | undefined {
  let problem = isIntact ? undefined : checksum(header, offset)
  let chunks: Uint8Array[]
  try {
    chunks = unpackBlock(bytes, offset, header)
  } catch (error) {
    throw problem ?? error
  }
  let taken = 0
  for (const chunkBytes of chunks) {
    let chunk: Chunk
    try {
      chunk = decodeChunk(chunkBytes, 0, memory)
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      problem ??= error
      continue
    }
    taken++
    take(chunk, chunkBytes)
  }
  // Nothing of it can be believed, its length included.
  if (taken === 0 && problem !== undefined) throw problem
  return problem
}

function walk(bytes: Uint8Array, memory: WordMemory | undefined, handlers: FrameHandlers): Damage[] {
  const damage: Damage[] = []
  const add = (offset: number, end: number, { code, message }: HindscopeError): void => {
    const last = damage.at(-1)
    if (last !== undefined && last.offset + last.bytes === offset) damage[damage.length - 1] = { ...last, bytes: end - last.offset }
    else damage.push({ offset, bytes: end - offset, code, message })
  }
  for (let at = 0; at < bytes.length;) {
    try {
      const { length, problem } = frameAt(bytes, at, memory, handlers)
      if (problem !== undefined) add(at, at + length, problem)
      at += length
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      const next = nextMagic(bytes, at + 1)
      add(at, next, error)
      at = next
    }
  }
  return damage
}

function frameAt(
  bytes: Uint8Array,
  at: number,
  memory: WordMemory | undefined,
  handlers: FrameHandlers,
): { readonly length: number; readonly problem?: HindscopeError | undefined } {
  switch (magicAt(bytes, at)) {
    case BLOCK_MAGIC: {
      const { header, isIntact } = readBlockHeader(bytes, at)
      return { length: header.totalBytes, problem: handlers.block(header, at, isIntact) }
    }
    case INDEX_MAGIC: {
      const index = readIndex(bytes, at)
      handlers.index(index, at)
      return { length: index.totalBytes }
    }
    default: {
      const chunk = decodeChunk(bytes, at, memory)
      handlers.chunk(chunk, at)
      return { length: chunk.totalBytes }
    }
  }
}

function magicAt(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < 4) return 0
  // SAFE: four bytes are there
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
}

function nextMagic(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(FIRST_BYTE, from); at !== -1; at = bytes.indexOf(FIRST_BYTE, at + 1)) {
    const magic = magicAt(bytes, at)
    if (magic === CHUNK_MAGIC || magic === BLOCK_MAGIC || magic === INDEX_MAGIC) return at
  }
  return bytes.length
}

/** 'H', with which every magic begins. */
const FIRST_BYTE = 0x48
