/**
 * What a thread of a Chrome trace becomes: spans (calls and activities), and moments, which say in order what happens to them. Moments are
 * made thread by thread (weaver.ts), causes are found over all threads (flow-table.ts), then everything is written (thread-writer.ts).
 * Times are microseconds of the trace's own clock.
 */
import type { ActivityTypeName, EventKindName } from '@hindscope/protocol'
import type { Outcome } from '../chunk-writer.ts'
import type { ImportedFunction } from '../function-table.ts'
import type { JsonObject } from '../json-fields.ts'
import type { PlainValue } from '../plain-value.ts'

export interface CallMeaning {
  readonly kind: 'call'
  readonly function: ImportedFunction
  readonly args: readonly (readonly [string, PlainValue])[]
}
export interface ActivityMeaning {
  readonly kind: 'activity'
  readonly type: ActivityTypeName
  readonly fields: JsonObject
  /** It runs whatever was queued: what is in it has its cause elsewhere. */
  readonly isTask?: boolean
}
export type Meaning = CallMeaning | ActivityMeaning

export interface Span {
  readonly thread: Thread
  readonly meaning: Meaning
  /** What it is in. */
  readonly parent: Span | undefined
  /** What it follows from, when that is known and something else. */
  cause: Span | undefined
  /** Of calls: what came of it. Returned without a value when absent. */
  outcome: Outcome | undefined
  /** Of activities: the fields of its end. */
  result: JsonObject | undefined
  /** Number of the message that carries the cause from another thread, 0 for none. */
  message: number
  /** Id in its realm once it is written, 0 before. */
  call: number
  /** Id of the activity that stands for that message, around it. */
  carrier: number
}

export interface EventMoment {
  readonly kind: 'event'
  readonly timeUs: number
  readonly event: EventKindName
  readonly extra: number
  readonly value: PlainValue
  readonly span: Span | undefined
}

export type Moment =
  | { readonly kind: 'begin' | 'end' | 'suspend' | 'resume'; readonly timeUs: number; readonly span: Span }
  | EventMoment
  /** A flow starts, which is written as a message when it ends in another thread. */
  | { readonly kind: 'send'; readonly timeUs: number; readonly start: FlowStart }

export interface FlowStart {
  readonly name: string
  readonly timeUs: number
  readonly order: number
  readonly source: Span
  /** Numbers of the messages that it sends to other threads. */
  readonly messages: number[]
}

export interface Thread {
  readonly pid: string
  readonly tid: string
  readonly moments: Moment[]
}

export const spanOf = (thread: Thread, meaning: Meaning, parent: Span | undefined): Span => ({
  thread,
  meaning,
  parent,
  cause: undefined,
  outcome: undefined,
  result: undefined,
  message: 0,
  call: 0,
  carrier: 0,
})
