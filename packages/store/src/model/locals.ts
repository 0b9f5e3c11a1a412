/**
 * What the variables of a call held, and when: a fold over the records of its track. Sources are the arguments, writes, the locals that
 * are read where the call ends, and the same of closures that were made in it. Which rows to fold is found by indexes of rows by probe
 * and by call (telling-rows.ts), so the price is that of the variables, not that of the rows since the call began.
 *
 * A closure's write names the variable (its binding), not whose call the variable belongs to. It belongs to this call for certain when the
 * function that declares it had been called only once; else when this call is the nearest call of that function on the closure's chain of
 * callers, which is a good guess (a closure handed to another call of the same function proves it wrong). In every other case the value
 * stays and is marked as uncertain. What another call of the same function writes in its own body is that call's. Values read by the call
 * itself are certain again; a write whose value was not recorded leaves the one before it as uncertain.
 */
import { EventKind } from '@hindscope/protocol'
import type { LocalValue, ValueNode } from '@hindscope/protocol'
import { claimOf, ownerOf } from './call-owner.ts'
import type { Owner } from './call-owner.ts'
import { callRowsOf } from './call-rows.ts'
import { namedValues } from './describe.ts'
import { everyRow, tellingRows } from './telling-rows.ts'
import type { Track } from './track.ts'

export interface LocalChange {
  readonly row: number
  readonly name: string
  /** Index into the manifest's bindings, -1 when it is none. */
  readonly binding: number
  /** Undefined: it was written, with a value that was not recorded, or by some call that may not be this one. */
  readonly value: ValueNode | undefined
  readonly from: LocalValue['from']
  readonly certain: boolean
}

/** Everything that told a value of a variable of the call, in order, up to and including `lastRow`. */
export function* changesOf(track: Track, call: number, lastRow: number): Generator<LocalChange> {
  const owner = ownerOf(track, call)
  yield* argumentsOf(track, call, owner)
  yield* fold(track, call, owner, everyRow(callRowsOf(track), track, call, owner, lastRow))
}

function* argumentsOf(track: Track, call: number, owner: Owner | undefined): Generator<LocalChange> {
  const row = track.calls.enterRow[call] ?? 0
  for (const { name, value } of namedValues(track, row)) {
    const binding = owner?.manifest.bindings?.findIndex(item => item.kind === 'param' && item.parent === owner.probe && item.name === name) ?? -1
    yield { row, name, binding, value, from: 'argument', certain: true }
  }
}

function* fold(track: Track, call: number, owner: Owner | undefined, rows: Iterable<number>): Generator<LocalChange> {
  const outer = new Set<number>()
  for (const row of rows) {
    if (track.rows.call[row] === call) yield* ownChanges(track, row, outer, owner)
    else if (owner !== undefined) yield* foreignChanges(owner, row, outer)
  }
}

function* ownChanges(track: Track, row: number, outer: Set<number>, owner: Owner | undefined): Generator<LocalChange> {
  const from = track.rows.kind[row] === EventKind.write ? 'write' : 'locals'
  for (const { name, binding, value } of variablesOf(track, row)) {
    if (binding >= 0 && owner?.manifest.bindings?.[binding]?.parent !== owner?.probe) outer.add(binding)
    yield { row, name, binding, value, from, certain: value !== undefined }
  }
}

/** What another call says about variables of this one, or about variables further out that this one has written. */
function* foreignChanges(owner: Owner, row: number, outer: ReadonlySet<number>): Generator<LocalChange> {
  const { track, manifest, base } = owner
  const probe = manifest.probes[(track.rows.site[row] ?? 0) - base]
  for (const { name, binding, value } of variablesOf(track, row)) {
    const home = manifest.bindings?.[binding]?.parent
    const isOwn = home === owner.probe && probe?.parent !== owner.probe
    if (binding < 0 || !(isOwn || outer.has(binding))) continue
    const claim = claimOf(owner, row, home)
    const known = claim === 'possible' ? undefined : value
    yield { row, name, binding, value: known, from: 'closure', certain: claim === 'certain' && known !== undefined }
  }
}

interface Variable {
  readonly name: string
  readonly binding: number
  readonly value: ValueNode | undefined
}

function variablesOf(track: Track, row: number): readonly Variable[] {
  const { probe, name } = track.sites.resolve(track.rows.site[row] ?? 0)
  const values = track.valuesOf(row)
  if (track.rows.kind[row] === EventKind.write) return [{ name, binding: probe?.kind === 'write' ? probe.binding : -1, value: values[0] }]
  if (probe?.kind !== 'locals') return []
  return values.map((value, index) => ({ name: probe.names[index] ?? `local ${index + 1}`, binding: probe.bindings[index] ?? -1, value }))
}

export interface Local extends LocalChange {
  readonly value: ValueNode
}

/** The last value of each variable after `row`. A variable that only others may have written is left out. */
export function localsAt(track: Track, call: number, row: number): readonly Local[] {
  const owner = ownerOf(track, call)
  const locals = new Map<number | string, Local>()
  const add = (change: LocalChange): void => {
    const key = change.binding >= 0 ? change.binding : change.name
    const before = locals.get(key)
    const { value } = change
    if (value !== undefined) locals.set(key, { ...change, value })
    else if (before !== undefined) locals.set(key, { ...before, certain: false })
  }
  const given = new Set<number>()
  for (const change of argumentsOf(track, call, owner)) {
    add(change)
    given.add(change.binding)
  }
  const asked = { lastRow: row, given }
  for (const change of fold(track, call, owner, tellingRows(callRowsOf(track), track, call, owner, asked))) add(change)
  return [...locals.values()]
}
