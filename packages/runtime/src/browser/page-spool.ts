/**
 * Chunks that the collector has not acknowledged after a moment, in IndexedDB: the next page or worker of the origin sends them when this
 * one is gone, and the collector drops repeats. The database is made when the first chunk is late; a page whose collector answers has none.
 * Without IndexedDB (private windows, sandboxed frames) a beacon is all there is.
 *
 * Callbacks throughout: promises are the program's to observe, and the recorder's own adapter watches them.
 */
import { isCollectorForbidden } from './browser-socket.ts'
import { TOKEN_PARAM, copyOf } from '@hindscope/protocol'
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

/** Time of writing, realm, chunk number, bytes: in order of time, and sizes are known without reading values. */
type Key = [number, number, number, number]

export class PageSpool implements ChunkSpool {
  private readonly address: string
  private readonly maxBytes: number
  /** Neither acknowledged nor written. */
  private readonly waiting = new SafeMap<number, SealedChunk>()
  private readonly written = new SafeMap<number, Key>()
  private context: SpoolContext | undefined
  private db: IDBDatabase | undefined
  /** Of the whole database, other pages of the origin included as far as they are known. */
  private bytes = 0
  private newest = -1
  /** Chunks up to this one are late when the timer fires. */
  private seen = -1
  private isTimerArmed = false
  /** Writing failed; it is not tried again before the next connection. */
  private isBroken = false

  constructor(url: string, token: string, maxBytes: number) {
    this.address = `${url.replace(/^ws/, 'http').replace(/(\/ingest)?\/*$/, '')}/ingest-beacon?${TOKEN_PARAM}=${encodeURIComponent(token)}`
    this.maxBytes = maxBytes
  }

  open(context: SpoolContext): void {
    this.context = context
  }

  keep(chunk: SealedChunk): void {
    this.newest = chunk.number
    this.waiting.set(chunk.number, chunk)
    this.arm()
  }

  release(number: number): void {
    this.waiting.delete(number)
    const key = this.written.get(number)
    if (key !== undefined) this.remove(key)
    this.written.delete(number)
  }

  makeRoom(): void {
    // Memory and database hold the same.
  }

  close(): void {
    this.waiting.clear()
  }

  flushNow(chunks: readonly SealedChunk[]): void {
    const parts: Uint8Array<ArrayBuffer>[] = []
    let size = 0
    for (let i = 0; i < chunks.length; i++) {
      const { bytes } = chunks[i] as SealedChunk // SAFE: i is below the length
      if (size + bytes.length > MAX_BEACON_BYTES) continue
      parts[parts.length] = bytes
      size += bytes.length
    }
    if (size > 0 && !isCollectorForbidden()) navigator.sendBeacon?.(this.address, bodyOf(parts))
    this.write(Infinity)
  }

  private arm(): void {
    if (this.isTimerArmed) return
    this.isTimerArmed = true
    originalSetTimeout(() => {
      this.isTimerArmed = false
      this.write(this.seen)
      this.seen = this.newest
      if (this.waiting.size > 0) this.arm()
    }, LATE_MS)
  }

  private write(limit: number): void {
    const isLate = (number: number, { bytes }: SealedChunk): boolean => number <= limit && this.bytes + bytes.length <= this.maxBytes
    let hasLate = false
    this.waiting.forEach((chunk, number) => (hasLate ||= isLate(number, chunk)))
    if (!hasLate || this.isBroken) return
    this.withDb(true, () =>
      this.change(store =>
        this.waiting.forEach((chunk, number) => {
          if (!isLate(number, chunk)) return
          const { bytes } = chunk
          const key: Key = [dateNow(), this.context?.realm ?? 0, number, bytes.length]
          // The database would take along all the memory that a view looks at.
          store.put(copyOf(bytes, 0, bytes.length), key)
          this.bytes += bytes.length
          this.written.set(number, key)
          this.waiting.delete(number)
        }),
      ),
    )
  }

  /** Sends what earlier pages left, and what other pages of the origin may be about to send themselves, one chunk after the other. */
  replay(): void {
    this.isBroken = false
    this.withDb(false, db => {
      const request = db.transaction(NAME).objectStore(NAME).getAllKeys()
      request.onsuccess = () => {
        const keys = request.result as Key[] // SAFE: only this file writes the database
        this.bytes = 0
        for (let i = 0; i < keys.length; i++) this.bytes += (keys[i] as Key)[3] // SAFE: i is below the length
        this.sendFrom(db, keys, 0)
      }
    })
  }

  private sendFrom(db: IDBDatabase, keys: readonly Key[], index: number): void {
    const key = keys[index]
    if (key === undefined) return
    if (key[1] === this.context?.realm) return this.sendFrom(db, keys, index + 1)
    const request = db.transaction(NAME).objectStore(NAME).get(key)
    request.onsuccess = () => {
      const sent = nativeFetch(this.address, { method: 'POST', body: bodyOf([request.result as BlobPart]) }) // SAFE: bytes; undefined would be damaged
      const done = ({ ok }: { ok: boolean }): void => {
        if (!ok) return this.failed()
        this.remove(key)
        this.sendFrom(db, keys, index + 1)
      }
      reflectApply(nativeThen, sent, [done, () => this.failed()])
    }
  }

  private remove(key: Key): void {
    this.bytes -= key[3]
    this.change(store => store.delete(key))
  }

  private change(work: (store: IDBObjectStore) => void): void {
    try {
      const transaction = this.db?.transaction(NAME, 'readwrite', { durability: 'relaxed' })
      if (transaction === undefined) return
      transaction.onabort = () => this.failed()
      work(transaction.objectStore(NAME))
      // Not when the page has time for it: it may be gone.
      transaction.commit()
    } catch {
      this.failed() // SAFE: the database was closed under us; the chunks stay in memory, counted.
    }
  }

  /** Where there is no database, `isMade` says whether one is made. */
  private withDb(isMade: boolean, use: (db: IDBDatabase) => void): void {
    if (this.db !== undefined) return use(this.db)
    if (this.maxBytes === 0) return
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => {
        if (isMade) request.result.createObjectStore(NAME)
        else request.transaction?.abort()
      }
      request.onsuccess = () => {
        const db = request.result
        db.onversionchange = () => {
          db.close()
          this.db = undefined
        }
        use((this.db = db))
      }
      request.onerror = () => {
        if (isMade) this.failed()
      }
    } catch {
      this.failed() // SAFE: no IndexedDB here; memory and beacon are what is left, counted.
    }
  }

  /** The disk is full, the browser allows no more, or the collector is gone again. */
  private failed(): void {
    this.isBroken = true
    this.db = undefined
    this.context?.fail('spool-failed')
  }
}

/** Text as the type keeps the request free of a preflight. */
const bodyOf = (parts: BlobPart[]): Blob => new NativeBlob(parts, { type: 'text/plain' })
