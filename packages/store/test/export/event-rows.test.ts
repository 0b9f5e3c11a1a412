import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventRow } from '@hindscope/protocol'
import { exportCsv, exportJson } from '../../src/export/event-rows.ts'
import { createEngine } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'
import { ODD_NAME, madeTrace, oddTrace, storeOf, textOf, wellFormed } from './export-traces.ts'

const rowsOf = (store: TraceStore): EventRow[] =>
  textOf(exportJson(store))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as EventRow)

const csvOf = (store: TraceStore): Record<string, string>[] =>
  parse(textOf(exportCsv(store)), { columns: true, record_delimiter: '\r\n', relax_column_count: false })

describe('json', () => {
  it('has the rows of the query API, one a line, in its order', async () => {
    const store = storeOf(oddTrace().trace)
    const { rows } = await createEngine([store]).events({ session: store.session, limit: 1000 })
    expect(rowsOf(store)).toEqual(rows.map(row => ({ ...row, name: wellFormed(row.name) })))
    expect(rows.length).toBe(store.tracks.reduce((sum, track) => sum + track.rows.length, 0))
  })

  it('has only the tracks that were asked for', () => {
    const store = storeOf(oddTrace().trace)
    const rows = textOf(exportJson(store, { tracks: [2] }))
      .trimEnd()
      .split('\n')
    expect(rows.map(line => (JSON.parse(line) as EventRow).ref)).toEqual([
      { track: 2, seq: 0 },
      { track: 2, seq: 1 },
    ])
  })
})

describe('csv', () => {
  it('is read back to the same cells, whatever stands in names and values', () => {
    const store = storeOf(oddTrace().trace)
    const rows = rowsOf(store)
    const csv = csvOf(store)
    expect(csv).toHaveLength(rows.length)
    csv.forEach((cells, i) => {
      const row = rows[i] as EventRow
      expect(cells).toMatchObject({
        event: `${row.ref.track}.${row.ref.seq}`,
        timeUs: String(row.timeUs),
        kind: row.kind,
        name: row.name,
        file: row.location?.file ?? '',
        preview: row.preview.trim(),
        durationUs: row.durationUs === undefined ? '' : String(row.durationUs),
        error: String(row.error),
      })
    })
    expect(csv[1]).toMatchObject({ name: wellFormed(ODD_NAME), file: 'src/odd, "file".ts', preview: '(▒▒, …)', parent: '0.1' })
  })

  it('has every event once', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace }) => {
        const store = storeOf(trace)
        const events = csvOf(store).map(({ event }) => event)
        expect(events).toEqual(rowsOf(store).map(({ ref }) => `${ref.track}.${ref.seq}`))
        expect(new Set(events).size).toBe(store.tracks[0]?.rows.length)
      }),
      { numRuns: 50 },
    )
  })
})
