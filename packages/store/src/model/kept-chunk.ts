/** What a track keeps of a chunk once its events are rows: the values and texts that the rows point into, and the header. */
import type { Chunk } from '@hindscope/protocol'

export type KeptChunk = Omit<Chunk, 'records' | 'tape'>

/** Values get memory of their own, so that the bytes around them can go. */
export function keep(chunk: Chunk): KeptChunk {
  const { records: _records, tape: _tape, ...kept } = chunk
  return { ...kept, values: chunk.values.slice() }
}

/** Readers use the memory of records again. */
export const ownRecords = (chunk: Chunk): Chunk => ({ ...chunk, records: chunk.records.slice() })
