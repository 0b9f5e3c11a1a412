/** One session as a store of its own, from a trace file or from the data folder: for commands that need all of it and not answers. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { readTraceFile } from '@hindscope/store'
import { createEngine } from '@hindscope/store/model'
import type { TraceStore } from '@hindscope/store/model'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { dataDirOf } from './config.ts'
import { openRecorded, readRecorded } from './recorded.ts'
import { pickSession } from './trace.ts'

/** A file, unless it is the beginning of a session id and no file is called so. */
export const namesFile = (target: string, path: string): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false) || !/^[0-9a-f]{1,32}$/.test(target)

/**
 * `target`: a file (its newest session), a session id or its first digits, or nothing for the newest that the project recorded. Throws
 * `trace-unreadable`, `cli-not-a-trace`, `cli-no-session`, `cli-session-unknown`.
 */
export async function openStore(target: string | undefined, terminal: Terminal): Promise<TraceStore> {
  const path = resolve(terminal.cwd, target ?? '')
  if (target !== undefined && namesFile(target, path)) return withProgress(terminal, `Reading ${target}`, () => readStore(path, target))
  const dataDir = dataDirOf(terminal)
  return withProgress(terminal, `Reading ${dataDir}`, async () => {
    await using trace = await openRecorded(dataDir)
    return readRecorded(dataDir, (await pickSession(trace, target)).session)
  })
}

async function readStore(path: string, name: string): Promise<TraceStore> {
  const { stores, damage, bytes } = await readTraceFile(path)
  const trace = { name, engine: createEngine(stores), damage, bytes, [Symbol.asyncDispose]: () => Promise.resolve() }
  const { session } = await pickSession(trace, undefined)
  return stores.find(store => store.session === session) as TraceStore // SAFE: the engine's sessions are those of the stores
}
