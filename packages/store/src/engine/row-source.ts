/** Which rows of a track can match at all, from an index: what a query looks at instead of every row. Every source is a superset of the matches. */
import type { Location } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import { ListCursor } from '../model/list-pool.ts'
import { hasSiteRows, siteRowsOf } from '../model/site-rows.ts'
import type { NamedList, SiteRows } from '../model/site-rows.ts'
import type { Track } from '../model/track.ts'
import type { RowRange } from '../model/tree-runs.ts'

export interface RowSource {
  /** The first candidate at or after `row`, -1 when there is none. */
  next(row: number): number
  /** The last candidate at or before `row`, -1 when there is none. */
  previous(row: number): number
}

/** Ranges that are ascending and apart. */
export function rangeSource(ranges: readonly RowRange[]): RowSource {
  return {
    next: row => {
      const range = ranges[lowerBound(0, ranges.length, i => (ranges[i]?.to ?? 0) > row)]
      return range === undefined ? -1 : Math.max(row, range.from)
    },
    previous: row => {
      const range = ranges[lowerBound(0, ranges.length, i => (ranges[i]?.from ?? 0) > row) - 1]
      return range === undefined ? -1 : Math.min(row, range.to - 1)
    },
  }
}

/** Rows of a list, ascending. */
export function listSource(list: { readonly length: number; at(index: number): number | undefined }): RowSource {
  return {
    next: row => {
      const index = lowerBound(0, list.length, i => (list.at(i) ?? 0) >= row)
      return index === list.length ? -1 : (list.at(index) ?? -1)
    },
    previous: row => {
      const index = lowerBound(0, list.length, i => (list.at(i) ?? 0) > row) - 1
      return index < 0 ? -1 : (list.at(index) ?? -1)
    },
  }
}

/** More lists than this are dearer to merge than rows are to look at. */
const MAX_LISTS = 64
/** Nor is an index worth it where every so manieth row is a candidate. */
const MIN_SHARE = 8

/** What a probe must be: all holds for every match. */
export interface SiteMatch {
  /** The only name that `functionName` holds for, where there is one. */
  readonly exactName?: string
  readonly functionName?: (name: string) => boolean
  readonly location?: (location: Location | undefined) => boolean
}

/** Rows of probes that match; undefined when `kinds` has some whose rows are not indexed by probe, or too many rows are candidates. */
export function siteSource(track: Track, kinds: Uint8Array, match: SiteMatch): RowSource | undefined {
  if (kinds.some((wanted, kind) => wanted === 1 && !hasSiteRows(kind))) return undefined
  const index = siteRowsOf(track)
  const { lists } = index
  const wanted: number[] = []
  let candidates = 0
  for (const { list, site } of namedLists(index, match)) {
    if (match.location?.(site.location) === false || !index.hasKind(list, kinds)) continue
    wanted.push(list)
    candidates += lists.length(list)
  }
  if (wanted.length > MAX_LISTS || candidates * MIN_SHARE > track.rows.length) return undefined
  const cursors = wanted.map(list => new ListCursor(lists, list))
  // The nearest row of each list, good as long as it lies ahead.
  const heads = wanted.map(() => -1)
  return {
    next: row => {
      let first = -1
      for (let i = 0; i < cursors.length; i++) {
        let head = heads[i] as number // SAFE: as many as cursors
        if (head < row && head !== DONE) heads[i] = head = orDone(cursors[i]?.next(row) ?? -1)
        if (head !== DONE && (first === -1 || head < first)) first = head
      }
      return first
    },
    previous: row => wanted.reduce((last, list) => Math.max(last, lists.atOrBefore(list, row)), -1),
  }
}

function* namedLists(index: SiteRows, { exactName, functionName }: SiteMatch): Generator<NamedList> {
  const byFunction = index.byFunction()
  if (exactName !== undefined) yield* byFunction.get(exactName) ?? []
  else for (const [name, named] of byFunction) if (functionName?.(name) !== false) yield* named
}

const DONE = -2
const orDone = (row: number): number => (row === -1 ? DONE : row)
