/** Lists of rows under keys of one or two numbers, growing with a track: IntMap and ListPool together. */
import { IntMap } from './int-map.ts'
import { ListPool } from './list-pool.ts'

export class KeyedRows {
  readonly lists: ListPool = new ListPool()
  /** In the order in which they came. */
  readonly keys: number[] = []
  private readonly slots = new IntMap()
  private lastKey = -1
  private lastSlot = -1

  /** The key's list in `lists`; -1 when nothing was added under it. */
  listOf(key: number): number {
    return this.slots.get(key) ?? -1
  }

  push(key: number, row: number): void {
    this.lists.push(this.slotFor(key), row)
  }

  /** As `push`, unless the row is the list's last. */
  pushOnce(key: number, row: number): void {
    const slot = this.slotFor(key)
    if (this.lists.last(slot) !== row) this.lists.push(slot, row)
  }

  /** The key's list, made when it is not there. */
  slotFor(key: number): number {
    if (key === this.lastKey) return this.lastSlot
    let slot = this.slots.get(key)
    if (slot === undefined) {
      slot = this.keys.length
      this.slots.set(key, slot)
      this.keys.push(key)
    }
    this.lastKey = key
    this.lastSlot = slot
    return slot
  }
}
