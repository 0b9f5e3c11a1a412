/** AppMaps: recorded ones of appmap-node, one of each construct, and generated trees. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/model.ts'
import { appMapOf, madeTrees } from './call-trees.ts'
import { IMPORTED_AT_MS, importBytes, importJson, treesOf, trackLines, valuesOf } from './imported.ts'
import type { CallNode, Imported } from './imported.ts'

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}.appmap.json`, import.meta.url))

const call = (id: number, method: string, more: object = {}): object => ({
  id,
  event: 'call',
  thread_id: 0,
  defined_class: 'Cart',
  method_id: method,
  path: 'src/cart.js',
  lineno: 3,
  static: true,
  parameters: [],
  ...more,
})
const back = (id: number, parent: number, more: object = {}): object => ({ id, event: 'return', thread_id: 0, parent_id: parent, ...more })
const map = (events: readonly unknown[], more: object = {}): object => ({
  version: '1.12',
  metadata: { name: 'test' },
  classMap: [],
  events,
  ...more,
})
const track = ({ store }: Imported, number = 0) => {
  const found = store.tracks[number]
  if (found === undefined) throw new TypeError('no track')
  return found
}
const names = (nodes: readonly CallNode[]): unknown[] => nodes.map(({ name, children }) => (children.length === 0 ? name : [name, names(children)]))

/** Seconds that the file says of each call, by its place, and that the calls took here: equal but for rounding. */
function durations(json: {
  readonly events: readonly { readonly event: string; readonly id: number; readonly parent_id?: number; readonly elapsed?: number }[]
  readonly eventUpdates?: Readonly<Record<string, { readonly elapsed?: number }>>
}) {
  const elapsed = new Map<number, number>()
  for (const { event, id, parent_id: parent, elapsed: seconds } of json.events) {
    if (event === 'return' && parent !== undefined) elapsed.set(parent, json.eventUpdates?.[id]?.elapsed ?? seconds ?? -1)
  }
  return json.events.filter(({ event }) => event === 'call').map(({ id }) => Math.round((elapsed.get(id) ?? -1) * 1e6))
}

describe('a program recorded by appmap-node', () => {
  it.each(['shop', 'shop-updates'])('%s: has every call with its duration', name => {
    const bytes = fixture(name)
    const imported = importBytes(bytes)
    const json = JSON.parse(bytes.toString()) as Parameters<typeof durations>[0]
    const { calls } = track(imported)
    const took = Array.from(
      { length: calls.length },
      (_, i) => track(imported).time(calls.exitRow[i] ?? 0) - track(imported).time(calls.enterRow[i] ?? 0),
    )
    expect(took).toEqual(durations(json))
    expect(imported.problems).toEqual([])
    expect(imported.ignored).toEqual([{ what: 'schema of a value (properties)', count: 5 }])
    expect(imported.timeBase).toBe('metadata')
    expect(new Date(track(imported).firstUs / 1000).toISOString()).toBe(imported.name)
  })

  it('nests as the program did', () => {
    expect(names(treesOf(track(importBytes(fixture('shop')))))).toEqual([
      [
        'shop.main',
        [
          'Cart.constructor',
          'Cart.add',
          'Cart.add',
          'Cart.check',
          ['shop.slow', ['shop.pause']],
          ['shop.slow', ['shop.pause']],
          ['shop.fail', ['shop.pause']],
          'shop.ask',
          [expect.stringMatching(/^GET http:.*\/cart$/), [['GET /cart', ['shop.answer']]]],
          'shop.ask',
          [expect.stringMatching(/^GET http:.*\/nothing$/), [['GET /nothing', ['shop.answer']]]],
        ],
      ],
    ])
  })

  it('runs calls at the same time that did, and the results of promises are those of the updates', () => {
    const lines = trackLines(importBytes(fixture('shop')))
    const at = (text: string): number => lines.findIndex(line => line.includes(text))
    expect(at('shop.slow("second", 20)')).toBeLessThan(at("Promise { 'first' }"))
    expect(at('suspendAwait shop.slow')).toBeLessThan(at('shop.slow("second", 20)'))
    const updated = trackLines(importBytes(fixture('shop-updates')))
    expect(updated.filter(line => line.includes('<pending>'))).toEqual([])
    expect(updated.some(line => line.includes('callReturn shop.slow → Promise<String> {value: "Promise { \'second\' }"}'))).toBe(true)
    expect(updated.some(line => line.includes('callThrow shop.fail ✗ TypeError: no stock'))).toBe(true)
  })

  it('answers queries: by value, by place, by error, requests with their status', async () => {
    const { store, session } = importBytes(gzipSync(fixture('shop')))
    const engine = createEngine([store])
    const { rows } = await engine.events({ session, errors: true })
    expect(rows.map(({ name, preview }) => `${name}${preview}`)).toEqual([
      'Cart.check ✗ RangeError: more than 1 items',
      'shop.fail ✗ TypeError: no stock',
      expect.stringMatching(/^GET http:.*\/nothing → 404$/),
    ])
    const source = await engine.source({ session, path: 'shop.js' })
    expect(source.functions.map(({ name, range, calls }) => `${name}:${range[0]} ×${calls}`)).toContain('Cart.add:7 ×2')
    const found = await engine.search({ session, query: 'kind = callEnter and args.price = 4.5' })
    expect(JSON.stringify(found)).toContain('Cart.add')
  })
})

describe('constructs', () => {
  it('values become what they were, where class and text agree', () => {
    const parameters = [
      ['Number', '4.5'],
      ['Number', '-Infinity'],
      ['Integer', '12'],
      ['Boolean', 'true'],
      ['FalseClass', 'false'],
      ['String', "'it\\'s'"],
      ['NilClass', ''],
      ['undefined', 'undefined'],
      ['Number', 'many'],
      ['Cart', 'Cart {}'],
    ].map(([className, value], i) => ({ class: className, value, name: `p${i}` }))
    const imported = importJson(map([call(1, 'f', { parameters })], { metadata: { language: { name: 'javascript' } } }))
    expect(trackLines(imported)[1]).toBe('callEnter Cart.f(4.5, -Infinity, 12, true, false, "it\'s", null, undefined, Number {value: "many"…) @0')
    const [ruby] = valuesOf(
      track(importJson(map([call(1, 'f', { parameters: [{ class: 'String', value: "'quoted'" }] })], { metadata: {} }))),
      'callEnter',
      imported.store,
    )
    expect(ruby).toEqual({ kind: 'string', value: "'quoted'", length: 8 })
  })

  it('objects keep class, identity and size; arguments keep their names, with the receiver first', () => {
    const receiver = { class: 'my::Cart', value: '#<Cart>', object_id: 70340693307040 }
    const list = { class: 'Array', value: '[1, 2]', object_id: 'x', size: 2, name: 'items' }
    const imported = importJson(
      map([
        call(1, 'add', { static: true, parameters: [list] }),
        back(2, 1),
        call(3, 'add', { static: false, receiver, parameters: [list, { class: 'Cart', value: 'same', object_id: 70340693307040 }] }),
      ]),
    )
    const site = track(imported).sites.resolve(track(imported).siteOfCall(0))
    expect(site.functionProbe?.params).toEqual(['this', 'items', 'argument 2'])
    const object = (id: number, className: string, entries: readonly unknown[]) => ({ kind: 'object', id, className, size: entries.length, entries })
    const value = (text: string) => ['value', { kind: 'string', value: text, length: text.length }]
    const items = object(1, 'Array', [value('[1, 2]'), ['size', { kind: 'number', text: '2' }]])
    expect(track(imported).valuesOf(1)).toEqual([{ kind: 'undefined' }, items])
    expect(track(imported).valuesOf(3)).toEqual([object(2, 'my::Cart', [value('#<Cart>')]), items, object(2, 'Cart', [value('same')])])
  })

  it('exceptions have their causes', () => {
    const exceptions = [
      { class: 'Outer', message: 'a', object_id: 1, path: 'x.rb', lineno: 4 },
      { class: 'Inner', message: 'b', object_id: 2 },
    ]
    const imported = importJson(map([call(1, 'f'), back(2, 1, { exceptions })]))
    expect(track(imported).valuesOf(2)[0]).toMatchObject({
      kind: 'error',
      className: 'Outer',
      entries: [
        ['path', { value: 'x.rb' }],
        ['lineno', { text: '4' }],
        ['cause', { kind: 'error', className: 'Inner', message: 'b' }],
      ],
    })
    expect(track(imported).errorRows.length).toBe(1)
  })

  it('requests, queries and messages are activities', () => {
    const headers = { TraceParent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` }
    const imported = importJson(
      map([
        {
          id: 1,
          event: 'call',
          thread_id: 0,
          http_server_request: { request_method: 'POST', path_info: '/buy', normalized_path_info: '/{what}', headers },
          message: [{ name: 'id', class: 'Integer', value: '7' }],
        },
        { id: 2, event: 'call', thread_id: 0, sql_query: { sql: 'SELECT *\n  FROM carts', database_type: 'sqlite', explain_sql: 'scan' } },
        back(3, 2, { elapsed: 0.001 }),
        { id: 4, event: 'call', thread_id: 0, http_client_request: { request_method: 'GET', url: 'https://x.test/' } },
        back(5, 4, { http_client_response: { status: 404 } }),
        { id: 6, event: 'call', thread_id: 0, message: [{ name: 'body', class: 'String', value: 'hi' }] },
        back(7, 6, { exceptions: [{ class: 'E', message: 'bad', object_id: 1 }] }),
        back(8, 1, { http_server_response: { status_code: 503, mime_type: 'text/html' } }),
      ]),
    )
    expect(trackLines(imported).slice(1)).toEqual([
      'activityStart POST /buy @0',
      '  activityStart SQL SELECT * FROM carts @0',
      '  activityEnd SQL SELECT * FROM carts @1000',
      '  activityStart GET https://x.test/ @1000',
      '  activityEnd GET https://x.test/ → 404 @1000',
      '  activityStart message @1000',
      '  activityEnd message ✗ E: bad @1000',
      'activityEnd POST /buy → 503 @1000',
    ])
    const fields = JSON.stringify(track(imported).valuesOf(1)[0])
    for (const text of ['traceparent', headers.TraceParent, 'normalizedPath', 'parameters']) expect(fields).toContain(text)
    expect(JSON.stringify(track(imported).valuesOf(2)[0])).toContain('SELECT *\\n  FROM carts')
    expect(track(imported).errorRows.length).toBe(3)
  })

  it('threads are tracks, in the order in which the file tells of them', () => {
    const imported = importJson(
      map([
        call(1, 'a', { thread_id: 70340688724000 }),
        call(2, 'b', { thread_id: 'worker' }),
        back(3, 2, { thread_id: 'worker', elapsed: 0.001 }),
        back(4, 1, { elapsed: 0.002 }),
        call(5, 'c', { thread_id: 'worker' }),
      ]),
    )
    expect(imported.store.tracks.map(({ definition }) => definition?.name)).toEqual(['test thread 70340688724000', 'test thread worker'])
    expect(trackLines(imported, 1)).toEqual(['callEnter Cart.b() @0', 'callReturn Cart.b @1000', 'callEnter Cart.c() @2000'])
  })

  it('labels and metadata are told at the start; functions that were not called are among the sources', async () => {
    const fn = (name: string, location: string, labels?: readonly string[]) => ({
      type: 'function',
      name,
      static: false,
      location,
      ...(labels ? { labels } : {}),
    })
    const classMap = [
      {
        type: 'package',
        name: 'app',
        children: [
          {
            type: 'class',
            name: 'Shop',
            children: [{ type: 'class', name: 'Cart', children: [fn('sum', 'lib/cart.rb:7', ['log', 'dao']), fn('never', 'lib/cart.rb:9')] }],
          },
        ],
      },
    ]
    const sum = call(1, 'sum', { defined_class: 'Shop::Cart', path: undefined, lineno: undefined })
    const imported = importJson(map([sum], { classMap, metadata: { name: 'n', labels: ['slow'], test_status: 'failed' } }))
    expect(JSON.stringify(track(imported).valuesOf(0))).toMatch(/slow.*test_status.*failed.*Shop::Cart\.sum.*log.*dao/)
    const source = await createEngine([imported.store]).source({ session: imported.session, path: 'lib/cart.rb' })
    expect(source.functions.map(({ name, calls, range }) => `${name} ${range[0]} ×${calls}`)).toEqual([
      'Shop::Cart.sum 7 ×1',
      'Shop::Cart.never 9 ×0',
    ])
  })

  it('calls without return stay open, and later ones are where they belong', () => {
    const imported = importJson(map([call(1, 'outer'), call(2, 'lost'), call(3, 'inner'), back(4, 3), back(5, 1), call(6, 'next'), call(7, 'cut')]))
    expect(treesOf(track(imported))).toMatchObject([
      {
        name: 'Cart.outer',
        outcome: 'returned',
        children: [{ name: 'Cart.lost', outcome: 'open', children: [{ name: 'Cart.inner', outcome: 'returned' }] }],
      },
      { name: 'Cart.next', outcome: 'open', children: [{ name: 'Cart.cut', outcome: 'open' }] },
    ])
  })

  it('reads files of version 1.0 too', () => {
    const old = {
      ...call(1, 'f', { self: { class: 'Cart', value: 'c', object_id: 1 } }),
      parameters: { name: { class: 'String', value: 'tea', object_id: 2 } },
    }
    const imported = importJson({ version: 1, classMap: [], events: [old, { id: 2, event: 'return', parent_id: 1, elapsed: 1e-5 }] })
    expect(trackLines(imported).slice(1)).toEqual(['callEnter Cart.f("tea") @0', 'callReturn Cart.f @10'])
    const [self] = track(imported).valuesOf(1)
    expect(self).toMatchObject({ kind: 'object', className: 'Cart' })
  })

  it('counts what it does not know', () => {
    const imported = importJson(
      map(
        [
          call(1, 'f', { weather: 1 }),
          back(2, 1, { mood: 2 }),
          back(3, 1),
          back(4, 99),
          { id: 5, event: 'jump' },
          7,
          { id: 6, event: 'call', thread_id: 0, teleport: {} },
        ],
        { version: '2.0', extra: [1, 2], eventUpdates: { 77: {} }, classMap: [{ type: 'galaxy' }] },
      ),
    )
    expect(Object.fromEntries(imported.ignored.map(({ what, count }) => [what, count]))).toEqual({
      'version 2.0, read as 1': 1,
      'member extra': 1,
      'class map entry of an unknown type': 1,
      'eventUpdate of an unknown event': 1,
      'event that is neither call nor return': 1,
      'event that is no object': 1,
      'second return of a call': 1,
      'return without call': 1,
      'call of an unknown kind': 1,
      'field weather of a call': 1,
      'field mood of a return': 1,
      'field teleport of a call': 1,
    })
  })
})

describe('times', () => {
  it('are those of the events where these have timestamps', () => {
    const imported = importJson(
      map([
        call(1, 'a', { timestamp: 1_700_000_000.5 }),
        call(2, 'b', { timestamp: 1_700_000_000.6 }),
        back(3, 2, { elapsed: 0.01 }),
        back(4, 1, { timestamp: 1_700_000_001 }),
      ]),
    )
    expect(imported.timeBase).toBe('events')
    expect(track(imported).firstUs).toBe(1_700_000_000_500_000)
    expect(treesOf(track(imported))).toMatchObject([{ startUs: 0, endUs: 500_000, children: [{ startUs: 100_000, endUs: 110_000 }] }])
  })

  it('begin with the import where nothing says when it was', () => {
    const imported = importJson(map([call(1, 'a')]))
    expect([imported.timeBase, track(imported).firstUs]).toEqual(['import', IMPORTED_AT_MS * 1000])
  })

  it('are longer than told only where calls would not fit otherwise', () => {
    const sync = importJson(
      map([call(1, 'a'), call(2, 'b'), back(3, 2, { elapsed: 0.005 }), call(4, 'c'), back(5, 4, { elapsed: 0.005 }), back(6, 1, { elapsed: 0.006 })]),
    )
    expect(treesOf(track(sync))).toMatchObject([{ endUs: 10_000, children: [{ endUs: 5000 }, { startUs: 5000, endUs: 10_000 }] }])
    expect(sync.problems.map(({ code }) => code)).toEqual(['import-lengthened'])
    const promise = { return_value: { class: 'Promise<undefined>', value: 'Promise { undefined }', object_id: 1 } }
    const later = importJson(
      map([
        call(1, 'a'),
        call(2, 'b'),
        back(3, 2, { elapsed: 0.005, ...promise }),
        call(4, 'c'),
        back(5, 4, { elapsed: 0.005 }),
        back(6, 1, { elapsed: 0.006 }),
      ]),
    )
    expect(treesOf(track(later))).toMatchObject([
      {
        endUs: 6000,
        children: [
          { startUs: 0, endUs: 5000 },
          { startUs: 0, endUs: 5000 },
        ],
      },
    ])
    expect(later.problems).toEqual([])
  })

  it('and trees are the same again', () => {
    fc.assert(
      fc.property(madeTrees({ gaps: false }), trees => {
        expect(treesOf(track(importJson(appMapOf(trees))))).toEqual(trees.roots)
      }),
    )
  })

  it('of deep recursion too', () => {
    const depth = 5000
    const events = [
      ...Array.from({ length: depth }, (_, i) => call(i + 1, 'f')),
      ...Array.from({ length: depth }, (_, i) => back(depth + i + 1, depth - i, { elapsed: i / 1e6 })),
    ]
    expect(track(importJson(map(events))).calls.length).toBe(depth)
  })
})
