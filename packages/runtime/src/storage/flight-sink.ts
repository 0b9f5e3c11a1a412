/**
 * The flight recorder: holds sealed chunks instead of handing them on, bounded by time and bytes, until somebody wants them kept. Definitions
 * pass at once. While a window is open everything passes. What is let go is no drop; it is told as a gap, by sequence numbers, when the
 * next chunks are handed on or the realm ends.
 *
 *   let go …  │ held: oldest → … → newest │            keep():  the gap is told, held chunks go to the inner sink, then all that follows
 *        gapSeq   ^ at most keepUs, maxBytes           shut():  held again
 */
import type { GapDefinition, HoldingReport, ReportBodies, ReportTopic } from '@hindscope/protocol'
import type { SealedChunk, Sink, SinkContext, SinkStats } from './sink.ts'

export interface FlightBounds {
  readonly keepUs: number
  readonly maxBytes: number
}

interface Held {
  readonly chunk: SealedChunk
  next: Held | undefined
}

// Places in a chunk's header: protocol/chunk.ts.
const FIRST_SEQ = 24
const LAST_MS = 50
const START_US = 56

const viewOf = ({ bytes }: SealedChunk): DataView => new DataView(bytes.buffer, bytes.byteOffset)
const nextSeqOf = (chunk: SealedChunk): number => viewOf(chunk).getUint32(FIRST_SEQ, true) + chunk.records
const startUsOf = (chunk: SealedChunk): number => viewOf(chunk).getFloat64(START_US, true)
/** Clock value of its last event: 48 bits of milliseconds. */
const endUsOf = (chunk: SealedChunk): number => (viewOf(chunk).getUint16(LAST_MS, true) + viewOf(chunk).getUint32(LAST_MS + 2, true) * 65_536) * 1000

export class FlightSink implements Sink {
  private readonly inner: Sink
  private readonly bounds: FlightBounds
  private oldest: Held | undefined
  private newest: Held | undefined
  private isOpen = false
  private untold = 0
  private recycle: SinkContext['recycle'] = () => {}
  /** The gap that is to be told: [gapSeq, goneSeq), empty when both are the same. */
  private gapSeq = 0
  private goneSeq = 0
  private gapUs = 0
  private goneUs = 0
  heldBytes = 0

  constructor(inner: Sink, bounds: FlightBounds) {
    this.inner = inner
    this.bounds = bounds
  }

  open(context: SinkContext): void {
    this.recycle = context.recycle
    this.inner.open?.(context)
  }

  accept(chunk: SealedChunk): void {
    if (chunk.kind === 'definitions') return this.inner.accept(chunk)
    if (this.isOpen) return this.pass(chunk)
    const held: Held = { chunk, next: undefined }
    if (this.newest === undefined) this.oldest = held
    else this.newest.next = held
    this.newest = held
    this.heldBytes += chunk.bytes.length
    this.prune(endUsOf(chunk) - this.bounds.keepUs)
  }

  private pass(chunk: SealedChunk): void {
    this.gapSeq = this.goneSeq = nextSeqOf(chunk)
    this.inner.accept(chunk)
  }

  /** Lets go what ended before `fromUs`, and what is too much. */
  private prune(fromUs: number): void {
    while (this.oldest !== undefined && (this.heldBytes > this.bounds.maxBytes || endUsOf(this.oldest.chunk) < fromUs)) {
      const chunk = this.take() as SealedChunk // SAFE: there is an oldest
      if (this.goneSeq === this.gapSeq) this.gapUs = startUsOf(chunk)
      this.goneSeq = nextSeqOf(chunk)
      this.goneUs = endUsOf(chunk)
      // A chunk that is let go takes along what it was to tell about drops.
      this.untold += chunk.dropped
      this.recycle(chunk)
    }
  }

  private take(): SealedChunk | undefined {
    const { oldest } = this
    if (oldest === undefined) return undefined
    this.oldest = oldest.next
    if (this.oldest === undefined) this.newest = undefined
    this.heldBytes -= oldest.chunk.bytes.length
    return oldest.chunk
  }

  /** Hands on what is held, and from now on everything. Gives the gap before it, and the time of the first event that was held. */
  keep(nowUs: number): { readonly gap: Omit<GapDefinition, 'kind' | 'realm'> | undefined; readonly fromUs: number } {
    this.prune(nowUs - this.bounds.keepUs)
    const gap = this.takeGap()
    const fromUs = this.oldest === undefined ? nowUs : startUsOf(this.oldest.chunk)
    this.isOpen = true
    for (let chunk = this.take(); chunk !== undefined; chunk = this.take()) this.pass(chunk)
    return { gap, fromUs }
  }

  /** Holds what comes from now on. */
  shut(): void {
    this.isOpen = false
  }

  /** The realm ends: lets everything go. Gives the gap that this leaves. */
  letGo(): Omit<GapDefinition, 'kind' | 'realm'> | undefined {
    this.prune(Infinity)
    return this.takeGap()
  }

  private takeGap(): Omit<GapDefinition, 'kind' | 'realm'> | undefined {
    const { gapSeq: fromSeq, goneSeq: toSeq, gapUs: fromUs, goneUs: toUs } = this
    this.gapSeq = toSeq
    return fromSeq === toSeq ? undefined : { fromSeq, toSeq, fromUs, toUs }
  }

  /** What it holds; undefined while nothing is held. */
  holding(): HoldingReport | undefined {
    const { oldest, newest, gapSeq, goneSeq } = this
    if (oldest === undefined || newest === undefined) return undefined
    const fromUs = startUsOf(oldest.chunk)
    return {
      fromSeq: viewOf(oldest.chunk).getUint32(FIRST_SEQ, true),
      toSeq: nextSeqOf(newest.chunk),
      bytes: this.heldBytes,
      fromUs,
      toUs: endUsOf(newest.chunk),
      gapSeq,
      gapUs: goneSeq === gapSeq ? fromUs : this.gapUs,
    }
  }

  report<Topic extends ReportTopic>(topic: Topic, body: ReportBodies[Topic]): void {
    this.inner.report?.(topic, body)
  }

  takeDropped(): number {
    const lost = this.untold + (this.inner.takeDropped?.() ?? 0)
    this.untold = 0
    return lost
  }

  flush(): Promise<void> {
    return this.inner.flush?.() ?? Promise.resolve()
  }

  flushNow(): void {
    this.inner.flushNow?.()
  }

  close(): Promise<void> {
    return this.inner.close?.() ?? Promise.resolve()
  }

  stats(): SinkStats {
    return this.inner.stats?.() ?? { chunks: 0, bytes: 0, dropped: 0, waitingBytes: 0 }
  }

  chunks(): Uint8Array[] {
    return this.inner.chunks?.() ?? []
  }
}
