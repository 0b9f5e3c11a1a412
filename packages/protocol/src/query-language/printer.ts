/** Query tree → text. `parseQuery(formatQuery(tree))` is the tree again; the text is what goes over the wire. */
import { numberText } from '../value-codec.ts'
import type { Aggregate, CompareOperator, Condition, Field, Literal, PathStep, QueryTree } from './ast.ts'
import { typeOf } from './fields.ts'
import { durationText, isoText, sinceText } from './times.ts'
import { isPlainWord } from './tokens.ts'

/** One line of text. */
export function formatQuery({ where, select, groupBy, orderBy, limit }: QueryTree): string {
  const parts = [
    ...(where === undefined ? [] : [formatCondition(where)]),
    ...(select === undefined ? [] : [`select ${select.map(formatAggregate).join(', ')}`]),
    ...(groupBy === undefined ? [] : [`group by ${groupBy.map(formatField).join(', ')}`]),
    ...(orderBy === undefined
      ? []
      : [`order by ${orderBy.map(({ by, direction }) => `${formatTerm(by)}${direction === 'desc' ? ' desc' : ''}`).join(', ')}`]),
    ...(limit === undefined ? [] : [`limit ${limit}`]),
  ]
  return parts.join(' ')
}

/** `and` binds more tightly than `or`, `not` more tightly than both. */
function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
      return condition.conditions
        .map(each => (each.kind === 'and' || each.kind === 'or' ? `(${formatCondition(each)})` : formatCondition(each)))
        .join(' and ')
    case 'or':
      return condition.conditions.map(each => (each.kind === 'or' ? `(${formatCondition(each)})` : formatCondition(each))).join(' or ')
    case 'not': {
      const inner = formatCondition(condition.condition)
      return condition.condition.kind === 'and' || condition.condition.kind === 'or' ? `not (${inner})` : `not ${inner}`
    }
    case 'compare':
      return `${formatField(condition.field)} ${condition.operator} ${formatLiteral(condition.value, condition.field, condition.operator)}`
    case 'in':
      return `${formatField(condition.field)} in (${condition.values.map(value => formatLiteral(value, condition.field, '=')).join(', ')})`
    case 'exists':
      return `${formatField(condition.field)} exists`
    case 'follows':
      return `follows (${formatCondition(condition.condition)})${condition.withinUs === undefined ? '' : ` within ${durationText(condition.withinUs)}`}`
    case 'causes':
      return `causes (${formatCondition(condition.condition)})`
    case 'causedBy':
      return `caused by (${formatCondition(condition.condition)})`
  }
}

/** `duration`, `args[0].user.id`: also the heading of its column. */
export const formatField = (field: Field): string => (field.kind === 'field' ? field.name : `${field.root}${field.steps.map(formatStep).join('')}`)

const formatStep = (step: PathStep): string => (typeof step === 'number' ? `[${step}]` : isPlainWord(step) ? `.${step}` : `[${JSON.stringify(step)}]`)

/** `p95(duration)`: also the heading of its column. */
export const formatAggregate = ({ name, of }: Aggregate): string => `${name}(${of === undefined ? '' : formatField(of)})`

const formatTerm = (by: Field | Aggregate): string => (by.kind === 'aggregate' ? formatAggregate(by) : formatField(by))

function formatLiteral(literal: Literal, field: Field, operator: CompareOperator): string {
  switch (literal.type) {
    case 'text':
      return typeOf(field) === 'words' && operator !== '~' ? literal.value : JSON.stringify(literal.value)
    case 'number':
      return numberText(literal.value)
    case 'boolean':
      return String(literal.value)
    case 'null':
    case 'undefined':
      return literal.type
    case 'duration':
      return durationText(literal.us)
    case 'time':
      return isoText(literal.us)
    case 'since':
      return sinceText(literal.us)
  }
}
