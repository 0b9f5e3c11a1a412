/** `hindscope level`: how much is recorded from now on, while the program runs. */
import { HindscopeError, LEVELS, formatLevelTarget, parseLevelTarget } from '@hindscope/protocol'
import type { Level, LevelOutcome, LevelRule } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { countText } from '../format/units.ts'
import { findCollector } from '../sources/collector-address.ts'
import { dataDirOf } from '../sources/config.ts'
import { createControl, createHttpEngine } from '../sources/http-engine.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'

export interface LevelFlags {
  readonly session?: string
  readonly json?: boolean
}

const isLevel = (text: string): text is LevelRule['level'] => text === 'plan' || LEVELS.includes(text as Level)

export async function level(target: string, wanted: string, flags: LevelFlags, terminal: Terminal): Promise<ExitCode> {
  if (!isLevel(wanted)) throw new HindscopeError('cli-bad-option', { option: 'level', value: wanted, allowed: `${LEVELS.join(', ')}, plan` })
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') throw new HindscopeError('cli-no-collector', { folder: dataDir })
  const { address } = found
  const trace = { name: address.url, engine: createHttpEngine(address), damage: [], [Symbol.asyncDispose]: () => Promise.resolve() }
  const session = flags.session === undefined ? address.session : (await pickSession(trace, flags.session)).session
  const rule: LevelRule = { ...parseLevelTarget(target), level: wanted }
  const outcome = await createControl(address).setLevels({ session, rules: [rule] })
  if (flags.json === true) terminal.print(JSON.stringify({ session, ...outcome }))
  else for (const line of outcomeLines(rule, outcome)) terminal.print(line)
  return ExitCode.ok
}

function outcomeLines(rule: LevelRule, { functions, capped, realms, answered, changed }: LevelOutcome): string[] {
  const what = `${formatLevelTarget(rule)}: ${rule.level === 'plan' ? 'as built' : rule.level}`
  const known =
    functions === 0 ? 'No known function is named by this; modules that come later may have some.' : `${countText(functions, 'function')}.`
  return [
    `${what}. ${known}`,
    ...(capped === 0
      ? []
      : [`${countText(capped, 'function')} of these can record no more than the build put there; build with a higher level for more.`]),
    realms === 0
      ? 'No program is connected now; the rule holds for those that come.'
      : `${answered} of ${countText(realms, 'connected realm')} took it, ${countText(changed, 'probe')} changed.`,
  ]
}
