/**
 * What earlier builds instrumented, in `<dataDir>/cache`. Segment files are written whole, under a name that nobody has used, and never
 * changed, so processes that build at once cannot spoil each other's; each file is read once, at the first question. An entry that does
 * not have its checksum, or a file of another version, is as good as absent. The folder may be removed at any time.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toUSVString } from 'node:util'
import { crc32 } from 'node:zlib'
import type { Instrumented } from './instrument-module.ts'
import { prepareDataDir } from './manifest-store.ts'

export interface DiskCache {
  get(key: string): Instrumented | undefined
  set(key: string, result: Instrumented): void
  /** Writes what is new. */
  flush(): Promise<void>
}

const EXTENSION = '.cache'
const IDLE_MS = 1000
/** More files, or more bytes in them, and the next flush makes one file of those entries that fit into half of it, most recent first. */
const MAX_SEGMENTS = 12
const MAX_BYTES = 128 * 1024 * 1024

interface Segment {
  readonly path: string
  readonly bytes: Buffer
  readonly places: ReadonlyMap<string, Place>
}
interface Place {
  readonly start: number
  readonly end: number
  readonly checksum: number
}
/** First line of a segment file; the entries follow in this order. */
interface SegmentHeader {
  readonly version: string
  readonly entries: readonly (readonly [key: string, bytes: number, checksum: number])[]
}

/** `version`: of everything that emits code. */
export function createDiskCache(dataDir: string, version: string): DiskCache {
  const dir = join(dataDir, 'cache')
  const fresh = new Map<string, Instrumented>()
  const used = new Set<string>()
  let read: { segments: Segment[]; useless: string[] } | undefined
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const state = (): NonNullable<typeof read> => (read ??= readSegments(dir, version))

  async function write(): Promise<void> {
    const { segments, useless } = state()
    const entries = new Map([...fresh].map(([key, result]) => [key, encode(result)]))
    fresh.clear()
    if (entries.size === 0 && useless.length === 0) return
    const total = segments.reduce((sum, segment) => sum + segment.bytes.length, 0) + sizeOf(entries)
    const isFull = segments.length >= MAX_SEGMENTS || total > MAX_BYTES
    if (isFull) addOld(entries, segments, used)
    try {
      const written = entries.size === 0 ? undefined : await writeSegment(dir, version, entries)
      const kept = isFull ? [] : segments
      const gone = [...useless, ...(isFull ? segments.map(segment => segment.path) : [])]
      read = { segments: written ? [written, ...kept] : kept, useless: [] }
      await Promise.all(gone.map(path => rm(path, { force: true })))
    } catch (error) {
      process.emitWarning(`Hindscope could not write its cache to ${dir}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (fresh.size > 0 || (read?.useless.length ?? 0) > 0) writing = writing.then(write)
    return writing
  }

  return {
    get(key) {
      for (const segment of state().segments) {
        const place = segment.places.get(key)
        const found = place && tryDecode(segment.bytes, place)
        if (found === undefined) continue
        used.add(key)
        return found
      }
      return undefined
    },
    set(key, result) {
      // A lone surrogate has no UTF-8; what came back would be another text.
      if (toUSVString(result.code) !== result.code) return
      used.add(key)
      // PERF: encoded when it is written: while a bundler transforms, this thread is what it waits for.
      fresh.set(key, result)
      clearTimeout(timer)
      // Nobody waits for it: what a process that ends early has not written is made again.
      timer = setTimeout(() => void flush(), IDLE_MS).unref()
    },
    flush,
  }
}

/** Those that this process used come first, then the files' order. */
function addOld(entries: Map<string, Buffer>, segments: readonly Segment[], used: ReadonlySet<string>): void {
  let room = MAX_BYTES / 2 - sizeOf(entries)
  for (const isTurnOf of [(key: string) => used.has(key), (key: string) => !used.has(key)]) {
    for (const { places, bytes } of segments) {
      for (const [key, { start, end, checksum }] of places) {
        if (entries.has(key) || !isTurnOf(key) || end - start > room || crc32(bytes.subarray(start, end)) !== checksum) continue
        entries.set(key, bytes.subarray(start, end))
        room -= end - start
      }
    }
  }
}

const sizeOf = (entries: ReadonlyMap<string, Buffer>): number => [...entries.values()].reduce((sum, entry) => sum + entry.length, 0)

async function writeSegment(dir: string, version: string, entries: ReadonlyMap<string, Buffer>): Promise<Segment> {
  prepareDataDir(dir)
  const header: SegmentHeader = { version, entries: [...entries].map(([key, entry]) => [key, entry.length, crc32(entry)]) }
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...entries.values()])
  const path = join(dir, `${randomBytes(8).toString('hex')}${EXTENSION}`)
  await writeFile(`${path}.tmp`, bytes, { mode: 0o600 })
  await rename(`${path}.tmp`, path)
  return { path, bytes, places: placesOf(header, bytes.indexOf(LINE_FEED) + 1) }
}

const LINE_FEED = 10

/** Newest first. */
function readSegments(dir: string, version: string): { segments: Segment[]; useless: string[] } {
  const segments: (Segment & { readonly atMs: number })[] = []
  const useless: string[] = []
  for (const name of listDir(dir)) {
    const path = join(dir, name)
    if (!name.endsWith(EXTENSION)) continue
    const segment = tryReadSegment(path, version)
    if (segment === undefined) useless.push(path)
    else segments.push(segment)
  }
  return { segments: segments.sort((a, b) => b.atMs - a.atMs), useless }
}

function listDir(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    // SAFE: the first build here.
    return []
  }
}

function tryReadSegment(path: string, version: string): (Segment & { readonly atMs: number }) | undefined {
  try {
    const bytes = readFileSync(path)
    const start = bytes.indexOf(LINE_FEED) + 1
    const header: unknown = JSON.parse(bytes.toString('utf8', 0, start))
    if (!isHeader(header) || header.version !== version) return undefined
    return { path, bytes, places: placesOf(header, start), atMs: statSync(path).mtimeMs }
  } catch {
    // SAFE: damaged, or removed by another process; what was in it is made again.
    return undefined
  }
}

const isHeader = (value: unknown): value is SegmentHeader =>
  typeof value === 'object' && value !== null && 'version' in value && 'entries' in value && Array.isArray(value.entries)

function placesOf({ entries }: SegmentHeader, from: number): Map<string, Place> {
  const places = new Map<string, Place>()
  let start = from
  for (const [key, bytes, checksum] of entries) {
    places.set(key, { start, end: start + bytes, checksum })
    start += bytes
  }
  return places
}

/** A line of JSON, then the code. */
function encode({ code, ...rest }: Instrumented): Buffer {
  const { manifest } = rest
  // The manifest itself lies in the manifests' folder, which is asked whether it has it.
  const facts = manifest && { key: manifest.key, probes: manifest.probes, functions: manifest.functions }
  return Buffer.from(`${JSON.stringify({ ...rest, manifest: facts })}\n${code}`)
}

function tryDecode(bytes: Buffer, { start, end, checksum }: Place): Instrumented | undefined {
  const entry = bytes.subarray(start, end)
  if (entry.length !== end - start || crc32(entry) !== checksum) return undefined
  const line = entry.indexOf(LINE_FEED)
  const { map, manifest, diagnostics } = JSON.parse(entry.toString('utf8', 0, line)) as Omit<Instrumented, 'code'> // SAFE: written by `encode`, by its checksum
  return { code: entry.toString('utf8', line + 1), map, manifest: manifest && { ...manifest, json: undefined }, diagnostics }
}
