/** Appends chunks to a trace file, synchronously: what was sealed is in the file when the process dies. */
import type { SealedChunk, Sink, SinkContext, SinkStats } from '../storage/sink.ts'

export class FileSink implements Sink {
  private readonly folder: string
  private readonly fs = process.getBuiltinModule('node:fs')
  private context: SinkContext | undefined
  private file = -1
  private hasFailed = false
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
      if (this.file < 0 && !this.hasFailed) this.file = this.openFile()
      if (this.file >= 0) {
        writeAll(this.fs, this.file, chunk.bytes)
        this.count++
        this.total += chunk.bytes.length
        return
      }
    } catch {
      // SAFE: a full disk or a folder that may not be written must not stop the program; counted.
      this.hasFailed = this.file < 0
    }
    this.context?.fail('file-failed')
    this.dropped += chunk.records
    this.untold += chunk.records + chunk.dropped
  }

  private openFile(): number {
    this.fs.mkdirSync(this.folder, { recursive: true })
    return this.fs.openSync(traceFile(this.folder, this.context as SinkContext), 'a', 0o600) // SAFE: chunks come after `open`
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
    this.hasFailed = true
  }

  stats(): SinkStats {
    return { chunks: this.count, bytes: this.total, dropped: this.dropped, waitingBytes: 0 }
  }
}

export const traceFile = (folder: string, { session, realm }: Pick<SinkContext, 'session' | 'realm'>): string =>
  process.getBuiltinModule('node:path').join(folder, `${session}-${realm.toString(16).padStart(8, '0')}.hscope`)

function writeAll(fs: typeof import('node:fs'), file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at)
}

/** Writes chunks that the collector has not acknowledged to `<dataDir>/spool`, where it finds them later. */
export function spoolChunks(dataDir: string, chunks: readonly SealedChunk[], context: SinkContext): void {
  const fs = process.getBuiltinModule('node:fs')
  const folder = process.getBuiltinModule('node:path').join(dataDir, 'spool')
  try {
    fs.mkdirSync(folder, { recursive: true })
    const file = fs.openSync(traceFile(folder, context), 'a', 0o600)
    for (const chunk of chunks) writeAll(fs, file, chunk.bytes)
    fs.closeSync(file)
  } catch {
    context.fail('file-failed') // SAFE: the process is about to go and nothing else can be done.
  }
}
