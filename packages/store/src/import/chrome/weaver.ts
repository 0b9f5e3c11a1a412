/**
 * The events of one thread, in order, woven into spans and moments. Slices nest: one that ends later than the slice around it is cut to its
 * end, which is counted. A slice of unknown end (`B` without `E`) stays open, unless the slice around it ends.
 */
import type { JsonObject } from '../json-fields.ts'
import { fieldsOf, plain } from '../plain-value.ts'
import type { Tally } from '../tally.ts'
import { hasFields } from './dialect.ts'
import type { Dialect, OpenThread } from './dialect.ts'
import type { FlowTable } from './flow-table.ts'
import { spanOf } from './span.ts'
import type { Meaning, Span, Thread } from './span.ts'
import type { TraceEvent } from './trace-event.ts'

export interface OpenSlice {
  readonly event: TraceEvent
  readonly span: Span
  /** When it ends, or the slice around it does; Infinity when nobody knows. */
  limitUs: number
  /** `B`: an `E` will come. */
  readonly isPaired: boolean
}

/** What all threads of a trace share. */
export interface WeaveContext {
  readonly dialect: Dialect
  readonly flows: FlowTable
  readonly tally: Tally
  /** Slices that were cut. */
  overlaps: number
}

export class Weaver implements OpenThread {
  readonly thread: Thread
  /** Outermost first. */
  readonly stack: OpenSlice[] = []
  readonly context: WeaveContext
  /** Open async operations by id, the innermost last. */
  private readonly operations = new Map<string, { readonly name: string; readonly span: Span }[]>()
  private readonly waitingFlows: { readonly id: string; readonly event: TraceEvent }[] = []

  constructor(thread: Thread, context: WeaveContext) {
    this.thread = thread
    this.context = context
  }

  /** `events` are in order (trace-event.ts). */
  weave(events: readonly TraceEvent[]): void {
    for (const event of events) this.event(event)
    this.closeUntil(Infinity, { inclusive: false })
  }

  get top(): Span | undefined {
    return this.stack.at(-1)?.span
  }

  /** A span that begins now. */
  begin(timeUs: number, meaning: Meaning, parent: Span | undefined): Span {
    const span = spanOf(this.thread, meaning, parent)
    this.thread.moments.push({ kind: 'begin', timeUs, span })
    return span
  }

  end(timeUs: number, span: Span): void {
    this.thread.moments.push({ kind: 'end', timeUs, span })
  }

  private event(event: TraceEvent): void {
    const { phase, ts } = event
    this.closeUntil(ts, { inclusive: phase === 'B' || phase === 'X' || phase === 'E' })
    switch (phase) {
      case 'B':
        return this.beginSlice(event, Infinity)
      case 'X':
        return this.beginSlice(event, ts + (event.duration ?? Infinity))
      case 'E':
        return this.endSlice(event)
      case 'b':
      case 'S':
        return this.beginOperation(event)
      case 'e':
      case 'F':
        return this.endOperation(event)
      case 'n':
      case 'T':
      case 'p':
        return this.step(event)
      case 'C':
        return this.counter(event)
      case 's':
      case 't':
      case 'f':
        return this.flow(event)
      default:
        return this.instant(event)
    }
  }

  protected beginSlice(event: TraceEvent, endUs: number): void {
    const aroundUs = this.stack.at(-1)?.limitUs ?? Infinity
    if (endUs > aroundUs && endUs !== Infinity) this.context.overlaps++
    const span = this.begin(event.ts, this.context.dialect.slice(event), this.parentOfSlice())
    this.stack.push({ event, span, limitUs: Math.min(endUs, aroundUs), isPaired: event.phase === 'B' })
    this.context.dialect.began?.(event, this)
    this.bindFlows(event, span)
  }

  protected parentOfSlice(): Span | undefined {
    return this.top
  }

  /** Flows that were waiting for a slice, and those that the slice names itself. */
  protected bindFlows({ ts, order, name, flowIn, flowOut }: TraceEvent, span: Span): void {
    const { flows } = this.context
    for (const { id, event } of this.waitingFlows.splice(0)) flows.addEnd(id, { timeUs: event.ts, order: event.order, target: span })
    if (flowIn !== undefined) flows.addEnd(flowIn, { timeUs: ts, order, target: span })
    if (flowOut !== undefined) this.startFlow(flowOut, { name, timeUs: ts, order, source: span })
  }

  private startFlow(id: string, start: { readonly name: string; readonly timeUs: number; readonly order: number; readonly source: Span }): void {
    const whole = { ...start, messages: [] }
    this.context.flows.addStart(id, whole)
    this.thread.moments.push({ kind: 'send', timeUs: start.timeUs, start: whole })
  }

  private endSlice(event: TraceEvent): void {
    const at = this.pairOf(event)
    if (at === -1) return this.context.tally.ignore('end of a slice that did not begin')
    while (this.stack.length > at + 1) {
      this.context.overlaps++
      this.closeTop(event.ts)
    }
    const top = this.stack.at(-1)
    if (top !== undefined && hasFields(event.args)) setResult(top.span, event.args)
    this.closeTop(event.ts)
  }

  /** Place of the slice that the event ends: the innermost that is paired, of the same name if the event has one. -1 when there is none. */
  private pairOf({ name }: TraceEvent): number {
    return this.stack.findLastIndex(({ isPaired, event }) => isPaired && (name === '' || event.name === name))
  }

  private closeUntil(timeUs: number, { inclusive }: { readonly inclusive: boolean }): void {
    for (let top = this.stack.at(-1); top !== undefined; top = this.stack.at(-1)) {
      if (top.limitUs > timeUs || (top.limitUs === timeUs && !inclusive)) return
      // The slice around it ends, and its own end has not come.
      if (top.isPaired) this.context.overlaps++
      this.closeTop(top.limitUs)
    }
  }

  protected closeTop(timeUs: number): void {
    const top = this.stack.pop()
    if (top !== undefined) this.end(timeUs, top.span)
  }

  protected beginOperation(event: TraceEvent): void {
    if (event.id === undefined) return this.context.tally.ignore('async event without id')
    const open = this.operations.get(event.id)
    const span = this.begin(event.ts, this.context.dialect.operation(event), open?.at(-1)?.span ?? this.top)
    this.noteOperation(event, span)
  }

  protected noteOperation({ id = '', name }: TraceEvent, span: Span): void {
    const open = this.operations.get(id)
    if (open === undefined) this.operations.set(id, [{ name, span }])
    else open.push({ name, span })
  }

  protected endOperation(event: TraceEvent): void {
    const span = this.takeOperation(event)
    if (span === undefined) return this.context.tally.ignore('end of an async operation that did not begin')
    if (hasFields(event.args)) setResult(span, event.args)
    this.end(event.ts, span)
  }

  protected takeOperation({ id = '', name }: TraceEvent): Span | undefined {
    const open = this.operations.get(id)
    const at = open?.findLastIndex(each => name === '' || each.name === name) ?? -1
    if (open === undefined || at === -1) return undefined
    const [taken] = open.splice(at, 1)
    if (open.length === 0) this.operations.delete(id)
    return taken?.span
  }

  protected operationOf(id: string | undefined): Span | undefined {
    return this.operations.get(id ?? '')?.at(-1)?.span
  }

  private step(event: TraceEvent): void {
    this.note(event, this.operationOf(event.id) ?? this.top)
  }

  protected instant(event: TraceEvent): void {
    if (this.context.dialect.special?.(event, this) !== true) this.note(event, this.top)
  }

  private note(event: TraceEvent, span: Span | undefined): void {
    const { event: kind, extra = 0, value } = this.context.dialect.instant(event)
    this.thread.moments.push({ kind: 'event', timeUs: event.ts, event: kind, extra, value, span })
  }

  private counter(event: TraceEvent): void {
    const series = Object.entries(event.args).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    if (series.length === 0) return this.context.tally.ignore('counter without numbers')
    for (const [key, value] of series) this.metric(event.ts, counterName(event.name, key, series.length), value)
  }

  metric(timeUs: number, { name, unit }: { readonly name: string; readonly unit?: string }, value: number): void {
    const fields = { name, value, ...(unit === undefined ? {} : { unit }) }
    this.thread.moments.push({ kind: 'event', timeUs, event: 'metric', extra: 0, value: fieldsOf(fields), span: this.top })
  }

  protected flow(event: TraceEvent): void {
    const { id, phase, ts, order, name } = event
    if (id === undefined) return this.context.tally.ignore('flow without id')
    const { top } = this
    if (phase !== 's') {
      if (phase === 'f' && !event.bindsToEnclosing) this.waitingFlows.push({ id, event })
      else if (top !== undefined) this.context.flows.addEnd(id, { timeUs: ts, order, target: top })
      else this.context.tally.ignore('flow outside of any slice')
    }
    if (phase === 'f') return
    if (top === undefined) this.context.tally.ignore('flow outside of any slice')
    else this.startFlow(id, { name, timeUs: ts, order, source: top })
  }
}

/** `value` and a series of its own need no second name. */
const counterName = (name: string, key: string, count: number): { readonly name: string; readonly unit?: string } =>
  count > 1 ? { name: `${name}.${key}` } : key === 'value' || key === name ? { name } : { name, unit: key }

function setResult(span: Span, args: JsonObject): void {
  if (span.meaning.kind === 'activity') span.result = args
  else span.outcome ??= { kind: 'returned', value: plain(args) }
}
