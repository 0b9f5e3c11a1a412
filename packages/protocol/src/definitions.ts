/** What must be known to read events: realms, modules, manifests, incidents, remarks of the collector. Sent apart from events, repeated on reconnect, never dropped. */
import type { RealmKindName } from './events.ts'
import type { AnnotationDefinition, EnvironmentDefinition } from './file-definitions.ts'
import type { GapDefinition, IncidentDefinition, IncidentRealmsDefinition, KeptDefinition } from './incidents.ts'
import type { ModuleKey, RealmId, SessionId } from './ids.ts'
import type { ProbeManifest } from './probe-manifest.ts'
import type { ClockDefinition, NoteDefinition } from './recording-notes.ts'

export type Definition =
  | RealmDefinition
  | ModuleDefinition
  | ManifestDefinition
  | IncidentDefinition
  | KeptDefinition
  | GapDefinition
  | IncidentRealmsDefinition
  | ClockDefinition
  | NoteDefinition
  | EnvironmentDefinition
  | AnnotationDefinition

/** One JS global that records. */
export interface RealmDefinition {
  readonly kind: 'realm'
  readonly session: SessionId
  readonly realm: RealmId
  readonly realmKind: RealmKindName
  /** What people call it: page title or path, script name. */
  readonly name: string
  /** Page URL, or the script and its arguments. */
  readonly url: string
  /** Process id, 0 in a browser. */
  readonly pid: number
  /**
   * The recorded realm that made this one, where the platform tells: the page around a frame or behind a popup, of the same origin; the
   * thread that started a worker thread.
   */
  readonly parent?: RealmId
  /** Process that started this one; a main thread of Node only. */
  readonly parentPid?: number
  /** Engine or browser with version, for example `node v20.20.2`. */
  readonly platform: string
  /** Milliseconds since 1970 when the recorder was installed. */
  readonly startedMs: number
  /** Present when the realm holds this much in its ring and hands it on around incidents only. */
  readonly keepSeconds?: number
}

/** The realm-wide probe ids that one module got: [base, base + count). */
export interface ModuleDefinition {
  readonly kind: 'module'
  readonly realm: RealmId
  readonly module: ModuleKey
  readonly base: number
  readonly count: number
}

/** The manifest itself, where the recorder has it (plain Node, exported files). */
export interface ManifestDefinition {
  readonly kind: 'manifest'
  readonly manifest: ProbeManifest
}
