/**
 * Fewer and fuller files: raw segments are sealed, small sealed ones next to each other become one of full blocks. The new file takes the
 * name of the first, then the others go: wherever this ends, everything is in some file, at worst in two.
 */
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { readTrace } from '../segment/read-trace.ts'
import { writeDurably } from './durable-file.ts'
import type { Maintained } from './maintenance.ts'
import { sealSegment, sealedPieces } from './seal-segment.ts'
import { listSegments, sealedName, segmentsFolder } from './segment-files.ts'
import { readBytes } from './session-folder.ts'
import { sessionStats } from './session-stats.ts'
import type { SegmentStats } from './session-stats.ts'
import { TimeSlices } from './time-slices.ts'

export interface Compaction {
  /** Segments that were sealed, and files that became part of others. */
  readonly sealed: number
  readonly merged: number
  /** Segments left as they are because something in them cannot be read. */
  readonly damaged: number
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** A merged segment holds so many bytes of chunks at most: it is read as a whole when it is merged again. */
const MERGED_RAW_BYTES = 64 * 1024 * 1024

/** To be called by `maintain`. Rejects when the disk fails; everything is there then. */
export async function compactSession({ dir, current }: Maintained): Promise<Compaction> {
  const folder = segmentsFolder(dir)
  const before = await sessionStats(dir)
  let [sealed, merged, damaged] = [0, 0, 0]
  const files = await listSegments(folder)
  for (const { number, isSealed } of files) {
    // Two forms of one segment are told apart when the session is opened.
    if (isSealed || number >= current || files.some(other => other.isSealed && other.number === number)) continue
    const outcome = await sealSegment(folder, number)
    if (outcome === 'sealed') sealed++
    if (outcome === 'damaged') damaged++
  }
  for (const run of runsToMerge((await sessionStats(dir)).segments)) {
    if (await mergeSegments(folder, run)) merged += run.length
    else damaged += run.length
  }
  return { sealed, merged, damaged, bytesBefore: before.bytes, bytesAfter: (await sessionStats(dir)).bytes }
}

/** Neighbours that fit into one. A file that stands between keeps its place: order tells what came when. */
function runsToMerge(segments: readonly SegmentStats[]): SegmentStats[][] {
  const runs: SegmentStats[][] = [[]]
  let rawBytes = 0
  for (const segment of segments) {
    const fits = segment.file.isSealed && segment.hasIndex && rawBytes + segment.rawBytes <= MERGED_RAW_BYTES
    if (!fits) {
      runs.push([])
      rawBytes = 0
      if (!segment.file.isSealed || !segment.hasIndex) continue
    }
    runs.at(-1)?.push(segment)
    rawBytes += segment.rawBytes
  }
  return runs.filter(run => run.length > 1)
}

async function mergeSegments(folder: string, run: readonly SegmentStats[]): Promise<boolean> {
  const slices = new TimeSlices()
  const chunks: Uint8Array[] = []
  const known = new Set<string>()
  for (const { file } of run) {
    const damage = readTrace(await readBytes(join(folder, file.name)), ({ session, realm, type, number }, bytes) => {
      const key = `${session} ${realm} ${type} ${number} ${bytes.subarray(12, 16).join()}`
      if (!known.has(key)) chunks.push(bytes)
      known.add(key)
    })
    if (damage.length > 0) return false
    await slices.pause()
  }
  const [first, ...others] = run.map(({ file }) => file.number)
  if (first === undefined || chunks.length === 0) return false
  await writeDurably(join(folder, sealedName(first)), sealedPieces(eachOf(chunks), slices))
  for (const number of others) await unlink(join(folder, sealedName(number)))
  return true
}

async function* eachOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
