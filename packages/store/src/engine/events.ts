/** The `events` and `event` queries. A cursor is the position of the last row given, so rows that arrive later never shift a page. */
import type { Completeness, EventDetail, EventQuery, EventRef, EventRow, Page } from '@hindscope/protocol'
import { flagsOfRow, namedValues, rowOf } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { writeIndexOf } from '../model/write-index.ts'
import { cursorMark } from './cursor-mark.ts'
import { compileFilter } from './event-filter.ts'
import type { CompiledFilter, RowTest } from './event-filter.ts'
import { firstRowAfter, lastRowBefore, mergeRows, positionOf } from './order.ts'
import type { Position, RowStream } from './order.ts'
import { orderPosition } from './order-positions.ts'
import { findEvent, refuse, wholeNumber } from './validate.ts'

export const PAGE_LIMIT = 1000

export function queryEvents(store: TraceStore, query: EventQuery): Page<EventRow> {
  const limit = wholeNumber('events', 'limit', query.limit, { min: 1, max: PAGE_LIMIT, fallback: 100 })
  const order = query.order ?? 'asc'
  if (order !== 'asc' && order !== 'desc') refuse('events', 'order', order, 'asc or desc')
  const filter = compileFilter('events', store, query)
  const mark = fingerprint(query, order)
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, mark)
  const streams = filter.tracks.map(track => (order === 'asc' ? ascending(track, filter, after) : descending(track, filter, after)))
  const places = mergeRows(streams, order, limit + 1)
  const page = places.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(({ track, row }) => rowOf(store, track, row)),
    ...(places.length > limit && last ? { cursor: formatCursor(positionOf(last), mark) } : {}),
    completeness: completenessOf(store, filter.tracks),
  }
}

export function queryEvent(store: TraceStore, ref: EventRef): EventDetail {
  const { track, row } = findEvent('event', store, ref)
  const target = writeIndexOf(track).targetOf(row)
  return {
    row: rowOf(store, track, row),
    values: namedValues(track, row),
    ...(target === undefined ? {} : { target }),
    flags: flagsOfRow(track, row),
    position: orderPosition(store.tracks, { track, row }),
  }
}

const always: RowTest = () => true

function ascending(track: Track, filter: CompiledFilter, after: Position | undefined): RowStream {
  const test = filter.testOf(track) ?? always
  const source = filter.sourceOf(track)
  const end = filter.toUs === Infinity ? track.rows.length : track.rowAtTime(filter.toUs)
  let row = Math.max(after === undefined ? 0 : firstRowAfter(track, after), track.rowAtTime(filter.fromUs))
  return {
    track,
    next: () => {
      for (; ; row++) {
        if (source !== undefined && row < end) row = source.next(row)
        if (row === -1) row = end
        if (row >= end) return -1
        if (test(row)) return row++
      }
    },
  }
}

function descending(track: Track, filter: CompiledFilter, after: Position | undefined): RowStream {
  const test = filter.testOf(track) ?? always
  const source = filter.sourceOf(track)
  const start = track.rowAtTime(filter.fromUs)
  const end = filter.toUs === Infinity ? track.rows.length : track.rowAtTime(filter.toUs)
  let row = Math.min(after === undefined ? end - 1 : lastRowBefore(track, after), end - 1)
  return {
    track,
    next: () => {
      for (; ; row--) {
        if (source !== undefined && row >= start) row = source.previous(row)
        if (row < start) return -1
        if (test(row)) return row--
      }
    },
  }
}

export function completenessOf(store: TraceStore, tracks: readonly Track[]): Completeness {
  const dropped = tracks.reduce((sum, track) => sum + track.dropped, 0)
  const reasons = [
    ...(dropped > 0 ? [`${dropped} events were dropped or lost`] : []),
    ...(store.damage.length > 0 ? [`${store.damage.length} damaged stretches were skipped`] : []),
  ]
  return reasons.length === 0 ? { kind: 'complete' } : { kind: 'partial', reason: reasons.join('; ') }
}

const formatCursor = (at: Position, mark: string): string => `${at.timeUs}_${at.track}_${at.seq}_${mark}`

function parseCursor(cursor: unknown, mark: string): Position {
  const parts = typeof cursor === 'string' ? cursor.split('_') : []
  const [timeUs, track, seq] = parts.slice(0, 3).map(Number)
  if (parts.length !== 4 || timeUs === undefined || track === undefined || seq === undefined || [timeUs, track, seq].some(Number.isNaN)) {
    return refuse('events', 'cursor', cursor, 'the cursor of a previous page')
  }
  if (parts[3] !== mark) return refuse('events', 'cursor', cursor, 'a cursor that was given for the same filter and order')
  return { timeUs, track, seq }
}

/** Of the parts of the query that decide which rows there are. */
function fingerprint(query: EventQuery, order: string): string {
  const { session, fromUs, toUs, tracks, kinds, file, line, call, chain, writes, errors, text } = query
  return cursorMark(JSON.stringify([order, session, fromUs, toUs, tracks, kinds, query.function, file, line, call, chain, writes, errors, text]))
}
