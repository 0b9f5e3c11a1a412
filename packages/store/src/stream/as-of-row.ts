/**
 * A condition as a stream asks it: of each event by what is known when it happens. What a call or activity leads to is not there yet on its
 * first event, whenever that is looked at, so that a stream over old events and one that ran along with them give the same rows.
 */
import { FIRST_EVENTS, isOutcome } from '@hindscope/protocol'
import type { Condition } from '@hindscope/protocol'

const isFirst: Condition = {
  kind: 'in',
  field: { kind: 'field', name: 'kind' },
  values: FIRST_EVENTS.map(value => ({ type: 'text', value })),
}

export function asOfRow(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, conditions: condition.conditions.map(asOfRow) }
    case 'not':
    case 'follows':
    case 'causedBy':
    case 'causes':
      return { ...condition, condition: asOfRow(condition.condition) }
    default:
      return isOutcome(condition.field) ? { kind: 'and', conditions: [{ kind: 'not', condition: isFirst }, condition] } : condition
  }
}
