/** What a command reads from: a trace file, a running collector, or the sessions recorded in the data folder. */
import { resolve } from 'node:path'
import { readTraceFile } from '@hindscope/store'
import { createEngine } from '@hindscope/store/model'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { findCollector } from './collector-address.ts'
import { dataDirOf } from './config.ts'
import { createHttpEngine } from './http-engine.ts'
import { openRecorded } from './recorded.ts'
import { namesFile } from './stored.ts'
import type { OpenTrace } from './trace.ts'

/** `target`: a file, a session id or its first digits, or nothing for what the project recorded. */
export async function openTrace(target: string | undefined, terminal: Terminal): Promise<OpenTrace> {
  if (target !== undefined) {
    const path = resolve(terminal.cwd, target)
    if (namesFile(target, path)) return withProgress(terminal, `Reading ${target}`, () => openTraceFile(path, target))
  }
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') return withProgress(terminal, `Reading ${dataDir}`, () => openRecorded(dataDir))
  return { name: found.address.url, engine: createHttpEngine(found.address), damage: [], [Symbol.asyncDispose]: () => Promise.resolve() }
}

async function openTraceFile(path: string, name: string): Promise<OpenTrace> {
  const { stores, damage, bytes } = await readTraceFile(path)
  return { name, engine: createEngine(stores), damage, bytes, [Symbol.asyncDispose]: () => Promise.resolve() }
}
