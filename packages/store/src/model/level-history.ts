/** Which probes had their level changed while a track was recorded, by its level-change events. */
import { EventKind, levelOfDigit } from '@hindscope/protocol'
import type { Level } from '@hindscope/protocol'
import type { Track } from './track.ts'

export interface ProbeHistory {
  readonly level: Level
  readonly changes: number
  /** Row of the last change. */
  readonly row: number
}

const cache = new WeakMap<Track, { readonly state: string; readonly history: Map<number, ProbeHistory> }>()

/** By probe id; probes that are not there have the level that was built in. */
export function levelHistory(track: Track): ReadonlyMap<number, ProbeHistory> {
  const { length } = track.levelRows
  const state = `${length} ${track.sites.version}`
  const known = cache.get(track)
  if (known?.state === state) return known.history
  const history = new Map<number, ProbeHistory>()
  for (let i = 0; i < length; i++) {
    const row = track.levelRows.at(i)
    const level = levelOfDigit(track.rows.extra[row] ?? 0)
    if (level === undefined) continue
    for (const probe of probesOfChange(track, row)) {
      const before = history.get(probe)
      // Neighbours that had the level before lie within the run of those that changed.
      if ((before?.level ?? track.sites.resolve(probe).probe?.level) === level) continue
      history.set(probe, { level, changes: (before?.changes ?? 0) + 1, row })
    }
  }
  cache.set(track, { state, history })
  return history
}

/** Ids of the probes that a level-change event names; none outside of one module, whatever the event says. */
export function probesOfChange(track: Track, row: number): number[] {
  if (track.rows.kind[row] !== EventKind.levelChange) return []
  const first = track.rows.site[row] ?? 0
  const end = Math.min(first + track.linkOf(row) + 1, track.sites.endOfModule(first))
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i)
}
