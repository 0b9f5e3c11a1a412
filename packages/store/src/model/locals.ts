/**
 * What the variables of a call held, and when: a fold over the records of its track. Sources are the arguments, writes, the locals that
 * are read where the call ends, and the same of closures that were made in it.
 *
 * A closure's write names the variable (its binding), not whose call the variable belongs to. It belongs to this call for certain when the
 * function that declares it had been called only once; else when this call is the nearest call of that function on the closure's chain of
 * callers, which is a good guess (a closure handed to another call of the same function proves it wrong). In every other case the value
 * stays and is marked as uncertain. Values read by the call itself are certain again.
 */
import { EventKind } from '@hindscope/protocol'
import type { LocalValue, ProbeManifest, ValueNode } from '@hindscope/protocol'
import { namedValues, siteOfCall } from './describe.ts'
import type { Track } from './track.ts'

export interface LocalChange {
  readonly row: number
  readonly name: string
  /** Index into the manifest's bindings, -1 when it is none. */
  readonly binding: number
  /** Undefined: some call wrote the variable, maybe this one's. */
  readonly value: ValueNode | undefined
  readonly from: LocalValue['from']
  readonly certain: boolean
}

interface Owner {
  readonly track: Track
  readonly call: number
  readonly manifest: ProbeManifest
  /** Probe id of the module's first probe. */
  readonly base: number
  readonly probe: number
  /** The variable is this call's for certain up to this row. */
  readonly aloneUntil: number
}

function ownerOf(track: Track, call: number): Owner | undefined {
  const site = siteOfCall(track, call)
  if (site?.manifest === undefined || site.probe === undefined) return undefined
  const probe = site.manifest.probes.indexOf(site.probe)
  const { calls } = track
  const id = track.siteOfCall(call)
  let aloneUntil = Infinity
  let isFirst = true
  for (let other = 0; other < calls.length && aloneUntil === Infinity; other++) {
    if (other === call || track.siteOfCall(other) !== id || calls.activity[other] !== 0) continue
    if (other < call) isFirst = false
    aloneUntil = isFirst ? (calls.enterRow[other] ?? 0) : -1
  }
  return { track, call, manifest: site.manifest, base: id - probe, probe, aloneUntil }
}

/** Everything that told a value of a variable of the call, in order, up to and including `lastRow`. */
export function* changesOf(track: Track, call: number, lastRow: number): Generator<LocalChange> {
  const owner = ownerOf(track, call)
  const enterRow = track.calls.enterRow[call] ?? 0
  for (const { name, value } of namedValues(track, enterRow)) {
    const binding = owner?.manifest.bindings?.findIndex(item => item.kind === 'param' && item.parent === owner.probe && item.name === name) ?? -1
    yield { row: enterRow, name, binding, value, from: 'argument', certain: true }
  }
  const outer = new Set<number>()
  const end = Math.min(lastRow + 1, track.rows.length)
  for (let row = enterRow + 1; row < end; row++) {
    const kind = track.rows.kind[row]
    if (kind !== EventKind.write && kind !== EventKind.locals) continue
    if (track.rows.call[row] === call) yield* ownChanges(track, row, outer, owner)
    else if (owner !== undefined) yield* foreignChanges(owner, row, outer)
  }
}

function* ownChanges(track: Track, row: number, outer: Set<number>, owner: Owner | undefined): Generator<LocalChange> {
  const from = track.rows.kind[row] === EventKind.write ? 'write' : 'locals'
  for (const { name, binding, value } of variablesOf(track, row)) {
    if (binding >= 0 && owner?.manifest.bindings?.[binding]?.parent !== owner?.probe) outer.add(binding)
    yield { row, name, binding, value, from, certain: true }
  }
}

/** What another call says about variables of this one, or about variables further out that this one has written. */
function* foreignChanges(owner: Owner, row: number, outer: ReadonlySet<number>): Generator<LocalChange> {
  const { track, manifest, base } = owner
  const index = (track.rows.site[row] ?? 0) - base
  const probe = index < 0 ? undefined : manifest.probes[index]
  // Cheap first: most writes are of variables that nobody shares.
  const named = probe?.kind === 'write' ? [probe.binding] : probe?.kind === 'locals' ? probe.bindings : []
  const concerns = (binding: number): boolean => binding >= 0 && (outer.has(binding) || manifest.bindings?.[binding]?.parent === owner.probe)
  if (!named.some(concerns)) return
  for (const { name, binding, value } of variablesOf(track, row)) {
    if (!concerns(binding)) continue
    const home = manifest.bindings?.[binding]?.parent
    const isOnlyOne = isOfModule(manifest, home) || (home === owner.probe && row < owner.aloneUntil)
    const isLikely = isOnlyOne || (home === owner.probe && nearestCall(owner, track.rows.call[row] ?? -1) === owner.call)
    yield { row, name, binding, value: isLikely ? value : undefined, from: 'closure', certain: isOnlyOne }
  }
}

/** A module is evaluated once, and its variables are there once. */
function isOfModule({ probes }: ProbeManifest, index: number | undefined): boolean {
  const probe = index === undefined ? undefined : probes[index]
  return index === -1 || (probe?.kind === 'function' && probe.functionKind === 'module')
}

/** The nearest call of the owner's function among a call's callers and causes. */
function nearestCall({ track, call: own }: Owner, from: number): number {
  const { calls } = track
  let call = from
  while (call !== -1 && track.siteOfCall(call) !== track.siteOfCall(own)) call = calls.parent[call] ?? -1
  return call
}

interface Variable {
  readonly name: string
  readonly binding: number
  readonly value: ValueNode
}

function variablesOf(track: Track, row: number): readonly Variable[] {
  const { probe, name } = track.sites.resolve(track.rows.site[row] ?? 0)
  const values = track.valuesOf(row)
  if (track.rows.kind[row] === EventKind.write) {
    return values.slice(0, 1).map(value => ({ name, binding: probe?.kind === 'write' ? probe.binding : -1, value }))
  }
  if (probe?.kind !== 'locals') return []
  return values.map((value, index) => ({ name: probe.names[index] ?? `local ${index + 1}`, binding: probe.bindings[index] ?? -1, value }))
}

export interface Local extends LocalChange {
  readonly value: ValueNode
}

/** The last value of each variable after `row`. A variable that only others may have written is left out. */
export function localsAt(track: Track, call: number, row: number): readonly Local[] {
  const locals = new Map<number | string, Local>()
  for (const change of changesOf(track, call, row)) {
    const key = change.binding >= 0 ? change.binding : change.name
    const before = locals.get(key)
    const { value } = change
    if (value !== undefined) locals.set(key, { ...change, value })
    else if (before !== undefined) locals.set(key, { ...before, certain: false })
  }
  return [...locals.values()]
}
