/** Rows of a track into the tables of DuckDB, one row at a time: what the view `events` shows is what the query API says of the event. */
import { EventKind } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { CallMark } from '../model/call-table.ts'
import { durationOf, nameOfCall, nameOfRow, namedValues, previewOfRow, siteOfRow } from '../model/describe.ts'
import { formatValue } from '../model/format-value.ts'
import { Mark } from '../model/row-table.ts'
import type { Site } from '../model/site-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { objectId, propertyKey } from '../model/write-index.ts'
import type { TableWriter, TableWriters } from './duckdb.ts'
import { PathNumbers, PlaceNumbers, storable } from './place-numbers.ts'
import type { Place } from './place-numbers.ts'
import { ACTIVITY_INDEX, KIND_INDEX, NONE, StoredMark, TABLES, TYPE_INDEX } from './stored-tables.ts'
import type { TableName } from './stored-tables.ts'
import { scalarOf, stepInto, visitLeaves } from './value-leaves.ts'
import type { Scalar } from './value-leaves.ts'

export interface FirstNumbers {
  readonly place: number
  readonly path: number
}

/** Kinds whose name is told by their values; of all others, by probe and kind. */
const isNamedByValue = (kind: number): boolean =>
  kind === EventKind.propertyWrite || kind === EventKind.stateChange || kind === EventKind.stateSnapshot || kind >= EventKind.console

export class EventWriter {
  readonly places: PlaceNumbers
  /** Some row's probe has no manifest: its names may come later. */
  hasUnknownSites = false
  private readonly store: TraceStore
  private readonly session: number
  private readonly paths: PathNumbers
  private readonly tables: Readonly<Record<'event_rows' | 'value_rows' | 'error_rows' | 'write_rows', TableWriter>>
  private readonly placesBySite = new Map<Site, Map<number, number>>()
  /** The event that is being written. */
  private readonly at = { track: -1, seq: 0, timeUs: 0, kind: 0, place: 0, call: 0 }

  private constructor(
    store: TraceStore,
    session: number,
    tables: EventWriter['tables'],
    names: { readonly places: PlaceNumbers; readonly paths: PathNumbers },
  ) {
    this.store = store
    this.session = session
    this.tables = tables
    this.places = names.places
    this.paths = names.paths
  }

  static async create(store: TraceStore, session: number, first: FirstNumbers, writers: TableWriters): Promise<EventWriter> {
    const table = (name: TableName): Promise<TableWriter> => writers.table(name, TABLES[name])
    const tables = {
      event_rows: await table('event_rows'),
      value_rows: await table('value_rows'),
      error_rows: await table('error_rows'),
      write_rows: await table('write_rows'),
    }
    const places = new PlaceNumbers(await table('place_rows'), session, first.place)
    return new EventWriter(store, session, tables, { places, paths: new PathNumbers(await table('path_rows'), session, first.path) })
  }

  write(track: Track, row: number): void {
    const { rows } = track
    const kind = rows.kind[row] ?? 0
    const call = rows.call[row] ?? -1
    const marks = rows.marks[row] ?? 0
    const values = track.valuesOf(row)
    const { at } = this
    at.track = track.number
    at.seq = track.seqOf(row)
    at.timeUs = track.time(row)
    at.kind = kind
    at.place = this.placeOf(track, row, values)
    at.call = track.callIdOf(row)
    const isEnter = (marks & Mark.enter) !== 0
    const isCaused = isEnter && ((track.calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0
    const isError = (marks & Mark.error) !== 0
    const events = this.keyed('event_rows').number(ACTIVITY_INDEX[activityOf(track, row, kind)] ?? 0)
    if (isEnter) writeParent(this.store, track, call, events)
    else events.number(0).number(0)
    events.number((isError ? StoredMark.error : 0) | (isCaused ? StoredMark.caused : 0)).number(rows.depth[row] ?? 0)
    events.number(isEnter || (marks & Mark.exit) !== 0 ? (durationOf(track, call) ?? NONE) : NONE)
    events.text(storable(previewOfRow(track, row, values))).end()
    if (values.length > 0) this.writeValues(track, row, values)
    if (isError) writeError(kind, values, this.keyed('error_rows'))
    if (kind === EventKind.write || kind === EventKind.propertyWrite) writeTarget(track, row, values, this.keyed('write_rows'))
  }

  /** A new row of a table that begins as every row about an event does. */
  private keyed(table: keyof EventWriter['tables']): TableWriter {
    const { track, seq, timeUs, kind, place, call } = this.at
    return this.tables[table]
      .number(this.session)
      .number(track)
      .number(seq)
      .number(timeUs)
      .number(KIND_INDEX[kind] ?? 0)
      .number(place)
      .number(call)
  }

  /** That of the call's first event, which has most often just been written. */
  placeOfCall(track: Track, call: number): number {
    const row = track.calls.enterRow[call] ?? 0
    const { at } = this
    if (at.track === track.number && at.seq === track.seqOf(row)) return at.place
    return this.placeOf(track, row, track.valuesOf(row))
  }

  private placeOf(track: Track, row: number, values: readonly ValueNode[]): number {
    const kind = track.rows.kind[row] ?? 0
    const site = siteOfRow(track, row)
    if (site !== undefined && site.manifest === undefined) this.hasUnknownSites = true
    if (site === undefined || isNamedByValue(kind)) {
      const call = track.rows.call[row] ?? -1
      const around = site === undefined && call !== -1 ? nameOfCall(track, call) : site?.functionName
      return this.places.numberOf(placeAt(nameOfRow(track, row, values), site, around))
    }
    let byKind = this.placesBySite.get(site)
    if (byKind === undefined) this.placesBySite.set(site, (byKind = new Map()))
    let place = byKind.get(kind)
    if (place === undefined) byKind.set(kind, (place = this.places.numberOf(placeAt(nameOfRow(track, row, values), site, site.functionName))))
    return place
  }

  private writeValues(track: Track, row: number, values: readonly ValueNode[]): void {
    const add = (node: ValueNode, path: string): void => visitLeaves(node, path, this.writeLeaf)
    const kind = track.rows.kind[row] ?? 0
    if (kind === EventKind.callEnter) {
      const params = siteOfRow(track, row)?.functionProbe?.params ?? []
      values.forEach((value, index) => add(value, stepInto('args', params[index] ?? index)))
    } else if (kind === EventKind.locals || kind === EventKind.propertyWrite) {
      for (const { name, value } of namedValues(track, row)) add(value, stepInto('values', name))
    } else if (values[0] !== undefined) add(values[0], rootOf(kind))
  }

  private readonly writeLeaf = (path: string, { type, number, text }: Scalar): void =>
    this.keyed('value_rows').number(this.paths.numberOf(path)).number(TYPE_INDEX[type]).number(number).text(storable(text)).end()
}

/** As the query language calls the place of an event's first value. */
function rootOf(kind: number): string {
  switch (kind) {
    case EventKind.callReturn:
    case EventKind.activityEnd:
      return 'result'
    case EventKind.callThrow:
    case EventKind.throwStatement:
    case EventKind.catch:
    case EventKind.uncaughtError:
    case EventKind.unhandledRejection:
      return 'error'
    default:
      return 'value'
  }
}

function placeAt(name: string, site: Site | undefined, functionName: string | undefined): Place {
  const { location } = site ?? {}
  return { name, functionName, file: location?.file, line: location?.line ?? 0, column: location?.column ?? 0 }
}

/** ActivityType, 0 on rows that are neither the first nor the last of one. */
function activityOf(track: Track, row: number, kind: number): number {
  if (kind !== EventKind.activityStart && kind !== EventKind.activityEnd) return 0
  const call = track.rows.call[row] ?? -1
  return call === -1 ? (track.rows.extra[row] ?? 0) : (track.calls.activity[call] ?? 0)
}

/** Track (one more than its number) and id of the caller or cause; zeros where there is none. */
export function writeParent(store: TraceStore, track: Track, call: number, writer: TableWriter): void {
  const parent = track.calls.parent[call] ?? -1
  if (parent !== -1) return void writer.number(track.number + 1).number(track.calls.id[parent] ?? 0)
  const remote = store.remoteParentOf({ track: track.number, call })
  if (remote === undefined) writer.number(0).number(0)
  else writer.number(remote.track + 1).number(store.tracks[remote.track]?.calls.id[remote.call] ?? 0)
}

/** Class and message. */
function writeError(kind: number, values: readonly ValueNode[], writer: TableWriter): void {
  const [first] = values
  const shown = kind === EventKind.console && first?.kind === 'array' ? (first.items.find(item => item.kind === 'error') ?? first.items[0]) : first
  const value = shown?.kind === 'object' ? (shown.entries.find(([key]) => key === 'error')?.[1] ?? shown) : shown
  if (value?.kind === 'error') return writer.text(storable(value.className)).text(storable(value.message)).end()
  writer
    .text('')
    .text(value === undefined ? '' : storable(value.kind === 'string' ? value.value : formatValue(value)))
    .end()
}

/** Target, object, number, text. */
function writeTarget(track: Track, row: number, values: readonly ValueNode[], writer: TableWriter): void {
  const isProperty = track.rows.kind[row] === EventKind.propertyWrite
  const written = values[isProperty ? 2 : 0]
  const target = isProperty ? (propertyKey(values[1]) ?? '') : (siteOfRow(track, row)?.name ?? '')
  const text = written === undefined ? '' : written.kind === 'string' ? written.value : formatValue(written)
  writer.text(storable(target)).number(isProperty ? objectId(values[0]) : 0)
  writer
    .number(written === undefined ? NaN : (scalarOf(written)?.number ?? NaN))
    .text(storable(text))
    .end()
}
