/** A track by sequence numbers, which outlive what changes row numbers: chunks that come late. */
import type { StreamHole } from '@hindscope/protocol'
import { firstRowAfter } from '../engine/order.ts'
import { lowerBound } from '../model/columns.ts'
import type { Track } from '../model/track.ts'

/** The first row with this sequence number or a greater one; the number of rows when there is none. */
export function rowFrom(track: Track, seq: number): number {
  return seq <= 0 ? 0 : firstRowAfter(track, { timeUs: 0, track: track.number, seq: seq - 1 })
}

/** One above the last sequence number. */
export const endSeq = (track: Track): number => (track.rows.length === 0 ? 0 : track.seqOf(track.rows.length - 1) + 1)

/** Stretches of [from, to) without rows, ascending. */
export function holesBetween(track: Track, from: number, to: number): StreamHole[] {
  const holes: StreamHole[] = []
  let seq = from
  let row = rowFrom(track, from)
  if (rowFrom(track, to) - row === to - from) return holes
  while (seq < to) {
    const next = row < track.rows.length ? track.seqOf(row) : Infinity
    if (next > seq) {
      holes.push([seq, Math.min(next, to)])
      seq = next
      continue
    }
    // The run of rows without a hole: behind it, sequence numbers run ahead of rows.
    const [start, first] = [row, seq]
    const run = lowerBound(1, Math.min(track.rows.length - row, to - seq), i => track.seqOf(start + i) - first > i)
    seq += run
    row += run
  }
  return holes
}

/** Whether any row lies in it now. */
export function isFilled(track: Track, [from, to]: StreamHole): boolean {
  const row = rowFrom(track, from)
  return row < track.rows.length && track.seqOf(row) < to
}
