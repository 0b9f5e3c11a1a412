/** `hindscope incidents`: what went wrong, and what was kept of it; with an id, the events of its window. */
import { HindscopeError } from '@hindscope/protocol'
import type { IncidentRow } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { incidentLines } from '../format/incident-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { OpenTrace } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'

export interface IncidentFlags {
  /** Id, or its first characters. */
  readonly show?: string
  readonly json?: boolean
}

export async function incidents(target: string | undefined, flags: IncidentFlags, terminal: Terminal): Promise<ExitCode> {
  await using trace = await openTrace(target, terminal)
  const session = await pickSession(trace, target)
  const rows = await trace.engine.incidents({ session: session.session })
  if (flags.show !== undefined) return show(trace, session.session, pick(rows, flags.show), flags, terminal)
  if (flags.json === true) for (const row of rows) terminal.print(JSON.stringify(row))
  else for (const row of rows) for (const line of incidentLines(row, session)) terminal.print(line)
  if (rows.length === 0) terminal.note('No incident.')
  return ExitCode.ok
}

function pick(rows: readonly IncidentRow[], id: string): IncidentRow {
  const found = rows.find(row => row.id === id) ?? rows.find(row => row.id.startsWith(id))
  if (found !== undefined) return found
  throw new HindscopeError('cli-bad-option', {
    option: '--show',
    value: id,
    allowed: rows.map(row => row.id).join(', ') || 'nothing: there is no incident',
  })
}

async function show(trace: OpenTrace, session: string, incident: IncidentRow, flags: IncidentFlags, terminal: Terminal): Promise<ExitCode> {
  const window = { session, fromUs: incident.fromUs, toUs: incident.untilUs, limit: 1000 }
  let cursor: string | undefined
  do {
    const page = await trace.engine.events(cursor === undefined ? window : { ...window, cursor })
    for (const row of page.rows) terminal.print(rowText(row, flags.json))
    cursor = page.cursor
  } while (cursor !== undefined)
  return ExitCode.ok
}
