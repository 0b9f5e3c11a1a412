/**
 * Chunks in: check, append durably, index, tell listeners. Whatever the way in (socket, beacon, spool file), a chunk goes through
 * `add`, and its promise resolves only when the chunk is on disk or was there already.
 */
import { ChunkType, decodeChunk, scanChunks } from '@hindscope/protocol'
import type { Chunk, Damage } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import type { SessionShelf } from './session-shelf.ts'

export interface IngestStats {
  chunks: number
  bytes: number
  duplicates: number
  /** Messages that were no chunk, damaged or too large. */
  refused: number
  /** Text messages of recorders that were not understood. */
  ignored: number
  /** What could not be done beside storing chunks: manifests not written, connections not noted. The first is also a process warning. */
  failed: number
}

export type ChunkListener = (store: TraceStore, chunk: Chunk) => void

export class Ingest {
  readonly stats: IngestStats = { chunks: 0, bytes: 0, duplicates: 0, refused: 0, ignored: 0, failed: 0 }
  private readonly shelf: SessionShelf
  private readonly onChunk: ChunkListener
  /** Appends under way by identity, so that a repeat waits for the first one's fsync. */
  private readonly underWay = new Map<string, Promise<void>>()
  private readonly definitions = new Set<string>()

  constructor(shelf: SessionShelf, onChunk: ChunkListener) {
    this.shelf = shelf
    this.onChunk = onChunk
  }

  /** Counts a failure that nobody waits for, and shows the first. */
  readonly failed = (error: unknown): void => {
    if (this.stats.failed++ === 0) process.emitWarning(error instanceof Error ? error : String(error))
  }

  /** Takes exactly one chunk. Throws the decoder's error when it is none, `segment-io` when it cannot be kept. */
  async add(bytes: Uint8Array): Promise<Chunk> {
    const chunk = this.decode(bytes)
    await this.keep(chunk, bytes)
    return chunk
  }

  /** Takes chunks after one another and skips what is damaged between them. */
  async addAll(bytes: Uint8Array): Promise<{ stored: number; damage: readonly Damage[] }> {
    const { chunks, damage } = scanChunks(bytes)
    this.stats.refused += damage.length
    await Promise.all(chunks.map(({ chunk, offset }) => this.keep(chunk, bytes.subarray(offset, offset + chunk.totalBytes))))
    return { stored: chunks.length, damage }
  }

  private decode(bytes: Uint8Array): Chunk {
    try {
      return decodeChunk(bytes)
    } catch (error) {
      this.stats.refused++
      throw error
    }
  }

  private async keep(chunk: Chunk, bytes: Uint8Array): Promise<void> {
    const key = keyOf(chunk, bytes)
    const first = this.underWay.get(key)
    if (first !== undefined) {
      this.stats.duplicates++
      return first
    }
    const kept = this.store(chunk, bytes, key)
    this.underWay.set(key, kept)
    try {
      await kept
    } finally {
      this.underWay.delete(key)
    }
  }

  private async store(chunk: Chunk, bytes: Uint8Array, key: string): Promise<void> {
    const { store, writer } = await this.shelf.forWriting(chunk.session)
    const isKnown = chunk.type === ChunkType.definitions ? this.definitions.has(key) : store.hasChunk(chunk.realm, chunk.number)
    if (isKnown) {
      this.stats.duplicates++
      return
    }
    await writer.append(bytes.subarray(0, chunk.totalBytes))
    this.stats.chunks++
    this.stats.bytes += chunk.totalBytes
    if (chunk.type === ChunkType.definitions) this.definitions.add(key)
    store.addChunk(chunk)
    this.onChunk(store, chunk)
  }
}

/** Event chunks are one by their number; definitions, which recorders repeat under any number, by their checksum. */
function keyOf(chunk: Chunk, bytes: Uint8Array): string {
  const place = `${chunk.session} ${chunk.realm} ${chunk.type}`
  if (chunk.type !== ChunkType.definitions) return `${place} ${chunk.number}`
  return `${place} ${new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true)}`
}
