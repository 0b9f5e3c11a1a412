/** Generated chunks for the codec tests. */
import fc from 'fast-check'
import { ChunkType, RECORD_WORDS, realmId, recordHead, sessionId, tapeOf, toHex } from '../src/index.ts'
import type { ChunkParts, Hlc } from '../src/index.ts'

const uint32 = fc.integer({ min: 0, max: 0xffffffff })
const hlc = fc.record({ ms: fc.integer({ min: 1, max: 2 ** 48 - 1 }), counter: fc.integer({ min: 0, max: 0xffff }) })
/** Well-formed text, with what decoders like to change: byte order marks, NULs, astral characters. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map(text => text.replace(/\p{Surrogate}/gu, '')),
  fc.constantFrom('', '\ufeffmarked', '\0', '😀', 'é'.repeat(200)),
)

const ordered = (a: Hlc, b: Hlc): { hlcFirst: Hlc; hlcLast: Hlc } =>
  a.ms < b.ms || (a.ms === b.ms && a.counter <= b.counter) ? { hlcFirst: a, hlcLast: b } : { hlcFirst: b, hlcLast: a }

/** What a chunk is made of, and the records that its tape stands for. */
export interface TapedParts extends ChunkParts {
  readonly records: Int32Array
}

/** Any words, but for the parts of a head that a tape has less room for. */
function taped(words: readonly number[]): Pick<TapedParts, 'recordCount' | 'records' | 'tape' | 'nextCall'> {
  const recordCount = Math.floor(words.length / RECORD_WORDS)
  const records = Int32Array.from(words.slice(0, recordCount * RECORD_WORDS))
  for (let at = 0; at < records.length; at += RECORD_WORDS) {
    const head = records[at] as number // SAFE: at < length
    records[at] = recordHead(head & 0x7f, (head >>> 8) & 0x1f, head >>> 16)
  }
  return { recordCount, records, ...tapeOf(records, recordCount) }
}

export const chunkParts: fc.Arbitrary<TapedParts> = fc
  .record({
    session: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => sessionId(toHex(bytes))),
    realm: fc.integer({ min: 1, max: 0xffffffff }).map(realmId),
    number: uint32,
    firstSeq: uint32,
    dropped: uint32,
    truncated: uint32,
    hlcs: fc.tuple(hlc, hlc),
    baseTimeUs: fc.double({ noNaN: true }),
    words: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 48 }),
    values: fc.uint8Array({ maxLength: 80 }),
    strings: fc.array(texts, { maxLength: 8 }),
  })
  .map(({ hlcs, words, ...rest }) => ({ ...rest, ...ordered(hlcs[0], hlcs[1]), type: ChunkType.events, ...taped(words) }))

export const smallChunk: TapedParts = {
  type: ChunkType.events,
  session: sessionId('ab'.repeat(16)),
  realm: realmId(7),
  number: 3,
  firstSeq: 100,
  dropped: 1,
  truncated: 2,
  hlcFirst: { ms: 1_700_000_000_000, counter: 1 },
  hlcLast: { ms: 1_700_000_000_005, counter: 0 },
  baseTimeUs: 1_700_000_000_000_000,
  ...taped(Array.from({ length: 2 * RECORD_WORDS }, (_, i) => i * 1_000_003)),
  values: Uint8Array.of(4, 2, 3),
  strings: ['total', 'é'],
}
