/** What both importers have in common. */
import type { Diagnostic, SessionId } from '@hindscope/protocol'
import type { ImportSession } from './import-session.ts'
import type { JsonItemReader } from './json-items.ts'
import type { Ignored, Tally } from './tally.ts'

export const IMPORT_FORMATS = ['appmap', 'chrome'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

export interface ImportOptions {
  /** The session that the trace becomes: a fresh id, or the same one again to get the same bytes. */
  readonly session: SessionId
  /** Milliseconds since 1970: where a trace without any date is put. */
  readonly importedAtMs: number
  /** Found out from the content when absent. */
  readonly format?: ImportFormat
  /** What people call the session; what the trace calls itself when absent. */
  readonly name?: string
}

/**
 * Where the times since 1970 come from. `events`: the events' own timestamps. `exporter`: our own export says when it began. `responses`:
 * responses of servers have both clocks. `metadata`: the file says when it was recorded, to the second or so. `import`: nothing in the file
 * says it; the first event is put where the import was.
 */
export type ImportTimeBase = 'events' | 'exporter' | 'responses' | 'metadata' | 'import'

export interface ImportedTrace {
  readonly session: SessionId
  readonly format: ImportFormat
  /** '' when neither the options nor the trace have one. */
  readonly name: string
  readonly timeBase: ImportTimeBase
  readonly events: number
  /** Sealed chunks, definitions first; the caller owns them. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  /** What was not understood, most frequent first. */
  readonly ignored: readonly Ignored[]
  /** What is missing or was changed. */
  readonly problems: readonly Diagnostic[]
}

/** Takes the items of one format; writes when all are there, since both formats say late what must be known early. */
export interface FormatReader extends JsonItemReader {
  readonly format: ImportFormat
  /** Items that are events, whether or not they can be used. */
  readonly seen: number
  write(): WrittenImport
}

export interface WrittenImport {
  readonly session: ImportSession
  readonly name: string
  readonly timeBase: ImportTimeBase
}

export type FormatReaderFactory = (options: ImportOptions, tally: Tally) => FormatReader
