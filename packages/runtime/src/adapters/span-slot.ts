/**
 * Where adapters leave word of a query that they have just begun: a span of OpenTelemetry that an instrumentation starts for it in the same
 * breath is caused by it (span-recorder.ts). A file of its own, so that adapters of databases carry nothing of spans.
 */
import type { RecorderAccess } from './adapter.ts'

/** What runs, or is about to. */
export interface SpanCause {
  readonly call: number
  readonly root: number
}

export interface SpanSlot {
  readonly isPresent: boolean
  /** `by`: the call that asked. */
  begun(query: SpanCause, by: number): void
}

export const SPANS: unique symbol = Symbol.for('hindscope.spans')

export type SpanHolder<T extends SpanSlot> = RecorderAccess & { [SPANS]?: T }

export function tellBegun(recorder: RecorderAccess, query: SpanCause, by: number): void {
  const spans = (recorder as SpanHolder<SpanSlot>)[SPANS]
  if (spans?.isPresent === true && query.call !== 0) spans.begun(query, by)
}
