/** The `state` query: everything that is known of a moment, in one answer. */
import type { EventRef, FrameState, MomentState, StateQuery } from '@hindscope/protocol'
import { queryStack } from '../engine/calls.ts'
import { completenessOf } from '../engine/events.ts'
import { firstRowAfter, positionOf } from '../engine/order.ts'
import type { RowPlace } from '../engine/order.ts'
import { findEvent, wholeNumber } from '../engine/validate.ts'
import { siteOfCall } from '../model/describe.ts'
import { localsAt } from '../model/locals.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { modulesAt } from './module-versions.ts'
import { localValueOf, scopesAt } from './scopes.ts'
import { storesAt } from './store-states.ts'
import { thisAt } from './this-value.ts'

const MAX_VARIABLES = 200

export function queryState(store: TraceStore, query: StateQuery): MomentState {
  const moment = findEvent('state', store, query.ref)
  const count = wholeNumber('state', 'variables', query.variables, { min: 1, max: MAX_VARIABLES, fallback: 20 })
  const frames = framesAt(store, query.ref, moment, count)
  const tracks = new Set([moment.track, ...frames.flatMap(({ node }) => store.tracks[node.ref.track] ?? [])])
  return {
    frames,
    stores: storesAt(moment.track, moment.row),
    modules: modulesAt(moment.track, moment.row),
    completeness: completenessOf(store, [...tracks]),
  }
}

function framesAt(store: TraceStore, ref: EventRef, moment: RowPlace, count: number): FrameState[] {
  let above: FramePlace | undefined
  const places = [...framePlaces(store, moment)]
  return queryStack(store, ref).map((frame, index) => {
    const place = places[index]
    if (place === undefined) return { ...frame, life: 'left' }
    const at = index === 0 ? moment.row : lastRowOf(place, above)
    above = place
    const known: FrameState = {
      ...frame,
      ...(at === -1 ? {} : { at: { track: place.track.number, seq: place.track.seqOf(at) } }),
      life: place.hasLeft ? 'left' : 'running',
    }
    return index >= count || frame.node.kind === 'activity' ? known : { ...known, ...variablesOf(place) }
  })
}

/** A call as it is at a moment. */
export interface FramePlace {
  readonly track: Track
  readonly call: number
  /** The last row of its track at the moment. */
  readonly row: number
  readonly hasLeft: boolean
}

/** The calls around a moment, innermost first, then causes: the frames of the state. */
export function* framePlaces(store: TraceStore, moment: RowPlace): Generator<FramePlace> {
  const call = moment.track.rows.call[moment.row] ?? -1
  let at: CallPlace | undefined = call === -1 ? undefined : { track: moment.track.number, call }
  for (; at !== undefined; at = store.parentOf(at)) {
    const track: Track | undefined = store.tracks[at.track]
    if (track === undefined) return
    const row = track === moment.track ? moment.row : firstRowAfter(track, positionOf(moment)) - 1
    const exitRow = track.calls.exitRow[at.call] ?? -1
    yield { track, call: at.call, row, hasLeft: exitRow !== -1 && exitRow <= row }
  }
}

function variablesOf({ track, call, row }: FramePlace): Pick<FrameState, 'locals' | 'scopes' | 'this'> {
  const module = siteOfCall(track, call)?.manifest?.module
  return {
    locals: localsAt(track, call, row)
      .filter(({ name }) => name !== 'this')
      .map(local => localValueOf(track, local, module)),
    scopes: scopesAt(track, call, row),
    this: thisAt(track, call, row),
  }
}

/** Rows looked at to find where a caller stood. */
const MAX_SCAN = 4096

/** The last row of a frame's call before the frame above it began; -1 when it is far away. */
function lastRowOf({ track, call, row, hasLeft }: FramePlace, above: FramePlace | undefined): number {
  const { calls, rows } = track
  if (hasLeft) return calls.exitRow[call] ?? -1
  const isCaller = above?.track === track && (calls.parent[above.call] ?? -1) === call
  const from = isCaller ? (calls.enterRow[above.call] ?? 0) - 1 : row
  const until = Math.max(calls.enterRow[call] ?? 0, from - MAX_SCAN)
  for (let at = from; at >= until; at--) if (rows.call[at] === call) return at
  return -1
}
