/** Queries come over HTTP as JSON: nothing about them is believed. Every refusal names the method, the field, the value and what is allowed. */
import { HindscopeError } from '@hindscope/protocol'
import type { CallRef, EventRef } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

export function refuse(method: string, field: string, value: unknown, allowed: string): never {
  throw new HindscopeError('query-bad', { method, field, value: show(value), allowed })
}

/** A whole number in [min, max], or `fallback` when absent. */
export function wholeNumber(method: string, field: string, value: unknown, range: { min: number; max: number; fallback: number }): number {
  if (value === undefined) return range.fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= range.min && value <= range.max) return value
  return refuse(method, field, value, `a whole number from ${range.min} to ${range.max}`)
}

export function optionalTime(method: string, field: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  return typeof value === 'number' && !Number.isNaN(value) ? value : refuse(method, field, value, 'microseconds since 1970')
}

/** `toUs` is exclusive: nothing lies in an empty range. */
export function checkRange(method: string, fromUs: number, toUs: number): void {
  if (toUs <= fromUs) refuse(method, 'toUs', toUs, 'a time after fromUs')
}

export function oneOf<T extends string>(method: string, field: string, value: unknown, allowed: readonly T[], fallback: T): T {
  if (value === undefined) return fallback
  return allowed.find(each => each === value) ?? refuse(method, field, value, allowed.join(', '))
}

export function optionalText(method: string, field: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  return refuse(method, field, value, 'a text')
}

export function optionalFlag(method: string, field: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  return refuse(method, field, value, 'true or false')
}

/** `tracks` of a query; all tracks when absent. Unknown numbers select nothing. */
export function selectTracks(method: string, store: TraceStore, tracks: unknown): readonly Track[] {
  if (tracks === undefined) return store.tracks
  if (!Array.isArray(tracks) || !tracks.every(item => Number.isInteger(item))) return refuse(method, 'tracks', tracks, 'a list of track numbers')
  return store.tracks.filter(track => tracks.includes(track.number))
}

const UINT32 = 0xffffffff
const isIndex = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= UINT32

/** Looks an event up; `query-bad` when the ref is malformed, `not-found` when the trace does not have it. */
export function findEvent(method: string, store: TraceStore, ref: Partial<EventRef> | undefined, field = 'ref'): { track: Track; row: number } {
  if (typeof ref !== 'object' || ref === null || !isIndex(ref.track) || !isIndex(ref.seq)) return refuse(method, field, ref, '{track, seq}')
  const track = store.tracks[ref.track]
  const row = track?.rowOf(ref.seq) ?? -1
  if (track === undefined || row === -1) throw new HindscopeError('not-found', { what: 'event', id: `${ref.track}.${ref.seq}` })
  return { track, row }
}

export function findCall(method: string, store: TraceStore, ref: Partial<CallRef> | undefined, field = 'ref'): { track: Track; call: number } {
  if (typeof ref !== 'object' || ref === null || !isIndex(ref.track) || !isIndex(ref.call)) return refuse(method, field, ref, '{track, call}')
  const track = store.tracks[ref.track]
  const call = track?.callIndex(ref.call) ?? -1
  if (track === undefined || call === -1) throw new HindscopeError('not-found', { what: 'call', id: `${ref.track}.${ref.call}` })
  return { track, call }
}
