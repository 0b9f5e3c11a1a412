/** The `search` query: text → tree → rows or groups, in steps between which others get their turn. */
import { HindscopeError, formatAggregate, formatField, formatQuery, parseQuery, typeOf } from '@hindscope/protocol'
import type { AskOptions, Completeness, EventRow, Field, QueryTree, SearchAnswer, SearchColumn, SearchQuery } from '@hindscope/protocol'
import { cursorMark } from '../engine/cursor-mark.ts'
import { PAGE_LIMIT, completenessOf } from '../engine/events.ts'
import { optionalText, refuse, wholeNumber } from '../engine/validate.ts'
import { rowOf } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { compileWhere } from './condition.ts'
import { eventRows, isInTime } from './event-rows.ts'
import type { EventOrder, SearchPlace } from './event-rows.ts'
import { groupRows } from './groups.ts'
import { Scan } from './scan.ts'
import type { Steps } from './scan.ts'

const MAX_QUERY_LENGTH = 20_000
/** As long as a search may keep others waiting. */
const SLICE_MS = 12
/** A store that is built anew again and again must not keep a search from ending: then it is searched in one go. */
const MAX_RESTARTS = 3

interface Request {
  readonly tree: QueryTree
  /** As it was understood. */
  readonly text: string
  readonly limit: number
  readonly budgetMs: number
  readonly cursor: string | undefined
  readonly mark: string
  readonly parseMs: number
}

/** Throws `query-bad`, `query-syntax`, `query-cancelled`. */
export async function querySearch(store: TraceStore, query: SearchQuery, { signal }: AskOptions = {}): Promise<SearchAnswer> {
  const request = requestOf(query)
  for (let restarts = 0; ; restarts++) {
    const scan = new Scan(store)
    const work = answer(scan, request)
    let pauseAtMs = performance.now() + SLICE_MS
    for (let isOutdated = false; !isOutdated;) {
      if (signal?.aborted === true) throw new HindscopeError('query-cancelled', { rows: String(scan.rows) })
      const step = work.next()
      if (step.done === true) return step.value
      if (performance.now() < pauseAtMs || restarts === MAX_RESTARTS) continue
      await nextTurn()
      isOutdated = scan.isOutdated
      pauseAtMs = performance.now() + SLICE_MS
    }
  }
}

const nextTurn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))

function requestOf(query: SearchQuery): Request {
  const startMs = performance.now()
  const given: unknown = query.query
  if (typeof given !== 'string' || given.length > MAX_QUERY_LENGTH) {
    return refuse('search', 'query', given, `a text of at most ${MAX_QUERY_LENGTH} characters; docs/query-language.md has the grammar`)
  }
  const tree = parseQuery(given)
  const text = formatQuery(tree)
  return {
    tree,
    text,
    limit: wholeNumber('search', 'limit', query.limit, { min: 1, max: PAGE_LIMIT, fallback: 100 }),
    budgetMs: wholeNumber('search', 'budgetMs', query.budgetMs, { min: 1, max: 600_000, fallback: Infinity }),
    cursor: optionalText('search', 'cursor', query.cursor),
    mark: cursorMark(`${query.session} ${text}`),
    parseMs: performance.now() - startMs,
  }
}

function* answer(scan: Scan, request: Request): Steps<SearchAnswer> {
  scan.steps.push({ name: 'parse', ms: request.parseMs })
  return request.tree.select === undefined ? yield* answerEvents(scan, request) : yield* answerGroups(scan, request)
}

function* answerEvents(scan: Scan, request: Request): Steps<SearchAnswer> {
  const { tree, mark } = request
  const page = request.cursor === undefined ? undefined : eventCursor(scan, request, request.cursor)
  const given = page?.given ?? 0
  const limit = Math.min(request.limit, (tree.limit ?? Infinity) - given)
  const condition = yield* compileWhere(scan, tree.where)
  const order = (tree.orderBy ?? []) as readonly EventOrder[] // SAFE: the parser allows aggregates only where some are selected
  scan.deadlineMs = performance.now() + request.budgetMs
  const search = eventRows(scan, { where: tree.where, condition, order, after: page?.after, limit: limit + 1 })
  const { places: found, stopped } = yield* scan.timed('search', search)
  const places = found.slice(0, limit)
  const last = places.at(-1)
  const hasMore = found.length > limit && last !== undefined && given + limit < (tree.limit ?? Infinity)
  const next = hasMore ? last : stopped
  const direction = order[0]?.direction ?? 'asc'
  const searched = next === undefined || !isInTime(order) ? undefined : shareBefore(scan, next, direction)
  const startMs = performance.now()
  const rows: EventRow[] = places.map(({ track, row }) => rowOf(scan.store, track, row))
  scan.steps.push({ name: 'describe', ms: performance.now() - startMs })
  return {
    kind: 'events',
    columns: [{ name: 'event', unit: 'event' }],
    rows,
    ...(next === undefined ? {} : { cursor: cursorText(next, given + places.length, mark) }),
    completeness: withReasons(
      completenessOf(scan.store, scan.tracks),
      hasMore || searched === undefined ? [] : [`time was up with ${Math.floor(100 * searched)} % of the events behind the search`],
    ),
    ...(searched === undefined ? {} : { searched }),
    explain: explanation(scan, request),
  }
}

const cursorText = ({ track, row, isNext }: SearchPlace, given: number, mark: string): string =>
  `${track.number}_${track.seqOf(row)}_${given}_${isNext === true ? 'next' : 'last'}_${mark}`

/** How far a search in order of time came. */
function shareBefore(scan: Scan, { track, row }: SearchPlace, direction: 'asc' | 'desc'): number {
  const events = scan.tracks.reduce((sum, each) => sum + scan.endOf(each), 0)
  const before = scan.tracks.reduce((sum, each) => sum + (each === track ? row : each.rowAtTime(track.time(row))), 0)
  return (direction === 'asc' ? before : events - before) / Math.max(1, events)
}

function* answerGroups(scan: Scan, request: Request): Steps<SearchAnswer> {
  const { tree, mark } = request
  const given = request.cursor === undefined ? 0 : groupCursor(request, request.cursor)
  const condition = yield* compileWhere(scan, tree.where)
  const { rows, reasons } = yield* scan.timed('search', groupRows(scan, tree, condition))
  const end = Math.min(given + request.limit, tree.limit ?? Infinity)
  return {
    kind: 'groups',
    columns: columnsOf(tree),
    rows: rows.slice(given, end),
    ...(end < rows.length && end < (tree.limit ?? Infinity) ? { cursor: `${end}_${mark}` } : {}),
    completeness: withReasons(completenessOf(scan.store, scan.tracks), reasons),
    explain: explanation(scan, request),
  }
}

/** Of an answer of groups. */
export function columnsOf({ groupBy = [], select = [] }: QueryTree): readonly SearchColumn[] {
  const numberUnit = (of: Field | undefined): SearchColumn['unit'] => (of === undefined || unitOf(of) === 'any' ? 'number' : unitOf(of))
  return [
    ...groupBy.map((field): SearchColumn => ({ name: formatField(field), unit: unitOf(field) })),
    ...select.map((each): SearchColumn => ({ name: formatAggregate(each), unit: numberUnit(each.of) })),
  ]
}

function unitOf(field: Field): SearchColumn['unit'] {
  const type = typeOf(field)
  return type === 'words' || type === 'contains' ? 'text' : type
}

const explanation = ({ rows, decoded, matched, steps }: Scan, { text }: Request): SearchAnswer['explain'] => ({
  query: text,
  rows,
  decoded,
  matched,
  steps,
})

function withReasons(completeness: Completeness, reasons: readonly string[]): Completeness {
  if (reasons.length === 0) return completeness
  return { kind: 'partial', reason: [...(completeness.kind === 'partial' ? [completeness.reason] : []), ...reasons].join('; ') }
}

/** A cursor names the last row given, or the next one to look at; its keys are read again, so rows that arrive later never shift a page. */
function eventCursor(scan: Scan, { mark, tree }: Request, cursor: string): { readonly after: SearchPlace; readonly given: number } {
  const [, trackText, seqText, givenText, side, cursorOf] = /^(\d{1,9})_(\d{1,10})_(\d{1,10})_(next|last)_(\w+)$/.exec(cursor) ?? []
  if (cursorOf !== mark) return refuseCursor(cursor)
  const track = scan.tracks[Number(trackText)]
  const row = track?.rowOf(Number(seqText)) ?? -1
  const given = Number(givenText)
  if (track === undefined || row === -1 || row >= scan.endOf(track) || given >= (tree.limit ?? Infinity)) return refuseCursor(cursor)
  return { after: { track, row, isNext: side === 'next' }, given }
}

function groupCursor({ mark }: Request, cursor: string): number {
  const [, given, cursorOf] = /^(\d{1,10})_(\w+)$/.exec(cursor) ?? []
  return cursorOf === mark ? Number(given) : refuseCursor(cursor)
}

const refuseCursor = (cursor: string): never => refuse('search', 'cursor', cursor, 'the cursor that the page before it gave, with the same query')
