/** What the program's stores held at a moment: the last snapshot and the last change of each key since. */
import type { StoreState, ValueNode } from '@hindscope/protocol'
import { lowerBound } from '../model/columns.ts'
import type { IndexList } from '../model/columns.ts'
import { stateItems, stateRowsOf } from '../model/state-rows.ts'
import type { RowsOfStore } from '../model/state-rows.ts'
import type { Track } from '../model/track.ts'

/** Changed keys of one store. */
const MAX_KEYS = 1000

export function storesAt(track: Track, row: number): StoreState[] {
  const states: StoreState[] = []
  const index = stateRowsOf(track)
  for (const [name, rows] of index.stores) {
    const snapshotAt = lastIndex(rows.snapshots, row)
    const snapshotRow = snapshotAt === -1 ? -1 : rows.snapshots.at(snapshotAt)
    const changes = changesOf(track, rows, index.keys, snapshotRow, row)
    if (snapshotRow === -1 && changes.length === 0) continue
    const value = snapshotRow === -1 ? undefined : stateItems(track, snapshotRow)[1]
    states.push({ name, ...(value === undefined ? {} : { snapshot: { value, ref: refOf(track, snapshotRow) } }), changes })
  }
  return states.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function changesOf(track: Track, { changes, changeKeys }: RowsOfStore, keys: readonly string[], after: number, row: number): StoreState['changes'] {
  const last = new Map<number, number>()
  for (let i = lastIndex(changes, row); i >= 0 && changes.at(i) > after && last.size < MAX_KEYS; i--) {
    const key = changeKeys.at(i)
    if (!last.has(key)) last.set(key, changes.at(i))
  }
  return [...last]
    .sort((a, b) => a[1] - b[1])
    .map(([key, at]) => ({ key: keys[key] ?? '', value: stateItems(track, at)[3] ?? NOT_READ, ref: refOf(track, at) }))
}

const NOT_READ: ValueNode = { kind: 'cut', reason: 'not recorded' }

const lastIndex = (rows: IndexList, row: number): number => lowerBound(0, rows.length, i => rows.at(i) > row) - 1
const refOf = (track: Track, row: number): StoreState['changes'][number]['ref'] => ({ track: track.number, seq: track.seqOf(row) })
