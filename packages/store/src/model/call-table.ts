/**
 * The calls and activities of one track as columns, in order of their enter rows; a parent always has a smaller index than its
 * children. Children are linked lists over indices, in order of enter. Parents in other tracks are kept by TraceStore. 31 bytes a call;
 * site and depth are those of the enter row.
 */
import { grown, isRoomy, nextCapacity } from './columns.ts'

/** Bits of `marks`. */
export const CallMark = {
  /** The parent is a cause, not the caller. */
  asyncParent: 1,
  /** The call's own error: it threw, the activity failed, or an error was seen while it was the current call. */
  error: 2,
  /** An error event belongs to the call (other than its own throw) or to a call below it. */
  errorBelow: 4,
} as const

export const OutcomeCode = { open: 0, returned: 1, threw: 2, unwound: 3 } as const

const I32_COLUMNS = ['exitRow', 'parent', 'firstChild', 'lastChild', 'nextSibling'] as const

export class CallTable {
  length = 0
  id: Uint32Array = new Uint32Array(64)
  enterRow: Uint32Array = new Uint32Array(64)
  // -1 = none, from the start: adding a call writes nothing here.
  /** -1 while the call is open. */
  exitRow: Int32Array = new Int32Array(64).fill(-1)
  parent: Int32Array = new Int32Array(64).fill(-1)
  firstChild: Int32Array = new Int32Array(64).fill(-1)
  lastChild: Int32Array = new Int32Array(64).fill(-1)
  nextSibling: Int32Array = new Int32Array(64).fill(-1)
  /** ActivityType, 0 = a call of the user's code. */
  activity: Uint8Array = new Uint8Array(64)
  marks: Uint8Array = new Uint8Array(64)
  outcome: Uint8Array = new Uint8Array(64)

  /** Makes room for so many calls in all. */
  reserve(capacity: number): void {
    if (capacity > this.id.length) this.resize(capacity)
  }

  /** A new open call without parent or children; returns its index. */
  add(id: number, enterRow: number): number {
    if (this.length === this.id.length) this.resize(nextCapacity(this.id.length, this.length + 1))
    const index = this.length++
    this.id[index] = id
    this.enterRow[index] = enterRow
    return index
  }

  /** Makes `child`, the youngest call of the table, the last child of `parent`. */
  attach(child: number, parent: number): void {
    this.parent[child] = parent
    const last = this.lastChild[parent] as number // SAFE: parent < length
    if (last === -1) this.firstChild[parent] = child
    else this.nextSibling[last] = child
    this.lastChild[parent] = child
  }

  /** Gives back room that nothing is in, where it is worth the copy. */
  trim(): void {
    if (isRoomy(this.length, this.id.length)) this.resize(this.length)
  }

  private resize(capacity: number): void {
    for (const column of I32_COLUMNS) this[column] = grown(this[column], capacity).fill(-1, this.length)
    this.id = grown(this.id, capacity)
    this.enterRow = grown(this.enterRow, capacity)
    this.activity = grown(this.activity, capacity)
    this.marks = grown(this.marks, capacity)
    this.outcome = grown(this.outcome, capacity)
  }
}
