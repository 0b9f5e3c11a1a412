/** The `search` method of the query API: questions in the query language, and their answers. */
import type { Completeness, EventRow } from './query.ts'

/** A question in the query language (docs/query-language.md). */
export interface SearchQuery {
  readonly session: string
  /** The text form; `formatQuery` makes it from a tree. 20000 characters at most. */
  readonly query: string
  /** Rows a page, 1 to 1000; 100 when absent. The text's own `limit` counts over all pages. */
  readonly limit?: number
  /** From a previous page; goes with the same query. */
  readonly cursor?: string
  /**
   * Milliseconds after which a search for events in order of time answers with what it has found, and with a cursor to go on from: a page may
   * be short then, or empty, and its completeness is partial. From 1; as long as it takes when absent.
   */
  readonly budgetMs?: number
}
/** What does not travel with a query: for engines in the same process, and for whoever asks over HTTP. */
export interface AskOptions {
  /** An AbortSignal, for instance; looked at every few thousand rows. Once it is aborted the query fails with `query-cancelled`. */
  readonly signal?: { readonly aborted: boolean }
}
/** `event`: the row is an EventRow. Times are microseconds since 1970, durations microseconds. */
export interface SearchColumn {
  readonly name: string
  readonly unit: 'event' | 'text' | 'number' | 'boolean' | 'time' | 'duration' | 'any'
}
/** `null` where a group has no value. */
export type SearchCell = string | number | boolean | null
/** What an answer took, as it was measured. */
export interface SearchExplanation {
  /** The query as it was understood. */
  readonly query: string
  /** Events looked at, those of relations included; an event may be looked at several times. */
  readonly rows: number
  /** Events whose values were decoded to decide, not counting the rows of the answer. */
  readonly decoded: number
  /** Events that matched as far as the answer needed them. */
  readonly matched: number
  readonly steps: readonly { readonly name: string; readonly ms: number }[]
}
interface SearchAnswerOf<Kind extends string, Row> {
  readonly kind: Kind
  readonly columns: readonly SearchColumn[]
  readonly rows: readonly Row[]
  /** Absent on the last page. */
  readonly cursor?: string
  readonly completeness: Completeness
  /** How much of the events lies behind the search, 0 to 1; absent on the last page, and where the answer needed all of them. */
  readonly searched?: number
  readonly explain: SearchExplanation
}
/** `groups` when the query selects aggregates: one row a group, one cell a column. */
export type SearchAnswer = SearchAnswerOf<'events', EventRow> | SearchAnswerOf<'groups', readonly SearchCell[]>
