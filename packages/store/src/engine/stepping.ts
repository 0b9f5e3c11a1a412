/** Moving from event to event: `step` and `at`. What is near is found by binary search, by index of probes and writes, depths by a scan of one column. */
import { STEP_DIRECTIONS } from '@hindscope/protocol'
import type { AtAnswer, AtQuery, EventRef, StepDirection } from '@hindscope/protocol'
import { siteOfCall, siteOfRow } from '../model/describe.ts'
import { lowerBound } from '../model/columns.ts'
import { depthBlocksOf } from '../model/depth-blocks.ts'
import type { ListPool } from '../model/list-pool.ts'
import { Mark } from '../model/row-table.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { writeIndexOf } from '../model/write-index.ts'
import { executionKeys, executionLists } from './executions.ts'
import { comparePositions, firstRowAfter, firstRowLater, lastRowBefore, pick, positionOf } from './order.ts'
import type { Position, RowPlace } from './order.ts'
import { orderPosition, rowsBefore } from './order-positions.ts'
import { findEvent, optionalTime, refuse, wholeNumber } from './validate.ts'

type Side = 'next' | 'previous'
type Answer = { readonly ref?: EventRef }

const answer = (place: RowPlace | undefined): Answer =>
  place === undefined ? {} : { ref: { track: place.track.number, seq: place.track.seqOf(place.row) } }

export function queryStep(store: TraceStore, ref: EventRef, direction: StepDirection): Answer {
  if (!STEP_DIRECTIONS.includes(direction)) refuse('step', 'direction', direction, STEP_DIRECTIONS.join(', '))
  const from = findEvent('step', store, ref)
  return answer(target(store, from, direction))
}

function target(store: TraceStore, from: RowPlace, direction: StepDirection): RowPlace | undefined {
  const position = positionOf(from)
  switch (direction) {
    case 'first':
      return pick(
        existing(store.tracks, () => 0),
        'first',
      )
    case 'last':
      return pick(
        existing(store.tracks, track => track.rows.length - 1),
        'last',
      )
    case 'next':
      return pick(
        existing(store.tracks, track => firstRowAfter(track, position)),
        'first',
      )
    case 'previous':
      return pick(
        existing(store.tracks, track => lastRowBefore(track, position)),
        'last',
      )
    case 'into':
      return firstInside(store, from)
    case 'out':
      return endOfEnclosing(store, from, position)
    case 'over':
      return sameDepth(from, 1)
    case 'back':
      return sameDepth(from, -1)
    case 'next-error':
      return pick(
        existing(store.tracks, track => errorFrom(track, firstRowAfter(track, position), 0)),
        'first',
      )
    case 'previous-error':
      return pick(
        existing(store.tracks, track => errorFrom(track, lastRowBefore(track, position) + 1, -1)),
        'last',
      )
    case 'next-hit':
      return pick(hits(store, from, position, 'next'), 'first')
    case 'previous-hit':
      return pick(hits(store, from, position, 'previous'), 'last')
    case 'next-line':
      return pick(lineExecutions(store, from, position, 'next'), 'first')
    case 'previous-line':
      return pick(lineExecutions(store, from, position, 'previous'), 'last')
    case 'next-write':
      return pick(writes(store, from, position, 'next'), 'first')
    case 'previous-write':
      return pick(writes(store, from, position, 'previous'), 'last')
  }
}

function* existing(tracks: readonly Track[], rowOf: (track: Track) => number): Generator<RowPlace> {
  for (const track of tracks) {
    const row = rowOf(track)
    if (row >= 0 && row < track.rows.length) yield { track, row }
  }
}

/** The error row at `offset` from the first one at or after `row`; -1 when there is none. */
function errorFrom(track: Track, row: number, offset: 0 | -1): number {
  const { errorRows } = track
  const index = lowerBound(0, errorRows.length, i => errorRows.at(i) >= row) + offset
  return index >= 0 && index < errorRows.length ? errorRows.at(index) : -1
}

/** From an enter: the first event of the call itself or the enter of its first child, in any track. Nothing from other events. */
function firstInside(store: TraceStore, { track, row }: RowPlace): RowPlace | undefined {
  const { rows, calls } = track
  const call = rows.call[row] ?? -1
  if (call === -1 || ((rows.marks[row] ?? 0) & Mark.enter) === 0) return undefined
  const inside: RowPlace[] = []
  const child = calls.firstChild[call] ?? -1
  const childRow = child === -1 ? rows.length : (calls.enterRow[child] ?? 0)
  const exitRow = calls.exitRow[call] ?? -1
  const end = Math.min(childRow, exitRow === -1 ? rows.length : exitRow)
  let own = row + 1
  while (own < end && rows.call[own] !== call) own++
  if (own < end) inside.push({ track, row: own })
  else if (child !== -1) inside.push({ track, row: childRow })
  for (const place of store.remoteChildrenOf({ track: track.number, call })) {
    const other = store.tracks[place.track]
    if (other) inside.push({ track: other, row: other.calls.enterRow[place.call] ?? 0 })
  }
  return pick(inside, 'first')
}

/** The end of the call around the event; for an enter or exit that is the parent. Causes that ended before the event are passed over. */
function endOfEnclosing(store: TraceStore, { track, row }: RowPlace, position: Position): RowPlace | undefined {
  const call = track.rows.call[row] ?? -1
  if (call === -1) return undefined
  const isEdge = ((track.rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)) !== 0
  const own = { track: track.number, call }
  for (let at = isEdge ? store.parentOf(own) : own; at !== undefined; at = store.parentOf(at)) {
    const owner = store.tracks[at.track]
    const exitRow = owner?.calls.exitRow[at.call] ?? -1
    if (owner === undefined || exitRow === -1) continue
    const end = { track: owner, row: exitRow }
    if (comparePositions(positionOf(end), position) > 0) return end
  }
  return undefined
}

function sameDepth({ track, row }: RowPlace, direction: 1 | -1): RowPlace | undefined {
  const found = depthBlocksOf(track).find(row + direction, track.rows.depth[row] ?? 0, direction)
  return found === -1 ? undefined : { track, row: found }
}

/** The nearest call of the same function per track; a reloaded page is another track with the same modules. */
function* hits(store: TraceStore, from: RowPlace, position: Position, side: Side): Generator<RowPlace> {
  const site = siteOfCall(from.track, from.track.rows.call[from.row] ?? -1)
  if (site === undefined) return
  for (const track of store.tracks) {
    const siteRows = siteRowsOf(track)
    yield* nearest(track, siteRows.lists, siteRows.listsOfKey(site.key), position, side)
  }
}

/** The nearest execution of the event's line per track. */
function* lineExecutions(store: TraceStore, from: RowPlace, position: Position, side: Side): Generator<RowPlace> {
  const location = siteOfRow(from.track, from.row)?.location
  if (location === undefined) return
  const keys = executionKeys(store, location)
  for (const track of store.tracks) yield* nearest(track, siteRowsOf(track).lists, executionLists(track, keys), position, side)
}

/** The nearest write of what the event wrote, per track. */
function* writes(store: TraceStore, from: RowPlace, position: Position, side: Side): Generator<RowPlace> {
  const target = writeIndexOf(from.track).targetOf(from.row)
  if (target === undefined) return
  for (const track of store.tracks) {
    const index = writeIndexOf(track)
    const row = side === 'next' ? index.after(target, firstRowAfter(track, position) - 1) : index.atOrBefore(target, lastRowBefore(track, position))
    if (row !== -1) yield { track, row }
  }
}

/** Of each of the lists the row that is nearest to the position. */
function* nearest(track: Track, pool: ListPool, lists: readonly number[], position: Position, side: Side): Generator<RowPlace> {
  const limit = side === 'next' ? firstRowAfter(track, position) - 1 : lastRowBefore(track, position)
  for (const list of lists) {
    const row = side === 'next' ? pool.after(list, limit) : pool.atOrBefore(list, limit)
    if (row !== -1) yield { track, row }
  }
}

export function queryAt(store: TraceStore, query: AtQuery): AtAnswer {
  const number = wholeNumber('at', 'track', query.track, { min: 0, max: 0xffffffff, fallback: -1 })
  const { tracks } = store
  const last = tracks.map(lastRowOf(tracks, query))
  const chosen = number === -1 ? tracks : tracks.filter(track => track.number === number)
  const place = pick(
    existing(chosen, track => last[tracks.indexOf(track)] ?? -1),
    'last',
  )
  return place === undefined ? {} : { ...answer(place), position: orderPosition(tracks, place) }
}

function lastRowOf(tracks: readonly Track[], query: AtQuery): (track: Track, index: number) => number {
  if ('position' in query) {
    const position = wholeNumber('at', 'position', query.position, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
    const rows = rowsBefore(tracks, position + 1)
    return (_, index) => (rows[index] ?? 0) - 1
  }
  const limitUs = optionalTime('at', 'timeUs', query.timeUs, Infinity)
  return track => firstRowLater(track, limitUs) - 1
}
