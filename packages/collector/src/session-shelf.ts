/** Every session of a data folder: those being written, and old ones, which are read when they are first asked for. */
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { AnnotationDefinition, LevelRules, ProbeManifest, SessionSummary } from '@hindscope/protocol'
import {
  ManifestDirectory,
  fillManifests,
  listSessions,
  manifestsFolder,
  openSession,
  readLevelRules,
  readRecord,
  readSession,
  segmentBytes,
  writeLevelRules,
  writeNotes,
  writeRecord,
} from '@hindscope/store'
import type { OpenSession } from '@hindscope/store'
import { summarize } from '@hindscope/store/model'
import type { SessionCatalog, TraceStore } from '@hindscope/store/model'

/** Old sessions kept in memory; the one asked for longest ago goes first. */
const READ_SESSIONS = 4
/** A manifest that was not there is looked for again after this. */
const RETRY_MS = 1000

export class SessionShelf implements SessionCatalog {
  private readonly dataDir: string
  private readonly manifests: readonly ManifestDirectory[]
  private readonly name: string
  private readonly failed: (error: unknown) => void
  private readonly writable = new Map<string, Promise<OpenSession>>()
  /** Those of them that are open, by when somebody wanted to write last. */
  private readonly opened = new Map<string, { readonly entry: OpenSession; usedMs: number }>()
  /** Sessions on their way out of memory: nobody else may open the folder yet. */
  private readonly retiring = new Map<string, Promise<void>>()
  private readonly read = new Map<string, Promise<TraceStore>>()
  private isClosed = false
  private readonly looked = new WeakMap<TraceStore, { version: number; atMs: number; done: Promise<void> }>()

  constructor(options: { dataDir: string; manifestDirs: readonly string[]; name: string; failed: (error: unknown) => void }) {
    this.failed = options.failed
    this.dataDir = options.dataDir
    this.name = options.name
    this.manifests = [join(options.dataDir, 'manifests'), ...options.manifestDirs].map(folder => new ManifestDirectory(folder))
  }

  /** Opens a session for appending, making it when it is new. */
  forWriting(session: string): Promise<OpenSession> {
    if (this.isClosed) return Promise.reject(new HindscopeError('segment-io', { path: this.folder(session), reason: 'the collector is closing' }))
    let opened = this.writable.get(session)
    if (opened === undefined) {
      this.read.delete(session)
      opened = this.openForWriting(session)
      this.writable.set(session, opened)
      // A folder that could not be opened is tried again by the next chunk.
      opened.catch(() => this.writable.delete(session))
    }
    const known = this.opened.get(session)
    if (known !== undefined) known.usedMs = Date.now()
    return opened
  }

  private async openForWriting(session: string): Promise<OpenSession> {
    await this.retiring.get(session)
    const entry = await openSession(this.folder(session), { name: this.name, failed: this.failed })
    entry.store.live = true
    this.opened.set(session, { entry, usedMs: Date.now() })
    return entry
  }

  /** Forgets old sessions that were read; they are read again when they are asked for. Gives how many there were. */
  forgetRead(): number {
    const { size } = this.read
    this.read.clear()
    return size
  }

  /**
   * Takes the session out of memory into which nothing was written for the longest time, of those that nobody is connected to; it is opened
   * again by the next chunk. Gives its id, or undefined when there is none.
   */
  unloadIdle(idleMs: number): string | undefined {
    const idle = [...this.opened].filter(([, { entry, usedMs }]) => entry.store.connected.size === 0 && Date.now() - usedMs >= idleMs)
    const [oldest] = idle.sort(([, a], [, b]) => a.usedMs - b.usedMs)
    if (oldest === undefined) return undefined
    const [session, { entry }] = oldest
    // From here on a chunk for it opens the folder anew, after this.
    this.writable.delete(session)
    this.opened.delete(session)
    const retired = this.retire(session, entry).finally(() => this.retiring.delete(session))
    this.retiring.set(session, retired)
    return session
  }

  /** Closes its segment and notes the summary. What is durable stays so when the note cannot be written. */
  private async retire(session: string, { store, writer }: OpenSession): Promise<void> {
    try {
      await writer.close()
      store.live = false
      store.connected.clear()
      await this.fill(store)
      const summary = summarize(store)
      const record = await readRecord(this.folder(session))
      const startedMs = record?.startedMs ?? summary.startedMs
      await writeRecord(this.folder(session), { session, name: store.name, startedMs, ...(summary.events > 0 ? { summary } : {}) })
    } catch (error) {
      this.failed(error) // SAFE: the summary spares reading the segments, which hold everything; counted and shown.
    }
  }

  /** Every session in memory: being recorded, or read not long ago. */
  async stores(): Promise<readonly TraceStore[]> {
    const reads = await Promise.allSettled(this.read.values())
    const read = reads.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
    const stores = [...[...this.opened.values()].map(({ entry }) => entry.store), ...read]
    for (const store of stores) await this.fill(store)
    return stores
  }

  /** The session as it is open for writing here. */
  openFor(session: string): OpenSession | undefined {
    return this.opened.get(session)?.entry
  }

  /** Of a session that is open for writing. */
  inMemory(session: string): TraceStore | undefined {
    return this.opened.get(session)?.entry.store
  }

  /** Sessions in memory: being written, read. */
  get loaded(): { readonly writable: number; readonly read: number } {
    return { writable: this.writable.size, read: this.read.size }
  }

  /** Whether anything may still be recorded into it here. */
  isRecorded(session: string): boolean {
    return this.writable.has(session)
  }

  readLevels(session: string): Promise<LevelRules> {
    return readLevelRules(this.folder(session))
  }

  async writeLevels(session: string, rules: LevelRules): Promise<void> {
    try {
      await writeLevelRules(this.folder(session), rules)
    } catch (error) {
      throw new HindscopeError(
        'segment-io',
        { path: this.folder(session), reason: error instanceof Error ? error.message : String(error) },
        { cause: error },
      )
    }
  }

  /** Replaces what is written about the session, on disk first. */
  async writeAnnotations(store: TraceStore, annotations: readonly AnnotationDefinition[]): Promise<void> {
    try {
      await writeNotes(this.folder(store.session), annotations)
    } catch (error) {
      throw new HindscopeError(
        'segment-io',
        { path: this.folder(store.session), reason: error instanceof Error ? error.message : String(error) },
        { cause: error },
      )
    }
    for (const annotation of annotations) store.addDefinition(annotation)
  }

  async addManifest(manifest: ProbeManifest): Promise<void> {
    for (const session of this.writable.keys()) (await this.writing(session))?.store.addManifest(manifest)
    await this.manifests[0]?.write(manifest)
  }

  async list(): Promise<readonly SessionSummary[]> {
    const summaries: SessionSummary[] = []
    for (const session of new Set([...this.writable.keys(), ...(await listSessions(this.dataDir))])) {
      const summary = await this.summary(session)
      if (summary) summaries.push(summary)
    }
    return summaries.sort((a, b) => Number(b.live) - Number(a.live) || b.startedMs - a.startedMs)
  }

  /** undefined also while its folder cannot be opened. */
  private async writing(session: string): Promise<OpenSession | undefined> {
    try {
      return await this.writable.get(session)
    } catch {
      return undefined // SAFE: whoever wants to write is told, and tries again; readers see what the folder holds.
    }
  }

  /** undefined for old sessions in which nothing was recorded. */
  private async summary(session: string): Promise<SessionSummary | undefined> {
    const open = await this.writing(session)
    if (open !== undefined) {
      const { store } = open
      return { ...summarize(store), startedMs: summarize(store).startedMs || ((await readRecord(this.folder(session)))?.startedMs ?? 0) }
    }
    const dir = this.folder(session)
    const record = await readRecord(dir)
    if (record?.summary !== undefined) return record.summary
    if ((await segmentBytes(dir)) === 0) return undefined
    const store = await this.open(session)
    if (store === undefined) return undefined
    const summary = summarize(store)
    await writeRecord(dir, { session, name: store.name, startedMs: record?.startedMs ?? summary.startedMs, summary })
    return summary
  }

  async open(session: string): Promise<TraceStore | undefined> {
    const store = (await this.writing(session))?.store ?? (await this.readOld(session))
    if (store !== undefined) await this.fill(store)
    return store
  }

  private async readOld(session: string): Promise<TraceStore | undefined> {
    let read = this.read.get(session)
    if (read === undefined) {
      if (!(await listSessions(this.dataDir)).includes(session)) return undefined
      // Others may have asked for it in the meantime: it is read once.
      read = this.read.get(session) ?? this.readAnew(session)
    }
    this.read.delete(session)
    this.read.set(session, read)
    for (const oldest of [...this.read.keys()].slice(0, Math.max(0, this.read.size - READ_SESSIONS))) this.read.delete(oldest)
    return read
  }

  private readAnew(session: string): Promise<TraceStore> {
    const read = readSession(this.folder(session))
    read.catch(() => this.read.delete(session))
    return read
  }

  /** Looks for manifests that events need; those found are kept with a live session, so that its folder can be read by itself. */
  private fill(store: TraceStore): Promise<void> {
    const last = this.looked.get(store)
    const nowMs = Date.now()
    // Whoever asks while manifests are being read waits for them: names would be numbers in that answer, and nobody asks again.
    if (last !== undefined && last.version === store.version && nowMs - last.atMs < RETRY_MS) return last.done
    const done = this.seek(store)
    this.looked.set(store, { version: store.version, atMs: nowMs, done })
    return done
  }

  private async seek(store: TraceStore): Promise<void> {
    const found = await fillManifests(store, this.manifests)
    if (found.length === 0 || !store.live) return
    const own = new ManifestDirectory(manifestsFolder(this.folder(store.session)))
    for (const manifest of found) await own.write(manifest)
  }

  /** Closes every session that is being written and leaves its summary behind. */
  async close(): Promise<void> {
    this.isClosed = true
    // SAFE: a folder that could not be opened has nothing to close; whoever asked for it was told.
    await Promise.allSettled([...this.writable.values(), ...this.retiring.values()])
    for (const [session, { entry }] of this.opened) await this.retire(session, entry)
    this.writable.clear()
    this.opened.clear()
  }

  private folder(session: string): string {
    return join(this.dataDir, 'sessions', session)
  }
}
