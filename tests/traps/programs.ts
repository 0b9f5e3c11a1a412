/**
 * Runs small programs in fresh realms: plain, instrumented with nobody recording, and recorded, at the levels `values` and `statements`.
 * Programs say through `log(...)` what they can see; all ways must have seen the same.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SourceTextModule, compileFunction, createContext, runInContext } from 'node:vm'
import type { Context } from 'node:vm'
import { instrument, restore } from '@hindscope/instrument'
import type { Diagnostic, ProbeManifest } from '@hindscope/protocol'
import { createRecorder } from '@hindscope/runtime'
import { describeValue, dumpEvents } from '@hindscope/testkit'
import { expect } from 'vitest'

export type ProgramType = 'module' | 'commonjs' | 'script'
export type Level = 'calls' | 'values' | 'statements'
export const ALL_TYPES: readonly ProgramType[] = ['module', 'commonjs', 'script']
const LEVELS: readonly Level[] = ['values', 'statements']

/** Text by file name; the first file is the entry. Modules import each other as `./name.js`. */
export type Files = Readonly<Record<string, string>>
export type Program = string | Files

export interface Probed {
  readonly code: string
  readonly manifest: ProbeManifest
  readonly diagnostics: readonly Diagnostic[]
}

export interface Same {
  /** What the program logged, in every way of running it. */
  readonly log: readonly string[]
  /** Events at level `values`, of the last type run. */
  readonly events: string
  /** Entry file at level `values`, of the last type run. */
  readonly probed: Probed
}

export interface SameOptions {
  readonly types?: readonly ProgramType[]
  /** Further globals of the realm. */
  readonly globals?: () => Readonly<Record<string, unknown>>
  /** The program holds nothing that can be probed. */
  readonly unprobed?: boolean
  /** Counters of the recorder that may have counted. */
  readonly allowedFailures?: readonly string[]
}

const DIST = fileURLToPath(new URL('../../packages/runtime/dist/', import.meta.url))
const TURNS = 12

export function probe(code: string, type: ProgramType, level: Level = 'values', id = 'main.js'): Probed {
  // Scripts find the hook on globalThis; modules import it, as bundled code does.
  const hook = type === 'module' ? 'import' : 'global'
  const probed = instrument(code, { id, sourceType: type, hook, plan: { level } })
  expect(restore(probed.code)).toBe(code)
  return probed
}

/** Runs the program in every way and expects every way to log the same. */
export async function expectSame(
  program: Program,
  { types = ALL_TYPES, globals, unprobed = false, allowedFailures = [] }: SameOptions = {},
): Promise<Same> {
  const files = typeof program === 'string' ? { 'main.js': program } : program
  let same: Same | undefined
  for (const type of types) {
    const plain = await run(files, type, { globals })
    for (const level of LEVELS) {
      const probed = Object.entries(files).map(([name, code]) => [name, probe(code, type, level, name)] as const)
      if (!unprobed) expect(probed.flatMap(([, { manifest }]) => manifest.probes).length).toBeGreaterThan(0)
      const texts = Object.fromEntries(probed.map(([name, { code }]) => [name, code]))
      const where = `${type}, ${level}`
      expect({ where, log: (await run(texts, type, { globals })).log }).toEqual({ where, log: plain.log })
      const recorder = createRecorder({ sink: 'memory' })
      const recorded = await run(texts, type, { globals, install: realm => recorder.install(realm) })
      expect({ where: `${where}, recorded`, log: recorded.log }).toEqual({ where: `${where}, recorded`, log: plain.log })
      const manifests = probed.map(([, { manifest }]) => manifest)
      const events = dumpEvents(recorder.chunks(), { manifests })
      expect(Object.keys(recorder.stats().errors).filter(code => !allowedFailures.includes(code))).toEqual([])
      recorder.uninstall()
      const entry = probed[0]?.[1]
      if (level === 'values' && entry) same = { log: plain.log, events, probed: entry }
    }
  }
  if (same === undefined) return expect.fail('no type was asked for')
  return same
}

export interface RunOptions {
  readonly globals?: (() => Readonly<Record<string, unknown>>) | undefined
  readonly install?: (realm: object) => void
}

export async function run(files: Files, type: ProgramType, { globals, install }: RunOptions = {}): Promise<{ log: string[] }> {
  const log: string[] = []
  const write = (...values: unknown[]): void => void log.push(values.map(value => describeValue(value)).join(' '))
  const context = createContext({ log: write, setTimeout, ...globals?.() })
  install?.(runInContext('globalThis', context) as object)
  try {
    await evaluate(files, type, context)
  } catch (error) {
    write('threw', error)
  }
  for (let turn = 0; turn < TURNS; turn++) await new Promise(resolve => setImmediate(resolve))
  return { log }
}

async function evaluate(files: Files, type: ProgramType, context: Context): Promise<void> {
  if (type === 'module') return evaluateModules(files, context)
  const [filename = '', text = ''] = Object.entries(files)[0] ?? []
  if (type === 'script') return void runInContext(text, context, { filename })
  const module = { exports: {} }
  compileFunction(text.replace(/^#!/, '//'), ['module', 'exports', 'require'], { parsingContext: context, filename })(module, module.exports)
}

async function evaluateModules(files: Files, context: Context): Promise<void> {
  const modules = new Map<string, SourceTextModule>()
  const load = (specifier: string): SourceTextModule => {
    const name = specifier.replace(/^\.\//, '').replace(/^@hindscope\/runtime\/hook$/, 'hook.mjs')
    const text = files[name] ?? readFileSync(DIST + name, 'utf8')
    const module = modules.get(name) ?? new SourceTextModule(text, { context, identifier: name })
    modules.set(name, module)
    return module
  }
  const entry = load(Object.keys(files)[0] ?? '')
  await entry.link(load)
  await entry.evaluate()
}
