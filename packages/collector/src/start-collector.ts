/** The collector: ingest, sessions, live stream, query API and UI on one loopback port. */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { ChunkType, createSessionId, sessionId } from '@hindscope/protocol'
import type { CollectorAddress, ProbeManifest, SessionControl, TraceEngine } from '@hindscope/protocol'
import { createEngine } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import { removeAddress, writeAddress } from './address-file.ts'
import { IncidentRounds } from './incident-rounds.ts'
import { Ingest } from './ingest.ts'
import type { IngestStats } from './ingest.ts'
import { serveIngest } from './ingest-socket.ts'
import type { Hello } from './ingest-socket.ts'
import { LevelControl } from './level-control.ts'
import { listen } from './listener.ts'
import { LiveViewers } from './live-viewers.ts'
import { RealmLinks } from './realm-links.ts'
import { SessionShelf } from './session-shelf.ts'
import { Spool } from './spool.ts'
import { findUiDir } from './static-ui.ts'

export interface CollectorOptions {
  /** Folder for sessions, manifests, spool and collector.json; made when it is not there. */
  readonly dataDir: string
  /** 0 or absent = a free one. */
  readonly port?: number
  readonly host?: string
  /** A random one when absent or empty. */
  readonly token?: string
  /** Session that recorders are told to join; a new one when absent. An existing one is continued. */
  readonly session?: string
  /** Origins besides loopback whose pages may send. */
  readonly allowedOrigins?: readonly string[]
  /** Folder of the built UI; that of `@hindscope/ui` when absent. */
  readonly uiDir?: string
  /** Further folders with `<module key>.json` manifests. */
  readonly manifestDirs?: readonly string[]
  /** What people call the session. */
  readonly name?: string
}

export interface Collector {
  /** `http://127.0.0.1:port`; the UI is at its root and wants `?token=` once. */
  readonly url: string
  /** `ws://127.0.0.1:port`: what HINDSCOPE_URL and collector.json say. */
  readonly ingestUrl: string
  readonly token: string
  readonly session: string
  readonly address: CollectorAddress
  readonly engine: TraceEngine
  readonly stats: Readonly<IngestStats>
  readonly control: SessionControl
  /** Makes a manifest known to the sessions being recorded and keeps it in the data folder. */
  addManifest(manifest: ProbeManifest): void
  /** Stops listening, takes what is spooled, closes the sessions. */
  close(): Promise<void>
}

const isNodeRealm = (store: TraceStore, realm: number): boolean => store.trackOfRealm(realm)?.definition?.realmKind.startsWith('node') === true

/** Starts listening; rejects with `collector-listen` when it cannot. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const dataDir = resolve(options.dataDir)
  const host = options.host ?? '127.0.0.1'
  const token = options.token || randomBytes(16).toString('hex')
  const session = options.session ? sessionId(options.session) : createSessionId(bytes => crypto.getRandomValues(bytes))
  const shelf = new SessionShelf({ dataDir, manifestDirs: options.manifestDirs ?? [], name: options.name ?? '' })
  const engine = createEngine(shelf)
  const viewers = new LiveViewers(shelf)
  const links = new RealmLinks()
  const ingest: Ingest = new Ingest(shelf, (store, chunk) => {
    viewers.storeChanged(store)
    if (chunk.type !== ChunkType.definitions) return
    levels.modulesCame(store, chunk.realm)
    incidents.chunkAdded(store, chunk)
  })
  const levels = new LevelControl(shelf, links, ingest.failed)
  const incidents = new IncidentRounds({ links, ingest, storeOf: async id => (await shelf.forWriting(id)).store })
  const control: SessionControl = {
    setLevels: order => levels.setLevels(order),
    levelRules: query => levels.levelRules(query),
    mark: order => incidents.mark(order),
  }
  await shelf.forWriting(session)
  const rules = { token, allowedOrigins: options.allowedOrigins ?? [], hosts: [host] }
  const uiDir = options.uiDir ?? findUiDir()
  const connections = new Connections(shelf, viewers, ingest.failed)
  const spool = new Spool({ dataDir, ingest, isConnected: (id, realm) => connections.has(id, realm) })
  connections.onNodeGone = () => spool.import()
  const manifestWrites = new Set<Promise<void>>()
  const listener = await listen(
    { rules, engine, catalog: shelf, ingest, control, uiDir, health: () => ({ session, pid: process.pid, ...ingest.stats }) },
    { ingest: socket => serveIngest(socket, ingest, links, connections), live: socket => viewers.add(socket) },
    { host, port: options.port ?? 0 },
  ).catch(async (error: unknown) => {
    await spool.close()
    await shelf.close()
    throw error
  })
  const place = `${host.includes(':') ? `[${host}]` : host}:${listener.port}`
  const address: CollectorAddress = { url: `ws://${place}`, token, session, pid: process.pid }
  await writeAddress(dataDir, address)
  await spool.import({ quietMs: 0 })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await removeAddress(dataDir, address)
    viewers.close()
    await listener.close()
    await connections.idle()
    await levels.close()
    await spool.close()
    await incidents.close()
    await Promise.all(manifestWrites)
    await shelf.close()
  }
  return {
    url: `http://${place}`,
    ingestUrl: address.url,
    token,
    session,
    address,
    engine,
    stats: ingest.stats,
    control,
    addManifest: manifest => {
      // A manifest that cannot be written is still known in memory; names are missing only when the session is read again.
      const written: Promise<void> = shelf
        .addManifest(manifest)
        .then(() => levels.manifestCame())
        .catch(ingest.failed)
      manifestWrites.add(written)
      void written.finally(() => manifestWrites.delete(written))
    },
    close: () => (closing ??= close()),
  }
}

/** Which realms are connected, and what their going means. */
class Connections {
  private readonly shelf: SessionShelf
  private readonly viewers: LiveViewers
  private readonly counts = new Map<string, number>()
  private readonly work = new Set<Promise<void>>()
  private readonly failed: (error: unknown) => void

  /** A Node realm is not connected any more: it may have left something behind. */
  onNodeGone: () => Promise<void> = () => Promise.resolve()

  constructor(shelf: SessionShelf, viewers: LiveViewers, failed: (error: unknown) => void) {
    this.failed = failed
    this.shelf = shelf
    this.viewers = viewers
  }

  greeted(hello: Hello): void {
    this.change(hello, 1)
  }

  has(session: string, realm: number): boolean {
    return (this.counts.get(`${session} ${realm}`) ?? 0) > 0
  }

  closed(hello: Hello | undefined): void {
    if (hello !== undefined) this.change(hello, -1)
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.work)
  }

  private change(hello: Hello, by: 1 | -1): void {
    const key = `${hello.session} ${hello.realm}`
    const count = (this.counts.get(key) ?? 0) + by
    this.counts.set(key, count)
    const done: Promise<void> = this.mark(hello, count > 0)
      .catch(this.failed)
      .finally(() => this.work.delete(done))
    this.work.add(done)
  }

  private async mark(hello: Hello, isConnected: boolean): Promise<void> {
    const { store } = await this.shelf.forWriting(hello.session)
    if (isConnected) store.connected.add(hello.realm)
    else store.connected.delete(hello.realm)
    this.viewers.storeChanged(store)
    if (!isConnected && isNodeRealm(store, hello.realm)) await this.onNodeGone()
  }
}
