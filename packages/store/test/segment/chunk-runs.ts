/** Generated runs of chunks of one realm, from ordinary to odd, for the tests of blocks. */
import fc from 'fast-check'
import { ByteWriter, CHUNK_HEADER_BYTES, TAPE_OP_WORDS, TapeOp, crc32, encodeChunk, realmId, sessionId, tapeWord } from '@hindscope/protocol'

const SESSION = sessionId('5ea1'.repeat(8))
const int32 = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }) },
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)),
)
/** Any operation with any words behind it. */
const operation = fc
  .tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 0x0fff_ffff })),
    fc.array(int32, { minLength: 4, maxLength: 4 }),
  )
  .map(([op, argument, words]) => [tapeWord(op, argument), ...words].slice(0, TAPE_OP_WORDS[op]))
const tape = fc.array(operation, { maxLength: 60 }).map(operations => new Uint8Array(Int32Array.from(operations.flat()).buffer))
/** Cut anywhere, or no tape at all. */
const oddTape = fc.oneof(
  fc.tuple(tape, fc.nat(8)).map(([bytes, cut]) => bytes.slice(0, Math.max(0, bytes.length - cut))),
  fc.uint8Array({ maxLength: 40 }),
)
const text = fc.oneof(fc.constantFrom('', 'name', 'total', 'é', 'src/cart.ts', 'x'.repeat(300)), fc.string({ maxLength: 12 }))
const hlc = fc.record({ ms: fc.integer({ min: 0, max: 2 ** 48 - 1 }), counter: fc.integer({ min: 0, max: 0xffff }) })
const uint32 = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff }))
const baseTimeUs = fc.oneof(
  fc.integer({ min: 1_700_000_000_000_000, max: 1_700_000_100_000_000 }),
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, 0.5),
)

const parts = fc.record({
  number: uint32,
  firstSeq: uint32,
  recordCount: uint32,
  dropped: uint32,
  truncated: uint32,
  hlcFirst: hlc,
  hlcLast: hlc,
  baseTimeUs,
  nextCall: fc.oneof(fc.integer({ min: 1, max: 900 }), uint32),
  values: fc.uint8Array({ maxLength: 50 }),
  strings: fc.array(text, { maxLength: 8 }),
})

/** What a section of strings is not: a long form of a length, bytes behind the last, a count that is too high. */
const oddStrings = fc.constantFrom(
  Uint8Array.of(1, 0x82, 0, 65, 66),
  Uint8Array.of(1, 1, 65, 66),
  Uint8Array.of(5, 1, 65),
  Uint8Array.of(),
  Uint8Array.of(0x80, 0),
)

const chunk = fc
  .tuple(parts, fc.oneof({ weight: 5, arbitrary: tape }, oddTape), fc.option(oddStrings, { freq: 6 }))
  .map(([fields, tapeBytes, section]) => {
    const bytes = encodeChunk({ ...fields, type: 1, session: SESSION, realm: realmId(7), tape: tapeBytes })
    return section === null ? bytes : withStrings(bytes, section)
  })

/** Chunks that protocol's reader may refuse, but whose sections are what their header says. */
export const chunkRuns: fc.Arbitrary<Uint8Array[]> = fc.array(chunk, { minLength: 1, maxLength: 6 })

function withStrings(bytes: Uint8Array, section: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const stringsAt = CHUNK_HEADER_BYTES + view.getUint32(64, true) + view.getUint32(68, true)
  const writer = new ByteWriter()
  writer.raw(bytes.subarray(0, stringsAt))
  writer.raw(section)
  const changed = writer.take()
  const out = new DataView(changed.buffer)
  out.setUint32(8, changed.length, true)
  out.setUint32(72, section.length, true)
  out.setUint32(12, crc32(changed, 16, changed.length), true)
  return changed
}

export const enterAndExit = (calls: number): Uint8Array => {
  const words = Array.from({ length: calls }, (_, i) => [tapeWord(TapeOp.enter, 1 + (i % 9)), tapeWord(TapeOp.exit, 0)]).flat()
  return new Uint8Array(Int32Array.from([tapeWord(TapeOp.top, 5), 1, ...words]).buffer)
}

/** A readable chunk of calls below a call that is open. */
export const callsChunk = (number: number, calls = 100, realm = 7): Uint8Array<ArrayBuffer> =>
  encodeChunk({
    type: 1,
    session: SESSION,
    realm: realmId(realm),
    number,
    firstSeq: number * calls * 2,
    recordCount: calls * 2,
    dropped: 0,
    truncated: 0,
    hlcFirst: { ms: 1_700_000_000_000 + number * 10, counter: 0 },
    hlcLast: { ms: 1_700_000_000_005 + number * 10, counter: 0 },
    baseTimeUs: 1_700_000_000_000_000 + number * 10_000,
    nextCall: 2 + number * calls,
    tape: enterAndExit(calls),
    values: Uint8Array.of(4, 2, 3, number),
    strings: ['total', `text ${number}`],
  })
