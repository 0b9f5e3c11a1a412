/** Chunks → the bytes of a sealed segment or of a shared file: blocks, then their index. */
import { BLOCK_HEADER_BYTES } from './block-layout.ts'
import { ChunkGroups } from './chunk-groups.ts'
import type { Codec } from './codecs.ts'
import { packBlock } from './pack-block.ts'
import { writeIndex } from './segment-index.ts'

export interface SealOptions {
  readonly codec?: Codec
  /** Bytes of chunks a block. */
  readonly blockBytes?: number
}

/** Takes whole, undamaged chunks of any session and realm; yields the file piece by piece. Nothing is yielded for no chunks. */
export function* sealChunks(chunks: Iterable<Uint8Array>, { codec, blockBytes }: SealOptions = {}): Generator<Uint8Array<ArrayBuffer>> {
  const groups = new ChunkGroups(blockBytes)
  const blocks = new BlockList()
  for (const chunk of chunks) for (const group of groups.add(chunk)) yield blocks.add(packBlock(group, codec))
  for (const group of groups.rest()) yield blocks.add(packBlock(group, codec))
  if (blocks.spanBytes > 0) yield blocks.index()
}

/** Where the blocks of a segment lie that is being written. */
export class BlockList {
  spanBytes = 0
  private readonly entries: { readonly offset: number; readonly header: Uint8Array }[] = []

  /** The block stands behind those before it; gives it back. */
  add<T extends Uint8Array>(block: T): T {
    this.entries.push({ offset: this.spanBytes, header: block.slice(0, BLOCK_HEADER_BYTES) })
    this.spanBytes += block.length
    return block
  }

  index(): Uint8Array<ArrayBuffer> {
    return writeIndex(this.entries, this.spanBytes)
  }
}
