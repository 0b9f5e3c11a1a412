/**
 * Lifelines that nobody could tell apart any more are put together: modules by the folders that they are in, from the innermost outwards,
 * then whatever has the fewest arrows. What goes on within a group is no arrow then.
 */
import type { Lifeline, LifelineKind } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import { OUTSIDE } from './sequence-arrows.ts'
import type { Arrows, LifelineKey } from './sequence-arrows.ts'
import { at } from './path-tree.ts'

export type ShownLifeline = Omit<Lifeline, 'arrows'>

export interface LifelineGroups {
  readonly lifelines: readonly ShownLifeline[]
  /** By number of the lifeline, index into `lifelines`. */
  readonly groupOf: Uint32Array
}

export function groupLifelines(store: TraceStore, arrows: Arrows, by: LifelineKind, most: number): LifelineGroups {
  const { lifelines } = arrows
  if (lifelines.length <= most) return grouped(store, lifelines, by, lifelines.map(keyOf))
  const deepest = Math.max(0, ...lifelines.map(({ file }) => file.split('/').length - 1))
  for (let depth = deepest; depth >= 1; depth--) {
    const keys = lifelines.map(lifeline => folderKey(lifeline, depth))
    if (new Set(keys).size <= most) return grouped(store, lifelines, by, keys)
  }
  return grouped(store, lifelines, by, busiestKeys(arrows, most))
}

const keyOf = ({ track, file }: LifelineKey): string => `${track} ${file}`

const folderOf = (file: string, depth: number): string => {
  const folders = file.split('/').slice(0, -1)
  return `${folders.slice(0, depth).join('/')}/`
}

const folderKey = (lifeline: LifelineKey, depth: number): string =>
  lifeline.track === OUTSIDE || lifeline.file === '' ? keyOf(lifeline) : `${lifeline.track} ${folderOf(lifeline.file, depth)}`

/** The last one is for all others. */
function busiestKeys({ lifelines, from, to, length }: Arrows, most: number): string[] {
  const counts = new Uint32Array(lifelines.length)
  for (let arrow = 0; arrow < length; arrow++) {
    counts[at(from, arrow)] = at(counts, at(from, arrow)) + 1
    counts[at(to, arrow)] = at(counts, at(to, arrow)) + 1
  }
  const order = [...counts.keys()].sort((a, b) => at(counts, b) - at(counts, a) || a - b)
  const kept = new Set(order.slice(0, most - 1))
  return lifelines.map((lifeline, number) => (kept.has(number) ? keyOf(lifeline) : OTHERS))
}

const OTHERS = 'others'

function grouped(store: TraceStore, lifelines: readonly LifelineKey[], by: LifelineKind, keys: readonly string[]): LifelineGroups {
  const members = new Map<string, LifelineKey[]>()
  keys.forEach((key, number) => {
    const lifeline = lifelines[number]
    if (lifeline === undefined) return
    const known = members.get(key)
    if (known === undefined) members.set(key, [lifeline])
    else known.push(lifeline)
  })
  const order = new Map([...members.keys()].map((key, index) => [key, index]))
  return {
    lifelines: [...members].map(([key, of]) => lifelineOf(store, by, key, of)),
    groupOf: Uint32Array.from(keys, key => order.get(key) ?? 0),
  }
}

function lifelineOf(store: TraceStore, by: LifelineKind, key: string, members: readonly LifelineKey[]): ShownLifeline {
  const [first] = members
  if (first === undefined || (first.track === OUTSIDE && key !== OTHERS)) return { name: 'outside', kind: 'outside', of: 1 }
  if (members.length > 1) {
    const isOneTrack = members.every(({ track }) => track === first.track)
    const name = key === OTHERS ? OTHERS : key.slice(key.indexOf(' ') + 1)
    return { name, ...(isOneTrack ? { track: first.track } : {}), kind: 'group', of: members.length }
  }
  const name = by === 'track' ? trackName(store, first.track) : first.file || 'unknown module'
  return { name, track: first.track, kind: by, of: 1 }
}

const trackName = (store: TraceStore, number: number): string => store.tracks[number]?.definition?.name || `track ${number}`
