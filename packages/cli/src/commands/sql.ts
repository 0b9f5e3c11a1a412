/** SQL over what was recorded: sessions on disk (warm) and archived ones (cold). The views are in docs/sql.md. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { HindscopeError, nearest } from '@hindscope/protocol'
import { VIEWS, VIEW_NAMES } from '@hindscope/store'
import type { SqlQuery } from '@hindscope/store'
import { ExitCode } from '../exit-code.ts'
import { SQL_FORMATS, sqlLines, tierLine } from '../format/sql-rows.ts'
import type { SqlFormat } from '../format/sql-rows.ts'
import { tableLines } from '../format/table-lines.ts'
import { openTiers } from '../sources/tiers.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface SqlFlags {
  readonly file?: string
  readonly tier: string
  readonly limit: string
  readonly timeout: string
  readonly format?: string
  readonly cold?: string
  readonly schema?: boolean
  /** As `--format json`. */
  readonly json?: boolean
}

const bad = (option: string, value: string, allowed: string): HindscopeError => new HindscopeError('cli-bad-option', { option, value, allowed })

export async function sql(statement: string | undefined, flags: SqlFlags, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(flags)
  if (flags.schema === true) return printSchema(format, terminal)
  const query: SqlQuery = {
    statement: statementOf(statement, flags, terminal),
    tier: tierOf(flags.tier),
    limit: wholeNumber('--limit', flags.limit, 1_000_000),
    timeoutSeconds: wholeNumber('--timeout', flags.timeout, 3600),
  }
  await using tiers = await openTiers(flags.cold, terminal, { coldOnly: query.tier === 'cold' })
  const answer = await withProgress(terminal, 'Reading what was recorded', () => tiers.sql(query))
  for (const line of sqlLines(answer, format)) terminal.print(line)
  if (answer.more) terminal.note(`Only the first ${answer.rows.length} rows: --limit asks for more.`)
  if (format === 'table') for (const report of answer.tiers) terminal.note(tierLine(report))
  else for (const report of answer.tiers) if (report.completeness.kind === 'partial') terminal.note(tierLine(report))
  return ExitCode.ok
}

function statementOf(statement: string | undefined, { file }: SqlFlags, terminal: Terminal): string {
  if (statement !== undefined && file !== undefined) throw bad('--file', file, 'nothing beside a statement')
  if (statement !== undefined) return statement
  if (file === undefined) throw bad('statement', '', 'a statement, --file or --schema')
  try {
    return readFileSync(resolve(terminal.cwd, file), 'utf8')
  } catch (error) {
    throw bad('--file', file, `a file that can be read (${error instanceof Error ? error.message : String(error)})`)
  }
}

function formatOf({ format, json }: SqlFlags): SqlFormat {
  const text = format ?? (json === true ? 'json' : 'table')
  const found = SQL_FORMATS.find(each => each === text)
  if (found === undefined) throw bad('--format', text, `${SQL_FORMATS.join(', ')}. Did you mean "${nearest(text, SQL_FORMATS)}"?`)
  return found
}

function tierOf(text: string): NonNullable<SqlQuery['tier']> {
  if (text === 'warm' || text === 'cold' || text === 'all') return text
  throw bad('--tier', text, 'warm, cold, all')
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw bad(option, text, `a whole number from 1 to ${max}`)
  return value
}

function printSchema(format: SqlFormat, terminal: Terminal): ExitCode {
  const rows = VIEW_NAMES.flatMap(view => VIEWS[view].map(({ name, type, meaning }) => [view, name, type, meaning]))
  const columns = ['view', 'column', 'type', 'meaning'].map(name => ({ name, type: 'VARCHAR' }))
  const lines =
    format === 'table'
      ? tableLines(
          columns.map(({ name }) => ({ name, unit: 'text' })),
          rows,
        )
      : sqlLines({ columns, rows }, format)
  for (const line of lines) terminal.print(line)
  return ExitCode.ok
}
