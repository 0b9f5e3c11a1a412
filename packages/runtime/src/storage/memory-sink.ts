/** Keeps chunks in memory: for tests, for tools, and for programs that no collector listens to. */
import { ChunkQueue } from './chunk-queue.ts'
import type { SealedChunk, Sink, SinkContext, SinkStats } from './sink.ts'

export class MemorySink implements Sink {
  private queue = new ChunkQueue(Infinity)
  private total = 0
  private count = 0

  open(context: SinkContext): void {
    this.queue = new ChunkQueue(context.maxBufferedBytes)
  }

  accept(chunk: SealedChunk): void {
    this.count++
    this.total += chunk.bytes.length
    this.queue.push(chunk)
  }

  takeDropped(): number {
    return this.queue.takeDropped()
  }

  async flush(): Promise<void> {
    // Nothing to hand on: memory is where the chunks stay.
  }

  async close(): Promise<void> {
    // The chunks stay readable after the recording ended.
  }

  stats(): SinkStats {
    return { chunks: this.count, bytes: this.total, dropped: this.queue.dropped, waitingBytes: this.queue.bytes }
  }

  chunks(): Uint8Array[] {
    return this.queue.chunks.map(chunk => chunk.bytes)
  }
}
