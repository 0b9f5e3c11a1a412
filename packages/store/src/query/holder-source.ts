/** The rows whose values may match, by the bytes of each chunk, as a source of candidates. */
import { listSource } from '../engine/row-source.ts'
import type { RowSource } from '../engine/row-source.ts'
import { Mark } from '../model/row-table.ts'
import type { Track } from '../model/track.ts'
import { visitRows } from './value-bytes.ts'
import type { Patterns } from './value-bytes.ts'

/** Where every so manieth row is a candidate, looking at each is as quick. */
const MIN_SHARE = 8

/** Rows that may match, and the other ends of their calls, which have the same arguments and result; undefined when these are not few. */
export function holderSource(track: Track, patternsOf: (chunk: number) => Patterns): RowSource | undefined {
  const { rows, calls } = track
  const most = rows.length / MIN_SHARE
  const found: number[] = []
  for (let chunk = 0; chunk < track.chunks.length && found.length <= most; chunk++) {
    visitRows(track, chunk, patternsOf(chunk), row => {
      found.push(row)
      const mark = (rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)
      if (mark === 0) return
      const call = rows.call[row] ?? -1
      const other = (mark === Mark.enter ? calls.exitRow[call] : calls.enterRow[call]) ?? -1
      if (other !== -1) found.push(other)
    })
  }
  if (found.length > most) return undefined
  const sorted = Uint32Array.from(found).sort()
  return listSource({ length: sorted.length, at: index => sorted[index] })
}
