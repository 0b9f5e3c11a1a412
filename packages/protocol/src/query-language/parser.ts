/**
 * Text → query tree. The grammar, from loose to tight (docs/query-language.md):
 *
 *   query      := [or] [select aggregate {, aggregate} [group by field {, field}]] [order by term {, term}] [limit number]
 *   or         := and {or and}            and  := not {and not}            not := not not | primary
 *   primary    := ( or ) | follows ( or ) [within duration] | causes ( or ) | caused by ( or ) | predicate
 *   predicate  := field operator literal | field in ( literal {, literal} ) | field exists | error
 *   term       := (field | aggregate) [asc | desc]
 *   aggregate  := count ( ) | name ( field )
 */
import type { Aggregate, CompareOperator, Condition, Field, OrderTerm, QueryTree } from './ast.ts'
import { aggregateNames, fieldNames, isAggregateName, isNumeric, operatorsOf, termKey, typeOf } from './fields.ts'
import { isFieldStart, readField } from './parse-field.ts'
import { readLiteral } from './parse-literal.ts'
import { TokenReader } from './token-reader.ts'

/** Parentheses and `not` within one another; far below what a stack holds. */
const MAX_NESTING = 64
const MAX_LIMIT = 1_000_000_000
const CLAUSES = ['select', 'order', 'limit']
/** What may stand behind a condition. */
const AFTER_CONDITION = ['and', 'or', ...CLAUSES]

/** Reads a query. Throws `query-syntax` with a `details` field (QueryFault). */
export function parseQuery(text: string): QueryTree {
  const reader = new TokenReader(text)
  const where = reader.isEnd || CLAUSES.some(word => reader.isWord(word)) ? undefined : readOr(reader, 0)
  const select = reader.takeWord('select') ? readList(reader, readAggregate) : undefined
  const groupBy = reader.isWord('group') ? readGroups(reader, select) : undefined
  const orderBy = reader.takeWord('order') ? readOrder(reader, select, groupBy) : undefined
  const limit = reader.takeWord('limit') ? readLimit(reader) : undefined
  if (!reader.isEnd) throw reader.expected(...whatMayFollow({ where, select, groupBy, orderBy, limit }))
  return {
    ...(where === undefined ? {} : { where }),
    ...(select === undefined ? {} : { select }),
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(limit === undefined ? {} : { limit }),
  }
}

type Clauses = { readonly [Key in keyof QueryTree]: QueryTree[Key] | undefined }

function whatMayFollow({ select, groupBy, orderBy, limit }: Clauses): [string, readonly string[]] {
  if (limit !== undefined) return ['the end of the query', []]
  if (orderBy !== undefined) return ['",", asc, desc, limit or the end', ['desc', 'asc', 'limit']]
  if (groupBy !== undefined) return ['",", order by, limit or the end', ['order', 'limit']]
  if (select !== undefined) return ['",", group by, order by, limit or the end', ['group', 'order', 'limit']]
  return ['and, or, select, order by, limit or the end', AFTER_CONDITION]
}

function readOr(reader: TokenReader, depth: number): Condition {
  const conditions = [readAnd(reader, depth)]
  while (reader.takeWord('or')) conditions.push(readAnd(reader, depth))
  return joined('or', conditions)
}

function readAnd(reader: TokenReader, depth: number): Condition {
  const conditions = [readNot(reader, depth)]
  while (reader.takeWord('and')) conditions.push(readNot(reader, depth))
  return joined('and', conditions)
}

const joined = (kind: 'and' | 'or', conditions: readonly Condition[]): Condition =>
  conditions.length === 1 && conditions[0] !== undefined ? conditions[0] : { kind, conditions }

function readNot(reader: TokenReader, depth: number): Condition {
  if (depth > MAX_NESTING) throw reader.expected(`no more than ${MAX_NESTING} conditions within one another`)
  return reader.takeWord('not') ? { kind: 'not', condition: readNot(reader, depth + 1) } : readPrimary(reader, depth)
}

function readPrimary(reader: TokenReader, depth: number): Condition {
  if (reader.isSymbol('(')) return readInParentheses(reader, depth)
  if (reader.takeWord('follows')) {
    const condition = readInParentheses(reader, depth)
    return reader.takeWord('within') ? { kind: 'follows', condition, withinUs: readWithin(reader) } : { kind: 'follows', condition }
  }
  if (reader.takeWord('causes')) return { kind: 'causes', condition: readInParentheses(reader, depth) }
  if (reader.takeWord('caused')) {
    if (!reader.takeWord('by')) throw reader.expected('by', ['by'])
    return { kind: 'causedBy', condition: readInParentheses(reader, depth) }
  }
  if (!isFieldStart(reader))
    throw reader.expected('a field, not, follows, causes, caused by or "("', [...fieldNames(), 'not', 'follows', 'causes', 'caused'])
  return readPredicate(reader)
}

function readInParentheses(reader: TokenReader, depth: number): Condition {
  reader.needSymbol('(')
  const condition = readOr(reader, depth + 1)
  if (!reader.takeSymbol(')')) throw reader.expected('and, or or ")"', ['and', 'or'])
  return condition
}

function readWithin(reader: TokenReader): number {
  const value = reader.literal
  if (value?.type !== 'duration' || value.us < 0) throw reader.expected('a duration such as 2s or 50ms')
  reader.next()
  return value.us
}

function readPredicate(reader: TokenReader): Condition {
  const field = readField(reader)
  if (reader.takeWord('exists')) return { kind: 'exists', field }
  const operators = operatorsOf(field)
  if (operators.includes('=') && reader.takeWord('in')) {
    reader.needSymbol('(')
    const values = readList(reader, each => readLiteral(each, field, '='))
    if (!reader.takeSymbol(')')) throw reader.expected('"," or ")"')
    return { kind: 'in', field, values }
  }
  const operator = operators.find(each => reader.isSymbol(each))
  if (operator !== undefined) {
    reader.next()
    return { kind: 'compare', field, operator, value: readLiteral(reader, field, operator) }
  }
  if (typeOf(field) === 'boolean' && !reader.isOperator) return { kind: 'compare', field, operator: '=', value: { type: 'boolean', value: true } }
  throw reader.expected(`${nameOf(field)} to be followed by ${operatorList(operators)}`, ['in', 'exists'])
}

const nameOf = (field: Field): string => (field.kind === 'field' ? field.name : 'the value')
const operatorList = (operators: readonly CompareOperator[]): string => `${operators.join(' ')}${operators.includes('=') ? ', in' : ''} or exists`

function readList<T>(reader: TokenReader, read: (reader: TokenReader) => T): T[] {
  const items = [read(reader)]
  while (reader.takeSymbol(',')) items.push(read(reader))
  return items
}

function readAggregate(reader: TokenReader): Aggregate {
  const name = reader.word
  if (name === undefined || !isAggregateName(name)) throw reader.expected(`one of ${aggregateNames().join(', ')}`, aggregateNames())
  reader.next()
  reader.needSymbol('(')
  if (name === 'count') {
    reader.needSymbol(')')
    return { kind: 'aggregate', name }
  }
  if (!isFieldStart(reader)) throw reader.expected('a field that is a number, such as duration', fieldNames())
  const start = reader.token
  const of = readField(reader)
  if (!isNumeric(of)) throw reader.expectedAt(start, 'a field that is a number: duration, depth, line, call, track, time or a value')
  reader.needSymbol(')')
  return { kind: 'aggregate', name, of }
}

function readGroups(reader: TokenReader, select: readonly Aggregate[] | undefined): readonly Field[] {
  if (select === undefined) throw reader.expected('select before group by')
  reader.next()
  if (!reader.takeWord('by')) throw reader.expected('by', ['by'])
  return readList(reader, readSortable)
}

/** A field that has one value: everything but `text`. */
function readSortable(reader: TokenReader): Field {
  if (!isFieldStart(reader)) throw reader.expected('a field', fieldNames())
  const start = reader.token
  const field = readField(reader)
  if (typeOf(field) === 'contains') throw reader.expectedAt(start, 'a field that has one value; text stands for all of an event')
  return field
}

function readOrder(reader: TokenReader, select: readonly Aggregate[] | undefined, groupBy: readonly Field[] | undefined): readonly OrderTerm[] {
  if (!reader.takeWord('by')) throw reader.expected('by', ['by'])
  const columns = select === undefined ? undefined : new Set([...(groupBy ?? []), ...select].map(termKey))
  return readList(reader, () => {
    const start = reader.token
    const isAggregate = select !== undefined && isAggregateName(reader.word ?? '')
    const by = isAggregate ? readAggregate(reader) : readSortable(reader)
    if (columns !== undefined && !columns.has(termKey(by))) throw reader.expectedAt(start, 'something that select or group by names')
    const direction = reader.takeWord('desc') ? 'desc' : 'asc'
    if (direction === 'asc') reader.takeWord('asc')
    return { by, direction }
  })
}

function readLimit(reader: TokenReader): number {
  const value = reader.literal
  const isLimit = value?.type === 'number' && Number.isInteger(value.value) && value.value >= 1 && value.value <= MAX_LIMIT
  if (!isLimit) throw reader.expected(`a whole number from 1 to ${MAX_LIMIT}`)
  reader.next()
  return value.value
}
