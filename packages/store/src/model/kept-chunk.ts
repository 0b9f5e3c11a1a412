/** What a track keeps of a chunk once its events are rows: the values and texts that the rows point into, and the header. */
import type { Chunk } from '@hindscope/protocol'

export type KeptChunk = Omit<Chunk, 'records' | 'tape'>

/** Values get memory of their own, so that the bytes around them can go (slice() of a Buffer would share it). */
export function keep(chunk: Chunk): KeptChunk {
  const { records: _records, tape: _tape, ...kept } = chunk
  return { ...kept, values: new Uint8Array(chunk.values) }
}

/** Readers use the memory of records again. */
export const ownRecords = (chunk: Chunk): Chunk => ({ ...chunk, records: chunk.records.slice() })
