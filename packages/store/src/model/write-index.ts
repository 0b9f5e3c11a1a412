/**
 * Which row wrote which variable or property of which object, per track: lists of rows that grow with the track. Variables are found by
 * their write probes (site-rows.ts), since the manifest that names their binding may arrive later; properties by object id and key.
 */
import { ByteReader, EventKind, HindscopeError, readValue } from '@hindscope/protocol'
import type { ValueNode, WriteTarget } from '@hindscope/protocol'
import { bindingSitesOf } from './binding-sites.ts'
import { KeyedRows } from './keyed-rows.ts'
import { ListPool } from './list-pool.ts'
import { PairMap } from './pair-map.ts'
import { siteRowsOf } from './site-rows.ts'
import type { Track } from './track.ts'

/** The name of a property as WriteTarget has it; undefined for a key that only the program's code could turn into a name. */
export function propertyKey(node: ValueNode | undefined): string | undefined {
  switch (node?.kind) {
    case 'string':
      return node.value
    case 'number':
      return node.text === '-0' ? '0' : node.text
    case 'bigint':
      return node.text
    case 'boolean':
      return String(node.value)
    case 'null':
    case 'undefined':
      return node.kind
    case 'symbol':
      return `@@${node.description}`
    default:
      return undefined
  }
}

export const objectId = (node: ValueNode | undefined): number => (node !== undefined && 'id' in node ? node.id : 0)

/** Some list of a pool. */
interface RowList {
  readonly lists: ListPool
  readonly list: number
}

export class WriteIndex {
  private readonly track: Track
  /** Property writes by object id. */
  private readonly objects = new KeyedRows()
  /** Property writes by (object id, number of the key). */
  private readonly pairs = new PairMap()
  private readonly properties = new ListPool()
  private readonly keyNumbers = new Map<string, number>()
  private readonly keyNames: string[] = []
  /** Numbers of the keys written of an object, in the order in which they came. */
  private readonly keysByObject = new KeyedRows()
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  /** Rows that wrote the target, in order. */
  rowsOf(target: WriteTarget): readonly number[] {
    const found = this.listsOf(target)
    const [only] = found
    if (found.length === 1 && only !== undefined) return Array.from(only.lists.slice(only.list))
    return found.flatMap(({ lists, list }) => Array.from(lists.slice(list))).sort((a, b) => a - b)
  }

  /** The last row that wrote the target, at or before `row`; -1 when there is none. */
  atOrBefore(target: WriteTarget, row: number): number {
    return Math.max(-1, ...this.listsOf(target).map(({ lists, list }) => lists.atOrBefore(list, row)))
  }

  /** The first row behind `row` that wrote the target; -1 when there is none. */
  after(target: WriteTarget, row: number): number {
    const rows = this.listsOf(target).map(({ lists, list }) => lists.after(list, row))
    return rows.reduce((first, next) => (next !== -1 && (first === -1 || next < first) ? next : first), -1)
  }

  /** Keys of the object that were ever written, the first `limit` of them. */
  keysOf(object: number, limit: number): readonly string[] {
    this.update()
    const { lists } = this.keysByObject
    return Array.from(lists.slice(this.keysByObject.listOf(object), 0, limit), number => this.keyNames[number] ?? '')
  }

  /** What the row wrote, when it is a write and can be told. */
  targetOf(row: number): WriteTarget | undefined {
    const { track } = this
    const kind = track.rows.kind[row]
    if (kind === EventKind.write) {
      const { probe, manifest } = track.sites.resolve(track.rows.site[row] ?? 0)
      if (probe?.kind !== 'write' || manifest === undefined || probe.binding < 0) return undefined
      return { kind: 'binding', module: manifest.module, binding: probe.binding }
    }
    if (kind !== EventKind.propertyWrite) return undefined
    const [object, keyNode] = this.placeWritten(row)
    const [id, key] = [objectId(object), propertyKey(keyNode)]
    return id === 0 || key === undefined ? undefined : { kind: 'property', track: track.number, object: id, key }
  }

  private listsOf(target: WriteTarget): readonly RowList[] {
    this.update()
    if (target.kind === 'binding') return this.listsOfBinding(target.module, target.binding)
    const { object, key } = target
    if (target.track !== this.track.number) return []
    if (key === undefined) return present({ lists: this.objects.lists, list: this.objects.listOf(object) })
    const number = this.keyNumbers.get(key)
    return number === undefined ? [] : present({ lists: this.properties, list: this.pairs.get(object, number) })
  }

  private listsOfBinding(module: string, binding: number): readonly RowList[] {
    const { sites } = this.track
    const siteRows = siteRowsOf(this.track)
    const found: RowList[] = []
    for (const { module: key, base } of sites.definitions()) {
      const { manifest } = key === module ? sites.resolve(base) : { manifest: undefined }
      if (manifest === undefined) continue
      for (const index of bindingSitesOf(manifest).ofBinding.get(binding) ?? []) {
        const isWrite = manifest.probes[index]?.kind === 'write'
        if (isWrite) found.push(...present({ lists: siteRows.lists, list: siteRows.listOf(base + index) }))
      }
    }
    return found
  }

  /** Object and key of a property write: the value is not read. */
  private placeWritten(row: number): readonly ValueNode[] {
    const place = this.track.placeOfValues(row)
    if (place === undefined) return []
    const reader = new ByteReader(place.bytes, place.offset)
    try {
      return [readValue(reader, place.strings), readValue(reader, place.strings)]
    } catch (error) {
      if (!(error instanceof HindscopeError)) throw error
      return [] // SAFE: damaged values are shown as such where the row is; it wrote nothing that can be told.
    }
  }

  private update(): void {
    const { kind: kinds, length } = this.track.rows
    for (let row = this.indexed; row < length; row++) if (kinds[row] === EventKind.propertyWrite) this.addPropertyWrite(row)
    this.indexed = length
  }

  private addPropertyWrite(row: number): void {
    const target = this.targetOf(row)
    if (target?.kind !== 'property' || target.key === undefined) return
    let number = this.keyNumbers.get(target.key)
    if (number === undefined) {
      number = this.keyNames.push(target.key) - 1
      this.keyNumbers.set(target.key, number)
    }
    const pairs = this.pairs.size
    const pair = this.pairs.add(target.object, number)
    if (pair === pairs) this.keysByObject.push(target.object, number)
    this.objects.push(target.object, row)
    this.properties.push(pair, row)
  }
}

const present = (list: RowList): readonly RowList[] => (list.list === -1 ? [] : [list])

const indexes = new WeakMap<Track, WriteIndex>()

/** The track's index, made when it is first asked for. */
export function writeIndexOf(track: Track): WriteIndex {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new WriteIndex(track)))
  return index
}
