/** What `GET /api/health` tells those who have the token: how the collector is, and what is wrong. */
import { statfs } from 'node:fs/promises'
import type { Connections } from './connections.ts'
import type { DiskPause, DiskState } from './disk-pause.ts'
import type { Ingest, IngestStats } from './ingest.ts'
import type { Intake } from './intake.ts'
import type { LiveStats, LiveViewers } from './live-viewers.ts'
import type { MemoryRelief, ReliefStats } from './memory-relief.ts'
import type { MemoryStep, MemoryUse, MemoryWatch } from './memory-pressure.ts'
import type { RealmRate, RealmRates } from './realm-rates.ts'
import type { SessionShelf } from './session-shelf.ts'

export interface Health extends IngestStats {
  readonly session: string
  readonly pid: number
  /** Chunks that came and are not durable yet, and connections that are not read from because of them. */
  readonly waitingBytes: number
  readonly heldConnections: number
  readonly disk: {
    /** Absent where the system does not say. */
    readonly freeBytes?: number
    /** Sessions that cannot be written to now. */
    readonly paused: readonly DiskState[]
  }
  readonly memory: MemoryUse & ReliefStats & { readonly step: MemoryStep; readonly sessionsWritable: number; readonly sessionsRead: number }
  readonly realms: readonly RealmHealth[]
  readonly streams: LiveStats
}

export interface RealmHealth extends RealmRate {
  readonly connected: boolean
  /** Of its clock against the collector's; absent where it is not known. */
  readonly clock?: { readonly offsetUs: number; readonly errorUs: number }
}

/** Bytes that may still be written to the file system of `folder`. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined // SAFE: told as unknown; writing says for itself what is wrong.
  }
}

function realmsHealth(rates: readonly RealmRate[], shelf: SessionShelf, connections: Connections): readonly RealmHealth[] {
  return rates.map(rate => {
    const clock = shelf.inMemory(rate.session)?.clocks.of(rate.realm)
    return {
      ...rate,
      connected: connections.has(rate.session, rate.realm),
      ...(clock === undefined ? {} : { clock: { offsetUs: clock.offsetUs, errorUs: clock.errorUs } }),
    }
  })
}

/** The parts of a collector that know how they are. */
export interface HealthParts {
  readonly dataDir: string
  readonly session: string
  readonly shelf: SessionShelf
  readonly ingest: Ingest
  readonly intake: Intake
  readonly disk: DiskPause
  readonly memory: MemoryWatch
  readonly relief: MemoryRelief
  readonly rates: RealmRates
  readonly connections: Connections
  readonly viewers: LiveViewers
}

export async function readHealth(parts: HealthParts): Promise<Health> {
  const { dataDir, session, shelf, ingest, intake, disk, memory, relief, rates, connections, viewers } = parts
  const free = await freeBytes(dataDir)
  const { writable, read } = shelf.loaded
  return {
    session,
    pid: process.pid,
    ...ingest.stats,
    waitingBytes: intake.waitingBytes,
    heldConnections: intake.held,
    disk: { ...(free === undefined ? {} : { freeBytes: free }), paused: disk.states() },
    memory: { step: memory.step, ...memory.use, ...relief.stats, sessionsWritable: writable, sessionsRead: read },
    realms: realmsHealth(rates.list(Date.now()), shelf, connections),
    streams: viewers.stats,
  }
}
