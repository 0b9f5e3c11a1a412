/** Where sealed chunks go. A sink may refuse chunks (and then counts the loss), it may not throw and not keep the process alive. */
import type { ReportBodies, ReportTopic } from '@hindscope/protocol'
import type { FailureCode } from '../recorder/counters.ts'
import type { SealedChunk } from '../recorder/event-writer.ts'

export type { SealedChunk } from '../recorder/event-writer.ts'

export interface SinkStats {
  readonly chunks: number
  readonly bytes: number
  /** Events given up because the sink could not take them in time. */
  readonly dropped: number
  /** Bytes accepted and not yet handed on. */
  readonly waitingBytes: number
}

/** What a sink is told before the first chunk. */
export interface SinkContext {
  readonly session: string
  readonly realm: number
  readonly maxBufferedBytes: number
  readonly fail: (code: FailureCode) => void
  /** The sink is done with an accepted chunk and nothing else can read its bytes: their memory may be used again. It need not say so. */
  readonly recycle: (chunk: SealedChunk) => void
  /** What the collector wants; `body` is as it came. Never throws. */
  readonly control: (topic: string, body: unknown) => void
}

export interface Sink {
  /** Called once, before anything else. */
  open?(context: SinkContext): void
  /** The sink owns the bytes from here on. Definitions must never be given up. */
  accept(chunk: SealedChunk): void
  /** Tells the collector, now or when it is there; the oldest reports that wait are dropped and counted when there are too many. */
  report?<Topic extends ReportTopic>(topic: Topic, body: ReportBodies[Topic]): void
  /** Records lost since the last call; they go into the header of the next chunk. */
  takeDropped?(): number
  /** Resolves when everything accepted was handed on, or cannot be. */
  flush?(): Promise<void>
  /** Hands on what it can at once, synchronously: the process or page is about to go. */
  flushNow?(): void
  close?(): Promise<void>
  stats?(): SinkStats
  /** Everything that it still holds, in order; empty for sinks that hand chunks on. */
  chunks?(): Uint8Array[]
}

/** What a spool is told before the first chunk. */
export interface SpoolContext extends SinkContext {
  /** The spool has the chunk where the collector will find it: the sink need not keep it. */
  readonly free: (number: number) => void
}

/** Keeps chunks where they outlive the realm, until the collector has them. Bounded; neither throws nor waits. */
export interface ChunkSpool {
  open(context: SpoolContext): void
  /** A new chunk, before it is sent. */
  keep(chunk: SealedChunk): void
  /** The collector has it, or it was given up. */
  release(number: number): void
  /** The sink's memory is full: frees what it can. */
  makeRoom(): void
  /** The collector is there: time to send it what earlier realms left. */
  replay?(): void
  /** The realm may be gone in a moment. `waiting` are not acknowledged, oldest first; `definitions` are all there are. */
  flushNow(waiting: readonly SealedChunk[], definitions: readonly SealedChunk[]): void
  close(): void
}
