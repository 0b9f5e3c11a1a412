/** Trace files that people share: `.hscope`, sealed as segments are (segment/), possibly several exports concatenated. */
import { open, rename } from 'node:fs/promises'
import type { Damage, EnvironmentDefinition } from '@hindscope/protocol'
import type { ExportPiece } from '../export/pieces.ts'
import { exportChunks } from '../model/export-chunks.ts'
import type { FileOptions } from '../model/export-chunks.ts'
import { TraceLibrary } from '../model/trace-library.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { sealChunks } from '../segment/seal-chunks.ts'
import { readBytes } from './session-folder.ts'

export interface TraceFiles {
  readonly bytes: number
  /** One per session in the files, in order of appearance. */
  readonly stores: readonly TraceStore[]
  readonly damage: readonly Damage[]
}
export interface TraceFile extends TraceFiles {
  readonly path: string
}

/** Reads whatever can be read; damage is listed and skipped. Throws `trace-unreadable` only when the file itself cannot be read. */
export async function readTraceFile(path: string): Promise<TraceFile> {
  return { path, ...(await readTraceFiles([path])) }
}

/** Several files as one: realms of a session that recorded to files of their own come together. */
export async function readTraceFiles(paths: readonly string[]): Promise<TraceFiles> {
  const library = new TraceLibrary()
  const damage: Damage[] = []
  let total = 0
  for (const path of paths) {
    const bytes = await readBytes(path)
    total += bytes.length
    damage.push(...library.addBytes(bytes))
  }
  return { bytes: total, stores: library.stores, damage }
}

/** Writes one self-contained file, atomically; returns its size in bytes. */
export const exportTrace = (store: TraceStore, path: string, options: FileOptions = {}): Promise<number> =>
  writePieces(path, sealChunks(exportChunks(store, options)))

/** What a file that is written here says about itself. */
export const environmentHere = (hindscope: string, sources: boolean): EnvironmentDefinition => ({
  kind: 'environment',
  hindscope,
  engine: `${process.release.name} ${process.version}`,
  system: `${process.platform} ${process.arch}`,
  writtenMs: Date.now(),
  sources,
})

/** Writes a file piece by piece, atomically: no half of it is ever seen under its name. Returns its size in bytes. */
export async function writePieces(path: string, pieces: Iterable<ExportPiece>): Promise<number> {
  const draft = `${path}.tmp`
  const file = await open(draft, 'w')
  let total = 0
  try {
    for (const piece of pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      await file.writeFile(bytes)
      total += bytes.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return total
}
