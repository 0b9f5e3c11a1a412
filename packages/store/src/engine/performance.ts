/** `performance`: throughput, latencies of activities and metrics over the time of a session, in columns. */
import { EventKind, activityTypeName } from '@hindscope/protocol'
import type {
  ActivityLatency,
  ActivityTypeName,
  Completeness,
  EventRef,
  MetricSeries,
  PerformanceQuery,
  PerformanceReport,
} from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { nameOfCall } from '../model/describe.ts'
import { numberField, textField } from '../model/record-values.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { wholeNumber } from './validate.ts'

/** Names of activities are read from their values; beyond this many the rest is left out and said to be. */
const MOST_ACTIVITIES = 300_000
const MOST_METRICS = 100_000

interface Grid {
  readonly fromUs: number
  readonly toUs: number
  readonly columns: number
}

const columnOf = ({ fromUs, toUs, columns }: Grid, timeUs: number): number =>
  Math.max(0, Math.min(columns - 1, Math.floor(((timeUs - fromUs) / (toUs - fromUs)) * columns)))

export function queryPerformance(store: TraceStore, query: PerformanceQuery): PerformanceReport {
  const columns = wholeNumber('performance', 'columns', query.columns, { min: 1, max: 1000, fallback: 120 })
  const limit = wholeNumber('performance', 'limit', query.limit, { min: 1, max: 1000, fallback: 50 })
  const tracks = store.tracks.filter(track => track.rows.length > 0)
  const fromUs = tracks.reduce((first, track) => Math.min(first, track.firstUs), tracks[0]?.firstUs ?? 0)
  const toUs = tracks.reduce((last, track) => Math.max(last, track.lastUs), fromUs) + 1
  const grid: Grid = { fromUs, toUs, columns }
  const events = new Array<number>(columns).fill(0)
  const errors = new Array<number>(columns).fill(0)
  const dropped = new Array<number>(columns).fill(0)
  const activities = new Activities()
  const metrics = new Metrics(grid)
  for (const track of tracks) {
    countEvents(grid, track, events)
    for (let i = 0; i < track.errorRows.length; i++) increase(errors, columnOf(grid, track.time(track.errorRows.at(i))), 1)
    track.chunks.forEach((chunk, index) => chunk.dropped > 0 && increase(dropped, columnOf(grid, track.time(track.firstRowOf(index))), chunk.dropped))
    activities.take(track)
    metrics.take(track)
  }
  const found = activities.list()
  return {
    fromUs,
    toUs,
    events,
    errors,
    dropped,
    activities: found.slice(0, limit),
    activityNames: found.length,
    metrics: metrics.list().slice(0, limit),
    completeness: completeness(activities.leftOut, metrics.leftOut),
  }
}

function completeness(activities: number, metrics: number): Completeness {
  if (activities + metrics === 0) return { kind: 'complete' }
  return { kind: 'partial', reason: `${activities} activities and ${metrics} metrics behind the first ones were not looked at` }
}

function increase(counts: number[], column: number, by: number): void {
  counts[column] = (counts[column] ?? 0) + by
}

/** Rows are in the order of time: where a column begins is looked up. */
function countEvents(grid: Grid, track: Track, counts: number[]): void {
  const { fromUs, toUs, columns } = grid
  let from = 0
  for (let column = 0; column < columns; column++) {
    let us = Math.ceil(fromUs + ((column + 1) * (toUs - fromUs)) / columns)
    while (columnOf(grid, us - 1) > column) us--
    while (columnOf(grid, us) <= column && us < toUs) us++
    const to = column === columns - 1 ? track.rows.length : track.rowAtTime(us)
    increase(counts, column, to - from)
    from = to
  }
}

/** `GET /api/cart/17?x=1` and `GET /api/cart/18` are the same work. */
export const commonName = (name: string): string => name.replace(/\?.*$/, '').replace(/\d+/g, 'N')

interface Latency {
  readonly type: ActivityTypeName
  readonly name: string
  readonly durations: number[]
  count: number
  errors: number
  totalUs: number
  maxUs: number
  slowest: EventRef | undefined
}

class Activities {
  leftOut = 0
  private taken = 0
  private readonly byName = new Map<string, Latency>()

  take(track: Track): void {
    const { calls } = track
    for (let call = 0; call < calls.length; call++) {
      if (calls.activity[call] === 0) continue
      if (this.taken === MOST_ACTIVITIES) this.leftOut++
      else {
        this.taken++
        this.add(track, call)
      }
    }
  }

  private add(track: Track, call: number): void {
    const { calls } = track
    const type = activityTypeName(calls.activity[call] ?? 0) ?? 'custom'
    const name = commonName(nameOfCall(track, call))
    const key = `${type} ${name}`
    let known = this.byName.get(key)
    if (known === undefined) {
      known = { type, name, durations: [], count: 0, errors: 0, totalUs: 0, maxUs: -1, slowest: undefined }
      this.byName.set(key, known)
    }
    known.count++
    if (calls.outcome[call] === OutcomeCode.threw) known.errors++
    const exitRow = calls.exitRow[call] ?? -1
    if (exitRow === -1) return
    const enterRow = calls.enterRow[call] ?? 0
    const durationUs = track.time(exitRow) - track.time(enterRow)
    known.durations.push(durationUs)
    known.totalUs += durationUs
    if (durationUs <= known.maxUs) return
    known.maxUs = durationUs
    known.slowest = { track: track.number, seq: track.seqOf(enterRow) }
  }

  list(): ActivityLatency[] {
    return [...this.byName.values()].sort((a, b) => b.totalUs - a.totalUs || b.count - a.count || (a.name < b.name ? -1 : 1)).map(latencyOf)
  }
}

function latencyOf({ type, name, durations, count, errors, maxUs, slowest }: Latency): ActivityLatency {
  const sorted = Float64Array.from(durations).sort()
  const rank = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
  const ended = sorted.length === 0 ? {} : { p50Us: rank(0.5), p95Us: rank(0.95), p99Us: rank(0.99), maxUs }
  return { type, name, count, errors, open: count - durations.length, ...ended, ...(slowest === undefined ? {} : { slowest }) }
}

interface Series {
  readonly track: number
  readonly name: string
  readonly unit: string
  readonly columns: Map<number, { sum: number; count: number }>
  count: number
  last: number
  max: number
  lastRef: EventRef
}

/** Metrics of the realm itself; those of probes count calls (`levels`). */
class Metrics {
  leftOut = 0
  private taken = 0
  private readonly grid: Grid
  private readonly byName = new Map<string, Series>()

  constructor(grid: Grid) {
    this.grid = grid
  }

  take(track: Track): void {
    const { kind, site, length } = track.rows
    for (let row = 0; row < length; row++) {
      if (kind[row] !== EventKind.metric || site[row] !== 0) continue
      if (this.taken === MOST_METRICS) this.leftOut++
      else {
        this.taken++
        this.add(track, row)
      }
    }
  }

  private add(track: Track, row: number): void {
    const [fields] = track.valuesOf(row)
    const name = textField(fields, 'name')
    const value = numberField(fields, 'value')
    if (name === undefined || value === undefined || !Number.isFinite(value)) return
    const unit = textField(fields, 'unit') ?? ''
    const key = `${track.number} ${name} ${unit}`
    const ref = { track: track.number, seq: track.seqOf(row) }
    let known = this.byName.get(key)
    if (known === undefined) {
      known = { track: track.number, name, unit, columns: new Map(), count: 0, last: value, max: value, lastRef: ref }
      this.byName.set(key, known)
    }
    known.count++
    known.last = value
    known.lastRef = ref
    known.max = Math.max(known.max, value)
    const column = columnOf(this.grid, track.time(row))
    const point = known.columns.get(column) ?? { sum: 0, count: 0 }
    point.sum += value
    point.count++
    known.columns.set(column, point)
  }

  list(): MetricSeries[] {
    return [...this.byName.values()]
      .sort((a, b) => a.track - b.track || (a.name < b.name ? -1 : 1))
      .map(({ track, name, unit, count, last, max, columns, lastRef }) => ({
        track,
        name,
        unit,
        count,
        last,
        max,
        points: [...columns].sort(([a], [b]) => a - b).map(([column, point]) => [column, point.sum / point.count] as const),
        lastRef,
      }))
  }
}
