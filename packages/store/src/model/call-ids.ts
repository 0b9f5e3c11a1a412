/**
 * Call id → index in the call table. Recorders count calls upwards, so the table's own column of ids is in order and is searched; where
 * ids begin anew or come out of order, a map takes over.
 */
import { lowerBound } from './columns.ts'
import { IntMap } from './int-map.ts'

export class CallIds {
  private map: IntMap | undefined
  private lastId = 0

  /** `index` is that of the newest call; `ids` holds those of all before it. A repeated id means the newest; 0 is nobody's. */
  add(id: number, index: number, ids: Uint32Array): void {
    if (this.map === undefined && (id <= this.lastId || id === 0)) {
      this.map = new IntMap()
      for (let i = 0; i < index; i++) this.map.set(ids[i] as number, i) // SAFE: i < index
    }
    this.lastId = id
    if (id !== 0) this.map?.set(id, index)
  }

  /** -1 when there is none. */
  indexOf(id: number, ids: Uint32Array, length: number): number {
    if (id === 0 || length === 0) return -1
    if (this.map !== undefined) return this.map.get(id) ?? -1
    if (id > this.lastId) return -1
    // Every id between this and the last has at most one call.
    const nearest = length - 1 - (this.lastId - id)
    if (nearest >= 0 && ids[nearest] === id) return nearest
    const index = lowerBound(Math.max(0, nearest), length, i => (ids[i] as number) >= id) // SAFE: i < length
    return index < length && ids[index] === id ? index : -1
  }
}
