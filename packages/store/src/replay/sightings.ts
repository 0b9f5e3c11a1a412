/** The `sightings` query: every event that showed or named an object. */
import type { EventRow, Page, SightingsQuery } from '@hindscope/protocol'
import { HindscopeError } from '@hindscope/protocol'
import { cursorMark } from '../engine/cursor-mark.ts'
import { PAGE_LIMIT, completenessOf } from '../engine/events.ts'
import { refuse, wholeNumber } from '../engine/validate.ts'
import { rowOf } from '../model/describe.ts'
import { objectIndexOf } from '../model/object-index.ts'
import type { TraceStore } from '../model/trace-store.ts'

const UINT32 = 0xffffffff

export function querySightings(store: TraceStore, query: SightingsQuery): Page<EventRow> {
  const number = wholeNumber('sightings', 'track', query.track, { min: 0, max: UINT32, fallback: -1 })
  const object = wholeNumber('sightings', 'object', query.object, { min: 1, max: UINT32, fallback: 0 })
  const limit = wholeNumber('sightings', 'limit', query.limit, { min: 1, max: PAGE_LIMIT, fallback: 100 })
  if (query.track === undefined) refuse('sightings', 'track', query.track, 'a track number')
  if (query.object === undefined) refuse('sightings', 'object', query.object, 'an object id')
  const track = store.tracks[number]
  if (track === undefined) throw new HindscopeError('not-found', { what: 'track', id: String(number) })
  const mark = cursorMark(`${query.session} ${number} ${object}`)
  const afterSeq = query.cursor === undefined ? -1 : parseCursor(query.cursor, mark)
  const after = afterSeq === -1 ? -1 : track.rowAfter(afterSeq) - 1
  const found = objectIndexOf(track).after(object, after, limit + 1)
  const last = found[limit - 1]
  return {
    rows: found.slice(0, limit).map(row => rowOf(store, track, row)),
    ...(found.length > limit && last !== undefined ? { cursor: `${track.seqOf(last)}_${mark}` } : {}),
    completeness: completenessOf(store, [track]),
  }
}

function parseCursor(cursor: unknown, mark: string): number {
  const match = typeof cursor === 'string' ? /^(\d{1,10})_(.+)$/.exec(cursor) : null
  if (match === null || match[2] !== mark) return refuse('sightings', 'cursor', cursor, 'the cursor of a previous page of the same object')
  return Number(match[1])
}
