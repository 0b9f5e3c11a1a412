import { describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import { createEngine, createTraceModel } from '@hindscope/store/model'
import type { TraceEngine } from '@hindscope/protocol'
import { createCallTree } from '../../src/core/call-tree.ts'
import { createEventWindow } from '../../src/core/event-window.ts'
import type { EngineClient } from '../../src/engine/engine-client.ts'
import { succeed } from '../../src/engine/failure.ts'

/** The real engine in process behind the client's interface. */
function clientOf(engine: TraceEngine): EngineClient {
  return { ask: async (method, query) => succeed((await (engine[method] as (query: unknown) => Promise<unknown>)(query)) as never) }
}

const BASE_US = 1_700_000_000_000_000
function traceOf(count: number): { readonly client: EngineClient; readonly session: string } {
  const builder = new TraceBuilder(undefined, BASE_US)
  const realm = builder.realm('page')
  for (let i = 0; i < count; i++) realm.at(i * 10).console('log', [`line ${i}`])
  return { client: clientOf(createEngine(createTraceModel(builder.chunks()).stores)), session: builder.session }
}
const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

describe('event window', () => {
  it('opens around a time in the middle and grows to both ends without gap or repeat', async () => {
    const { client, session } = traceOf(1000)
    const window = createEventWindow(client)
    window.open(session, {}, BASE_US + 5000)
    await settle()
    expect(window.list.value.rows).toHaveLength(400)
    expect(window.list.value.prepended).toBe(200)
    for (let page = 0; page < 4; page++) {
      window.growBefore()
      window.growAfter()
      await settle()
    }
    const { rows, atStart, atEnd, prepended } = window.list.value
    expect([atStart, atEnd, prepended]).toEqual([true, true, 500])
    expect(rows.map(row => row.ref.seq)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })

  it('keeps the filter on both sides', async () => {
    const { client, session } = traceOf(300)
    const window = createEventWindow(client)
    window.open(session, { text: 'line 29', fromUs: BASE_US, toUs: BASE_US + 2950 }, BASE_US + 2920)
    await settle()
    expect(window.list.value.rows.map(row => row.ref.seq)).toEqual([29, 290, 291, 292, 293, 294])
  })

  it('forgets the answers of the query before', async () => {
    const { client, session } = traceOf(300)
    const window = createEventWindow(client)
    window.open(session, {}, BASE_US)
    window.open(session, { text: 'line 7' }, BASE_US)
    await settle()
    expect(window.list.value.rows.every(row => row.preview.includes('line 7'))).toBe(true)
  })
})

describe('call tree', () => {
  it('opens the ancestors of a call, loading pages until it is found', async () => {
    const builder = new TraceBuilder(undefined, BASE_US)
    const realm = builder.realm('page')
    let inner = 0
    for (let i = 0; i < 300; i++) {
      const outer = realm.at(i * 10).enter('outer')
      inner = realm.enter('inner', [], { parent: outer })
      realm.returns(inner, 'inner', i).returns(outer, 'outer', i)
    }
    const client = clientOf(createEngine(createTraceModel(builder.chunks()).stores))
    const slow: EngineClient = {
      ask: async (method, query) => {
        await new Promise(resolve => setTimeout(resolve, 3))
        return client.ask(method, query)
      },
    }
    const tree = createCallTree(slow)
    const stack = await client.ask('stack', { session: builder.session, ref: { track: 0, seq: 299 * 4 + 1 } })
    // The first page is still on its way, as when the panel opens on a link.
    tree.open(builder.session, undefined)
    if (stack.ok) await tree.reveal(stack.value)
    const rows = tree.rows.value
    expect(rows.filter(row => row.kind === 'call')).toHaveLength(301)
    expect(rows.at(-1)).toMatchObject({ key: `0.${inner}`, depth: 1 })
  })
})
