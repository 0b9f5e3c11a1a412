/** Which level the instrumentation plan gives a function. */
import type { InstrumentationPlan, Level, PlanOverride } from '@hindscope/protocol'

export interface Selection {
  readonly level: Level
  /** Names of arguments to keep; undefined keeps all. */
  readonly args: readonly string[] | undefined
  /** Share of calls that the plan asks for; 1 when it does not say. */
  readonly sample: number
  readonly expressions: boolean
}

export interface FunctionAddress {
  /** Paths by which people may name the file: the original source and the module id. */
  readonly files: readonly string[]
  readonly name: string
}

/** Each setting comes from the last matching override that has it. */
export function selectFunction(plan: InstrumentationPlan, address: FunctionAddress): Selection {
  let level = plan.level
  let args: readonly string[] | undefined
  let sample = 1
  let expressions = false
  for (const override of plan.overrides ?? []) {
    if (!matches(override, address)) continue
    level = override.level ?? level
    args = override.args ?? args
    sample = override.sample ?? sample
    expressions = override.expressions ?? expressions
  }
  return { level, args, sample, expressions }
}

/** Some function may be recorded at `level`. */
export const mentionsLevel = (plan: InstrumentationPlan, level: Level): boolean =>
  plan.level === level || (plan.overrides ?? []).some(override => override.level === level)

export const mentionsExpressions = (plan: InstrumentationPlan): boolean => (plan.overrides ?? []).some(override => override.expressions === true)

function matches(override: PlanOverride, { files, name }: FunctionAddress): boolean {
  if (override.function !== undefined && override.function !== name) return false
  if (override.file === undefined) return true
  const pattern = globPattern(override.file)
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
