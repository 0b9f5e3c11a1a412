/**
 * Chunks in: check, append durably, index, tell listeners. Whatever the way in (socket, beacon, spool file), a chunk goes through
 * `add`, and its promise resolves only when the chunk is on disk or was there already. Each is stored once, by realm and number
 * (docs/ingest.md).
 */
import { ChunkType, HindscopeError, decodeChunk, scanChunks } from '@hindscope/protocol'
import type { Chunk, Damage } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import type { DiskPause, Patience } from './disk-pause.ts'
import type { SessionShelf } from './session-shelf.ts'

export interface IngestStats {
  chunks: number
  bytes: number
  duplicates: number
  /** Messages that were no chunk, damaged or too large. */
  refused: number
  /** Chunks whose number another one of their realm has already. */
  conflicts: number
  /** Text messages of recorders that were not understood. */
  ignored: number
  /** What could not be done beside storing chunks: manifests not written, connections not noted. The first is also a process warning. */
  failed: number
}

export interface IngestListener {
  stored(store: TraceStore, chunk: Chunk): void
  /** Another chunk has its number: it was refused. */
  conflicted(chunk: Chunk): void
}

/** What became of several chunks. */
export interface TakenAll {
  /** Durable now, repeats included. */
  readonly stored: number
  /** What lay between chunks, and chunks that were refused. */
  readonly damage: readonly Damage[]
}

interface UnderWay {
  readonly bytes: Uint8Array
  readonly kept: Promise<void>
}

export class Ingest {
  readonly stats: IngestStats = { chunks: 0, bytes: 0, duplicates: 0, refused: 0, conflicts: 0, ignored: 0, failed: 0 }
  private readonly shelf: SessionShelf
  private readonly disk: DiskPause
  private readonly listener: IngestListener
  /** Appends under way by identity, so that a repeat waits for the first one's fsync. */
  private readonly underWay = new Map<string, UnderWay>()

  constructor(shelf: SessionShelf, disk: DiskPause, listener: IngestListener) {
    this.shelf = shelf
    this.disk = disk
    this.listener = listener
  }

  /** Counts a failure that nobody waits for, and shows the first. */
  readonly failed = (error: unknown): void => {
    if (this.stats.failed++ === 0) process.emitWarning(error instanceof Error ? error : String(error))
  }

  /**
   * Takes exactly one chunk. Throws the decoder's error when it is none, `chunk-conflict` when its number is taken, `segment-io` when it
   * cannot be kept: with `wait` only when the collector closes.
   */
  async add(bytes: Uint8Array, patience: Patience = 'wait'): Promise<Chunk> {
    const chunk = this.decode(bytes)
    await this.keep(chunk, bytes.subarray(0, chunk.totalBytes), patience)
    return chunk
  }

  /** Takes chunks after one another and skips what is damaged between them. Rejects with `segment-io` when they cannot all be kept. */
  async addAll(bytes: Uint8Array, patience: Patience = 'wait'): Promise<TakenAll> {
    const { chunks, damage } = scanChunks(bytes)
    this.stats.refused += damage.length
    const taken = chunks.map(({ chunk, offset }) => this.keepOrTell(chunk, bytes.subarray(offset, offset + chunk.totalBytes), offset, patience))
    // All of them end before a failure is told: what is durable is not left half known.
    const ends = await Promise.allSettled(taken)
    const conflicts: Damage[] = []
    for (const end of ends) {
      if (end.status === 'rejected') throw end.reason
      if (end.value !== undefined) conflicts.push(end.value)
    }
    return { stored: chunks.length - conflicts.length, damage: [...damage, ...conflicts] }
  }

  private decode(bytes: Uint8Array): Chunk {
    try {
      return decodeChunk(bytes)
    } catch (error) {
      this.stats.refused++
      throw error
    }
  }

  private async keepOrTell(chunk: Chunk, bytes: Uint8Array, offset: number, patience: Patience): Promise<Damage | undefined> {
    try {
      await this.keep(chunk, bytes, patience)
      return undefined
    } catch (error) {
      if (!(error instanceof HindscopeError) || error.code !== 'chunk-conflict') throw error
      return { offset, bytes: chunk.totalBytes, code: error.code, message: error.message }
    }
  }

  private async keep(chunk: Chunk, bytes: Uint8Array, patience: Patience): Promise<void> {
    const key = keyOf(chunk, bytes)
    for (let first = this.underWay.get(key); first !== undefined; first = this.underWay.get(key)) {
      if (Buffer.compare(first.bytes, bytes) === 0) {
        this.stats.duplicates++
        return first.kept
      }
      // Not a repeat: what is to be said of it depends on whether the first is stored.
      await Promise.allSettled([first.kept])
    }
    const kept = this.disk.run(chunk.session, patience, () => this.store(chunk, bytes))
    this.underWay.set(key, { bytes, kept })
    try {
      await kept
    } finally {
      this.underWay.delete(key)
    }
  }

  /** Gives false when it was there. */
  private async store(chunk: Chunk, bytes: Uint8Array): Promise<boolean> {
    const { store, writer } = await this.shelf.forWriting(chunk.session)
    const known = store.holds(chunk)
    if (known === 'other') this.refuse(chunk)
    if (known === 'same') {
      this.stats.duplicates++
      return false
    }
    await writer.append(bytes)
    this.stats.chunks++
    this.stats.bytes += bytes.length
    if (addQuietly(store, chunk)) this.listener.stored(store, chunk)
    return true
  }

  private refuse(chunk: Chunk): never {
    this.stats.conflicts++
    this.listener.conflicted(chunk)
    throw new HindscopeError('chunk-conflict', { number: String(chunk.number), realm: chunk.realm.toString(16).padStart(8, '0') })
  }
}

/** It is durable whatever the model says of it; false when it cannot be read. */
function addQuietly(store: TraceStore, chunk: Chunk): boolean {
  try {
    return store.addChunk(chunk)
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    store.addDamage([{ offset: 0, bytes: chunk.totalBytes, code: error.code, message: error.message }])
    return false
  }
}

/** Event chunks are one by their number; definitions, of which there may be several of a number, by their checksum too. */
function keyOf(chunk: Chunk, bytes: Uint8Array): string {
  const place = `${chunk.session} ${chunk.realm} ${chunk.type} ${chunk.number}`
  if (chunk.type !== ChunkType.definitions) return place
  return `${place} ${new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true)}`
}
