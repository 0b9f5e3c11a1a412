/**
 * Chunks that the collector has not acknowledged after a moment, in IndexedDB: the next page or worker of the origin sends them when this
 * one is gone, and the collector drops repeats. The database is made when the first chunk is late; a page whose collector answers has none.
 * Without IndexedDB (private windows, sandboxed frames) a beacon is all there is.
 *
 * Callbacks throughout: promises are the program's to observe, and the recorder's own adapter watches them.
 */
import { TOKEN_PARAM } from '@hindscope/protocol'
import { SafeMap, dateNow, originalSetTimeout, reflectApply } from '../recorder/intrinsics.ts'
import type { ChunkSpool, SealedChunk, SpoolContext } from '../storage/sink.ts'

const NativeBlob = globalThis.Blob
const nativeFetch = globalThis.fetch
const nativeThen: (this: Promise<Response>, done: (response: Response) => void, failed: () => void) => unknown = Promise.prototype.then

const NAME = 'hindscope'
/** Chunks are written when they have waited for one to two times this long. */
const LATE_MS = 250
/** A browser takes about 64 KiB in all the beacons under way. */
const MAX_BEACON_BYTES = 60_000
/** Bytes sent again at once. */
const MAX_REPLAY_BYTES = 1 << 20

/** Time of writing, realm, chunk number, bytes: in order of time, and sizes are known without reading values. */
type Key = [number, number, number, number]
type Bytes = Uint8Array<ArrayBuffer>

export class PageSpool implements ChunkSpool {
  private readonly address: string
  private readonly maxBytes: number
  private readonly late = new SafeMap<number, SealedChunk>()
  private readonly fresh = new SafeMap<number, SealedChunk>()
  private readonly written = new SafeMap<number, Key>()
  private context: SpoolContext | undefined
  private db: IDBDatabase | undefined
  private bytes = 0
  private isTimerArmed = false
  private isReplaying = false
  /** It failed to write, and does not try again before the next connection. */
  private isBroken = false

  constructor(url: string, token: string, maxBytes: number) {
    const place = url.replace(/^ws/, 'http').replace(/(\/ingest)?\/*$/, '')
    this.address = `${place}/ingest-beacon?${TOKEN_PARAM}=${encodeURIComponent(token)}`
    this.maxBytes = maxBytes
  }

  open(context: SpoolContext): void {
    this.context = context
  }

  keep(chunk: SealedChunk): void {
    this.fresh.set(chunk.number, chunk)
    this.arm()
  }

  release(number: number): void {
    this.fresh.delete(number)
    this.late.delete(number)
    const key = this.written.get(number)
    if (key === undefined) return
    this.written.delete(number)
    this.change(store => this.remove(store, key))
  }

  makeRoom(): void {
    // Memory and database hold the same.
  }

  close(): void {
    this.fresh.clear()
    this.late.clear()
  }

  flushNow(waiting: readonly SealedChunk[]): void {
    this.beacon(waiting)
    for (let i = 0; i < waiting.length; i++) {
      const chunk = waiting[i] as SealedChunk // SAFE: i is below the length
      if (!this.written.has(chunk.number)) this.late.set(chunk.number, chunk)
    }
    this.fresh.clear()
    this.write()
  }

  private beacon(waiting: readonly SealedChunk[]): void {
    const parts: Bytes[] = []
    let size = 0
    for (let i = 0; i < waiting.length; i++) {
      const { bytes } = waiting[i] as SealedChunk // SAFE: i is below the length
      if (size + bytes.length > MAX_BEACON_BYTES) continue
      parts.push(bytes)
      size += bytes.length
    }
    // Text as the type keeps the beacon free of a preflight.
    if (size > 0) navigator.sendBeacon?.(this.address, new NativeBlob(parts, { type: 'text/plain' }))
  }

  private arm(): void {
    if (this.isTimerArmed || this.maxBytes === 0) return
    this.isTimerArmed = true
    originalSetTimeout(() => {
      this.isTimerArmed = false
      this.write()
      this.fresh.forEach((chunk, number) => this.late.set(number, chunk))
      this.fresh.clear()
      if (this.late.size > 0) this.arm()
    }, LATE_MS)
  }

  private write(): void {
    if (this.late.size === 0 || this.maxBytes === 0 || this.isBroken) return
    this.withDb(true, () => {
      const keys: Key[] = []
      const put = (store: IDBObjectStore): void => {
        const ms = dateNow()
        this.late.forEach(({ bytes }, number) => {
          if (this.bytes + bytes.length > this.maxBytes) return this.failed()
          const key: Key = [ms, this.context?.realm ?? 0, number, bytes.length]
          store.put(bytes, key)
          keys.push(key)
          this.bytes += bytes.length
          this.written.set(number, key)
        })
        this.late.clear()
      }
      // The disk is full, or the browser allows no more.
      const undo = (): void => {
        this.isBroken = true
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i] as Key // SAFE: i is below the length
          this.bytes -= key[3]
          this.written.delete(key[2])
        }
      }
      this.change(put, undo)
    })
  }

  /** Sends what earlier pages left, and what other pages of the origin may be about to send themselves. */
  replay(): void {
    this.isBroken = false
    if (this.isReplaying || this.maxBytes === 0) return
    this.isReplaying = true
    this.withDb(false, db => {
      const keys: Key[] = []
      const parts: Bytes[] = []
      let size = 0
      const cursors = db.transaction(NAME).objectStore(NAME).openCursor()
      cursors.onsuccess = () => {
        const cursor = cursors.result
        if (cursor === null || size > MAX_REPLAY_BYTES) return this.sendAgain(keys, parts)
        const key = cursor.key as Key // SAFE: only this file writes the database
        if (key[1] !== this.context?.realm) {
          keys.push(key)
          parts.push(cursor.value as Bytes) // SAFE: as above
          size += key[3]
        }
        cursor.continue()
      }
    })
  }

  private sendAgain(keys: readonly Key[], parts: Bytes[]): void {
    this.isReplaying = keys.length > 0
    if (!this.isReplaying) return
    const body = new NativeBlob(parts, { type: 'text/plain' })
    const done = (isTaken: boolean): void => {
      this.isReplaying = false
      if (!isTaken) return this.failed()
      this.change(store => keys.forEach(key => this.remove(store, key)))
      this.replay()
    }
    reflectApply(nativeThen, nativeFetch(this.address, { method: 'POST', body }), [({ ok }: Response) => done(ok), () => done(false)])
  }

  private remove(store: IDBObjectStore, key: Key): void {
    store.delete(key)
    this.bytes -= key[3]
  }

  private change(work: (store: IDBObjectStore) => void, undo?: () => void): void {
    try {
      const transaction = this.db?.transaction(NAME, 'readwrite', { durability: 'relaxed' })
      if (transaction === undefined) return
      transaction.onabort = () => {
        undo?.()
        this.failed()
      }
      work(transaction.objectStore(NAME))
      transaction.commit()
    } catch {
      this.failed() // SAFE: the database was closed under us, or is full; the chunks stay in memory, counted.
    }
  }

  /** Where no database is, `isMade` says whether one is made. */
  private withDb(isMade: boolean, use: (db: IDBDatabase) => void): void {
    if (this.db !== undefined) return use(this.db)
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => {
        if (isMade) request.result.createObjectStore(NAME)
        else request.transaction?.abort()
      }
      request.onsuccess = () => this.opened(request.result, use)
      request.onerror = () => this.closed(isMade)
    } catch {
      this.closed(isMade) // SAFE: no IndexedDB here; memory and beacon are what is left, counted.
    }
  }

  private opened(db: IDBDatabase, use: (db: IDBDatabase) => void): void {
    if (this.db !== undefined) {
      db.close()
      return use(this.db)
    }
    this.db = db
    db.onversionchange = db.onclose = () => {
      db.close()
      this.db = undefined
    }
    const keys = db.transaction(NAME).objectStore(NAME).getAllKeys()
    keys.onsuccess = () => {
      // SAFE: only this file writes the database
      for (const key of keys.result as Key[]) this.bytes += key[3]
      use(db)
    }
  }

  private closed(isMissed: boolean): void {
    this.isReplaying = false
    if (!isMissed) return
    this.isBroken = true
    this.failed()
  }

  private failed(): void {
    this.context?.fail('spool-failed')
  }
}
