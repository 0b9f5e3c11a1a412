/** What the language knows by name: fields with their types, roots of paths, aggregates, keywords. */
import { ActivityType, EventKind } from '../events.ts'
import type { Aggregate, AggregateName, CompareOperator, EventFieldName, Field, PathRoot } from './ast.ts'

/** `words`: one of a closed list, written bare or quoted. `contains`: a text that can only be searched. `any`: whatever was recorded. */
export type FieldType = 'words' | 'text' | 'number' | 'time' | 'duration' | 'boolean' | 'contains' | 'any'

const FIELD_TYPES: Readonly<Record<EventFieldName, FieldType>> = {
  kind: 'words',
  function: 'text',
  file: 'text',
  line: 'number',
  track: 'number',
  call: 'number',
  time: 'time',
  duration: 'duration',
  depth: 'number',
  error: 'boolean',
  activity: 'words',
  name: 'text',
  text: 'contains',
}

const PATH_ROOTS: readonly PathRoot[] = ['args', 'result', 'error', 'value', 'values']

export const isFieldName = (word: string): word is EventFieldName => Object.hasOwn(FIELD_TYPES, word)
export const isPathRoot = (word: string): word is PathRoot => (PATH_ROOTS as readonly string[]).includes(word)
/** For suggestions and "expected". */
export const fieldNames = (): readonly string[] => [...Object.keys(FIELD_TYPES), ...PATH_ROOTS.filter(root => !isFieldName(root))]

export const typeOf = (field: Field): FieldType => (field.kind === 'path' ? 'any' : FIELD_TYPES[field.name])

/** The words that a field of type `words` can be. */
export const wordsOf = (field: Field): readonly string[] =>
  field.kind === 'field' && field.name === 'activity' ? Object.keys(ActivityType) : Object.keys(EventKind)

const EQUALITY: readonly CompareOperator[] = ['=', '!=']
const ORDER: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>=']

/** The operators that a field takes besides `exists` and, where it takes `=`, `in`. */
export function operatorsOf(field: Field): readonly CompareOperator[] {
  switch (typeOf(field)) {
    case 'words':
      return [...EQUALITY, '~']
    case 'boolean':
      return EQUALITY
    case 'contains':
      return ['~']
    case 'text':
    case 'any':
      return [...ORDER, '~']
    default:
      return ORDER
  }
}

const AGGREGATES: readonly AggregateName[] = ['count', 'min', 'max', 'avg', 'sum', 'p50', 'p95', 'p99']
export const aggregateNames = (): readonly AggregateName[] => AGGREGATES
export const isAggregateName = (word: string): word is AggregateName => (AGGREGATES as readonly string[]).includes(word)

/** Fields that an aggregate can be taken of. */
export const isNumeric = (field: Field): boolean => ['number', 'duration', 'time', 'any'].includes(typeOf(field))

/** The same field, wherever it is written. */
export const fieldKey = (field: Field): string => (field.kind === 'field' ? field.name : JSON.stringify([field.root, ...field.steps]))

/** The same column of an answer. */
export const termKey = (by: Field | Aggregate): string =>
  by.kind === 'aggregate' ? `${by.name}(${by.of === undefined ? '' : fieldKey(by.of)})` : fieldKey(by)
