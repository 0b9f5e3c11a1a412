/**
 * Durable appends to the segment files of one session.
 *
 * Group commit: whatever was appended while the last fsync ran is written and synced together, so many recorders share one fsync and a
 * lone one waits for no timer. `append` resolves only after its bytes are on disk. A failed write rejects its batch and cuts the file
 * back to the last good length, so that the next batch never follows half a chunk.
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import { syncFolder } from './durable-file.ts'
import { segmentName } from './segment-files.ts'

/** A segment is closed when the next batch would take it beyond this. */
export const SEGMENT_BYTES: number = 64 * 1024 * 1024

interface Waiting {
  readonly bytes: Uint8Array
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Where the last segment ends, as found when the folder was opened. */
export interface SegmentEnd {
  readonly number: number
  readonly length: number
}

/** What happens to segments behind the writer. */
export interface SegmentLife {
  /** Nothing is appended to this segment any more, and it holds something. */
  finished(number: number): void
  /** After the last append and the last `finished`; the writer is closed once it resolves. */
  closed(): Promise<void>
}

export class SessionWriter {
  private readonly folder: string
  private readonly life: SegmentLife | undefined
  private readonly segmentBytes: number
  private segment: SegmentEnd
  private file: FileHandle | undefined
  private waiting: Waiting[] = []
  private writing: Promise<void> | undefined
  private isClosed = false
  private closing: Promise<void> | undefined

  /** `folder` holds the segments and exists; bytes after `end` are not there. */
  constructor(folder: string, end: SegmentEnd, segmentBytes: number = SEGMENT_BYTES, life?: SegmentLife) {
    this.folder = folder
    this.life = life
    this.segment = end
    this.segmentBytes = segmentBytes
  }

  /** Resolves when the bytes are durable; rejects with `segment-io`. The caller must not change the bytes until then. */
  append(bytes: Uint8Array): Promise<void> {
    if (this.isClosed) return Promise.reject(this.failure('the session is closed'))
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes, resolve, reject })
      this.writing ??= this.drain()
    })
  }

  /** Number of the segment that is being appended to: nobody else may touch it. */
  get current(): number {
    return this.segment.number
  }

  /** Waits for everything appended so far, then closes the file. */
  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.isClosed = true
    await this.writing
    await this.file?.close()
    this.file = undefined
    if (this.segment.length > 0) this.life?.finished(this.segment.number)
    await this.life?.closed()
  }

  private async drain(): Promise<void> {
    // A turn of the event loop, so that appends made together share the first fsync too.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0)
      try {
        await this.write(batch.map(item => item.bytes))
        for (const item of batch) item.resolve()
      } catch (error) {
        const failure = this.failure(error instanceof Error ? error.message : String(error), error)
        for (const item of batch) item.reject(failure)
      }
    }
    this.writing = undefined
  }

  private async write(buffers: readonly Uint8Array[]): Promise<void> {
    const total = buffers.reduce((sum, bytes) => sum + bytes.length, 0)
    const file = await this.fileFor(total)
    const start = this.segment.length
    try {
      await writeAll(file, buffers, start)
      await file.datasync()
    } catch (error) {
      await this.abandon(file, start)
      throw error
    }
    this.segment = { number: this.segment.number, length: start + total }
  }

  private async fileFor(total: number): Promise<FileHandle> {
    if (this.segment.length > 0 && this.segment.length + total > this.segmentBytes) {
      await this.file?.close()
      this.file = undefined
      const full = this.segment.number
      this.segment = { number: full + 1, length: 0 }
      this.life?.finished(full)
    }
    if (this.file === undefined) {
      this.file = await open(join(this.folder, segmentName(this.segment.number)), this.segment.length === 0 ? 'w' : 'r+')
      await syncFolder(this.folder)
    }
    return this.file
  }

  /** After a failed write: cut back, or, where even that fails, leave the segment alone for good. */
  private async abandon(file: FileHandle, length: number): Promise<void> {
    try {
      await file.truncate(length)
    } catch {
      // SAFE: the write's own error is reported; a scan skips the half chunk that stays behind in the abandoned segment.
      this.file = undefined
      this.segment = { number: this.segment.number + 1, length: 0 }
    }
  }

  private failure(reason: string, cause?: unknown): HindscopeError {
    return new HindscopeError('segment-io', { path: join(this.folder, segmentName(this.segment.number)), reason }, { cause })
  }
}

async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], start: number): Promise<void> {
  let position = start
  for (const bytes of joinSmall(buffers)) {
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position)
      written += bytesWritten
      position += bytesWritten
    }
  }
}

const JOIN_BYTES = 1024 * 1024

/** One write for many small chunks; large ones are not copied. */
function joinSmall(buffers: readonly Uint8Array[]): readonly Uint8Array[] {
  const total = buffers.reduce((sum, bytes) => sum + bytes.length, 0)
  return buffers.length > 1 && total <= JOIN_BYTES ? [Buffer.concat(buffers, total)] : buffers
}
