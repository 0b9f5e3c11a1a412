/** Appends chunks to a trace file, synchronously: what was sealed is in the file when the process dies. */
import type { SealedChunk, Sink, SinkContext, SinkStats } from '../storage/sink.ts'

type Fs = Pick<
  typeof import('node:fs'),
  'closeSync' | 'existsSync' | 'fstatSync' | 'ftruncateSync' | 'mkdirSync' | 'openSync' | 'renameSync' | 'unlinkSync' | 'writeSync'
>

/** The program may replace functions of `fs` later. */
export function captureFs(): Fs {
  const { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } =
    process.getBuiltinModule('node:fs')
  return { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync }
}

/** Appends at `length`, which is the end of the file: all of it, or nothing when it throws. */
export function writeWhole(fs: Pick<Fs, 'ftruncateSync' | 'writeSync'>, file: number, bytes: Uint8Array, length: number): void {
  try {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at)
  } catch (error) {
    fs.ftruncateSync(file, length)
    throw error
  }
}

export class FileSink implements Sink {
  private readonly folder: string
  private readonly fs = captureFs()
  private context: SinkContext | undefined
  private file = -1
  private length = 0
  private isClosed = false
  private readonly late: SealedChunk[] = []
  private count = 0
  private total = 0
  private dropped = 0
  private untold = 0

  /** The file is made with the first chunk: `<folder>/<session>-<realm>.hscope`. */
  constructor(folder: string) {
    this.folder = folder
  }

  open(context: SinkContext): void {
    this.context = context
  }

  accept(chunk: SealedChunk): void {
    try {
      if (this.file < 0 && !this.isClosed) this.file = this.openFile()
      if (this.file >= 0) {
        while (this.late[0] !== undefined) {
          this.write(this.late[0])
          this.late.shift()
        }
        return this.write(chunk)
      }
    } catch {
      // SAFE: a full disk or a folder that may not be written must not stop the program; counted.
    }
    this.context?.fail('file-failed')
    // Nothing can be read without the definitions: they are tried again before the next chunk.
    if (chunk.kind === 'definitions') this.late.push(chunk)
    this.dropped += chunk.records
    this.untold += chunk.records + chunk.dropped
  }

  private openFile(): number {
    this.fs.mkdirSync(this.folder, { recursive: true })
    const path = process.getBuiltinModule('node:path').join(this.folder, `${nameOfRealm(this.context as SinkContext)}.hscope`) // SAFE: chunks come after `open`
    const file = this.fs.openSync(path, 'a', 0o600)
    this.length = this.fs.fstatSync(file).size
    return file
  }

  private write(chunk: SealedChunk): void {
    const { bytes } = chunk
    writeWhole(this.fs, this.file, bytes, this.length)
    this.length += bytes.length
    this.count++
    this.total += bytes.length
    this.context?.recycle(chunk)
  }

  takeDropped(): number {
    const lost = this.untold
    this.untold = 0
    return lost
  }

  async flush(): Promise<void> {
    // Every chunk was written when it was accepted.
  }

  async close(): Promise<void> {
    if (this.file >= 0) this.fs.closeSync(this.file)
    this.file = -1
    this.isClosed = true
  }

  stats(): SinkStats {
    return { chunks: this.count, bytes: this.total, dropped: this.dropped, waitingBytes: 0 }
  }
}

export const nameOfRealm = ({ session, realm }: Pick<SinkContext, 'session' | 'realm'>): string => `${session}-${realm.toString(16).padStart(8, '0')}`
