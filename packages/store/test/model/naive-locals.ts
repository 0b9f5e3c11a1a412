/** Locals as a fold over every row since the call began: what the indexes must agree with. */
import { EventKind } from '@hindscope/protocol'
import type { ProbeManifest, ValueNode } from '@hindscope/protocol'
import { namedValues, siteOfCall } from '../../src/model/describe.ts'
import type { Track } from '../../src/model/track.ts'

export interface NaiveChange {
  readonly row: number
  readonly name: string
  readonly binding: number
  readonly value: ValueNode | undefined
  readonly from: string
  readonly certain: boolean
}

interface Owner {
  readonly manifest: ProbeManifest
  readonly base: number
  readonly probe: number
  readonly aloneUntil: number
}

function ownerOf(track: Track, call: number): Owner | undefined {
  const site = siteOfCall(track, call)
  if (site?.manifest === undefined || site.probe === undefined) return undefined
  const id = track.siteOfCall(call)
  let aloneUntil = Infinity
  let isFirst = true
  for (let other = 0; other < track.calls.length && aloneUntil === Infinity; other++) {
    if (other === call || track.siteOfCall(other) !== id || track.calls.activity[other] !== 0) continue
    if (other < call) isFirst = false
    aloneUntil = isFirst ? (track.calls.enterRow[other] ?? 0) : -1
  }
  const probe = site.manifest.probes.indexOf(site.probe)
  return { manifest: site.manifest, base: id - probe, probe, aloneUntil }
}

function variablesOf(track: Track, row: number): { name: string; binding: number; value: ValueNode | undefined }[] {
  const { probe, name } = track.sites.resolve(track.rows.site[row] ?? 0)
  const values = track.valuesOf(row)
  if (track.rows.kind[row] === EventKind.write) return [{ name, binding: probe?.kind === 'write' ? probe.binding : -1, value: values[0] }]
  if (probe?.kind !== 'locals') return []
  return values.map((value, i) => ({ name: probe.names[i] ?? `local ${i + 1}`, binding: probe.bindings[i] ?? -1, value }))
}

function nearestCall(track: Track, own: number, from: number): number {
  let call = from
  while (call !== -1 && track.siteOfCall(call) !== track.siteOfCall(own)) call = track.calls.parent[call] ?? -1
  return call
}

export function naiveChanges(track: Track, call: number, lastRow: number): NaiveChange[] {
  const owner = ownerOf(track, call)
  const bindings = owner?.manifest.bindings ?? []
  const enterRow = track.calls.enterRow[call] ?? 0
  const changes: NaiveChange[] = namedValues(track, enterRow).map(({ name, value }) => {
    const binding = bindings.findIndex(item => item.kind === 'param' && item.parent === owner?.probe && item.name === name)
    return { row: enterRow, name, binding, value, from: 'argument', certain: true }
  })
  const outer = new Set<number>()
  for (let row = enterRow + 1; row <= Math.min(lastRow, track.rows.length - 1); row++) {
    const kind = track.rows.kind[row]
    if (kind !== EventKind.write && kind !== EventKind.locals) continue
    const isOwn = track.rows.call[row] === call
    const probe = owner?.manifest.probes[(track.rows.site[row] ?? 0) - (owner?.base ?? 0)]
    for (const { name, binding, value } of variablesOf(track, row)) {
      const home = bindings[binding]?.parent
      if (isOwn) {
        if (binding >= 0 && home !== owner?.probe) outer.add(binding)
        changes.push({ row, name, binding, value, from: kind === EventKind.write ? 'write' : 'locals', certain: value !== undefined })
        continue
      }
      if (owner === undefined || binding < 0) continue
      const isMine = home === owner.probe && probe?.parent !== owner.probe
      if (!isMine && !outer.has(binding)) continue
      const at = home === undefined ? undefined : owner.manifest.probes[home]
      const isModule = home === -1 || (at?.kind === 'function' && at.functionKind === 'module')
      const isOnlyOne = isModule || (home === owner.probe && row < owner.aloneUntil)
      const isLikely = isOnlyOne || (home === owner.probe && nearestCall(track, call, track.rows.call[row] ?? -1) === call)
      const known = isLikely ? value : undefined
      changes.push({ row, name, binding, value: known, from: 'closure', certain: isOnlyOne && known !== undefined })
    }
  }
  return changes
}

export function naiveLocals(track: Track, call: number, row: number): NaiveChange[] {
  const locals = new Map<number | string, NaiveChange>()
  for (const change of naiveChanges(track, call, row)) {
    const key = change.binding >= 0 ? change.binding : change.name
    const before = locals.get(key)
    if (change.value !== undefined) locals.set(key, change)
    else if (before !== undefined) locals.set(key, { ...before, certain: false })
  }
  return [...locals.values()]
}
