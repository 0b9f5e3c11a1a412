/** The instrumentation plan: what to capture, per function. `analysis` writes it, the plugin and `instrument` read exactly this type. */

/** How much a probe captures; each level includes the ones before it. The digits are the bytes of the recorder's level table. */
export const LEVELS = ['off', 'count', 'calls', 'values', 'statements'] as const
export type Level = (typeof LEVELS)[number]
export const levelDigit = (level: Level): number => LEVELS.indexOf(level)
export const levelOfDigit = (digit: number): Level | undefined => LEVELS[digit]

/** A rule for some functions; the last rule that matches wins. */
export interface PlanOverride {
  /** Glob over the project-relative path (`src/cart/**`), or absent for all files. */
  readonly file?: string
  /** Exact name as in the manifest (`Cart.total`), or absent for all functions of the file. */
  readonly function?: string
  readonly level?: Level
  /** Share of calls recorded, (0, 1]. */
  readonly sample?: number
  /** Names of arguments to keep; others are recorded as absent. Absent = all. */
  readonly args?: readonly string[]
  /** At level `statements`: also the value of every call, property read and operator. */
  readonly expressions?: boolean
}

export interface InstrumentationPlan {
  readonly level: Level
  readonly overrides?: readonly PlanOverride[]
  /** Names whose values are never read: parameters, bindings. Compared as redactionKey does. */
  readonly redact?: readonly string[]
}

export const DEFAULT_PLAN: InstrumentationPlan = { level: 'values' }
