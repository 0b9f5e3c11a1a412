/**
 * One process at a time changes the files of a session: the one that records into it, or one that compacts or prunes it. `writing.lock`
 * names it, and is touched while it lives; one whose process is gone, or that was not touched for long, holds nothing. Readers need none:
 * files are replaced as a whole.
 */
import { open, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HindscopeError } from '@hindscope/protocol'

const TOUCH_MS = 2000
const STALE_MS = 20_000
const POLL_MS = 50

export const lockPath = (dir: string): string => join(dir, 'writing.lock')

export class FolderLock {
  private readonly path: string
  private readonly timer: NodeJS.Timeout
  private isFailing = false
  /** Locks of this process count: it may open a folder twice, and closes both. */
  private static readonly own = new Map<string, number>()

  private constructor(path: string) {
    this.path = path
    FolderLock.own.set(path, (FolderLock.own.get(path) ?? 0) + 1)
    this.timer = setInterval(() => void this.touch(), TOUCH_MS).unref()
  }

  /** One failure is told, and another after it has worked again: the recording goes on. */
  private async touch(): Promise<void> {
    try {
      await utimes(this.path, new Date(), new Date())
      this.isFailing = false
    } catch (error) {
      if (!this.isFailing && FolderLock.own.has(this.path)) process.emitWarning(untouched(this.path, error))
      this.isFailing = true
    }
  }

  /** Waits for another process to be done. Rejects with `session-busy` after `waitMs`. The folder exists. */
  static async acquire(dir: string, waitMs: number): Promise<FolderLock> {
    const path = lockPath(dir)
    const untilMs = Date.now() + waitMs
    for (;;) {
      if (FolderLock.own.has(path)) return new FolderLock(path)
      if (await create(path)) return new FolderLock(path)
      const owner = await ownerOf(path)
      if (owner === undefined) await takeAway(path)
      else if (Date.now() >= untilMs) throw busy(dir, owner)
      else await wait(POLL_MS)
    }
  }

  async release(): Promise<void> {
    clearInterval(this.timer)
    const left = (FolderLock.own.get(this.path) ?? 1) - 1
    if (left > 0) return void FolderLock.own.set(this.path, left)
    FolderLock.own.delete(this.path)
    await unlink(this.path).catch(() => undefined) // SAFE: a lock that stays is seen to be of a process that is gone.
  }
}

const untouched = (path: string, error: unknown): HindscopeError =>
  new HindscopeError('lock-untouched', { path, reason: (error as NodeJS.ErrnoException).code ?? String(error), seconds: String(STALE_MS / 1000) }) // SAFE: what is not there is not read

/** With a system's code as its cause: to whoever waits for a disk it is one that is busy. */
const busy = (dir: string, pid: number): HindscopeError =>
  new HindscopeError('session-busy', { path: dir, pid: String(pid) }, { cause: Object.assign(new Error('locked'), { code: 'EBUSY' }) })

/** Process that changes the folder now; undefined when none does. */
export async function lockOwner(dir: string): Promise<number | undefined> {
  return ownerOf(lockPath(dir))
}

async function create(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx')
    await file.writeFile(String(process.pid))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    const { mtimeMs } = await stat(path)
    const pid = Number(await readFile(path, 'utf8'))
    const isFresh = Date.now() - mtimeMs < STALE_MS
    // An empty file is of one that has just made it.
    return isFresh && (pid === 0 || (pid !== process.pid && isAlive(pid))) ? pid : undefined
  } catch {
    // SAFE: it is gone by now.
    return undefined
  }
}

/** Takes away a lock that holds nothing. Of two that found the same one, the slower may get hold of the new lock of the faster: it goes back. */
async function takeAway(path: string): Promise<void> {
  const away = `${path}.${process.pid}.tmp`
  try {
    await rename(path, away)
    if ((await ownerOf(away)) === undefined) await unlink(away)
    else await rename(away, path)
  } catch {
    // SAFE: another one was faster; making the lock tells who has it.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // SAFE: it exists and belongs to someone else
  }
}
