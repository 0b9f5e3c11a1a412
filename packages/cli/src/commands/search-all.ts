/** `query --all-sessions`: one question over every session in memory, on disk and archived. */
import { HindscopeError } from '@hindscope/protocol'
import type { EventFilter } from '@hindscope/protocol'
import type { SearchAllAnswer } from '@hindscope/store'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { tierLine } from '../format/sql-rows.ts'
import { tableLines } from '../format/table-lines.ts'
import { openTiers } from '../sources/tiers.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface SearchAllFlags {
  readonly where?: string
  readonly filter: EventFilter
  readonly limit: number
  readonly cold?: string
  readonly json?: boolean
}

/** Digits of a session's id that people see. */
const SHORT = 8

export async function searchAll({ where, filter, limit, cold, json }: SearchAllFlags, terminal: Terminal): Promise<ExitCode> {
  await using tiers = await openTiers(cold, terminal)
  const query = { limit, ...(where === undefined ? { filter } : { query: where }) }
  const answer = await withProgress(terminal, 'Reading all sessions', () => tiers.searchAll(query))
  if (answer.kind === 'groups') printGroups(answer, json, terminal)
  else for (const row of answer.rows) terminal.print(json === true ? JSON.stringify(row) : `${row.session.slice(0, SHORT)} ${rowText(row, false)}`)
  for (const report of answer.tiers) terminal.note(tierLine(report))
  if (answer.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${answer.completeness.reason}`)
  if (answer.more) terminal.note(`Only the first ${answer.rows.length} rows: --limit asks for more.`)
  else if (answer.rows.length === 0) terminal.note('No event matches.')
  return ExitCode.ok
}

function printGroups({ columns, rows }: Extract<SearchAllAnswer, { kind: 'groups' }>, json: boolean | undefined, terminal: Terminal): void {
  if (json !== true) {
    if (rows.length > 0) for (const line of tableLines(columns, rows)) terminal.print(line)
    return
  }
  for (const row of rows) terminal.print(JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))))
}

/** What only one session can be asked for. */
export function refuseForAll(options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || value === false) continue
    throw new HindscopeError('cli-bad-option', { option: `--${option}`, value: String(value), allowed: 'nothing beside --all-sessions' })
  }
}
