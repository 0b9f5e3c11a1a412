/** Calls and activities of a track into DuckDB, one row each: the view `calls`. */
import type { ValueNode } from '@hindscope/protocol'
import { selfTime } from '../engine/calls.ts'
import { CallMark } from '../model/call-table.ts'
import { siteOfRow } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import type { TableWriter, TableWriters } from './duckdb.ts'
import { writeParent } from './event-writer.ts'
import type { EventWriter } from './event-writer.ts'
import { storable } from './place-numbers.ts'
import { ACTIVITY_INDEX, NONE, StoredMark, TABLES } from './stored-tables.ts'
import { jsonOf } from './value-leaves.ts'

export class CallWriter {
  private readonly store: TraceStore
  private readonly session: number
  private readonly events: EventWriter
  private readonly table: TableWriter

  private constructor(store: TraceStore, session: number, events: EventWriter, table: TableWriter) {
    this.store = store
    this.session = session
    this.events = events
    this.table = table
  }

  static async create(store: TraceStore, session: number, events: EventWriter, writers: TableWriters): Promise<CallWriter> {
    return new CallWriter(store, session, events, await writers.table('call_rows', TABLES.call_rows))
  }

  write(track: Track, call: number): void {
    const { calls } = track
    const enter = calls.enterRow[call] ?? 0
    const exit = calls.exitRow[call] ?? -1
    const root = this.store.rootOf({ track: track.number, call })
    const { table } = this
    table
      .number(this.session)
      .number(track.number)
      .number(calls.id[call] ?? 0)
      .number(track.seqOf(enter))
    table.number(this.events.placeOfCall(track, call)).number(ACTIVITY_INDEX[calls.activity[call] ?? 0] ?? 0)
    table
      .number(track.time(enter))
      .number(exit === -1 ? NONE : track.time(exit))
      .number(exit === -1 ? NONE : selfTime(track, call))
    table.number(calls.outcome[call] ?? 0).number(track.rows.depth[enter] ?? 0)
    writeParent(this.store, track, call, table)
    table.number(((calls.marks[call] ?? 0) & CallMark.asyncParent) === 0 ? 0 : StoredMark.caused)
    table.number(root.track).number(this.store.tracks[root.track]?.calls.id[root.call] ?? 0)
    table
      .text(argumentsOf(track, enter, calls.activity[call] !== 0))
      .text(exit === -1 ? '' : resultOf(track, exit))
      .end()
  }
}

const jsonText = (value: unknown): string => storable(JSON.stringify(value))

function argumentsOf(track: Track, row: number, isActivity: boolean): string {
  if (!track.hasValues(row)) return ''
  const values = track.valuesOf(row)
  if (isActivity) return values[0] === undefined ? '' : jsonText(jsonOf(values[0]))
  const params = siteOfRow(track, row)?.functionProbe?.params ?? []
  return jsonText(Object.fromEntries(values.map((value: ValueNode, index) => [params[index] ?? String(index), jsonOf(value)])))
}

function resultOf(track: Track, row: number): string {
  const [value] = track.valuesOf(row)
  return value === undefined ? '' : jsonText(jsonOf(value))
}
