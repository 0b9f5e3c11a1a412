/**
 * What an object held at a moment: the last snapshot at or before it, with the property writes since. Where that snapshot left parts out
 * (depth, width), older snapshots and writes fill them and are marked as stale. What native code changes (push, Map.set) is seen with the
 * next snapshot only.
 */
import type { Certainty, ObjectState, ValueNode } from '@hindscope/protocol'
import { objectIndexOf } from '../model/object-index.ts'
import type { Track } from '../model/track.ts'
import { objectId, writeIndexOf } from '../model/write-index.ts'
import { propertyWriteAt } from './property-write.ts'

export interface KnownPart {
  /** Absent for entries of a Map and members of a Set. */
  readonly name?: string
  readonly key?: ValueNode
  readonly value: ValueNode
  /** Of the event that told it. */
  readonly row: number
  readonly certainty: Certainty
}

export interface KnownObject extends Pick<ObjectState, 'id' | 'kind' | 'label' | 'size' | 'whole' | 'message' | 'stack'> {
  readonly parts: readonly KnownPart[]
  /** -1: no snapshot shows it. */
  readonly snapshotRow: number
}

/** Parts of one object; more are left out, and the object is not whole. */
const MAX_PARTS = 2000
/** Older snapshots that are looked at to fill what the last one left out. */
const MAX_OLDER = 8

type Contents = Extract<ValueNode, { readonly kind: 'object' | 'array' | 'map' | 'set' | 'error' | 'function' | 'binary' }>

/** Undefined when no event up to `row` names the object. */
export function objectAt(track: Track, id: number, row: number): KnownObject | undefined {
  const index = objectIndexOf(track)
  const snapshotRow = index.lastContents(id, row)
  const node = snapshotRow === -1 ? undefined : contentsIn(track.valuesOf(snapshotRow), id)
  if (node === undefined) return fromWrites(track, id, row)
  switch (node.kind) {
    case 'function':
      return { id, kind: 'function', label: node.name, parts: [], whole: true, snapshotRow }
    case 'binary':
      return { id, kind: 'binary', label: node.className, size: node.size, parts: [], whole: node.size === 0, snapshotRow }
    case 'map': {
      const parts = node.pairs.map(([key, value]): KnownPart => ({ key, value, row: snapshotRow, certainty: 'recorded' }))
      return { id, kind: 'map', label: 'Map', size: node.size, parts, whole: parts.length === node.size, snapshotRow }
    }
    case 'set': {
      const parts = node.items.map((value): KnownPart => ({ value, row: snapshotRow, certainty: 'recorded' }))
      return { id, kind: 'set', label: 'Set', size: node.size, parts, whole: parts.length === node.size, snapshotRow }
    }
    default:
      return new PropertyFold(track, id, row).of(node, snapshotRow)
  }
}

/** Only identities and writes are known of it. */
function fromWrites(track: Track, id: number, row: number): KnownObject | undefined {
  const seen = objectIndexOf(track).last(id, row)
  if (seen === -1) return undefined
  const identity = [...nodesOf(track.valuesOf(seen))].find(node => objectId(node) === id && node.kind !== 'ref')
  const label = identity?.kind === 'opaque' ? identity.className : identity?.kind === 'proxy' ? 'Proxy' : ''
  const fold = new PropertyFold(track, id, row)
  fold.addWrites(-1, row)
  const kind = identity?.kind === 'proxy' ? 'proxy' : label === 'Array' ? 'array' : 'opaque'
  return { id, kind, label, parts: fold.parts(kind), whole: false, snapshotRow: -1 }
}

class PropertyFold {
  private readonly track: Track
  private readonly id: number
  private readonly row: number
  private readonly known = new Map<string, KnownPart>()
  private isCut = false
  private deleted = 0
  private added = 0
  private length = -1

  constructor(track: Track, id: number, row: number) {
    this.track = track
    this.id = id
    this.row = row
  }

  of(node: Extract<Contents, { readonly kind: 'object' | 'array' | 'error' }>, snapshotRow: number): KnownObject {
    const { id } = this
    for (const [name, value] of propertiesOf(node)) this.known.set(name, { name, value, row: snapshotRow, certainty: 'recorded' })
    const shown = this.known.size
    const size = node.kind === 'error' ? shown : node.size
    this.length = node.kind === 'array' ? size : -1
    const isPartial = shown < size || [...this.known.values()].some(({ value }) => value.kind === 'cut')
    if (isPartial) this.fillFromOlder(node, snapshotRow, size)
    this.addWrites(snapshotRow, this.row)
    const sizeNow = node.kind === 'array' ? this.length : size + this.added - this.deleted
    const parts = this.parts(node.kind)
    const shared = parts.filter(({ name = '', certainty }) => certainty === 'recorded' || !isPrivate(name)).length
    const whole = !this.isCut && shared >= sizeNow && parts.every(({ value }) => value.kind !== 'cut')
    const error = node.kind === 'error' ? { message: node.message, ...(node.stack === '' ? {} : { stack: node.stack }) } : {}
    const label = node.kind === 'array' ? 'Array' : node.className
    const kind = node.kind
    return { id, kind, label, ...(kind === 'error' ? {} : { size: sizeNow }), parts, whole, snapshotRow, ...error }
  }

  /** Elements in order, other properties as they came. */
  parts(kind: string): KnownPart[] {
    const parts = [...this.known.values()]
    if (parts.length > MAX_PARTS) this.isCut = true
    if (kind === 'array') parts.sort((a, b) => indexOf(a.name) - indexOf(b.name))
    return parts.slice(0, MAX_PARTS)
  }

  /** Writes in (after, until], in order, the last of each key; of the length of an array all, since each takes elements away. */
  addWrites(after: number, until: number): void {
    const { track, id } = this
    const index = writeIndexOf(track)
    const written = index.keysOf(id, MAX_PARTS + 1)
    if (written.length > MAX_PARTS) this.isCut = true
    const writes: { readonly name: string; readonly row: number }[] = []
    for (const name of new Set([...this.known.keys(), ...written])) {
      const target = { kind: 'property', track: track.number, object: id, key: name } as const
      const isLength = this.length !== -1 && name === 'length'
      const rows = isLength ? index.rowsOf(target).filter(row => row <= until) : [index.atOrBefore(target, until)]
      for (const row of rows) if (row > after) writes.push({ name, row })
    }
    writes.sort((a, b) => a.row - b.row)
    for (const { name, row } of writes) this.write(name, row)
  }

  private write(name: string, row: number): void {
    const write = propertyWriteAt(this.track, row)
    const before = this.known.get(name)
    // A setter took the value; what it did with it is not in the event.
    if (write === undefined || before?.value.kind === 'accessor') return
    if (this.length !== -1 && name === 'length') return this.resize(write.value, row)
    if (write.isDeletion) {
      if (this.length !== -1 && before !== undefined && indexOf(name) < Infinity)
        this.known.set(name, { name, value: HOLE, row, certainty: 'written' })
      else if (this.known.delete(name)) this.deleted++
      return
    }
    if (before === undefined && !isPrivate(name)) this.added++
    if (this.length !== -1 && indexOf(name) < Infinity) this.lengthen(indexOf(name) + 1, row)
    this.known.set(name, { name, value: write.value, row, certainty: 'written' })
  }

  private resize(value: ValueNode, row: number): void {
    const length = value.kind === 'number' ? Number(value.text) : Number.NaN
    if (!Number.isInteger(length) || length < 0) return
    for (const name of this.known.keys()) if (indexOf(name) >= length && indexOf(name) < Infinity) this.known.delete(name)
    if (length < this.length) this.length = length
    this.lengthen(length, row)
  }

  /** What a longer array has between its old and its new end are holes. */
  private lengthen(length: number, row: number): void {
    if (length - this.length > MAX_PARTS) this.isCut = true
    else for (let i = this.length; i < length; i++) this.known.set(String(i), { name: String(i), value: HOLE, row, certainty: 'written' })
    this.length = Math.max(this.length, length)
  }

  /** What the snapshot left out, from older ones and from writes before it; never more than there were. */
  private fillFromOlder(node: Contents, snapshotRow: number, size: number): void {
    const index = objectIndexOf(this.track)
    let at = snapshotRow
    for (let i = 0; i < MAX_OLDER && at !== -1; i++) {
      at = index.lastContents(this.id, at - 1)
      const older = at === -1 ? undefined : contentsIn(this.track.valuesOf(at), this.id)
      if (older?.kind !== node.kind || (older.kind !== 'object' && older.kind !== 'array' && older.kind !== 'error')) continue
      const fold = new PropertyFold(this.track, this.id, snapshotRow)
      for (const [name, value] of propertiesOf(older)) fold.known.set(name, { name, value, row: at, certainty: 'stale' })
      fold.addWrites(at, snapshotRow)
      this.fill(fold.known.values(), node.kind, size)
      if (this.known.size >= size && [...this.known.values()].every(({ value }) => value.kind !== 'cut')) return
    }
    const writes = new PropertyFold(this.track, this.id, snapshotRow)
    writes.addWrites(-1, snapshotRow)
    this.fill(writes.known.values(), node.kind, size)
  }

  private fill(parts: Iterable<KnownPart>, kind: Contents['kind'], size: number): void {
    for (const part of parts) {
      const { name = '' } = part
      const before = this.known.get(name)
      if (before !== undefined && before.value.kind !== 'cut') continue
      if (part.value.kind === 'cut' || (before === undefined && this.known.size >= size)) continue
      if (kind === 'array' && !(indexOf(name) < size)) continue
      this.known.set(name, { ...part, certainty: 'stale' })
    }
  }
}

const propertiesOf = (node: Contents): readonly (readonly [string, ValueNode])[] =>
  node.kind === 'array'
    ? node.items.map((value, i) => [String(i), value] as const)
    : node.kind === 'object' || node.kind === 'error'
      ? node.entries
      : []

/** Private members come from writes alone and are no own keys. */
export const isPrivate = (name: string): boolean => name.startsWith('#')

/** Infinity when the name is no index of an array. */
function indexOf(name: string | undefined): number {
  return name !== undefined && /^(?:0|[1-9]\d{0,9})$/.test(name) ? Number(name) : Infinity
}

/** The object as the values show it, the first time. */
function contentsIn(values: readonly ValueNode[], id: number): Contents | undefined {
  for (const node of nodesOf(values)) if ('id' in node && node.id === id && isContents(node)) return node
  return undefined
}

const HOLE: ValueNode = { kind: 'hole' }
const CONTENTS: ReadonlySet<string> = new Set(['object', 'array', 'map', 'set', 'error', 'function', 'binary'])
const isContents = (node: ValueNode): node is Contents => CONTENTS.has(node.kind)

/** The values and everything in them, outer ones first. */
function* nodesOf(values: readonly ValueNode[]): Generator<ValueNode> {
  const stack = values.toReversed()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node
    if (node.kind === 'object' || node.kind === 'error') stack.push(...node.entries.map(([, value]) => value).toReversed())
    else if (node.kind === 'array' || node.kind === 'set') stack.push(...node.items.toReversed())
    else if (node.kind === 'map') stack.push(...node.pairs.flat().toReversed())
  }
}
