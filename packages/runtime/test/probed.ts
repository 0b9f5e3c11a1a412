/** Programs with hand-written probes, as instrument writes them, in a realm of their own. */
import { dumpEvents } from '@hindscope/testkit'
import { LEVEL_MASK, probeLabel } from '@hindscope/protocol'
import type { Probe, ProbeHook, ProbeManifest } from '@hindscope/protocol'
import { createHook, defineHook } from '../src/hook-object.ts'
import type { SharedHook } from '../src/hook-object.ts'
import { createRecorder } from '../src/index.ts'
import type { RecorderHandle, RecorderOptions } from '../src/index.ts'

export interface Probed {
  readonly hook: ProbeHook
  readonly recorder: RecorderHandle
  /** Enters the function that has this name, with arguments; its frame is its own, so that it may suspend, and be heard of after its return. */
  enter(name: string, ...args: unknown[]): number
  /** As `enter`, for a function that does neither. */
  call(name: string, ...args: unknown[]): number
  dump(): string
  close(): void
}

const KEY = '00000000000000aa'

export type ProbedOptions = Partial<RecorderOptions> & {
  readonly digit?: string
  /** A digit per probe instead. */
  readonly digits?: string
}

/** A module with these probes, recorded in memory; a name stands for a function. */
export function probed(probes: readonly (string | Probe)[], options: ProbedOptions = {}): Probed {
  const realm = {}
  const hook: SharedHook = createHook()
  defineHook(realm, hook)
  const { digit = '3', digits = digit.repeat(probes.length), ...rest } = options
  const names = probes.map(probe => (typeof probe === 'string' ? probe : probeLabel(probe)))
  const levels = hook.m(KEY, digits)
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000, ...rest })
  recorder.install(realm)
  const call = (name: string, ...args: unknown[]): number => {
    const word = levels[names.indexOf(name)] ?? 0
    if (word === 0) return 0
    return args.length === 0 ? hook.e(word) : args.length > 3 ? hook.e(word, args.length, args) : hook.e(word, args.length, ...args)
  }
  return {
    hook,
    recorder,
    call,
    enter: (name, ...args) => hook.ei(call(name, ...args)),
    dump: () => dumpEvents(recorder.chunks(), { manifests: [manifest(probes)] }),
    close: () => recorder.uninstall(),
  }
}

export function manifest(probes: readonly (string | Probe)[]): ProbeManifest {
  const functionProbe = (name: string): Probe => ({
    kind: 'function',
    name,
    functionKind: 'function',
    async: false,
    generator: false,
    params: [],
    source: 0,
    range: [1, 0, 1, 1],
    level: 'values',
    parent: -1,
  })
  return {
    version: 1,
    module: KEY as ProbeManifest['module'],
    id: 'test.js',
    sourceHash: KEY,
    sources: [{ path: 'test.js' }],
    probes: probes.map(probe => (typeof probe === 'string' ? functionProbe(probe) : probe)),
  } // SAFE: a test key
}

/** Levels in a module's table, one a probe. */
export const levelsIn = (table: Int32Array): number[] => Array.from(table, word => word & LEVEL_MASK)

export const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
