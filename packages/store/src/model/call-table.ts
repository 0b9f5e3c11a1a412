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

/** So many calls tell how frequent calls are. */
const SAMPLE = 0x1_0000
const MARGIN = 1.02

const I32_COLUMNS = ['exitRow', 'parent', 'firstChild', 'lastChild', 'nextSibling'] as const

export class CallTable {
  length = 0
  id: Uint32Array = new Uint32Array(64)
  enterRow: Uint32Array = new Uint32Array(64)
  /** -1 while the call is open. In this and the four columns below -1 = none. */
  exitRow: Int32Array = new Int32Array(64)
  parent: Int32Array = new Int32Array(64)
  firstChild: Int32Array = new Int32Array(64)
  lastChild: Int32Array = new Int32Array(64)
  nextSibling: Int32Array = new Int32Array(64)
  /** ActivityType, 0 = a call of the user's code. */
  activity: Uint8Array = new Uint8Array(64)
  marks: Uint8Array = new Uint8Array(64)
  outcome: Uint8Array = new Uint8Array(64)

  private expectedRows = 0

  /** The track is to have so many rows in all: calls will be as frequent among them as they have been. */
  expect(rows: number): void {
    this.expectedRows = rows
  }

  /** A new open call without parent or children; returns its index. */
  add(id: number, enterRow: number): number {
    if (this.length === this.id.length) this.resize(this.nextRoom(enterRow))
    const index = this.length++
    this.id[index] = id
    this.enterRow[index] = enterRow
    this.exitRow[index] = -1
    this.parent[index] = -1
    this.firstChild[index] = -1
    this.lastChild[index] = -1
    this.nextSibling[index] = -1
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

  /** Growing copies everything: once enough calls are there, room is made for all that are to come. */
  private nextRoom(row: number): number {
    const { length } = this
    const expected = length < SAMPLE ? 0 : Math.ceil((MARGIN * length * this.expectedRows) / (row + 1))
    return expected > length ? Math.max(expected, length + (length >> 5)) : nextCapacity(length, length + 1)
  }

  private resize(capacity: number): void {
    for (const column of I32_COLUMNS) this[column] = grown(this[column], capacity)
    this.id = grown(this.id, capacity)
    this.enterRow = grown(this.enterRow, capacity)
    this.activity = grown(this.activity, capacity)
    this.marks = grown(this.marks, capacity)
    this.outcome = grown(this.outcome, capacity)
  }
}
