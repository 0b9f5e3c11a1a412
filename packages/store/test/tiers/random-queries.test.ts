/** Random questions over random sessions that lie in all tiers: the same answer as with all of them in memory. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { formatQuery } from '@hindscope/protocol'
import type { Aggregate, CompareOperator, Condition, EventFieldName, Field, Literal, OrderTerm, QueryTree } from '@hindscope/protocol'
import { createEngine } from '../../src/model.ts'
import type { TraceStore } from '../../src/model.ts'
import { archiveSession } from '../../src/tiers/cold-tier.ts'
import type { SearchAllAnswer, SessionRow } from '../../src/tiers/sql-answer.ts'
import { sessionsOf } from '../../src/tiers/tier-sessions.ts'
import { Tiers } from '../../src/tiers/tiers.ts'
import { sessions, storeOf, temporaryFolder, writeSession } from './tier-traces.ts'

const root = temporaryFolder()
afterAll(() => rmSync(root, { recursive: true, force: true }))

const field = (...names: readonly EventFieldName[]): fc.Arbitrary<Field> => fc.constantFrom(...names).map(name => ({ kind: 'field', name }))
const path: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  { kind: 'path', root: 'args', steps: [0] },
  { kind: 'path', root: 'args', steps: ['user', 'n'] },
  { kind: 'path', root: 'result', steps: ['status'] },
  { kind: 'path', root: 'value', steps: [0] },
)
const literal = (...values: readonly (string | number | boolean)[]): fc.Arbitrary<Literal> =>
  fc.constantFrom(...values).map((value): Literal => {
    if (typeof value === 'string') return { type: 'text', value }
    return typeof value === 'number' ? { type: 'number', value } : { type: 'boolean', value }
  })
const ORDER: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']
const compare = (of: fc.Arbitrary<Field>, wanted: fc.Arbitrary<Literal>, operators = ORDER): fc.Arbitrary<Condition> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('compare' as const), field: of, operator: fc.constantFrom(...operators), value: wanted }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('in' as const), field: of, values: fc.array(wanted, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('exists' as const), field: of }) },
  )
const contains = (of: fc.Arbitrary<Field>): fc.Arbitrary<Condition> =>
  fc.record({
    kind: fc.constant('compare' as const),
    field: of,
    operator: fc.constant('~' as const),
    value: literal('a', 'X', 'Ü', 'get', '🦊', 'call'),
  })
const predicate = fc.oneof(
  compare(field('kind'), literal('callEnter', 'callReturn', 'console', 'activityStart'), ['=', '!=']),
  compare(field('activity'), literal('httpClient', 'timer'), ['=', '!=']),
  compare(field('function', 'file', 'name'), literal('tax', 'checkout', 'src/cart.ts', 'GET /1')),
  compare(field('line', 'track', 'call', 'depth'), literal(0, 1, 2, 3, 9, 1.5)),
  compare(
    field('time'),
    fc.nat(40).map(us => ({ type: 'since', us })),
  ),
  compare(
    field('time'),
    fc.nat(40).map(us => ({ type: 'time', us: 1_700_000_000_000_000 + us })),
  ),
  compare(
    field('duration'),
    fc.nat(12).map(us => ({ type: 'duration', us })),
  ),
  compare(field('error'), literal(true, false), ['=', '!=']),
  contains(field('kind', 'function', 'file', 'name', 'activity')),
)
/** What SQL has no words for. */
const foreign = fc.oneof(compare(path, literal(0, 1, 'a')), contains(field('text')))
const { condition } = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    { weight: 7, arbitrary: predicate },
    { weight: 1, arbitrary: foreign },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('and', 'or'), conditions: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('not' as const), condition: tie('condition') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('causedBy', 'follows'), condition: tie('condition') }) },
  ),
}))
const sortable = field('kind', 'function', 'file', 'line', 'track', 'call', 'time', 'duration', 'depth', 'error', 'activity', 'name')
const ordered = (by: fc.Arbitrary<OrderTerm['by']>): fc.Arbitrary<readonly OrderTerm[]> =>
  fc.array(fc.record({ by, direction: fc.constantFrom('asc', 'desc') }), { minLength: 1, maxLength: 2 })
const eventQuery: fc.Arbitrary<QueryTree> = fc.record(
  {
    where: condition,
    orderBy: ordered(fc.oneof({ weight: 9, arbitrary: sortable }, { weight: 1, arbitrary: path })),
    limit: fc.integer({ min: 1, max: 30 }),
  },
  { requiredKeys: [] },
)
const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constant<Aggregate>({ kind: 'aggregate', name: 'count' }),
  fc.record({
    kind: fc.constant('aggregate' as const),
    name: fc.constantFrom('min', 'max', 'avg', 'sum', 'p50', 'p95'),
    of: fc.oneof({ weight: 6, arbitrary: field('duration', 'depth', 'line') }, { weight: 1, arbitrary: path }),
  }),
)
const groupQuery: fc.Arbitrary<QueryTree> = fc
  .tuple(fc.array(aggregate, { minLength: 1, maxLength: 3 }), fc.array(sortable, { minLength: 1, maxLength: 2 }), fc.boolean())
  .chain(([select, groupBy, isWhole]) =>
    isWhole
      ? fc.record({ where: condition, select: fc.constant(select) }, { requiredKeys: ['select'] })
      : fc.record(
          { where: condition, select: fc.constant(select), groupBy: fc.constant(groupBy), orderBy: ordered(fc.constantFrom(...select, ...groupBy)) },
          { requiredKeys: ['select', 'groupBy'] },
        ),
  )

let runs = 0
const rowsOf = (answer: SearchAllAnswer): unknown =>
  answer.kind === 'events' ? answer.rows : answer.rows.map(row => row.map(cell => (cell === 0 ? 0 : cell)))

/** What each session's own engine says, put together. */
async function inTimeOrder(stores: readonly TraceStore[], query: string, limit: number): Promise<readonly SessionRow[]> {
  const engine = createEngine(stores)
  const rows: SessionRow[] = []
  for (const { session } of stores) {
    const answer = await engine.search({ session, query, limit: 1000 })
    if (answer.kind === 'events') for (const row of answer.rows) rows.push({ ...row, session })
  }
  rows.sort(
    (a, b) =>
      a.timeUs - b.timeUs || (a.session < b.session ? -1 : a.session > b.session ? 1 : 0) || a.ref.track - b.ref.track || a.ref.seq - b.ref.seq,
  )
  return rows.slice(0, limit)
}

test('the same rows in the same order, and the same groups', { timeout: 120_000 }, async () => {
  const byTier = new Map<string, number>()
  let opened = 0
  await fc.assert(
    fc.asyncProperty(
      sessions(4),
      fc.array(eventQuery, { minLength: 14, maxLength: 14 }),
      fc.array(groupQuery, { minLength: 6, maxLength: 6 }),
      async (traces, eventQueries, groupQueries) => {
        const dataDir = join(root, String(runs++))
        const stores = traces.map(storeOf)
        const [hot, loaded, unloaded, archived] = traces
        const disk = sessionsOf(dataDir)
        if (hot === undefined || loaded === undefined || unloaded === undefined || archived === undefined) return
        writeSession(dataDir, loaded)
        // In two tiers: the first one answers.
        await archiveSession(storeOf(loaded), join(dataDir, 'cold'))
        await archiveSession(storeOf(archived), join(dataDir, 'cold'))
        const tiers = new Tiers({ dataDir, sessions: { ...disk, inMemory: async () => [stores[0] as TraceStore] } })
        const memory = new Tiers({ dataDir: join(dataDir, 'none'), sessions: { ...disk, list: async () => [], inMemory: async () => stores } })
        await tiers.sync()
        // Recorded since: not in the database.
        writeSession(dataDir, unloaded)
        try {
          for (const tree of [...eventQueries, ...groupQueries]) {
            const query = formatQuery(tree)
            const found = await tiers.searchAll({ query, limit: 200 })
            const wanted = await memory.searchAll({ query, limit: 200 })
            expect(rowsOf(found), query).toEqual(rowsOf(wanted))
            expect(found.more, query).toBe(wanted.more)
            expect(found.tiers.map(({ tier, sessions }) => `${tier} ${sessions}`)).toEqual(['hot 1', 'warm 2', 'cold 1'])
            if (tree.select === undefined && tree.orderBy === undefined) {
              expect(found.rows, query).toEqual(await inTimeOrder(stores, query, Math.min(200, tree.limit ?? 200)))
            }
            for (const report of found.tiers) byTier.set(report.tier, (byTier.get(report.tier) ?? 0) + (report.rows ?? 0))
            opened += found.tiers.filter(report => report.tier === 'cold' && report.opened !== undefined).length
          }
        } finally {
          await tiers.close()
        }
      },
    ),
    // Making a case smaller takes minutes: its seed and path are enough to look at it.
    { numRuns: 4, endOnFailure: true },
  )
  // Queries that match nothing, or of which none is put to SQL, would show nothing.
  for (const tier of ['hot', 'warm', 'cold']) expect(byTier.get(tier), tier).toBeGreaterThan(50)
  expect(opened).toBeGreaterThan(4)
  expect(opened).toBeLessThan(40)
})
