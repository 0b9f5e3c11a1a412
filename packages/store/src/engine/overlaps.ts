/**
 * Finds async functions whose runs overtake each other: a run that started earlier ends later, so what it writes last is older than
 * what the newer run wrote (the search box that shows the results of the previous letter).
 *
 * A pair (older, newer) of runs of one function in one track counts only when
 *   1. both returned, older started first and ended last: start(o) < start(n) and end(n) < end(o);
 *   2. their arguments differ: equal runs overwrite each other with the same thing;
 *   3. their chains begin at different events, so that the parts of one Promise.all never count;
 *   4. the realm is a page or a worker, where runs share what they write to, or both runs changed the same state key: a server
 *      answers requests side by side all day, and those write nothing in common;
 *   5. no callers of theirs, at the same height, are such a pair themselves: only the outermost function is told.
 */
import type { EventRef, RealmKindName } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { siteOfCall } from '../model/describe.ts'
import { lowerBound } from '../model/columns.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import { stateRowsOf } from '../model/state-rows.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { previewOfArguments } from './calls.ts'

export interface Overlap {
  readonly name: string
  readonly runs: number
  /** Older runs that ended after a newer one. */
  readonly stale: number
  readonly evidence: string
  /** The end of the first stale run. */
  readonly ref: EventRef
}

interface Pair {
  readonly older: number
  readonly newer: number
}

/** How many later runs are compared with each one: beyond, a function is a worker pool and not a race. */
const LOOK_AHEAD = 32

export function findOverlaps(store: TraceStore): Overlap[] {
  const overlaps: Overlap[] = []
  for (const track of store.tracks) {
    if (!isShared(track) && stateRowsOf(track).stores.size === 0) continue
    const pairs = new Map<number, Pair[]>()
    for (const [site, runs] of runsBySite(track)) {
      const found = pairsOf(store, track, runs)
      if (found.length > 0) pairs.set(site, found)
    }
    const known = new Set([...pairs.values()].flat().map(pairKey))
    for (const found of pairs.values()) {
      const outermost = found.filter(pair => !isInsidePair(track, pair, known))
      if (outermost.length > 0) overlaps.push(describe(track, outermost))
    }
  }
  return overlaps
}

/** Some functions between (that pass a promise on, for one) may have ended early and be no pair. */
function isInsidePair({ calls }: Track, { older, newer }: Pair, known: ReadonlySet<string>): boolean {
  for (;;) {
    older = calls.parent[older] ?? -1
    newer = calls.parent[newer] ?? -1
    if (older === -1 || newer === -1) return false
    if (known.has(pairKey({ older, newer }))) return true
  }
}

const pairKey = (pair: Pair): string => `${pair.older}:${pair.newer}`

/** Returned runs of async functions, by site, in order of start. */
function runsBySite(track: Track): Map<number, number[]> {
  const { calls, rows } = track
  const index = siteRowsOf(track)
  const runs = new Map<number, number[]>()
  index.sites().forEach((site, list) => {
    const { probe } = track.sites.resolve(site)
    if (probe?.kind !== 'function' || !probe.async || probe.generator) return
    const returned = Array.from(index.lists.slice(list), row => rows.call[row] ?? -1).filter(call => calls.outcome[call] === OutcomeCode.returned)
    if (returned.length > 1) runs.set(site, returned)
  })
  return runs
}

function pairsOf(store: TraceStore, track: Track, runs: readonly number[]): Pair[] {
  const { calls } = track
  const end = (call: number): number => calls.exitRow[call] ?? 0
  const pairs: Pair[] = []
  for (let i = 0; i < runs.length; i++) {
    const older = runs[i] ?? 0
    for (let j = i + 1; j < Math.min(runs.length, i + LOOK_AHEAD); j++) {
      const newer = runs[j] ?? 0
      if ((calls.enterRow[newer] ?? 0) > end(older)) break
      if (end(newer) < end(older) && isRace(store, track, { older, newer })) {
        pairs.push({ older, newer })
        break
      }
    }
  }
  return pairs
}

/** Realms with one user, where two runs of a function meet in the same state. */
const PLATFORM_REALMS: ReadonlySet<RealmKindName> = new Set(['page', 'frame', 'worker', 'sharedWorker', 'serviceWorker'])

function isRace(store: TraceStore, track: Track, pair: Pair): boolean {
  const rootOf = (call: number): CallPlace => store.rootOf({ track: track.number, call })
  const [older, newer] = [rootOf(pair.older), rootOf(pair.newer)]
  if (older.track === newer.track && older.call === newer.call) return false
  if (previewOfArguments(track, pair.older) === previewOfArguments(track, pair.newer)) return false
  return isShared(track) || sharesState(track, pair)
}

function isShared({ definition }: Track): boolean {
  return definition !== undefined && PLATFORM_REALMS.has(definition.realmKind)
}

/** Both runs, or calls that they made themselves, changed the same key of the same store. */
function sharesState(track: Track, pair: Pair): boolean {
  const keys = stateKeys(track, pair.older)
  if (keys.size === 0) return false
  for (const key of stateKeys(track, pair.newer)) if (keys.has(key)) return true
  return false
}

/** Key and store of each change, the key by its number. */
function stateKeys(track: Track, call: number): Set<string> {
  const { rows, calls } = track
  const [first, last] = [calls.enterRow[call] ?? 0, calls.exitRow[call] ?? 0]
  const keys = new Set<string>()
  for (const [store, { changes, changeKeys }] of stateRowsOf(track).stores) {
    for (let i = lowerBound(0, changes.length, at => changes.at(at) >= first); i < changes.length && changes.at(i) <= last; i++) {
      if (isBelow(track, rows.call[changes.at(i)] ?? -1, call)) keys.add(`${changeKeys.at(i)} ${store}`)
    }
  }
  return keys
}

function isBelow(track: Track, call: number, ancestor: number): boolean {
  let at = call
  while (at > ancestor) at = track.calls.parent[at] ?? -1
  return at === ancestor
}

function describe(track: Track, pairs: readonly Pair[]): Overlap {
  const { calls } = track
  const first = pairs[0] ?? { older: 0, newer: 0 }
  const name = siteOfCall(track, first.older)?.name ?? 'function'
  const startedMs = (track.time(calls.enterRow[first.newer] ?? 0) - track.time(calls.enterRow[first.older] ?? 0)) / 1000
  const endedMs = (track.time(calls.exitRow[first.older] ?? 0) - track.time(calls.exitRow[first.newer] ?? 0)) / 1000
  const older = `${name}${previewOfArguments(track, first.older)}`
  const newer = `${name}${previewOfArguments(track, first.newer)}`
  return {
    name,
    runs: new Set(pairs.flatMap(pair => [pair.older, pair.newer])).size,
    stale: new Set(pairs.map(pair => pair.older)).size,
    evidence: `${older} started ${startedMs.toFixed(1)} ms before ${newer} and ended ${endedMs.toFixed(1)} ms after it`,
    ref: { track: track.number, seq: track.seqOf(calls.exitRow[first.older] ?? 0) },
  }
}
