/** The one order of events, (timeUs, track, seq), as positions in tracks and as a merge of tracks. */
import { lowerBound } from '../model/columns.ts'
import type { Track } from '../model/track.ts'

/** A place between events: just at the event with these keys, which need not exist. */
export interface Position {
  readonly timeUs: number
  readonly track: number
  readonly seq: number
}

export interface RowPlace {
  readonly track: Track
  readonly row: number
}

export const positionOf = ({ track, row }: RowPlace): Position => ({ timeUs: track.time(row), track: track.number, seq: track.seqOf(row) })

export const comparePositions = (a: Position, b: Position): number => a.timeUs - b.timeUs || a.track - b.track || a.seq - b.seq

/** The first row of `track` after `position`. Within the position's own track the sequence number alone decides. */
export function firstRowAfter(track: Track, position: Position): number {
  if (track.number === position.track) return track.rowAfter(position.seq)
  return track.number > position.track ? track.rowAtTime(position.timeUs) : firstRowLater(track, position.timeUs)
}

/** The last row of `track` before `position`, -1 when there is none. */
export function lastRowBefore(track: Track, position: Position): number {
  if (track.number === position.track) return (position.seq === 0 ? 0 : track.rowAfter(position.seq - 1)) - 1
  return (track.number > position.track ? track.rowAtTime(position.timeUs) : firstRowLater(track, position.timeUs)) - 1
}

/** The first row with a time above `timeUs`. */
export function firstRowLater(track: Track, timeUs: number): number {
  return lowerBound(0, track.rows.length, row => track.time(row) > timeUs)
}

/** The first or last of some rows in the one order; rows of one track compare by row. */
export function pick(rows: Iterable<RowPlace>, side: 'first' | 'last'): RowPlace | undefined {
  let best: RowPlace | undefined
  for (const place of rows) {
    if (best === undefined) best = place
    else {
      const order = place.track.time(place.row) - best.track.time(best.row) || place.track.number - best.track.number || place.row - best.row
      if (side === 'first' ? order < 0 : order > 0) best = place
    }
  }
  return best
}

/** One track's stream of rows for `mergeRows`: `next` gives the following row or -1. */
export interface RowStream {
  readonly track: Track
  next(): number
}

/** Up to `limit` rows of all streams in order. Linear in the rows taken times the number of tracks. */
export function mergeRows(streams: readonly RowStream[], order: 'asc' | 'desc', limit: number): RowPlace[] {
  const heads: { stream: RowStream; row: number }[] = []
  for (const stream of streams) {
    const row = stream.next()
    if (row !== -1) heads.push({ stream, row })
  }
  const merged: RowPlace[] = []
  while (merged.length < limit && heads.length > 0) {
    let best = 0
    for (let i = 1; i < heads.length; i++) if (isBefore(heads[i], heads[best], order)) best = i
    const head = heads[best]
    if (head === undefined) break
    merged.push({ track: head.stream.track, row: head.row })
    head.row = head.stream.next()
    if (head.row === -1) heads.splice(best, 1)
  }
  return merged
}

type Head = { stream: RowStream; row: number } | undefined

function isBefore(a: Head, b: Head, order: 'asc' | 'desc'): boolean {
  if (a === undefined || b === undefined) return false
  const difference = a.stream.track.time(a.row) - b.stream.track.time(b.row) || a.stream.track.number - b.stream.track.number
  return order === 'asc' ? difference < 0 : difference > 0
}
