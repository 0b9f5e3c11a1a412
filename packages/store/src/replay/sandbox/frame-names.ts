/** What an expression can name at a moment: variables of the frame, of the calls around its function, of its module, and `this`. */
import type { EventRef, LocalValue, OuterScope, ValueNode } from '@hindscope/protocol'
import { ownerOf } from '../../model/call-owner.ts'
import { localsAt } from '../../model/locals.ts'
import type { Track } from '../../model/track.ts'
import { objectAt } from '../object-state.ts'
import type { KnownObject } from '../object-state.ts'
import { localValueOf, scopesAt } from '../scopes.ts'
import type { FramePlace } from '../state.ts'
import { thisAt } from '../this-value.ts'
import type { Recorded } from './evaluator.ts'
import { CutText, DateValue, RecordedObject, RegexpValue, SymbolValue } from './values.ts'
import type { Value } from './values.ts'

const MAX_SOURCES = 100

export class FrameNames implements Recorded {
  readonly doubts: Set<string> = new Set()
  private readonly place: FramePlace | undefined
  private readonly track: Track
  private readonly row: number
  private readonly rows = new Set<number>()
  private readonly objects = new Map<number, RecordedObject>()
  private locals: readonly LocalValue[] | undefined
  private scopes: readonly OuterScope[] | undefined

  /** `moment` where the event belongs to no call. */
  constructor(place: FramePlace | undefined, moment: { readonly track: Track; readonly row: number }) {
    this.place = place
    this.track = place?.track ?? moment.track
    this.row = place?.row ?? moment.row
  }

  sources(): readonly EventRef[] {
    return [...this.rows]
      .sort((a, b) => a - b)
      .slice(0, MAX_SOURCES)
      .map(row => ({ track: this.track.number, seq: this.track.seqOf(row) }))
  }

  variable(name: string): { readonly value: ValueNode; readonly row: number } | { readonly reason: string } | undefined {
    const { place } = this
    if (place === undefined) return undefined
    const { track, call, row } = place
    this.locals ??= localsAt(track, call, row).map(local => localValueOf(track, local, undefined))
    const own = this.pick(name, this.locals, 'the function')
    if (own !== undefined) return own
    if (this.isDeclared(name)) return { reason: 'no event up to this one tells its value' }
    this.scopes ??= scopesAt(track, call, row)
    for (const scope of this.scopes) {
      const found = this.pick(name, scope.locals, scope.name, scope.uncertain)
      if (found !== undefined) return found
    }
    return this.isDeclaredOutside(name) ? { reason: 'no event up to this one tells its value' } : undefined
  }

  /** Several variables of one function may have the same name: blocks are not told apart. */
  private pick(
    name: string,
    locals: readonly LocalValue[],
    owner: string,
    isOther?: true,
  ): { readonly value: ValueNode; readonly row: number } | undefined {
    const named = locals.filter(local => local.name === name)
    const last = named.reduce<LocalValue | undefined>(
      (best, local) => (best === undefined || local.ref.seq >= best.ref.seq ? local : best),
      undefined,
    )
    if (last === undefined) return undefined
    if (named.length > 1) this.doubt(`${owner} has ${named.length} variables called ${name}; this is the one that was written last`)
    if (isOther === true) this.doubt(`${name} may be the variable of another call of ${owner}`)
    else if (last.uncertain === true)
      this.doubt(`${name} may have been written since, by a call that cannot be told apart or with a value that was not recorded`)
    return { value: last.value, row: this.track.rowOf(last.ref.seq) }
  }

  private isDeclared(name: string): boolean {
    const owner = this.place && ownerOf(this.place.track, this.place.call)
    return owner?.manifest.bindings?.some(binding => binding.name === name && binding.parent === owner.probe) === true
  }

  private isDeclaredOutside(name: string): boolean {
    const owner = this.place && ownerOf(this.place.track, this.place.call)
    if (owner === undefined) return false
    const around = new Set([-1])
    for (let at = owner.probe; at >= 0; at = owner.manifest.probes[at]?.parent ?? -1) around.add(at)
    return owner.manifest.bindings?.some(binding => binding.name === name && around.has(binding.parent)) === true
  }

  thisValue(missing: (reason: string) => never): Value {
    if (this.place === undefined) return missing('the event belongs to no call')
    const found = thisAt(this.place.track, this.place.call, this.place.row)
    if (found.kind === 'notRecorded') return missing(found.reason)
    if (found.uncertain === true) this.doubt('this may be that of another call')
    const row = this.track.rowOf(found.ref.seq)
    if (found.kind === 'primitive') return this.valueOf(found.value, row, missing)
    this.saw(row)
    return this.object(found.object) ?? missing('nothing of it was recorded')
  }

  valueOf(node: ValueNode, row: number, missing: (reason: string) => never): Value {
    this.saw(row)
    switch (node.kind) {
      case 'undefined':
      case 'hole':
        return undefined
      case 'null':
        return null
      case 'boolean':
        return node.value
      case 'number':
        return Number(node.text)
      case 'string':
        return node.length > node.value.length ? new CutText(node.value, node.length) : node.value
      case 'bigint':
        return BigInt(node.text)
      case 'symbol':
        return new SymbolValue(node.description)
      case 'date':
        return new DateValue(node.ms ?? Number.NaN)
      case 'regexp':
        return new RegexpValue(node.text)
      case 'accessor':
        return missing('it is a getter, which would run code')
      case 'redacted':
        return missing(`it was masked when it was recorded (${node.rule})`)
      case 'cut':
        return missing(`it was left out when it was recorded (${node.reason})`)
      default:
        return (node.id === 0 ? nameless(node, row) : this.object(node.id)) ?? missing('only its identity was recorded')
    }
  }

  doubt(text: string): void {
    this.doubts.add(text)
  }

  private saw(row: number): void {
    this.rows.add(row)
  }

  private object(id: number): RecordedObject | undefined {
    let known = this.objects.get(id)
    if (known !== undefined) return known
    const state = objectAt(this.track, id, this.row)
    if (state === undefined) return undefined
    known = new RecordedObject(id, state)
    this.objects.set(id, known)
    return known
  }
}

/** An object that has no identity: what it held is all that is known of it. */
function nameless(node: ValueNode, row: number): RecordedObject | undefined {
  const part = (name: string, value: ValueNode): KnownObject['parts'][number] => ({ name, value, row, certainty: 'recorded' })
  const of = (state: Pick<KnownObject, 'kind' | 'label' | 'parts'> & Partial<KnownObject>, size: number): RecordedObject =>
    new RecordedObject(0, { id: 0, size, whole: state.parts.length >= size, snapshotRow: row, ...state })
  switch (node.kind) {
    case 'object':
      return of({ kind: 'object', label: node.className, parts: node.entries.map(([name, value]) => part(name, value)) }, node.size)
    case 'array':
      return of({ kind: 'array', label: 'Array', parts: node.items.map((value, i) => part(String(i), value)) }, node.size)
    case 'map':
      return of({ kind: 'map', label: 'Map', parts: node.pairs.map(([key, value]) => ({ key, value, row, certainty: 'recorded' })) }, node.size)
    case 'set':
      return of({ kind: 'set', label: 'Set', parts: node.items.map(value => ({ value, row, certainty: 'recorded' })) }, node.size)
    case 'error': {
      const parts = node.entries.map(([name, value]) => part(name, value))
      return of(
        { kind: 'error', label: node.className, parts, message: node.message, ...(node.stack === '' ? {} : { stack: node.stack }) },
        parts.length,
      )
    }
    case 'function':
      return of({ kind: 'function', label: node.name, parts: [] }, 0)
    default:
      return undefined
  }
}
