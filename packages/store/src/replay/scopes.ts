/**
 * What a function can see besides its own variables: those of the calls around it, and those of its module. Which call of an outer function a
 * closure was made in is not recorded: the only one there was, or the nearest among the causes of the call.
 */
import type { LocalValue, OuterScope } from '@hindscope/protocol'
import { bindingSitesOf, isOfModule } from '../model/binding-sites.ts'
import { ownerOf } from '../model/call-owner.ts'
import type { Owner } from '../model/call-owner.ts'
import { localsAt } from '../model/locals.ts'
import type { Local } from '../model/locals.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import { bindingsOf } from '../model/telling-rows.ts'
import type { Track } from '../model/track.ts'

/** Variables of one module. */
const MAX_MODULE_VARIABLES = 500

export function localValueOf(track: Track, { name, value, from, binding, certain, row }: Local, module: string | undefined): LocalValue {
  return {
    name,
    value,
    ref: { track: track.number, seq: track.seqOf(row) },
    from,
    ...(certain ? {} : { uncertain: true }),
    ...(binding < 0 || module === undefined ? {} : { target: { kind: 'binding', module, binding } }),
  }
}

/** Innermost first, the module last. */
export function scopesAt(track: Track, call: number, row: number): OuterScope[] {
  const owner = ownerOf(track, call)
  if (owner === undefined) return []
  const scopes: OuterScope[] = []
  const { probes } = owner.manifest
  for (let at = parentOf(owner, owner.probe); at >= 0; at = parentOf(owner, at)) {
    const probe = probes[at]
    if (probe?.kind !== 'function' || probe.functionKind === 'module') break
    scopes.push(closureScope(owner, at, probe.name, row))
  }
  return [...scopes, moduleScope(owner, row)]
}

const parentOf = ({ manifest }: Owner, probe: number): number => manifest.probes[probe]?.parent ?? -1

/** The call of an outer function that a closure was made in, as far as can be told; -1 when none is known. */
export function callAround(owner: Owner, probe: number, row: number): { readonly call: number; readonly isUncertain: boolean } {
  const { track, base } = owner
  const { lists, list } = siteRowsOf(track).rowsOf(base + probe)
  const begun = lists.upperBound(list, row)
  const only = begun === 1 ? (track.rows.call[lists.at(list, 0)] ?? -1) : -1
  return only === -1 ? { call: nearestCause(owner, base + probe), isUncertain: true } : { call: only, isUncertain: false }
}

function closureScope(owner: Owner, probe: number, name: string, row: number): OuterScope {
  const { track, manifest } = owner
  const { call, isUncertain } = callAround(owner, probe, row)
  if (call === -1) return { kind: 'closure', name, locals: [] }
  const own = localsAt(track, call, row).filter(({ binding }) => binding < 0 || manifest.bindings?.[binding]?.parent === probe)
  const locals = own.map(local => localValueOf(track, isUncertain ? { ...local, certain: false } : local, manifest.module))
  return {
    kind: 'closure',
    name,
    call: { track: track.number, call: track.calls.id[call] ?? 0 },
    ...(isUncertain ? { uncertain: true } : {}),
    locals,
  }
}

function nearestCause({ track, call }: Owner, site: number): number {
  const { calls } = track
  let at = calls.parent[call] ?? -1
  while (at !== -1 && (calls.activity[at] !== 0 || track.siteOfCall(at) !== site)) at = calls.parent[at] ?? -1
  return at
}

/** A module is evaluated once, so whoever wrote its variable wrote this one. */
function moduleScope({ track, manifest, base }: Owner, row: number): OuterScope {
  const sites = bindingSitesOf(manifest)
  const siteRows = siteRowsOf(track)
  const locals: Local[] = []
  ;(manifest.bindings ?? []).forEach(({ name, parent }, binding) => {
    if (!isOfModule(manifest, parent) || locals.length === MAX_MODULE_VARIABLES) return
    let last = -1
    let lost = -1
    for (const index of sites.ofBinding.get(binding) ?? []) {
      const list = siteRows.listOf(base + index)
      let at = siteRows.lists.upperBound(list, row) - 1
      while (at >= 0 && !track.hasValues(siteRows.lists.at(list, at))) lost = Math.max(lost, siteRows.lists.at(list, at--))
      if (at >= 0) last = Math.max(last, siteRows.lists.at(list, at))
    }
    if (last === -1) return
    const probe = track.sites.resolve(track.rows.site[last] ?? 0).probe
    const value = track.valuesOf(last)[bindingsOf(probe).indexOf(binding)]
    if (value !== undefined)
      locals.push({ row: last, name, binding, value, from: probe?.kind === 'locals' ? 'locals' : 'write', certain: lost < last })
  })
  const name = manifest.sources[0]?.path ?? manifest.id
  return { kind: 'module', name, locals: locals.map(local => localValueOf(track, local, manifest.module)) }
}
