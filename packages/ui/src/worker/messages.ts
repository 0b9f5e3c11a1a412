/**
 * What the page and the worker that reads files say to each other. The page asks with a number, the worker answers with the same one,
 * once: `result` or `failure`. `progress` may come before. A cancelled ask is never answered.
 */
import type { Damage, EngineMethod } from '@hindscope/protocol'
import type { TraceName } from '../core/trace-name.ts'
import type { Failure } from '../engine/failure.ts'

/** What is read of a File. */
export interface TraceSource {
  readonly name: string
  readonly size: number
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

export type WorkerRequest =
  /** A worker opens once. */
  | { readonly kind: 'open'; readonly id: number; readonly files: readonly TraceSource[] }
  | { readonly kind: 'ask'; readonly id: number; readonly method: EngineMethod; readonly query: unknown }
  | { readonly kind: 'cancel'; readonly id: number }

export type WorkerReply =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: OpenProgress }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }

export interface OpenProgress {
  /** `reading`: bytes come from the disk. `indexing`: their events are put in columns. */
  readonly phase: 'reading' | 'indexing'
  readonly bytes: number
  readonly totalBytes: number
  readonly events: number
  /** As the headers claim; 0 while they were not read. */
  readonly totalEvents: number
}

/** A part of a file that could not be read, or that is missing. */
export interface FileRemark {
  readonly failure: Failure
  readonly damage: readonly Damage[]
}

export interface OpenedTrace {
  readonly name: TraceName
  readonly sessions: readonly string[]
  /** One at most for each file. */
  readonly remarks: readonly FileRemark[]
}
