/** `hindscope state <event>`: stack, variables, stores and module versions right after an event. */
import { ExitCode } from '../exit-code.ts'
import { stateLines } from '../format/state-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'
import { eventRef } from './event-ref.ts'

export interface StateFlags {
  readonly trace?: string
  readonly json?: boolean
}

export async function state(event: string, flags: StateFlags, terminal: Terminal): Promise<ExitCode> {
  const ref = eventRef(event)
  await using trace = await openTrace(flags.trace, terminal)
  const { session } = await pickSession(trace, flags.trace)
  const answer = await trace.engine.state({ session, ref })
  if (flags.json === true) terminal.print(JSON.stringify(answer))
  else for (const line of stateLines(answer)) terminal.print(line)
  if (answer.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${answer.completeness.reason}`)
  return ExitCode.ok
}
