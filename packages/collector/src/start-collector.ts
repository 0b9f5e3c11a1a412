/** The collector: ingest, sessions, live stream, query API and UI on one loopback port. */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { ChunkType, createSessionId, sessionId } from '@hindscope/protocol'
import type { CollectorAddress, ProbeManifest, RetentionPolicy, SessionControl, TraceEngine } from '@hindscope/protocol'
import { Tiers } from '@hindscope/store'
import { createEngine } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import { Annotations } from './annotations.ts'
import { removeAddress, writeAddress } from './address-file.ts'
import { ClockRounds } from './clock-rounds.ts'
import { CollectorDefinitions } from './collector-definitions.ts'
import { Connections } from './connections.ts'
import { DiskPause } from './disk-pause.ts'
import { readHealth } from './health.ts'
import type { Health } from './health.ts'
import { IncidentRounds } from './incident-rounds.ts'
import { Ingest } from './ingest.ts'
import type { IngestStats } from './ingest.ts'
import { serveIngest } from './ingest-socket.ts'
import { Intake, takeBeacon } from './intake.ts'
import { LevelControl } from './level-control.ts'
import { listen } from './listener.ts'
import { LiveViewers } from './live-viewers.ts'
import type { LiveStats } from './live-viewers.ts'
import { MemoryWatch } from './memory-pressure.ts'
import { MemoryRelief } from './memory-relief.ts'
import { RealmLinks } from './realm-links.ts'
import { RealmRates } from './realm-rates.ts'
import { RecordingNotes } from './recording-notes.ts'
import { Retention } from './retention.ts'
import { SessionShelf } from './session-shelf.ts'
import { Spool } from './spool.ts'
import { StoreJumps } from './store-jumps.ts'
import { findUiDir } from './static-ui.ts'
import { sessionsOfShelf } from './tier-methods.ts'

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
  /** Folder or address of archived sessions; `<dataDir>/cold` when absent. */
  readonly cold?: string
  /** How long live streams wait for a chunk that is missing before others of its realm; 1000 when absent. */
  readonly lateMs?: number
  /**
   * Bytes that its memory may take, beside what engine, container and machine allow; at 80 % of the tightest it begins to give up things. 0 or
   * absent = no limit of its own.
   */
  readonly memoryLimit?: number
  /** How long recordings are kept; for good when absent or empty. */
  readonly retention?: RetentionPolicy
  /** Between two rounds of retention; a minute when absent. */
  readonly retentionMs?: number
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
  /** Of live sockets, as they are when it is read. */
  readonly liveStats: LiveStats
  readonly control: SessionControl
  health(): Promise<Health>
  /** Makes a manifest known to the sessions being recorded and keeps it in the data folder. */
  addManifest(manifest: ProbeManifest): void
  /** Stops listening, takes what is spooled, closes the sessions. */
  close(): Promise<void>
}

/** Starts listening; rejects with `collector-listen` when it cannot. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const dataDir = resolve(options.dataDir)
  const host = options.host ?? '127.0.0.1'
  const token = options.token || randomBytes(16).toString('hex')
  const session = options.session ? sessionId(options.session) : createSessionId(bytes => crypto.getRandomValues(bytes))
  const failed = (error: unknown): void => ingest.failed(error)
  const shelf = new SessionShelf({ dataDir, manifestDirs: options.manifestDirs ?? [], name: options.name ?? '', failed })
  const engine = createEngine(shelf)
  const viewers = new LiveViewers(shelf, options.lateMs)
  const links = new RealmLinks()
  const intake = new Intake()
  const rates = new RealmRates()
  const disk: DiskPause = new DiskPause({ paused: state => notes.paused(state), resumed: state => notes.resumed(state) })
  const ingest: Ingest = new Ingest(shelf, disk, {
    stored: (store, chunk) => {
      rates.stored(chunk, Date.now())
      memory.stored(chunk.totalBytes)
      viewers.chunkAdded(store, chunk)
      if (chunk.type !== ChunkType.definitions) return
      levels.modulesCame(store, chunk.realm)
      incidents.chunkAdded(store, chunk)
    },
    conflicted: chunk => notes.conflicted(chunk),
  })
  const definitions = new CollectorDefinitions(ingest)
  const storeOf = async (id: string): Promise<TraceStore> => (await shelf.forWriting(id)).store
  const levels = new LevelControl(shelf, links, failed)
  const notes = new RecordingNotes({ links, definitions, storeOf, inMemory: id => shelf.inMemory(id), failed })
  const incidents = new IncidentRounds({ links, definitions, storeOf, failed })
  const clocks = new ClockRounds({ links, definitions, storeOf, failed })
  const tiers = tiersOf(options, dataDir, shelf)
  const relief = new MemoryRelief({ shelf, intake, levels, notes })
  const control = controlOf({ levels, incidents, jumps: new StoreJumps(shelf, links), shelf })
  await shelf.forWriting(session)
  const rules = { token, allowedOrigins: options.allowedOrigins ?? [], hosts: [host] }
  const uiDir = options.uiDir ?? findUiDir()
  const connections = new Connections(shelf, viewers, failed)
  const mayTake = (id: string): boolean => intake.isOpen && !disk.isPaused(id)
  const spool = new Spool({ dataDir, ingest, isConnected: (id, realm) => connections.has(id, realm), mayTake })
  connections.onNodeGone = () => spool.import()
  const manifestWrites = new Set<Promise<void>>()
  const memory: MemoryWatch = new MemoryWatch(options.memoryLimit ?? 0, relief.onStep)
  const health = (): Promise<Health> => readHealth({ dataDir, session, shelf, ingest, intake, disk, memory, relief, rates, connections, viewers })
  const beacons = { addAll: (bytes: Uint8Array) => takeBeacon(bytes, ingest, intake) }
  const listener = await listen(
    { rules, engine, catalog: shelf, ingest: beacons, control, tiers, uiDir, health },
    {
      ingest: (socket, isPage) => serveIngest(socket, isPage, { ingest, intake, links, events: connections }),
      live: socket => viewers.add(socket),
    },
    { host, port: options.port ?? 0 },
  ).catch(async (error: unknown) => {
    memory.close()
    await spool.close()
    await shelf.close()
    throw error
  })
  const place = `${host.includes(':') ? `[${host}]` : host}:${listener.port}`
  const address: CollectorAddress = { url: `ws://${place}`, token, session, pid: process.pid }
  await writeAddress(dataDir, address)
  await spool.import({ quietMs: 0 })
  const retention = startRetention(options, { dataDir, shelf, failed })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await removeAddress(dataDir, address)
    memory.close()
    viewers.close()
    await listener.close()
    await tiers.close()
    disk.close()
    intake.reopen()
    await connections.idle()
    await levels.close()
    await spool.close()
    await incidents.close()
    await clocks.close()
    await notes.close()
    await Promise.all(manifestWrites)
    await retention?.close()
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
    get liveStats() {
      return viewers.stats
    },
    control,
    health,
    addManifest: manifest => {
      // A manifest that cannot be written is still known in memory; names are missing only when the session is read again.
      const written: Promise<void> = shelf
        .addManifest(manifest)
        .then(() => levels.manifestCame())
        .catch(failed)
      manifestWrites.add(written)
      void written.finally(() => manifestWrites.delete(written))
    },
    close: () => (closing ??= close()),
  }
}

interface Controls {
  readonly levels: LevelControl
  readonly incidents: IncidentRounds
  readonly jumps: StoreJumps
  readonly shelf: SessionShelf
}

const controlOf = ({ levels, incidents, jumps, shelf }: Controls): SessionControl => ({
  setLevels: order => levels.setLevels(order),
  levelRules: query => levels.levelRules(query),
  mark: order => incidents.mark(order),
  annotate: new Annotations(shelf).annotate,
  jumpableStores: query => jumps.jumpableStores(query),
  jumpStore: order => jumps.jumpStore(order),
  jumpBack: order => jumps.jumpBack(order),
})

/** undefined when nothing is ever removed. */
function startRetention(
  { retention: policy = {}, retentionMs }: CollectorOptions,
  parts: { readonly dataDir: string; readonly shelf: SessionShelf; readonly failed: (error: unknown) => void },
): Retention | undefined {
  if (Object.keys(policy).length === 0) return undefined
  return new Retention({ ...parts, policy, ...(retentionMs === undefined ? {} : { everyMs: retentionMs }) })
}

const tiersOf = ({ cold }: CollectorOptions, dataDir: string, shelf: SessionShelf): Tiers =>
  new Tiers({ dataDir, sessions: sessionsOfShelf(shelf, dataDir), closed: true, ...(cold === undefined ? {} : { cold }) })
