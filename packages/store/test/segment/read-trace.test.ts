import { describe, expect, it } from 'vitest'
import { crc32, decodeChunk } from '@hindscope/protocol'
import type { Damage } from '@hindscope/protocol'
import { BLOCK_HEADER_BYTES, readBlockHeader } from '../../src/segment/block-layout.ts'
import { deflateCodec } from '../../src/segment/codecs.ts'
import type { Codec } from '../../src/segment/codecs.ts'
import { packBlock } from '../../src/segment/pack-block.ts'
import { listFrames, readTrace } from '../../src/segment/read-trace.ts'
import { sealChunks } from '../../src/segment/seal-chunks.ts'
import { indexBytesAtEnd, readIndex } from '../../src/segment/segment-index.ts'
import { callsChunk } from './chunk-runs.ts'

const chunks = Array.from({ length: 12 }, (_, number) => callsChunk(number, 30))
const sealed = Buffer.concat([...sealChunks(chunks, { blockBytes: 1000 })])
const blocks = listFrames(sealed).frames.filter(frame => frame.kind === 'block')

function read(bytes: Uint8Array): { readonly numbers: readonly number[]; readonly damage: readonly Damage[] } {
  const numbers: number[] = []
  const damage = readTrace(bytes, (chunk, chunkBytes) => numbers.push(decodeChunk(chunkBytes).number === chunk.number ? chunk.number : -1))
  return { numbers, damage }
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number)

describe('readTrace', () => {
  it('reads raw, sealed and mixed bytes alike, one after another', () => {
    expect(blocks.length).toBeGreaterThan(3)
    expect(read(sealed)).toEqual({ numbers: upTo(12), damage: [] })
    const mixed = Buffer.concat([...chunks.slice(0, 2), sealed, packBlock(chunks.slice(3, 5)), sealed, ...chunks.slice(7, 8)])
    expect(read(mixed)).toEqual({ numbers: [0, 1, ...upTo(12), 3, 4, ...upTo(12), 7], damage: [] })
    expect(read(new Uint8Array(0))).toEqual({ numbers: [], damage: [] })
  })

  it('of a file cut at any byte reads every whole block, and lists what is behind', () => {
    const ends = blocks.map(({ offset, bytes, header }) => ({ end: offset + bytes, chunks: header.lastNumber + 1 }))
    const wrong: number[] = []
    for (let length = 1; length < sealed.length; length++) {
      const { end, chunks: whole } = ends.findLast(each => each.end <= length) ?? { end: 0, chunks: 0 }
      const { numbers, damage } = read(sealed.subarray(0, length))
      const isListed = end === length ? damage.length === 0 : damage.length === 1 && damage[0]?.offset === end && damage[0].bytes === length - end
      if (numbers.join() !== upTo(whole).join() || !isListed) wrong.push(length)
    }
    expect(wrong).toEqual([])
  })

  it('lists damage inside and opens what is around it', () => {
    const second = blocks[1]
    if (second === undefined) throw new TypeError('no second block')
    const flipped = Buffer.from(sealed)
    flipped[second.offset + 9] = 0xff // the length
    const result = read(flipped)
    expect(result.damage).toMatchObject([{ offset: second.offset, bytes: second.bytes, code: 'block-truncated' }])
    expect(result.numbers).toEqual(upTo(12).filter(number => number < second.header.firstNumber || number > second.header.lastNumber))
  })

  it('makes adjoining damage one entry', () => {
    const flipped = Buffer.from(sealed)
    for (const { offset } of blocks.slice(1, 3)) flipped[offset + 11] = 0xff
    expect(read(flipped).damage).toHaveLength(1)
  })

  it('opens those chunks of a damaged block that are as they were', () => {
    const plain: Codec = { ...deflateCodec, compress: bytes => bytes }
    const block = packBlock(chunks, plain)
    // In the value section of the last chunk, which stands before the strings.
    const at = Buffer.from(block).lastIndexOf(Buffer.from([4, 2, 3, 11]))
    block[at + 3] = 99
    const { numbers, damage } = read(Buffer.concat([block, callsChunk(20)]))
    expect(numbers).toEqual([...upTo(11), 20])
    expect(damage).toMatchObject([{ offset: 0, bytes: block.length, code: 'block-checksum' }])
  })

  it('says when a newer version wrote a block, and opens the others', () => {
    const newer = packBlock(chunks.slice(0, 2))
    newer[4] = 2
    const { numbers, damage } = read(Buffer.concat([newer, packBlock(chunks.slice(2, 4))]))
    expect(numbers).toEqual([2, 3])
    expect(damage).toMatchObject([{ offset: 0, bytes: newer.length, code: 'block-version' }])
    const index = Buffer.from([...sealChunks(chunks)].at(-1) ?? [])
    index[4] = 9
    expect(read(index).damage).toMatchObject([{ code: 'block-version' }])
  })

  it('says which codec it does not know', () => {
    const block = packBlock(Array.from({ length: 12 }, (_, number) => callsChunk(number, 300)))
    block[6] = 77
    new DataView(block.buffer).setUint32(12, crc32(block, 16, block.length), true)
    expect(read(block).damage).toMatchObject([{ code: 'block-malformed', message: expect.stringContaining('unknown codec 77') }])
  })
})

describe('the index of a sealed segment', () => {
  it('tells of every block without reading any, and is found from the end', () => {
    const bytes = indexBytesAtEnd(sealed.subarray(-8))
    const index = readIndex(sealed, sealed.length - bytes)
    expect(index.spanBytes).toBe(sealed.length - bytes)
    expect(index.blocks).toEqual(blocks.map(({ offset, header }) => ({ offset, header })))
    for (const { offset, header } of index.blocks) expect(readBlockHeader(sealed, offset).header).toEqual(header)
    expect(indexBytesAtEnd(sealed.subarray(0, 100))).toBe(0)
    expect(indexBytesAtEnd(new Uint8Array(3))).toBe(0)
  })

  it('is damage when a byte of it is wrong', () => {
    const at = sealed.length - indexBytesAtEnd(sealed.subarray(-8))
    for (let offset = at; offset < sealed.length; offset += 5) {
      const flipped = Buffer.from(sealed)
      flipped[offset] = (flipped[offset] as number) ^ 0x40
      const { numbers, damage } = read(flipped)
      expect(numbers).toEqual(upTo(12))
      // Of the two reserved bytes nothing depends.
      expect(damage).toHaveLength(offset - at === 6 || offset - at === 7 ? 0 : 1)
    }
    expect(BLOCK_HEADER_BYTES).toBe(128)
  })
})
