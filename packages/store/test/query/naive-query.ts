/** The query language over plain objects: full scans, no index, no bytes, written from docs/query-language.md alone. */
import type { Aggregate, Condition, EventRow, Field, Literal, QueryTree, SearchCell } from '@hindscope/protocol'

/** An event with what it recorded as JavaScript values, and the call that it belongs to. */
export interface NaiveEvent {
  readonly row: EventRow
  readonly values: readonly unknown[]
  readonly call: NaiveCall | undefined
  readonly isEdge: boolean
}
export interface NaiveCall {
  readonly parent: NaiveCall | undefined
  readonly name: string
  readonly isActivity: boolean
  readonly events: NaiveEvent[]
  readonly args: readonly unknown[]
  end: { readonly kind: 'result' | 'error'; readonly value: unknown } | undefined
}

const MISSING = Symbol('missing')

export class NaiveQuery {
  private readonly events: readonly NaiveEvent[]
  private readonly startUs: number

  /** In any order. */
  constructor(events: readonly NaiveEvent[]) {
    this.events = events.toSorted(inOrder)
    this.startUs = this.events[0]?.row.timeUs ?? 0
  }

  rows({ where, orderBy = [], limit = Infinity }: QueryTree): readonly string[] {
    const found = this.events.filter(event => where === undefined || this.holds(where, event))
    found.sort((a, b) => {
      for (const { by, direction } of orderBy) {
        if (by.kind === 'aggregate') continue
        const isTime = by.kind === 'field' && by.name === 'time'
        const order = isTime ? inOrder(a, b) * (direction === 'asc' ? 1 : -1) : cellsInOrder(this.cell(a, by), this.cell(b, by), direction)
        if (order !== 0) return order
      }
      return inOrder(a, b)
    })
    return found.slice(0, limit).map(({ row }) => `${row.ref.track}.${row.ref.seq}`)
  }

  groups({ where, select = [], groupBy = [], orderBy = [], limit = Infinity }: QueryTree): readonly (readonly SearchCell[])[] {
    const found = this.events.filter(event => where === undefined || this.holds(where, event))
    const groups = new Map<string, NaiveEvent[]>(groupBy.length === 0 ? [['[]', []]] : [])
    for (const event of found) {
      const key = JSON.stringify(groupBy.map(field => this.cell(event, field) ?? null))
      groups.set(key, [...(groups.get(key) ?? []), event])
    }
    const rows = [...groups].map(([key, events]) => [...(JSON.parse(key) as SearchCell[]), ...select.map(each => this.aggregate(events, each))])
    const columns = [...groupBy, ...select].map(each => JSON.stringify(each))
    rows.sort((a, b) => {
      for (const { by, direction } of [...orderBy, ...groupBy.map(field => ({ by: field, direction: 'asc' as const }))]) {
        const column = columns.indexOf(JSON.stringify(by))
        const order = cellsInOrder(a[column] ?? undefined, b[column] ?? undefined, direction)
        if (order !== 0) return order
      }
      return 0
    })
    return rows.slice(0, limit)
  }

  private aggregate(events: readonly NaiveEvent[], { name, of }: Aggregate): number | null {
    if (of === undefined) return events.length
    const numbers = events
      .map(event => this.cell(event, of))
      .filter(cell => typeof cell === 'number')
      .sort((a, b) => a - b)
    if (numbers.length === 0) return null
    const sum = numbers.reduce((a, b) => a + b, 0)
    if (name === 'sum') return sum
    if (name === 'avg') return sum / numbers.length
    const part = { min: 0, p50: 0.5, p95: 0.95, p99: 0.99, max: 1, count: 0 }[name]
    // Nearest rank: the first value that this part of all values does not exceed.
    return numbers.find((_, i) => (i + 1) / numbers.length >= part) ?? null
  }

  private holds(condition: Condition, event: NaiveEvent): boolean {
    switch (condition.kind) {
      case 'and':
        return condition.conditions.every(each => this.holds(each, event))
      case 'or':
        return condition.conditions.some(each => this.holds(each, event))
      case 'not':
        return !this.holds(condition.condition, event)
      case 'exists':
        return this.value(event, condition.field) !== MISSING
      case 'in':
        return condition.values.some(value => this.compares(event, condition.field, '=', value))
      case 'compare':
        return this.compares(event, condition.field, condition.operator, condition.value)
      case 'follows': {
        const { condition: inner, withinUs = Infinity } = condition
        return this.events.some(
          other =>
            rootOf(other) !== undefined &&
            rootOf(other) === rootOf(event) &&
            inOrder(other, event) < 0 &&
            event.row.timeUs - other.row.timeUs <= withinUs &&
            this.holds(inner, other),
        )
      }
      case 'causedBy':
        return this.events.some(other => isCause(other, event) && this.holds(condition.condition, other))
      case 'causes':
        return this.events.some(other => isCause(event, other) && this.holds(condition.condition, other))
    }
  }

  private compares(event: NaiveEvent, field: Field, operator: string, literal: Literal): boolean {
    const found = this.value(event, field)
    if (found === MISSING) return false
    const wanted = this.literalValue(literal)
    if (operator === '~') return textsOf(found).some(text => text.toLowerCase().includes(String(wanted).toLowerCase()))
    if (operator === '=') return found === wanted
    if (operator === '!=') return found !== wanted
    if (typeof found !== typeof wanted || (typeof found !== 'number' && typeof found !== 'string')) return false
    const order = found < (wanted as typeof found) ? -1 : found > (wanted as typeof found) ? 1 : 0
    return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator] ?? false
  }

  private literalValue(literal: Literal): unknown {
    if ('us' in literal) return literal.type === 'since' ? this.startUs + literal.us : literal.us
    return 'value' in literal ? literal.value : literal.type === 'null' ? null : undefined
  }

  private value(event: NaiveEvent, field: Field): unknown {
    const found = field.kind === 'path' ? this.valueAt(event, field) : eventField(event, field.name)
    return found === undefined && field.kind === 'field' ? MISSING : found
  }

  private valueAt({ values, call, isEdge }: NaiveEvent, { root, steps }: Extract<Field, { kind: 'path' }>): unknown {
    let found: unknown = MISSING
    let rest = steps
    if (root === 'args' && isEdge && call !== undefined && !call.isActivity && call.args.length > 0) found = call.args
    else if ((root === 'result' || root === 'error') && isEdge && call?.end?.kind === root) found = call.end.value
    else if (root === 'value' && values.length > 0) found = values[0]
    else if (root === 'values' && values.length > 0) found = values
    // The only parameter of every function is called `input`.
    if (root === 'args' && steps[0] === 'input') rest = [0, ...steps.slice(1)]
    for (const step of rest) {
      if (typeof found === 'string' && step === 'length') found = found.length
      else found = typeof found === 'object' && found !== null && Object.hasOwn(found, step) ? (found as Record<string, unknown>)[step] : MISSING
    }
    return found
  }

  private cell(event: NaiveEvent, field: Field): string | number | boolean | undefined {
    const found = this.value(event, field)
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : undefined
  }
}

const inOrder = ({ row: a }: NaiveEvent, { row: b }: NaiveEvent): number => a.timeUs - b.timeUs || a.ref.track - b.ref.track || a.ref.seq - b.ref.seq

type Cell = string | number | boolean | undefined
const RANKS: Readonly<Record<string, number>> = { number: 0, string: 1, boolean: 2 }
function cellsInOrder(a: Cell, b: Cell, direction: 'asc' | 'desc'): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  const order = (RANKS[typeof a] ?? 0) - (RANKS[typeof b] ?? 0) || (a < b ? -1 : a > b ? 1 : 0)
  return direction === 'asc' ? order : -order
}

function rootOf({ call }: NaiveEvent): NaiveCall | undefined {
  let root = call
  while (root?.parent !== undefined) root = root.parent
  return root
}

/** `cause` belongs to a call that lies above `effect`: around it, or above its call where it is that call's first or last event. */
function isCause(cause: NaiveEvent, effect: NaiveEvent): boolean {
  if (cause === effect || cause.call === undefined) return false
  for (let above = effect.isEdge ? effect.call?.parent : effect.call; above !== undefined; above = above.parent) if (above === cause.call) return true
  return false
}

/** Strings, numbers and keys, wherever they stand. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [String(value)]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return ['Object', ...Object.keys(value), ...Object.values(value).flatMap(textsOf)]
}

function eventField({ row, call }: NaiveEvent, name: string): unknown {
  switch (name) {
    case 'function':
      return call?.name
    case 'file':
    case 'line':
      return row.location?.[name]
    case 'track':
      return row.ref.track
    case 'call':
      return row.call === 0 ? undefined : row.call
    case 'time':
      return row.timeUs
    case 'duration':
      return row.durationUs
    default:
      return row[name as 'kind' | 'depth' | 'error' | 'activity' | 'name']
  }
}
