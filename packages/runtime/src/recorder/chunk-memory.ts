/**
 * Memory of chunks that nobody needs any more, for the next ones. PERF: memory that the process has not touched before costs several times
 * what is written into it – bench/runtime/per-call.bench.mjs
 */
import { partOf } from '@hindscope/protocol'

/** Smaller pieces come from memory that was touched anyway. */
const LEAST_BYTES = 64 << 10
const MOST_PIECES = 4

export class ChunkMemory {
  private readonly pieces: Uint8Array<ArrayBuffer>[] = []

  /** `count` bytes with anything in them. */
  readonly take = (count: number): Uint8Array<ArrayBuffer> => {
    const { pieces } = this
    for (let i = 0; count >= LEAST_BYTES && i < pieces.length; i++) {
      const piece = pieces[i] as Uint8Array<ArrayBuffer> // SAFE: below the length, here and below
      if (piece.length < count || piece.length > count * 2) continue
      pieces[i] = pieces[pieces.length - 1] as Uint8Array<ArrayBuffer>
      pieces.length--
      return partOf(piece, 0, count)
    }
    return new Uint8Array(count)
  }

  /** Whoever was given the bytes is done with them. Beyond what is soon needed they are left to the garbage collector. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    const { pieces } = this
    if (bytes.byteOffset !== 0 || bytes.buffer.byteLength < LEAST_BYTES) return
    // The newest are of the size that chunks have now.
    if (pieces.length === MOST_PIECES) for (let i = 1; i < MOST_PIECES; i++) pieces[i - 1] = pieces[i] as Uint8Array<ArrayBuffer> // SAFE: as above
    else pieces.length++
    pieces[pieces.length - 1] = new Uint8Array(bytes.buffer)
  }
}
