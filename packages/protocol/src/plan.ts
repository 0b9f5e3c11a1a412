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

/** A function as rules name it. */
export interface FunctionAddress {
  /** Paths by which people may name the file: the original source and the module id. */
  readonly files: readonly string[]
  readonly name: string
}

export function matchesFunction(rule: Pick<PlanOverride, 'file' | 'function'>, { files, name }: FunctionAddress): boolean {
  if (rule.function !== undefined && rule.function !== name) return false
  if (rule.file === undefined) return true
  const pattern = globPattern(rule.file)
  return files.some(file => pattern.test(file))
}

/** `**` stands for any folders, `*` for anything within one path segment, `?` for one character of it; all else is literal. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, token => {
    if (token === '**/') return '(?:.*/)?'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    return token === '?' ? '[^/]' : `\\${token}`
  })
  return new RegExp(`^${source}$`, 'u')
}

/** Who sets levels. `plan`: nobody asks for anything else any more. */
export type LevelAuthor = 'user' | 'governor' | 'plan'

/** What people ask for while the program runs; `plan` is what was built in. The last rule that matches a function wins. */
export interface LevelRule {
  readonly file?: string
  readonly function?: string
  readonly level: Level | 'plan'
}

/** Rules of a session; `revision` goes up with each change of them. */
export interface LevelRules {
  readonly revision: number
  readonly rules: readonly LevelRule[]
}

/** `src/cart/**`, `src/cart.ts:Cart.total`, or `:Cart.total` for any file. */
export function parseLevelTarget(text: string): Pick<LevelRule, 'file' | 'function'> {
  const colon = text.lastIndexOf(':')
  const file = colon === -1 ? text : text.slice(0, colon)
  const name = colon === -1 ? '' : text.slice(colon + 1)
  return { ...(file === '' || (file === '**' && name === '') ? {} : { file }), ...(name === '' ? {} : { function: name }) }
}
export const formatLevelTarget = ({ file, function: name }: Pick<LevelRule, 'file' | 'function'>): string =>
  name === undefined ? (file ?? '**') : `${file ?? ''}:${name}`
