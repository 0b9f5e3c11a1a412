/** Rows of an SQL answer as a table for people, CSV, JSON or JSON lines. */
import type { SqlAnswer, SqlCell, TierReport } from '@hindscope/store'
import { countText } from './units.ts'
import { tableLines } from './table-lines.ts'

export const SQL_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const
export type SqlFormat = (typeof SQL_FORMATS)[number]

type Rows = Pick<SqlAnswer, 'columns' | 'rows'>

const WRITERS: Readonly<Record<SqlFormat, (answer: Rows) => readonly string[]>> = {
  table: tableOf,
  csv: ({ columns, rows }) => [columns.map(({ name }) => csvCell(name)).join(','), ...rows.map(row => row.map(csvCell).join(','))],
  json: answer => [JSON.stringify(objectsOf(answer), null, 2)],
  ndjson: answer => objectsOf(answer).map(row => JSON.stringify(row)),
}

export const sqlLines = (answer: Rows, format: SqlFormat): readonly string[] => WRITERS[format](answer)

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/
const textOf = (cell: SqlCell): string => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell))

function tableOf({ columns, rows }: Rows): readonly string[] {
  const headings = columns.map(({ name, type }) => ({ name, unit: NUMERIC.test(type) ? ('number' as const) : ('text' as const) }))
  const cells = rows.map(row => row.map(cell => (cell === null || typeof cell === 'number' ? cell : textOf(cell))))
  return tableLines(headings, cells)
}

/** RFC 4180: quoted where it holds a quote, a comma or a line break. */
function csvCell(cell: SqlCell): string {
  const text = cell === null ? '' : textOf(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Columns of the same name get a number: an object has each name once. */
function objectsOf({ columns, rows }: Rows): readonly object[] {
  const seen = new Map<string, number>()
  const names = columns.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
  return rows.map(row => Object.fromEntries(names.map((name, i) => [name, row[i]])))
}

/** `warm: 3 sessions, 12 rows, 4 ms`. */
export function tierLine({ tier, sessions, rows, opened, ms, completeness }: TierReport): string {
  const parts = [
    countText(sessions, 'session'),
    ...(opened === undefined ? [] : [`${opened} opened`]),
    ...(rows === undefined ? [] : [countText(rows, 'row')]),
    `${Math.round(ms)} ms`,
  ]
  return `${tier}: ${parts.join(', ')}${completeness.kind === 'partial' ? `; incomplete: ${completeness.reason}` : ''}`
}
