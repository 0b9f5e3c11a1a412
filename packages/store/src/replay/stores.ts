/** The `stores` and `stateChanges` queries. */
import { HindscopeError } from '@hindscope/protocol'
import type { EventRef, StateChangePage, StateChangeQuery, StoreMoment, StoreRef, StoresAnswer, StoresQuery } from '@hindscope/protocol'
import { PAGE_LIMIT, completenessOf } from '../engine/events.ts'
import { LastAnswer } from '../engine/last-answer.ts'
import { firstRowAfter, positionOf } from '../engine/order.ts'
import type { RowPlace } from '../engine/order.ts'
import { findEvent, optionalFlag, optionalText, refuse, wholeNumber } from '../engine/validate.ts'
import { lowerBound } from '../model/columns.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { keysOfPath } from './state-path.ts'
import { StoreTimeline, refOf } from './store-timeline.ts'

const MAX_ONLY = 100
const MAX_STORES = 1000
const UINT32 = 0xffffffff

export function queryStores(store: TraceStore, query: StoresQuery): StoresAnswer {
  const moment = findEvent('stores', store, query.ref)
  const wanted = wantedStores(query.only)
  const withStates = query.states === undefined || optionalFlag('stores', 'states', query.states)
  const tracks = [moment.track, ...store.tracks.filter(track => track !== moment.track)]
  const timelines = tracks
    .flatMap(track => [...StoreTimeline.all(track)].sort((a, b) => (a.store < b.store ? -1 : 1)))
    .filter(({ track, store: name }) => wanted?.has(storeKey(track.number, name)) ?? true)
  const shown = timelines.slice(0, MAX_STORES)
  const complete = completenessOf(store, [...new Set(shown.map(({ track }) => track))])
  const left = timelines.length - shown.length
  return {
    stores: shown.map(timeline => storeMoment(timeline, rowAtMoment(timeline.track, moment), withStates)),
    completeness: left === 0 ? complete : { kind: 'partial', reason: `${left} more stores are left out` },
  }
}

const storeKey = (track: number, name: string): string => `${track}:${name}`

function wantedStores(only: unknown): ReadonlySet<string> | undefined {
  if (only === undefined) return undefined
  const allowed = `a list of at most ${MAX_ONLY} {track, store}`
  if (!Array.isArray(only) || only.length > MAX_ONLY) return refuse('stores', 'only', only, allowed)
  return new Set(
    only.map((each: Partial<StoreRef> | null) =>
      typeof each?.track === 'number' && typeof each.store === 'string' ? storeKey(each.track, each.store) : refuse('stores', 'only', each, allowed),
    ),
  )
}

/** The last row of a track at a moment of any track. */
export const rowAtMoment = (track: Track, moment: RowPlace): number =>
  track === moment.track ? moment.row : firstRowAfter(track, positionOf(moment)) - 1

function storeMoment(timeline: StoreTimeline, row: number, withState: boolean): StoreMoment {
  const { before, total, last } = timeline.countAt(row)
  const state = withState ? timeline.stateAt(row) : undefined
  const { library } = timeline
  return {
    track: timeline.track.number,
    store: timeline.store,
    since: timeline.begin,
    ...(library === undefined ? {} : { library }),
    before,
    after: total - before,
    ...(last === -1 ? {} : { last: timeline.changeAt(last) }),
    now: timeline.stepAt(row),
    ...(state && { state }),
  }
}

const lastRows = new LastAnswer<Uint32Array>()

export function queryStateChanges(store: TraceStore, query: StateChangeQuery): StateChangePage {
  const limit = wholeNumber('stateChanges', 'limit', query.limit, { min: 1, max: PAGE_LIMIT, fallback: 100 })
  const path = optionalText('stateChanges', 'path', query.path) ?? ''
  const timeline = findStore(store, query)
  const { track } = timeline
  const keys = keysOfPath(path)
  const rows = lastRows.of(store, [track.number, timeline.store, keys], () => timeline.changeRows(keys))
  const moment = query.around === undefined ? undefined : findEvent('stateChanges', store, query.around, 'around')
  const around = moment && aroundOf(track, rows, moment)
  const value = moment && keys.length > 0 ? timeline.valueAt(rowAtMoment(track, moment), keys) : undefined
  const middle = Math.max(0, (around?.at ?? 0) - (limit >> 1))
  const offset = wholeNumber('stateChanges', 'offset', query.offset, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: middle })
  return {
    rows: timeline.rowsWithValues(rows.subarray(offset, offset + limit), keys),
    offset,
    total: rows.length,
    ...around,
    ...(value && { value }),
    completeness: completenessOf(store, [track]),
  }
}

export function findStore(store: TraceStore, query: StoreRef, method = 'stateChanges'): StoreTimeline {
  const number = wholeNumber(method, 'track', query.track, { min: 0, max: UINT32, fallback: -1 })
  if (number === -1) refuse(method, 'track', query.track, 'a track number')
  const name = optionalText(method, 'store', query.store) ?? refuse(method, 'store', query.store, 'the name of a store')
  const track = store.tracks[number]
  const found = track && StoreTimeline.find(track, name)
  if (found === undefined) throw new HindscopeError('not-found', { what: 'store', id: storeKey(number, name) })
  return found
}

function aroundOf(track: Track, rows: Uint32Array, moment: RowPlace): Pick<StateChangePage, 'at' | 'previous' | 'next'> {
  const row = rowAtMoment(track, moment)
  const at = lowerBound(0, rows.length, i => (rows[i] ?? 0) > row) - 1
  const isHere = track === moment.track && rows[at] === row
  const ref = (index: number): EventRef | undefined => {
    const found = rows[index]
    return found === undefined ? undefined : refOf(track, found)
  }
  const [previous, next] = [ref(isHere ? at - 1 : at), ref(at + 1)]
  return { at, ...(previous && { previous }), ...(next && { next }) }
}
