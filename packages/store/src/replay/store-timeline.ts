/** The changes of one store in order, and what it held after each row of its track. */
import { ActivityType } from '@hindscope/protocol'
import type { EventRef, HeldState, StateAction, StateChangePlace, StateChangeRow, ValueNode } from '@hindscope/protocol'
import { IndexList, lowerBound } from '../model/columns.ts'
import { nameOfCall, siteOfCall } from '../model/describe.ts'
import { textField } from '../model/record-values.ts'
import { stateItems, stateRowsOf } from '../model/state-rows.ts'
import type { RowsOfStore } from '../model/state-rows.ts'
import type { Track } from '../model/track.ts'
import { StateFold, applyChanges, isSameContent, shortened, valueAtPath, withoutRefs } from './apply-changes.ts'
import type { AppliedChange } from './apply-changes.ts'
import { keysOfPath, relationOf } from './state-path.ts'
import type { PathRelation } from './state-path.ts'

/** Recorders write a snapshot after so many changes, for readers: it tells nothing new. */
const KEYFRAME_CHANGES = 200
/** Changes that are applied to one snapshot. */
const MAX_APPLIED = 20_000
/** Parts of a value in a row. */
const ROW_PARTS = 100
/** Calls above a change that are looked at for its action. */
const MAX_ABOVE = 64
const LIBRARY_CHANGES = 8

/** What is known of a store's snapshots; extended as the track grows. */
interface Telling {
  checked: number
  /** Those that are changes themselves. */
  readonly rows: IndexList
  library: string | undefined
}
const known = new WeakMap<RowsOfStore, Telling>()

export interface StateSince {
  readonly isWhole: boolean
  /** Of the store, that are known in all. */
  readonly events: number
  mayHaveChanged(keys: readonly string[]): boolean
}

export class StoreTimeline {
  readonly track: Track
  readonly store: string
  private readonly rows: RowsOfStore
  private readonly paths: readonly string[]

  private constructor(track: Track, store: string, rows: RowsOfStore, paths: readonly string[]) {
    this.track = track
    this.store = store
    this.rows = rows
    this.paths = paths
  }

  /** Of all stores of the track. */
  static all(track: Track): readonly StoreTimeline[] {
    const { stores, keys } = stateRowsOf(track)
    return [...stores].map(([name, rows]) => new StoreTimeline(track, name, rows, keys))
  }

  static find(track: Track, store: string): StoreTimeline | undefined {
    const { stores, keys } = stateRowsOf(track)
    const rows = stores.get(store)
    return rows && new StoreTimeline(track, store, rows, keys)
  }

  /** Rows of the changes, in order. With a path, only of those that may change what is there. */
  changeRows(keys: readonly string[] = []): Uint32Array {
    const { changes } = this.rows
    const snapshots = this.tellingSnapshots()
    const relations = keys.length === 0 ? undefined : this.relationsTo(keys)
    const walk = this.walk(relations)
    const found = new IndexList()
    for (let i = 0, next = 0; i <= changes.length; i++) {
      const row = i === changes.length ? Infinity : changes.at(i)
      for (; next < snapshots.length && snapshots.at(next) < row; next++) {
        if (relations === undefined || this.isNewAt(snapshots.at(next), keys, walk)) found.push(snapshots.at(next))
      }
      if (i < changes.length && (relations === undefined || this.touches(i, keys, relations, walk))) found.push(row)
    }
    return found.items.slice(0, found.length)
  }

  /** How many changes there are up to a row, and in all; the row of the last of them up to it, -1 when there is none. */
  countAt(row: number): { readonly before: number; readonly total: number; readonly last: number } {
    const { changes } = this.rows
    const snapshots = this.tellingSnapshots()
    const [change, snapshot] = [lastUpTo(changes, row), lastUpTo(snapshots, row)]
    const last = Math.max(change === -1 ? -1 : changes.at(change), snapshot === -1 ? -1 : snapshots.at(snapshot))
    return { before: change + snapshot + 2, total: changes.length + snapshots.length, last }
  }

  /** What is known after a row; undefined when nothing is. */
  stateAt(row: number): HeldState | undefined {
    const { changes, snapshots } = this.rows
    const snapshot = lastUpTo(snapshots, row)
    const snapshotRow = snapshot === -1 ? -1 : snapshots.at(snapshot)
    const first = lastUpTo(changes, snapshotRow) + 1
    const last = lastUpTo(changes, row)
    if (snapshotRow === -1 && last < first) return undefined
    const from = Math.max(first, last + 1 - MAX_APPLIED)
    const { value, leftOut } = applyChanges(this.snapshotAt(snapshotRow), this.changesIn(from, last + 1))
    return { value, ...(snapshotRow === -1 ? {} : { snapshot: refOf(this.track, snapshotRow) }), leftOut: leftOut + from - first }
  }

  /**
   * How far what is known of the store reaches beyond a state: whether every event from its snapshot on is there, up to the end of the track;
   * and whether what a path held may have changed after the row.
   */
  since(row: number): StateSince {
    const { changes, snapshots, changeKeys } = this.rows
    const { track } = this
    const end = track.rows.length - 1
    const first = snapshots.length === 0 ? 0 : snapshots.at(Math.max(0, lastUpTo(snapshots, row)))
    const isWhole = track.seqOf(end) - track.seqOf(first) === end - first
    const later = new Set<number>()
    for (let i = lastUpTo(changes, row) + 1; i < changes.length; i++) later.add(changeKeys.at(i))
    const changed = [...later].map(key => keysOfPath(this.paths[key] ?? ''))
    // A snapshot that is there for readers alone says nothing new; after any other, anything may be another thing.
    const isReplaced = this.wholeSnapshots().some(each => each > row)
    return {
      isWhole,
      events: changes.length + snapshots.length,
      mayHaveChanged: keys => !isWhole || isReplaced || changed.some(each => relationOf(each, keys) !== 'apart'),
    }
  }

  /** Rows of those that were recorded because changes could not be told. */
  private wholeSnapshots(): number[] {
    const { changes, snapshots } = this.rows
    const rows: number[] = []
    for (let i = 1; i < snapshots.length; i++) {
      const [before, row] = [snapshots.at(i - 1), snapshots.at(i)]
      if (lastUpTo(changes, row) - lastUpTo(changes, before) < KEYFRAME_CHANGES) rows.push(row)
    }
    return rows
  }

  /** What a path holds after a row. */
  valueAt(row: number, keys: readonly string[]): ValueNode | undefined {
    const state = this.stateAt(row)
    const value = state && valueAtPath(state.value, keys)
    return value && shortened(value, ROW_PARTS)
  }

  /** For rows of `changeRows` of the path, which come in order. */
  rowsWithValues(rows: Uint32Array, keys: readonly string[]): StateChangeRow[] {
    if (keys.length === 0) return Array.from(rows, row => this.changeAt(row))
    const walk = this.walk(this.relationsTo(keys))
    return Array.from(rows, row => {
      const value = valueAtPath(walk.to(row), keys)
      return { ...this.changeAt(row), ...(value && { value: shortened(value, ROW_PARTS) }) }
    })
  }

  /** The row's event, as a change. */
  changeAt(row: number): StateChangeRow {
    const { track } = this
    const place = this.placeAt(row)
    const change = place.kind === 'change' ? this.appliedAt(row) : undefined
    const action = actionOf(track, row, this.store)
    const call = callOf(track, row)
    return {
      ...place,
      ...(change?.before && { before: shortened(change.before, ROW_PARTS) }),
      ...(change?.after && { after: shortened(change.after, ROW_PARTS) }),
      ...(action && { action }),
      ...(call && { call }),
    }
  }

  /** The changes of one step that ends with this row: those in rows just before it, of the same call. Empty for other events. */
  stepAt(row: number): StateChangeRow[] {
    const { changes } = this.rows
    const { call } = this.track.rows
    const snapshots = this.tellingSnapshots()
    const snapshot = lastUpTo(snapshots, row)
    if (snapshot !== -1 && snapshots.at(snapshot) === row) return [this.changeAt(row)]
    const step: StateChangeRow[] = []
    const paths = new Set<number>()
    for (let i = lastUpTo(changes, row), at = row; i >= 0 && changes.at(i) === at && call[at] === call[row]; i--, at--) {
      const path = this.rows.changeKeys.at(i)
      // The same path again is another step.
      if (paths.has(path)) break
      paths.add(path)
      step.unshift(this.changeAt(at))
    }
    return step
  }

  /** The first event that tells of it. */
  get begin(): EventRef {
    const { changes, snapshots } = this.rows
    const first = (rows: IndexList): number => (rows.length === 0 ? Infinity : rows.at(0))
    return refOf(this.track, Math.min(first(changes), first(snapshots)))
  }

  /** As the first action that has to do with the store says. */
  get library(): string | undefined {
    const telling = this.telling()
    const { changes } = this.rows
    for (let i = 0; i < Math.min(changes.length, LIBRARY_CHANGES) && telling.library === undefined; i++) {
      const call = actionCall(this.track, changes.at(i), this.store)
      if (call !== -1) telling.library = textField(fieldsOf(this.track, call), 'library')
    }
    return telling.library
  }

  /** State of the snapshot in this row; undefined for -1. */
  snapshotAt(row: number): ValueNode | undefined {
    if (row === -1) return undefined
    const items = stateItems(this.track, row)
    return items[1] && withoutRefs(items[1], items)
  }

  appliedAt(row: number): AppliedChange & StateChangePlace {
    const items = stateItems(this.track, row)
    const [, , before, after] = items
    return {
      ...this.placeAt(row, items.length === 3),
      before: before && withoutRefs(before, items),
      after: after && withoutRefs(after, items),
    }
  }

  private placeAt(row: number, removed?: boolean): StateChangePlace {
    const { track } = this
    const i = lastUpTo(this.rows.changes, row)
    const isChange = i !== -1 && this.rows.changes.at(i) === row
    const path = isChange ? (this.paths[this.rows.changeKeys.at(i)] ?? '') : ''
    return {
      ref: refOf(track, row),
      timeUs: track.time(row),
      kind: isChange ? 'change' : 'snapshot',
      path,
      keys: keysOfPath(path),
      removed: isChange && (removed ?? stateItems(track, row).length === 3),
    }
  }

  /** Changes with indexes in [from, until). */
  private *changesIn(from: number, until: number): Generator<AppliedChange> {
    for (let i = from; i < until; i++) yield this.appliedAt(this.rows.changes.at(i))
  }

  private telling(): Telling {
    let telling = known.get(this.rows)
    if (telling === undefined) known.set(this.rows, (telling = { checked: 1, rows: new IndexList(), library: undefined }))
    return telling
  }

  private tellingSnapshots(): IndexList {
    const telling = this.telling()
    const { snapshots, changes } = this.rows
    for (; telling.checked < snapshots.length; telling.checked++) {
      const row = snapshots.at(telling.checked)
      const before = snapshots.at(telling.checked - 1)
      const [from, until] = [lastUpTo(changes, before) + 1, lastUpTo(changes, row) + 1]
      if (until - from >= KEYFRAME_CHANGES) continue
      const { value } = applyChanges(this.snapshotAt(before), this.changesIn(from, until))
      if (!isSameContent(value, this.snapshotAt(row) ?? value)) telling.rows.push(row)
    }
    return telling.rows
  }

  /** By number of the path. */
  private relationsTo(keys: readonly string[]): readonly PathRelation[] {
    return this.paths.map(path => relationOf(keysOfPath(path), keys))
  }

  private walk(relations: readonly PathRelation[] | undefined): ValueWalk {
    return new ValueWalk(this, this.rows, i => relations?.[this.rows.changeKeys.at(i)] !== 'apart')
  }

  private touches(change: number, keys: readonly string[], relations: readonly PathRelation[], walk: ValueWalk): boolean {
    const { changes, changeKeys } = this.rows
    const relation = relations[changeKeys.at(change)]
    if (relation === 'apart') return false
    if (relation === 'inside') return true
    const { before, after, keys: changed } = this.appliedAt(changes.at(change))
    if (relation === 'length') {
      const isRemoved = Number(keys[changed.length - 1]) >= numberOf(after)
      return isRemoved && valueAtPath(walk.to(changes.at(change) - 1), keys) !== undefined
    }
    const rest = keys.slice(changed.length)
    return !isSameAt(before && valueAtPath(before, rest), after && valueAtPath(after, rest))
  }

  /** Whether a snapshot has something else at the path than what was known before. */
  private isNewAt(row: number, keys: readonly string[], walk: ValueWalk): boolean {
    const before = valueAtPath(walk.to(row - 1), keys)
    const now = this.snapshotAt(row)
    return !isSameAt(before, now && valueAtPath(now, keys))
  }
}

/** Goes through a store's states forwards, applying only the changes that matter. */
class ValueWalk {
  private readonly timeline: StoreTimeline
  private readonly rows: RowsOfStore
  private readonly matters: (change: number) => boolean
  private fold = new StateFold(undefined)
  private snapshot = -1
  private next = 0

  constructor(timeline: StoreTimeline, rows: RowsOfStore, matters: (change: number) => boolean) {
    this.timeline = timeline
    this.rows = rows
    this.matters = matters
  }

  /** The state after a row, which is not before the one asked for last. The next step changes it in place. */
  to(row: number): ValueNode {
    const { snapshots, changes } = this.rows
    const snapshot = lastUpTo(snapshots, row)
    if (snapshot !== this.snapshot) {
      this.snapshot = snapshot
      this.fold = new StateFold(this.timeline.snapshotAt(snapshots.at(snapshot)))
      this.next = lastUpTo(changes, snapshots.at(snapshot)) + 1
    }
    for (; this.next < changes.length && changes.at(this.next) <= row; this.next++) {
      if (this.matters(this.next)) this.fold.apply(this.timeline.appliedAt(changes.at(this.next)))
    }
    return this.fold.value
  }
}

/** Index of the last row up to `row`; -1 when there is none. */
const lastUpTo = (rows: IndexList, row: number): number => lowerBound(0, rows.length, i => rows.at(i) > row) - 1
export const refOf = (track: Track, row: number): EventRef => ({ track: track.number, seq: track.seqOf(row) })

const numberOf = (node: ValueNode | undefined): number => (node?.kind === 'number' ? Number(node.text) : 0)
const isSameAt = (a: ValueNode | undefined, b: ValueNode | undefined): boolean => (a && b ? isSameContent(a, b) : a === b)

const fieldsOf = (track: Track, call: number): ValueNode | undefined => track.valuesOf(track.calls.enterRow[call] ?? 0)[0]

/** The nearest action above the row that was asked of this store, else of any; -1 when there is none. */
function actionCall(track: Track, row: number, store: string): number {
  const { activity, parent } = track.calls
  const linked = track.linkOf(row)
  let call = linked === 0 ? (track.rows.call[row] ?? -1) : track.callIndex(linked)
  let nearest = -1
  for (let i = 0; call !== -1 && i < MAX_ABOVE; i++, call = parent[call] ?? -1) {
    if (activity[call] !== ActivityType.action) continue
    if (textField(fieldsOf(track, call), 'store') === store) return call
    if (nearest === -1) nearest = call
  }
  return nearest
}

function actionOf(track: Track, row: number, store: string): StateAction | undefined {
  const call = actionCall(track, row, store)
  if (call === -1) return undefined
  const fields = fieldsOf(track, call)
  const of = textField(fields, 'store')
  const action = textField(fields, 'action') || 'action'
  return { ...callPlace(track, call), name: of === undefined || of === store ? action : `${of} ${action}` }
}

function callOf(track: Track, row: number): StateChangeRow['call'] {
  const { activity, parent } = track.calls
  let call = track.rows.call[row] ?? -1
  while (call !== -1 && activity[call] !== 0) call = parent[call] ?? -1
  if (call === -1) return undefined
  const location = siteOfCall(track, call)?.location
  return { ...callPlace(track, call), name: nameOfCall(track, call), ...(location && { location }) }
}

const callPlace = (track: Track, call: number): Pick<StateAction, 'ref' | 'enter'> => ({
  ref: { track: track.number, call: track.calls.id[call] ?? 0 },
  enter: refOf(track, track.calls.enterRow[call] ?? 0),
})
