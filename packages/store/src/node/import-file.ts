/** Foreign trace files into trace files and session folders. */
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { ImportOptions, ImportedTrace } from '../import/format-reader.ts'
import { TraceImport } from '../import/trace-import.ts'
import { summarize } from '../engine/summaries.ts'
import { sealChunks } from '../segment/seal-chunks.ts'
import { openSession, readRecord, readSession, writeRecord } from './session-folder.ts'
import { writePieces } from './trace-file.ts'

const PIECE_BYTES = 1 << 20

/** Reads a file piece by piece. Throws `trace-unreadable`, `import-format`, `import-json`, `import-gzip`, `import-empty`. */
export async function importFile(path: string, options: ImportOptions): Promise<ImportedTrace> {
  const importer = new TraceImport(options)
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) importer.push(piece as Buffer) // SAFE: no encoding is set
  } catch (error) {
    throw new HindscopeError('trace-unreadable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
  return importer.finish()
}

/**
 * Puts an imported trace among the sessions of a data folder; gives the session's folder. It is written elsewhere and moved there when it is
 * whole, so that nobody who lists sessions meanwhile sees half of it. Throws `segment-io`.
 */
export async function storeImport(dataDir: string, { session, name, chunks }: ImportedTrace): Promise<string> {
  const draft = join(dataDir, 'importing', session)
  const folder = join(dataDir, 'sessions', session)
  try {
    const { writer } = await openSession(draft, { name })
    await Promise.all(chunks.map(chunk => writer.append(chunk)))
    await writer.close()
    const summary = summarize(await readSession(draft))
    const record = await readRecord(draft)
    if (record !== undefined) await writeRecord(draft, { ...record, startedMs: summary.startedMs, summary })
    await mkdir(join(dataDir, 'sessions'), { recursive: true })
    await rename(draft, folder)
    return folder
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (error instanceof HindscopeError) throw error
    throw new HindscopeError('segment-io', { path: folder, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

/** Writes imported traces as one trace file, atomically; returns its size in bytes. */
export const writeImports = (path: string, traces: readonly ImportedTrace[]): Promise<number> =>
  writePieces(path, sealChunks(traces.flatMap(({ chunks }) => chunks)))
