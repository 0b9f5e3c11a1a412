/** Which rows of a track can match at all, from an index: what a query looks at instead of every row. Every source is a superset of the matches. */
import type { Location } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import { hasSiteRows, siteRowsOf } from '../model/site-rows.ts'
import { Mark } from '../model/row-table.ts'
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

/** What a probe must be: both hold for every match. */
export interface SiteMatch {
  readonly functionName?: (name: string) => boolean
  readonly location?: (location: Location | undefined) => boolean
}

/** Rows of probes that match; undefined when `kinds` has some whose rows are not indexed by probe, or too many rows are candidates. */
export function siteSource(track: Track, kinds: Uint8Array, { functionName, location }: SiteMatch): RowSource | undefined {
  if (kinds.some((wanted, kind) => wanted === 1 && !hasSiteRows(kind))) return undefined
  const index = siteRowsOf(track)
  const { lists } = index
  const wanted: number[] = []
  let candidates = 0
  for (const [name, sites] of index.byFunction()) {
    if (functionName?.(name) === false) continue
    for (const { list, site } of sites) {
      if (location?.(site.location) === false) continue
      wanted.push(list)
      candidates += lists.length(list)
    }
  }
  if (wanted.length > MAX_LISTS || candidates * MIN_SHARE > track.rows.length) return undefined
  // The nearest row of each list, good as long as it lies ahead.
  const heads = wanted.map(() => -1)
  return {
    next: row => {
      let first = -1
      for (let i = 0; i < wanted.length; i++) {
        let head = heads[i] as number // SAFE: as many as wanted
        if (head < row && head !== DONE) heads[i] = head = orDone(lists.after(wanted[i] as number, row - 1)) // SAFE: i < length
        if (head !== DONE && (first === -1 || head < first)) first = head
      }
      return first
    },
    previous: row => wanted.reduce((last, list) => Math.max(last, lists.atOrBefore(list, row)), -1),
  }
}

const DONE = -2
const orDone = (row: number): number => (row === -1 ? DONE : row)

/**
 * Rows with values in the chunks that pass, and the other ends of their calls, which have the same arguments and result. Undefined when more
 * than few of the track's rows lie in chunks that pass.
 */
export function holderSource(track: Track, mayHold: (chunk: number) => boolean): RowSource | undefined {
  const { rows, calls, chunks } = track
  const passing = chunks.flatMap((_, index) => (mayHold(index) ? [index] : []))
  const inside = passing.reduce((sum, index) => sum + (chunks[index]?.recordCount ?? 0), 0)
  if (inside * MIN_SHARE > rows.length) return undefined
  const found: number[] = []
  for (const index of passing) {
    const from = track.firstRowOf(index)
    for (let row = from; row < from + (chunks[index]?.recordCount ?? 0); row++) {
      if (!track.hasValues(row)) continue
      found.push(row)
      const mark = (rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)
      if (mark === 0) continue
      const call = rows.call[row] ?? -1
      const other = (mark === Mark.enter ? calls.exitRow[call] : calls.enterRow[call]) ?? -1
      if (other !== -1) found.push(other)
    }
  }
  const sorted = Uint32Array.from(found).sort()
  return listSource({ length: sorted.length, at: index => sorted[index] })
}
