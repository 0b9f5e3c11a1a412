/** A question asked of one session in memory, for an answer over several: the query engine's own parts, without pages. */
import { HindscopeError } from '@hindscope/protocol'
import type { Completeness, QueryTree } from '@hindscope/protocol'
import { completenessOf } from '../engine/events.ts'
import { rowOf } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { compileWhere, never } from '../query/condition.ts'
import { eventRows } from '../query/event-rows.ts'
import type { EventOrder } from '../query/event-rows.ts'
import { cellReader } from '../query/field-reader.ts'
import { Scan } from '../query/scan.ts'
import type { Steps } from '../query/scan.ts'
import { rangeOf } from '../query/time-range.ts'
import type { MergedGroups, MergedRows } from './merged-answer.ts'

export type Aborted = { readonly aborted: boolean } | undefined

const SLICE_MS = 12

/** The first `limit` rows in the order of the tree. A late chunk makes it begin again. Throws `query-cancelled`. */
export async function searchRows(store: TraceStore, tree: QueryTree, limit: number, into: MergedRows, signal: Aborted): Promise<Completeness> {
  const found = await finished(store, signal, scan => rowsOf(scan, tree, limit))
  for (const each of found.value) into.add(each)
  return completenessOf(store, found.scan.tracks)
}

function* rowsOf(scan: Scan, tree: QueryTree, limit: number): Steps<Parameters<MergedRows['add']>[0][]> {
  const condition = yield* compileWhere(scan, tree.where)
  const order = (tree.orderBy ?? []) as readonly EventOrder[] // SAFE: the parser allows aggregates only where some are selected
  const { places } = yield* eventRows(scan, { where: tree.where, condition, order, after: undefined, limit })
  return places.map(({ track, row }) => ({
    row: { session: scan.store.session, ...rowOf(scan.store, track, row) },
    cells: order.map(({ by }) => cellReader(scan, by, track)(row)),
  }))
}

/** Adds the session's events to the groups. */
export async function searchGroups(store: TraceStore, tree: QueryTree, into: MergedGroups, signal: Aborted): Promise<Completeness> {
  // Matches are collected first: a session that begins again must not count twice.
  const { value, scan } = await finished(store, signal, each => matchesOf(each, tree))
  for (const { track, rows } of value) {
    const keys = into.keys.map(field => cellReader(scan, field, track))
    const numbers = into.measured.map(({ field }) => cellReader(scan, field, track))
    for (const row of rows) {
      const group = into.index.of(keys.map(read => read(row)))
      if (group === undefined) continue
      group.count++
      numbers.forEach((read, i) => {
        const cell = read(row)
        if (typeof cell === 'number') group.summaries[i]?.add(cell)
      })
    }
  }
  return completenessOf(store, scan.tracks)
}

function* matchesOf(scan: Scan, tree: QueryTree): Steps<{ readonly track: Scan['tracks'][number]; readonly rows: readonly number[] }[]> {
  const condition = yield* compileWhere(scan, tree.where)
  const matches: { track: Scan['tracks'][number]; rows: number[] }[] = []
  for (const track of scan.tracks) {
    const test = condition.testOf(track)
    if (test === never) continue
    const rows: number[] = []
    const { from, to } = rangeOf(scan, tree.where, track)
    for (let row = from; row < to; row++) {
      if (scan.passes()) yield
      if (test(row)) rows.push(row)
    }
    matches.push({ track, rows })
  }
  return matches
}

async function finished<T>(store: TraceStore, signal: Aborted, start: (scan: Scan) => Steps<T>): Promise<{ readonly value: T; readonly scan: Scan }> {
  for (;;) {
    const scan = new Scan(store)
    const work = start(scan)
    let pauseAtMs = performance.now() + SLICE_MS
    for (let isOutdated = false; !isOutdated;) {
      if (signal?.aborted === true) throw new HindscopeError('query-cancelled', { rows: String(scan.rows) })
      const step = work.next()
      if (step.done === true) return { value: step.value, scan }
      if (performance.now() < pauseAtMs) continue
      await new Promise(resolve => setImmediate(resolve))
      isOutdated = scan.isOutdated
      pauseAtMs = performance.now() + SLICE_MS
    }
  }
}
