/** What readers of single kinds of objects need of the snapshot that they write into. */
import type { ByteWriter } from '@hindscope/protocol'
import type { FactsReader } from './object-facts.ts'

/** Whether the number of own keys is written before the number of entries, and which keys are left out. */
export interface PropertyLayout {
  readonly hasSize: boolean
  readonly skip: ((key: string | symbol) => boolean) | undefined
}

export interface SnapshotOutput {
  readonly bytes: ByteWriter
  readonly facts: FactsReader
  readonly isProxy: (value: object) => boolean
  /** Writes a value at `depth`; never throws. */
  guarded(value: unknown, depth: number): void
  properties(value: object, depth: number, layout: PropertyLayout): void
  /** How many of `wanted` children are written at this depth. */
  room(wanted: number, depth: number): number
  isRedactedKey(key: unknown): key is string
  redacted(rule: string): void
  truncated(): void
  /** Writes an index into the string table. */
  str(text: string): void
  clipped(text: string): string
  /** The first `limit` characters of a longer text. */
  start(text: string, limit: number): string
  /** Writes the first `count` of these bytes, as they may be recorded. */
  raw(buffer: ArrayBuffer, offset: number, count: number, length: number): void
}
