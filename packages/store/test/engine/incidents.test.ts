import { decodeChunk } from '@hindscope/protocol'
import type { Definition, IncidentDefinition, TraceEngine } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { createEngine, createTraceModel, exportChunks } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'

const REALM = 1
const START_US = 1_700_000_000_000_000

const report = (id: string, atUs: number, more: Partial<IncidentDefinition> = {}): IncidentDefinition => ({
  kind: 'incident',
  id,
  realm: REALM,
  cause: 'consoleError',
  atUs,
  fromUs: atUs - 100,
  untilUs: atUs + 50,
  count: 1,
  suppressed: 0,
  ...more,
})

/** Three console events a chunk apart, and these definitions. */
function traceOf(definitions: readonly Definition[], lost: readonly number[] = []): { engine: TraceEngine; session: string; store: TraceStore } {
  const realm = new TraceBuilder().realm('shop')
  for (const text of ['one', 'two', 'three']) realm.console('error', [text]).seal()
  const events = realm.eventBytes().filter((_, i) => !lost.includes(i))
  const library = createTraceModel([realm.definitionsBytes(), ...events].map(bytes => decodeChunk(bytes)))
  const [store] = library.stores
  if (store === undefined) throw new TypeError('no store')
  for (const definition of definitions) store.addDefinition(definition)
  return { engine: createEngine(library.stores), session: store.session, store }
}

test('what lies in the window of an earlier report is one incident with it', async () => {
  const { engine, session } = traceOf([report('a', 1000), report('c', 1060), report('b', 1050, { cause: 'throw', count: 3 }), report('b', 1050)])
  expect(await engine.incidents({ session })).toMatchObject([
    { id: 'c', causes: [{ cause: 'consoleError', count: 1 }] },
    { id: 'a', count: 4, fromUs: 900, untilUs: 1050, causes: [{ cause: 'consoleError' }, { cause: 'throw', count: 3 }] },
  ])
  expect((await engine.session({ session })).incidents).toBe(2)
})

test('a cause shows the event that told it', async () => {
  const { engine, session } = traceOf([report('a', START_US, { seq: 1 }), report('b', START_US + 1000, { seq: 99, cause: 'mark', label: 'by hand' })])
  const [later, first] = await engine.incidents({ session })
  expect(first?.causes[0]).toMatchObject({ ref: { track: 0, seq: 1 }, title: expect.stringContaining('two') })
  expect(later?.causes[0]).toMatchObject({ title: 'by hand', track: 0 })
  expect(later?.causes[0]).not.toHaveProperty('ref')
})

test('who was asked, who answered and who did not is told, and answers that come late count', async () => {
  const realms = [
    { realm: REALM, state: 'asked' },
    { realm: 8, state: 'asked' },
    { realm: 9, state: 'asked' },
  ] as const
  const asked: Definition = { kind: 'incident-realms', incident: 'a', closed: false, realms }
  const kept: Definition = { kind: 'kept', incidents: ['a'], realm: REALM as never, fromUs: 950, untilUs: 1050 }
  const open = traceOf([report('a', 1000), asked, kept])
  expect(await open.engine.incidents(open)).toMatchObject([
    { closed: false, realms: [{ state: 'kept', fromUs: 950 }, { realm: 8, state: 'asked' }, { realm: 9 }] },
  ])
  const closed: Definition = { ...asked, closed: true, realms: [realms[0], { realm: 8, state: 'silent' }, { realm: 9, state: 'gone' }] }
  const done = traceOf([report('a', 1000), closed, asked, kept])
  expect(await done.engine.incidents(done)).toMatchObject([
    {
      closed: true,
      realms: [
        { realm: REALM, track: 0, state: 'kept' },
        { realm: 8, state: 'silent', events: 0 },
        { realm: 9, state: 'gone' },
      ],
    },
  ])
})

test('what a ring let go is a gap and no drop; what else is missing is a drop', async () => {
  const gap = (fromSeq: number, toSeq: number): Definition => ({ kind: 'gap', realm: REALM, fromSeq, toSeq, fromUs: 10, toUs: 20 })
  const kept = traceOf([gap(1, 2), gap(1, 2)], [1])
  expect((await kept.engine.session(kept)).tracks[0]).toMatchObject({ dropped: 0, gaps: [{ events: 1 }] })
  const lost = traceOf([gap(5, 9)], [1])
  expect((await lost.engine.session(lost)).tracks[0]).toMatchObject({ dropped: 1, gaps: [{ events: 4 }] })
})

test('a file holds incidents and gaps, and what no incident is left out', async () => {
  const gap: Definition = { kind: 'gap', realm: REALM, fromSeq: 1, toSeq: 2, fromUs: 10, toUs: 20 }
  const definitions: Definition[] = [
    report('a', START_US, { seq: 2 }),
    gap,
    { kind: 'kept', incidents: ['a'], realm: REALM, fromUs: 1, untilUs: 2 },
    { kind: 'incident-realms', incident: 'a', closed: true, realms: [{ realm: 9, state: 'silent' }] },
    report('bad', 5, { cause: 'unheard-of' as never }),
    report('worse', Number.NaN),
    { kind: 'gap', realm: REALM, fromSeq: 'x' as never, toSeq: 2, fromUs: 10, toUs: 20 },
    { kind: 'kept' } as never,
    { kind: 'of-a-later-version' } as never,
  ]
  const { store, engine, session } = traceOf(definitions, [1])
  const again = createTraceModel([...exportChunks(store)].map(bytes => decodeChunk(bytes)))
  const copy = createEngine(again.stores)
  expect(await copy.incidents({ session })).toEqual(await engine.incidents({ session }))
  expect(await copy.incidents({ session })).toHaveLength(1)
  expect((await copy.session({ session })).tracks[0]).toMatchObject({ dropped: 0, gaps: [{ events: 1 }] })
})
