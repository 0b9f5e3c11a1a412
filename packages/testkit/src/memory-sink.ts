/** A sink for tests: keeps every chunk, and can be told to refuse. Has the shape of the runtime's Sink without importing it. */
export interface CollectedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly number: number
  readonly kind: 'events' | 'definitions'
  readonly records: number
  readonly dropped: number
}

export class CollectingSink {
  readonly collected: CollectedChunk[] = []
  /** While set, event chunks are refused and their records counted as dropped. */
  refuses = false
  closed = false
  private dropped = 0
  private untold = 0

  accept(chunk: CollectedChunk): void {
    if (this.refuses && chunk.kind === 'events') {
      this.dropped += chunk.records
      this.untold += chunk.records + chunk.dropped
    } else this.collected.push(chunk)
  }

  takeDropped(): number {
    const lost = this.untold
    this.untold = 0
    return lost
  }

  async flush(): Promise<void> {
    await Promise.resolve()
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.resolve()
  }

  stats(): { chunks: number; bytes: number; dropped: number; waitingBytes: number } {
    const bytes = this.collected.reduce((sum, chunk) => sum + chunk.bytes.length, 0)
    return { chunks: this.collected.length, bytes, dropped: this.dropped, waitingBytes: 0 }
  }

  chunks(): Uint8Array[] {
    return this.collected.map(chunk => chunk.bytes)
  }
}
