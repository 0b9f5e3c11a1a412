/**
 * The rows of one track as columns: what was recorded, in the order of sequence numbers, which is also the order of time. 19 bytes a row;
 * what few rows have stands in sparse columns.
 */
import { EventKind } from '@hindscope/protocol'
import { grown, isRoomy, nextCapacity } from './columns.ts'
import { SparseColumn } from './sparse-column.ts'
import { TimeColumn } from './time-column.ts'

/** Bits of `marks`. */
export const Mark = {
  /** A throw, uncaught error, unhandled rejection, console.error or failed activity. */
  error: 1,
  /** The row opened the call it belongs to. */
  enter: 2,
  /** The row ended the call it belongs to. */
  exit: 4,
  /** The row has values. */
  values: 8,
} as const

/** Kinds whose link word is the parent, which the call table has. */
export const linksToParent = (kind: number): boolean => kind === EventKind.callEnter || kind === EventKind.activityStart

export class RowTable {
  length = 0
  readonly time: TimeColumn = new TimeColumn()
  kind: Uint8Array = new Uint8Array(64)
  flags: Uint8Array = new Uint8Array(64)
  marks: Uint8Array = new Uint8Array(64)
  extra: Uint16Array = new Uint16Array(64)
  /** Nesting: that of the call for its enter and exit, one more for what happens inside. */
  depth: Uint16Array = new Uint16Array(64)
  site: Uint32Array = new Uint32Array(64)
  /** Index into the call table, -1 = none known. */
  call: Int32Array = new Int32Array(64)
  /** As in the record: 0 = none, else 1 + offset into the value section of the row's chunk. */
  readonly values: SparseColumn = new SparseColumn()
  /** Ids of calls that are not in the call table. */
  readonly strangers: SparseColumn = new SparseColumn()
  /** Link words that the call table does not tell. */
  readonly links: SparseColumn = new SparseColumn()

  /** Makes room for so many rows in all. */
  reserve(capacity: number): void {
    if (capacity > this.kind.length) this.resize(capacity)
  }

  /** Makes room for so many rows more, and for others to come. */
  reserveMore(count: number): void {
    const need = this.length + count
    if (need > this.kind.length) this.resize(nextCapacity(this.kind.length, need))
  }

  /** Gives back room that nothing is in, where it is worth the copy. */
  trim(): void {
    if (isRoomy(this.length, this.kind.length)) this.resize(this.length)
  }

  private resize(capacity: number): void {
    this.time.reserve(capacity)
    this.kind = grown(this.kind, capacity)
    this.flags = grown(this.flags, capacity)
    this.marks = grown(this.marks, capacity)
    this.extra = grown(this.extra, capacity)
    this.depth = grown(this.depth, capacity)
    this.site = grown(this.site, capacity)
    this.call = grown(this.call, capacity)
  }
}
