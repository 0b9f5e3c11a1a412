/**
 * What `this` was in a call: functions that use it are recorded with it (probe-manifest.ts, `params`). Constructors of derived classes have none when
 * they start, and where no values are recorded there is none either; there a write like `this.total = 3`, which records the object written, tells it.
 */
import type { ThisValue, ValueNode } from '@hindscope/protocol'
import { bindingSitesOf } from '../model/binding-sites.ts'
import { ownerOf } from '../model/call-owner.ts'
import { hasThis, siteOfCall } from '../model/describe.ts'
import type { Owner } from '../model/call-owner.ts'
import { callRowsOf } from '../model/call-rows.ts'
import { siteRowsOf } from '../model/site-rows.ts'
import { textOfSite } from '../model/source-text.ts'
import { Meeting } from '../model/telling-rows.ts'
import type { Track } from '../model/track.ts'
import { objectId } from '../model/write-index.ts'
import { propertyWriteAt } from './property-write.ts'
import { callAround } from './scopes.ts'

/** `this.name` with what writes it; `this.a.b = 1` writes to another object. */
const THROUGH_THIS = /^(?:(?:\+\+|--|delete\s)\s*)?this\s*\.\s*#?[\p{ID_Start}$_][\p{ID_Continue}$]*\s*(?:[-+*/%&|^<>?]*=(?!=)|\+\+|--|$)/u

const UNKNOWN =
  'this is recorded with the arguments, in functions that use it; here only a write through it (this.name = …) could tell, and the call had made none'

export function thisAt(track: Track, call: number, row: number): ThisValue {
  const owner = ownerOf(track, call)
  if (owner === undefined) return { kind: 'notRecorded', reason: 'the manifest of the function is not in the trace' }
  const own = toldAtStart(track, call) ?? writtenThrough(owner, row)
  if (own !== undefined) return own
  const probe = owner.manifest.probes[owner.probe]
  if (probe?.kind !== 'function' || probe.functionKind !== 'arrow' || probe.parent < 0) return { kind: 'notRecorded', reason: UNKNOWN }
  const around = callAround(owner, probe.parent, row)
  const outer = around.call === -1 ? undefined : thisAt(track, around.call, row)
  if (outer === undefined || outer.kind === 'notRecorded') return { kind: 'notRecorded', reason: UNKNOWN }
  return around.isUncertain ? { ...outer, uncertain: true } : outer
}

function toldAtStart(track: Track, call: number): ThisValue | undefined {
  const row = track.calls.enterRow[call] ?? 0
  const value = hasThis(siteOfCall(track, call)) ? track.valuesOf(row)[0] : undefined
  if (value === undefined) return undefined
  const ref = { track: track.number, seq: track.seqOf(row) }
  const id = objectId(value)
  return id === 0 ? { kind: 'primitive', value, ref } : { kind: 'object', object: id, label: labelOf(value), ref }
}

const labelOf = (node: ValueNode): string =>
  node.kind === 'opaque' || node.kind === 'object' ? node.className : node.kind === 'function' ? node.name : ''

/** The object of the last write through `this` that the call made. */
function writtenThrough({ track, call, manifest, base, probe }: Owner, row: number): ThisValue | undefined {
  const siteRows = siteRowsOf(track)
  const callRows = callRowsOf(track).lists
  let last = -1
  for (const index of bindingSitesOf(manifest).propertiesIn.get(probe) ?? []) {
    const id = base + index
    const list = siteRows.listOf(id)
    if (list === -1 || !THROUGH_THIS.test(textOfSite(track.sites.resolve(id)))) continue
    last = Math.max(last, new Meeting(siteRows.lists, list, callRows, call).atOrBefore(row))
  }
  const object = last === -1 ? undefined : propertyWriteAt(track, last)?.object
  const id = objectId(object)
  if (object === undefined || id === 0) return undefined
  return { kind: 'object', object: id, label: labelOf(object), ref: { track: track.number, seq: track.seqOf(last) } }
}
