/**
 * Queries in code, with the same words and the same tree as the text form:
 *
 *   where(q.and(q.field('kind').is('callEnter'), q.path('args', 0, 'user', 'id').is(4711), q.field('duration').above('5ms')))
 *     .orderBy(q.field('duration'), 'desc').limit(20)
 */
import type { ActivityTypeName, EventKindName } from '../events.ts'
import type {
  Aggregate,
  AggregateName,
  CompareOperator,
  Condition,
  EventFieldName,
  Field,
  Literal,
  OrderTerm,
  PathRoot,
  PathStep,
  QueryTree,
} from './ast.ts'
import { parseQuery } from './parser.ts'
import { formatField, formatQuery } from './printer.ts'
import { tokenize } from './tokens.ts'

/** `5ms`, `200us`, `1.5s`. */
export type DurationText = `${number}${'us' | 'µs' | 'ms' | 's'}`
/** ISO, or seconds after the session began: `+1.5`. */
export type TimeText = `+${number}` | `${number}-${string}`
/** What a place in a recorded value can be compared with; a Date is compared with recorded dates. */
export type PathValue = string | number | boolean | null | undefined | Date

interface FieldValues {
  readonly kind: EventKindName
  readonly activity: ActivityTypeName
  readonly function: string
  readonly file: string
  readonly name: string
  readonly text: string
  readonly line: number
  readonly track: number
  readonly call: number
  readonly depth: number
  readonly error: boolean
  readonly time: Date | TimeText
  readonly duration: DurationText
}

/** Comparisons of one field. Each gives a condition; the operators are those of the text form. */
export class FieldBuilder<Value> {
  readonly field: Field
  constructor(field: Field) {
    this.field = field
  }

  is(value: Value): Condition {
    return this.compare('=', value)
  }
  isNot(value: Value): Condition {
    return this.compare('!=', value)
  }
  below(value: Value): Condition {
    return this.compare('<', value)
  }
  atMost(value: Value): Condition {
    return this.compare('<=', value)
  }
  above(value: Value): Condition {
    return this.compare('>', value)
  }
  atLeast(value: Value): Condition {
    return this.compare('>=', value)
  }
  /** Substring, case-insensitive. */
  contains(text: string): Condition {
    return checked({ kind: 'compare', field: this.field, operator: '~', value: { type: 'text', value: text } })
  }
  in(first: Value, ...more: readonly Value[]): Condition {
    return checked({ kind: 'in', field: this.field, values: [first, ...more].map(value => literalOf(this.field, value)) })
  }
  exists(): Condition {
    return { kind: 'exists', field: this.field }
  }

  private compare(operator: CompareOperator, value: Value): Condition {
    return checked({ kind: 'compare', field: this.field, operator, value: literalOf(this.field, value) })
  }
}

/** What the text form would refuse is refused here, with the same message: `query-syntax`. */
function checked(condition: Condition): Condition {
  parseQuery(formatQuery({ where: condition }))
  return condition
}

function literalOf(field: Field, value: unknown): Literal {
  const isNamed = field.kind === 'field' && (field.name === 'time' || field.name === 'duration')
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { type: 'time', us: value.getTime() * 1000 }
  if (isNamed && typeof value === 'string') {
    const [token] = tokenize(value)
    if (token?.type === 'literal') return token.value
  }
  if (typeof value === 'number') return { type: 'number', value }
  if (typeof value === 'boolean') return { type: 'boolean', value }
  return value === null ? { type: 'null' } : value === undefined ? { type: 'undefined' } : { type: 'text', value: String(value) }
}

/** A query under construction; every method gives a new one. */
export class QueryBuilder {
  readonly tree: QueryTree
  constructor(tree: QueryTree) {
    this.tree = tree
  }

  select(first: Aggregate, ...more: readonly Aggregate[]): QueryBuilder {
    return new QueryBuilder({ ...this.tree, select: [first, ...more] })
  }
  groupBy(first: EventFieldName | { readonly field: Field }, ...more: readonly (EventFieldName | { readonly field: Field })[]): QueryBuilder {
    return new QueryBuilder({ ...this.tree, groupBy: [first, ...more].map(fieldOf) })
  }
  /** May be called again for what decides between equals. */
  orderBy(by: EventFieldName | { readonly field: Field } | Aggregate, direction: OrderTerm['direction'] = 'asc'): QueryBuilder {
    const term: OrderTerm = { by: typeof by === 'object' && 'kind' in by ? by : fieldOf(by), direction }
    return new QueryBuilder({ ...this.tree, orderBy: [...(this.tree.orderBy ?? []), term] })
  }
  limit(limit: number): QueryBuilder {
    return new QueryBuilder({ ...this.tree, limit })
  }
  /** The text form, which the engine takes. */
  toString(): string {
    return formatQuery(this.tree)
  }
}

const fieldOf = (field: EventFieldName | { readonly field: Field }): Field =>
  typeof field === 'string' ? { kind: 'field', name: field } : field.field

type NumericField = 'duration' | 'depth' | 'line' | 'time' | { readonly field: Field }
const aggregate = (name: AggregateName, of: NumericField): Aggregate => ({ kind: 'aggregate', name, of: fieldOf(of) })

/** A query for the events that match, or for all. */
export const where = (condition?: Condition): QueryBuilder => new QueryBuilder(condition === undefined ? {} : { where: condition })

const all = (kind: 'and' | 'or', first: Condition, more: readonly Condition[]): Condition =>
  more.length === 0 ? first : { kind, conditions: [first, ...more] }

/** The words of the language. */
export const q = {
  field: <Name extends EventFieldName>(name: Name): FieldBuilder<FieldValues[Name]> => new FieldBuilder({ kind: 'field', name }),
  /** A place in recorded values: `path('args', 0, 'user', 'id')`. */
  path: (root: PathRoot, ...steps: readonly PathStep[]): FieldBuilder<PathValue> => {
    const field: Field = { kind: 'path', root, steps }
    // `error` alone is the field; as a path it needs a step.
    parseQuery(`${formatField(field)}${root === 'error' && steps.length === 0 ? '.' : ''} exists`)
    return new FieldBuilder(field)
  },
  and: (first: Condition, ...more: readonly Condition[]): Condition => all('and', first, more),
  or: (first: Condition, ...more: readonly Condition[]): Condition => all('or', first, more),
  not: (condition: Condition): Condition => ({ kind: 'not', condition }),
  follows: (condition: Condition, within?: DurationText): Condition => {
    const [token] = within === undefined ? [] : tokenize(within)
    return { kind: 'follows', condition, ...(token?.type === 'literal' && token.value.type === 'duration' ? { withinUs: token.value.us } : {}) }
  },
  causes: (condition: Condition): Condition => ({ kind: 'causes', condition }),
  causedBy: (condition: Condition): Condition => ({ kind: 'causedBy', condition }),
  count: (): Aggregate => ({ kind: 'aggregate', name: 'count' }),
  min: (of: NumericField): Aggregate => aggregate('min', of),
  max: (of: NumericField): Aggregate => aggregate('max', of),
  avg: (of: NumericField): Aggregate => aggregate('avg', of),
  sum: (of: NumericField): Aggregate => aggregate('sum', of),
  p50: (of: NumericField): Aggregate => aggregate('p50', of),
  p95: (of: NumericField): Aggregate => aggregate('p95', of),
  p99: (of: NumericField): Aggregate => aggregate('p99', of),
} as const
