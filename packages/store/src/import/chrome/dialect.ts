/**
 * What events mean depends on who wrote them. `chrome`: the browser itself, whose slices are work of the engine, with JavaScript among it.
 * `hindscope`: our own export, which is read back. `other`: everything else that writes the format (compilers, libraries, other tracers);
 * there every slice is a call.
 */
import type { EventKindName } from '@hindscope/protocol'
import { present } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { PlainValue } from '../plain-value.ts'
import { fieldsOf, plain } from '../plain-value.ts'
import type { Meaning, Span, Thread } from './span.ts'
import type { TraceEvent } from './trace-event.ts'

export type DialectName = 'chrome' | 'hindscope' | 'other'

export interface InstantMeaning {
  readonly event: EventKindName
  readonly extra?: number
  readonly value: PlainValue
}

/** The thread that is being read, as a dialect sees it. */
export interface OpenThread {
  readonly thread: Thread
  /** The innermost slice that is open. */
  readonly top: Span | undefined
  begin(timeUs: number, meaning: Meaning, parent: Span | undefined): Span
  metric(timeUs: number, metric: { readonly name: string; readonly unit?: string }, value: number): void
}

export interface Dialect {
  /** Of a slice (`B`, `X`). */
  slice(event: TraceEvent): Meaning
  /** Of an async operation (`b`). */
  operation(event: TraceEvent): Meaning
  /** Of an instant, and of a step of an operation. */
  instant(event: TraceEvent): InstantMeaning
  /** Instants that mean more than themselves; true when it was one. */
  special?(event: TraceEvent, open: OpenThread): boolean
  /** What is in the slice that just began may follow from something seen earlier. */
  began?(event: TraceEvent, open: OpenThread): void
}

export const hasFields = (args: JsonObject): boolean => Object.keys(args).length > 0

/** An activity under its own name. */
export const customActivity = (event: TraceEvent, isTask = false): Meaning => ({
  kind: 'activity',
  type: 'custom',
  isTask,
  fields: present({ name: event.name, category: event.category || undefined, args: hasFields(event.args) ? event.args : undefined }),
})

export const mark = ({ name, args }: TraceEvent): InstantMeaning => ({
  event: 'mark',
  value: fieldsOf(present({ label: name, value: hasFields(args) ? args : undefined })),
})

export const otherDialect: Dialect = {
  slice: ({ name, args }) => ({ kind: 'call', function: { name: name || '(anonymous)' }, args: hasFields(args) ? [['args', plain(args)]] : [] }),
  operation: event => customActivity(event),
  instant: mark,
}
