/**
 * The chunk being written: its tape (operations: protocol/tape.ts), with the value bytes and the string table that it points into. The
 * memory is fixed and reused: when it is full or the flush timer fires, its content is sealed into a chunk and writing starts again at
 * word 0. Nothing is ever overwritten unsealed, so drops happen in sinks only.
 *
 *   words  [ … written … | free …            | reserve ]
 *                        ^position  ^stop    ^end         stop: where something other than writing is due, a clock reading or sealing
 */
import { ByteWriter, MAX_OP_WORDS } from '@hindscope/protocol'
import { POSITION } from './cells.ts'
import { StringTable } from './string-table.ts'

/** A chunk is sealed early when its values or texts reach this many bytes. */
const MAX_VALUE_BYTES = 1 << 20
/** More than one event may take: its parent named, the clock, itself. */
const RESERVE = 4 * MAX_OP_WORDS

export class TapeBuffer {
  readonly words: Int32Array<ArrayBuffer>
  readonly values: ByteWriter = new ByteWriter(16_384)
  readonly strings: StringTable = new StringTable()
  readonly cells: Int32Array<ArrayBuffer>
  readonly end: number
  /** No event is written at or behind this word before `EventWriter.room` was asked; 0 while the chunk is not begun. Probes follow when the recorder is let go. */
  stop = 0
  /** Id that the next call gets; those that probes entered by themselves count from `FrameStack.sync` on. */
  nextCall = 1
  /** Ids given before they began anew. */
  earlierCalls = 0
  /** Words that are no event's only or last one: what is written less these is how many events there are. */
  extraWords = 0
  firstSeq = 0
  /** What `nextCall` was when the chunk began. */
  firstCall = 1
  /** Time that tick 0 of this chunk stands for, and that its last clock reading gave; microseconds since 1970. */
  startUs = 0
  nowUs = 0

  constructor(capacity: number, cells: Int32Array<ArrayBuffer>) {
    this.words = new Int32Array(capacity + RESERVE)
    this.end = capacity
    this.cells = cells
  }

  get position(): number {
    return this.cells[POSITION] as number // SAFE: all cells exist, here and below
  }

  set position(word: number) {
    this.cells[POSITION] = word
  }

  get isFull(): boolean {
    return this.position >= this.end || this.values.length >= MAX_VALUE_BYTES || this.strings.units >= MAX_VALUE_BYTES
  }

  get events(): number {
    return this.position - this.extraWords
  }

  /** More than two billion calls and activities ago nothing is told apart by its id any more; chunks tell the time. */
  renumber(): void {
    this.earlierCalls += this.nextCall - 1
    this.nextCall = 1
  }

  /** After its content was sealed. */
  restart(): void {
    this.firstSeq += this.events
    this.position = 0
    this.extraWords = 0
    this.stop = 0
    this.values.reset()
    this.strings.clear()
  }
}
