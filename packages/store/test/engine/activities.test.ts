/** Threads of activities against climbing from each one over plain objects, and what repeats on traces made by hand. */
import { describe, expect, it } from 'vitest'
import { formatRef, formatTraceparent } from '@hindscope/protocol'
import type { ActivityPage, ActivityQuery, ActivityRow } from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { alikeName } from '../../src/model/activity-names.ts'
import { createEngine, createTraceModel } from '../../src/model.ts'
import { endUs, generated, isActivity, startUs } from './naive-calls.ts'
import type { NaiveCall, NaiveTrace } from './naive-calls.ts'

const MAKES_THREAD = ['httpClient', 'httpServer', 'message', 'process', 'custom']
const typeOf = (call: NaiveCall): string => call.enter.activity ?? ''
const inOrder = (a: NaiveCall, b: NaiveCall): number => startUs(a) - startUs(b) || a.track - b.track || a.enter.ref.seq - b.enter.ref.seq

interface Wanted {
  readonly types?: readonly string[]
  readonly fromUs?: number
  readonly toUs?: number
  readonly text?: string
  readonly errors?: boolean
  readonly byDuration?: boolean
}

/** `0.17`, `  1.4`: refs in order, two spaces a step. */
function naiveRows(trace: NaiveTrace, wanted: Wanted): string[] {
  const { fromUs = -Infinity, toUs = Infinity } = wanted
  const found = trace.calls
    .filter(call => isActivity(call) && (wanted.types?.includes(typeOf(call)) ?? true) && startUs(call) < toUs && endUs(call) >= fromUs)
    .sort(inOrder)
  const parentOf = (call: NaiveCall): NaiveCall | undefined => {
    let above = call.parent
    while (above && !(MAKES_THREAD.includes(typeOf(above)) && found.includes(above))) above = above.parent
    return above
  }
  const below = (call: NaiveCall | undefined): NaiveCall[] => found.filter(each => parentOf(each) === call)
  const matches = (call: NaiveCall): boolean => {
    const isWanted = (!wanted.errors || call.exit?.error === true) && call.enter.name.toLowerCase().includes(wanted.text ?? '')
    return isWanted || below(call).some(matches)
  }
  const linesOf = (call: NaiveCall, depth: number): string[] => [
    `${'  '.repeat(depth)}${formatRef(call.enter.ref)}`,
    ...below(call).flatMap(child => linesOf(child, depth + 1)),
  ]
  const roots = below(undefined)
  const lengthUs = (call: NaiveCall): number => endUs(call) - startUs(call)
  if (wanted.byDuration) roots.sort((a, b) => (lengthUs(a) === lengthUs(b) ? inOrder(a, b) : lengthUs(b) - lengthUs(a)))
  return roots.filter(matches).flatMap(root => linesOf(root, 0))
}

const lines = (rows: readonly ActivityRow[]): string[] => rows.map(({ enter, depth }) => `${'  '.repeat(depth)}${formatRef(enter)}`)
async function everything(trace: NaiveTrace, query: Omit<ActivityQuery, 'session'>, limit = 1000): Promise<ActivityPage> {
  let page = await trace.engine.activities({ session: trace.session, ...query, limit })
  const rows = [...page.rows]
  while (rows.length < page.total) {
    page = await trace.engine.activities({ session: trace.session, ...query, limit, offset: rows.length })
    rows.push(...page.rows)
  }
  return { ...page, rows }
}

describe('activities', () => {
  it.each([1, 2])('come in threads over all tracks, in the order of what they begin with (seed %i)', async seed => {
    const trace = await generated(seed, 2500)
    const all = await everything(trace, {}, 7)
    expect(all.rows.some(row => row.depth > 0)).toBe(true)
    expect(lines(all.rows)).toEqual(naiveRows(trace, {}))
    const requests = { types: ['httpClient', 'httpServer'] } as const
    const found = await everything(trace, requests)
    expect(found.total).toBeGreaterThan(2)
    expect(lines(found.rows)).toEqual(naiveRows(trace, requests))
    expect(lines((await everything(trace, { ...requests, order: 'duration' })).rows)).toEqual(naiveRows(trace, { ...requests, byDuration: true }))
    const [firstUs, lastUs] = [trace.rows[0]?.timeUs ?? 0, trace.rows.at(-1)?.timeUs ?? 0]
    const range = { fromUs: Math.floor(firstUs + (lastUs - firstUs) * 0.3), toUs: Math.floor(firstUs + (lastUs - firstUs) * 0.6) }
    expect(lines((await everything(trace, range)).rows)).toEqual(naiveRows(trace, range))
    const text = found.rows.at(-1)?.name.slice(-4).toLowerCase() ?? ''
    expect(lines((await everything(trace, { text })).rows)).toEqual(naiveRows(trace, { text }))
    expect(lines((await everything(trace, { errors: true })).rows)).toEqual(naiveRows(trace, { errors: true }))
  })

  it('of a causal tree are those that the tree has', async () => {
    const trace = await generated(4, 2000)
    const all = await everything(trace, {})
    const rootOf = (call: NaiveCall): NaiveCall => (call.parent ? rootOf(call.parent) : call)
    const one = trace.calls.find(call => isActivity(call) && call.parent !== undefined) as NaiveCall
    const tree = new Set(trace.calls.filter(call => isActivity(call) && rootOf(call) === rootOf(one)).map(call => formatRef(call.enter.ref)))
    const found = await everything(trace, { chain: one.enter.ref })
    expect(found.rows.length).toBeLessThan(all.rows.length)
    expect(new Set(found.rows.map(row => formatRef(row.enter)))).toEqual(tree)
  })
})

describe('what repeats', () => {
  /** A page asks for five items and one list; the server runs a query for each item, of which the third fails. */
  function items(): { readonly ask: (query?: Partial<ActivityQuery>) => Promise<ActivityPage> } {
    const trace = new TraceBuilder()
    const page = trace.realm('page')
    page.module(manifestOf('ab'.repeat(8), 'src/list.ts', [functionProbe('load', { line: 4 })]))
    const server = trace.realm('server', 'node')
    const load = page.at(0).enter('load')
    for (let item = 0; item < 5; item++) {
      const t = item * 100
      const request = page.at(t + 10).activity('httpClient', { method: 'GET', url: `/items/${item + 8}` }, { parent: load })
      const traceparent = formatTraceparent(trace.session, page.realm, load, page.realm, request)
      const incoming = server.at(t + 20).activity('httpServer', { method: 'GET', url: `/items/${item + 8}`, traceparent })
      const sql = server.at(t + 30).activity('custom', { name: `select * from item where id = ${item + 8}` }, { parent: incoming })
      server.at(t + 40).ends(sql, 'custom', {})
      server.at(t + 50).ends(incoming, 'httpServer', { status: item === 2 ? 500 : 200 })
      page.at(t + 60).ends(request, 'httpClient', { status: item === 2 ? 500 : 200 })
    }
    page.at(600).activity('httpClient', { method: 'GET', url: '/list' }, { parent: load })
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    return { ask: query => engine.activities({ session: trace.session, ...query }) }
  }
  const words = (page: ActivityPage): string[] =>
    page.rows.map(row => `${'  '.repeat(row.depth)}${row.name}${row.result}${row.repeats > 1 ? ` ×${row.repeats} ${row.repeatsUs}` : ''}`)

  it('is told on the first of its neighbours; a failure is never among those that are left out', async () => {
    const page = await items().ask({ foldRepeats: true })
    expect(words(page)).toEqual([
      'GET /items/8 → 200 ×2 150',
      '  GET /items/8 → 200',
      '    select * from item where id = 8',
      'GET /items/10 → 500',
      '  GET /items/10 → 500',
      '    select * from item where id = 10',
      'GET /items/11 → 200 ×2 150',
      '  GET /items/11 → 200',
      '    select * from item where id = 11',
      'GET /list',
    ])
    expect([page.total, page.activities, page.toUs - page.fromUs]).toEqual([10, 16, 590])
    expect(page.rows[0]?.caller).toMatchObject({ name: 'load', location: { file: 'src/list.ts', line: 4 } })
    expect(page.rows.at(-1)).toMatchObject({ outcome: 'open', result: '' })
    expect(page.rows.at(-1)?.durationUs).toBeUndefined()
  })

  it('leaves nothing out unless asked to, and says on which row a run begins', async () => {
    const page = await items().ask({ types: ['httpClient'] })
    expect(words(page)).toEqual([
      'GET /items/8 → 200 ×2 150',
      'GET /items/9 → 200',
      'GET /items/10 → 500',
      'GET /items/11 → 200 ×2 150',
      'GET /items/12 → 200',
      'GET /list',
    ])
  })

  it('is found by the names of those that are left out', async () => {
    const page = await items().ask({ foldRepeats: true, text: 'id = 12' })
    expect(words(page)[0]).toBe('GET /items/11 → 200 ×2 150')
    expect(page.activities).toBe(6)
  })

  it('within a thread takes nothing with it that comes after', async () => {
    const trace = new TraceBuilder()
    const server = trace.realm('server', 'node')
    const request = server.at(0).activity('httpServer', { method: 'GET', url: '/' })
    for (const [at, name] of ['select 1', 'select 2', 'select 3', 'insert', 'select 4'].entries()) {
      const query = server.at(at * 10).activity('custom', { name }, { parent: request })
      if (name !== 'insert') server.activity('timer', { kind: 'timeout' }, { parent: query })
      server.at(at * 10 + 5).ends(query, 'custom', {})
    }
    server.at(90).ends(request, 'httpServer', { status: 200 })
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const ask = async (query: object): Promise<string[]> => words(await engine.activities({ session: trace.session, foldRepeats: true, ...query }))
    expect(await ask({ types: ['httpServer', 'custom'] })).toEqual(['GET / → 200', '  select 1 ×3 25', '  insert', '  select 4'])
    expect(await ask({})).toEqual(['GET / → 200', '  select 1 ×3 25', '    timeout', '  insert', '  select 4', '    timeout'])
  })

  it('ends with what it is in, and is none between different causes', async () => {
    const trace = new TraceBuilder()
    const server = trace.realm('server', 'node')
    for (const start of [0, 100]) {
      const job = server.at(start).activity('custom', { name: 'job' })
      const first = server.activity('custom', { name: 'first' }, { parent: job })
      for (const name of ['select 1', 'select 2']) server.activity('custom', { name }, { parent: first })
      server.activity('custom', { name: 'second' }, { parent: job })
    }
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    const job = ['job', '  first', '    select 1 ×2 undefined', '  second']
    expect(words(await engine.activities({ session: trace.session, foldRepeats: true }))).toEqual([...job, ...job])
  })

  it('has names that differ in numbers, identifiers and quoted texts', () => {
    expect(alikeName("select a, b2 from t where id = 7 and name = 'x y'")).toBe('select a, b2 from t where id = ? and name = ?')
    expect(alikeName('GET /api/v2/users/3f2b8c1e-0a52-4c13-9d80-1f2e3d4c5b6a?page=3')).toBe('GET /api/v2/users/??page=?')
    expect(alikeName('GET /deadbeef/facade')).toBe('GET /deadbeef/facade')
    expect(alikeName('timeout 250 ms')).toBe('timeout ? ms')
  })
})

describe('what activities refuses', () => {
  it.each([
    { types: ['http'] },
    { types: 'timer' },
    { order: 'name' },
    { limit: 1001 },
    { toUs: 3, fromUs: 4 },
    { chain: 3 },
    { errors: 'yes' },
    { text: 4 },
  ])('%j', async query => {
    const trace = new TraceBuilder()
    trace.realm('page').at(0).activity('timer', { kind: 'timeout' })
    const engine = createEngine(createTraceModel(trace.chunks()).stores)
    await expect(engine.activities({ session: trace.session, ...(query as object) })).rejects.toMatchObject({ code: 'query-bad' })
  })
})
