/** `hindscope levels`: how much of each function is recorded, and the rules that people asked for. */
import type { FunctionLevel, LevelRules } from '@hindscope/protocol'
import { formatLevelTarget, formatRef } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { countText } from '../format/units.ts'
import { findCollector } from '../sources/collector-address.ts'
import { dataDirOf } from '../sources/config.ts'
import { createControl } from '../sources/http-engine.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'

export interface LevelsFlags {
  readonly file?: string
  readonly function?: string
  readonly changed?: boolean
  readonly json?: boolean
}

const MOST = 100_000

export async function levels(target: string | undefined, flags: LevelsFlags, terminal: Terminal): Promise<ExitCode> {
  await using trace = await openTrace(target, terminal)
  const { session, live } = await pickSession(trace, target)
  const filter = { ...(flags.file === undefined ? {} : { file: flags.file }), ...(flags.function === undefined ? {} : { function: flags.function }) }
  const page = await trace.engine.levels({ session, ...filter, limit: MOST })
  const rules = live ? await rulesOf(session, terminal) : undefined
  const functions = flags.changed === true ? page.functions.filter(isChanged) : page.functions
  if (flags.json === true) {
    terminal.print(JSON.stringify({ session, ...(rules === undefined ? {} : { rules: rules.rules }), functions }))
    return ExitCode.ok
  }
  for (const rule of rules?.rules ?? []) terminal.print(`rule ${formatLevelTarget(rule)} ${rule.level}`)
  for (const line of levelLines(functions)) terminal.print(line)
  if (functions.length === 0) terminal.note(flags.changed === true ? 'No function has another level than it was built with.' : 'No function matches.')
  return ExitCode.ok
}

const isChanged = ({ built, tracks }: FunctionLevel): boolean => tracks.some(({ level, changes }) => changes > 0 || level !== built)

/** Undefined when the session is read from its files, or recorded by somebody else. */
async function rulesOf(session: string, terminal: Terminal): Promise<LevelRules | undefined> {
  const found = await findCollector(dataDirOf(terminal), terminal.env)
  return found.kind === 'alive' ? createControl(found.address).levelRules({ session }) : undefined
}

/** `src/cart.ts`, then `  12  Cart.total  off (built values) by user, 3 changes, last 0.42  17 calls`. */
export function levelLines(functions: readonly FunctionLevel[]): string[] {
  const lines: string[] = []
  let file = ''
  const width = functions.reduce((most, { name }) => Math.max(most, name.length), 0)
  for (const each of functions) {
    if (each.location.file !== file) lines.push((file = each.location.file))
    const counted = each.counted === 0 ? '' : `, ${each.counted.toLocaleString('en')} only counted`
    const calls = `${countText(each.calls, 'call')} recorded${counted}`
    lines.push(`  ${String(each.location.line).padStart(5)}  ${each.name.padEnd(width)}  ${levelText(each)}  ${calls}`)
  }
  return lines
}

/** Realms with the same level and author are one. */
function levelText({ built, tracks }: FunctionLevel): string {
  const texts = new Set(
    tracks.map(({ level, by, reason, changes, ref }) => {
      const from = level === built ? level : `${level} (built ${built})`
      if (changes === 0 || ref === undefined) return from
      return `${from} by ${by ?? 'nobody known'}${reason === undefined ? '' : `: ${reason}`}, ${countText(changes, 'change')}, last ${formatRef(ref)}`
    }),
  )
  return texts.size === 0 ? built : [...texts].join(' | ')
}
