/** Runs one program twice: as it is, and with a recorder and the adapter of its database client. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { dumpEvents } from '@hindscope/testkit'
import { build } from 'esbuild'
import { expect, vi } from 'vitest'
import { createSandbox } from '../programs.ts'
import type { Sandbox } from '../programs.ts'

/** Servers, two processes a test, and machines that do other work meanwhile. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/**
 * `f(value, body)` makes a recorded call around `body`, `log` notes what happens in order, `outcome(promise)` notes how it ended. Both are
 * there in plain runs, where `observe` gives back what it gets.
 */
const PRELUDE = `
let f = (value, body = () => {}) => body()
let observe = value => value
let observeDriver = value => value
let recorder
if (process.env.RECORD === '1') {
  const { start, h: H } = await import(RUNTIME)
  recorder = start({ name: 'program', config: { overhead: 0 } })
  const L = H.m('00000000000000aa', '3')
  f = (value, body = () => {}) => { const F = H.ei(H.e(L[0], 1, value)); try { return body() } finally { H.v(F) } }
  const adapters = await import(ADAPTER)
  observe = adapters.observe
  observeDriver = adapters.observeDriver
}
const lines = []
const log = (...values) => void lines.push(values)
const shown = error => [error?.constructor?.name, error?.name, error?.code, error?.message, Object.keys(error ?? {})]
const outcome = (name, promise) => promise.then(value => log(name, 'resolved', value), error => log(name, 'rejected', shown(error)))
process.on('unhandledRejection', reason => log('unhandled', shown(reason)))
process.on('uncaughtException', error => log('uncaught', shown(error)))
const end = async () => {
  await new Promise(resolve => setTimeout(resolve, 5))
  console.log(JSON.stringify(lines, (_key, value) => (typeof value === 'bigint' ? value + 'n' : value === undefined ? 'undefined' : value)))
  if (recorder !== undefined) console.log(JSON.stringify(recorder.stats().errors))
}
`

export interface DatabaseSandbox {
  /** What the program logged; `node` is the path of another Node. */
  plain(program: string, node?: string): Promise<unknown[]>
  /** `errors` are those that the recorder is to count. */
  recorded(program: string, errors?: Readonly<Record<string, number>>, node?: string): Promise<Recorded>
  remove(): void
}

export interface Recorded {
  readonly log: unknown[]
  /** Events as text. */
  readonly lines: readonly string[]
}

/** `variables` are put into programs in place of their names: addresses of servers and of packages. `driver`: its adapter is there too. */
export async function createDatabaseSandbox(
  adapter: string,
  variables: () => Readonly<Record<string, string | number>>,
  driver: string = adapter,
): Promise<DatabaseSandbox> {
  const box = await createSandbox()
  const outfile = join(box.dir, 'adapter.mjs')
  const src = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  await build({
    stdin: {
      contents: `export { observe } from ${JSON.stringify(src(`../../src/libraries/${adapter}.ts`))}
        export { observe as observeDriver } from ${JSON.stringify(src(`../../src/libraries/${driver}.ts`))}`,
      resolveDir: box.dir,
    },
    alias: { '@hindscope/protocol': src('../../../protocol/src/index.ts') },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    outfile,
    logLevel: 'silent',
  })
  const run = async (program: string, record: string, node?: string): Promise<string[]> => {
    let text = `${PRELUDE}\n${program}\nawait end()`.replaceAll('ADAPTER', JSON.stringify(pathToFileURL(outfile).href))
    for (const [name, value] of Object.entries(variables())) text = text.replaceAll(name, JSON.stringify(value))
    const { stdout, stderr, code } = await box.run(text, { RECORD: record, NODE_NO_WARNINGS: '1' }, node)
    expect([stderr, code]).toEqual(['', 0])
    return stdout.trim().split('\n')
  }
  return {
    plain: async (program, node) => parsed((await run(program, '0', node))[0]),
    recorded: async (program, expected = {}, node) => {
      rmSync(join(box.dir, '.hindscope'), { recursive: true, force: true })
      const [log, errors] = await run(program, '1', node)
      expect(parsed(errors)).toEqual(expected)
      return { log: parsed(log), lines: dumpEvents(tracesOf(box)).split('\n') }
    },
    remove: () => box.remove(),
  }
}

const parsed = (line: string | undefined): unknown[] => JSON.parse(line ?? '') as unknown[] // SAFE: printed by the prelude

const tracesOf = (box: Sandbox): Uint8Array[] => (readdirSync(join(box.dir, '.hindscope')).length === 0 ? [] : box.files('traces'))

const START = /^activity-start #(\d+) (?:([<≪])(\d+) )?query → (\{.*\})/

export interface ToldQuery {
  /** Argument of the recorded call that issued it; `nobody` for none. */
  readonly by: string
  readonly start: string
  /** Fields of the end; `open` for a query without one. */
  readonly end: string
}

/** Every query of the trace, in order. */
export function queriesOf(lines: readonly string[]): ToldQuery[] {
  const callers = new Map<string, string>()
  const ends = new Map<string, string>()
  for (const line of lines) {
    const call = /^call-enter #(\d+) .*?\("(.*)"\)/.exec(line)
    if (call?.[1] !== undefined) callers.set(call[1], call[2] ?? '')
    const end = /^activity-end #(\d+) query → (\{.*\})/.exec(line)
    if (end?.[1] !== undefined) ends.set(end[1], ends.has(end[1]) ? 'twice' : (end[2] ?? ''))
  }
  return lines.flatMap(line => {
    const [, id = '', , parent, start = ''] = START.exec(line) ?? []
    if (start === '') return []
    return [{ by: parent === undefined ? 'nobody' : (callers.get(parent) ?? '?'), start, end: ends.get(id) ?? 'open' }]
  })
}

/** `cause start → end` of every query. */
export const told = (lines: readonly string[]): string[] => queriesOf(lines).map(({ by, start, end }) => `${by} ${start} → ${end}`)

/** By the argument of each call: that of its cause, `nobody` for none. */
export function causesOf(lines: readonly string[]): Map<string, string> {
  const names = new Map<string, string>()
  const causes = new Map<string, string>()
  for (const line of lines) {
    const [, id = '', cause, name = ''] = /^call-enter #(\d+) (?:[<≪](\d+) )?.*?\("(.*)"\)/.exec(line) ?? []
    if (id === '') continue
    names.set(id, name)
    causes.set(name, cause === undefined ? 'nobody' : (names.get(cause) ?? '?'))
  }
  return causes
}
