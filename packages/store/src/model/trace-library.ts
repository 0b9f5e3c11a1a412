/** Trace bytes → stores, one per session. What the UI does with a dropped file, the CLI with a path and tests with hand-made chunks. */
import { HindscopeError } from '@hindscope/protocol'
import type { Chunk, Damage, SessionId } from '@hindscope/protocol'
import { expectedEvents } from '../segment/expected-events.ts'
import { readTrace } from '../segment/read-trace.ts'
import { TraceStore } from './trace-store.ts'

export class TraceLibrary {
  /** Damage found before any chunk told whose it is. */
  private readonly orphanDamage: Damage[] = []
  private readonly bySession = new Map<string, TraceStore>()

  get stores(): readonly TraceStore[] {
    return [...this.bySession.values()]
  }

  private storeOf(session: SessionId): TraceStore {
    let store = this.bySession.get(session)
    if (store === undefined) {
      store = new TraceStore(session)
      this.bySession.set(session, store)
      store.addDamage(this.orphanDamage.splice(0))
    }
    return store
  }

  addChunk(chunk: Chunk): boolean {
    const store = this.storeOf(chunk.session)
    try {
      return store.addChunk(chunk)
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      store.addDamage([{ offset: 0, bytes: chunk.totalBytes, code: error.code, message: error.message }])
      return false
    }
  }

  /**
   * Adds a whole file; returns its damage, which the first session found in it lists too. `tell` hears after each chunk how many events
   * were read, and how many the headers claim.
   */
  addBytes(bytes: Uint8Array, tell?: (events: number, expected: number) => void): readonly Damage[] {
    let first: SessionId | undefined
    let events = 0
    let expected = 0
    const inFile = new Set<SessionId>()
    const damage = readTrace(bytes, chunk => {
      first ??= chunk.session
      if (!inFile.has(chunk.session)) {
        inFile.add(chunk.session)
        for (const [realm, claimed] of expectedEvents(bytes, chunk.session)) {
          this.storeOf(chunk.session).expect(realm, claimed)
          expected += claimed
        }
      }
      this.addChunk(chunk)
      events += chunk.recordCount
      tell?.(events, expected)
    })
    for (const session of inFile) this.storeOf(session).trim()
    const store = first && this.bySession.get(first)
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
