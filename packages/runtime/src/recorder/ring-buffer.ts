/**
 * Records of the chunk being written, RECORD_WORDS words each (layout: protocol/record-layout.ts), with the value bytes and the string
 * table that they point into. The memory is fixed and reused: when it is full or the flush timer fires, its content is sealed into a
 * chunk and writing starts again at word 0. Nothing is ever overwritten unsealed, so drops happen in sinks only.
 *
 *   records  [ 0 | 1 | 2 | … | count-1 | free … capacity-1 ]      record i has sequence number firstSeq + i
 */
import { ByteWriter, RECORD_WORDS, recordHead } from '@hindscope/protocol'
import { StringTable } from './string-table.ts'

/** A chunk is sealed early when its values or texts reach this many bytes. */
const MAX_VALUE_BYTES = 1 << 20

export class RingBuffer {
  readonly records: Int32Array
  readonly values: ByteWriter = new ByteWriter(16_384)
  readonly strings: StringTable = new StringTable()
  readonly capacity: number
  count = 0
  firstSeq = 0
  /** Time that tick 0 of this chunk stands for; set by the first record. */
  startUs = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.records = new Int32Array(capacity * RECORD_WORDS)
  }

  /** True when `count` more records and another value fit. */
  hasRoom(count: number): boolean {
    return this.count + count <= this.capacity && this.values.length < MAX_VALUE_BYTES && this.strings.units < MAX_VALUE_BYTES
  }

  /** `value` is the byte offset of its value, -1 for none. The caller has checked `hasRoom`. */
  write(kind: number, flags: number, extra: number, site: number, call: number, link: number, tick: number, value: number): void {
    const at = this.count * RECORD_WORDS
    const records = this.records
    records[at] = recordHead(kind, flags, extra)
    records[at + 1] = site
    records[at + 2] = call
    records[at + 3] = link
    records[at + 4] = tick
    records[at + 5] = value + 1
    this.count++
  }

  /** After its content was sealed. */
  restart(): void {
    this.firstSeq += this.count
    this.count = 0
    this.values.reset()
    this.strings.clear()
  }
}
