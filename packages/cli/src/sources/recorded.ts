/** The sessions that lie in the data folder, read without a collector. */
import { join, resolve } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { SessionSummary } from '@hindscope/protocol'
import { environmentHere, exportTrace, fillManifests, listSessions, ManifestDirectory, readSession } from '@hindscope/store'
import { createEngine, summarize } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import { manifestsDir } from 'hindscope'
import { VERSION } from '../version.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { pickSession } from './trace.ts'
import type { OpenTrace } from './trace.ts'

export const sessionFolder = (dataDir: string, session: string): string => join(dataDir, 'sessions', session)

export async function readRecorded(dataDir: string, session: string): Promise<TraceStore> {
  const store = await readSession(sessionFolder(dataDir, session))
  await fillManifests(store, [new ManifestDirectory(manifestsDir(dataDir))])
  return store
}

/** Sessions are read when they are asked for and kept while the trace is open. */
export async function openRecorded(dataDir: string): Promise<OpenTrace> {
  const ids = await listSessions(dataDir)
  const opened = new Map<string, Promise<TraceStore>>()
  const open = (session: string): Promise<TraceStore> => {
    const reading = opened.get(session) ?? readRecorded(dataDir, session)
    opened.set(session, reading)
    return reading
  }
  const list = async (): Promise<readonly SessionSummary[]> => {
    const summaries = await Promise.all(ids.map(async id => summarize(await open(id))))
    return summaries.sort((a, b) => b.startedMs - a.startedMs)
  }
  const engine = createEngine({ list, open: async session => (ids.includes(session) ? open(session) : undefined) })
  return { name: dataDir, engine, damage: [], [Symbol.asyncDispose]: () => Promise.resolve() }
}

export interface ExportedFile {
  readonly file: string
  readonly bytes: number
  readonly session: string
}

/** Writes one session as a file: the named one or the newest. Throws `cli-file-unwritable`, `cli-no-session`, `cli-session-unknown`. */
export async function exportSession(dataDir: string, session: string | undefined, output: string, terminal: Terminal): Promise<ExportedFile> {
  await using trace = await openRecorded(dataDir)
  const picked = await withProgress(terminal, `Reading ${dataDir}`, () => pickSession(trace, session))
  const file = resolve(terminal.cwd, output)
  try {
    const bytes = await exportTrace(await readRecorded(dataDir, picked.session), file, { environment: environmentHere(VERSION, true) })
    return { file, bytes, session: picked.session }
  } catch (error) {
    if (error instanceof HindscopeError) throw error
    throw new HindscopeError('cli-file-unwritable', { file, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}
