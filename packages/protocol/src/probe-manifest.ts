/**
 * The static table of probes of one instrumented module: what the plugin publishes and every reader joins events with.
 * Lines are 1-based, columns 0-based UTF-16 units, in the *original* source.
 */
import type { ModuleKey } from './ids.ts'
import type { Level } from './plan.ts'

export const MANIFEST_VERSION = 1

export type FunctionKind = 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor' | 'derived-constructor' | 'field' | 'static-block'

/** [startLine, startColumn, endLine, endColumn) in `sources[source]`. */
export type SourceRange = readonly [startLine: number, startColumn: number, endLine: number, endColumn: number]

interface ProbeBase {
  /** Index into `sources`. */
  readonly source: number
  readonly range: SourceRange
  /** Level that the plan gave this probe; the recorder may change it while running. */
  readonly level: Level
  /** Index of the function probe around this one, -1 at module level. */
  readonly parent: number
}

export interface FunctionProbe extends ProbeBase {
  readonly kind: 'function'
  /** The name as the language infers it, with its class or object: `Cart.total`; `(anonymous)` when there is none. */
  readonly name: string
  readonly functionKind: FunctionKind
  readonly async: boolean
  readonly generator: boolean
  /** Names of the recorded arguments, in the order in which call-enter writes them. `arguments` stands for the arguments object. */
  readonly params: readonly string[]
}

export interface WriteProbe extends ProbeBase {
  readonly kind: 'write'
  /** The binding written. */
  readonly name: string
  readonly declaration: boolean
}

export type Probe = FunctionProbe | WriteProbe

export interface ManifestSource {
  /** Project-relative path with forward slashes, as people know the file. */
  readonly path: string
  /** Original text; absent when the map did not carry it. */
  readonly content?: string
}

export interface ProbeManifest {
  readonly version: typeof MANIFEST_VERSION
  readonly module: ModuleKey
  /** The id given to `instrument`: the bundler's module id made project-relative. */
  readonly id: string
  /** Hash of the text that was instrumented (16 hex digits). */
  readonly sourceHash: string
  readonly sources: readonly ManifestSource[]
  /** Index = probe index: ProbeId is the realm's base for this module + index. */
  readonly probes: readonly Probe[]
}
