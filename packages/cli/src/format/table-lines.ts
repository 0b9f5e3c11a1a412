/** Groups as an aligned table. */
import type { SearchCell, SearchColumn } from '@hindscope/protocol'
import { harmless } from './event-lines.ts'
import { clockText, durationText } from './units.ts'

const isNumeric = ({ unit }: SearchColumn): boolean => unit === 'number' || unit === 'duration' || unit === 'time'

function cellText(cell: SearchCell | undefined, { unit }: SearchColumn): string {
  if (cell === null || cell === undefined) return '-'
  if (typeof cell !== 'number') return harmless(String(cell))
  if (unit === 'duration') return durationText(cell)
  if (unit === 'time') return clockText(cell)
  return Number.isInteger(cell) ? String(cell) : String(Math.round(cell * 1000) / 1000)
}

/** One heading, one line a row. Numbers stand at the right of their column; the lines have no blanks at their end. */
export function tableLines(columns: readonly SearchColumn[], rows: readonly (readonly SearchCell[])[]): string[] {
  const texts = rows.map(row => columns.map((column, i) => cellText(row[i], column)))
  const headings = columns.map(({ name }) => harmless(name))
  const widths = columns.map((_, i) => texts.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), headings[i]?.length ?? 0))
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, i) => (isNumeric(column) ? (cells[i] ?? '').padStart(widths[i] ?? 0) : (cells[i] ?? '').padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(headings), ...texts.map(line)]
}
