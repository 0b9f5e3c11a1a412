/**
 * Chunks that the collector has not acknowledged, in files of its data folder: they outlive the process however it ends. Every chunk is
 * written when it is sealed, synchronously, and forgotten when it is acknowledged. The files are not synced: they survive the process, not
 * a power cut; what is acknowledged survives both.
 *
 *   <dataDir>/spool/<session>-<realm>.<pid>.<n>.open     two at most, of this process alone; emptied when all in it is acknowledged
 *   <dataDir>/spool/<session>-<realm>.<n>.hscope         handed over: the collector takes it and deletes it
 *
 * When both files are full the older one is handed over and its chunks leave the memory, so that a collector which is away or slow costs
 * disk, up to `maxBytes`, and no memory. Beyond that chunks stay in memory and the bound of the queue holds.
 */
import type { ChunkSpool, SealedChunk, SpoolContext } from '../storage/sink.ts'
import { captureFs, nameOfRealm, writeWhole } from './file-sink.ts'

/** Two of them are a part of the memory bound and of the spool bound. */
const MAX_SEGMENT_BYTES = 4 << 20

export interface FileSpoolOptions {
  readonly dataDir: string
  /** Bytes of all files of this realm together. */
  readonly maxBytes: number
  /** Whether the collector that is sent to takes files from this folder. If not, files are written only when the process ends. */
  readonly isWatched: boolean
}

interface Segment {
  readonly path: string
  readonly file: number
  /** Chunks in it that are not acknowledged. */
  readonly waiting: Set<number>
  bytes: number
}

export class FileSpool implements ChunkSpool {
  private readonly options: FileSpoolOptions
  private readonly folder: string
  // The program may replace the functions of `fs` later.
  private readonly fs = captureFs()
  private context: SpoolContext | undefined
  private segmentBytes = MAX_SEGMENT_BYTES
  private older: Segment | undefined
  private current: Segment | undefined
  private handed: { readonly path: string; readonly bytes: number }[] = []
  private files = 0

  constructor(options: FileSpoolOptions) {
    this.options = options
    this.folder = process.getBuiltinModule('node:path').join(options.dataDir, 'spool')
  }

  open(context: SpoolContext): void {
    this.context = context
    this.segmentBytes = Math.min(MAX_SEGMENT_BYTES, context.maxBufferedBytes >> 2, this.options.maxBytes >> 2)
  }

  keep(chunk: SealedChunk): void {
    if (!this.options.isWatched || this.options.maxBytes === 0) return
    this.switchBefore(chunk.bytes.length)
    if (this.bytes + chunk.bytes.length <= this.options.maxBytes || this.madeRoom(chunk.bytes.length)) this.write(chunk)
  }

  release(number: number): void {
    const { older, current } = this
    if (older?.waiting.delete(number) && older.waiting.size === 0) {
      this.older = undefined
      this.remove(older)
    } else if (current?.waiting.delete(number) && current.waiting.size === 0) this.empty(current)
  }

  /** Hands over what is in the files, and frees it. */
  makeRoom(): void {
    const segments = [this.older, this.current]
    this.older = undefined
    this.current = undefined
    for (const segment of segments) if (segment !== undefined) this.handOver(segment)
  }

  /** Nothing may stay in memory alone: the process is about to go. */
  flushNow(waiting: readonly SealedChunk[], definitions: readonly SealedChunk[]): void {
    // Whoever takes files of a folder that nobody watches may never have heard of this realm.
    if (!this.options.isWatched) for (const chunk of definitions) if (!this.holds(chunk.number)) this.write(chunk)
    for (const chunk of waiting) if (!this.holds(chunk.number)) this.write(chunk)
    this.makeRoom()
  }

  close(): void {
    this.makeRoom()
  }

  private get bytes(): number {
    let sum = (this.older?.bytes ?? 0) + (this.current?.bytes ?? 0)
    for (const { bytes } of this.handed) sum += bytes
    return sum
  }

  private holds(number: number): boolean {
    return this.current?.waiting.has(number) === true || this.older?.waiting.has(number) === true
  }

  private switchBefore(bytes: number): void {
    const { current, older } = this
    if (current === undefined || current.bytes === 0 || current.bytes + bytes <= this.segmentBytes) return
    this.older = current
    this.current = undefined
    if (older !== undefined) this.handOver(older)
  }

  /** Files that the collector has taken are gone. */
  private madeRoom(bytes: number): boolean {
    this.handed = this.handed.filter(({ path }) => this.fs.existsSync(path))
    return this.bytes + bytes <= this.options.maxBytes
  }

  private write(chunk: SealedChunk): void {
    try {
      const segment = (this.current ??= this.create())
      writeWhole(this.fs, segment.file, chunk.bytes, segment.bytes)
      segment.bytes += chunk.bytes.length
      segment.waiting.add(chunk.number)
    } catch {
      this.failed() // SAFE: a full disk must not stop the program; the chunk stays in memory, counted.
    }
  }

  private create(): Segment {
    const { fs } = this
    fs.mkdirSync(this.folder, { recursive: true })
    const path = this.path(`.${process.pid}.${this.files++}.open`)
    return { path, file: fs.openSync(path, 'a', 0o600), waiting: new Set(), bytes: 0 }
  }

  private path(end: string): string {
    return process.getBuiltinModule('node:path').join(this.folder, nameOfRealm(this.context as SpoolContext) + end) // SAFE: chunks come after `open`
  }

  private empty(segment: Segment): void {
    try {
      this.fs.ftruncateSync(segment.file)
      segment.bytes = 0
    } catch {
      this.failed() // SAFE: the file keeps what the collector has already, and drops it as repeats.
    }
  }

  private remove(segment: Segment): void {
    try {
      this.fs.closeSync(segment.file)
      this.fs.unlinkSync(segment.path)
    } catch {
      this.failed() // SAFE: as above; the collector deletes the file once this process is gone.
    }
  }

  private handOver(segment: Segment): void {
    if (segment.waiting.size === 0) return this.remove(segment)
    try {
      this.fs.closeSync(segment.file)
      const path = this.path(`.${this.files++}.hscope`)
      this.fs.renameSync(segment.path, path)
      this.handed.push({ path, bytes: segment.bytes })
      for (const number of segment.waiting) this.context?.free(number)
    } catch {
      this.failed() // SAFE: the chunks stay in memory, and what is in the file is taken once this process is gone.
    }
  }

  private failed(): void {
    this.context?.fail('spool-failed')
  }
}
