/** Every event as a row (EventRow of the query API), in the order of the query API: as CSV (RFC 4180) and as JSON lines. */
import type { EventRow } from '@hindscope/protocol'
import { rowOf } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf } from './export-scope.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { inPieces, jsonText } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'

/** One JSON object a line, as `hindscope query --json` prints them, with well-formed text. Throws `export-empty`, `export-track-unknown`. */
export function exportJson(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  return inPieces(mapped(eventRows(scope), row => `${jsonText(row)}\n`))
}

/** Throws `export-empty`, `export-track-unknown`. */
export function exportCsv(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  return inPieces(csvLines(scope))
}

type Cell = string | number | boolean | undefined

/** Column → its cell. `event` and `parent` are written as the CLI takes them: 0.42. */
const CSV_COLUMNS: Readonly<Record<string, (row: EventRow) => Cell>> = {
  event: row => `${row.ref.track}.${row.ref.seq}`,
  track: row => row.ref.track,
  seq: row => row.ref.seq,
  timeUs: row => row.timeUs,
  kind: row => row.kind,
  activity: row => row.activity,
  call: row => row.call,
  parent: row => (row.parent === undefined ? undefined : `${row.parent.track}.${row.parent.call}`),
  asyncParent: row => row.asyncParent,
  name: row => row.name,
  file: row => row.location?.file,
  line: row => row.location?.line,
  column: row => row.location?.column,
  preview: row => row.preview.trim(),
  durationUs: row => row.durationUs,
  error: row => row.error,
  depth: row => row.depth,
}

function* csvLines(scope: ExportScope): Generator<string> {
  yield `${Object.keys(CSV_COLUMNS).join(',')}\r\n`
  const cells = Object.values(CSV_COLUMNS)
  for (const row of eventRows(scope)) yield `${cells.map(cell => csvCell(cell(row))).join(',')}\r\n`
}

/** Quoted where it holds a quote, a comma or a line break, with quotes doubled: RFC 4180, section 2. */
function csvCell(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function* mapped<T>(items: Iterable<T>, text: (item: T) => string): Generator<string> {
  for (const item of items) yield text(item)
}

/** By time, then track, then sequence number. Rows of a track are in order already, so the tracks are merged. */
function* eventRows({ store, tracks }: ExportScope): Generator<EventRow> {
  const heads = tracks.map(track => ({ track, row: 0 }))
  for (;;) {
    let first: { readonly track: Track; row: number } | undefined
    for (const head of heads) {
      if (head.row < head.track.rows.length && (first === undefined || head.track.time(head.row) < first.track.time(first.row))) first = head
    }
    if (first === undefined) return
    yield rowOf(store, first.track, first.row++)
  }
}
