/**
 * What a subscription may ask. A stream decides on an event when it arrives, by what lies before it: a query that only what comes later
 * can answer is refused here, for servers and clients alike.
 */
import { HindscopeError } from './diagnostics.ts'
import type { Condition, Field, Literal, QueryTree } from './query-language/ast.ts'
import { parseQuery } from './query-language/parser.ts'
import { formatField } from './query-language/printer.ts'

const MAX_LENGTH = 20_000

/**
 * The condition of a subscription's query; undefined for every event. Throws `query-syntax`, `subscription-query` (too long, or more
 * than a condition) and `subscription-future` (`causes`, and the outcome of a call asked of its first event).
 */
export function parseStreamQuery(text: string): Condition | undefined {
  if (text.length > MAX_LENGTH) throw new HindscopeError('subscription-query', { part: `more than ${MAX_LENGTH} characters` })
  const tree = parseQuery(text)
  const part = PARTS.find(([key]) => tree[key] !== undefined)
  if (part !== undefined) throw new HindscopeError('subscription-query', { part: part[1] })
  if (tree.where !== undefined) refuseFuture(tree.where)
  return tree.where
}

const PARTS: readonly (readonly [keyof QueryTree, string])[] = [
  ['select', 'select'],
  ['groupBy', 'group by'],
  ['orderBy', 'order by'],
  ['limit', 'limit'],
]

/** Whether what the field says of a call's or an activity's first event is known only at its end. */
export const isOutcome = (field: Field): boolean =>
  field.kind === 'field' ? field.name === 'duration' : field.root === 'result' || field.root === 'error'

/** Kinds that begin what has an outcome. */
export const FIRST_EVENTS: readonly string[] = ['callEnter', 'activityStart']

function refuseFuture(condition: Condition): void {
  switch (condition.kind) {
    case 'and':
      refuseOutcomeOfFirst(condition.conditions)
      return condition.conditions.forEach(refuseFuture)
    case 'or':
      return condition.conditions.forEach(refuseFuture)
    case 'causes':
      throw new HindscopeError('subscription-future', { what: 'causes (…)', instead: 'caused by (…) the other way round' })
    case 'not':
    case 'follows':
    case 'causedBy':
      return refuseFuture(condition.condition)
    default:
  }
}

/** `kind = callEnter and duration > 5ms` would wait for ever. */
function refuseOutcomeOfFirst(conditions: readonly Condition[]): void {
  const field = conditions.map(outcomeOf).find(each => each !== undefined)
  if (field === undefined || !conditions.some(isOfFirst)) return
  const instead = 'the last event: kind in (callReturn, callThrow, activityEnd)'
  throw new HindscopeError('subscription-future', { what: `${formatField(field)} of a first event`, instead })
}

const outcomeOf = (condition: Condition): Field | undefined =>
  (condition.kind === 'compare' || condition.kind === 'in' || condition.kind === 'exists') && isOutcome(condition.field) ? condition.field : undefined

function isOfFirst(condition: Condition): boolean {
  if (condition.kind !== 'compare' && condition.kind !== 'in') return false
  if (condition.field.kind !== 'field' || condition.field.name !== 'kind') return false
  if (condition.kind === 'compare') return condition.operator === '=' && isFirst(condition.value)
  return condition.values.every(isFirst)
}

const isFirst = (literal: Literal): boolean => literal.type === 'text' && FIRST_EVENTS.includes(literal.value)
