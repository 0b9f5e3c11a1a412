/**
 * Memory of a chunk that nobody needs any more, for the next one. PERF: memory that the process has not touched before costs several times
 * what is written into it – bench/runtime/per-call.bench.mjs
 */
import { partOf } from '@hindscope/protocol'

/** Smaller pieces come from memory that was touched anyway. */
const LEAST_BYTES = 64 << 10

export class ChunkMemory {
  private spare = new Uint8Array(0)

  /** `count` bytes with anything in them. */
  readonly take = (count: number): Uint8Array<ArrayBuffer> => {
    const { spare } = this
    if (count < LEAST_BYTES || spare.length < count || spare.length > count * 2) return new Uint8Array(count)
    this.spare = new Uint8Array(0)
    return partOf(spare, 0, count)
  }

  /** Whoever was given the bytes is done with them. Only the last large ones are kept: they are of the size that chunks have now. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length >= LEAST_BYTES) this.spare = new Uint8Array(bytes.buffer)
  }
}
