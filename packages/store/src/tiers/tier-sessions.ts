/** The sessions of a data folder as the tiers see them: which there are, which are in memory, and how to open the others. */
import { join } from 'node:path'
import type { TraceStore } from '../model/trace-store.ts'
import { ManifestDirectory, fillManifests } from '../node/manifest-directory.ts'
import { listSessions, readSession, segmentBytes } from '../node/session-folder.ts'

export interface TierSessions {
  /** Ids of the sessions on disk; those in memory only need not be among them. */
  list(): Promise<readonly string[]>
  /** Sessions that are in memory now: being recorded, or read not long ago. */
  inMemory(): Promise<readonly TraceStore[]>
  /** Reads a session from disk. Throws `trace-unreadable`. */
  open(session: string): Promise<TraceStore | undefined>
  /** What the session's files measure: as long as it stays, the session has not changed. */
  bytes(session: string): Promise<number>
}

/** The sessions of a folder that no collector has open. */
export function sessionsOf(dataDir: string): TierSessions {
  const folder = (session: string): string => join(dataDir, 'sessions', session)
  return {
    list: () => listSessions(dataDir),
    inMemory: () => Promise.resolve([]),
    open: async session => {
      if (!(await listSessions(dataDir)).includes(session)) return undefined
      const store = await readSession(folder(session))
      await fillManifests(store, [new ManifestDirectory(join(dataDir, 'manifests'))])
      return store
    },
    bytes: session => segmentBytes(folder(session)),
  }
}
