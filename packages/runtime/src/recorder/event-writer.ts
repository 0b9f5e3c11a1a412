/**
 * The only writer of records. A record with values is written in three steps, `room` (seals when the chunk is full), the values, then
 * `emit`; sealing never happens between them, so a value's offset always belongs to the chunk of its record.
 */
import { ChunkType, encodeChunk, encodeDefinitions } from '@hindscope/protocol'
import type { Definition, Hlc, RealmId, SessionId } from '@hindscope/protocol'
import type { RecorderClock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { RingBuffer } from './ring-buffer.ts'
import type { ValueSnapshot } from './value-snapshot.ts'

export interface SealedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly number: number
  readonly kind: 'events' | 'definitions'
  readonly records: number
  /** Earlier drops that this chunk's header tells of; when it is given up itself they count as untold again. */
  readonly dropped: number
}

/** Where sealed chunks go; `takeDropped` gives the records lost since it was asked last. */
export interface ChunkTarget {
  accept(chunk: SealedChunk): void
  takeDropped(): number
}

export class EventWriter {
  readonly ring: RingBuffer
  readonly snapshot: ValueSnapshot
  readonly clock: RecorderClock
  private readonly counters: Counters
  private readonly target: ChunkTarget
  private readonly session: SessionId
  private readonly realm: RealmId
  private readonly onFirstRecord: () => void
  private number = 0
  private first: Hlc = { ms: 0, counter: 0 }
  private truncatedBefore = 0
  private definitions: Definition[] = []

  constructor(parts: {
    readonly ring: RingBuffer
    readonly snapshot: ValueSnapshot
    readonly clock: RecorderClock
    readonly counters: Counters
    readonly target: ChunkTarget
    readonly session: SessionId
    readonly realm: RealmId
    /** Called when the first record or definition after a seal is there, to arm the flush timer. */
    readonly onFirstRecord: () => void
  }) {
    this.ring = parts.ring
    this.snapshot = parts.snapshot
    this.clock = parts.clock
    this.counters = parts.counters
    this.target = parts.target
    this.session = parts.session
    this.realm = parts.realm
    this.onFirstRecord = parts.onFirstRecord
  }

  /** Makes room for `count` records that may share one value. */
  room(count: number): void {
    if (!this.ring.hasRoom(count)) this.seal()
  }

  /** Writes one value and gives its offset. */
  value(value: unknown): number {
    const at = this.ring.values.length
    this.snapshot.begin()
    this.snapshot.write(value)
    return at
  }

  /** `value` is an offset from `value()`, -1 for none. The caller has made room. */
  emit(kind: number, flags: number, extra: number, site: number, call: number, link: number, value: number): void {
    const ring = this.ring
    if (ring.count === 0) this.open()
    const now = this.clock.eventUs()
    ring.write(kind, flags, extra, site, call, link, now > ring.startUs ? now - ring.startUs : 0, value)
    this.counters.events++
  }

  private open(): void {
    this.clock.resync()
    this.first = this.clock.tick()
    this.ring.startUs = this.clock.exactUs()
    this.onFirstRecord()
  }

  define(definition: Definition): void {
    this.definitions[this.definitions.length] = definition
    this.onFirstRecord()
  }

  /** Seals what there is: definitions first, since events refer to them. */
  seal(): void {
    if (this.definitions.length > 0) this.sealDefinitions()
    if (this.ring.count > 0) this.sealEvents()
  }

  private sealDefinitions(): void {
    const definitions = this.definitions
    this.definitions = []
    // Events that are open already started earlier, and clocks do not run backwards from one chunk to the next.
    const hasEvents = this.ring.count > 0
    const hlcFirst = hasEvents ? this.first : this.clock.tick()
    const header = {
      session: this.session,
      realm: this.realm,
      number: this.number++,
      firstSeq: this.ring.firstSeq,
      hlcFirst,
      baseTimeUs: hasEvents ? this.ring.startUs : this.clock.exactUs(),
    }
    this.hand({ bytes: encodeDefinitions(header, definitions), number: header.number, kind: 'definitions', records: 0, dropped: 0 })
  }

  private sealEvents(): void {
    const { ring, counters } = this
    const number = this.number++
    const records = ring.count
    const dropped = this.target.takeDropped()
    const bytes = encodeChunk({
      type: ChunkType.events,
      session: this.session,
      realm: this.realm,
      number,
      firstSeq: ring.firstSeq,
      recordCount: records,
      dropped,
      truncated: counters.truncated - this.truncatedBefore,
      hlcFirst: this.first,
      hlcLast: this.clock.tick(),
      baseTimeUs: ring.startUs,
      records: ring.records,
      values: ring.values.bytes.subarray(0, ring.values.length),
      strings: ring.strings.texts,
    })
    this.truncatedBefore = counters.truncated
    ring.restart()
    this.hand({ bytes, number, kind: 'events', records, dropped })
  }

  private hand(chunk: SealedChunk): void {
    this.counters.bytes += chunk.bytes.length
    this.target.accept(chunk)
  }
}
