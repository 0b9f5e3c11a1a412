/** Programs with hand-written probes, as instrument writes them, in a realm of their own. */
import { dumpEvents } from '@hindscope/testkit'
import type { ProbeHook, ProbeManifest } from '@hindscope/protocol'
import { createHook, defineHook } from '../src/hook-object.ts'
import type { SharedHook } from '../src/hook-object.ts'
import { createRecorder } from '../src/index.ts'
import type { RecorderHandle, RecorderOptions } from '../src/index.ts'

export interface Probed {
  readonly hook: ProbeHook
  readonly recorder: RecorderHandle
  /** Enters the function that has this name, with arguments. */
  enter(name: string, ...args: unknown[]): number
  dump(): string
  close(): void
}

const KEY = '00000000000000aa'

/** A module whose functions have these names, all at `level`, recorded in memory. */
export function probed(names: readonly string[], options: Partial<RecorderOptions> & { readonly digit?: string } = {}): Probed {
  const realm = {}
  const hook: SharedHook = createHook()
  defineHook(realm, hook)
  const { digit = '3', ...rest } = options
  const levels = hook.m(KEY, digit.repeat(names.length))
  const base = hook.b
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000, ...rest })
  recorder.install(realm)
  return {
    hook,
    recorder,
    enter: (name, ...args) => {
      const index = names.indexOf(name)
      if (!levels[index]) return 0
      return args.length === 0 ? hook.e(base + index) : hook.en(base + index, args)
    },
    dump: () => dumpEvents(recorder.chunks(), { manifests: [manifest(names)] }),
    close: () => recorder.uninstall(),
  }
}

export function manifest(names: readonly string[]): ProbeManifest {
  const probe = (name: string): ProbeManifest['probes'][number] => ({
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
    probes: names.map(probe),
  } // SAFE: a test key
}

export const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
