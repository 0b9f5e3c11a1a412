/**
 * Where events stand in the one order of all tracks, as a number, and back. Nothing is stored for it: a row's position is what all tracks
 * have before it, and the rows before a position are found by halving time.
 */
import { gallop } from '../model/columns.ts'
import type { Track } from '../model/track.ts'
import { firstRowAfter, positionOf } from './order.ts'
import type { RowPlace } from './order.ts'

/** How many events of all tracks come before the row. */
export function orderPosition(tracks: readonly Track[], place: RowPlace): number {
  const position = positionOf(place)
  return tracks.reduce((count, track) => count + (track === place.track ? place.row : firstRowAfter(track, position)), 0)
}

/** Of each track how many rows are among the first `position` events; counted on from `from`, which is not behind it. */
export function rowsBefore(tracks: readonly Track[], position: number, from: readonly number[] = tracks.map(() => 0)): readonly number[] {
  const [only] = tracks
  if (only === undefined) return []
  if (tracks.length === 1) return [Math.min(position, only.rows.length)]
  const timeUs = lastTimeOf(tracks, position, from)
  if (timeUs === undefined) return tracks.map(track => track.rows.length)
  const rows = tracks.map((track, i) => gallop(from[i] ?? 0, track.rows.length, row => track.time(row) >= timeUs))
  let room = position - sum(rows)
  // Events of one time go by track.
  return tracks.map((track, i) => {
    const first = rows[i] ?? 0
    const taken = Math.min(room, gallop(first, track.rows.length, row => track.time(row) > timeUs) - first)
    room -= taken
    return first + taken
  })
}

/** The first time up to which there are more than `position` events; undefined when there are not so many. */
function lastTimeOf(tracks: readonly Track[], position: number, from: readonly number[]): number | undefined {
  const countUntil = (timeUs: number): number =>
    sum(tracks.map((track, i) => gallop(from[i] ?? 0, track.rows.length, row => track.time(row) > timeUs)))
  const filled = tracks.filter(track => track.rows.length > 0)
  const lastUs = Math.max(...filled.map(track => track.lastUs))
  if (filled.length === 0 || countUntil(lastUs) <= position) return undefined
  let low = Math.min(...tracks.map((track, i) => ((from[i] ?? 0) < track.rows.length ? track.time(from[i] ?? 0) : Infinity)))
  let high = low
  for (let step = 1; countUntil(high) <= position; step *= 2) {
    low = high + 1
    high = Math.min(lastUs, high + step)
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (countUntil(middle) > position) high = middle
    else low = middle + 1
  }
  return low
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
