/** The formats of `hindscope export`: one row each. A format is a generator of pieces over one session; docs/exports.md says what is in it. */
import type { TraceStore } from '../model/trace-store.ts'
import { exportChunks } from '../model/export-chunks.ts'
import { exportCpuProfile } from './cpuprofile.ts'
import { exportCsv, exportJson } from './event-rows.ts'
import { scopeOf, tracksWithCalls } from './export-scope.ts'
import type { ExportOptions } from './export-scope.ts'
import { exportHar } from './har.ts'
import { exportOtlp } from './otlp.ts'
import { exportPerfetto } from './perfetto.ts'
import type { ExportPiece } from './pieces.ts'
import { exportSpeedscope } from './speedscope.ts'
import { sealChunks } from '../segment/seal-chunks.ts'

export interface ExportFormat {
  /**
   * The session in this format, piece by piece: nothing of the size of the trace is held. Throws at once, before the first piece, when
   * there is nothing to export: `export-empty`, `export-track-unknown`, and what the format adds. The store must not change meanwhile.
   */
  readonly pieces: (store: TraceStore, options: ExportOptions) => Iterable<ExportPiece>
  /** Always the whole session: `tracks` means nothing to it. */
  readonly whole?: true
  /** A file holds one track only. */
  readonly perTrack?: true
  /** `spans` means something to it. */
  readonly hasSpans?: true
}

export type ExportFormatName = 'hscope' | 'perfetto' | 'speedscope' | 'cpuprofile' | 'otlp' | 'har' | 'csv' | 'json'

export const EXPORT_FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = {
  hscope: { pieces: (store, options) => sealChunks(exportChunks(store, options)), whole: true },
  perfetto: { pieces: exportPerfetto },
  speedscope: { pieces: exportSpeedscope },
  cpuprofile: { pieces: exportCpuProfile, perTrack: true },
  otlp: { pieces: exportOtlp, hasSpans: true },
  har: { pieces: exportHar },
  csv: { pieces: exportCsv },
  json: { pieces: exportJson },
}

/** The tracks that files of one track each are made of. Throws `export-empty`, `export-track-unknown`, `export-no-calls`. */
export const tracksToProfile = (store: TraceStore, options: ExportOptions): readonly number[] =>
  tracksWithCalls(scopeOf(store, options)).map(track => track.number)
