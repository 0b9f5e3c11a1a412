/** Changing the finished files of a session, whoever has it open. */
import { FolderLock } from './folder-lock.ts'
import { removeDrafts, segmentsFolder } from './segment-files.ts'
import type { OpenSession } from './session-folder.ts'

export interface Maintained {
  readonly dir: string
  /** Segments from this number on are being appended to, now or while the work goes on; Infinity when none is. */
  readonly current: number
}

/**
 * Does `work` on a session while nobody else changes it: in turn with sealing when `open` is given, which is being recorded into, otherwise
 * under the lock of its folder. Rejects with `session-busy` when another process has that.
 */
export async function maintain<T>(dir: string, open: OpenSession | undefined, work: (session: Maintained) => Promise<T>): Promise<T> {
  if (open !== undefined) return open.sealer.exclusively(() => work({ dir, current: open.writer.current }))
  const lock = await FolderLock.acquire(dir, 0)
  try {
    await removeDrafts(segmentsFolder(dir))
    return await work({ dir, current: Infinity })
  } finally {
    await lock.release()
  }
}
