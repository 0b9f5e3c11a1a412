/** The `locals` query: values of a call's variables at a moment. */
import { HindscopeError } from '@hindscope/protocol'
import type { LocalsDetail, LocalsQuery } from '@hindscope/protocol'
import { siteOfCall } from '../model/describe.ts'
import { localsAt } from '../model/locals.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { completenessOf } from './events.ts'
import { findCall, findEvent } from './validate.ts'

export function queryLocals(store: TraceStore, query: LocalsQuery): LocalsDetail {
  const { track, row } = findEvent('locals', store, query.ref)
  const asked = query.call === undefined ? undefined : findCall('locals', store, query.call, 'call')
  const call = asked?.track === track ? asked.call : (track.rows.call[row] ?? -1)
  if (asked !== undefined && asked.track !== track) {
    throw new HindscopeError('not-found', { what: 'call on the track of the event', id: `${asked.track.number}.${query.call?.call}` })
  }
  const completeness = completenessOf(store, [track])
  if (call === -1) return { locals: [], completeness }
  const module = siteOfCall(track, call)?.manifest?.module
  return {
    call: { track: track.number, call: track.calls.id[call] ?? 0 },
    locals: localsAt(track, call, row).map(({ name, value, from, binding, certain, row: at }) => ({
      name,
      value,
      ref: { track: track.number, seq: track.seqOf(at) },
      from,
      ...(certain ? {} : { uncertain: true }),
      ...(binding < 0 || module === undefined ? {} : { target: { kind: 'binding', module, binding } }),
    })),
    completeness,
  }
}
