/** A filter of the query API as a condition of the query language, for questions over several sessions. */
import type { Condition, EventFieldName, EventFilter, Literal, QueryTree } from '@hindscope/protocol'
import { refuse } from '../engine/validate.ts'

/** Throws `query-bad` for what belongs to one session. */
export function conditionOf(filter: EventFilter): Condition | undefined {
  for (const field of ['call', 'chain', 'writes'] as const) {
    if (filter[field] !== undefined) refuse('searchAll', field, filter[field], 'nothing over several sessions: it belongs to one')
  }
  const { fromUs, toUs, tracks, kinds, file, line, errors, text } = filter
  const conditions: Condition[] = [
    ...(fromUs === undefined ? [] : [compare('time', '>=', { type: 'time', us: fromUs })]),
    ...(toUs === undefined ? [] : [compare('time', '<', { type: 'time', us: toUs })]),
    ...(tracks === undefined
      ? []
      : [
          anyOf(
            'track',
            tracks.map(value => ({ type: 'number', value })),
          ),
        ]),
    ...(kinds === undefined
      ? []
      : [
          anyOf(
            'kind',
            kinds.map(value => ({ type: 'text', value })),
          ),
        ]),
    ...(filter.function === undefined ? [] : [compare('function', '~', { type: 'text', value: filter.function })]),
    ...(file === undefined ? [] : [compare('file', '~', { type: 'text', value: file })]),
    ...(line === undefined ? [] : [compare('line', '=', { type: 'number', value: line })]),
    ...(errors === true ? [compare('error', '=', { type: 'boolean', value: true })] : []),
    ...(text === undefined || text === '' ? [] : [compare('text', '~', { type: 'text', value: text })]),
  ]
  return joined(conditions)
}

/** The tree with one more condition on its events. */
export function narrowed(tree: QueryTree, condition: Condition | undefined): QueryTree {
  const where = joined([...(tree.where === undefined ? [] : [tree.where]), ...(condition === undefined ? [] : [condition])])
  return where === undefined ? tree : { ...tree, where }
}

const joined = (conditions: readonly Condition[]): Condition | undefined => (conditions.length > 1 ? { kind: 'and', conditions } : conditions[0])

const compare = (name: EventFieldName, operator: '=' | '<' | '>=' | '~', value: Literal): Condition => ({
  kind: 'compare',
  field: { kind: 'field', name },
  operator,
  value,
})

const anyOf = (name: EventFieldName, values: readonly Literal[]): Condition => ({ kind: 'in', field: { kind: 'field', name }, values })
