/** `hindscope info`: what a trace holds, and what of it is damaged. */
import { ExitCode } from '../exit-code.ts'
import { bytesText, countText, durationText } from '../format/units.ts'
import { sessionLines } from '../format/session-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import type { Terminal } from '../terminal.ts'

export interface SummaryFlags {
  readonly json?: boolean
}

/** Exit code `problem` when anything is damaged, so that scripts notice. */
export async function traceSummary(target: string | undefined, flags: SummaryFlags, terminal: Terminal): Promise<ExitCode> {
  await using trace = await openTrace(target, terminal)
  const sessions = await trace.engine.sessions()
  const details = await Promise.all(
    sessions.map(async summary => {
      const query = { session: summary.session }
      const [sources, functions] = await Promise.all([trace.engine.sources(query), trace.engine.functions({ ...query, limit: 10 })])
      return { ...summary, sources, topFunctions: functions }
    }),
  )
  const isDamaged = trace.damage.length > 0 || sessions.some(session => session.damage.length > 0)
  if (flags.json === true) terminal.print(JSON.stringify({ from: trace.name, sessions: details, damage: trace.damage }))
  else {
    terminal.print(`${trace.name}: ${countText(sessions.length, 'session')}${trace.bytes === undefined ? '' : `, ${bytesText(trace.bytes)}`}`)
    for (const session of details) {
      for (const line of sessionLines(session)) terminal.print(line)
      for (const source of session.sources) {
        terminal.print(
          `  ${source.path}: ${countText(source.functions, 'function')}, ${countText(source.calls, 'call')}, ${countText(source.errors, 'error')}`,
        )
      }
      for (const { name, calls, totalUs } of session.topFunctions) terminal.print(`  ${name}: ${countText(calls, 'call')}, ${durationText(totalUs)}`)
    }
    if (sessions.length === 0) for (const damage of trace.damage) terminal.print(`  damage at byte ${damage.offset}: ${damage.message}`)
  }
  return isDamaged || sessions.length === 0 ? ExitCode.problem : ExitCode.ok
}
