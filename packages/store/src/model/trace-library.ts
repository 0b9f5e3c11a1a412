/** Trace bytes → stores, one per session. What the UI does with a dropped file, the CLI with a path and tests with hand-made chunks. */
import { HindscopeError, scanChunks } from '@hindscope/protocol'
import type { Chunk, Damage } from '@hindscope/protocol'
import { TraceStore } from './trace-store.ts'

export class TraceLibrary {
  /** Damage found before any chunk told whose it is. */
  private readonly orphanDamage: Damage[] = []
  private readonly bySession = new Map<string, TraceStore>()

  get stores(): readonly TraceStore[] {
    return [...this.bySession.values()]
  }

  addChunk(chunk: Chunk): boolean {
    let store = this.bySession.get(chunk.session)
    if (store === undefined) {
      store = new TraceStore(chunk.session)
      this.bySession.set(chunk.session, store)
      store.addDamage(this.orphanDamage.splice(0))
    }
    try {
      return store.addChunk(chunk)
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      store.addDamage([{ offset: 0, bytes: chunk.totalBytes, code: error.code, message: error.message }])
      return false
    }
  }

  /** Adds a whole file; returns its damage, which the first session found in it lists too. */
  addBytes(bytes: Uint8Array): readonly Damage[] {
    const { chunks, damage } = scanChunks(bytes)
    for (const { chunk } of chunks) this.addChunk(chunk)
    const store = chunks[0] && this.bySession.get(chunks[0].chunk.session)
    if (store) store.addDamage(damage)
    else this.orphanDamage.push(...damage)
    return damage
  }
}

/** A library over chunks that are in memory already. */
export function createTraceModel(chunks: Iterable<Chunk> = []): TraceLibrary {
  const library = new TraceLibrary()
  for (const chunk of chunks) library.addChunk(chunk)
  return library
}
