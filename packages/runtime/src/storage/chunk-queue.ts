/**
 * Chunks that wait, bounded by bytes: beyond the bound the oldest event chunks are dropped and their records counted. Definitions are
 * never dropped, because without them nothing else can be read; nor are chunks under way, which may have arrived already.
 */
import type { SealedChunk } from './sink.ts'

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
    this.chunks.push(chunk)
    this.bytes += chunk.bytes.length
    if (this.bytes > this.maxBytes) this.onFull()
    for (let at = 0; this.bytes > this.maxBytes && at < this.chunks.length - 1;) {
      const oldest = this.chunks[at] as SealedChunk // SAFE: at is below the length
      if (oldest.kind === 'definitions' || this.isUnderWay(oldest.number)) at++
      else this.drop(at)
    }
  }

  private drop(at: number): void {
    const [chunk] = this.chunks.splice(at, 1)
    if (chunk === undefined) return
    this.bytes -= chunk.bytes.length
    // A dropped chunk takes along what it was to tell about earlier drops.
    this.dropped += chunk.records
    this.untold += chunk.records + chunk.dropped
    this.onDrop(chunk.number)
  }

  /** Takes the chunk with this number out. */
  remove(number: number): void {
    const at = this.chunks.findIndex(chunk => chunk.number === number)
    if (at < 0) return
    const [chunk] = this.chunks.splice(at, 1)
    if (chunk !== undefined) this.bytes -= chunk.bytes.length
  }

  takeDropped(): number {
    const lost = this.untold
    this.untold = 0
    return lost
  }
}
