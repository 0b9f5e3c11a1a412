/**
 * Trace files, damaged at random, and what must hold of each: it opens, what was not touched is there, what is not there is listed. The
 * test runs some, bench/store/mutate.mjs very many.
 */
import { TraceBuilder } from '@hindscope/testkit'
import { listFrames, readTrace } from '../../src/segment/read-trace.ts'
import { sealChunks } from '../../src/segment/seal-chunks.ts'
import { TraceLibrary } from '../../src/model/trace-library.ts'
import { callsChunk } from './chunk-runs.ts'

/** A whole number from 0 to `end` - 1. */
export type Draw = (end: number) => number

/** Marsaglia's xorshift. */
export function drawFrom(seed: number): Draw {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) | 1
  return end => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % end
  }
}

export interface MutationSource {
  readonly bytes: Buffer
  /** Each whole frame and the numbers of its chunks. */
  readonly frames: readonly { readonly bytes: Buffer; readonly chunks: readonly string[] }[]
}

/** Files of each kind: raw, sealed, both, with values and with definitions. */
export function mutationSources(): readonly MutationSource[] {
  const calls = Array.from({ length: 10 }, (_, number) => callsChunk(number, 8))
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  for (let i = 0; i < 12; i++)
    page
      .at(i)
      .console('log', [`line ${i}`, { id: i, name: 'x'.repeat(i) }])
      .event({ kind: 'metric', values: [{ name: 'heap', value: i / 3 }] })
  trace.realm('worker', 'worker').console('error', ['no']).seal()
  const seal = (chunks: readonly Uint8Array[], blockBytes?: number): Buffer =>
    Buffer.concat([...sealChunks(chunks, blockBytes === undefined ? {} : { blockBytes })])
  const files = [
    Buffer.concat(calls),
    seal(calls, 600),
    seal(trace.chunkBytes()),
    Buffer.concat([trace.bytes(), seal(calls.slice(0, 3)), ...calls.slice(3, 5), seal(calls.slice(5), 400)]),
  ]
  return files.map(bytes => ({
    bytes,
    frames: listFrames(bytes).frames.flatMap(({ offset, bytes: length }) => {
      const frame = bytes.subarray(offset, offset + length)
      const chunks: string[] = []
      readTrace(frame, chunk => void chunks.push(`${chunk.realm} ${chunk.type} ${chunk.number}`))
      return chunks.length === 0 ? [] : [{ bytes: frame, chunks }]
    }),
  }))
}

/** One to three changes: bits, bytes and words set, stretches overwritten, removed, doubled, swapped, the end cut off. */
export function mutate(original: Buffer, draw: Draw): Buffer {
  let bytes = Buffer.from(original)
  for (let left = 1 + draw(3); left > 0; left--) bytes = change(bytes, draw)
  return bytes
}

function change(bytes: Buffer<ArrayBuffer>, draw: Draw): Buffer<ArrayBuffer> {
  const at = draw(Math.max(1, bytes.length))
  const length = Math.min(bytes.length - at, 1 + draw(draw(4) === 0 ? 400 : 12))
  switch (draw(8)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length }, () => draw(256))), bytes.subarray(at + length)])
    case 4:
      return bytes.length < 4 ? bytes : setWord(bytes, draw)
    case 5:
      bytes.fill(draw(2) * 255, at, at + length)
      return bytes
    default:
      if (bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << draw(8)) // SAFE: at < length
      return bytes
  }
}

/** Lengths and counts are words: what they say is the interesting thing to get wrong. */
function setWord(bytes: Buffer<ArrayBuffer>, draw: Draw): Buffer<ArrayBuffer> {
  const values = [0, 1, 0x7fff_ffff, 0xffff_ffff, 0x4000_0000, bytes.length, draw(70_000_000)]
  bytes.writeUInt32LE(values[draw(values.length)] ?? 0, draw(Math.floor(bytes.length / 4)) * 4)
  return bytes
}

/** What is wrong with how these bytes are read; undefined when nothing is. */
export function problemOf(mutated: Buffer, { frames }: MutationSource): string | undefined {
  const read = new Set<string>()
  const damage = readTrace(mutated, chunk => void read.add(`${chunk.realm} ${chunk.type} ${chunk.number}`))
  const lost = frames.filter(frame => mutated.includes(frame.bytes)).flatMap(({ chunks }) => chunks.filter(chunk => !read.has(chunk)))
  if (lost.length > 0) return `untouched chunks are not read: ${lost.join(', ')}`
  const list = listFrames(mutated)
  const covered = [...list.frames, ...list.damage].reduce((sum, { bytes }) => sum + bytes, 0)
  if (covered !== mutated.length) return `${covered} of ${mutated.length} bytes are told of`
  let end = -1
  for (const { offset, bytes } of damage) {
    if (offset <= end || bytes <= 0) return 'damage is not in order, or adjoins'
    end = offset + bytes
  }
  if (end > mutated.length) return 'damage lies behind the end'
  new TraceLibrary().addBytes(mutated)
  return undefined
}
