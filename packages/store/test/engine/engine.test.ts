import { describe, expect, it } from 'vitest'
import type { EventRow } from '@hindscope/protocol'
import { CART_SOURCE, engineOf, shopTrace } from '../shop-trace.ts'

const { trace } = shopTrace()
const { session, baseUs } = trace
const engine = engineOf(trace)
const line = (row: EventRow): string =>
  `${row.ref.track}.${row.ref.seq} ${row.timeUs - baseUs} ${'  '.repeat(row.depth)}${row.kind} ${row.name}${row.preview}`

describe('events', () => {
  it('lists every event of every track in one order', async () => {
    const { rows, cursor, completeness } = await engine.events({ session })
    expect(rows.map(line)).toMatchInlineSnapshot(`
      [
        "0.0 100 activityStart click button#buy",
        "0.1 200   callEnter checkout({id: 7, items: ["tea"]})",
        "0.2 300     callEnter sum(["tea"])",
        "0.3 350     callReturn sum → 42",
        "0.4 360     write total = 42",
        "0.5 400     activityStart POST /api/orders",
        "0.6 410     suspendAwait checkout await",
        "0.7 450 activityEnd click button#buy",
        "1.0 500 activityStart POST /api/orders",
        "1.1 550   callEnter createOrder({total: 42})",
        "1.2 560     console console.error no stock 3",
        "1.3 600   callThrow createOrder ✗ RangeError: out of stock",
        "1.4 650 activityEnd POST /api/orders → 500",
        "0.8 700     activityEnd POST /api/orders → 500",
        "0.9 710     resumeAwait checkout await → {status: 500}",
        "0.10 720   callThrow checkout ✗ Error: order failed",
        "0.11 730 unhandledRejection unhandled rejection Error: order failed",
      ]
    `)
    expect(cursor).toBeUndefined()
    expect(completeness).toEqual({ kind: 'complete' })
  })

  it('gives every field of a row', async () => {
    const { rows } = await engine.events({ session, function: 'SUM' })
    expect(rows).toEqual([
      {
        ref: { track: 0, seq: 2 },
        timeUs: baseUs + 300,
        kind: 'callEnter',
        call: 3,
        parent: { track: 0, call: 2 },
        asyncParent: false,
        name: 'sum',
        location: { file: 'src/cart.ts', line: 7, column: 0 },
        preview: '(["tea"])',
        durationUs: 50,
        error: false,
        depth: 2,
      },
      {
        ref: { track: 0, seq: 3 },
        timeUs: baseUs + 350,
        kind: 'callReturn',
        call: 3,
        asyncParent: false,
        name: 'sum',
        location: { file: 'src/cart.ts', line: 7, column: 0 },
        preview: ' → 42',
        durationUs: 50,
        error: false,
        depth: 2,
      },
    ])
  })

  it.each([
    ['errors', { errors: true }, ['1.2', '1.3', '1.4', '0.8', '0.10', '0.11']],
    ['kinds', { kinds: ['write', 'console'] }, ['0.4', '1.2']],
    ['time, end exclusive', { fromUs: baseUs + 350, toUs: baseUs + 400 }, ['0.3', '0.4']],
    ['tracks', { tracks: [1] }, ['1.0', '1.1', '1.2', '1.3', '1.4']],
    ['file', { file: 'ORDERS' }, ['1.1', '1.2', '1.3']],
    ['line', { file: 'cart', line: 3 }, ['0.4']],
    ['call', { call: { track: 0, call: 3 } }, ['0.2', '0.3']],
    ['chain over tracks', { chain: { track: 1, seq: 2 }, kinds: ['activityStart', 'callEnter'] }, ['0.0', '0.1', '0.2', '0.5', '1.0', '1.1']],
    ['text in an error', { text: 'RangeError: out' }, ['1.3']],
    ['text in a number', { text: '42' }, ['0.3', '0.4', '1.1']],
    ['text in a console argument', { text: 'STOCK', kinds: ['console'] }, ['1.2']],
    ['text in a name', { text: 'button#' }, ['0.0', '0.7']],
    ['function of activities', { function: 'post' }, ['0.5', '1.0', '1.4', '0.8']],
    ['several together', { function: 'checkout', errors: true }, ['0.10']],
  ] as const)('filters by %s', async (_, filter, refs) => {
    const { rows } = await engine.events({ session, ...filter })
    expect(rows.map(row => `${row.ref.track}.${row.ref.seq}`)).toEqual(refs)
  })

  it('turns the order around and applies the limit after it', async () => {
    const { rows } = await engine.events({ session, order: 'desc', limit: 2 })
    expect(rows.map(row => row.ref)).toEqual([
      { track: 0, seq: 11 },
      { track: 0, seq: 10 },
    ])
  })
})

describe('event and call', () => {
  it('names values as people know them', async () => {
    const enter = await engine.event({ session, ref: { track: 0, seq: 1 } })
    expect(enter.values.map(value => value.name)).toEqual(['cart'])
    expect(enter.flags).toEqual({ truncated: false, redacted: false, inferred: false, valuesSkipped: false })
    const message = await engine.event({ session, ref: { track: 1, seq: 2 } })
    expect(message.values).toEqual([
      { name: '0', value: { kind: 'string', value: 'no stock', length: 8 } },
      { name: '1', value: { kind: 'number', text: '3' } },
    ])
    const failed = await engine.event({ session, ref: { track: 1, seq: 4 } })
    expect(failed.values).toEqual([{ name: 'status', value: { kind: 'number', text: '500' } }])
  })

  it('shows a call with its values on their lines', async () => {
    const detail = await engine.call({ session, ref: { track: 0, call: 2 } })
    expect(detail.node).toEqual({
      ref: { track: 0, call: 2 },
      enter: { track: 0, seq: 1 },
      exit: { track: 0, seq: 10 },
      kind: 'call',
      name: 'checkout',
      location: { file: 'src/cart.ts', line: 1, column: 0 },
      preview: '({id: 7, items: ["tea"]}) ✗ Error: order failed',
      startUs: baseUs + 200,
      durationUs: 520,
      selfUs: 470,
      outcome: 'threw',
      childCount: 2,
      asyncParent: false,
      hasErrorBelow: true,
    })
    expect(detail.lineValues.map(({ line: at, name, preview }) => `${at} ${name} ${preview}`)).toEqual([
      '1 cart {id: 7, items: ["tea"]}',
      '3 total 42',
      '1 await {status: 500}',
      '5 throw Error: order failed',
    ])
    expect(detail.async).toBe(true)
    expect(detail.range).toEqual([1, 0, 5, 1])
    expect(detail.error).toMatchObject({ kind: 'error', message: 'order failed' })
    expect(detail.result).toBeUndefined()
    expect(detail.parent?.name).toBe('click button#buy')
  })
})

describe('callTree', () => {
  it('has one root, since the server answers the page', async () => {
    const { nodes, total } = await engine.callTree({ session })
    expect(total).toBe(1)
    expect(nodes.map(node => [node.kind, node.activity, node.name, node.outcome, node.hasErrorBelow])).toEqual([
      ['activity', 'domEvent', 'click button#buy', 'returned', true],
    ])
  })

  it('hangs the server activity below the client activity', async () => {
    const { nodes } = await engine.callTree({ session, parent: { track: 0, call: 4 } })
    expect(nodes.map(node => [node.ref, node.name, node.preview, node.outcome, node.asyncParent])).toEqual([
      [{ track: 1, call: 1 }, 'POST /api/orders', ' → 500', 'threw', true],
    ])
  })

  it('pages children and counts them all', async () => {
    const parent = { track: 0, call: 2 }
    expect((await engine.callTree({ session, parent })).nodes.map(node => node.name)).toEqual(['sum', 'POST /api/orders'])
    const second = await engine.callTree({ session, parent, offset: 1, limit: 1 })
    expect(second.nodes.map(node => node.name)).toEqual(['POST /api/orders'])
    expect(second.total).toBe(2)
    expect((await engine.callTree({ session, parent, tracks: [1] })).total).toBe(0)
    expect((await engine.callTree({ session, parent, toUs: baseUs + 350 })).total).toBe(1)
  })
})

describe('stack', () => {
  it('crosses realms up to the click', async () => {
    const frames = await engine.stack({ session, ref: { track: 1, seq: 2 } })
    expect(frames.map(frame => `${frame.node.ref.track} ${frame.node.name} ${frame.via}`)).toEqual([
      '1 createOrder call',
      '1 POST /api/orders remote',
      '0 POST /api/orders call',
      '0 checkout call',
      '0 click button#buy call',
    ])
  })
  it('is empty outside calls', async () => {
    expect(await engine.stack({ session, ref: { track: 0, seq: 11 } })).toEqual([])
  })
})

describe('step', () => {
  it.each([
    ['first', '0.5', '0.0'],
    ['last', '0.5', '0.11'],
    ['next', '0.7', '1.0'],
    ['next', '1.4', '0.8'],
    ['next', '0.11', undefined],
    ['previous', '0.8', '1.4'],
    ['previous', '0.0', undefined],
    ['into', '0.1', '0.2'],
    ['into', '0.2', undefined],
    ['into', '0.5', '1.0'],
    ['into', '0.4', undefined],
    ['out', '0.4', '0.10'],
    ['out', '0.2', '0.10'],
    ['out', '1.2', '1.3'],
    ['out', '1.3', '1.4'],
    ['out', '1.4', '0.8'],
    ['out', '0.10', undefined],
    ['over', '0.1', '0.10'],
    ['over', '0.2', '0.3'],
    ['over', '0.3', '0.4'],
    ['back', '0.10', '0.1'],
    ['next-error', '0.0', '1.2'],
    ['next-error', '1.2', '1.3'],
    ['next-error', '0.11', undefined],
    ['previous-error', '0.11', '0.10'],
    ['previous-error', '1.2', undefined],
    ['next-hit', '0.1', undefined],
  ] as const)('%s from %s is %s', async (direction, from, to) => {
    const [track = 0, seq = 0] = from.split('.').map(Number)
    const { ref } = await engine.step({ session, ref: { track, seq }, direction })
    expect(ref && `${ref.track}.${ref.seq}`).toBe(to)
  })

  it('finds the last event at or before a time', async () => {
    expect(await engine.at({ session, timeUs: baseUs + 555 })).toEqual({ ref: { track: 1, seq: 1 }, position: 9 })
    expect(await engine.at({ session, timeUs: baseUs + 555, track: 0 })).toEqual({ ref: { track: 0, seq: 7 }, position: 7 })
    expect(await engine.at({ session, timeUs: baseUs + 99 })).toEqual({})
  })
})

describe('summaries', () => {
  it('counts per session and track', async () => {
    const [summary] = await engine.sessions()
    expect(summary).toEqual(await engine.session({ session }))
    expect(summary).toMatchObject({ session, name: 'page', events: 17, calls: 3, functions: 3, errors: 6, dropped: 0, live: false, damage: [] })
    expect(summary?.firstUs).toBe(baseUs + 100)
    expect(summary?.lastUs).toBe(baseUs + 730)
    expect(summary?.tracks.map(track => [track.track, track.realmKind, track.name, track.events, track.calls, track.errors])).toEqual([
      [0, 'page', 'page', 12, 2, 3],
      [1, 'node', 'server', 5, 1, 3],
    ])
  })

  it('lists sources, busiest first', async () => {
    expect(await engine.sources({ session })).toEqual([
      { path: 'src/cart.ts', calls: 2, functions: 2, errors: 1 },
      { path: 'server/orders.ts', calls: 1, functions: 1, errors: 1 },
    ])
  })

  it('counts hits per line', async () => {
    const source = await engine.source({ session, path: 'src/cart.ts' })
    expect(source.content).toBe(CART_SOURCE)
    expect(source.hits).toEqual([
      { line: 1, count: 1, errors: 1 },
      { line: 3, count: 1, errors: 0 },
      { line: 7, count: 1, errors: 0 },
    ])
    expect(source.functions.map(({ name, calls }) => [name, calls])).toEqual([
      ['checkout', 1],
      ['sum', 1],
    ])
  })

  it('sums functions by self time', async () => {
    expect((await engine.functions({ session })).map(({ name, calls, errors, totalUs, selfUs }) => [name, calls, errors, totalUs, selfUs])).toEqual([
      ['checkout', 1, 1, 520, 470],
      ['createOrder', 1, 1, 50, 50],
      ['sum', 1, 0, 50, 50],
    ])
    expect(await engine.functions({ session, limit: 1 })).toHaveLength(1)
  })

  it('folds spans into cells', async () => {
    const buckets = await engine.buckets({ session, fromUs: baseUs, toUs: baseUs + 1000, columns: 10 })
    const cells = buckets.track.map((track, i) =>
      [track, buckets.depth[i], buckets.column[i], buckets.span[i], buckets.count[i], buckets.seq[i], buckets.flags[i]].join(' '),
    )
    expect(cells).toEqual(['0 0 1 4 1 0 2', '0 0 7 1 0 11 1', '0 1 2 6 1 1 1', '0 2 3 1 1 2 0', '0 2 4 4 1 5 3', '1 0 5 2 1 0 3', '1 1 5 2 1 1 1'])
    const narrow = await engine.buckets({ session, fromUs: baseUs + 460, toUs: baseUs + 480, columns: 2, maxDepth: 1 })
    expect(narrow.track).toEqual([0])
    expect(narrow.count).toEqual([0])
    expect(narrow.span).toEqual([2])
  })
})

describe('problems', () => {
  it('tells each failure once, where it happened', async () => {
    expect((await engine.problems({ session })).map(({ rule, title, count, ref }) => [rule, title, count, ref])).toEqual([
      ['unhandled-rejection', 'createOrder threw RangeError: out of stock', 1, { track: 1, seq: 3 }],
      ['console-error', 'no stock 3', 1, { track: 1, seq: 2 }],
    ])
    const [{ places = [] } = {}] = await engine.problems({ session })
    expect(places.map(({ rule, title, ref }) => [rule, title, ref])).toEqual([
      ['thrown', 'createOrder threw RangeError: out of stock', { track: 1, seq: 3 }],
      ['http-failed', 'POST /api/orders → 500', { track: 0, seq: 8 }],
      ['thrown', 'checkout threw Error: order failed', { track: 0, seq: 10 }],
      ['unhandled-rejection', 'Error: order failed', { track: 0, seq: 11 }],
    ])
  })
})

describe('bad queries', () => {
  it.each([
    ['session id', () => engine.events({ session: 7 as unknown as string }), 'query-bad'],
    ['unknown session', () => engine.session({ session: 'ffff'.repeat(8) }), 'not-found'],
    ['limit 0', () => engine.events({ session, limit: 0 }), 'query-bad'],
    ['limit 1001', () => engine.events({ session, limit: 1001 }), 'query-bad'],
    ['order', () => engine.events({ session, order: 'up' as 'asc' }), 'query-bad'],
    ['kind', () => engine.events({ session, kinds: ['call'] as unknown as ['write'] }), 'query-bad'],
    ['cursor', () => engine.events({ session, cursor: 'x' }), 'query-bad'],
    ['ref', () => engine.event({ session, ref: { track: -1, seq: 0 } }), 'query-bad'],
    ['absent ref', () => engine.event({ session } as never), 'query-bad'],
    ['unknown event', () => engine.event({ session, ref: { track: 0, seq: 99 } }), 'not-found'],
    ['unknown call', () => engine.call({ session, ref: { track: 0, call: 99 } }), 'not-found'],
    ['direction', () => engine.step({ session, ref: { track: 0, seq: 0 }, direction: 'up' as 'out' }), 'query-bad'],
    ['columns', () => engine.buckets({ session, fromUs: 0, toUs: 1, columns: 4097 }), 'query-bad'],
    ['no columns', () => engine.buckets({ session, fromUs: 0, toUs: 1 } as never), 'query-bad'],
    ['more columns than positions', () => engine.buckets({ session, fromPosition: 3, toPosition: 7, columns: 5 }), 'query-bad'],
    ['no positions', () => engine.buckets({ session, fromPosition: 3, toPosition: 3, columns: 1 }), 'query-bad'],
    ['position', () => engine.at({ session, position: 0.5 }), 'query-bad'],
    ['window', () => engine.buckets({ session, fromUs: 1, toUs: 1, columns: 4 }), 'query-bad'],
    ['source', () => engine.source({ session, path: 'nowhere.ts' }), 'not-found'],
  ])('refuses a bad %s', async (_, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ name: 'HindscopeError', code })
  })
})
