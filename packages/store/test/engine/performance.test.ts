import { TraceBuilder } from '@hindscope/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { nameOfCall } from '../../src/model/describe.ts'
import { engineOf } from '../shop-trace.ts'
import { generatedStore } from './generated-store.ts'

test('throughput and latencies are what every event for itself gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.integer({ min: 100, max: 3000 }), fc.integer({ min: 1, max: 400 }), async (seed, count, columns) => {
      const store = generatedStore({ events: count, seed, functions: 40, modules: 6 })
      const found = await createEngine([store]).performance({ session: store.session, columns, limit: 1000 })
      const events = new Array<number>(columns).fill(0)
      const errors = new Array<number>(columns).fill(0)
      const durations = new Map<string, number[]>()
      for (const track of store.tracks) {
        for (let row = 0; row < track.rows.length; row++) {
          const column = Math.min(columns - 1, Math.floor(((track.time(row) - found.fromUs) / (found.toUs - found.fromUs)) * columns))
          events[column] = (events[column] ?? 0) + 1
          if (((track.rows.marks[row] ?? 0) & 1) !== 0) errors[column] = (errors[column] ?? 0) + 1
        }
        for (let call = 0; call < track.calls.length; call++) {
          const exitRow = track.calls.exitRow[call] ?? -1
          if (track.calls.activity[call] === 0 || exitRow === -1) continue
          const name = nameOfCall(track, call).replace(/\?.*$/, '').replace(/\d+/g, 'N')
          durations.set(name, [...(durations.get(name) ?? []), track.time(exitRow) - track.time(track.calls.enterRow[call] ?? 0)])
        }
      }
      expect(found.events).toEqual(events)
      expect(found.errors).toEqual(errors)
      for (const { name, type, p50Us, p95Us, maxUs } of found.activities) {
        if (found.activities.some(other => other.name === name && other.type !== type)) continue
        const all = (durations.get(name) ?? []).toSorted((a, b) => a - b)
        const atMost = (limit: number | undefined): number => all.filter(us => us <= (limit ?? 0)).length
        if (all.length === 0) {
          expect(p50Us).toBeUndefined()
          continue
        }
        expect(atMost(p50Us) / all.length).toBeGreaterThanOrEqual(0.5)
        expect(all.filter(us => us < (p95Us ?? 0)).length / all.length).toBeLessThan(0.95)
        expect(maxUs).toBe(all.at(-1))
      }
    }),
    { numRuns: 5 },
  )
})

test('names without what differs each time, metrics of the realm, drops where they were told', async () => {
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  for (const [at, id] of [
    [0, 1],
    [100, 2],
    [200, 33],
  ] as const) {
    const request = page.at(at).activity('httpClient', { method: 'GET', url: `/cart/${id}?x=${id}` })
    page.at(at + 10 * id).ends(request, 'httpClient', { status: id === 2 ? 500 : 200 })
  }
  page.at(600).event({ kind: 'metric', values: [{ name: 'overhead', value: 2, unit: '%' }] })
  page
    .at(900)
    .event({ kind: 'metric', values: [{ name: 'overhead', value: 4, unit: '%' }] })
    .seal()
  page.drop(7)
  page.at(999).event({ kind: 'mark', values: [{ label: 'end' }] })
  const found = await engineOf(trace).performance({ session: trace.session, columns: 10 })
  expect(found.activities).toEqual([
    {
      type: 'httpClient',
      name: 'GET /cart/N',
      count: 3,
      errors: 1,
      open: 0,
      p50Us: 20,
      p95Us: 330,
      p99Us: 330,
      maxUs: 330,
      slowest: { track: 0, seq: 4 },
    },
  ])
  expect(found.metrics).toEqual([
    {
      track: 0,
      name: 'overhead',
      unit: '%',
      count: 2,
      last: 4,
      max: 4,
      points: [
        [6, 2],
        [9, 4],
      ],
      lastRef: { track: 0, seq: 7 },
    },
  ])
  expect(found.dropped).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
  expect(found.events.reduce((a, b) => a + b)).toBe(9)
})
