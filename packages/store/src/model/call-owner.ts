/** Whose variables a row tells of: the call and its function, and what can be said of rows of other calls. */
import type { ProbeManifest } from '@hindscope/protocol'
import { isOfModule } from './binding-sites.ts'
import { siteOfCall } from './describe.ts'
import { siteRowsOf } from './site-rows.ts'
import type { Track } from './track.ts'

/** A call whose function is known. */
export interface Owner {
  readonly track: Track
  readonly call: number
  readonly manifest: ProbeManifest
  /** Probe id of the module's first probe. */
  readonly base: number
  /** Index of the function's probe. */
  readonly probe: number
  /** The variable is this call's for certain up to this row. */
  readonly aloneUntil: number
}

export function ownerOf(track: Track, call: number): Owner | undefined {
  const site = siteOfCall(track, call)
  if (site?.manifest === undefined || site.probe === undefined) return undefined
  const id = track.siteOfCall(call)
  const probe = site.manifest.probes.indexOf(site.probe)
  const { lists, list } = siteRowsOf(track).rowsOf(id)
  const isFirst = lists.first(list) === track.calls.enterRow[call]
  const aloneUntil = !isFirst ? -1 : lists.length(list) > 1 ? lists.at(list, 1) : Infinity
  return { track, call, manifest: site.manifest, base: id - probe, probe, aloneUntil }
}

/** Whose variable a row of another call wrote: this call's, for certain or probably, or maybe this call's. */
export type Claim = 'certain' | 'likely' | 'possible'

export function claimOf(owner: Owner, row: number, home: number | undefined): Claim {
  if (isOfModule(owner.manifest, home)) return 'certain'
  if (home !== owner.probe) return 'possible'
  if (row < owner.aloneUntil) return 'certain'
  return nearestCall(owner, owner.track.rows.call[row] ?? -1) === owner.call ? 'likely' : 'possible'
}

/** The nearest call of the owner's function among a call's callers and causes. */
function nearestCall({ track, call: own }: Owner, from: number): number {
  const { calls } = track
  const site = track.siteOfCall(own)
  let call = from
  while (call !== -1 && track.siteOfCall(call) !== site) call = calls.parent[call] ?? -1
  return call
}
