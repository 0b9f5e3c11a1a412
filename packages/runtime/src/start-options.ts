/** What `start` takes, in every environment. */
import { EventKind, RealmKind } from '@hindscope/protocol'
import type { HindscopeConfig, ProbeManifest } from '@hindscope/protocol'
import { findHook } from './hook-object.ts'
import { createRecorder } from './install.ts'
import type { RecorderHandle, RecorderOptions } from './install.ts'
import { ownKind } from './realm.ts'

export interface StartOptions {
  /** Collector to send to (ws:// or http://); found by itself when absent. */
  readonly url?: string
  readonly token?: string
  /** 32 hex digits. */
  readonly session?: string
  readonly config?: Partial<HindscopeConfig>
  /** What `config.redactWith` names: the default export of that module. */
  readonly redactWith?: RecorderOptions['redactWith']
  /** What people call this realm. */
  readonly name?: string
  /** Gives the manifest of a module where it is at hand. */
  readonly manifests?: (key: string) => ProbeManifest | undefined
}

/** The recorder that `start` installed in this realm; a second call gives it again. */
let started: RecorderHandle | undefined
export const startedRecorder = (): RecorderHandle | undefined => started

/** True when this realm records already, started by this copy of the package or another one. */
export function isRecording(): boolean {
  const hook = findHook(globalThis)
  return hook !== undefined && (hook === 'foreign' || hook.registry.onModule !== undefined)
}

export function recorderOptions(options: StartOptions): Omit<RecorderOptions, 'sink'> {
  const { redact, redactOff, redactPatterns, taint } = options.config ?? {}
  const { level, ringEvents, maxDepth, maxWidth, maxString, flushMs, overhead, maxBufferedBytes, keep, keepSeconds, keepAfterSeconds, keepBytes } =
    options.config ?? {}
  const session = options.session || undefined
  const kept = { keep, keepSeconds, keepAfterSeconds, keepBytes }
  const secrets = { redact, redactOff, redactPatterns, taint, redactWith: options.redactWith }
  const given = { ...secrets, ringEvents, maxDepth, maxWidth, maxString, flushMs, overhead, maxBufferedBytes, ...kept, session }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<RecorderOptions> // SAFE: same names, same types
  return {
    ...present,
    // The plan's levels are in the modules; the config's level was their default, not a limit. Only `off` and `count` limit.
    ...(level === 'off' || level === 'count' ? { level } : {}),
    ...(options.name === undefined ? {} : { realmName: options.name }),
    ...(options.manifests === undefined ? {} : { manifests: options.manifests }),
  }
}

/** Creates, installs and announces the recorder of this realm. */
export function startRecorder(options: RecorderOptions, facts: object): RecorderHandle | undefined {
  const recorder = createRecorder(options)
  if (!recorder.install(globalThis)) return undefined
  started = recorder
  recorder.access.record(EventKind.realmStart, RealmKind[ownKind()], [facts])
  return recorder
}
