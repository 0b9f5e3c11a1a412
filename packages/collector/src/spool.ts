/**
 * `<dataDir>/spool/*.hscope`: what dying Node processes could not get acknowledged, one file each. A file is taken once it has stopped
 * growing, and deleted only after everything in it is durable; one with damage is kept under another name.
 */
import { readFile, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ingest } from './ingest.ts'

const POLL_MS = 500
/** A writer that died leaves a file alone from then on; a living one writes it in one go. */
const QUIET_MS = 200

export class Spool {
  private readonly folder: string
  private readonly ingest: Ingest
  private readonly timer: NodeJS.Timeout
  private importing: Promise<void> | undefined

  constructor(dataDir: string, ingest: Ingest) {
    this.folder = join(dataDir, 'spool')
    this.ingest = ingest
    this.timer = setInterval(() => void this.import(), POLL_MS).unref()
  }

  /** Takes what is there now; calls while one is under way share it. Never rejects: a file that fails is tried again. */
  import(options: { readonly quietMs?: number } = {}): Promise<void> {
    this.importing ??= this.importAll(options.quietMs ?? QUIET_MS).finally(() => (this.importing = undefined))
    return this.importing
  }

  /** Stops watching and takes what is left. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.importing
    await this.import({ quietMs: 0 })
  }

  private async importAll(quietMs: number): Promise<void> {
    for (const name of await this.names()) {
      try {
        await this.importFile(join(this.folder, name), quietMs)
      } catch {
        // SAFE: the file stays where it is and is tried again; its chunks are not lost, only late.
        this.ingest.stats.refused++
      }
    }
  }

  private async importFile(path: string, quietMs: number): Promise<void> {
    for (;;) {
      const before = await stat(path)
      if (Date.now() - before.mtimeMs < quietMs) return
      const { damaged } = await this.ingest.addAll(await readFile(path))
      const after = await stat(path)
      if (after.size !== before.size) continue
      if (damaged > 0) await rename(path, `${path}.damaged-${Date.now()}`)
      else await unlink(path)
      return
    }
  }

  private async names(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter(name => name.endsWith('.hscope')).sort()
    } catch {
      // SAFE: no folder, nothing spooled.
      return []
    }
  }
}
