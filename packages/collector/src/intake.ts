/**
 * Who may send now. Chunks that wait for the disk are held in memory; a connection is read on only while its own are few enough, all
 * together are few enough, and the collector takes chunks at all. What is not read stays with the recorder.
 */
import { HindscopeError } from '@hindscope/protocol'
import type { Ingest, TakenAll } from './ingest.ts'

/** Of one connection. A recorder has at most 4 MB under way; this is for others. */
const CONNECTION_BYTES = 32 * 1024 * 1024
/** Of all: 64 recorders with all that they may have under way. */
export const TOTAL_BYTES: number = 256 * 1024 * 1024

export interface Flow {
  /** So many bytes came in, and wait. */
  add(bytes: number): void
  /** They wait no longer, whatever became of them. */
  done(bytes: number): void
  /** The connection is gone; what it sent may still wait. */
  close(): void
}

interface Valve {
  waiting: number
  isHeld: boolean
  readonly tap: Tap
}

/** What the intake does with a connection. */
export interface Tap {
  /** Stops reading from it. */
  hold(): void
  /** Goes on; in turns with `hold`, which comes first. */
  release(): void
  /** Finds out whether anybody is still there: a connection that is not read from does not say when it ends. */
  probe(): void
}

export class Intake {
  private readonly totalBytes: number
  private readonly valves = new Set<Valve>()
  private isShut = false
  waitingBytes = 0

  constructor(totalBytes: number = TOTAL_BYTES) {
    this.totalBytes = totalBytes
  }

  open(tap: Tap): Flow {
    const valve: Valve = { waiting: 0, isHeld: false, tap }
    this.valves.add(valve)
    this.turn(valve)
    return {
      add: bytes => this.change(valve, bytes),
      done: bytes => this.change(valve, -bytes),
      close: () => void this.valves.delete(valve),
    }
  }

  /** Nothing more is read, until `reopen`. */
  shut(): void {
    this.isShut = true
    this.turnAll()
  }

  reopen(): void {
    this.isShut = false
    this.turnAll()
  }

  /** Has those that are held looked after. */
  probe(): void {
    for (const valve of this.valves) if (valve.isHeld) valve.tap.probe()
  }

  /** Whether there is room for something that comes by another way. */
  get isOpen(): boolean {
    return !this.isShut && this.waitingBytes <= this.totalBytes
  }

  /** Connections that are not read from. */
  get held(): number {
    let count = 0
    for (const valve of this.valves) if (valve.isHeld) count++
    return count
  }

  private change(valve: Valve, bytes: number): void {
    const wasOpen = this.isOpen
    valve.waiting += bytes
    this.waitingBytes += bytes
    if (this.isOpen === wasOpen) this.turn(valve)
    else this.turnAll()
  }

  private turnAll(): void {
    for (const valve of this.valves) this.turn(valve)
  }

  private turn(valve: Valve): void {
    const isHeld = !this.isOpen || valve.waiting > CONNECTION_BYTES
    if (isHeld === valve.isHeld || !this.valves.has(valve)) return
    valve.isHeld = isHeld
    if (isHeld) valve.tap.hold()
    else valve.tap.release()
  }
}

/** What a page sent when it went. It waits like everything else, but only if there is room: nobody can be made to wait with it. */
export async function takeBeacon(bytes: Uint8Array, ingest: Ingest, intake: Intake): Promise<TakenAll> {
  if (!intake.isOpen) throw new HindscopeError('ingest-paused', { session: 'of the page', reason: 'too much waits already' })
  const flow = intake.open({ hold: () => undefined, release: () => undefined, probe: () => undefined })
  flow.add(bytes.length)
  try {
    return await ingest.addAll(bytes)
  } finally {
    flow.done(bytes.length)
    flow.close()
  }
}
