import { describe, expect, it } from 'vitest'
import { formatTraceparent } from '@hindscope/protocol'
import type { Problem } from '@hindscope/protocol'
import { TraceBuilder, errorValue, functionProbe, manifestOf } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'

const manifest = manifestOf('cd'.repeat(8), 'src/search.ts', [
  functionProbe('search', { line: 1, async: true, params: ['query'] }),
  functionProbe('fetchPage', { line: 9, async: true, params: ['url'] }),
  functionProbe('render', { line: 20 }),
])

const problemsOf = (trace: TraceBuilder): Promise<readonly Problem[]> => engineOf(trace).problems({ session: trace.session })

interface Run {
  readonly root: boolean
  readonly query: string
  readonly from: number
  readonly to: number
}

/** Runs of `search`, each calling `fetchPage`, written in order of time. */
function searches(kind: 'page' | 'node', runs: readonly Run[], inside?: (realm: RealmBuilder, call: number) => void): TraceBuilder {
  const trace = new TraceBuilder()
  const realm = trace.realm('page', kind).module(manifest)
  const shared = realm.at(1).activity('domEvent', { type: 'load', target: 'window' })
  const open = new Map<Run, [number, number]>()
  const moments = runs.flatMap(run => [
    { at: run.from, run, isStart: true },
    { at: run.to, run, isStart: false },
  ])
  for (const { at, run, isStart } of moments.sort((a, b) => a.at - b.at)) {
    realm.at(at)
    if (isStart) {
      const root = run.root ? realm.activity('domEvent', { type: 'input', target: 'input' }) : shared
      const call = realm.enter('search', [run.query], { parent: root })
      open.set(run, [call, realm.enter('fetchPage', [`/search?q=${run.query}`], { parent: call })])
    } else {
      const [call, fetching] = open.get(run) ?? [0, 0]
      realm.returns(fetching, 'fetchPage', run.query)
      inside?.(realm, call)
      realm.returns(call, 'search')
    }
  }
  return trace
}

const older: Run = { root: true, query: 'mu', from: 1000, to: 9000 }
const newer: Run = { root: true, query: 'mug', from: 2000, to: 4000 }

describe('overlapping-writers', () => {
  it('tells the older run that ended last, once, for the outermost function', async () => {
    const trace = searches('page', [older, newer])
    const problems = await problemsOf(trace)
    expect(problems).toEqual([
      {
        rule: 'overlapping-writers',
        title: '2 overlapping runs of search(): the older one finished last',
        evidence: 'search("mu") started 1.0 ms before search("mug") and ended 5.0 ms after it',
        count: 1,
        ref: expect.anything() as unknown,
      },
    ])
    const { row } = await engineOf(trace).event({ session: trace.session, ref: problems[0]?.ref ?? { track: 0, seq: 0 } })
    expect([row.kind, row.name, row.timeUs - trace.baseUs]).toEqual(['callReturn', 'search', 9000])
  })

  it('tells the outermost function when one between ended early', async () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('page').module(manifest)
    const begin = (query: string): [number, number] => {
      const search = realm.enter('search', [query], { parent: realm.activity('domEvent', { type: 'input', target: 'input' }) })
      const between = realm.enter('render', [], { parent: search })
      const fetching = realm.enter('fetchPage', [query], { parent: between })
      realm.returns(between, 'render')
      return [search, fetching]
    }
    const end = ([search, fetching]: [number, number]): void => void realm.returns(fetching, 'fetchPage').returns(search, 'search')
    const first = (realm.at(1000), begin('mu'))
    const second = (realm.at(2000), begin('mug'))
    realm.at(4000)
    end(second)
    realm.at(9000)
    end(first)
    expect((await problemsOf(trace)).map(problem => problem.title)).toEqual(['2 overlapping runs of search(): the older one finished last'])
  })

  it.each([
    ['parts of one Promise.all', 'page', { ...older, root: false }, { ...newer, root: false }],
    ['equal arguments', 'page', older, { ...newer, query: 'mu' }],
    ['runs that end in order', 'page', older, { ...newer, to: 9500 }],
    ['runs one after the other', 'page', { ...older, to: 1500 }, newer],
    ['requests side by side on a server', 'node', older, newer],
  ] as const)('stays silent about %s', async (_, kind, first, second) => {
    expect(await problemsOf(searches(kind, [first, second]))).toEqual([])
  })

  it('tells server runs that change the same state', async () => {
    const change = (realm: RealmBuilder, call: number): void => void realm.event({ kind: 'stateChange', call, values: [['cart', 'quantity', 1, 2]] })
    expect((await problemsOf(searches('node', [older, newer], change))).map(problem => problem.rule)).toEqual(['overlapping-writers'])
  })
})

describe('other rules', () => {
  it('tells an error that passes several frames once, and an uncaught one as uncaught, at its throw', async () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('page').module(manifest)
    const outer = realm.at(1).enter('search', ['x'])
    const inner = realm.enter('render', [], { parent: outer })
    const error = errorValue('TypeError', 'x is null', 3)
    realm.throws(inner, 'render', error).throws(outer, 'search', error)
    const plain = realm.enter('search', ['y'])
    const thrower = realm.enter('render', [], { parent: plain })
    realm.event({ kind: 'throwStatement', site: realm.site('render'), call: thrower, values: ['text'] })
    realm.throws(thrower, 'render', 'text').throws(plain, 'search', 'text')
    const fatal = realm.enter('render')
    realm.throws(fatal, 'render', errorValue('RangeError', 'boom', 4))
    realm.event({ kind: 'uncaughtError', values: [errorValue('RangeError', 'boom', 4)] })
    expect((await problemsOf(trace)).map(({ rule, title, count }) => [rule, title, count])).toEqual([
      ['uncaught-error', 'render threw RangeError: boom', 1],
      ['thrown', 'render threw TypeError: x is null', 1],
      ['thrown', 'render threw "text"', 1],
    ])
  })

  it('tells what an error led to with it, and apart what was caught without more', async () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('page').module(manifest)
    const request = realm.at(1).activity('httpServer', { method: 'GET', url: '/a' })
    const handler = realm.enter('search', ['x'], { parent: request })
    const guarded = realm.enter('fetchPage', ['/1'], { parent: handler })
    const first = realm.enter('render', [], { parent: guarded })
    realm.throws(first, 'render', errorValue('Error', 'no cache', 1)).returns(guarded, 'fetchPage')
    const failing = realm.enter('fetchPage', ['/2'], { parent: handler })
    const second = realm.enter('render', [], { parent: failing })
    realm.throws(second, 'render', errorValue('RangeError', 'too far', 2)).throws(failing, 'fetchPage', errorValue('ApiError', 'page 2', 3))
    // The handler catches it, logs, and answers with a failure.
    realm.console('error', ['could not search', errorValue('ApiError', 'page 2', 3)], handler)
    realm.returns(handler, 'search').ends(request, 'httpServer', { status: 500 })
    realm.throws(realm.enter('render'), 'render', errorValue('Error', 'elsewhere', 4))
    const problems = await problemsOf(trace)
    expect(problems.map(({ rule, title, places }) => [rule, title, places?.map(place => `${place.rule} ${place.title}`)])).toEqual([
      [
        'http-failed',
        'render threw RangeError: too far',
        [
          'thrown render threw RangeError: too far',
          'thrown fetchPage threw ApiError: page 2',
          expect.stringMatching(/^console-error could not search/),
          'http-failed GET /a → 500',
        ],
      ],
      ['thrown', 'render threw Error: no cache', undefined],
      ['thrown', 'render threw Error: elsewhere', undefined],
    ])
  })

  it('follows a refused request to its asker, who may throw before the request has ended', async () => {
    const trace = new TraceBuilder()
    const page = trace.realm('page').module(manifest)
    const server = trace.realm('api', 'node').module(manifest)
    const call = page.at(1).enter('search', ['x'])
    const request = page.activity('httpClient', { method: 'POST', url: '/orders' }, { parent: call })
    const traceparent = formatTraceparent(trace.session, page.realm, call, page.realm, request)
    const incoming = server.at(10).activity('httpServer', { method: 'POST', url: '/orders', traceparent })
    const handler = server.enter('render', [], { parent: incoming })
    server.throws(handler, 'render', errorValue('Error', 'declined', 1)).ends(incoming, 'httpServer', { status: 402 })
    page
      .at(20)
      .throws(call, 'search', errorValue('ApiError', '402', 2))
      .at(30)
      .ends(request, 'httpClient', { status: 402 })
    expect((await problemsOf(trace)).map(({ places = [] }) => places.map(({ title }) => title))).toEqual([
      ['render threw Error: declined', 'search threw ApiError: 402', 'POST /orders → 402'],
    ])
  })

  it('tells calls that block, by their own time, and no async ones', async () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('page').module(manifest)
    const slow = realm.at(0).enter('render')
    realm.at(80_000).returns(slow, 'render')
    const waiting = realm.at(90_000).enter('search', ['x'])
    realm.at(400_000).returns(waiting, 'search')
    expect((await problemsOf(trace)).map(({ rule, title, evidence, count }) => [rule, title, evidence, count])).toEqual([
      ['slow-call', 'render ran 80 ms without a break', 'render at src/search.ts:20', 1],
    ])
  })
})
