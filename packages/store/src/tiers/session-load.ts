/**
 * A session into the tables of one database: only what it got since the last load, a million rows a transaction. How far a load came
 * stands in the session's row, written in the same transaction, so that a crash costs the transaction it fell into and nothing twice.
 */
import { HindscopeError } from '@hindscope/protocol'
import { summarize } from '../engine/summaries.ts'
import { Mark } from '../model/row-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { CallWriter } from './call-writer.ts'
import type { Database, TableWriters } from './duckdb.ts'
import { EventWriter } from './event-writer.ts'
import { storable } from './place-numbers.ts'
import { NONE, TABLES, TABLE_NAMES } from './stored-tables.ts'
import { quoted } from './view-schema.ts'

/** What the database holds of a session, and by what it knows that this is still the beginning of it. */
export interface LoadState {
  /** Rows by track, and the sequence number of the last of them. */
  readonly tracks: readonly { readonly rows: number; readonly lastSeq: number }[]
  /** Of loaded calls, how many have their cause in another track. */
  readonly linked: number
  /** Some loaded row's probe had no manifest. */
  readonly unknown: boolean
  /** Modules and manifests that there were. */
  readonly sites: string
  /** What the session's files measured when it was read; 0 for a session that is being recorded. */
  readonly sourceBytes: number
  /** All that the store had then was loaded. */
  readonly whole: boolean
}

export interface LoadReport {
  /** Rows written. */
  readonly events: number
  /** The session was loaded before, and did not begin with that any more: all of it was loaded again. */
  readonly again: boolean
}

const ROWS_A_TRANSACTION = 1_000_000
/** As long as a load may keep others in the process waiting. */
const SLICE_MS = 15

interface Loaded {
  readonly id: number
  readonly state: LoadState | undefined
}

/** Throws `query-cancelled`; what was loaded until then stays. */
export async function loadSession(
  database: Database,
  store: TraceStore,
  { sourceBytes = 0, signal }: { readonly sourceBytes?: number; readonly signal?: { readonly aborted: boolean } } = {},
): Promise<LoadReport> {
  const known = await loadedSession(database, store.session)
  const ends = store.tracks.map(track => ({ track, end: track.rows.length }))
  const isSame = known.state !== undefined && isBeginning(known.state, store)
  if (known.state !== undefined && !isSame) await removeSession(database, store.session)
  const before = isSame ? known.state : undefined
  const work = new SessionLoad(store, ends, { id: known.id, state: before }, sourceBytes)
  let events = 0
  do events += await database.transaction(writers => work.loadNext(database, writers, signal))
  while (!work.isDone)
  return { events, again: known.state !== undefined && !isSame }
}

/** Everything of a session leaves the database. */
export async function removeSession(database: Database, session: string): Promise<void> {
  const { id } = await loadedSession(database, session)
  await database.transaction(async writers => {
    for (const table of TABLE_NAMES) await writers.run(`DELETE FROM ${table} WHERE session_id = ${id}`)
  })
}

/** The session's number, a new one where it is not known. */
async function loadedSession(database: Database, session: string): Promise<Loaded> {
  const [row] = await database.rows(`SELECT session_id, state FROM session_rows WHERE session = ${quoted(session)}`)
  if (row !== undefined) return { id: Number(row['session_id']), state: JSON.parse(String(row['state'])) as LoadState } // SAFE: written by this file
  const [last] = await database.rows('SELECT coalesce(max(session_id), 0) AS last FROM session_rows')
  return { id: Number(last?.['last'] ?? 0) + 1, state: undefined }
}

/** Whether the store still begins with what was loaded, under the same names. */
function isBeginning({ tracks, linked, unknown, sites }: LoadState, store: TraceStore): boolean {
  if (unknown && sites !== sitesOf(store)) return false
  const isTrackSame = ({ rows, lastSeq }: LoadState['tracks'][number], number: number): boolean => {
    const track = store.tracks[number]
    return rows === 0 || (track !== undefined && rows <= track.rows.length && track.seqOf(rows - 1) === lastSeq)
  }
  return (
    tracks.every(isTrackSame) &&
    linked ===
      linkedCalls(
        store,
        tracks.map(({ rows }) => rows),
      )
  )
}

const sitesOf = (store: TraceStore): string => store.tracks.map(track => track.sites.version).join(';')

function linkedCalls(store: TraceStore, rows: readonly number[]): number {
  let count = 0
  rows.forEach((end, number) => {
    const { calls } = store.tracks[number] ?? {}
    if (calls === undefined) return
    for (let call = 0; call < calls.length && (calls.enterRow[call] ?? 0) < end; call++) {
      if (calls.parent[call] === -1 && store.remoteParentOf({ track: number, call }) !== undefined) count++
    }
  })
  return count
}

interface Progress {
  readonly track: Track
  readonly end: number
  /** Rows that earlier loads wrote. */
  readonly start: number
  row: number
  call: number
}

class SessionLoad {
  isDone = false
  private readonly store: TraceStore
  private readonly id: number
  private readonly sourceBytes: number
  private readonly tracks: readonly Progress[]
  private isUnknown: boolean

  constructor(store: TraceStore, ends: readonly { readonly track: Track; readonly end: number }[], { id, state }: Loaded, sourceBytes: number) {
    this.store = store
    this.id = id
    this.sourceBytes = sourceBytes
    this.isUnknown = state?.unknown ?? false
    this.tracks = ends.map(({ track, end }, number) => {
      const start = state?.tracks[number]?.rows ?? 0
      return { track, end, start, row: start, call: firstCallFrom(track, start) }
    })
  }

  /** Writes the next rows of the session and how far it came; returns how many. */
  async loadNext(database: Database, writers: TableWriters, signal: { readonly aborted: boolean } | undefined): Promise<number> {
    const { id, store } = this
    // In the transaction's own turn, so without `database.rows`, which would wait for it to end.
    const first = await writers.first(
      `SELECT (SELECT coalesce(max(place), 0) + 1 FROM place_rows) AS place, (SELECT coalesce(max(path_id), 0) + 1 FROM path_rows) AS path`,
    )
    const events = await EventWriter.create(store, id, { place: Number(first['place']), path: Number(first['path']) }, writers)
    const calls = await CallWriter.create(store, id, events, writers)
    await this.closeEarlierCalls(writers, calls)
    let written = 0
    let pauseAtMs = performance.now() + SLICE_MS
    for (const progress of this.tracks) {
      const { track, end } = progress
      for (; progress.row < end && written < ROWS_A_TRANSACTION; progress.row++, written++) {
        events.write(track, progress.row)
        if ((track.rows.marks[progress.row] ?? 0) & Mark.enter) calls.write(track, progress.call++)
        if (written % 1024 !== 0 || performance.now() < pauseAtMs) continue
        await new Promise(resolve => setImmediate(resolve))
        if (signal?.aborted === true) throw new HindscopeError('query-cancelled', { rows: String(written) })
        pauseAtMs = performance.now() + SLICE_MS
      }
    }
    this.isUnknown ||= events.hasUnknownSites
    this.isDone = this.tracks.every(({ row, end }) => row >= end)
    await this.writeSession(writers)
    return written
  }

  /** Calls of earlier loads that have ended since: their first events get their durations, their rows are written anew. */
  private async closeEarlierCalls(writers: TableWriters, calls: CallWriter): Promise<void> {
    for (const { track, start, end, row } of this.tracks) {
      // In the first transaction of the load only.
      if (start === 0 || row !== start) continue
      const closed: number[] = []
      for (let at = start; at < end; at++) {
        const call = (track.rows.marks[at] ?? 0) & Mark.exit ? (track.rows.call[at] ?? -1) : -1
        if (call !== -1 && (track.calls.enterRow[call] ?? 0) < start && track.calls.exitRow[call] === at) closed.push(call)
      }
      if (closed.length === 0) continue
      const seqs = closed.map(call => track.seqOf(track.calls.enterRow[call] ?? 0))
      const durations = closed.map(call => track.time(track.calls.exitRow[call] ?? 0) - track.time(track.calls.enterRow[call] ?? 0))
      const values = seqs.map((seq, i) => `(${seq}, ${durations[i]}::DOUBLE)`).join(', ')
      const here = `session_id = ${this.id} AND track = ${track.number}`
      await writers.run(
        `UPDATE event_rows SET duration_us = closed.us FROM (VALUES ${values}) closed(seq, us) WHERE ${here} AND event_rows.seq = closed.seq`,
      )
      await writers.run(`DELETE FROM call_rows WHERE ${here} AND seq IN (${seqs.join(', ')})`)
      for (const call of closed) calls.write(track, call)
    }
  }

  private async writeSession(writers: TableWriters): Promise<void> {
    const { id, store } = this
    for (const table of ['session_rows', 'track_rows', 'source_rows']) await writers.run(`DELETE FROM ${table} WHERE session_id = ${id}`)
    const summary = summarize(store)
    const session = await writers.table('session_rows', TABLES.session_rows)
    session.number(id).text(store.session).text(storable(summary.name)).number(summary.firstUs).number(summary.lastUs)
    session
      .number(this.tracks.reduce((sum, { row }) => sum + row, 0))
      .number(summary.calls)
      .number(summary.errors)
      .number(summary.dropped)
    session.number(summary.damage.length).number(summary.bytes).text(JSON.stringify(this.state())).end()
    const tracks = await writers.table('track_rows', TABLES.track_rows)
    for (const each of summary.tracks) {
      tracks.number(id).number(each.track).text(storable(each.name)).text(each.realmKind).text(storable(each.platform)).number(each.pid)
      tracks.text(storable(each.url)).number(each.firstUs).number(each.lastUs).number(each.events).number(each.calls).number(each.errors)
      tracks.number(each.dropped).end()
    }
    const sources = await writers.table('source_rows', TABLES.source_rows)
    for (const manifest of store.manifests.all()) {
      manifest.sources.forEach((source, index) => {
        const functions = manifest.probes.filter(probe => probe.kind === 'function' && probe.source === index).length
        sources.number(id).text(storable(source.path)).text(manifest.module).number(functions)
        sources
          .number(source.content === undefined ? 0 : 1)
          .text(storable(source.content ?? ''))
          .end()
      })
    }
  }

  private state(): LoadState {
    const tracks = this.tracks.map(({ track, row }) => ({ rows: row, lastSeq: row === 0 ? NONE : track.seqOf(row - 1) }))
    const linked = linkedCalls(
      this.store,
      tracks.map(({ rows }) => rows),
    )
    return {
      tracks,
      linked,
      unknown: this.isUnknown,
      sites: sitesOf(this.store),
      sourceBytes: this.isDone ? this.sourceBytes : 0,
      whole: this.isDone,
    }
  }
}

/** The first call that begins at or after a row: calls are in the order of their first rows. */
function firstCallFrom({ calls }: Track, row: number): number {
  let [low, high] = [0, calls.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((calls.enterRow[middle] ?? 0) < row) low = middle + 1
    else high = middle
  }
  return low
}
