/** Trace files that people share: `.hscope`, chunks after one another, possibly several exports concatenated. */
import { open, rename } from 'node:fs/promises'
import type { Damage } from '@hindscope/protocol'
import { exportChunks } from '../model/export-chunks.ts'
import { TraceLibrary } from '../model/trace-library.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { readBytes } from './session-folder.ts'

export interface TraceFile {
  readonly path: string
  readonly bytes: number
  /** One per session in the file, in order of appearance. */
  readonly stores: readonly TraceStore[]
  readonly damage: readonly Damage[]
}

/** Reads whatever can be read; damage is listed and skipped. Throws `trace-unreadable` only when the file itself cannot be read. */
export async function readTraceFile(path: string): Promise<TraceFile> {
  const bytes = await readBytes(path)
  const library = new TraceLibrary()
  const damage = library.addBytes(bytes)
  return { path, bytes: bytes.length, stores: library.stores, damage }
}

/** Writes one self-contained file, atomically; returns its size in bytes. */
export async function exportTrace(store: TraceStore, path: string): Promise<number> {
  const draft = `${path}.tmp`
  const file = await open(draft, 'w')
  let total = 0
  try {
    for (const chunk of exportChunks(store)) {
      await file.writeFile(chunk)
      total += chunk.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return total
}
