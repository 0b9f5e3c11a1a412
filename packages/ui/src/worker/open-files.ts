/** Files → stores. Reads slice by slice, tells how far it is, opens whatever can be opened, and says what could not. */
import { HindscopeError, crc32 } from '@hindscope/protocol'
import { TraceLibrary } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import { formatBytes } from '../core/byte-text.ts'
import { joinNames } from '../core/trace-name.ts'
import { succeed } from '../engine/failure.ts'
import type { Failure, Result } from '../engine/failure.ts'
import { fail, judgeFile } from './judge-file.ts'
import type { FileRemark, OpenProgress, OpenedTrace, TraceSource } from './messages.ts'

/** Browsers give one buffer no more than this, and an index takes its part besides. */
const MAX_BYTES = 2 ** 31
const SLICE_BYTES = 4 << 20
/** Less often than a screen is drawn, more often than people get impatient. */
const TELL_MS = 80

export interface OpenFiles {
  readonly trace: OpenedTrace
  readonly stores: readonly TraceStore[]
}

export async function openFiles(files: readonly TraceSource[], tell: (progress: OpenProgress) => void): Promise<Result<OpenFiles>> {
  const name = joinNames(files.map(file => file.name))
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0)
  if (totalBytes >= MAX_BYTES) {
    return { ok: false, failure: fail('ui-file-too-large', { name, size: formatBytes(totalBytes), limit: formatBytes(MAX_BYTES) }) }
  }
  const library = new TraceLibrary()
  const progress = new Progress(totalBytes, tell)
  const remarks: FileRemark[] = []
  let content = 0
  for (const file of files) {
    const read = await readFile(file, progress)
    if (!read.ok) {
      remarks.push({ failure: read.failure, damage: [] })
      continue
    }
    content = files.length === 1 ? crc32(read.value) : (Math.imul(content, 31) + crc32(read.value)) >>> 0
    const remark = addFile(library, file.name, read.value, progress)
    if (remark) remarks.push(remark)
  }
  const sessions = library.stores.filter(store => store.tracks.some(track => track.rows.length > 0))
  if (sessions.length === 0) {
    const failure = remarks[0]?.failure ?? fail('ui-file-nothing-readable', { name, reason: 'it holds no event.' })
    return { ok: false, failure }
  }
  const trace: OpenedTrace = {
    name: { name, bytes: totalBytes, content: content.toString(16).padStart(8, '0') },
    sessions: sessions.map(store => store.session),
    remarks,
  }
  return succeed({ trace, stores: sessions })
}

class Progress {
  private readonly tell: (progress: OpenProgress) => void
  private readonly totalBytes: number
  private bytes = 0
  private events = 0
  private totalEvents = 0
  private toldMs = -Infinity

  constructor(totalBytes: number, tell: (progress: OpenProgress) => void) {
    this.totalBytes = totalBytes
    this.tell = tell
    this.say('reading')
  }

  read(bytes: number): void {
    this.bytes += bytes
    this.say('reading')
  }

  /** Of one file, from its start on; gives what is to be called at its end. */
  startIndexing(): { readonly now: (events: number, expected: number) => void; readonly end: () => void } {
    const [events, expected] = [this.events, this.totalEvents]
    this.toldMs = -Infinity
    this.say('indexing')
    return {
      now: (more, moreExpected) => {
        this.events = events + more
        this.totalEvents = expected + moreExpected
        this.say('indexing')
      },
      end: () => {
        this.toldMs = -Infinity
        this.say('indexing')
      },
    }
  }

  private say(phase: OpenProgress['phase']): void {
    const nowMs = performance.now()
    if (nowMs - this.toldMs < TELL_MS) return
    this.toldMs = nowMs
    const { bytes, totalBytes, events, totalEvents } = this
    this.tell({ phase, bytes, totalBytes, events, totalEvents })
  }
}

async function readFile(file: TraceSource, progress: Progress): Promise<Result<Uint8Array>> {
  const { name, size } = file
  if (size === 0) return { ok: false, failure: fail('ui-file-empty', { name }) }
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(size)
  } catch {
    // SAFE: the only way this fails, and it is told.
    return { ok: false, failure: noMemory(name, size) }
  }
  try {
    for (let at = 0; at < size; at += SLICE_BYTES) {
      const slice = new Uint8Array(await file.slice(at, Math.min(size, at + SLICE_BYTES)).arrayBuffer())
      bytes.set(slice, at)
      progress.read(slice.length)
    }
  } catch (error) {
    return { ok: false, failure: fail('ui-file-unreadable', { name, reason: error instanceof Error ? error.message : String(error) }) }
  }
  return succeed(bytes)
}

const noMemory = (name: string, size: number): Failure => fail('ui-file-no-memory', { name, size: formatBytes(size) })

function addFile(library: TraceLibrary, name: string, bytes: Uint8Array, progress: Progress): FileRemark | undefined {
  const indexing = progress.startIndexing()
  let events = 0
  let damage: FileRemark['damage']
  try {
    damage = library.addBytes(bytes, (read, expected) => {
      events = read
      indexing.now(read, expected)
    })
  } catch (error) {
    if (error instanceof HindscopeError || !(error instanceof RangeError)) throw error
    return { failure: noMemory(name, bytes.length), damage: [] }
  }
  indexing.end()
  const failure = judgeFile({ name, bytes, events, damage, lengthUs: lengthOf(library.stores) })
  return failure && { failure, damage }
}

function lengthOf(stores: readonly TraceStore[]): number {
  const tracks = stores.flatMap(store => store.tracks).filter(track => track.rows.length > 0)
  const first = tracks.reduce((least, track) => Math.min(least, track.firstUs), Infinity)
  return tracks.reduce((most, track) => Math.max(most, track.lastUs - first), 0)
}
