import { ByteReader, readValue } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { siteOfRow } from '../../src/model/describe.ts'
import type { TraceStore } from '../../src/model/trace-store.ts'
import { engineOf } from '../shop-trace.ts'
import { generatedStore } from './generated-store.ts'

interface Sum {
  events: number
  bytes: number
  valueBytes: number
}

/** Reads every value of every row to see how long it is; events that share their values count them once. */
function naiveSizes(store: TraceStore): Record<'functions' | 'files' | 'tracks', Map<string, Sum>> {
  const sums = { functions: new Map<string, Sum>(), files: new Map<string, Sum>(), tracks: new Map<string, Sum>() }
  const add = (to: Map<string, Sum>, name: string, bytes: number, valueBytes: number): void => {
    const sum = to.get(name) ?? { events: 0, bytes: 0, valueBytes: 0 }
    to.set(name, { events: sum.events + 1, bytes: sum.bytes + bytes, valueBytes: sum.valueBytes + valueBytes })
  }
  for (const track of store.tracks) {
    const seen = new Map<Uint8Array, Set<number>>()
    for (let row = 0; row < track.rows.length; row++) {
      const chunk = track.chunks[track.chunkIndexOf(row)]
      const place = track.placeOfValues(row)
      let valueBytes = 0
      const known = place && (seen.get(place.bytes) ?? new Set())
      if (place !== undefined && known !== undefined && !known.has(place.offset)) {
        seen.set(place.bytes, known.add(place.offset))
        const reader = new ByteReader(place.bytes, place.offset)
        for (let i = 0; i < place.count; i++) readValue(reader, place.strings)
        valueBytes = reader.offset - place.offset
      }
      const bytes = valueBytes + ((chunk?.totalBytes ?? 0) - (chunk?.values.length ?? 0)) / (chunk?.recordCount ?? 1)
      const site = siteOfRow(track, row)
      add(sums.functions, site?.functionName ?? '(outside functions)', bytes, valueBytes)
      add(sums.files, site?.location?.file ?? '(no file)', bytes, valueBytes)
      add(sums.tracks, track.definition?.name ?? '', bytes, valueBytes)
    }
  }
  return sums
}

test('sizes by function, file and realm are what reading every value gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1000),
      fc.integer({ min: 100, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (seed, events, valuesShare) => {
        const store = generatedStore({ events, seed, valuesShare, functions: 40, modules: 6 })
        const found = await createEngine([store]).sizes({ session: store.session, limit: 1000 })
        const naive = naiveSizes(store)
        for (const list of ['functions', 'files', 'tracks'] as const) {
          const { parts } = found[list]
          const exact = parts.map(({ name, events: count, valueBytes }) => [name, [count, valueBytes]] as const)
          expect(new Map(exact)).toEqual(new Map([...naive[list]].map(([name, sum]) => [name, [sum.events, sum.valueBytes]])))
          // Shares of a chunk are fractions.
          for (const { name, bytes } of parts) expect(Math.abs(bytes - (naive[list].get(name)?.bytes ?? 0))).toBeLessThan(1)
          expect(found[list].total).toBe(naive[list].size)
          expect(parts.map(({ bytes }) => bytes)).toEqual(parts.map(({ bytes }) => bytes).toSorted((a, b) => b - a))
        }
        expect(found.events).toBe(events)
        expect(found.kinds.parts.reduce((sum, part) => sum + part.events, 0)).toBe(events)
        expect(found.values.parts.reduce((sum, part) => sum + part.valueBytes, 0)).toBe(found.valueBytes)
      },
    ),
    { numRuns: 5 },
  )
})

test('the largest values are named with the event that has them', async () => {
  const trace = new TraceBuilder()
  const page = trace.realm('page').module(manifestOf('ab'.repeat(8), 'src/app.ts', [functionProbe('load', { params: ['text'] })]))
  for (const text of ['a', 'b'.repeat(900), 'c']) page.at(10).returns(page.enter('load', [text]), 'load', 1)
  const { values } = await engineOf(trace).sizes({ session: trace.session })
  expect(values.parts[0]).toMatchObject({
    name: 'load (callEnter)',
    events: 3,
    largest: { track: 0, seq: 2 },
    location: { file: 'src/app.ts', line: 1 },
  })
  const one = await engineOf(trace).sizes({ session: trace.session, limit: 1 })
  expect([one.kinds.parts.length, one.kinds.total]).toEqual([1, 2])
  await expect(engineOf(trace).sizes({ session: trace.session, limit: 0 })).rejects.toMatchObject({ code: 'query-bad' })
})
