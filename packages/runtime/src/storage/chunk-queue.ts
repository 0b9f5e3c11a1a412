/**
 * Chunks that wait, bounded by bytes: beyond the bound the oldest event chunks are dropped and their records counted. Definitions are
 * never dropped, because without them nothing else can be read; nor are chunks under way, which may have arrived already.
 */
import type { SealedChunk } from './sink.ts'

/** Takes an item out. The program may have replaced the methods of arrays. `at` is below the length. */
export function takeAt<T>(items: T[], at: number): T {
  const taken = items[at] as T // SAFE: as the caller promised, here and below
  for (let i = at + 1; i < items.length; i++) items[i - 1] = items[i] as T
  items.length--
  return taken
}

export class ChunkQueue {
  readonly chunks: SealedChunk[] = []
  bytes = 0
  dropped = 0
  private untold = 0
  private readonly maxBytes: number

  private readonly isUnderWay: (number: number) => boolean
  private readonly onFull: () => void
  private readonly onDrop: (number: number) => void

  /** `onFull` may remove chunks before the oldest are dropped. */
  constructor(
    maxBytes: number,
    isUnderWay: (number: number) => boolean = () => false,
    onFull: () => void = () => {},
    onDrop: (number: number) => void = () => {},
  ) {
    this.maxBytes = maxBytes
    this.isUnderWay = isUnderWay
    this.onFull = onFull
    this.onDrop = onDrop
  }

  push(chunk: SealedChunk): void {
    this.chunks[this.chunks.length] = chunk
    this.bytes += chunk.bytes.length
    if (this.bytes > this.maxBytes) this.onFull()
    for (let at = 0; this.bytes > this.maxBytes && at < this.chunks.length - 1;) {
      const oldest = this.chunks[at] as SealedChunk // SAFE: at is below the length
      if (oldest.kind === 'definitions' || this.isUnderWay(oldest.number)) at++
      else this.drop(at)
    }
  }

  private drop(at: number): void {
    const chunk = this.take(at)
    // A dropped chunk takes along what it was to tell about earlier drops.
    this.dropped += chunk.records
    this.untold += chunk.records + chunk.dropped
    this.onDrop(chunk.number)
  }

  holds(number: number): boolean {
    for (let at = 0; at < this.chunks.length; at++) if (this.chunks[at]?.number === number) return true
    return false
  }

  /** Takes the chunk with this number out, if it is there. */
  remove(number: number): SealedChunk | undefined {
    for (let at = 0; at < this.chunks.length; at++) if (this.chunks[at]?.number === number) return this.take(at)
    return undefined
  }

  private take(at: number): SealedChunk {
    const chunk = takeAt(this.chunks, at)
    this.bytes -= chunk.bytes.length
    return chunk
  }

  takeDropped(): number {
    const lost = this.untold
    this.untold = 0
    return lost
  }
}
