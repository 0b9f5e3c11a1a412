import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventKind, crc32, encodeDefinitions, realmId, sessionId } from '@hindscope/protocol'
import { GeneratedTrace } from '@hindscope/testkit'
import { BLOCK_HEADER_BYTES, BlockFlag, hasKind, readBlockHeader } from '../../src/segment/block-layout.ts'
import { ChunkGroups } from '../../src/segment/chunk-groups.ts'
import { deflateCodec, libraryCodecs, writingCodec, zstdCodec } from '../../src/segment/codecs.ts'
import type { Codec } from '../../src/segment/codecs.ts'
import { BlockPacker, compressBlock, packBlock } from '../../src/segment/pack-block.ts'
import { Stream } from '../../src/segment/streams.ts'
import { unpackBlock } from '../../src/segment/unpack-block.ts'
import { callsChunk, chunkRuns } from './chunk-runs.ts'

const unpack = (block: Uint8Array, codec?: Codec): Uint8Array[] => unpackBlock(block, 0, readBlockHeader(block, 0).header, codec)
const generated = [...new GeneratedTrace({ events: 20_000, seed: 3 }).chunks()]
const groupsOf = (chunks: readonly Uint8Array[], blockBytes?: number): Uint8Array[][] => {
  const groups = new ChunkGroups(blockBytes)
  return [...chunks.flatMap(chunk => groups.add(chunk)), ...groups.rest()]
}
/** Claims another size for a stream, under a valid checksum. */
function withClaim(block: Uint8Array, stream: number, rawBytes: number): Uint8Array<ArrayBuffer> {
  const changed = block.slice()
  const view = new DataView(changed.buffer)
  view.setUint32(BLOCK_HEADER_BYTES + stream * 8, rawBytes, true)
  view.setUint32(12, crc32(changed, 16, changed.length), true)
  return changed
}

describe('packBlock and unpackBlock', () => {
  it('give back every byte of any chunks whose sections are whole', () => {
    const isSame = (chunks: readonly Uint8Array[]): boolean => unpack(packBlock(chunks)).map(plain).join() === chunks.map(plain).join()
    fc.assert(fc.property(chunkRuns, isSame), { numRuns: 300 })
  })

  it('give back the chunks of a realistic trace, in a quarter of their bytes', () => {
    const groups = groupsOf(generated)
    const blocks = groups.map(chunks => packBlock(chunks))
    expect(blocks.map(block => unpack(block).map(plain))).toEqual(groups.map(chunks => chunks.map(plain)))
    const size = (bytes: readonly Uint8Array[]): number => bytes.reduce((sum, { length }) => sum + length, 0)
    expect(size(blocks)).toBeLessThan(size(generated) / 4)
  })

  it('give the same in steps, with the compression aside', async () => {
    const [chunks = []] = groupsOf(generated)
    const packer = new BlockPacker()
    for (const chunk of chunks) packer.add(chunk)
    expect(await compressBlock(packer.finish())).toEqual(packBlock(chunks))
  })

  it('are read by the libraries that browsers have, whatever wrote them', () => {
    const chunks = groupsOf(generated).at(-1) ?? []
    for (const codec of new Set([writingCodec, deflateCodec, ...libraryCodecs.slice(0, 1)])) {
      const block = packBlock(chunks, codec)
      expect(
        unpack(
          block,
          libraryCodecs.find(({ id }) => id === codec.id),
        ).map(plain),
      ).toEqual(chunks.map(plain))
    }
  })

  it('tell in the header what is inside', () => {
    const { header, isIntact } = readBlockHeader(packBlock([4, 5, 6].map(number => callsChunk(number))), 0)
    expect(isIntact).toBe(true)
    expect(header).toMatchObject({
      realm: 7,
      chunks: 3,
      events: 600,
      errors: 0,
      firstNumber: 4,
      lastNumber: 6,
      firstSeq: 800,
      lastSeq: 1399,
      flags: 0,
    })
    expect([header.fromUs, header.toUs]).toEqual([1_700_000_000_040_000, 1_700_000_000_060_000])
    expect([header.hlcFirst.ms, header.hlcLast.ms]).toEqual([1_700_000_000_040, 1_700_000_000_065])
    const kinds = Object.entries(EventKind).flatMap(([name, kind]) => (hasKind(header, kind) ? name : []))
    expect(kinds).toEqual(['callEnter', 'callReturn'])
  })

  it('tell of definitions, and of incidents among them', () => {
    const place = {
      session: sessionId('ab'.repeat(16)),
      realm: realmId(1),
      number: 0,
      firstSeq: 0,
      hlcFirst: { ms: 1, counter: 0 },
      baseTimeUs: 1000,
    }
    const gap = { kind: 'gap', realm: 1, fromSeq: 0, toSeq: 1, fromUs: 0, toUs: 1 } as const
    const incident = { kind: 'incident', id: 'a', realm: 1, cause: 'mark', atUs: 1, fromUs: 0, untilUs: 2, count: 1, suppressed: 0 } as const
    const flags = [[gap], [gap, incident]].map(definitions => readBlockHeader(packBlock([encodeDefinitions(place, definitions)]), 0).header.flags)
    expect(flags).toEqual([BlockFlag.definitions, BlockFlag.definitions | BlockFlag.incidents])
  })

  it('refuse chunks of two realms, and none', () => {
    expect(() => packBlock([callsChunk(0), callsChunk(1, 100, 8)])).toThrow('block-malformed')
    expect(() => packBlock([])).toThrow('block-malformed')
    expect(() => packBlock([callsChunk(0).subarray(0, 90)])).toThrow('block-malformed')
  })
})

describe('claims of size', () => {
  const block = packBlock([0, 1, 2, 3].map(number => callsChunk(number, 2000)))

  it('are refused before anything of their size is made', () => {
    for (const rawBytes of [0xffff_ffff, 1 << 30, 200_000])
      expect(() => unpack(withClaim(block, Stream.operations, rawBytes))).toThrow('block-malformed')
    const larger = block.slice()
    new DataView(larger.buffer).setUint32(112, 0x7fff_ffff, true)
    expect(() => readBlockHeader(larger, 0)).toThrow('block-malformed')
  })

  it('are held to by every codec', () => {
    const bomb = new Uint8Array(4_000_000)
    const codecs = new Set([writingCodec, deflateCodec, ...libraryCodecs])
    for (const codec of codecs) {
      const packed = (codec.id === zstdCodec.id ? ZSTD_ZEROS : deflateCodec.compress(bomb)) as Uint8Array
      // A library may stop where its output is full or leave the rest of it zero: chunks have checksums of their own.
      for (const claim of [10, 3_999_999, 4_000_001]) expect(lengthOrError(() => codec.decompress(packed, claim))).toBeOneOf(['error', claim])
      expect(codec.decompress(packed, bomb.length)).toHaveLength(bomb.length)
    }
  })
})

describe('ChunkGroups', () => {
  it('keep the order of realms, whichever is full first', () => {
    const chunks = [callsChunk(0, 10, 3), ...[0, 1, 2, 3].map(number => callsChunk(number, 400, 1)), callsChunk(0, 10, 2), callsChunk(1, 10, 3)]
    const groups = groupsOf(chunks, 6000)
    expect(groups.map(group => group.map(bytes => `${bytes[16]}:${bytes[20]}`))).toEqual([
      ['3:0'],
      ['1:0'],
      ['1:1'],
      ['1:2'],
      ['3:1'],
      ['1:3'],
      ['2:0'],
    ])
  })
})

const lengthOrError = (decompress: () => Uint8Array): number | 'error' => {
  try {
    return decompress().length
  } catch {
    return 'error'
  }
}

/** 4,000,000 zeros, as zstd writes them: blocks of one repeated byte. */
const ZSTD_ZEROS: Uint8Array = (() => {
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...[0, 8, 16, 24].map(shift => (4_000_000 >>> shift) & 0xff)]
  const blocks: number[] = []
  for (let left = 4_000_000; left > 0; left -= 131_072) {
    const size = Math.min(left, 131_072)
    const word = (size << 3) | (1 << 1) | (left <= 131_072 ? 1 : 0)
    blocks.push(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, 0)
  }
  return Uint8Array.from([...head, ...blocks])
})()

/** Buffers and views compare as what they hold. */
function plain(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
