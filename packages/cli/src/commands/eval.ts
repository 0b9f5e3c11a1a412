/** `hindscope eval <event> <expression>`: an expression over recorded values; no code of the program runs. */
import { HindscopeError, formatRef } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { valueLines } from '../format/value-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'
import { eventRef } from './event-ref.ts'

export interface EvalFlags {
  readonly trace?: string
  readonly frame?: string
  readonly json?: boolean
}

/** A missing value is a problem found, not a failure. */
export async function evaluate(event: string, expression: string, flags: EvalFlags, terminal: Terminal): Promise<ExitCode> {
  const ref = eventRef(event)
  const { frame = '0' } = flags
  if (!/^\d{1,6}$/.test(frame))
    throw new HindscopeError('cli-bad-option', { option: '--frame', value: frame, allowed: 'a frame by its number in "state"' })
  await using trace = await openTrace(flags.trace, terminal)
  const { session } = await pickSession(trace, flags.trace)
  const answer = await trace.engine.evaluate({ session, ref, frame: Number(frame), expression })
  if (flags.json === true) terminal.print(JSON.stringify(answer))
  else if (answer.kind === 'value') {
    for (const line of valueLines(answer.value)) terminal.print(line)
    if (answer.sources.length > 0) terminal.note(`From ${answer.sources.map(formatRef).join(', ')}`)
    for (const doubt of answer.doubts) terminal.note(`Uncertain: ${doubt}`)
  } else terminal.note(`Missing: ${answer.path}: ${answer.reason}`)
  if (answer.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${answer.completeness.reason}`)
  return answer.kind === 'value' ? ExitCode.ok : ExitCode.problem
}
