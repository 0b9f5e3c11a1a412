/** The chunks in trace bytes, sealed or not, each with the bytes that the recorder sealed. */
import { decodeChunk } from '@hindscope/protocol'
import type { Chunk, Damage } from '@hindscope/protocol'
import { readTrace } from '@hindscope/store/model'

export interface ReadChunk {
  readonly chunk: Chunk
  readonly bytes: Uint8Array
}

export function readChunks(bytes: Uint8Array): { readonly chunks: readonly ReadChunk[]; readonly damage: readonly Damage[] } {
  const chunks: ReadChunk[] = []
  const damage = readTrace(bytes, (_, own) => chunks.push({ chunk: decodeChunk(own), bytes: own }))
  return { chunks, damage }
}
