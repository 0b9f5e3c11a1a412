/**
 * The rows of each probe, per track, in order: the calls of a function, the executions of a statement, the writes of a variable. Made when
 * first asked for, extended as the track grows. 4 bytes an indexed row, a fifth more for room to grow.
 */
import { EventKind } from '@hindscope/protocol'
import { grown, nextCapacity } from './columns.ts'
import { KeyedRows } from './keyed-rows.ts'
import type { ListPool } from './list-pool.ts'
import type { Site } from './site-table.ts'
import type { Track } from './track.ts'

/** Kinds whose site is the probe that the event is of; `call-enter` stands for its call. */
const INDEXED_KINDS = [
  EventKind.callEnter,
  EventKind.step,
  EventKind.branch,
  EventKind.iteration,
  EventKind.locals,
  EventKind.expression,
  EventKind.write,
  EventKind.propertyWrite,
] as const
/** A bit for each of them; 0 = not indexed. */
const INDEXED = new Uint8Array(256)
INDEXED_KINDS.forEach((kind, bit) => (INDEXED[kind] = 1 << bit))

/** The rows of one probe, in order. */
export interface RowsOfSite {
  readonly lists: ListPool
  /** Which of `lists`; -1 when the probe has none, which reads as an empty list. */
  readonly list: number
}

export interface NamedList {
  readonly list: number
  readonly site: Site
}

export class SiteRows {
  private readonly track: Track
  private readonly rows = new KeyedRows()
  /** Bits of INDEXED, by list. */
  private kinds: Uint8Array = new Uint8Array(64)
  private indexed = 0
  private byKey = new Map<string, number[]>()
  private keyed = 0
  private keyedVersion = ''
  private named = new Map<string, NamedList[]>()
  private namedLists = 0
  private namedVersion = ''

  constructor(track: Track) {
    this.track = track
  }

  get lists(): ListPool {
    return this.rows.lists
  }

  rowsOf(site: number): RowsOfSite {
    this.update()
    return { lists: this.rows.lists, list: this.rows.listOf(site) }
  }

  /** The list of a probe id, -1 when it has no rows. */
  listOf(site: number): number {
    this.update()
    return this.rows.listOf(site)
  }

  /** Probe ids that have rows, in order of appearance: lists are numbered as they stand here. */
  sites(): readonly number[] {
    this.update()
    return this.rows.keys
  }

  /** Lists of the probes with this key: several when the same module is there in several versions. */
  listsOfKey(key: string): readonly number[] {
    this.update()
    const { sites } = this.track
    if (this.keyedVersion !== sites.version) {
      this.byKey = new Map()
      this.keyed = 0
      this.keyedVersion = sites.version
    }
    const { keys } = this.rows
    for (; this.keyed < keys.length; this.keyed++) {
      const found = sites.resolve(keys[this.keyed] as number).key // SAFE: below the length
      const lists = this.byKey.get(found)
      if (lists === undefined) this.byKey.set(found, [this.keyed])
      else lists.push(this.keyed)
    }
    return this.byKey.get(key) ?? []
  }

  /** Whether a list has rows of a kind that the table has 1 for. */
  hasKind(list: number, table: Uint8Array): boolean {
    const bits = this.kinds[list] ?? 0
    return INDEXED_KINDS.some((kind, bit) => (bits & (1 << bit)) !== 0 && table[kind] === 1)
  }

  /** Lists with their probes, by the name of the function around them: names are far fewer than probes. */
  byFunction(): ReadonlyMap<string, readonly NamedList[]> {
    this.update()
    const { sites } = this.track
    const { keys } = this.rows
    if (this.namedVersion !== sites.version) {
      this.named = new Map()
      this.namedLists = 0
      this.namedVersion = sites.version
    }
    for (; this.namedLists < keys.length; this.namedLists++) {
      const site = sites.resolve(keys[this.namedLists] as number) // SAFE: below the length
      const lists = this.named.get(site.functionName)
      const entry = { list: this.namedLists, site }
      if (lists === undefined) this.named.set(site.functionName, [entry])
      else lists.push(entry)
    }
    return this.named
  }

  private update(): void {
    const { rows } = this.track
    const { kind: kinds, site: sites, length } = rows
    for (let row = this.indexed; row < length; row++) {
      const bit = INDEXED[kinds[row] as number] as number // SAFE: row < length
      if (bit === 0) continue
      const list = this.rows.slotFor(sites[row] as number) // SAFE: as above
      this.rows.lists.push(list, row)
      if (list >= this.kinds.length) this.kinds = grown(this.kinds, nextCapacity(this.kinds.length, list + 1))
      this.kinds[list] = (this.kinds[list] as number) | bit // SAFE: there is room for it
    }
    this.indexed = length
  }
}

const indexes = new WeakMap<Track, SiteRows>()

/** The track's index, made when it is first asked for. */
export function siteRowsOf(track: Track): SiteRows {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new SiteRows(track)))
  return index
}

/** Whether rows of this kind are found under their probe. */
export const hasSiteRows = (kind: number): boolean => INDEXED[kind] !== 0
