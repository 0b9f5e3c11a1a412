/** What the files of a session hold, from the indexes of sealed segments where they have one: nothing is decompressed to count. */
import { open, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ChunkType, EventKind, HindscopeError, RECORD_WORDS, decodeChunk, decodeDefinitions, headKind } from '@hindscope/protocol'
import type { Chunk, Damage, Definition } from '@hindscope/protocol'
import { BlockFlag } from '../segment/block-layout.ts'
import type { BlockHeader } from '../segment/block-layout.ts'
import { listFrames } from '../segment/read-trace.ts'
import { INDEX_END_BYTES, indexBytesAtEnd, readIndex } from '../segment/segment-index.ts'
import type { IndexEntry } from '../segment/segment-index.ts'
import { unpackBlock } from '../segment/unpack-block.ts'
import { lockOwner } from './folder-lock.ts'
import { listSegments, segmentsFolder } from './segment-files.ts'
import type { SegmentFile } from './segment-files.ts'
import { readBytes } from './session-folder.ts'

/** Microseconds since 1970. */
export interface TimeRange {
  readonly fromUs: number
  readonly toUs: number
}

export interface SegmentStats {
  readonly file: SegmentFile
  readonly bytes: number
  /** Of the chunks, before packing. */
  readonly rawBytes: number
  readonly events: number
  readonly errors: number
  /** undefined without events. */
  readonly range: TimeRange | undefined
  readonly blocks: readonly IndexEntry[]
  /** Of incidents that are told of in it. */
  readonly incidents: readonly TimeRange[]
  /** False for sealed segments whose index is missing or wrong. */
  readonly hasIndex: boolean
  /** Found only where all of the file was looked at. */
  readonly damage: readonly Damage[]
}

export interface SessionStats {
  readonly session: string
  readonly dir: string
  readonly segments: readonly SegmentStats[]
  readonly bytes: number
  readonly rawBytes: number
  readonly events: number
  readonly errors: number
  readonly range: TimeRange | undefined
  readonly incidents: readonly TimeRange[]
  readonly damage: readonly Damage[]
  /** Process that changes it now. */
  readonly owner: number | undefined
}

/** Rejects with `trace-unreadable` when the disk fails; files that are gone by the time they are read are not counted. */
export async function sessionStats(dir: string): Promise<SessionStats> {
  const folder = segmentsFolder(dir)
  const segments: SegmentStats[] = []
  for (const file of await listSegments(folder)) {
    const stats = await segmentStats(folder, file)
    if (stats !== undefined) segments.push(stats)
  }
  const sum = (pick: (segment: SegmentStats) => number): number => segments.reduce((total, segment) => total + pick(segment), 0)
  return {
    session: basename(dir),
    dir,
    segments,
    bytes: sum(segment => segment.bytes),
    rawBytes: sum(segment => segment.rawBytes),
    events: sum(segment => segment.events),
    errors: sum(segment => segment.errors),
    range: around(segments.flatMap(({ range }) => range ?? [])),
    incidents: segments.flatMap(({ incidents }) => incidents),
    damage: segments.flatMap(({ file, damage }) => damage.map(item => ({ ...item, message: `${file.name}: ${item.message}` }))),
    owner: await lockOwner(dir),
  }
}

async function segmentStats(folder: string, file: SegmentFile): Promise<SegmentStats | undefined> {
  const path = join(folder, file.name)
  try {
    const bytes = (await stat(path)).size
    if (file.isSealed) {
      const blocks = await readIndexOf(path, bytes)
      if (blocks !== undefined) return { ...ofBlocks(blocks), file, bytes, incidents: await incidentsOf(path, blocks), hasIndex: true, damage: [] }
    }
    return scanned(file, await readBytes(path))
  } catch (error) {
    const code = (error instanceof HindscopeError ? (error.cause as NodeJS.ErrnoException) : (error as NodeJS.ErrnoException)).code // SAFE: readBytes names the system's error as the cause
    if (code === 'ENOENT') return undefined
    throw error
  }
}

/** The blocks of a sealed segment by its index; undefined when there is none that holds for the whole file. */
export async function readIndexOf(path: string, fileBytes: number): Promise<readonly IndexEntry[] | undefined> {
  await using file = await open(path, 'r')
  const read = async (at: number, length: number): Promise<Uint8Array> => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, at)
    return buffer.subarray(0, bytesRead)
  }
  if (fileBytes < INDEX_END_BYTES) return undefined
  const length = indexBytesAtEnd(await read(fileBytes - INDEX_END_BYTES, INDEX_END_BYTES))
  if (length === 0 || length > fileBytes) return undefined
  try {
    const index = readIndex(await read(fileBytes - length, length), 0)
    return index.spanBytes === fileBytes - length ? index.blocks : undefined
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    return undefined // SAFE: the file is looked at as a whole then, and the damage is found.
  }
}

/** Bytes of one block of a sealed segment. */
export async function readBlockBytes(path: string, { offset, header }: IndexEntry): Promise<Uint8Array> {
  await using file = await open(path, 'r')
  const buffer = Buffer.alloc(header.totalBytes)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
  return buffer.subarray(0, bytesRead)
}

async function incidentsOf(path: string, blocks: readonly IndexEntry[]): Promise<TimeRange[]> {
  const windows: TimeRange[] = []
  for (const entry of blocks) {
    if ((entry.header.flags & BlockFlag.incidents) === 0) continue
    for (const chunk of unpackBlock(await readBlockBytes(path, entry), 0, entry.header)) windows.push(...windowsIn(decodeChunk(chunk)))
  }
  return windows
}

const windowsIn = (chunk: Chunk): TimeRange[] => (chunk.type === ChunkType.definitions ? decodeDefinitions(chunk).flatMap(windowOf) : [])

const windowOf = (definition: Definition): TimeRange | [] =>
  definition.kind === 'incident' ? { fromUs: definition.fromUs, toUs: definition.untilUs } : []

type Counts = Pick<SegmentStats, 'rawBytes' | 'events' | 'errors' | 'range' | 'blocks'>

function ofBlocks(blocks: readonly IndexEntry[]): Counts {
  const sum = (pick: (header: BlockHeader) => number): number => blocks.reduce((total, { header }) => total + pick(header), 0)
  return {
    rawBytes: sum(header => header.rawBytes),
    events: sum(header => header.events),
    errors: sum(header => header.errors),
    range: around(blocks.flatMap(({ header }) => (header.events > 0 ? header : []))),
    blocks,
  }
}

function scanned(file: SegmentFile, bytes: Uint8Array): SegmentStats {
  const { frames, damage } = listFrames(bytes)
  const blocks = frames.flatMap(frame => (frame.kind === 'block' ? { offset: frame.offset, header: frame.header } : []))
  const chunks = frames.flatMap(frame => (frame.kind === 'chunk' ? frame.chunk : []))
  const inBlocks = ofBlocks(blocks)
  const told = blocks.flatMap(({ offset, header }) =>
    (header.flags & BlockFlag.incidents) === 0 ? [] : unpackBlock(bytes, offset, header).map(chunk => decodeChunk(chunk)),
  )
  return {
    file,
    bytes: bytes.length,
    rawBytes: inBlocks.rawBytes + chunks.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
    events: inBlocks.events + chunks.reduce((sum, { recordCount }) => sum + recordCount, 0),
    errors: inBlocks.errors + chunks.reduce((sum, chunk) => sum + countErrors(chunk), 0),
    range: around([inBlocks.range ?? [], chunks.flatMap(rangeOf)].flat()),
    blocks,
    incidents: [...chunks, ...told].flatMap(windowsIn),
    hasIndex: !file.isSealed,
    damage,
  }
}

const rangeOf = ({ recordCount, baseTimeUs, hlcLast }: Chunk): TimeRange | [] =>
  recordCount === 0 ? [] : { fromUs: baseTimeUs, toUs: Math.max(baseTimeUs, hlcLast.ms * 1000) }

const ERRORS: ReadonlySet<number> = new Set([EventKind.callThrow, EventKind.throwStatement, EventKind.uncaughtError, EventKind.unhandledRejection])

function countErrors({ records }: Chunk): number {
  let count = 0
  for (let at = 0; at < records.length; at += RECORD_WORDS) if (ERRORS.has(headKind(records[at] as number))) count++ // SAFE: at < length
  return count
}

function around(ranges: readonly TimeRange[]): TimeRange | undefined {
  if (ranges.length === 0) return undefined
  return {
    fromUs: ranges.reduce((least, { fromUs }) => Math.min(least, fromUs), Infinity),
    toUs: ranges.reduce((most, { toUs }) => Math.max(most, toUs), -Infinity),
  }
}
