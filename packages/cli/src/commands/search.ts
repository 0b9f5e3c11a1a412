/** `query --where`: the query language on the command line. */
import { HindscopeError, formatQuery, parseQuery } from '@hindscope/protocol'
import type { SearchAnswer, SearchQuery, SessionSummary } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { tableLines } from '../format/table-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { OpenTrace } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'

export interface SearchFlags {
  readonly where: string
  /** Rows a page. */
  readonly limit: number
  readonly cursor?: string
  readonly all?: boolean
  readonly json?: boolean
  readonly explain?: boolean
}

/** Throws `query-syntax` before anything is opened. */
export async function search(target: string | undefined, flags: SearchFlags, terminal: Terminal): Promise<ExitCode> {
  const tree = parseQuery(flags.where)
  await using trace = await openTrace(target, terminal)
  const session = await pickSession(trace, target)
  // A limit in the text is the whole answer that was asked for: its pages are all printed.
  await printPages(trace, session, { ...flags, where: formatQuery(tree), all: flags.all === true || tree.limit !== undefined }, terminal)
  return ExitCode.ok
}

async function printPages(trace: OpenTrace, session: SessionSummary, flags: SearchFlags, terminal: Terminal): Promise<void> {
  const base: SearchQuery = { session: session.session, query: flags.where, limit: flags.limit }
  const groups: Extract<SearchAnswer, { kind: 'groups' }>[] = []
  let rows = 0
  let cursor = flags.cursor
  do {
    const answer = await trace.engine.search(cursor === undefined ? base : { ...base, cursor })
    if (answer.kind === 'events') for (const row of answer.rows) terminal.print(rowText(row, flags.json))
    else if (flags.json === true) for (const row of answer.rows) terminal.print(JSON.stringify(asObject(answer, row)))
    else groups.push(answer)
    rows += answer.rows.length
    cursor = answer.cursor
    if (answer.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${answer.completeness.reason}`)
    if (flags.explain === true) explain(answer, flags, terminal)
  } while (flags.all === true && cursor !== undefined)
  const [first] = groups
  if (first !== undefined && rows > 0)
    for (const line of tableLines(
      first.columns,
      groups.flatMap(each => each.rows),
    ))
      terminal.print(line)
  if (cursor !== undefined) terminal.note(`More rows match: --cursor ${cursor}, or --all.`)
  else if (rows === 0) terminal.note('No event matches.')
}

const asObject = ({ columns }: SearchAnswer, row: readonly unknown[]): object => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))

function explain({ explain: told }: SearchAnswer, { json }: SearchFlags, terminal: Terminal): void {
  if (json === true) return terminal.note(JSON.stringify({ explain: told }))
  terminal.note(`understood as: ${told.query === '' ? '(every event)' : told.query}`)
  terminal.note(`${told.rows} events looked at, ${told.decoded} decoded, ${told.matched} matched`)
  for (const { name, ms } of told.steps) terminal.note(`  ${name.padEnd(10)} ${ms.toFixed(2)} ms`)
}

/** What `--where` says itself and no other option may say beside it. */
export function refuseBeside(options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || value === false) continue
    throw new HindscopeError('cli-bad-option', {
      option: `--${option}`,
      value: String(value),
      allowed: `nothing beside --where, whose text says it (docs/query-language.md)`,
    })
  }
}
