/**
 * Which positional parameters of an SQL statement stand for something whose name is masked: `password = $2`, `token LIKE ?`, and the columns
 * of `INSERT INTO users (email, password) VALUES ($1, $2)`. The text is only looked through for these forms, not parsed: a parameter that is
 * used in another way is masked by its form and by taint alone, as a value without a name is.
 */
import { SafeMap, SafeWeakMap } from '../recorder/intrinsics.ts'

const NONE: ReadonlySet<number> = new Set()
/** Programs have few statements with parameters; texts that are made up each time drive out the oldest. */
const MAX_REMEMBERED = 500
/** Longer texts list many rows: the columns stand at their beginning. */
const MAX_TEXT = 5_000

const PLACE = /\$(\d+)|\?(\d*)/g
const COMPARED = /([\w$"`.[\]]+)\s*(?:=|<>|!=|\blike\b|\bilike\b)\s*$/i
const INSERT = /\b(?:insert|replace)\s+(?:or\s+\w+\s+)?into\s+[\w$"`.[\]]+\s*\(([^)]*)\)\s*(?:overriding\s+\w+\s+value\s+)?values\s*/i
/** How far before a parameter its name stands. */
const MAX_BEFORE = 200

const remembered = new SafeWeakMap<(name: string) => boolean, SafeMap<string, ReadonlySet<number>>>()

/** Indexes, from 0. */
export function maskedParameters(statement: string, isRedacted: (name: string) => boolean): ReadonlySet<number> {
  let known = remembered.get(isRedacted)
  if (known === undefined) remembered.set(isRedacted, (known = new SafeMap()))
  const before = known.get(statement)
  if (before !== undefined) return before
  const found = find(statement.slice(0, MAX_TEXT), isRedacted)
  if (known.size >= MAX_REMEMBERED) for (const oldest of known.keys()) if (known.delete(oldest)) break
  known.set(statement, found)
  return found
}

function find(text: string, isRedacted: (name: string) => boolean): ReadonlySet<number> {
  const found = new Set<number>()
  const insert = INSERT.exec(text)
  const columns = (insert?.[1] ?? '').split(',').map(plainName)
  const rowsFrom = insert === null ? Infinity : insert.index + insert[0].length
  let number = 0
  for (const place of text.matchAll(PLACE)) {
    const named = place[1] ?? place[2]
    const index = named === undefined || named === '' ? number : Number(named) - 1
    number++
    const compared = COMPARED.exec(text.slice(Math.max(0, place.index - MAX_BEFORE), place.index))?.[1]
    const name = compared ?? (place.index >= rowsFrom ? columns[columnAt(text, rowsFrom, place.index)] : undefined)
    if (name !== undefined && isRedacted(plainName(name))) found.add(index)
  }
  return found.size === 0 ? NONE : found
}

/** Without table and quotes. */
const plainName = (name: string): string => name.slice(name.lastIndexOf('.') + 1).replace(/[\s"`[\]]/g, '')

/** Which item of its row `to` is in. */
function columnAt(text: string, from: number, to: number): number {
  let depth = 0
  let column = 0
  for (let at = from; at < to; at++) {
    const character = text[at]
    if (character === '(') {
      if (depth++ === 0) column = 0
    } else if (character === ')') depth--
    else if (character === "'") at = Math.max(at, text.indexOf("'", at + 1))
    else if (character === ',' && depth === 1) column++
  }
  return column
}
