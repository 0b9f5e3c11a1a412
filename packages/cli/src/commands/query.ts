/** Events that match a filter, one page or all of them. */
import { ConsoleLevel, EventKind, HindscopeError, nearest, tryParseRef } from '@hindscope/protocol'
import type { EventFilter, EventKindName, EventQuery } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'
import { refuseForAll, searchAll } from './search-all.ts'
import { refuseBeside, search } from './search.ts'

export interface FilterFlags {
  readonly function?: string
  readonly file?: string
  readonly line?: string
  readonly kind?: readonly string[]
  readonly errors?: boolean
  readonly text?: string
  readonly from?: string
  readonly to?: string
  readonly chain?: string
  readonly track?: readonly string[]
}

export interface QueryFlags extends FilterFlags {
  readonly limit: string
  readonly cursor?: string
  readonly order?: string
  readonly all?: boolean
  readonly json?: boolean
  /** In the query language; goes without the filters above. */
  readonly where?: string
  readonly explain?: boolean
  readonly allSessions?: boolean
  readonly cold?: string
}

const bad = (option: string, value: string, allowed: string): HindscopeError => new HindscopeError('cli-bad-option', { option, value, allowed })

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) throw bad(option, text, `a whole number from ${min} to ${max}`)
  return value
}

/** An ISO time, or seconds after the session's first event: `+1.5`. */
function timeUs(option: string, text: string, firstUs: number): number {
  if (/^\+\d+(\.\d+)?$/.test(text)) return firstUs + Number(text) * 1_000_000
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw bad(option, text, 'an ISO time (2026-01-31T12:00:00.5Z) or seconds after the first event (+1.5)')
  return ms * 1000
}

function kindName(text: string): EventKindName {
  if (Object.hasOwn(EventKind, text)) return text as EventKindName // SAFE: own key of the catalogue
  const known = Object.keys(EventKind)
  throw bad('--kind', text, `${known.join(', ')}. Did you mean "${Object.hasOwn(ConsoleLevel, text) ? 'console' : nearest(text, known)}"?`)
}

/** Flags as the protocol's filter. Throws `cli-bad-option`. */
export function filterOf(flags: FilterFlags, firstUs: number): EventFilter {
  const chain = flags.chain === undefined ? undefined : tryParseRef(flags.chain)
  if (flags.chain !== undefined && chain === undefined) throw bad('--chain', flags.chain, 'an event as the first columns show it: 0.42')
  return {
    ...(flags.function === undefined ? {} : { function: flags.function }),
    ...(flags.file === undefined ? {} : { file: flags.file }),
    ...(flags.line === undefined ? {} : { line: wholeNumber('--line', flags.line, 1, 10_000_000) }),
    ...(flags.kind === undefined ? {} : { kinds: flags.kind.map(kindName) }),
    ...(flags.track === undefined ? {} : { tracks: flags.track.map(text => wholeNumber('--track', text, 0, 1_000_000)) }),
    ...(flags.errors === true ? { errors: true } : {}),
    ...(flags.text === undefined ? {} : { text: flags.text }),
    ...(flags.from === undefined ? {} : { fromUs: timeUs('--from', flags.from, firstUs) }),
    ...(flags.to === undefined ? {} : { toUs: timeUs('--to', flags.to, firstUs) }),
    ...(chain === undefined ? {} : { chain }),
  }
}

export async function query(target: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.allSessions === true) return queryAll(target, flags, terminal)
  if (flags.cold !== undefined) throw bad('--cold', flags.cold, 'only beside --all-sessions')
  const limit = wholeNumber('--limit', flags.limit, 1, 1000)
  if (flags.where !== undefined) return searchWith(target, flags, flags.where, limit, terminal)
  if (flags.explain === true) throw bad('--explain', 'true', 'only beside --where')
  const { order = 'asc' } = flags
  if (order !== 'asc' && order !== 'desc') throw bad('--order', order, 'asc, desc')
  await using trace = await openTrace(target, terminal)
  const session = await pickSession(trace, target)
  const base: EventQuery = { ...filterOf(flags, session.firstUs), session: session.session, limit, order }
  let rows = 0
  let cursor = flags.cursor
  do {
    const page = await trace.engine.events(cursor === undefined ? base : { ...base, cursor })
    for (const row of page.rows) terminal.print(rowText(row, flags.json))
    rows += page.rows.length
    cursor = page.cursor
    if (page.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${page.completeness.reason}`)
  } while (flags.all === true && cursor !== undefined)
  if (cursor !== undefined) terminal.note(`More events match: --cursor ${cursor}, or --all.`)
  else if (rows === 0) terminal.note('No event matches.')
  return ExitCode.ok
}

function queryAll(target: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<ExitCode> {
  const { allSessions: _, where, limit, cold, json, cursor, all, explain, order, chain, ...filters } = flags
  refuseForAll({ session: target, cursor, all, explain, order, chain })
  for (const option of ['from', 'to'] as const) {
    if (filters[option]?.startsWith('+') === true) throw bad(`--${option}`, filters[option], 'an ISO time: sessions begin at different times')
  }
  if (where !== undefined) refuseBeside(filters)
  const given = { ...(where === undefined ? {} : { where }), ...(cold === undefined ? {} : { cold }), ...(json === undefined ? {} : { json }) }
  return searchAll({ ...given, filter: filterOf(filters, 0), limit: wholeNumber('--limit', limit, 1, 100_000) }, terminal)
}

async function searchWith(target: string | undefined, flags: QueryFlags, where: string, limit: number, terminal: Terminal): Promise<ExitCode> {
  const { limit: _, cursor, all, json, explain, where: __, allSessions: ___, ...others } = flags
  refuseBeside(others)
  const given = { ...(cursor === undefined ? {} : { cursor }), ...(all === undefined ? {} : { all }), ...(json === undefined ? {} : { json }) }
  return search(target, { where, limit, ...given, explain: explain === true }, terminal)
}
