/**
 * `<dataDir>/spool`: what Node processes could not get acknowledged.
 *
 *   *.hscope            handed over: taken once it has stopped growing, deleted after everything in it is durable
 *   *.<pid>.<n>.open    of a process that may go on writing: taken when its realm is not connected, deleted when the process is gone
 *
 * A file with damage is kept under another name; half a chunk at the end of an open one is what a killed process was writing.
 */
import { readFile, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ingest } from './ingest.ts'

const POLL_MS = 500
/** A writer that died leaves a file alone from then on; a living one writes it in one go. */
const QUIET_MS = 200
/** Names begin with the session. */
const SESSION_DIGITS = 32
const OPEN_NAME = /^([0-9a-f]{32})-([0-9a-f]{8})\.(\d+)\.\d+\.open$/

export interface SpoolOptions {
  readonly dataDir: string
  readonly ingest: Ingest
  /** Whether this realm sends over a socket now: what it needs to keep it still keeps itself. */
  readonly isConnected: (session: string, realm: number) => boolean
  /** Whether what is in a file can be taken now: there is memory for it, and the disk takes what is of its session. */
  readonly mayTake: (session: string) => boolean
}

export class Spool {
  private readonly folder: string
  private readonly ingest: Ingest
  private readonly isConnected: SpoolOptions['isConnected']
  private readonly mayTake: SpoolOptions['mayTake']
  private readonly timer: NodeJS.Timeout
  /** Size and time of open files that were taken and could not be deleted yet. */
  private readonly taken = new Map<string, string>()
  private isClosing = false
  private importing: Promise<void> | undefined

  constructor({ dataDir, ingest, isConnected, mayTake }: SpoolOptions) {
    this.folder = join(dataDir, 'spool')
    this.ingest = ingest
    this.isConnected = isConnected
    this.mayTake = mayTake
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
    this.isClosing = true
    await this.importing
    await this.import({ quietMs: 0 })
  }

  private async importAll(quietMs: number): Promise<void> {
    for (const name of await this.names()) {
      if (!this.mayTake(name.slice(0, SESSION_DIGITS))) continue
      try {
        const open = OPEN_NAME.exec(name)
        if (open !== null) await this.importOpen(name, open, quietMs)
        else if (name.endsWith('.hscope')) await this.importFile(join(this.folder, name), quietMs)
      } catch (error) {
        // SAFE: the file stays where it is and is tried again; its chunks are not lost, only late. Its owner may have taken or renamed it.
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT' && code !== 'segment-io') this.ingest.stats.refused++
      }
    }
  }

  private async importFile(path: string, quietMs: number): Promise<void> {
    for (;;) {
      const before = await stat(path)
      if (Date.now() - before.mtimeMs < quietMs) return
      const { damage } = await this.ingest.addAll(await readFile(path), 'once')
      const after = await stat(path)
      if (after.size !== before.size) continue
      if (damage.length > 0) await rename(path, `${path}.damaged-${Date.now()}`)
      else await unlink(path)
      return
    }
  }

  /** Reading it twice is harmless, deleting it while its owner lives is not. */
  private async importOpen(name: string, [, session = '', realm = '', pid]: RegExpExecArray, quietMs: number): Promise<void> {
    if (!this.isClosing && this.isConnected(session, Number.parseInt(realm, 16))) return
    const path = join(this.folder, name)
    const isOver = !isAlive(Number(pid))
    const { mtimeMs, size } = await stat(path)
    const state = `${size} ${mtimeMs}`
    const isTaken = this.taken.get(name) === state
    if (isTaken && !isOver) return
    if (!isTaken && !isOver && Date.now() - mtimeMs < quietMs) return
    if (!isTaken && size > 0) {
      const { damage } = await this.ingest.addAll(await readFile(path), 'once')
      if (isOver && damage.some(({ offset, bytes, code }) => offset + bytes < size || code === 'chunk-conflict')) {
        await rename(path, `${path}.damaged-${Date.now()}`)
        return
      }
    }
    this.taken.delete(name)
    if (isOver) await unlink(path)
    else this.taken.set(name, state)
  }

  private async names(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).sort()
    } catch {
      // SAFE: no folder, nothing spooled.
      return []
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // SAFE: it exists and belongs to someone else
  }
}
