/**
 * The streams of a block. Each holds one meaning for all chunks of the block, one chunk after the other, and is compressed by itself:
 * like stands beside like.
 */
export const Stream = {
  /** Chunk headers, column by column (chunk-columns.ts). */
  headers: 0,
  /** The operations of all tapes, as varints into the table of operations (tape-columns.ts). */
  operations: 1,
  operationTable: 2,
  /** Microseconds of `clock` and `elapsed`. */
  clocks: 3,
  /** Call words, as zigzag distances to the next call id. */
  calls: 4,
  /** Link words of `record`, as zigzag distances to its call. */
  links: 5,
  /** Iteration words, as zigzag distances to the one before. */
  iterations: 6,
  /** Count and flags of value words, and whether there is an offset. */
  valueHeads: 7,
  /** Offsets of value words, as zigzag distances to the one before in the chunk. */
  valueOffsets: 8,
  /** Value sections as they are. */
  values: 9,
  /** Strings, each once, as they lie in chunks: varint length and UTF-8. */
  strings: 10,
  /** Which strings each chunk has, in its order. */
  stringNumbers: 11,
  /** Tapes and string sections that are not as writers make them, as they are. */
  raw: 12,
} as const

export const STREAM_COUNT = 13
