/**
 * `<dataDir>/sessions/<session id>/`: `session.json`, `segments/*.hscope` (segment-files.ts), `manifests/*.json`, `levels.json` (rules for
 * levels), `notes.json` (what people wrote), `writing.lock`, and `damaged-<n>.bin` for tails that a crash left half written. Segments and notes are
 * the truth; everything else can be made again from them.
 */
import { readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HindscopeError, sessionId } from '@hindscope/protocol'
import type { Chunk, Damage, LevelRules, SessionSummary } from '@hindscope/protocol'
import { TraceStore } from '../model/trace-store.ts'
import { expectedEvents } from '../segment/expected-events.ts'
import { readTrace } from '../segment/read-trace.ts'
import { makeFolder, syncFolder } from './durable-file.ts'
import { FolderLock } from './folder-lock.ts'
import { ManifestDirectory, fillManifests } from './manifest-directory.ts'
import { readNotes } from './notes-file.ts'
import { listSegments, namesIn, removeDrafts, segmentName, segmentsFolder } from './segment-files.ts'
import type { SegmentFile } from './segment-files.ts'
import { SegmentSealer } from './segment-sealer.ts'
import { SEGMENT_BYTES, SessionWriter } from './session-writer.ts'

export { segmentsFolder }

/** What `session.json` holds. `summary` is there once the session was closed or read whole; it spares reading the segments to list it. */
export interface SessionRecord {
  readonly session: string
  readonly name: string
  readonly startedMs: number
  readonly summary?: SessionSummary
}

export interface OpenSession {
  readonly store: TraceStore
  readonly writer: SessionWriter
  /** Seals what the writer finishes; whoever changes finished segments of an open session does it by this. */
  readonly sealer: SegmentSealer
}

export interface OpenSessionOptions {
  readonly name?: string
  /** Bytes of chunks a segment. */
  readonly segmentBytes?: number
  /** Is told what failed without harm: a segment that could not be sealed and stays as it is. */
  readonly failed?: (error: unknown) => void
}

/** How long a folder may be changed by somebody else before opening it fails. */
const LOCK_WAIT_MS = 10_000

export const manifestsFolder = (dir: string): string => join(dir, 'manifests')

/**
 * Opens a session folder for writing, making it when it is not there. A half-written tail is moved to `damaged-<n>.bin` first. Rejects with
 * `session-busy` when another process is writing there. The folder is this process's until the writer is closed.
 */
export async function openSession(dir: string, options: OpenSessionOptions = {}): Promise<OpenSession> {
  const session = sessionId(basename(dir))
  const segments = segmentsFolder(dir)
  await makeFolder(segments)
  const lock = await FolderLock.acquire(dir, LOCK_WAIT_MS)
  try {
    const known = await readRecord(dir)
    if (known === undefined) await writeRecord(dir, { session, name: options.name ?? '', startedMs: Date.now() })
    else if (known.summary !== undefined) await writeRecord(dir, { session, name: known.name, startedMs: known.startedMs })
    const store = new TraceStore(session)
    store.name = known?.name || (options.name ?? '')
    for (const note of await readNotes(dir)) store.addDefinition(note)
    await removeDrafts(segments)
    const read = await settle(segments, await readSegments(dir, store))
    const last = read.at(-1)
    const end =
      last === undefined || last.file.isSealed
        ? { number: (last?.file.number ?? 0) + 1, length: 0 }
        : { number: last.file.number, length: await cutTail(dir, last) }
    const sealer = new SegmentSealer(segments, options.failed ?? (() => undefined))
    for (const { file } of read) if (!file.isSealed && file !== last?.file) sealer.add(file.number)
    const closed = async (): Promise<void> => {
      await sealer.idle()
      await lock.release()
    }
    const writer = new SessionWriter(segments, end, options.segmentBytes ?? SEGMENT_BYTES, { finished: number => sealer.add(number), closed })
    return { store, writer, sealer }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Reads a session folder without changing it. */
export async function readSession(dir: string): Promise<TraceStore> {
  const store = new TraceStore(sessionId(basename(dir)))
  store.name = (await readRecord(dir))?.name ?? ''
  for (const note of await readNotes(dir)) store.addDefinition(note)
  await readSegments(dir, store)
  store.trim()
  await fillManifests(store, [new ManifestDirectory(manifestsFolder(dir))])
  return store
}

interface ReadSegment {
  readonly file: SegmentFile
  readonly path: string
  /** Of a raw segment: its end may have to be cut off. */
  readonly bytes: Uint8Array
  readonly damage: readonly Damage[]
  /** Of each chunk in it, what makes it this chunk. */
  readonly chunks: ReadonlySet<string>
}

const chunkKey = ({ session, realm, type, number }: Chunk, bytes: Uint8Array): string =>
  `${session} ${realm} ${type} ${number} ${bytes.subarray(12, 16).join()}`

/**
 * Files come and go while a session is sealed or compacted, and a listing may miss what is renamed meanwhile. What a new file holds was in
 * those that are gone, so the folder is looked at until everything in it has been read.
 */
async function readSegments(dir: string, store: TraceStore): Promise<ReadSegment[]> {
  const folder = segmentsFolder(dir)
  const read = new Map<string, ReadSegment & { readonly identity: string }>()
  const added = new Set<string>()
  for (let isOver = false; !isOver;) {
    isOver = true
    for (const file of await listSegments(folder)) {
      const path = join(folder, file.name)
      const identity = await identityOf(path, file)
      if (identity === undefined || read.get(file.name)?.identity === identity) continue
      isOver = false
      const bytes = await readUnlessGone(path)
      if (bytes === undefined) continue
      for (const [realm, events] of expectedEvents(bytes, store.session)) store.expect(realm, events)
      const chunks = new Set<string>()
      const damage = readTrace(bytes, (chunk, chunkBytes) => {
        const key = chunkKey(chunk, chunkBytes)
        chunks.add(key)
        if (chunk.session !== store.session || added.has(key)) return
        added.add(key)
        addQuietly(store, chunk)
      })
      read.set(file.name, { file, path, bytes: file.isSealed ? NONE : bytes, damage, chunks, identity })
    }
  }
  for (const { file, damage } of read.values()) store.addDamage(damage.map(item => ({ ...item, message: `${file.name}: ${item.message}` })))
  return [...read.values()].sort((a, b) => a.file.number - b.file.number || Number(b.file.isSealed) - Number(a.file.isSealed))
}

/** Sealed files are replaced under their names; raw ones only grow, and are read once. undefined when it is gone. */
async function identityOf(path: string, { isSealed }: SegmentFile): Promise<string | undefined> {
  if (!isSealed) return 'raw'
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return undefined // SAFE: what was in it is in another file, which the next look finds.
  }
}

const NONE = new Uint8Array(0)

/** undefined when there is no such file (any more). */
export async function readUnlessGone(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(path)
  } catch (error) {
    const { code } = (error as HindscopeError).cause as NodeJS.ErrnoException // SAFE: readBytes names the system's error as the cause
    if (code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Where sealing was cut short, a segment has two forms. The raw one goes when everything in it is in the sealed one; otherwise it becomes a
 * segment of its own, so that nothing is ever written over the other.
 */
async function settle(folder: string, segments: readonly ReadSegment[]): Promise<ReadSegment[]> {
  let next = (segments.at(-1)?.file.number ?? 0) + 1
  const settled: ReadSegment[] = []
  for (const segment of segments) {
    const { file, path, damage, chunks } = segment
    const sealed = settled.at(-1)
    if (file.isSealed || sealed?.file.number !== file.number) settled.push(segment)
    else if (damage.length === 0 && sealed.damage.length === 0 && [...chunks].every(key => sealed.chunks.has(key))) await unlink(path)
    else {
      const name = segmentName(next)
      await rename(path, join(folder, name))
      settled.push({ ...segment, file: { number: next++, name, isSealed: false }, path: join(folder, name) })
    }
  }
  return settled.sort((a, b) => a.file.number - b.file.number)
}

function addQuietly(store: TraceStore, chunk: Parameters<TraceStore['addChunk']>[0]): void {
  try {
    store.addChunk(chunk)
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    store.addDamage([{ offset: 0, bytes: chunk.totalBytes, code: error.code, message: error.message }])
  }
}

/** Moves damage that reaches the end of the segment out of the way; returns the length that stays. Chunks of a newer version stay. */
async function cutTail(dir: string, segment: ReadSegment): Promise<number> {
  const { bytes, damage, path } = segment
  const tail = damage.at(-1)
  if (tail === undefined || tail.code === 'chunk-version' || tail.offset + tail.bytes !== bytes.length) return bytes.length
  const taken = new Set(await namesIn(dir))
  let number = 1
  while (taken.has(`damaged-${number}.bin`)) number++
  await writeFile(join(dir, `damaged-${number}.bin`), bytes.subarray(tail.offset), { flush: true })
  await syncFolder(dir)
  await truncate(path, tail.offset)
  return tail.offset
}

export async function readRecord(dir: string): Promise<SessionRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(join(dir, 'session.json'), 'utf8')) as Partial<SessionRecord> // SAFE: fields are checked below
    if (typeof record.session !== 'string' || typeof record.startedMs !== 'number') return undefined
    return { name: '', ...record } as SessionRecord // SAFE: checked above
  } catch {
    // SAFE: session.json only names and summarises; without it the segments are read.
    return undefined
  }
}

export async function writeRecord(dir: string, record: SessionRecord): Promise<void> {
  const path = join(dir, 'session.json')
  await writeFile(`${path}.tmp`, JSON.stringify(record))
  await rename(`${path}.tmp`, path)
}

/** Level rules of the session (`levels.json`): none when the file is not there or is not one. */
export async function readLevelRules(dir: string): Promise<LevelRules> {
  try {
    const known = JSON.parse(await readFile(join(dir, LEVEL_RULES), 'utf8')) as Partial<LevelRules> // SAFE: fields are checked below
    if (Number.isInteger(known.revision) && Array.isArray(known.rules)) return known as LevelRules // SAFE: checked; the writer checks rules
  } catch {
    // SAFE: rules are a wish about what is recorded; without them everything is recorded as it was built.
  }
  return { revision: 0, rules: [] }
}

export async function writeLevelRules(dir: string, rules: LevelRules): Promise<void> {
  const path = join(dir, LEVEL_RULES)
  await writeFile(`${path}.tmp`, JSON.stringify(rules))
  await rename(`${path}.tmp`, path)
}

const LEVEL_RULES = 'levels.json'

/** Folder names below `<dataDir>/sessions` that are session ids. */
export async function listSessions(dataDir: string): Promise<string[]> {
  return (await namesIn(join(dataDir, 'sessions'))).filter(name => /^[0-9a-f]{32}$/.test(name))
}

/** Bytes of all segments; tells whether a session has anything in it. */
export async function segmentBytes(dir: string): Promise<number> {
  let total = 0
  for (const { name } of await listSegments(segmentsFolder(dir))) {
    // SAFE: one that is gone by now is in another one, and is counted there the next time.
    total += (await stat(join(segmentsFolder(dir), name)).catch(() => ({ size: 0 }))).size
  }
  return total
}

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new HindscopeError('trace-unreadable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}
