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
