/**
 * Which row wrote which variable or property of which object, per track: lists of rows that grow with the track. Variables are listed by
 * write probe, since the manifest that names their binding may arrive later; properties by object id, with the number of their key.
 */
import { EventKind } from '@hindscope/protocol'
import type { ValueNode, WriteTarget } from '@hindscope/protocol'
import { IndexList } from './columns.ts'
import type { Track } from './track.ts'

interface ObjectWrites {
  readonly rows: IndexList
  /** Parallel to `rows`. */
  readonly keys: IndexList
}

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

export class WriteIndex {
  private readonly track: Track
  private readonly bySite = new Map<number, IndexList>()
  private readonly byObject = new Map<number, ObjectWrites>()
  private readonly keyNumbers = new Map<string, number>()
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  /** Rows that wrote the target, in order. */
  rowsOf(target: WriteTarget): readonly number[] {
    this.update()
    return target.kind === 'binding' ? this.rowsOfBinding(target.module, target.binding) : this.rowsOfProperty(target)
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
    const [object, keyNode] = track.valuesOf(row)
    const [id, key] = [objectId(object), propertyKey(keyNode)]
    return id === 0 || key === undefined ? undefined : { kind: 'property', track: track.number, object: id, key }
  }

  private rowsOfBinding(module: string, binding: number): readonly number[] {
    const { sites } = this.track
    const lists = [...this.bySite].filter(([id]) => {
      const { probe, manifest } = sites.resolve(id)
      return probe?.kind === 'write' && probe.binding === binding && manifest?.module === module
    })
    return lists.flatMap(([, list]) => [...list.items.subarray(0, list.length)]).sort((a, b) => a - b)
  }

  private rowsOfProperty({ track, object, key }: WriteTarget & { readonly kind: 'property' }): readonly number[] {
    const writes = track === this.track.number ? this.byObject.get(object) : undefined
    if (writes === undefined) return []
    const rows = [...writes.rows.items.subarray(0, writes.rows.length)]
    if (key === undefined) return rows
    const number = this.keyNumbers.get(key)
    return number === undefined ? [] : rows.filter((_, index) => writes.keys.at(index) === number)
  }

  private update(): void {
    const { rows } = this.track
    for (; this.indexed < rows.length; this.indexed++) {
      const row = this.indexed
      if (rows.kind[row] === EventKind.write) this.addWrite(row, rows.site[row] ?? 0)
      else if (rows.kind[row] === EventKind.propertyWrite) this.addPropertyWrite(row)
    }
  }

  private addWrite(row: number, site: number): void {
    let list = this.bySite.get(site)
    if (list === undefined) this.bySite.set(site, (list = new IndexList()))
    list.push(row)
  }

  private addPropertyWrite(row: number): void {
    const target = this.targetOf(row)
    if (target?.kind !== 'property' || target.key === undefined) return
    let writes = this.byObject.get(target.object)
    if (writes === undefined) this.byObject.set(target.object, (writes = { rows: new IndexList(), keys: new IndexList() }))
    let number = this.keyNumbers.get(target.key)
    if (number === undefined) this.keyNumbers.set(target.key, (number = this.keyNumbers.size))
    writes.rows.push(row)
    writes.keys.push(number)
  }
}

const indexes = new WeakMap<Track, WriteIndex>()

/** The track's index, made when it is first asked for. */
export function writeIndexOf(track: Track): WriteIndex {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new WriteIndex(track)))
  return index
}
