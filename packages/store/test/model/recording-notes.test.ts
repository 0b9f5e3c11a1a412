/** What the collector says about the recording, read back: clocks, notes, chunks that were refused; and clocks that contradict causes. */
import { expect, test } from 'vitest'
import { ActivityType, decodeChunk, encodeDefinitions, realmId } from '@hindscope/protocol'
import type { Chunk, Definition } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { createTraceModel, exportChunks, summarize } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'

const storeOf = (chunks: Iterable<Chunk>): TraceStore => createTraceModel(chunks).stores[0] as TraceStore

function definitions(trace: TraceBuilder, realm: number, ...list: readonly Definition[]): Chunk {
  const place = { session: trace.session, realm: realmId(realm), number: 0xfe00_0000, firstSeq: 0, hlcFirst: { ms: 1, counter: 0 }, baseTimeUs: 1000 }
  return decodeChunk(encodeDefinitions(place, list))
}

test('clocks and notes are shown, the last word counts, and a file has them too', () => {
  const trace = new TraceBuilder()
  trace.realm('page').console('log', ['x'])
  const clock = { kind: 'clock', realm: 1, atMs: 5, method: 'round-trip' } as const
  const note = { kind: 'note', code: 'ingest-paused', message: 'ENOSPC', fromMs: 10 } as const
  const store = storeOf([
    ...trace.chunks(),
    definitions(trace, 1, { ...clock, offsetUs: 900, errorUs: 50 }, { ...clock, offsetUs: 1000, errorUs: 20 }),
    definitions(trace, 1, note, { ...note, toMs: 30 }, note, { kind: 'note', code: 'chunk-conflict', message: 'taken', fromMs: 7, realm: 1 }),
    // Files come from anywhere.
    definitions(trace, 1, { ...clock, offsetUs: 'far' as never, errorUs: 1 }, { ...note, code: 'of-a-later-version' as never }),
  ])
  const check = (summary: ReturnType<typeof summarize>): void => {
    expect(summary.tracks[0]?.clock).toEqual({ offsetUs: 1000, errorUs: 20 })
    expect(summary.notes).toEqual([
      { code: 'chunk-conflict', message: 'taken', fromMs: 7, realm: 1 },
      { code: 'ingest-paused', message: 'ENOSPC', fromMs: 10, toMs: 30 },
    ])
    expect(summary.damage).toEqual([{ offset: 0, bytes: 0, code: 'chunk-conflict', message: 'taken' }])
  }
  check(summarize(store))
  check(summarize(storeOf([...exportChunks(store)].map(bytes => decodeChunk(bytes)))))
})

test('a chunk is the same after it was read and written again; another one of its number is damage', () => {
  const make = (text: string): Chunk =>
    new TraceBuilder()
      .realm('page')
      .at(3)
      .console('log', [text])
      .eventBytes()
      .map(bytes => decodeChunk(bytes))[0] as Chunk
  const store = storeOf([make('one')])
  const exported = [...exportChunks(store)].map(bytes => decodeChunk(bytes)).find(chunk => chunk.type === 1) as Chunk
  expect([store.holds(make('one')), store.holds(exported), store.holds(make('two'))]).toEqual(['same', 'same', 'other'])
  expect([store.addChunk(exported), store.addChunk(make('two'))]).toEqual([false, false])
  expect(store.duplicates).toBe(1)
  expect(store.damage).toMatchObject([{ code: 'chunk-conflict', message: expect.stringContaining('chunk 0 of realm 00000001') }])
  expect(store.tracks[0]?.rows.length).toBe(1)
})

test('definitions that are repeated say nothing new', () => {
  const trace = new TraceBuilder()
  trace.realm('page')
  const [first] = trace.chunks() as [Chunk]
  const store = storeOf([first])
  const { bytes, version } = store
  expect([store.holds(first), store.addChunk(first)]).toEqual(['same', false])
  expect([store.bytes, store.version]).toEqual([bytes, version])
})

test('effects before their causes are counted for each pair of tracks, also when chunks come late', () => {
  const trace = new TraceBuilder()
  const page = trace.realm('page')
  const server = trace.realm('server', 'node')
  for (const [i, lateUs] of [-700, 40, -20].entries()) {
    const request = page.at(1000 * i).activity('httpClient', { method: 'GET', url: '/' })
    const parent = `00-${'5'.repeat(32)}-00000001${request.toString(16).padStart(8, '0')}-01`
    server.at(Math.max(0, 1000 * i + 1000 + lateUs)).activity('httpServer', { method: 'GET', url: '/', traceparent: parent })
    page.at(1000 * i + 1).ends(request, 'httpClient', { status: 200 })
    page.seal()
    server.seal()
  }
  expect(ActivityType.httpServer).toBeGreaterThan(0)
  const chunks = trace.chunks()
  const lagging = chunks.map(chunk => (chunk.realm === 2 ? { ...chunk, baseTimeUs: chunk.baseTimeUs - 1000 } : chunk))
  const violations = [{ from: 0, to: 1, links: 3, violations: 2, worstUs: 700 }]
  expect(summarize(storeOf(lagging)).clockViolations).toEqual(violations)
  expect(summarize(storeOf(lagging.toReversed())).clockViolations?.map(({ links, violations: count, worstUs }) => [links, count, worstUs])).toEqual([
    [3, 2, 700],
  ])
  expect(summarize(storeOf(chunks)).clockViolations).toBeUndefined()
})
