/** Where a subscription begins, as a position. */
import type { StreamPosition, StreamStart, TrackPosition } from '@hindscope/protocol'
import { firstRowLater } from '../engine/order.ts'
import { findEvent } from '../engine/validate.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { endSeq } from './sequence.ts'

type Origin = NonNullable<StreamPosition['origin']>

/** Throws `not-found` for an event that the session does not have. */
export function startPosition(store: TraceStore, start: StreamStart): StreamPosition {
  switch (start.kind) {
    case 'position':
      return start.position
    case 'start':
      return { tracks: [] }
    case 'now':
      return { tracks: store.tracks.map(track => ({ track: track.number, next: endSeq(track) })) }
    case 'time':
      return from(store, { timeUs: start.timeUs, track: 0 })
    case 'event': {
      const { track, row } = findEvent('subscribe', store, start.ref, 'from')
      const { tracks, origin } = from(store, { timeUs: track.time(row), track: track.number })
      const own: TrackPosition = { track: track.number, next: start.ref.seq }
      return { tracks: tracks.map(each => (each.track === own.track ? own : each)), ...(origin === undefined ? {} : { origin }) }
    }
  }
}

const from = (store: TraceStore, origin: Origin): StreamPosition => ({ tracks: store.tracks.map(track => firstOf(track, origin)), origin })

/** The place of a track's first row that belongs to the stream. What is missing right before it might belong to it too. */
export function firstOf(track: Track, origin: Origin): TrackPosition {
  const row = track.number < origin.track ? firstRowLater(track, origin.timeUs) : track.rowAtTime(origin.timeUs)
  const before = row === 0 ? 0 : track.seqOf(row - 1) + 1
  const next = row < track.rows.length ? track.seqOf(row) : before
  return { track: track.number, next, ...(before < next ? { holes: [[before, next]] } : {}) }
}

export const isWanted = (track: Track, row: number, { timeUs, track: number }: Origin): boolean => {
  const at = track.time(row)
  return at > timeUs || (at === timeUs && track.number >= number)
}
