/**
 * Makes anew what can be made from the segments: indexes, the summary, a folder without leftovers. What cannot be read is moved to
 * `damaged-<n>.bin`, so that nothing is thrown away.
 */
import { unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { summarize } from '../engine/summaries.ts'
import { readTrace } from '../segment/read-trace.ts'
import { writeDurably } from './durable-file.ts'
import type { Maintained } from './maintenance.ts'
import { sealedPieces } from './seal-segment.ts'
import { listSegments, namesIn, sealedName, segmentsFolder } from './segment-files.ts'
import { readBytes, readRecord, readSession, writeRecord } from './session-folder.ts'
import { TimeSlices } from './time-slices.ts'
import { indexDamage } from './verify-session.ts'

/** To be called by `maintain`. Names what was made anew, as paths below the session's folder. */
export async function rebuildSession({ dir, current }: Maintained): Promise<string[]> {
  const folder = segmentsFolder(dir)
  const rebuilt: string[] = []
  const files = await listSegments(folder)
  for (const file of files) {
    // Two forms of one segment are told apart when the session is opened.
    if (file.number >= current || files.some(other => other !== file && other.number === file.number)) continue
    const path = join(folder, file.name)
    const bytes = await readBytes(path)
    const chunks: Uint8Array[] = []
    const damage = readTrace(bytes, (_, chunk) => chunks.push(chunk))
    if (damage.length === 0 && indexDamage(file, bytes).length === 0) continue
    // Of a newer version: it can be read by that.
    if (damage.some(({ code }) => code === 'block-version' || code === 'chunk-version')) continue
    for (const { offset, bytes: length } of damage) rebuilt.push(await keepAside(dir, bytes.subarray(offset, offset + length)))
    const name = sealedName(file.number)
    if (chunks.length > 0) await writeDurably(join(folder, name), sealedPieces(eachOf(chunks), new TimeSlices()))
    if (chunks.length === 0 || !file.isSealed) await unlink(path)
    rebuilt.push(`segments/${chunks.length > 0 ? name : file.name}`)
  }
  const store = await readSession(dir)
  const summary = summarize(store)
  const record = await readRecord(dir)
  const startedMs = record?.startedMs ?? summary.startedMs
  await writeRecord(dir, { session: basename(dir), name: record?.name ?? '', startedMs, ...(summary.events > 0 ? { summary } : {}) })
  return [...rebuilt, 'session.json']
}

async function* eachOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function keepAside(dir: string, bytes: Uint8Array): Promise<string> {
  const taken = new Set(await namesIn(dir))
  let number = 1
  while (taken.has(`damaged-${number}.bin`)) number++
  await writeDurably(join(dir, `damaged-${number}.bin`), [bytes])
  return `damaged-${number}.bin`
}
