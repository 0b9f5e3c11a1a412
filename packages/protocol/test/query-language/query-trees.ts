/** Arbitrary query trees, as the parser makes them. */
import fc from 'fast-check'
import type { Aggregate, CompareOperator, Condition, EventFieldName, Field, Literal, OrderTerm, QueryTree } from '@hindscope/protocol'

const micros = fc.integer({ min: -62_000_000_000_000_000, max: 8_000_000_000_000_000 })
const duration = fc.oneof(
  fc.nat(10_000_000),
  fc.integer({ min: 0, max: 100_000 }).map(n => n * 1000),
  fc.double({ min: 0, max: 1e20, noNaN: true }),
)
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', '"', "it's", 'a\\n\n\u2028', '\ud800', 'und or not'))
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(0, -0, 1e21, 5e-324))

const eventField = (...names: readonly EventFieldName[]): fc.Arbitrary<Field> => fc.constantFrom(...names).map(name => ({ kind: 'field', name }))
const step = fc.oneof(fc.nat(20), fc.constantFrom('user', 'id', 'in', 'exists', 'limit', 'a b', 'é', '$x', '0', '__proto__'), text)
const pathField: fc.Arbitrary<Field> = fc.oneof(
  fc.record({
    kind: fc.constant('path' as const),
    root: fc.constantFrom('args', 'result', 'value', 'values'),
    steps: fc.array(step, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('path' as const), root: fc.constant('error' as const), steps: fc.array(step, { minLength: 1, maxLength: 3 }) }),
)

const literals = {
  text: text.map((value): Literal => ({ type: 'text', value })),
  number: number.map((value): Literal => ({ type: 'number', value })),
  boolean: fc.boolean().map((value): Literal => ({ type: 'boolean', value })),
  bare: fc.constantFrom<Literal>({ type: 'null' }, { type: 'undefined' }),
  duration: duration.map((us): Literal => ({ type: 'duration', us })),
  time: fc.oneof(
    micros.map((us): Literal => ({ type: 'time', us })),
    fc.nat(2 ** 31 - 1).map((us): Literal => ({ type: 'since', us: us * 7 })),
  ),
  kind: fc.constantFrom('callEnter', 'console', 'mark').map((value): Literal => ({ type: 'text', value })),
  activity: fc.constantFrom('timer', 'httpClient').map((value): Literal => ({ type: 'text', value })),
} as const

const ORDER: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']

/** Comparisons of a field with what it can be compared with. */
function comparison(
  field: fc.Arbitrary<Field>,
  value: fc.Arbitrary<Literal>,
  operators: readonly CompareOperator[] = ORDER,
): fc.Arbitrary<Condition> {
  return fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), field, operator: fc.constantFrom(...operators), value }),
    fc.record({ kind: fc.constant('in' as const), field, values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('exists' as const), field }),
  )
}
const orderedLiteral = fc.oneof(
  literals.text,
  literals.number,
  literals.time.filter(({ type }) => type === 'time'),
)
const predicate: fc.Arbitrary<Condition> = fc.oneof(
  comparison(eventField('kind'), literals.kind, ['=', '!=']),
  comparison(eventField('activity'), literals.activity, ['=', '!=']),
  comparison(eventField('function', 'file', 'name'), literals.text),
  comparison(eventField('line', 'track', 'call', 'depth'), literals.number),
  comparison(eventField('time'), literals.time),
  comparison(eventField('duration'), literals.duration),
  comparison(eventField('error'), literals.boolean, ['=', '!=']),
  comparison(pathField, orderedLiteral),
  comparison(pathField, fc.oneof(literals.boolean, literals.bare), ['=', '!=']),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.oneof(eventField('text', 'kind', 'function', 'file', 'name', 'activity'), pathField),
    operator: fc.constant('~' as const),
    value: literals.text,
  }),
)

const { condition } = fc.letrec<{ condition: Condition }>(tie => {
  const inner = tie('condition')
  return {
    condition: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      predicate,
      fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), conditions: fc.array(inner, { minLength: 2, maxLength: 3 }) }),
      fc.record({ kind: fc.constant('not' as const), condition: inner }),
      fc.record({ kind: fc.constant('follows' as const), condition: inner, withinUs: duration }, { requiredKeys: ['kind', 'condition'] }),
      fc.record({ kind: fc.constantFrom('causes' as const, 'causedBy' as const), condition: inner }),
    ),
  }
})

const sortable = fc.oneof(eventField('kind', 'function', 'file', 'line', 'time', 'duration', 'depth', 'error', 'activity', 'name'), pathField)
const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constant<Aggregate>({ kind: 'aggregate', name: 'count' }),
  fc.record({
    kind: fc.constant('aggregate' as const),
    name: fc.constantFrom('min', 'max', 'avg', 'sum', 'p50', 'p95', 'p99'),
    of: fc.oneof(eventField('duration', 'depth', 'line', 'time'), pathField),
  }),
)
const ordered = (by: fc.Arbitrary<OrderTerm['by']>): fc.Arbitrary<readonly OrderTerm[]> =>
  fc.array(fc.record({ by, direction: fc.constantFrom('asc' as const, 'desc' as const) }), { minLength: 1, maxLength: 3 })

const limit = fc.integer({ min: 1, max: 1_000_000_000 })
const eventQuery: fc.Arbitrary<QueryTree> = fc.record({ where: condition, orderBy: ordered(sortable), limit }, { requiredKeys: [] })
const groupQuery: fc.Arbitrary<QueryTree> = fc
  .record({ select: fc.array(aggregate, { minLength: 1, maxLength: 3 }), groupBy: fc.array(sortable, { minLength: 1, maxLength: 3 }) })
  .chain(({ select, groupBy }) =>
    fc.record(
      {
        where: condition,
        select: fc.constant(select),
        groupBy: fc.constant(groupBy),
        orderBy: ordered(fc.constantFrom(...select, ...groupBy)),
        limit,
      },
      { requiredKeys: ['select'] },
    ),
  )
  .map(({ groupBy, orderBy, ...rest }) => ({
    ...rest,
    ...(groupBy === undefined ? {} : { groupBy }),
    // Without groups there is nothing but the aggregates to order by.
    ...(orderBy === undefined || groupBy === undefined ? {} : { orderBy }),
  }))

export const queryTree: fc.Arbitrary<QueryTree> = fc.oneof(eventQuery, groupQuery)
