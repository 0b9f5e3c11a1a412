/** Snapshots and changes of the program's stores, per track: rows by store, changes with the number of their key. */
import { EventKind } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { IndexList } from './columns.ts'
import { formatValue } from './format-value.ts'
import type { Track } from './track.ts'

export interface RowsOfStore {
  readonly snapshots: IndexList
  readonly changes: IndexList
  /** Parallel to `changes`: into `keys`. */
  readonly changeKeys: IndexList
}

export class StateRows {
  readonly stores: Map<string, RowsOfStore> = new Map()
  readonly keys: string[] = []
  private readonly track: Track
  private readonly keyNumbers = new Map<string, number>()
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  update(): this {
    const { kind: kinds, length } = this.track.rows
    for (let row = this.indexed; row < length; row++) {
      const kind = kinds[row]
      if (kind === EventKind.stateChange || kind === EventKind.stateSnapshot) this.add(row, kind === EventKind.stateSnapshot)
    }
    this.indexed = length
    return this
  }

  private add(row: number, isSnapshot: boolean): void {
    const [store, key] = stateItems(this.track, row)
    const name = plainText(store)
    let rows = this.stores.get(name)
    if (rows === undefined) this.stores.set(name, (rows = { snapshots: new IndexList(), changes: new IndexList(), changeKeys: new IndexList() }))
    if (isSnapshot) return rows.snapshots.push(row)
    rows.changes.push(row)
    rows.changeKeys.push(this.numberOf(plainText(key)))
  }

  private numberOf(key: string): number {
    let number = this.keyNumbers.get(key)
    if (number === undefined) {
      number = this.keys.push(key) - 1
      this.keyNumbers.set(key, number)
    }
    return number
  }
}

/** [store, key, before, after] of a change, [store, state] of a snapshot. */
export function stateItems(track: Track, row: number): readonly ValueNode[] {
  const [value] = track.valuesOf(row)
  return value?.kind === 'array' ? value.items : []
}

const plainText = (node: ValueNode | undefined): string => (node === undefined ? '' : node.kind === 'string' ? node.value : formatValue(node))

const indexes = new WeakMap<Track, StateRows>()

/** The track's index, up to date. */
export function stateRowsOf(track: Track): StateRows {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new StateRows(track)))
  return index.update()
}
