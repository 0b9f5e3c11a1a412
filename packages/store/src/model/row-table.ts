/**
 * The events of one track as columns, one row an event, in order of sequence number. A track's time never runs backwards here: a
 * record whose clock reads earlier than the record before it takes that one's time, so that order by time and order by sequence
 * agree within a track and every search can be a binary one.
 */
import { grown, nextCapacity } from './columns.ts'

/** Bits of `marks`. */
export const Mark = {
  /** A throw, uncaught error, rejection, console.error or failed activity. */
  error: 1,
  /** The row opened the call it belongs to. */
  enter: 2,
  /** The row ended the call it belongs to. */
  exit: 4,
} as const

export class RowTable {
  length = 0
  timeUs: Float64Array = new Float64Array(64)
  kind: Uint8Array = new Uint8Array(64)
  flags: Uint8Array = new Uint8Array(64)
  marks: Uint8Array = new Uint8Array(64)
  extra: Uint16Array = new Uint16Array(64)
  /** Nesting: that of the call for its enter and exit, one more for what happens inside. */
  depth: Uint16Array = new Uint16Array(64)
  site: Uint32Array = new Uint32Array(64)
  /** Realm-wide call id as recorded, 0 = none. */
  callId: Uint32Array = new Uint32Array(64)
  /** Index into the call table, -1 = none known. */
  call: Int32Array = new Int32Array(64)
  /** As in the record: 0 = none, else 1 + offset into the value section of the row's chunk. */
  value: Uint32Array = new Uint32Array(64)

  reserve(count: number): void {
    const need = this.length + count
    if (need <= this.kind.length) return
    const capacity = nextCapacity(this.kind.length, need)
    this.timeUs = grown(this.timeUs, capacity)
    this.kind = grown(this.kind, capacity)
    this.flags = grown(this.flags, capacity)
    this.marks = grown(this.marks, capacity)
    this.extra = grown(this.extra, capacity)
    this.depth = grown(this.depth, capacity)
    this.site = grown(this.site, capacity)
    this.callId = grown(this.callId, capacity)
    this.call = grown(this.call, capacity)
    this.value = grown(this.value, capacity)
  }
}
