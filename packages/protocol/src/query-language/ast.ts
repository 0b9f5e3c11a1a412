/**
 * A query as data. The text form (`parseQuery`, `formatQuery`) and the builder (`where`) make the same tree; over the wire goes the text.
 * Everything is plain JSON. `docs/query-language.md` says what each part means.
 */

/** What every event has, or may have. */
export type EventFieldName =
  | 'kind'
  | 'function'
  | 'file'
  | 'line'
  | 'track'
  | 'call'
  | 'time'
  | 'duration'
  | 'depth'
  | 'error'
  | 'activity'
  | 'name'
  | 'text'

/** Where a path into recorded values begins. */
export type PathRoot = 'args' | 'result' | 'error' | 'value' | 'values'

/** A property's name or an index. */
export type PathStep = string | number

export interface EventField {
  readonly kind: 'field'
  readonly name: EventFieldName
}
/** `error` has one step at least: `error` alone is the field that says whether the event is one. */
export interface PathField {
  readonly kind: 'path'
  readonly root: PathRoot
  readonly steps: readonly PathStep[]
}
export type Field = EventField | PathField

export type Literal =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' | 'undefined' }
  /** Microseconds. */
  | { readonly type: 'duration'; readonly us: number }
  /** Whole microseconds since 1970. */
  | { readonly type: 'time'; readonly us: number }
  /** Whole microseconds after the session's first event. */
  | { readonly type: 'since'; readonly us: number }

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~'

export type Condition =
  /** Two or more. */
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly field: Field; readonly operator: CompareOperator; readonly value: Literal }
  /** One or more. */
  | { readonly kind: 'in'; readonly field: Field; readonly values: readonly Literal[] }
  | { readonly kind: 'exists'; readonly field: Field }
  /** An event that matches lies before this one in the same causal tree, at most `withinUs` microseconds before where that is given. */
  | { readonly kind: 'follows'; readonly condition: Condition; readonly withinUs?: number }
  /** An event that matches lies in a call or activity above this one, or below it, over all tracks. */
  | { readonly kind: 'causedBy' | 'causes'; readonly condition: Condition }

export type AggregateName = 'count' | 'min' | 'max' | 'avg' | 'sum' | 'p50' | 'p95' | 'p99'

export interface Aggregate {
  readonly kind: 'aggregate'
  readonly name: AggregateName
  /** Absent for `count`, which counts events. */
  readonly of?: Field
}

export interface OrderTerm {
  readonly by: Field | Aggregate
  readonly direction: 'asc' | 'desc'
}

/** A condition, what to make of the events that match, in which order, and how many. Every part may be absent; then it is every event in order of time. */
export interface QueryTree {
  readonly where?: Condition
  /** Aggregates over all that match, or over each group. One or more. */
  readonly select?: readonly Aggregate[]
  /** Goes with `select`. One or more. */
  readonly groupBy?: readonly Field[]
  /** Of groups: fields of `groupBy` and aggregates of `select` only. One or more. */
  readonly orderBy?: readonly OrderTerm[]
  /** Rows at most, over all pages; applies after ordering. */
  readonly limit?: number
}
