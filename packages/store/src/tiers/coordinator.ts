/**
 * One question over hot, warm and cold: every session is asked in the first tier that has it, in SQL where that means the same, else by
 * opening it; one order, the limit after it; and each tier says what it had to do with the answer. What could not be asked makes the
 * answer partial.
 */
import { HindscopeError, formatQuery, parseQuery } from '@hindscope/protocol'
import type { Completeness, QueryTree } from '@hindscope/protocol'
import { optionalText, refuse, wholeNumber } from '../engine/validate.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { GROUP_LIMITS, groupTable } from '../query/groups.ts'
import { columnsOf } from '../query/search.ts'
import { reasonOf } from './duckdb.ts'
import { conditionOf, narrowed } from './filter-condition.ts'
import { MergedGroups, MergedRows } from './merged-answer.ts'
import type { SearchAllAnswer, SearchAllQuery, Tier, TierReport } from './sql-answer.ts'
import type { SqlSearch } from './sql-search.ts'
import { searchGroups, searchRows } from './store-search.ts'
import type { Aborted } from './store-search.ts'

const MAX_ROWS = 100_000

/** A tier as the coordinator asks it. */
export interface TierSource {
  readonly tier: Tier
  readonly sessions: readonly string[]
  /** Where these sessions, or some of them, lie in views; absent: all are opened. */
  readonly sql?: { readonly search: SqlSearch; readonly sessions: readonly string[] }
  open(session: string): Promise<TraceStore | undefined>
  /** Why the tier, or some of it, cannot be asked at all. */
  readonly missing?: string
}

/** Throws `query-bad`, `query-syntax`, `query-cancelled`, `not-found`. */
export async function searchAll(sources: readonly TierSource[], query: SearchAllQuery, signal?: Aborted): Promise<SearchAllAnswer> {
  const tree = treeOf(query)
  const asked = wholeNumber('searchAll', 'limit', query.limit, { min: 1, max: MAX_ROWS, fallback: 100 })
  const limit = Math.min(asked, tree.limit ?? Infinity)
  const merged = tree.select === undefined ? new MergedRows(tree.orderBy ?? [], limit) : new MergedGroups(tree)
  const reports: TierReport[] = []
  for (const source of distinct(sources, query.sessions)) {
    const report = await askTier(source, { tree, limit: limit + 1, merged, signal })
    if (report.sessions > 0 || report.completeness.kind === 'partial') reports.push(report)
  }
  const reasons = reports.flatMap(({ tier, completeness }) => (completeness.kind === 'partial' ? [`${tier}: ${completeness.reason}`] : []))
  if (merged instanceof MergedRows) {
    const rows = merged.sorted()
    const more = rows.length > limit && limit < (tree.limit ?? Infinity)
    return {
      kind: 'events',
      columns: [{ name: 'event', unit: 'event' }],
      rows: rows.slice(0, limit),
      more,
      tiers: reports,
      completeness: partly(reasons),
    }
  }
  const table = groupTable(merged.index, merged.budget, tree, GROUP_LIMITS)
  const more = table.rows.length > limit && limit < (tree.limit ?? Infinity)
  const completeness = partly([...reasons, ...table.reasons])
  return { kind: 'groups', columns: columnsOf(tree), rows: table.rows.slice(0, limit), more, tiers: reports, completeness }
}

const partly = (reasons: readonly string[]): Completeness =>
  reasons.length === 0 ? { kind: 'complete' } : { kind: 'partial', reason: reasons.join('; ') }

function treeOf({ query, filter, sessions }: SearchAllQuery): QueryTree {
  const text = optionalText('searchAll', 'query', query) ?? ''
  if (sessions !== undefined && !(Array.isArray(sessions) && sessions.every(each => typeof each === 'string'))) {
    return refuse('searchAll', 'sessions', sessions, 'a list of session ids')
  }
  const tree = parseQuery(text)
  // Through the text: what a filter from outside says is read as strictly as a query.
  return filter === undefined ? tree : parseQuery(formatQuery(narrowed(tree, conditionOf(filter))))
}

/** Each session in the first tier that has it. Throws `not-found` for one that is nowhere, where every tier could be looked into. */
function distinct(sources: readonly TierSource[], wanted: readonly string[] | undefined): readonly TierSource[] {
  const taken = new Set<string>()
  const own = sources.map(source => {
    const sessions = source.sessions.filter(session => !taken.has(session) && (wanted?.includes(session) ?? true))
    for (const session of sessions) taken.add(session)
    const { sql, ...others } = source
    return { ...others, sessions, ...(sql === undefined ? {} : { sql: { ...sql, sessions: sql.sessions.filter(each => sessions.includes(each)) } }) }
  })
  const unknown = wanted?.find(session => !taken.has(session))
  if (unknown !== undefined && sources.every(({ missing }) => missing === undefined))
    throw new HindscopeError('not-found', { what: 'session', id: unknown })
  return own
}

interface Question {
  readonly tree: QueryTree
  readonly limit: number
  readonly merged: MergedRows | MergedGroups
  readonly signal: Aborted
}

async function askTier(source: TierSource, question: Question): Promise<TierReport> {
  const { tier, sessions, missing } = source
  const startMs = performance.now()
  const reasons = missing === undefined ? [] : [missing]
  const before = question.merged instanceof MergedRows ? question.merged.count : question.merged.index.all.length
  const toOpen = await askSql(source, question, reasons)
  for (const session of toOpen) {
    if (question.signal?.aborted === true) throw new HindscopeError('query-cancelled', { rows: 'some' })
    await askStore(source, session, question, reasons)
  }
  const { merged } = question
  const rows = (merged instanceof MergedRows ? merged.count : merged.index.all.length) - before
  const opened = tier === 'hot' || toOpen.length === 0 ? {} : { opened: toOpen.length }
  return { tier, sessions: sessions.length, rows, ...opened, ms: performance.now() - startMs, completeness: partly(reasons) }
}

/** Returns the sessions that have to be opened for an answer. */
async function askSql({ sessions, sql }: TierSource, { tree, limit, merged }: Question, reasons: string[]): Promise<readonly string[]> {
  if (sql === undefined || sql.sessions.length === 0) return sessions
  const others = sessions.filter(session => !sql.sessions.includes(session))
  try {
    const { search } = sql
    const isAnswered =
      merged instanceof MergedRows ? await search.rows(tree, sql.sessions, limit, merged) : await search.groups(tree, sql.sessions, merged)
    if (!isAnswered) {
      const possible = await search.possible(tree, sql.sessions)
      return sessions.filter(session => others.includes(session) || possible.has(session))
    }
    const { dropped, damage } = await search.lost(sql.sessions)
    if (dropped > 0) reasons.push(`${dropped} events were dropped or lost`)
    if (damage > 0) reasons.push(`${damage} damaged stretches were skipped`)
    return others
  } catch (error) {
    reasons.push(reasonOf(error).split('\n')[0] ?? '')
    return others
  }
}

async function askStore(source: TierSource, session: string, { tree, limit, merged, signal }: Question, reasons: string[]): Promise<void> {
  try {
    const store = await source.open(session)
    // Gone since the sessions were listed.
    if (store === undefined) return void reasons.push(`session ${session} is gone`)
    const completeness =
      merged instanceof MergedRows ? await searchRows(store, tree, limit, merged, signal) : await searchGroups(store, tree, merged, signal)
    if (completeness.kind === 'partial') reasons.push(completeness.reason)
  } catch (error) {
    if (!(error instanceof HindscopeError) || error.code === 'query-cancelled') throw error
    reasons.push(error.message)
  }
}
