/** Runs built programs and reads what they recorded. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { manifestKeys, tryReadManifest } from 'hindscope'
import { probeLabel } from '@hindscope/protocol'
import type { ProbeManifest } from '@hindscope/protocol'
import { decodeEvents, formatEvent, readChunks } from '@hindscope/testkit'
import type { DumpedEvent } from '@hindscope/testkit'

/** A folder that is gone after the test. */
export function scratchDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-bundlers-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

export interface RunOptions {
  readonly dataDir: string
  readonly cwd?: string
  /** Path of the Node to run; this one when absent. */
  readonly node?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Stack lines on stderr are those of the sources, wherever the program has a map. */
export function run(args: readonly string[], { dataDir, cwd, node = process.execPath, env: more }: RunOptions): Promise<Run> {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      env: { ...env, HINDSCOPE_DIR: dataDir, NODE_NO_WARNINGS: '1', ...more },
      ...(cwd === undefined ? {} : { cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.on('error', reject)
    child.on('close', code => resolve({ stdout, stderr, code }))
  })
}

/** `file.ts:line` of every frame that is in the program's sources. */
export const stackLines = (stderr: string): string[] =>
  [...stderr.matchAll(/at .*?([\w-]+\.[cm]?[jt]sx?):(\d+):\d+/g)].map(([, file, line]) => `${file}:${line}`)

export const manifestsOf = (dataDir: string): ProbeManifest[] =>
  [...manifestKeys(dataDir)].map(key => JSON.parse(tryReadManifest(dataDir, key) ?? 'null') as ProbeManifest)

/** Every trace file below the data folder, oldest first. */
function traceFiles(dataDir: string): string[] {
  if (!existsSync(dataDir)) return []
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.hscope'))
    .map(name => join(dataDir, name))
}

/** Calls and what happened in them, one line each, realm after realm in order: names, arguments, results, errors. */
export function recordedCalls(dataDir: string): string[] {
  return recordedEvents(dataDir)
    .filter(event => event.call !== 0 && event.site !== 0)
    .map(event => formatEvent(event).replace(/ #\d+| [<≪]\d+/g, ''))
}

export function recordedEvents(dataDir: string): DumpedEvent[] {
  const manifests = manifestsOf(dataDir)
  return chunksByRealm(dataDir).flatMap(chunks => decodeEvents(chunks, { manifests }))
}

/** Probe ids mean something within one realm only. A file that is being written may end in half a chunk. */
function chunksByRealm(dataDir: string): Uint8Array[][] {
  const realms = new Map<number, Uint8Array[]>()
  for (const file of traceFiles(dataDir)) {
    for (const { chunk, bytes } of readChunks(new Uint8Array(readFileSync(file))).chunks) {
      const known = realms.get(chunk.realm) ?? []
      realms.set(chunk.realm, known)
      known.push(bytes)
    }
  }
  return [...realms.values()]
}

/** Where the probes stand: `cart.ts:13 Cart.constructor`. */
export const probePlaces = (dataDir: string): string[] =>
  manifestsOf(dataDir)
    .flatMap(({ sources, probes }) =>
      probes.map(probe => `${(sources[probe.source]?.path ?? '').split('/').at(-1)}:${probe.range[0]} ${probeLabel(probe)}`),
    )
    .sort()

/** Asks again until the answer satisfies; fails with the last answer. */
export async function waitFor<Answer>(ask: () => Answer, satisfies: (answer: Answer) => boolean): Promise<Answer> {
  const end = Date.now() + 20_000
  for (;;) {
    const answer = ask()
    if (satisfies(answer)) return answer
    if (Date.now() > end) expect.fail(`waited in vain; the last answer was ${JSON.stringify(answer, undefined, 1)?.slice(0, 4000)}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}
