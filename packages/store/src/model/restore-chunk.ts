/** Rows back to chunks: for files, and for tracks that must be built anew because a chunk came late. */
import { RECORD_WORDS, Word, encodeChunk, recordHead, tapeOf } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'
import type { KeptChunk } from './kept-chunk.ts'
import type { Track } from './track.ts'

/** The chunk with its events again: what was kept and the rows. Its tape says the same in other words. */
export function restoreChunk(track: Track, index: number): Chunk {
  const kept = track.chunks[index] as KeptChunk // SAFE: callers take the index from the list
  const records = recordsOf(track, index, kept)
  const { tape, nextCall } = tapeOf(records, kept.recordCount, id => siteOfCallId(track, id))
  return { ...kept, records, tape, nextCall }
}

/** Bytes of a chunk that reads back as the rows are. */
export const encodeKept = (track: Track, index: number): Uint8Array<ArrayBuffer> => encodeChunk(restoreChunk(track, index))

function siteOfCallId(track: Track, id: number): number {
  const call = track.callIndex(id)
  return call === -1 ? 0 : track.siteOfCall(call)
}

function recordsOf(track: Track, index: number, { recordCount, baseTimeUs }: KeptChunk): Int32Array<ArrayBuffer> {
  const { rows } = track
  const first = track.firstRowOf(index)
  const base = Number.isFinite(baseTimeUs) ? baseTimeUs : 0
  const records = new Int32Array(recordCount * RECORD_WORDS)
  for (let i = 0, at = 0; i < recordCount; i++, at += RECORD_WORDS) {
    const row = first + i
    records[at + Word.head] = recordHead(rows.kind[row] ?? 0, rows.flags[row] ?? 0, rows.extra[row] ?? 0)
    records[at + Word.site] = rows.site[row] ?? 0
    records[at + Word.call] = track.callIdOf(row)
    records[at + Word.link] = track.linkOf(row)
    // A row that was late has the time of the row before it.
    records[at + Word.tick] = Math.max(0, Math.floor(track.time(row) - base))
    records[at + Word.value] = rows.values.at(row)
  }
  return records
}
