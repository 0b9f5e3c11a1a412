import { TraceBuilder, errorValue, functionProbe, manifestOf } from '@hindscope/testkit'
import type { RunDiff } from '@hindscope/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/engine.ts'
import { nameOfCall, siteOfCall } from '../../src/model/describe.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'
import type { TraceStore } from '../../src/model/trace-store.ts'
import { generatedStore } from './generated-store.ts'

const manifest = manifestOf('ab'.repeat(8), 'src/app.ts', [
  functionProbe('main', { line: 1, endLine: 30 }),
  functionProbe('price', { line: 40, params: ['n'] }),
  functionProbe('extra', { line: 50 }),
  functionProbe('deep', { line: 60 }),
])

interface Run {
  readonly prices: readonly number[]
  readonly extra?: boolean
  readonly slow?: number
  readonly cart?: number
  readonly fails?: boolean
}

function runOf(session: string, { prices, extra, slow = 100, cart, fails }: Run): TraceBuilder {
  const trace = new TraceBuilder(session)
  const page = trace.realm('page').module(manifest)
  const main = page.at(0).enter('main')
  let at = 10
  for (const price of prices) {
    const call = page.at(at).enter('price', [price], { parent: main })
    page.at(at + slow)
    if (fails) page.throws(call, 'price', errorValue('Error', 'no'))
    else page.returns(call, 'price', price)
    at += slow + 10
  }
  if (extra) {
    const call = page.at(at).enter('extra', [], { parent: main })
    const deep = page.at(at + 1).enter('deep', [], { parent: call })
    const again = page.at(at + 2).enter('extra', [], { parent: deep })
    page.at(at + 3).returns(again, 'extra')
    page.returns(deep, 'deep')
    page.returns(call, 'extra')
  }
  if (cart !== undefined) page.event({ kind: 'stateSnapshot', values: [['cart', { total: cart }]] })
  page.at(at + 10).returns(main, 'main')
  return trace
}
const [A, B] = ['aa'.repeat(16), 'bb'.repeat(16)]
function diff(a: Run, b: Run): Promise<RunDiff> {
  const stores = [runOf(A, a), runOf(B, b)].map(trace => createTraceModel(trace.chunks()).stores[0] as TraceStore)
  return createEngine(stores).diffRuns({ session: A, other: B })
}

describe('two runs', () => {
  it('that did the same have no differences', async () => {
    const run = { prices: [1, 2, 3], extra: true, cart: 6 }
    expect(await diff(run, run)).toMatchObject({ rows: [], total: 0, same: 4, state: [], completeness: { kind: 'complete' } })
  })

  it('differ in calls that only one has, told once with what is below', async () => {
    const { rows } = await diff({ prices: [1] }, { prices: [1], extra: true })
    expect(rows).toEqual([
      {
        path: ['page', 'main', 'extra'],
        kind: 'call',
        location: { file: 'src/app.ts', line: 50, column: 0 },
        changes: ['new'],
        calls: { session: 0, other: 2 },
        errors: { session: 0, other: 0 },
        meanUs: { other: 2 },
        first: { other: { track: 0, seq: 3 } },
        below: 1,
      },
    ])
    expect((await diff({ prices: [1], extra: true }, { prices: [1] })).rows[0]).toMatchObject({
      changes: ['missing'],
      first: { session: { track: 0, seq: 3 } },
    })
  })

  it('differ in counts, results, time and what stores held', async () => {
    expect((await diff({ prices: [1, 2] }, { prices: [1] })).rows[0]).toMatchObject({ changes: ['count'], calls: { session: 2, other: 1 } })
    expect((await diff({ prices: [1, 2, 3] }, { prices: [1, 5, 4], cart: 1 })).rows[0]?.result).toEqual({
      compared: 3,
      different: 2,
      index: 1,
      example: { session: { text: '2', ref: { track: 0, seq: 4 } }, other: { text: '5', ref: { track: 0, seq: 4 } } },
    })
    const slower = await diff({ prices: [1] }, { prices: [1], slow: 5000 })
    expect(slower.rows.find(({ path }) => path.at(-1) === 'price')).toMatchObject({ changes: ['time'], ratio: 50 })
    expect((await diff({ prices: [1] }, { prices: [1], fails: true })).rows[0]).toMatchObject({
      changes: ['count', 'result'],
      errors: { session: 0, other: 1 },
    })
    const state = (await diff({ prices: [], cart: 3 }, { prices: [], cart: 4 })).state
    expect(state).toEqual([
      { store: 'cart', text: { session: '{total: 3}', other: '{total: 4}' }, ref: { session: { track: 0, seq: 1 }, other: { track: 0, seq: 1 } } },
    ])
  })

  it('are compared by the changes that are asked for, and no others', async () => {
    const stores = [runOf(A, { prices: [1] }), runOf(B, { prices: [2], extra: true })].map(
      trace => createTraceModel(trace.chunks()).stores[0] as TraceStore,
    )
    const engine = createEngine(stores)
    const found = await engine.diffRuns({ session: A, other: B, changes: ['result'], limit: 1 })
    expect(found.rows.map(({ path }) => path.at(-1))).toEqual(['price'])
    await expect(engine.diffRuns({ session: A, other: B, changes: ['odd' as never] })).rejects.toMatchObject({ code: 'query-bad' })
    await expect(engine.diffRuns({ session: A, other: 'cc'.repeat(16) })).rejects.toMatchObject({ code: 'not-found' })
  })
})

/** Calls by path, one call after the other, up to its root; a function above itself folds to where it first was. */
function naivePaths(store: TraceStore): Map<string, number> {
  const paths = new Map<string, number>()
  for (const track of store.tracks) {
    const name = (call: number): string =>
      track.calls.activity[call] === 0
        ? `${nameOfCall(track, call)}@${siteOfCall(track, call)?.location?.file}`
        : `~${nameOfCall(track, call).replace(/\?.*$/, '').replace(/\d+/g, 'N')}`
    for (let call = 0; call < track.calls.length; call++) {
      const down: string[] = []
      for (let at = call; at !== -1; at = track.calls.parent[at] ?? -1) down.unshift(name(at))
      const folded: string[] = []
      for (const each of down) {
        const known = folded.indexOf(each)
        if (known === -1) folded.push(each)
        else folded.length = known + 1
      }
      const key = folded.join('>')
      paths.set(key, (paths.get(key) ?? 0) + 1)
    }
  }
  return paths
}

it('counts calls of both by place as a walk over every call does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(500), fc.nat(500), fc.integer({ min: 100, max: 1500 }), async (seedA, seedB, events) => {
      const build = (seed: number, session: string): TraceStore => generatedStore({ events, seed, session, realms: 1, functions: 20, modules: 5 })
      const stores = [build(seedA, A), build(seedB, B)] as const
      const found = await createEngine(stores).diffRuns({ session: A, other: B, changes: ['count', 'new', 'missing'], limit: 1000 })
      const [a, b] = [naivePaths(stores[0]), naivePaths(stores[1])]
      const sum = (paths: Map<string, number>): number => [...paths.values()].reduce((total, n) => total + n, 0)
      expect(found.totals.session.calls + found.totals.session.activities).toBe(sum(a))
      const oneSided = (side: 'session' | 'other', mine: Map<string, number>, theirs: Map<string, number>): void => {
        const told = found.rows.filter(({ calls }) => calls[side === 'session' ? 'other' : 'session'] === 0)
        const calls = told.reduce((total, row) => total + row.calls[side] + (row.below ?? 0), 0)
        expect(calls).toBe([...mine].filter(([path]) => !theirs.has(path)).reduce((total, [, n]) => total + n, 0))
      }
      if (found.rows.length < found.total) return
      oneSided('session', a, b)
      oneSided('other', b, a)
    }),
    { numRuns: 5 },
  )
})
