/** POST /api/sql and /api/searchAll: SQL, and questions over every session, of this collector and of its folder. */
import { join } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import { listSessions, segmentBytes } from '@hindscope/store'
import type { SearchAllQuery, SqlQuery, TierSessions, Tiers } from '@hindscope/store'
import type { SessionShelf } from './session-shelf.ts'

export type TierMethod = 'sql' | 'searchAll'
export const isTierMethod = (method: string): method is TierMethod => method === 'sql' || method === 'searchAll'

/** The methods check the fields of their query themselves. */
export function askTiers(tiers: Tiers, method: TierMethod, query: unknown, signal: AbortSignal): Promise<unknown> {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    throw new HindscopeError('query-bad', { method, field: 'the query', value: JSON.stringify(query) ?? 'undefined', allowed: 'a JSON object' })
  }
  // SAFE: both check every field that they read
  return method === 'sql' ? tiers.sql(query as SqlQuery, signal) : tiers.searchAll(query as SearchAllQuery, signal)
}

export const sessionsOfShelf = (shelf: SessionShelf, dataDir: string): TierSessions => ({
  list: () => listSessions(dataDir),
  inMemory: () => shelf.stores(),
  open: session => shelf.open(session),
  bytes: session => segmentBytes(join(dataDir, 'sessions', session)),
})
