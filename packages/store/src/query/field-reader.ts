/** Field → what it is on a row. */
import { EventKind, activityTypeName } from '@hindscope/protocol'
import type { EventFieldName, Field } from '@hindscope/protocol'
import { durationOf, kindNameOf, nameOfCall, nameOfRow, siteOfRow } from '../model/describe.ts'
import { Mark } from '../model/row-table.ts'
import type { Track } from '../model/track.ts'
import { cellOfNode } from './literal-test.ts'
import type { Cell } from './literal-test.ts'
import type { Scan } from './scan.ts'
import { holderOf, nodeAt } from './value-path.ts'

export type CellReader = (row: number) => Cell | undefined

/** Reads a field of a track's rows; undefined where a row has none. */
export function cellReader(scan: Scan, field: Field, track: Track): CellReader {
  if (field.kind === 'field') return READERS[field.name](track, scan)
  return row => {
    const holder = holderOf(track, field.root, row)
    return holder === -1 ? undefined : cellOfNode(nodeAt(scan, track, holder, field))
  }
}

const READERS: Readonly<Record<EventFieldName, (track: Track, scan: Scan) => CellReader>> = {
  kind: track => row => kindNameOf(track.rows.kind[row] ?? 0),
  function: (track, scan) => row => functionOf(scan, track, row),
  file: track => row => siteOfRow(track, row)?.location?.file,
  line: track => row => siteOfRow(track, row)?.location?.line,
  track: track => () => track.number,
  call: track => row => track.callIdOf(row) || undefined,
  time: track => row => track.time(row),
  duration: track => row => durationAt(track, row),
  depth: track => row => track.rows.depth[row],
  error: track => row => ((track.rows.marks[row] ?? 0) & Mark.error) !== 0,
  activity: track => row => activityOf(track, row),
  name: (track, scan) => row => nameAt(scan, track, row),
  // Can only be searched.
  text: () => () => undefined,
}

/** The function around the event, else the activity that it belongs to. */
function functionOf(scan: Scan, track: Track, row: number): string | undefined {
  const site = siteOfRow(track, row)
  if (site !== undefined) return site.functionName
  const call = track.rows.call[row] ?? -1
  if (call === -1) return undefined
  scan.decoded++
  return nameOfCall(track, call)
}

function durationAt(track: Track, row: number): number | undefined {
  const isEdge = ((track.rows.marks[row] ?? 0) & (Mark.enter | Mark.exit)) !== 0
  return isEdge ? durationOf(track, track.rows.call[row] ?? -1) : undefined
}

const isActivity = (kind: number): boolean => kind === EventKind.activityStart || kind === EventKind.activityEnd

function activityOf({ rows, calls }: Track, row: number): string | undefined {
  if (!isActivity(rows.kind[row] ?? 0)) return undefined
  const call = rows.call[row] ?? -1
  return activityTypeName(call === -1 ? (rows.extra[row] ?? 0) : (calls.activity[call] ?? 0))
}

/** Kinds whose name stands in their values; all others are named by their probe or their kind. */
const hasNameOfValue = (kind: number): boolean =>
  kind === EventKind.stateChange ||
  kind === EventKind.stateSnapshot ||
  kind === EventKind.propertyWrite ||
  (kind >= EventKind.activityStart && kind !== EventKind.realmStart && kind !== EventKind.realmEnd && kind !== EventKind.levelChange)

function nameAt(scan: Scan, track: Track, row: number): string {
  return nameOfRow(track, row, hasNameOfValue(track.rows.kind[row] ?? 0) ? scan.valuesOf(track, row) : [])
}
