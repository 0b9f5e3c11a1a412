/** The writes, property writes and locals of each call, per track, in order of rows: what a call's variables are folded from. */
import { EventKind } from '@hindscope/protocol'
import { ListPool } from './list-pool.ts'
import type { Track } from './track.ts'

export class CallRows {
  /** A list a call. */
  readonly lists: ListPool = new ListPool()
  private readonly track: Track
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  update(): this {
    const { kind: kinds, call: calls, length } = this.track.rows
    for (let row = this.indexed; row < length; row++) {
      const kind = kinds[row] as number // SAFE: row < length, here and below
      if (kind !== EventKind.write && kind !== EventKind.locals && kind !== EventKind.propertyWrite) continue
      const call = calls[row] as number
      if (call !== -1) this.lists.push(call, row)
    }
    this.indexed = length
    return this
  }
}

const indexes = new WeakMap<Track, CallRows>()

/** The track's index, up to date. */
export function callRowsOf(track: Track): CallRows {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new CallRows(track)))
  return index.update()
}
