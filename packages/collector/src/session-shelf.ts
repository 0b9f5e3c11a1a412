/** Every session of a data folder: those being written, and old ones, which are read when they are first asked for. */
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { LevelRules, ProbeManifest, SessionSummary } from '@hindscope/protocol'
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
  private readonly writable = new Map<string, Promise<OpenSession>>()
  private readonly read = new Map<string, Promise<TraceStore>>()
  private isClosed = false
  private readonly looked = new WeakMap<TraceStore, { version: number; atMs: number }>()

  constructor(options: { dataDir: string; manifestDirs: readonly string[]; name: string }) {
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
      opened = openSession(this.folder(session), { name: this.name }).then(entry => {
        entry.store.live = true
        return entry
      })
      this.writable.set(session, opened)
      // A folder that could not be opened is tried again by the next chunk.
      opened.catch(() => this.writable.delete(session))
    }
    return opened
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

  async addManifest(manifest: ProbeManifest): Promise<void> {
    for (const opened of this.writable.values()) (await opened).store.addManifest(manifest)
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

  /** undefined for old sessions in which nothing was recorded. */
  private async summary(session: string): Promise<SessionSummary | undefined> {
    const open = this.writable.get(session)
    if (open !== undefined) {
      const { store } = await open
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
    const open = this.writable.get(session)
    const store = open === undefined ? await this.readOld(session) : (await open).store
    if (store !== undefined) await this.fill(store)
    return store
  }

  private async readOld(session: string): Promise<TraceStore | undefined> {
    let read = this.read.get(session)
    if (read === undefined) {
      if (!(await listSessions(this.dataDir)).includes(session)) return undefined
      read = readSession(this.folder(session))
      read.catch(() => this.read.delete(session))
    }
    this.read.delete(session)
    this.read.set(session, read)
    for (const oldest of [...this.read.keys()].slice(0, Math.max(0, this.read.size - READ_SESSIONS))) this.read.delete(oldest)
    return read
  }

  /** Looks for manifests that events need; those found are kept with a live session, so that its folder can be read by itself. */
  private async fill(store: TraceStore): Promise<void> {
    const last = this.looked.get(store)
    const nowMs = Date.now()
    if (last !== undefined && last.version === store.version && nowMs - last.atMs < RETRY_MS) return
    this.looked.set(store, { version: store.version, atMs: nowMs })
    const found = await fillManifests(store, this.manifests)
    if (found.length === 0 || !store.live) return
    const own = new ManifestDirectory(manifestsFolder(this.folder(store.session)))
    for (const manifest of found) await own.write(manifest)
  }

  /** Closes every session that is being written and leaves its summary behind. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const [session, opened] of this.writable) {
      const { store, writer } = await opened
      await writer.close()
      store.live = false
      store.connected.clear()
      await this.fill(store)
      const summary = summarize(store)
      const record = await readRecord(this.folder(session))
      const startedMs = record?.startedMs ?? summary.startedMs
      await writeRecord(this.folder(session), { session, name: store.name, startedMs, ...(summary.events > 0 ? { summary } : {}) })
    }
    this.writable.clear()
  }

  private folder(session: string): string {
    return join(this.dataDir, 'sessions', session)
  }
}
