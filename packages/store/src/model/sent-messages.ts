/** Messages that a broker or a connection carries: an activity at both ends, where those between realms have one where they arrive. */
import { ActivityType } from '@hindscope/protocol'
import type { CallPlace } from './call-place.ts'
import { textField } from './record-values.ts'
import type { TraceStore } from './trace-store.ts'
import type { Track } from './track.ts'

/** The end that sends. */
export function isSent(track: Track, call: number): boolean {
  if (track.calls.activity[call] !== ActivityType.message) return false
  const operation = textField(track.valuesOf(track.calls.enterRow[call] ?? 0)[0], 'operation')
  return operation === 'send' || operation === 'request'
}

/**
 * How long the message was under way until it was received, microseconds; undefined where `place` is no such end, or the other one is not in
 * the trace. What is known of the clocks of two realms is taken off (docs/clocks.md), and what is left of their error may make it negative.
 */
export function queuedUs(store: TraceStore, place: CallPlace): number | undefined {
  const to = store.tracks[place.track]
  if (to?.calls.activity[place.call] !== ActivityType.message) return undefined
  const sender = store.remoteParentOf(place)
  const from = sender && store.tracks[sender.track]
  if (sender === undefined || from === undefined || !isSent(from, sender.call)) return undefined
  const startUs = (track: Track, call: number): number => track.time(track.calls.enterRow[call] ?? 0)
  const aheadUs = from === to ? 0 : clockUs(store, to) - clockUs(store, from)
  return startUs(to, place.call) - startUs(from, sender.call) - aheadUs
}

const clockUs = (store: TraceStore, track: Track): number => store.clocks.of(track.realm)?.offsetUs ?? 0
