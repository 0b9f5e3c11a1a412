/** Which level the instrumentation plan gives a function. */
import { matchesFunction } from '@hindscope/protocol'
import type { FunctionAddress, InstrumentationPlan, Level } from '@hindscope/protocol'

export interface Selection {
  readonly level: Level
  /** Names of arguments to keep; undefined keeps all. */
  readonly args: readonly string[] | undefined
  /** Share of calls that the plan asks for; 1 when it does not say. */
  readonly sample: number
  readonly expressions: boolean
}

/** Each setting comes from the last matching override that has it. */
export function selectFunction(plan: InstrumentationPlan, address: FunctionAddress): Selection {
  let level = plan.level
  let args: readonly string[] | undefined
  let sample = 1
  let expressions = false
  for (const override of plan.overrides ?? []) {
    if (!matchesFunction(override, address)) continue
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
