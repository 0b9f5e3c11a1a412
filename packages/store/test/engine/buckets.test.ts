import { generateTrace } from '@hindscope/testkit'
import { decodeChunk } from '@hindscope/protocol'
import type { Buckets } from '@hindscope/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'
import type { TraceStore } from '../../src/model/trace-store.ts'
import { CallMark } from '../../src/model/call-table.ts'

interface Cell {
  count: number
  lengthUs: number
  row: number
  span: number
  flags: number
}

interface Place {
  readonly track: TraceStore['tracks'][number]
  readonly row: number
}

/** All events in the one order, sorted as a whole. */
const inOrder = (store: TraceStore): Place[] =>
  store.tracks
    .flatMap(track => Array.from({ length: track.rows.length }, (_, row): Place => ({ track, row })))
    .sort((a, b) => a.track.time(a.row) - b.track.time(b.row) || a.track.number - b.track.number || a.row - b.row)

/** How calls and rows of a track lie on the axis. */
interface NaiveTrack {
  place(row: number): number
  /** Where the call ends that began at `row`; -1: it is open. */
  end(row: number, exitRow: number): number
  length(row: number, exitRow: number): number
}

function naiveOrderBuckets(
  store: TraceStore,
  order: readonly Place[],
  grid: readonly [number, number, number],
  lanes: number,
): Record<string, unknown>[] {
  const positions = store.tracks.map(() => [] as number[])
  order.forEach(({ track, row }, at) => (positions[store.tracks.indexOf(track)]![row] = at))
  const naive = store.tracks.map((track, t): NaiveTrack => {
    const place = (row: number): number => positions[t]?.[row] ?? NaN
    return {
      place,
      end: (_, exitRow) => (exitRow === -1 ? order.length - 1 : place(exitRow)),
      length: (row, exitRow) => (exitRow === -1 ? track.rows.length : exitRow) - row,
    }
  })
  const [from, to, columns] = grid
  return naiveCells(store, naive, grid, lanes, position => Math.min(columns - 1, Math.floor(((position - from) * columns) / (to - from))))
}

function naiveBuckets(store: TraceStore, fromUs: number, toUs: number, columns: number, lanes: number): Record<string, unknown>[] {
  const openUntilUs = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), fromUs)
  const naive = store.tracks.map((track): NaiveTrack => {
    const end = (row: number, exitRow: number): number => (exitRow === -1 ? Math.max(openUntilUs, track.time(row)) : track.time(exitRow))
    return { place: row => track.time(row), end, length: (row, exitRow) => end(row, exitRow) - track.time(row) }
  })
  const columnOf = (us: number): number => Math.min(columns - 1, Math.floor(((us - fromUs) / (toUs - fromUs)) * columns))
  return naiveCells(store, naive, [fromUs, toUs, columns], lanes, columnOf)
}

/** Every call into its cell, one after the other. */
function naiveCells(
  store: TraceStore,
  naive: readonly NaiveTrack[],
  [from, to, columns]: readonly [number, number, number],
  lanes: number,
  columnOf: (place: number) => number,
): Record<string, unknown>[] {
  return store.tracks.flatMap((track, t) => {
    const { place, end, length } = naive[t]!
    const cells = new Map<number, Cell>()
    const { calls, rows, errorRows } = track
    for (let call = 0; call < calls.length; call++) {
      const row = calls.enterRow[call] as number
      const exitRow = calls.exitRow[call] as number
      if (place(row) >= to || end(row, exitRow) < from) continue
      const column = columnOf(Math.max(place(row), from))
      const key = Math.min(rows.depth[row] as number, lanes - 1) * columns + column
      const cell = cells.get(key) ?? { count: 0, lengthUs: -1, row, span: 1, flags: 0 }
      cells.set(key, cell)
      if (place(row) >= from) cell.count++
      if (length(row, exitRow) > cell.lengthUs) {
        cell.lengthUs = length(row, exitRow)
        cell.row = row
        cell.span = columnOf(Math.min(end(row, exitRow), to)) - column + 1
        cell.flags = (cell.flags & 1) | (calls.activity[call] === 0 ? 0 : 2) | (exitRow === -1 ? 4 : 0)
      }
      if (((calls.marks[call] as number) & CallMark.error) !== 0) cell.flags |= 1
    }
    for (let i = 0; i < errorRows.length; i++) {
      const row = errorRows.at(i)
      if (rows.call[row] !== -1 || place(row) < from || place(row) >= to) continue
      const cell = cells.get(columnOf(place(row))) ?? { count: 0, lengthUs: 0, row, span: 1, flags: 0 }
      cells.set(columnOf(place(row)), cell)
      cell.flags |= 1
    }
    return [...cells]
      .sort(([a], [b]) => a - b)
      .map(([key, { count, row, span, flags }]) => ({
        track: track.number,
        depth: Math.floor(key / columns),
        column: key % columns,
        span,
        count,
        seq: track.seqOf(row),
        flags,
      }))
  })
}

const rowsOf = ({ columnUs: _, ...buckets }: Buckets): Record<string, unknown>[] =>
  buckets.track.map((__, i) => Object.fromEntries(Object.entries(buckets).map(([name, column]) => [name, (column as readonly number[])[i]])))

test('summaries of calls give what every call for itself gives, while the trace grows', async () => {
  const chunks = [...generateTrace({ events: 30_000, seed: 7 })].map(bytes => decodeChunk(bytes)).filter(({ recordCount }) => recordCount > 0)
  const library = createTraceModel(chunks.splice(0, Math.ceil(chunks.length / 2)))
  const [store] = library.stores as [TraceStore]
  const engine = createEngine([store])
  const firstUs = Math.min(...store.tracks.filter(track => track.rows.length > 0).map(track => track.firstUs))
  const length = 2 * (Math.max(...store.tracks.map(track => track.lastUs)) - firstUs)
  const check = (numRuns: number): Promise<void> =>
    fc.assert(
      fc.asyncProperty(
        fc.double({ min: -0.1, max: 1, noNaN: true }),
        fc.double({ min: 0.0001, max: 1.2, noNaN: true }),
        fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 })),
        fc.integer({ min: 1, max: 64 }),
        async (from, share, columns, maxDepth) => {
          const fromUs = firstUs + from * length
          const toUs = fromUs + Math.max(1, share * length)
          const found = await engine.buckets({ session: store.session, fromUs, toUs, columns, maxDepth })
          expect(rowsOf(found)).toEqual(naiveBuckets(store, fromUs, toUs, columns, maxDepth))
        },
      ),
      { numRuns },
    )
  await check(20)
  for (const chunk of chunks) {
    library.addChunk(chunk)
    await check(2)
  }
  await check(40)
})

test('over positions they give the same, each event has its place and each column its time', async () => {
  const chunks = [...generateTrace({ events: 3000, seed: 11 })].map(bytes => decodeChunk(bytes)).filter(({ recordCount }) => recordCount > 0)
  const [store] = createTraceModel(chunks).stores as [TraceStore]
  const { session } = store
  const engine = createEngine([store])
  const order = inOrder(store)
  const timeOf = (position: number): number => {
    const place = order[Math.min(position, order.length - 1)] as Place
    return place.track.time(place.row)
  }
  expect(store.tracks.length).toBeGreaterThan(1)
  for (let position = 0; position < order.length; position += 37) {
    const { track, row } = order[position] as Place
    const ref = { track: track.number, seq: track.seqOf(row) }
    expect(await engine.at({ session, position })).toEqual({ ref, position })
    expect((await engine.event({ session, ref })).position).toBe(position)
    const [first] = store.tracks as [Place['track']]
    const own = order.slice(0, position + 1).findLast(place => place.track === first)
    expect((await engine.at({ session, position, track: first.number })).ref?.seq).toBe(own && first.seqOf(own.row))
  }
  await fc.assert(
    fc.asyncProperty(
      fc.nat(order.length + 50),
      fc.integer({ min: 1, max: order.length }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 12 }),
      async (fromPosition, length, wanted, maxDepth) => {
        const columns = Math.min(wanted, length)
        const toPosition = fromPosition + length
        const found = await engine.buckets({ session, fromPosition, toPosition, columns, maxDepth })
        expect(rowsOf(found)).toEqual(naiveOrderBuckets(store, order, [fromPosition, toPosition, columns], maxDepth))
        expect(found.columnUs).toEqual(
          Array.from({ length: columns + 1 }, (_, column) => timeOf(fromPosition + Math.ceil((column * length) / columns))),
        )
      },
    ),
    { numRuns: 30 },
  )
})
