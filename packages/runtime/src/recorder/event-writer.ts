/**
 * Writes events to the tape and seals it. An event with values is written in three steps, `room` (seals when the chunk is full, reads the
 * clock when that is due), the values, then the event; sealing never happens between them, so a value's offset always belongs to the
 * chunk of its event. The cheapest events are written by `CallRecorder` itself.
 */
import { ChunkType, EventKind, MAX_TAPE_ARGUMENT, TapeOp, encodeChunk, encodeDefinitions, recordWord, tapeWord } from '@hindscope/protocol'
import type { ChunkParts, Definition, Hlc, RealmId, SessionId } from '@hindscope/protocol'
import { ChunkMemory } from './chunk-memory.ts'
import type { RecorderClock } from './clock.ts'
import type { Counters } from './counters.ts'
import { performanceNow } from './intrinsics.ts'
import type { FrameStack } from './frame-stack.ts'
import type { TapeBuffer } from './tape-buffer.ts'
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

/** Ids begin anew behind this one: those that a chunk can take unasked still fit into 31 bits. */
const LAST_CALL = 0x7f00_0000

export class EventWriter {
  readonly tape: TapeBuffer
  readonly stack: FrameStack
  readonly snapshot: ValueSnapshot
  readonly clock: RecorderClock
  readonly memory: ChunkMemory = new ChunkMemory()
  private readonly counters: Counters
  private readonly target: ChunkTarget
  private readonly session: SessionId
  private readonly realm: RealmId
  private readonly maxAgeUs: number
  private readonly onFirstRecord: () => void
  /** Told of every chunk of events: its tape, and when sealing it began (`performance.now`). */
  onSealed: ((words: Int32Array, length: number, from: number) => void) | undefined
  /** Chunks sealed so far. */
  number = 0
  private first: Hlc = { ms: 0, counter: 0 }
  private truncatedBefore = 0
  /** Word at which a reading of the clock is due; one that comes sooner was asked for, because time has passed in which nothing ran. */
  private due = 0
  private definitions: Definition[] = []

  constructor(parts: {
    readonly tape: TapeBuffer
    readonly stack: FrameStack
    readonly snapshot: ValueSnapshot
    readonly clock: RecorderClock
    readonly counters: Counters
    readonly target: ChunkTarget
    readonly session: SessionId
    readonly realm: RealmId
    /** Longest time between the first event of a chunk and its sealing, while events come. */
    readonly maxAgeMs: number
    /** Called when the first record or definition after a seal is there, to arm the flush timer. */
    readonly onFirstRecord: () => void
  }) {
    this.tape = parts.tape
    this.stack = parts.stack
    this.snapshot = parts.snapshot
    this.clock = parts.clock
    this.counters = parts.counters
    this.target = parts.target
    this.session = parts.session
    this.realm = parts.realm
    this.maxAgeUs = Math.min(MAX_TAPE_ARGUMENT, parts.maxAgeMs * 1000)
    this.onFirstRecord = parts.onFirstRecord
  }

  /** Makes room for an event and its values. */
  room(): void {
    const { tape } = this
    if (tape.isFull) this.seal()
    if (tape.position >= tape.stop) this.goOn()
  }

  /** Room, and the time of now: for events at which time has passed unseen. */
  roomNow(): void {
    this.tape.stop = 0
    this.room()
  }

  private goOn(): void {
    const { tape, clock } = this
    if (tape.position === 0) this.open()
    else {
      const now = clock.readUs(tape.position)
      // A program that stood still, in a debugger or asleep: a chunk is no longer than what one word of the clock can say.
      // One that never gives its timers a turn loses no more than others when it is killed.
      if (now - tape.startUs > this.maxAgeUs) {
        this.seal()
        this.open()
      } else if (now > tape.nowUs) {
        tape.words[tape.position] = tapeWord(tape.position < this.due ? TapeOp.clock : TapeOp.elapsed, now - tape.nowUs)
        tape.position++
        tape.extraWords++
        tape.nowUs = now
      }
    }
    this.due = tape.position + clock.skip
    tape.stop = this.due < tape.end ? this.due : tape.end
  }

  private open(): void {
    const { tape, clock } = this
    clock.resync()
    this.first = clock.tick()
    tape.startUs = tape.nowUs = clock.readUs(0)
    if (tape.nextCall >= LAST_CALL) tape.renumber()
    tape.firstCall = tape.nextCall
    this.onFirstRecord()
  }

  /** Writes one value and gives its offset. */
  value(value: unknown): number {
    const at = this.tape.values.length
    this.snapshot.begin()
    this.snapshot.write(value)
    return at
  }

  /** `value` is an offset from `value()`, -1 for none. The caller has made room. */
  emit(kind: number, flags: number, extra: number, site: number, call: number, link: number, value: number): void {
    const { tape } = this
    const { words, position } = tape
    words[position] = recordWord(kind, flags, extra)
    words[position + 1] = site
    words[position + 2] = call
    words[position + 3] = link
    words[position + 4] = value + 1
    tape.position = position + 5
    tape.extraWords += 4
    if (kind === EventKind.callEnter || kind === EventKind.activityStart) tape.nextCall = call + 1
  }

  /** Events written so far. */
  get events(): number {
    return this.tape.firstSeq + this.tape.events
  }

  define(definition: Definition): void {
    this.definitions[this.definitions.length] = definition
    this.onFirstRecord()
  }

  /** Seals what there is: definitions first, since events refer to them. */
  seal(): void {
    if (this.definitions.length > 0) this.sealDefinitions()
    if (this.tape.position > 0) this.sealEvents()
  }

  private sealDefinitions(): void {
    const { definitions, tape } = this
    this.definitions = []
    // Events that are open already started earlier, and clocks do not run backwards from one chunk to the next.
    const hasEvents = this.tape.position > 0
    const hlcFirst = hasEvents ? this.first : this.clock.tick()
    const header = {
      session: this.session,
      realm: this.realm,
      number: this.number++,
      firstSeq: this.tape.firstSeq,
      hlcFirst,
      baseTimeUs: hasEvents ? this.tape.startUs : this.clock.exactUs(),
    }
    this.hand({
      bytes: encodeDefinitions(header, tape.strings.definitions(definitions)),
      number: header.number,
      kind: 'definitions',
      records: 0,
      dropped: 0,
    })
  }

  private sealEvents(): void {
    const { tape, counters } = this
    const from = performanceNow()
    const { words, position } = tape
    const number = this.number++
    const records = tape.events
    const dropped = this.target.takeDropped()
    const parts: ChunkParts = {
      type: ChunkType.events,
      session: this.session,
      realm: this.realm,
      number,
      firstSeq: tape.firstSeq,
      recordCount: records,
      dropped,
      truncated: counters.truncated - this.truncatedBefore,
      hlcFirst: this.first,
      hlcLast: this.clock.tick(),
      baseTimeUs: tape.startUs,
      nextCall: tape.firstCall,
      tape: new Uint8Array(tape.words.buffer, 0, tape.position * 4),
      // Before the values are taken: it masks in them, too.
      strings: tape.strings.sealed(tape.values),
      values: tape.values.written(),
    }
    const bytes = encodeChunk(parts, this.memory.take)
    this.truncatedBefore = counters.truncated
    tape.restart()
    this.stack.forget()
    this.hand({ bytes, number, kind: 'events', records, dropped })
    this.onSealed?.(words, position, from)
  }

  private hand(chunk: SealedChunk): void {
    this.counters.bytes += chunk.bytes.length
    this.target.accept(chunk)
  }
}
