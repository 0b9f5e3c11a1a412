/** What an export is made of: one session, or some of its tracks. Checked before the first piece, so that a refusal leaves no file. */
import { HindscopeError } from '@hindscope/protocol'
import type { FileOptions } from '../model/export-chunks.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'

export interface ExportOptions extends FileOptions {
  /** Numbers of tracks; all of the session when absent. */
  readonly tracks?: readonly number[]
  /** Of `otlp`: which spans there are. Both when absent. */
  readonly spans?: 'calls' | 'activities'
  /** Of `otlp`: without the spans that OpenTelemetry made in the program and sends itself. */
  readonly leaveTraced?: boolean
  /** Version of the program that exports, for formats that name it. */
  readonly version?: string
}

export interface ExportScope {
  readonly store: TraceStore
  /** Tracks with events. */
  readonly tracks: readonly Track[]
  /** Time of the session's first event, whichever tracks are exported: exports of single tracks lie over each other. */
  readonly startUs: number
  readonly options: ExportOptions
}

/** Throws `export-empty` and `export-track-unknown`. */
export function scopeOf(store: TraceStore, options: ExportOptions): ExportScope {
  const recorded = store.tracks.filter(track => track.rows.length > 0)
  if (recorded.length === 0) throw new HindscopeError('export-empty', { session: store.session })
  const startUs = recorded.reduce((first, track) => Math.min(first, track.firstUs), Infinity)
  const known = store.tracks.map(track => track.number)
  for (const number of options.tracks ?? []) {
    if (!known.includes(number)) throw new HindscopeError('export-track-unknown', { track: String(number), known: known.join(', ') })
  }
  const tracks = recorded.filter(track => options.tracks?.includes(track.number) ?? true)
  return { store, tracks, startUs, options }
}

/** The tracks with calls of the user's code. Throws `export-no-calls` when none of the chosen ones has any. */
export function tracksWithCalls({ store, tracks, options }: ExportScope): readonly Track[] {
  const called = tracks.filter(track => track.userCalls > 0)
  if (called.length > 0) return called
  const others = store.tracks.filter(track => track.userCalls > 0).map(track => track.number)
  const chosen = options.tracks === undefined ? `Session ${store.session}` : `Track ${options.tracks.join(', ')}`
  throw new HindscopeError('export-no-calls', { chosen, others: others.length === 0 ? 'none of the session has any' : others.join(', ') })
}

export const trackName = (track: Track): string => track.definition?.name || `realm ${track.realm.toString(16).padStart(8, '0')}`
