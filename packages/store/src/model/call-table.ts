/**
 * The calls and activities of one track as columns, in order of their enter rows; a parent always has a smaller index than its
 * children. Children are linked lists over indices, in order of enter. Parents in other tracks are kept by RemoteLinks.
 */
import { grown, nextCapacity } from './columns.ts'

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
  site: Uint32Array = new Uint32Array(64)
  enterRow: Uint32Array = new Uint32Array(64)
  /** -1 while the call is open. */
  exitRow: Int32Array = new Int32Array(64)
  parent: Int32Array = new Int32Array(64)
  /** The call at the top of the parents within the track; itself when it has none. */
  root: Uint32Array = new Uint32Array(64)
  firstChild: Int32Array = new Int32Array(64)
  lastChild: Int32Array = new Int32Array(64)
  nextSibling: Int32Array = new Int32Array(64)
  childCount: Uint32Array = new Uint32Array(64)
  depth: Uint16Array = new Uint16Array(64)
  /** ActivityType, 0 = a call of the user's code. */
  activity: Uint8Array = new Uint8Array(64)
  marks: Uint8Array = new Uint8Array(64)
  outcome: Uint8Array = new Uint8Array(64)

  /** A new open call without parent or children; returns its index. */
  add(id: number, site: number, enterRow: number): number {
    if (this.length === this.id.length) this.widen()
    const index = this.length++
    this.id[index] = id
    this.site[index] = site
    this.enterRow[index] = enterRow
    this.root[index] = index
    for (const column of I32_COLUMNS) this[column][index] = -1
    return index
  }

  /** Makes `child`, the youngest call of the table, the last child of `parent`. */
  attach(child: number, parent: number): void {
    this.parent[child] = parent
    this.root[child] = this.root[parent] as number // SAFE: parent < length
    const last = this.lastChild[parent] as number // SAFE: as above
    if (last === -1) this.firstChild[parent] = child
    else this.nextSibling[last] = child
    this.lastChild[parent] = child
    this.childCount[parent] = (this.childCount[parent] as number) + 1 // SAFE: as above
  }

  private widen(): void {
    const capacity = nextCapacity(this.id.length, this.length + 1)
    for (const column of I32_COLUMNS) this[column] = grown(this[column], capacity)
    this.id = grown(this.id, capacity)
    this.site = grown(this.site, capacity)
    this.enterRow = grown(this.enterRow, capacity)
    this.root = grown(this.root, capacity)
    this.childCount = grown(this.childCount, capacity)
    this.depth = grown(this.depth, capacity)
    this.activity = grown(this.activity, capacity)
    this.marks = grown(this.marks, capacity)
    this.outcome = grown(this.outcome, capacity)
  }
}
