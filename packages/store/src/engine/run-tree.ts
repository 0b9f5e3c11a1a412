/** The calls of a session by their place: which function called which, whatever the number of calls. What two runs are aligned by. */
import { activityTypeName } from '@hindscope/protocol'
import type { EventRef, Location } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { nameOfCall, siteOfCall } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { commonName } from './performance.ts'
import { summarize } from './summaries.ts'

/** Places of a tree; calls beyond them are counted as left out. */
const MOST_PLACES = 100_000
/** Calls of a place that are kept for comparing results. */
const MOST_KEPT = 500

export interface PlacedCall {
  readonly track: Track
  readonly call: number
}

export interface RunPlace {
  /** The same in every run: kind, name, file. */
  readonly key: string
  readonly name: string
  readonly kind: 'realm' | 'call' | 'activity'
  readonly location: Location | undefined
  readonly parent: RunPlace | undefined
  /** Places below it that are no place above it. */
  readonly below: RunPlace[]
  /** By key, those above that it calls again too. */
  readonly known: Map<string, RunPlace>
  calls: number
  errors: number
  ended: number
  totalUs: number
  first: EventRef | undefined
  readonly kept: PlacedCall[]
}

export interface RunTree {
  readonly root: RunPlace
  readonly calls: number
  readonly activities: number
  readonly errors: number
  readonly leftOut: number
}

type Name = Pick<RunPlace, 'key' | 'name' | 'kind' | 'location'>

const newPlace = (name: Name, parent: RunPlace | undefined): RunPlace => ({
  ...name,
  parent,
  below: [],
  known: new Map(),
  calls: 0,
  errors: 0,
  ended: 0,
  totalUs: 0,
  first: undefined,
  kept: [],
})

export function buildRunTree(store: TraceStore): RunTree {
  const builder = new TreeBuilder()
  for (const { track, realmKind } of summarize(store).tracks) {
    const of = store.tracks[track]
    if (of !== undefined) builder.take(of, realmKind)
  }
  const { root, calls, activities, errors, leftOut } = builder
  return { root, calls, activities, errors, leftOut }
}

class TreeBuilder {
  readonly root: RunPlace = newPlace({ key: '', name: '', kind: 'realm', location: undefined }, undefined)
  calls = 0
  activities = 0
  errors = 0
  leftOut = 0
  private places = 0

  take(track: Track, realmKind: string): void {
    const { calls } = track
    const realm = this.placeBelow(this.root, { key: `realm ${realmKind}`, name: realmKind, kind: 'realm', location: undefined })
    const names = new Map<number, Name>()
    const placeOf: (RunPlace | undefined)[] = []
    for (let call = 0; call < calls.length; call++) {
      const parent = calls.parent[call] ?? -1
      const above = parent === -1 ? realm : placeOf[parent]
      const place = above && this.placeBelow(above, nameOf(track, call, names))
      placeOf.push(place)
      if (calls.activity[call] === 0) this.calls++
      else this.activities++
      if (calls.outcome[call] === OutcomeCode.threw) this.errors++
      if (place === undefined) this.leftOut++
      else count(place, track, call)
    }
  }

  private placeBelow(above: RunPlace, name: Name): RunPlace | undefined {
    const known = above.known.get(name.key)
    if (known !== undefined) return known
    let place: RunPlace | undefined = above
    while (place !== undefined && place.key !== name.key) place = place.parent
    if (place === undefined) {
      if (this.places === MOST_PLACES) return undefined
      this.places++
      place = newPlace(name, above)
      above.below.push(place)
    }
    above.known.set(name.key, place)
    return place
  }
}

function nameOf(track: Track, call: number, names: Map<number, Name>): Name {
  if (track.calls.activity[call] !== 0) {
    const type = activityTypeName(track.calls.activity[call] ?? 0) ?? 'custom'
    const name = commonName(nameOfCall(track, call))
    return { key: `activity ${type} ${name}`, name, kind: 'activity', location: undefined }
  }
  const probe = track.siteOfCall(call)
  let name = names.get(probe)
  if (name === undefined) {
    const site = siteOfCall(track, call)
    const text = site?.name ?? `probe ${probe}`
    name = { key: `call ${text} ${site?.location?.file}`, name: text, kind: 'call', location: site?.location }
    names.set(probe, name)
  }
  return name
}

function count(place: RunPlace, track: Track, call: number): void {
  const { calls } = track
  const enterRow = calls.enterRow[call] ?? 0
  const exitRow = calls.exitRow[call] ?? -1
  place.calls++
  place.first ??= { track: track.number, seq: track.seqOf(enterRow) }
  if (calls.outcome[call] === OutcomeCode.threw) place.errors++
  if (place.kept.length < MOST_KEPT) place.kept.push({ track, call })
  if (exitRow === -1) return
  place.ended++
  place.totalUs += track.time(exitRow) - track.time(enterRow)
}

export function pathOf(place: RunPlace): string[] {
  const path: string[] = []
  for (let at: RunPlace | undefined = place; at !== undefined && at.key !== ''; at = at.parent) path.unshift(at.name)
  return path
}

/** Calls of the places below. */
export function callsBelow(place: RunPlace): number {
  let sum = 0
  const open = [...place.below]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    sum += next.calls
    open.push(...next.below)
  }
  return sum
}
