import { describe, expect, it } from 'vitest'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { decodeChunk, formatTraceparent } from '@hindscope/protocol'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { cartManifest, shopTrace } from '../shop-trace.ts'

/** All permutations of up to five items. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map(rest => [item, ...rest]))
}

describe('arrival', () => {
  it('gives the same answers whatever the order in which chunks arrive', async () => {
    const { trace } = shopTrace()
    const chunks = trace.chunks()
    const ask = async (order: typeof chunks): Promise<unknown> => {
      const library = createTraceModel()
      // The first chunk decides the track numbers, so it stays first.
      library.addChunk(chunks[0] as (typeof chunks)[number])
      for (const chunk of order) library.addChunk(chunk)
      const engine = createEngine(library.stores)
      const { session } = trace
      return [(await engine.events({ session })).rows, await engine.callTree({ session }), await engine.problems({ session })]
    }
    const expected = await ask(chunks.slice(1))
    for (const order of permutations(chunks.slice(1))) expect(await ask(order)).toEqual(expected)
  })

  it('ignores and counts repeats', () => {
    const { trace } = shopTrace()
    const [store] = createTraceModel([...trace.chunks(), ...trace.chunks()]).stores
    expect(store?.duplicates).toBe(3)
    expect(store?.tracks.map(track => track.rows.length)).toEqual([12, 5])
  })

  it('resolves names once the manifest comes', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page').module(cartManifest, false)
    page.returns(page.enter('sum', [1]), 'sum', 1)
    const library = createTraceModel(trace.chunks())
    const engine = createEngine(library.stores)
    const names = async (): Promise<string[]> => (await engine.events({ session: trace.session })).rows.map(row => row.name)
    expect(await names()).toEqual([`probe ${cartManifest.module}:1`, `probe ${cartManifest.module}:1`])
    expect(library.stores[0]?.missingManifests()).toEqual([cartManifest.module])
    library.stores[0]?.addManifest(cartManifest)
    expect(await names()).toEqual(['sum', 'sum'])
    expect(library.stores[0]?.missingManifests()).toEqual([])
  })

  it('shows gaps: dropped by the recorder and lost with a chunk', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page')
    page.at(1).console('log', ['a']).drop(5).at(2).console('log', ['b']).seal()
    page.at(3).console('log', ['lost']).seal().at(4).console('log', ['c']).seal()
    const chunks = trace.chunkBytes().filter((_, i) => i !== 3)
    const engine = createEngine(createTraceModel(chunks.map(bytes => decodeChunk(bytes))).stores)
    const { rows, completeness } = await engine.events({ session: trace.session })
    expect(rows.map(row => row.ref.seq)).toEqual([0, 6, 8])
    expect(completeness).toEqual({ kind: 'partial', reason: '6 events were dropped or lost' })
    expect((await engine.session({ session: trace.session })).dropped).toBe(6)
    await expect(engine.event({ session: trace.session, ref: { track: 0, seq: 7 } })).rejects.toMatchObject({ code: 'not-found' })
    const problems = await engine.problems({ session: trace.session })
    expect(problems.map(({ rule, count }) => [rule, count])).toEqual([['dropped', 6]])
  })
})

describe('order', () => {
  it('keeps equal timestamps apart by track and sequence, and pages over them without loss', async () => {
    const trace = new TraceBuilder()
    for (const name of ['a', 'b', 'c']) {
      const realm = trace.realm(name)
      for (let i = 0; i < 7; i++) realm.at(5).console('log', [i])
    }
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const expected = ['0', '1', '2'].flatMap(track => Array.from({ length: 7 }, (_, seq) => `${track}.${seq}`))
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await engine.events({ session: trace.session, limit: 4, order, ...(cursor === undefined ? {} : { cursor }) })
        seen.push(...page.rows.map(row => `${row.ref.track}.${row.ref.seq}`))
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(seen).toEqual(order === 'asc' ? expected : expected.toReversed())
    }
  })

  it('keeps a page where it was while events are appended', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page')
    const other = trace.realm('other')
    for (let i = 0; i < 6; i++)
      page
        .at(i * 10)
        .console('log', [i])
        .seal()
    other.at(15).console('log', ['late']).at(25).console('log', ['later'])
    const library = createTraceModel(trace.chunks().slice(0, 5))
    const engine = createEngine(library.stores)
    const first = await engine.events({ session: trace.session, limit: 2 })
    expect(first.rows.map(row => row.ref.seq)).toEqual([0, 1])
    for (const chunk of trace.chunks().slice(5)) library.addChunk(chunk)
    const second = await engine.events({ session: trace.session, limit: 4, cursor: first.cursor ?? '' })
    expect(second.rows.map(row => `${row.ref.track}.${row.ref.seq}`)).toEqual(['1.0', '0.2', '1.1', '0.3'])
  })

  it('refuses a cursor of another filter', async () => {
    const { trace } = shopTrace()
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const { cursor } = await engine.events({ session: trace.session, limit: 2 })
    await expect(engine.events({ session: trace.session, limit: 2, cursor: cursor ?? '', errors: true })).rejects.toMatchObject({ code: 'query-bad' })
  })

  it('never lets the time of a track run backwards', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page')
    page.at(50).console('log', ['a']).at(20).console('log', ['b']).at(60).console('log', ['c'])
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const { rows } = await engine.events({ session: trace.session })
    expect(rows.map(row => row.timeUs - trace.baseUs)).toEqual([50, 50, 60])
  })
})

describe('remote links', () => {
  it('refuses a traceparent that would close a ring', async () => {
    const trace = new TraceBuilder()
    const server = trace.realm('server', 'node')
    const traceparent = formatTraceparent(trace.session, 1, 2, 1, 2)
    server.activity('httpServer', { method: 'GET', url: '/', traceparent })
    server.activity('httpClient', { method: 'GET', url: '/' }, { parent: 1 })
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const stack = await engine.stack({ session: trace.session, ref: { track: 0, seq: 1 } })
    expect(stack.map(frame => frame.node.ref.call)).toEqual([2, 1])
    expect((await engine.callTree({ session: trace.session })).total).toBe(1)
  })

  it('survives a deep chain of calls', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page').module(manifestOf('ab'.repeat(8), 'deep.ts', [functionProbe('deep')]))
    const depth = 50_000
    for (let i = 0; i < depth; i++) page.at(i).enter('deep', [], { parent: i })
    page.at(depth).console('error', ['bottom'], depth)
    for (let call = depth; call > 0; call--) page.at(2 * depth - call + 1).returns(call, 'deep')
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const { session } = trace
    expect(await engine.stack({ session, ref: { track: 0, seq: depth } })).toHaveLength(depth)
    expect((await engine.callTree({ session })).nodes[0]).toMatchObject({ hasErrorBelow: true, selfUs: 2 })
    expect((await engine.events({ session, chain: { track: 0, seq: depth }, kinds: ['console'] })).rows).toHaveLength(1)
  })
})
