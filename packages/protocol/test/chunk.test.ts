import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CHUNK_HEADER_BYTES,
  CHUNK_MAGIC,
  crc32,
  decodeChunk,
  decodeDefinitions,
  encodeChunk,
  encodeDefinitions,
  HindscopeError,
  ownCrc32,
  scanChunks,
  SCHEMA_VERSION,
} from '../src/index.ts'
import type { Chunk, Definition } from '../src/index.ts'
import { chunkParts, smallChunk } from './chunk-parts.ts'
import type { TapedParts } from './chunk-parts.ts'

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

const reseal = (bytes: Uint8Array): Uint8Array => {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, crc32(bytes, 16), true)
  return bytes
}

function expectSame(chunk: Chunk, parts: TapedParts): void {
  expect(chunk).toMatchObject(parts)
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof HindscopeError) return error.code
    throw error
  }
  return 'no error'
}

describe('round trip', () => {
  test('a chunk decodes to what was encoded, at any offset of any buffer', () => {
    fc.assert(
      fc.property(chunkParts, fc.uint8Array({ maxLength: 9 }), (parts, before) => {
        const bytes = join(before, encodeChunk(parts), Uint8Array.of(1, 2, 3))
        expectSame(decodeChunk(bytes, before.length), parts)
        expectSame(decodeChunk(bytes.subarray(before.length)), parts)
      }),
    )
  })

  test('a run of chunks scans to the same run without damage', () => {
    fc.assert(
      fc.property(fc.array(chunkParts, { maxLength: 5 }), run => {
        const scan = scanChunks(join(...run.map(chunk => encodeChunk(chunk))))
        expect(scan.damage).toEqual([])
        expect(scan.chunks).toHaveLength(run.length)
        scan.chunks.forEach(({ chunk }, i) => expectSame(chunk, run[i] as TapedParts))
      }),
    )
  })

  test('definitions decode to what was encoded', () => {
    const definitions: Definition[] = [
      { kind: 'module', realm: smallChunk.realm, module: '0123456789abcdef' as never, base: 3, count: 4 },
      { kind: 'manifest', manifest: { version: 1, module: '0123456789abcdef' as never, id: 'é"\n', sourceHash: '', sources: [], probes: [] } },
    ]
    expect(decodeDefinitions(decodeChunk(encodeDefinitions(smallChunk, definitions)))).toEqual(definitions)
  })

  test('the header drawing holds: magic, version and length lie where it says', () => {
    const bytes = encodeChunk(smallChunk)
    const view = new DataView(bytes.buffer)
    expect(String.fromCharCode(...bytes.subarray(0, 4))).toBe('HSCK')
    expect(view.getUint32(0, true)).toBe(CHUNK_MAGIC)
    expect([view.getUint16(4, true), view.getUint32(8, true), view.getUint32(20, true), view.getUint32(32, true)]).toEqual([
      SCHEMA_VERSION,
      bytes.length,
      smallChunk.number,
      smallChunk.dropped,
    ])
    expect(CHUNK_HEADER_BYTES).toBe(96)
  })
})

describe('damage', () => {
  const good = encodeChunk(smallChunk)
  const other = encodeChunk({ ...smallChunk, number: 4, strings: ['other'] })

  test('cut at every byte: reported as truncated, never fatal, and the chunk before still opens', () => {
    for (let length = 0; length < good.length; length++) {
      expect(codeOf(() => decodeChunk(good.subarray(0, length)))).toBe('chunk-truncated')
      const scan = scanChunks(join(other, good.subarray(0, length)))
      expect(scan.chunks.map(({ chunk }) => chunk.number)).toEqual([4])
      expect(scan.damage.map(each => [each.offset, each.bytes, each.code])).toEqual(length === 0 ? [] : [[other.length, length, 'chunk-truncated']])
    }
  })

  test('every single bit flip is detected, and the chunks around it still open', () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const flipped = good.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      const scan = scanChunks(join(other, flipped, other))
      expect(scan.chunks.map(({ chunk }) => chunk.number)).toEqual([4, 4])
      expect(scan.damage).toHaveLength(1)
      expect(scan.damage[0]).toMatchObject({ offset: other.length, bytes: good.length })
    }
  })

  test('bytes of any kind never throw out of a scan, and damage and chunks cover them without overlap', () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(good), fc.constant(Uint8Array.of(0x48, 0x53, 0x43, 0x4b))))
    fc.assert(
      fc.property(pieces, fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 4 }), (parts, writes) => {
        const bytes = join(...parts)
        for (const [at, value] of writes) if (at < bytes.length) bytes[at] = value
        const { chunks, damage } = scanChunks(bytes)
        const spans = [...chunks.map(({ offset, chunk }) => [offset, chunk.totalBytes]), ...damage.map(each => [each.offset, each.bytes])]
        spans.sort((a, b) => (a[0] as number) - (b[0] as number))
        let end = 0
        for (const [offset, length] of spans) {
          expect(offset).toBe(end)
          end += length as number
        }
        expect(end).toBe(bytes.length)
      }),
    )
  })

  test('a magic inside a damaged chunk does not split the damage', () => {
    const tricky = encodeChunk({ ...smallChunk, values: Uint8Array.of(0x48, 0x53, 0x43, 0x4b, 9) })
    tricky[100] = (tricky[100] as number) ^ 1
    expect(scanChunks(join(tricky, other)).damage).toMatchObject([{ offset: 0, bytes: tricky.length, code: 'chunk-checksum' }])
  })

  test('a chunk of a newer schema is named as such and skipped', () => {
    const newer = good.slice()
    new DataView(newer.buffer).setUint16(4, SCHEMA_VERSION + 1, true)
    expect(codeOf(() => decodeChunk(newer))).toBe('chunk-version')
    const scan = scanChunks(join(newer, good))
    expect(scan.damage).toMatchObject([{ offset: 0, bytes: newer.length, code: 'chunk-version' }])
    expect(scan.chunks).toHaveLength(1)
  })

  test('a sealed chunk that contradicts itself is malformed, not misread', () => {
    const broken = (change: (view: DataView) => void): string => {
      const bytes = good.slice()
      change(new DataView(bytes.buffer))
      return codeOf(() => decodeChunk(reseal(bytes)))
    }
    expect(broken(view => view.setUint32(28, 3, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint32(28, 1, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint32(28, 0x7fffffff, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint32(68, 1, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint16(6, 9, true))).toBe('chunk-malformed')
    expect(broken(view => view.setBigUint64(48, 1n, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint32(16, 0, true))).toBe('id-out-of-range')
    expect(broken(view => view.setUint32(8, 12, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint32(8, 0xffffffff, true))).toBe('chunk-malformed')
    expect(broken(view => view.setUint8(CHUNK_HEADER_BYTES + smallChunk.tape.length + 3, 0x7f))).toBe('bytes-out-of-range')
  })
})

test('crc32 gives the check value of the standard at every alignment', () => {
  const text = new TextEncoder().encode('123456789')
  expect(crc32(text)).toBe(0xcbf43926)
  for (let pad = 0; pad < 9; pad++)
    for (const each of [crc32, ownCrc32]) expect(each(join(new Uint8Array(pad), text, new Uint8Array(pad)), pad, pad + 9)).toBe(0xcbf43926)
})
