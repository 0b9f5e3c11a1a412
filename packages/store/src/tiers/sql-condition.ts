/**
 * A condition of the query language as SQL over the view `events`: only what means exactly the same there. What is said about texts is
 * decided here, by the test that the engine itself uses, over all the texts that there are, and becomes a list: SQL compares and folds
 * letters by other rules. Conditions on values and relations are not translated.
 */
import { EventKind, ActivityType } from '@hindscope/protocol'
import type { CompareOperator, Condition, EventField, EventFieldName, Field, Literal, OrderTerm } from '@hindscope/protocol'
import { cellTest } from '../query/literal-test.ts'
import type { Cell } from '../query/literal-test.ts'
import { quoted } from './view-schema.ts'

/** Columns of the view by field. `text` has none. */
const COLUMNS: Readonly<Partial<Record<EventFieldName, string>>> = {
  kind: 'e.kind',
  activity: 'e.activity',
  function: 'e.function',
  file: 'e.file',
  name: 'e.name',
  line: 'e.line',
  track: 'e.track',
  call: 'e.call',
  time: 'e.time_us',
  duration: 'e.duration_us',
  depth: 'e.depth',
  error: 'e.error',
}

/** The column of a field; undefined where the view has none. */
export const columnOf = (field: Field): string | undefined => (field.kind === 'field' ? COLUMNS[field.name] : undefined)

/** Every text that a column has in the sessions that are asked; undefined when there are too many, or some were changed by storing. */
export type Texts = (column: 'function' | 'file' | 'name') => Promise<readonly string[] | undefined>

/** Undefined: means something else in SQL, or nothing. */
export async function sqlOf(condition: Condition | undefined, texts: Texts): Promise<string | undefined> {
  if (condition === undefined) return 'true'
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts: string[] = []
      for (const each of condition.conditions) {
        const part = await sqlOf(each, texts)
        if (part === undefined) return undefined
        parts.push(part)
      }
      return `(${parts.join(condition.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not': {
      const inner = await sqlOf(condition.condition, texts)
      return inner === undefined ? undefined : `NOT ${inner}`
    }
    case 'compare':
      return condition.field.kind === 'path' ? undefined : compared(condition.field, [[condition.operator, condition.value]], texts)
    case 'in':
      return condition.field.kind === 'path'
        ? undefined
        : compared(
            condition.field,
            condition.values.map(value => ['=', value]),
            texts,
          )
    case 'exists':
      return existing(condition.field)
    default:
      return undefined
  }
}

/** Of several conditions joined by `and`, those that SQL has: an event that matches all matches these too. */
export async function necessarySql(condition: Condition | undefined, texts: Texts): Promise<string> {
  const whole = await sqlOf(condition, texts)
  if (whole !== undefined) return whole
  if (condition?.kind !== 'and') return 'true'
  const parts: string[] = []
  for (const each of condition.conditions) parts.push(await necessarySql(each, texts))
  return `(${parts.join(' AND ')})`
}

/** Undefined when SQL would order otherwise. Ends with the one order of events. */
export async function orderSql(terms: readonly OrderTerm[], texts: Texts): Promise<string | undefined> {
  const parts: string[] = []
  for (const { by, direction } of terms) {
    const column = by.kind === 'aggregate' ? undefined : columnOf(by)
    if (by.kind !== 'field' || column === undefined) return undefined
    if (by.name === 'time') parts.push(...PLACE_ORDER.map(each => `${each} ${direction}`))
    else if (isText(by.name) && !(await texts(by.name))?.every(isPlain)) return undefined
    else parts.push(`${column} ${direction} NULLS LAST`)
  }
  return [...parts, ...PLACE_ORDER].join(', ')
}

const PLACE_ORDER = ['e.time_us', 'e.session', 'e.track', 'e.seq']

/** Below the surrogates bytes of UTF-8 are in the order of units of UTF-16. */
const isPlain = (text: string): boolean => !/[\ud800-\uffff]/.test(text)

const isText = (name: EventFieldName): name is 'function' | 'file' | 'name' => name === 'function' || name === 'file' || name === 'name'

/** Never NULL, so that `not` means what it says. */
const certain = (sql: string): string => `coalesce(${sql}, false)`

type Comparison = readonly [CompareOperator, Literal]

async function compared(field: EventField, comparisons: readonly Comparison[], texts: Texts): Promise<string | undefined> {
  const column = columnOf(field)
  if (column === undefined) return undefined
  const tests = comparisons.map(([operator, value]) => cellTest(operator, value, 0))
  const matches = (cell: Cell): boolean => tests.some(test => test(cell))
  switch (field.name) {
    case 'kind':
      return listed(column, Object.keys(EventKind).filter(matches))
    case 'activity':
      return listed(column, Object.keys(ActivityType).filter(matches))
    case 'error':
      return listed(column, [true, false].filter(matches))
    case 'function':
    case 'file':
    case 'name': {
      const known = await texts(field.name)
      return known === undefined ? undefined : listed(column, known.filter(matches))
    }
    default:
      return `(${comparisons.map(each => numberCompared(column, each)).join(' OR ')})`
  }
}

const listed = (column: string, cells: readonly (string | boolean)[]): string =>
  cells.length === 0 ? 'false' : certain(`${column} IN (${cells.map(cell => (typeof cell === 'string' ? quoted(cell) : String(cell))).join(', ')})`)

const OPERATORS: Readonly<Partial<Record<CompareOperator, string>>> = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' }

/** `s.first_us`: the session's first event. */
function numberCompared(column: string, [operator, literal]: Comparison): string {
  const sign = OPERATORS[operator]
  if (sign === undefined || !('us' in literal || literal.type === 'number')) return 'false'
  const number = `CAST('${literal.type === 'number' ? literal.value : literal.us}' AS DOUBLE)`
  return certain(`${column} ${sign} ${literal.type === 'since' ? `s.first_us + ${number}` : number}`)
}

function existing(field: Field): string | undefined {
  if (field.kind === 'path') return undefined
  const column = columnOf(field)
  return column === undefined ? 'true' : `${column} IS NOT NULL`
}
