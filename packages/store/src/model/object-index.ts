/**
 * Which rows show which object, per track: made when it is first asked for, extended as the track grows, from the bytes of values without
 * building them (protocol's `visitObjects`). 4 bytes a sighting, a fifth more for room to grow.
 *
 * An unchanged object is recorded as a copy: the place of the bytes that it would be written as again. The copy's own object is listed with
 * its row; objects inside are not, because a state of ten thousand objects that every event names would be ten thousand entries an event.
 * They are found when asked for: an object inside stands in bytes of the same chunk, so only rows of that chunk that hold copies
 * are looked at.
 */
import { HindscopeError, MAX_VALUE_DEPTH, ObjectMention, visitObjects } from '@hindscope/protocol'
import { IndexList, lowerBound } from './columns.ts'
import { KeyedRows } from './keyed-rows.ts'
import type { ValuePlace } from './record-values.ts'
import type { Track } from './track.ts'

const UINT32 = 0xffffffff

export class ObjectIndex {
  private readonly track: Track
  /** Rows that show what the object holds, by id. */
  private readonly contents = new KeyedRows()
  /** Rows that only say which object it is. */
  private readonly names = new KeyedRows()
  /** Rows with copies. */
  private readonly copies = new IndexList()
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  /** The last row at or before `row` that shows what the object holds; -1 when there is none. */
  lastContents(object: number, row: number): number {
    this.update()
    const written = this.contents.lists.atOrBefore(this.contents.listOf(object), row)
    return this.orCopy(object, written, row, true)
  }

  /** The last row at or before `row` that names the object in any way; -1 when there is none. */
  last(object: number, row: number): number {
    this.update()
    const { contents, names } = this
    const named = Math.max(contents.lists.atOrBefore(contents.listOf(object), row), names.lists.atOrBefore(names.listOf(object), row))
    return this.orCopy(object, named, row, false)
  }

  /** The first rows behind `row` that show or name the object, `limit` at most, in order. */
  after(object: number, row: number, limit: number): number[] {
    this.update()
    const found: number[] = []
    const { contents, names, track } = this
    const [shown, named] = [contents.listOf(object), names.listOf(object)]
    const before = Math.max(contents.lists.atOrBefore(shown, row), names.lists.atOrBefore(named, row))
    let copies = before === -1 ? undefined : new ChunkCopies(track, this.copies, object, before)
    let at = row
    while (found.length < limit) {
      const nextMention = least(contents.lists.after(shown, at), names.lists.after(named, at))
      const next = least(nextMention, copies?.after(at) ?? -1)
      if (next === -1) break
      if (next === nextMention && copies?.isOfChunk(next) !== true) copies = new ChunkCopies(track, this.copies, object, next)
      found.push(next)
      at = next
    }
    return found
  }

  /** The row, or the last copy behind it of what it and rows before it in its chunk say of the object. */
  private orCopy(object: number, row: number, until: number, onlyContents: boolean): number {
    return row === -1 ? -1 : Math.max(row, new ChunkCopies(this.track, this.copies, object, row, onlyContents).atOrBefore(until))
  }

  private update(): void {
    const { track } = this
    const { values } = track.rows
    let row = 0
    let hasCopies = false
    const visit = (id: number, mention: ObjectMention): void => {
      if (id > UINT32) return
      if (mention === ObjectMention.identity) this.names.pushOnce(id, row)
      else this.contents.pushOnce(id, row)
      if (mention === ObjectMention.copy) hasCopies = true
    }
    for (; this.indexed < values.length; this.indexed++) {
      row = values.rowAt(this.indexed)
      const place = track.placeOfValues(row)
      if (place === undefined) continue
      hasCopies = false
      visitSafely(place, visit)
      if (hasCopies) this.copies.push(row)
    }
  }
}

const least = (a: number, b: number): number => (a === -1 ? b : b === -1 ? a : Math.min(a, b))

function visitSafely({ bytes, strings, offset, count }: ValuePlace, visit: Parameters<typeof visitObjects>[3]): void {
  try {
    visitObjects(bytes, strings, { offset, count }, visit)
  } catch (error) {
    if (!(error instanceof HindscopeError)) throw error
    // SAFE: what stands before the damage counts; the row shows the damage itself.
  }
}

/** The rows of one chunk that hold copies of bytes in which an object is. Remembers what it has read. */
class ChunkCopies {
  private readonly track: Track
  private readonly rows: IndexList
  private readonly object: number
  private readonly onlyContents: boolean
  private readonly bytes: Uint8Array | undefined
  /** Of `rows`: those of the chunk behind the row that shows the object. */
  private readonly from: number
  private readonly to: number
  private readonly known = new Map<number, boolean>()

  /** `onlyContents`: being named in the bytes is not enough. */
  constructor(track: Track, rows: IndexList, object: number, written: number, onlyContents = false) {
    this.track = track
    this.rows = rows
    this.object = object
    this.onlyContents = onlyContents
    this.bytes = track.placeOfValues(written)?.bytes
    this.from = lowerBound(0, rows.length, i => rows.at(i) > written)
    this.to = lowerBound(this.from, rows.length, i => !this.isOfChunk(rows.at(i)))
  }

  /** Of a row with values. */
  isOfChunk(row: number): boolean {
    return this.track.placeOfValues(row)?.bytes === this.bytes
  }

  /** The first behind `row`, -1 when there is none. */
  after(row: number): number {
    for (let i = lowerBound(this.from, this.to, at => this.rows.at(at) > row); i < this.to; i++)
      if (this.shows(this.rows.at(i))) return this.rows.at(i)
    return -1
  }

  /** The last at or before `row`, -1 when there is none. */
  atOrBefore(row: number): number {
    for (let i = lowerBound(this.from, this.to, at => this.rows.at(at) > row) - 1; i >= this.from; i--)
      if (this.shows(this.rows.at(i))) return this.rows.at(i)
    return -1
  }

  private shows(row: number): boolean {
    const place = this.track.placeOfValues(row)
    if (place === undefined) return false
    let found = false
    visitSafely(place, (_, mention, offset) => {
      if (mention === ObjectMention.copy && !found) found = this.holds(place, offset, 0)
    })
    return found
  }

  /** Copies within copies are as deep as values are; deeper ones are damage. */
  private holds(place: ValuePlace, offset: number, depth: number): boolean {
    const known = this.known.get(offset)
    if (known !== undefined) return known
    const inside: number[] = []
    let found = false
    visitSafely({ ...place, offset, count: 1 }, (id, mention, copied) => {
      if (id === this.object && !(this.onlyContents && mention === ObjectMention.identity)) found = true
      if (mention === ObjectMention.copy) inside.push(copied)
    })
    if (depth < MAX_VALUE_DEPTH) found ||= inside.some(copied => this.holds(place, copied, depth + 1))
    this.known.set(offset, found)
    return found
  }
}

const indexes = new WeakMap<Track, ObjectIndex>()

/** The track's index, made when it is first asked for. */
export function objectIndexOf(track: Track): ObjectIndex {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new ObjectIndex(track)))
  return index
}
