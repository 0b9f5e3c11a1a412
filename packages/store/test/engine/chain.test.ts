/** A causal tree asked at once against every event asked for its root; and filters that look rows up against those that look at every row. */
import { generateTrace } from '@hindscope/testkit'
import { decodeChunk } from '@hindscope/protocol'
import type { EventFilter, EventRef, EventRow } from '@hindscope/protocol'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'
import type { TraceStore } from '../../src/model/trace-store.ts'
import { siteOfRow } from '../../src/model/describe.ts'

let store: TraceStore
beforeAll(() => {
  store = createTraceModel([...generateTrace({ events: 12_000, seed: 11 })].map(bytes => decodeChunk(bytes))).stores[0] as TraceStore
})

async function allRows(filter: EventFilter, order: 'asc' | 'desc'): Promise<EventRow[]> {
  const engine = createEngine([store])
  const rows: EventRow[] = []
  for (let cursor: string | undefined; ;) {
    const page = await engine.events({ session: store.session, ...filter, order, limit: 700, ...(cursor === undefined ? {} : { cursor }) })
    rows.push(...page.rows)
    cursor = page.cursor
    if (cursor === undefined) return rows
  }
}

/** Every row of every track, in the one order. */
function rowsWhere(test: (track: TraceStore['tracks'][number], row: number) => boolean): string[] {
  const found: { timeUs: number; track: number; seq: number }[] = []
  for (const track of store.tracks) {
    for (let row = 0; row < track.rows.length; row++) {
      if (test(track, row)) found.push({ timeUs: track.time(row), track: track.number, seq: track.seqOf(row) })
    }
  }
  return found.sort((a, b) => a.timeUs - b.timeUs || a.track - b.track || a.seq - b.seq).map(({ track, seq }) => `${track}.${seq}`)
}

const refs = (rows: readonly EventRow[]): string[] => rows.map(({ ref }) => `${ref.track}.${ref.seq}`)

const someEvent = fc.record({ track: fc.nat(7), place: fc.double({ min: 0, max: 0.999, noNaN: true }) })

function eventAt({ track: number, place }: { track: number; place: number }): { track: TraceStore['tracks'][number]; row: number } {
  const recorded = store.tracks.filter(track => track.rows.length > 0)
  const track = recorded[number % recorded.length] as TraceStore['tracks'][number]
  return { track, row: Math.floor(place * track.rows.length) }
}

test('the events of a causal tree are those with its root', async () => {
  await fc.assert(
    fc.asyncProperty(someEvent, fc.constantFrom('asc', 'desc'), async (event, order) => {
      const { track, row } = eventAt(event)
      const ref: EventRef = { track: track.number, seq: track.seqOf(row) }
      const call = track.rows.call[row] as number
      const root = store.rootOf({ track: track.number, call })
      const expected =
        call === -1
          ? [`${ref.track}.${ref.seq}`]
          : rowsWhere((other, at) => {
              const otherCall = other.rows.call[at] as number
              if (otherCall === -1) return false
              const found = store.rootOf({ track: other.number, call: otherCall })
              return found.track === root.track && found.call === root.call
            })
      expect(refs(await allRows({ chain: ref }, order as 'asc'))).toEqual(order === 'asc' ? expected : expected.toReversed())
    }),
    { numRuns: 25 },
  )
})

test('events of a function, of a line and of a call are the same whether they are looked up or looked for', async () => {
  await fc.assert(
    fc.asyncProperty(someEvent, fc.constantFrom('asc', 'desc'), async (event, order) => {
      const { track, row } = eventAt(event)
      const site = siteOfRow(track, row)
      if (site?.location === undefined) return
      const { functionName, location } = site
      const inOrder = (rows: string[]): string[] => (order === 'asc' ? rows : rows.toReversed())
      const called = await allRows({ function: functionName, kinds: ['callEnter', 'step'] }, order as 'asc')
      const isCalled = (other: typeof track, at: number): boolean =>
        [1, 11].includes(other.rows.kind[at] as number) &&
        siteOfRow(other, at)?.functionName.toLowerCase().includes(functionName.toLowerCase()) === true
      expect(refs(called)).toEqual(inOrder(rowsWhere(isCalled)))
      const written = await allRows({ file: location.file, line: location.line, kinds: ['write', 'propertyWrite', 'callEnter'] }, order as 'asc')
      expect(refs(written)).toEqual(
        inOrder(
          rowsWhere((other, at) => {
            const place = siteOfRow(other, at)?.location
            return [16, 19, 1].includes(other.rows.kind[at] as number) && place?.file === location.file && place.line === location.line
          }),
        ),
      )
      const call = track.rows.call[row] as number
      if (call === -1) return
      const own = await allRows({ call: { track: track.number, call: track.callIdOf(row) } }, order as 'asc')
      expect(refs(own)).toEqual(inOrder(rowsWhere((other, at) => other === track && other.rows.call[at] === call)))
    }),
    { numRuns: 40 },
  )
})
