/**
 * `<dataDir>/sessions/<session id>/`: `session.json`, `segments/*.hscope`, `manifests/*.json`, `levels.json` (rules for levels), and `damaged-<n>.bin` for tails that a
 * crash left half written. The segments are the truth; everything else can be made again from them.
 */
import { readFile, readdir, rename, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HindscopeError, scanChunks, sessionId } from '@hindscope/protocol'
import type { Damage, LevelRules, SessionSummary } from '@hindscope/protocol'
import { TraceStore } from '../model/trace-store.ts'
import { ManifestDirectory, fillManifests } from './manifest-directory.ts'
import { SessionWriter, makeFolder, syncFolder } from './session-writer.ts'

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
}

export const segmentsFolder = (dir: string): string => join(dir, 'segments')
export const manifestsFolder = (dir: string): string => join(dir, 'manifests')

/** Opens a session folder for writing, making it when it is not there. A half-written tail is moved to `damaged-<n>.bin` first. */
export async function openSession(dir: string, options: { readonly name?: string } = {}): Promise<OpenSession> {
  const session = sessionId(basename(dir))
  const segments = segmentsFolder(dir)
  await makeFolder(segments)
  const known = await readRecord(dir)
  if (known === undefined) await writeRecord(dir, { session, name: options.name ?? '', startedMs: Date.now() })
  else if (known.summary !== undefined) await writeRecord(dir, { session, name: known.name, startedMs: known.startedMs })
  const store = new TraceStore(session)
  store.name = known?.name || (options.name ?? '')
  const last = (await readSegments(dir, store)).at(-1)
  if (last === undefined) return { store, writer: new SessionWriter(segments, { number: 1, length: 0 }) }
  const length = await cutTail(dir, last)
  return { store, writer: new SessionWriter(segments, { number: last.number, length }) }
}

/** Reads a session folder without changing it. */
export async function readSession(dir: string): Promise<TraceStore> {
  const store = new TraceStore(sessionId(basename(dir)))
  store.name = (await readRecord(dir))?.name ?? ''
  await readSegments(dir, store)
  await fillManifests(store, [new ManifestDirectory(manifestsFolder(dir))])
  return store
}

interface ReadSegment {
  readonly number: number
  readonly path: string
  readonly bytes: Uint8Array
  readonly damage: readonly Damage[]
}

async function readSegments(dir: string, store: TraceStore): Promise<ReadSegment[]> {
  const folder = segmentsFolder(dir)
  const read: ReadSegment[] = []
  for (const name of (await namesIn(folder)).filter(file => /^\d{6,}\.hscope$/.test(file)).sort()) {
    const path = join(folder, name)
    const bytes = await readBytes(path)
    const { chunks, damage } = scanChunks(bytes)
    for (const { chunk } of chunks) if (chunk.session === store.session) addQuietly(store, chunk)
    store.addDamage(damage.map(item => ({ ...item, message: `${name}: ${item.message}` })))
    read.push({ number: Number.parseInt(name, 10), path, bytes, damage })
  }
  return read
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
  for (const name of await namesIn(segmentsFolder(dir))) total += (await stat(join(segmentsFolder(dir), name))).size
  return total
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    // SAFE: a folder that is not there has no files.
    return []
  }
}

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new HindscopeError('trace-unreadable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}
