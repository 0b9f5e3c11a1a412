/** Random queries over random traces against NaiveQuery: the same rows in the same order, the same groups. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatQuery, formatTraceparent } from '@hindscope/protocol'
import type {
  Aggregate,
  CompareOperator,
  Condition,
  EventFieldName,
  Field,
  Literal,
  OrderTerm,
  QueryTree,
  SearchCell,
  TraceEngine,
} from '@hindscope/protocol'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'
import { NaiveQuery } from './naive-query.ts'
import type { NaiveCall, NaiveEvent } from './naive-query.ts'

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(0, 1, 2, -3, 'a', 'ab', 'Ba', '', true, false, null, undefined),
  fc.record({ n: fc.nat(3), s: fc.constantFrom('a', 'b') }),
  fc.array(fc.nat(3), { maxLength: 3 }),
)
type Op =
  | { readonly kind: 'enter' | 'cause'; readonly track: number; readonly name: string; readonly args: readonly unknown[]; readonly of: number }
  | { readonly kind: 'exit' | 'throw' | 'log' | 'loose'; readonly track: number; readonly value: unknown }
  | { readonly kind: 'request' | 'seal'; readonly track: number }
const track = fc.nat(1)
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('enter', 'enter', 'cause'),
      track,
      name: fc.constantFrom('f', 'g', 'load'),
      args: fc.array(value, { maxLength: 2 }),
      of: fc.nat(20),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom('exit', 'exit', 'throw', 'log', 'loose'), track, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('request', 'seal'), track }) },
)

type Draft = Omit<NaiveEvent, 'row'>

/** Writes the same operations into a real trace and into plain objects. */
class Pair {
  readonly trace = new TraceBuilder()
  readonly drafts: Draft[][] = [[], []]
  private readonly realms: RealmBuilder[]
  private readonly calls: { readonly id: number; readonly call: NaiveCall }[][] = [[], []]
  private readonly open: { readonly id: number; readonly call: NaiveCall }[][] = [[], []]
  private time = 0

  constructor() {
    const probes = [
      functionProbe('f', { line: 3, params: ['input'] }),
      functionProbe('g', { line: 5, params: ['input'] }),
      functionProbe('load', { line: 9, params: ['input'] }),
    ]
    this.realms = ['a', 'b'].map((name, i) => this.trace.realm(name).module(manifestOf(`${i}a`.repeat(8), `src/${name}.ts`, probes)))
  }

  apply(operation: Op, step: number): void {
    this.time += step
    const number = operation.track
    const realm = (this.realms[number] as RealmBuilder).at(this.time)
    const open = this.open[number] as Pair['open'][number]
    const top = open.at(-1)
    switch (operation.kind) {
      case 'enter':
      case 'cause': {
        const calls = this.calls[number] as Pair['calls'][number]
        const isCause = operation.kind === 'cause'
        const parent = isCause ? calls[operation.of % Math.max(1, calls.length)] : top
        const id = realm.enter(operation.name, operation.args, { ...(parent ? { parent: parent.id } : {}), asyncParent: isCause })
        open.push(this.begin(number, id, parent?.call, { name: operation.name, isActivity: false, args: operation.args }, operation.args))
        return
      }
      case 'exit':
      case 'throw': {
        if (top === undefined) return
        const isExit = operation.kind === 'exit'
        if (isExit) realm.returns(top.id, top.call.name, operation.value)
        else realm.throws(top.id, top.call.name, operation.value)
        top.call.end = { kind: isExit ? 'result' : 'error', value: operation.value }
        this.add(number, { values: [operation.value], call: top.call, isEdge: true })
        open.pop()
        return
      }
      case 'log':
      case 'loose': {
        const inside = operation.kind === 'log' ? top : undefined
        realm.console(operation.kind === 'log' ? 'log' : 'error', [operation.value], inside?.id ?? 0)
        this.add(number, { values: [[operation.value]], call: inside?.call, isEdge: false })
        return
      }
      case 'seal':
        realm.seal()
        return
      case 'request':
        this.request(realm, number, top)
    }
  }

  private request(realm: RealmBuilder, number: number, parent: Pair['open'][number][number] | undefined): void {
    const fields = { method: 'GET', url: '/x' }
    const id = realm.activity('httpClient', fields, parent ? { parent: parent.id } : {})
    const client = this.begin(number, id, parent?.call, { name: 'GET /x', isActivity: true, args: [] }, [fields])
    const served = { ...fields, traceparent: formatTraceparent(this.trace.session, 1, 1, realm.realm, id) }
    const other = this.realms[1 - number] as RealmBuilder
    const server = other.at(this.time).activity('httpServer', served)
    const { call } = this.begin(1 - number, server, client.call, { name: 'GET /x', isActivity: true, args: [] }, [served])
    const answer = { status: 500 }
    other.ends(server, 'httpServer', answer)
    call.end = { kind: 'result', value: answer }
    this.add(1 - number, { values: [answer], call, isEdge: true })
  }

  private begin(
    number: number,
    id: number,
    parent: NaiveCall | undefined,
    told: Pick<NaiveCall, 'name' | 'isActivity' | 'args'>,
    values: readonly unknown[],
  ): { readonly id: number; readonly call: NaiveCall } {
    const call: NaiveCall = { ...told, parent, events: [], end: undefined }
    this.calls[number]?.push({ id, call })
    this.add(number, { values, call, isEdge: true })
    return { id, call }
  }

  private add(number: number, draft: Draft): void {
    this.drafts[number]?.push(draft)
  }
}

const fields = (...names: readonly EventFieldName[]): fc.Arbitrary<Field> => fc.constantFrom(...names).map(name => ({ kind: 'field', name }))
const path: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  { kind: 'path', root: 'args', steps: [0] },
  { kind: 'path', root: 'args', steps: ['input', 'n'] },
  { kind: 'path', root: 'args', steps: [1] },
  { kind: 'path', root: 'args', steps: ['length'] },
  { kind: 'path', root: 'result', steps: [] },
  { kind: 'path', root: 'result', steps: ['s'] },
  { kind: 'path', root: 'result', steps: ['length'] },
  { kind: 'path', root: 'value', steps: [0, 'n'] },
  { kind: 'path', root: 'values', steps: [0, 0] },
  { kind: 'path', root: 'error', steps: ['n'] },
)
const literal = (...values: readonly (string | number | boolean | null | undefined)[]): fc.Arbitrary<Literal> =>
  fc.constantFrom(...values).map((each): Literal => {
    if (typeof each === 'string') return { type: 'text', value: each }
    if (typeof each === 'number') return { type: 'number', value: each }
    return typeof each === 'boolean' ? { type: 'boolean', value: each } : { type: each === null ? 'null' : 'undefined' }
  })
const micros = (type: 'duration' | 'since'): fc.Arbitrary<Literal> => fc.nat(12).map(us => ({ type, us }))

const ORDER: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']
const compare = (field: fc.Arbitrary<Field>, wanted: fc.Arbitrary<Literal>, operators = ORDER): fc.Arbitrary<Condition> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('compare' as const), field, operator: fc.constantFrom(...operators), value: wanted }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('in' as const), field, values: fc.array(wanted, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('exists' as const), field }) },
  )
const contains = (field: fc.Arbitrary<Field>): fc.Arbitrary<Condition> =>
  fc.record({ kind: fc.constant('compare' as const), field, operator: fc.constant('~' as const), value: literal('a', 'A', 'B', 'get', '1', 'x') })
const predicate = fc.oneof(
  compare(fields('kind'), literal('callEnter', 'callReturn', 'console', 'activityStart'), ['=', '!=']),
  compare(fields('activity'), literal('httpClient', 'httpServer', 'timer'), ['=', '!=']),
  compare(fields('function', 'file', 'name'), literal('f', 'g', 'src/a.ts', 'GET /x')),
  compare(fields('line', 'track', 'call', 'depth'), literal(0, 1, 2, 3, 5)),
  compare(fields('time'), micros('since')),
  compare(fields('duration'), micros('duration')),
  compare(fields('error'), literal(true, false), ['=', '!=']),
  compare(path, literal(0, 1, 2, 'a', 'ab', '')),
  compare(path, literal(true, null, undefined), ['=', '!=']),
  contains(fields('kind', 'function', 'file', 'name', 'activity')),
  contains(path),
)
const { condition } = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: predicate },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        conditions: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), condition: tie('condition') }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { kind: fc.constant('follows' as const), condition: tie('condition'), withinUs: fc.nat(5) },
        { requiredKeys: ['kind', 'condition'] },
      ),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('causes' as const, 'causedBy' as const), condition: tie('condition') }) },
  ),
}))
const sortable = fc.oneof(fields('kind', 'function', 'file', 'line', 'track', 'call', 'time', 'duration', 'depth', 'error', 'activity', 'name'), path)
const ordered = (by: fc.Arbitrary<OrderTerm['by']>): fc.Arbitrary<readonly OrderTerm[]> =>
  fc.array(fc.record({ by, direction: fc.constantFrom('asc' as const, 'desc' as const) }), { minLength: 1, maxLength: 2 })
const eventQuery: fc.Arbitrary<QueryTree> = fc.record(
  { where: condition, orderBy: ordered(sortable), limit: fc.integer({ min: 1, max: 30 }) },
  { requiredKeys: [] },
)
const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constant<Aggregate>({ kind: 'aggregate', name: 'count' }),
  fc.record({
    kind: fc.constant('aggregate' as const),
    name: fc.constantFrom('min', 'max', 'avg', 'sum', 'p50', 'p95', 'p99'),
    of: fc.oneof(fields('duration', 'depth', 'line'), path),
  }),
)
const groupQuery: fc.Arbitrary<QueryTree> = fc
  .tuple(fc.array(aggregate, { minLength: 1, maxLength: 3 }), fc.array(sortable, { minLength: 1, maxLength: 2 }), fc.boolean())
  .chain(([select, groupBy, isWhole]) =>
    isWhole
      ? fc.record({ where: condition, select: fc.constant(select) }, { requiredKeys: ['select'] })
      : fc.record(
          {
            where: condition,
            select: fc.constant(select),
            groupBy: fc.constant(groupBy),
            orderBy: ordered(fc.constantFrom(...select, ...groupBy)),
            limit: fc.integer({ min: 1, max: 5 }),
          },
          { requiredKeys: ['select', 'groupBy'] },
        ),
  )

async function naiveOf(pair: Pair, engine: TraceEngine): Promise<NaiveQuery> {
  const { rows } = await engine.events({ session: pair.trace.session, limit: 1000 })
  return new NaiveQuery(rows.map(row => ({ ...(pair.drafts[row.ref.track]?.[row.ref.seq] as Draft), row })))
}

test('the same rows in the same order, and the same groups', async () => {
  let [rowsFound, groupsFound] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(op, fc.constantFrom(0, 0, 0, 1, 2)), { minLength: 5, maxLength: 60 }),
      fc.array(eventQuery, { minLength: 6, maxLength: 6 }),
      fc.array(groupQuery, { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 1, max: 20 }),
      async (operations, eventQueries, groupQueries, pageSize) => {
        const pair = new Pair()
        for (const [operation, step] of operations) pair.apply(operation, step)
        const engine = engineOf(pair.trace)
        const naive = await naiveOf(pair, engine)
        for (const tree of eventQueries) {
          const found = await everyRow(engine, pair.trace.session, tree, pageSize)
          rowsFound += found.length
          expect(found, formatQuery(tree)).toEqual(naive.rows(tree))
        }
        for (const tree of groupQueries) {
          const answer = await engine.search({ session: pair.trace.session, query: formatQuery(tree), limit: 1000 })
          groupsFound += answer.rows.length
          expect(answer.kind === 'groups' ? answer.rows.map(withoutSigns) : [], formatQuery(tree)).toEqual(naive.groups(tree).map(withoutSigns))
        }
      },
    ),
    { numRuns: 250 },
  )
  // Queries that match nothing would show nothing.
  expect(rowsFound).toBeGreaterThan(5000)
  expect(groupsFound).toBeGreaterThan(500)
})

async function everyRow(engine: TraceEngine, session: string, tree: QueryTree, limit: number): Promise<readonly string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await engine.search({ session, query: formatQuery(tree), limit, ...(cursor === undefined ? {} : { cursor }) })
    if (page.kind === 'events') found.push(...page.rows.map(({ ref }) => `${ref.track}.${ref.seq}`))
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

/** Sums of nothing but zeros may have either sign. */
const withoutSigns = (row: readonly SearchCell[]): readonly SearchCell[] => row.map(cell => (cell === 0 ? 0 : cell))
