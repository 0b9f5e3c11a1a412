/** What goes into SQL and into questions over all tiers, and what comes out: plain JSON, also over HTTP (POST /api/sql, /api/searchAll). */
import type { Completeness, EventFilter, EventRow, SearchCell, SearchColumn } from '@hindscope/protocol'

export const TIERS = ['hot', 'warm', 'cold'] as const
/** hot: sessions in memory. warm: sessions on disk. cold: archived sessions. */
export type Tier = (typeof TIERS)[number]

/** What a tier had to do with an answer. */
export interface TierReport {
  readonly tier: Tier
  /** Sessions of the tier that were asked; one that lies in several tiers is asked in the first. */
  readonly sessions: number
  /** Rows or groups that it gave before the limit; absent for SQL, whose rows belong to no tier. */
  readonly rows?: number
  /** Sessions that were read from their files because the question could not be put to SQL. */
  readonly opened?: number
  readonly ms: number
  readonly completeness: Completeness
}

export interface SqlQuery {
  readonly statement: string
  /** `all` when absent. */
  readonly tier?: 'warm' | 'cold' | 'all'
  /** Rows at most, 1 to 1000000; 1000 when absent. */
  readonly limit?: number
  /** 1 to 3600; 60 when absent. */
  readonly timeoutSeconds?: number
}

/** Values as JSON has them: times as texts, whole numbers that no JavaScript number holds as texts, JSON as what it says. */
export type SqlCell = string | number | boolean | null | object

export interface SqlAnswer {
  /** Types as DuckDB names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly SqlCell[])[]
  /** There are more rows than the limit allows. */
  readonly more: boolean
  readonly tiers: readonly TierReport[]
  /** Of the statement alone. */
  readonly ms: number
}

/** A question over several sessions: in the query language, or as a filter; both when both are there. */
export interface SearchAllQuery {
  readonly query?: string
  /** Without `call`, `chain` and `writes`, which belong to one session. */
  readonly filter?: EventFilter
  /** Ids; every session of every tier when absent. */
  readonly sessions?: readonly string[]
  /** Rows at most, 1 to 100000; 100 when absent. The text's own limit holds too. */
  readonly limit?: number
}

export interface SessionRow extends EventRow {
  readonly session: string
}

interface SearchAllAnswerOf<Kind extends string, Row> {
  readonly kind: Kind
  readonly columns: readonly SearchColumn[]
  /** In the order that was asked for, at last by time, session, track, sequence number. */
  readonly rows: readonly Row[]
  /** There are more rows than the limit allows. */
  readonly more: boolean
  /** Those that hold a session that was asked for, and those that could not be asked. */
  readonly tiers: readonly TierReport[]
  readonly completeness: Completeness
}
export type SearchAllAnswer = SearchAllAnswerOf<'events', SessionRow> | SearchAllAnswerOf<'groups', readonly SearchCell[]>
