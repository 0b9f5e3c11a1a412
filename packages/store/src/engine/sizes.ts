/** `sizes`: what the bytes of a session are made of, from the columns of rows and the offsets of values; only values with long texts are read. */
import type { EventRef, Location, SizeList, SizePart, SizesQuery, TraceSizes, ValueSizePart } from '@hindscope/protocol'
import { kindNameOf, probeOfRow } from '../model/describe.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { largeTextsOf } from './large-texts.ts'
import { wholeNumber } from './validate.ts'

interface Sums {
  events: number
  bytes: number
  valueBytes: number
  /** Row and bytes of the largest values. */
  largestRow: number
  largestBytes: number
}

const newSums = (): Sums => ({ events: 0, bytes: 0, valueBytes: 0, largestRow: -1, largestBytes: -1 })

function add(to: Sums, bytes: number, valueBytes: number, row: number): void {
  to.events++
  to.bytes += bytes + valueBytes
  to.valueBytes += valueBytes
  if (valueBytes <= to.largestBytes) return
  to.largestBytes = valueBytes
  to.largestRow = row
}

/** Sums of one track by kind, and by probe and kind. */
interface TrackSums {
  readonly kinds: readonly (Sums | undefined)[]
  /** By `probe * 256 + kind`; events of no probe have that of the function around them, or none. */
  readonly probes: ReadonlyMap<number, Sums>
  readonly all: Sums
}

const KINDS = 256

export function querySizes(store: TraceStore, query: SizesQuery): TraceSizes {
  const limit = wholeNumber('sizes', 'limit', query.limit, { min: 1, max: 1000, fallback: 50 })
  const lists = new SizeLists()
  const all = newSums()
  for (const track of store.tracks) {
    const sums = sumTrack(track)
    if (sums.all.events === 0) continue
    lists.take(track, sums)
    merge(all, sums.all)
  }
  return {
    events: all.events,
    bytes: Math.round(all.bytes),
    valueBytes: all.valueBytes,
    kinds: listOf(lists.kinds, limit, partOf),
    functions: listOf(lists.functions, limit, partOf),
    files: listOf(lists.files, limit, partOf),
    tracks: listOf(lists.tracks, limit, partOf),
    values: listOf(lists.values, limit, entry => ({
      ...partOf(entry),
      largest: entry.largest ?? { track: 0, seq: 0 },
      largestBytes: entry.sums.largestBytes,
    })),
  }
}

function sumTrack(track: Track): TrackSums {
  const kinds: (Sums | undefined)[] = []
  const probes = new Map<number, Sums>()
  const all = newSums()
  const { rows } = track
  for (let index = 0; index < track.chunks.length; index++) {
    const chunk = track.chunks[index]
    if (chunk === undefined) continue
    const firstRow = track.firstRowOf(index)
    const lengths = valueLengths(track, index)
    const texts = largeTextsOf(track, index)
    const share = Math.max(0, chunk.totalBytes - chunk.values.length - texts.bytes) / chunk.recordCount
    let next = rows.values.indexFrom(firstRow)
    const firstValue = next
    for (let row = firstRow; row < firstRow + chunk.recordCount; row++) {
      const hasValue = next < rows.values.length && rows.values.rowAt(next) === row
      const valueBytes = hasValue ? (lengths[next - firstValue] ?? 0) + (texts.byRow.get(row) ?? 0) : 0
      if (hasValue) next++
      const kind = rows.kind[row] ?? 0
      const key = probeOfRow(track, row) * KINDS + kind
      let sums = probes.get(key)
      if (sums === undefined) probes.set(key, (sums = newSums()))
      add(sums, share, valueBytes, row)
      add((kinds[kind] ??= newSums()), share, valueBytes, row)
      add(all, share, valueBytes, row)
    }
  }
  return { kinds, probes, all }
}

/** Bytes of the values of each row that has some: up to where the next ones begin. Rows that share bytes count them once. */
function valueLengths(track: Track, index: number): Float64Array {
  const { values } = track.rows
  const chunk = track.chunks[index]
  const firstRow = track.firstRowOf(index)
  const from = values.indexFrom(firstRow)
  const to = values.indexFrom(firstRow + (chunk?.recordCount ?? 0))
  const starts = new Float64Array(to - from + 1)
  let isAscending = true
  for (let i = from; i < to; i++) {
    starts[i - from] = values.valueAt(i) - 1
    isAscending &&= i === from || (starts[i - from] ?? 0) > (starts[i - from - 1] ?? 0)
  }
  starts[to - from] = chunk?.values.length ?? 0
  const lengths = new Float64Array(to - from)
  if (isAscending) {
    for (let i = 0; i < lengths.length; i++) lengths[i] = Math.max(0, (starts[i + 1] ?? 0) - (starts[i] ?? 0))
    return lengths
  }
  const order = Array.from(lengths.keys()).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0) || b - a)
  order.forEach((entry, i) => {
    const next = order[i + 1] ?? lengths.length
    lengths[entry] = Math.max(0, (starts[next] ?? 0) - (starts[entry] ?? 0))
  })
  return lengths
}

interface Entry {
  readonly name: string
  readonly location: Location | undefined
  readonly sums: Sums
  readonly around: string | undefined
  largest?: EventRef
}
type Entries = Map<string, Entry>

/** The sums of all tracks by what people call things. */
class SizeLists {
  readonly kinds: Entries = new Map()
  readonly functions: Entries = new Map()
  readonly files: Entries = new Map()
  readonly tracks: Entries = new Map()
  readonly values: Entries = new Map()

  take(track: Track, { kinds, probes, all }: TrackSums): void {
    const name = track.definition?.name ?? `track ${track.number}`
    put(this.tracks, String(track.number), name, undefined, all)
    kinds.forEach((sums, kind) => sums && put(this.kinds, kindNameOf(kind), kindNameOf(kind), undefined, sums))
    for (const [key, sums] of probes) {
      const kind = ((key % KINDS) + KINDS) % KINDS
      const probe = Math.floor(key / KINDS)
      this.takeProbe(track, probe === -1 ? undefined : track.sites.resolve(probe), kind, sums)
    }
  }

  private takeProbe(track: Track, site: Site | undefined, kind: number, sums: Sums): void {
    const file = site?.location?.file
    const around = site?.functionProbe
    const place = site?.location
    const where = around === undefined || file === undefined ? place : { file, line: around.range[0], column: around.range[1] }
    const name = site?.functionName ?? '(outside functions)'
    put(this.functions, `${name}\n${where?.file}:${where?.line}:${where?.column}`, name, where, sums, around?.name)
    put(this.files, file ?? '', file ?? '(no file)', undefined, sums)
    if (sums.valueBytes === 0) return
    const kindName = kindNameOf(kind)
    const told = site === undefined ? kindName : `${site.name} (${kindName})`
    const entry = put(this.values, `${told}\n${place?.file}:${place?.line}:${place?.column}`, told, place, sums, around?.name)
    if (entry.sums.largestRow === sums.largestRow && entry.sums.largestBytes === sums.largestBytes) {
      entry.largest = { track: track.number, seq: track.seqOf(sums.largestRow) }
    }
  }
}

function put(entries: Entries, key: string, name: string, location: Location | undefined, sums: Sums, around?: string): Entry {
  let entry = entries.get(key)
  if (entry === undefined) entries.set(key, (entry = { name, location, around, sums: newSums() }))
  merge(entry.sums, sums)
  return entry
}

function merge(into: Sums, from: Sums): void {
  into.events += from.events
  into.bytes += from.bytes
  into.valueBytes += from.valueBytes
  if (from.largestBytes <= into.largestBytes) return
  into.largestBytes = from.largestBytes
  into.largestRow = from.largestRow
}

const partOf = ({ name, location, around, sums: { events, bytes, valueBytes } }: Entry): SizePart => ({
  name,
  events,
  bytes: Math.round(bytes),
  valueBytes,
  ...(location === undefined ? {} : { location }),
  ...(around === undefined ? {} : { function: around }),
})

function listOf<Part extends SizePart | ValueSizePart>(entries: Entries, limit: number, part: (entry: Entry) => Part): SizeList<Part> {
  const sorted = [...entries.values()].sort((a, b) => b.sums.bytes - a.sums.bytes || (a.name < b.name ? -1 : 1))
  return { parts: sorted.slice(0, limit).map(part), total: sorted.length }
}
