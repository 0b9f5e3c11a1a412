/**
 * Our own export (export/perfetto.ts) read back. It tells more than the format asks for: outcomes, places, causes by call. What it does not
 * tell is guessed where the guess is safe enough: what an activity was, from its name; which activity a call belongs to that nothing
 * called (the last one that began outside of any call and has not ended); which of several waiting calls of one name goes on (the one
 * that waits longest).
 */
import { ConsoleLevel } from '@hindscope/protocol'
import type { ConsoleLevelName } from '@hindscope/protocol'
import type { Outcome } from '../chunk-writer.ts'
import { textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import { fieldsOf, plain } from '../plain-value.ts'
import type { PlainValue } from '../plain-value.ts'
import { mark } from './dialect.ts'
import type { Dialect, InstantMeaning } from './dialect.ts'
import type { FlowTable } from './flow-table.ts'
import type { ActivityMeaning, CallMeaning, EventMoment, FlowStart, Span } from './span.ts'
import type { TraceEvent } from './trace-event.ts'
import { Weaver } from './weaver.ts'

export const ownDialect: Dialect = {
  slice: event => callMeaning(event),
  operation: event => (event.category === 'call' ? callMeaning(event) : activityMeaning(event, { isInside: false })),
  instant: event => instantMeaning(event),
}

/** What the threads of one export know of each other. */
export class OwnExport {
  private readonly causes: { readonly span: Span; readonly cause: string }[] = []
  /** By track and call id, as causes name them. */
  private readonly byCall = new Map<string, FlowStart>()

  note(event: TraceEvent, start: FlowStart): void {
    const place = placeOfId(event.id)
    if (place !== undefined) this.byCall.set(place, start)
  }

  follows(span: Span, cause: string): void {
    this.causes.push({ span, cause })
  }

  /** The operation that an id of a flow means. */
  operation(id: string | undefined): Span | undefined {
    return this.byCall.get(placeOfId(id) ?? '')?.source
  }

  /** Causes that are named go before those that arrows tell. */
  bind(flows: FlowTable): void {
    for (const { span, cause } of this.causes) {
      const start = this.byCall.get(cause)
      if (start !== undefined) flows.settle(start, span)
    }
  }
}

/** `0.7` of `0.7.6`: track and call id. */
function placeOfId(id: string | undefined): string | undefined {
  return /(?:^|\n)(\d+\.\d+)\.\d+$/.exec(id ?? '')?.[1]
}

export class OwnWeaver extends Weaver {
  private readonly exported: OwnExport
  /** Calls that wait, longest first. */
  private readonly waiting: { readonly name: string; readonly span: Span }[] = []
  /** Activities that began outside of any call, are open, and run code. */
  private readonly around: Span[] = []
  /** Spans that did not end. */
  private readonly endless = new Set<Span>()
  private starting: { readonly name: string; readonly timeUs: number; readonly span: Span } | undefined

  constructor(exported: OwnExport, ...base: ConstructorParameters<typeof Weaver>) {
    super(...base)
    this.exported = exported
  }

  protected override beginSlice(event: TraceEvent, endUs: number): void {
    const running = event.category === 'part' ? this.runningCall(event) : undefined
    if (event.category === 'part' && running !== undefined) {
      this.stack.push({ event, span: running, limitUs: this.stack.at(-1)?.limitUs ?? Infinity, isPaired: true })
      return this.bindFlows(event, running)
    }
    super.beginSlice(event, endUs)
    const { top } = this
    if (top !== undefined) this.noteOutcome(event, top)
  }

  protected override parentOfSlice(): Span | undefined {
    return this.top ?? this.around.at(-1)
  }

  /** The call of which the slice is a part; it goes on then, unless it has just begun. */
  private runningCall({ name, ts }: TraceEvent): Span | undefined {
    const { starting } = this
    this.starting = undefined
    if (starting?.name === name && starting.timeUs === ts) return starting.span
    const at = this.waiting.findIndex(each => each.name === name)
    const [next] = at === -1 ? [] : this.waiting.splice(at, 1)
    if (next !== undefined) this.thread.moments.push({ kind: 'resume', timeUs: ts, span: next.span })
    return next?.span
  }

  protected override closeTop(timeUs: number): void {
    const top = this.stack.at(-1)
    if (top === undefined) return
    const { span, event } = top
    if (event.category === 'part') {
      this.stack.pop()
      this.waiting.push({ name: event.name, span })
      this.thread.moments.push({ kind: 'suspend', timeUs, span })
    } else if (this.endless.has(span)) this.stack.pop()
    else {
      this.dropError(timeUs, event.name)
      super.closeTop(timeUs)
    }
  }

  protected override beginOperation(event: TraceEvent): void {
    const { ts, name, args } = event
    const isCall = event.category === 'call'
    const parent = args['cause'] === undefined ? this.parentOfSlice() : undefined
    const span = this.begin(ts, isCall ? callMeaning(event) : activityMeaning(event, { isInside: this.top !== undefined }), parent)
    const start: FlowStart = { name, timeUs: ts, order: event.order, source: span, messages: [] }
    this.thread.moments.push({ kind: 'send', timeUs: ts, start })
    this.noteOperation(event, span)
    this.noteOutcome(event, span)
    this.exported.note(event, start)
    if (isCall) this.starting = { name, timeUs: ts, span }
    else if (this.top === undefined && runsCode(span)) this.around.push(span)
  }

  protected override endOperation(event: TraceEvent): void {
    const span = this.takeOperation(event)
    if (span === undefined) return this.context.tally.ignore('end of an async operation that did not begin')
    remove(this.around, each => each === span)
    remove(this.waiting, each => each.span === span)
    this.dropError(event.ts, event.name)
    const last = this.thread.moments.at(-1)
    // Its last part has ended with it.
    if (last?.kind === 'suspend' && last.span === span && last.timeUs === event.ts) this.thread.moments.pop()
    if (!this.endless.has(span)) this.end(event.ts, span)
  }

  protected override flow(event: TraceEvent): void {
    const target = event.phase === 'f' ? this.exported.operation(event.id) : undefined
    if (target === undefined || event.id === undefined) return super.flow(event)
    this.context.flows.addEnd(event.id, { timeUs: event.ts, order: event.order, target })
  }

  private noteOutcome({ args }: TraceEvent, span: Span): void {
    const result = textOf(args['result']) ?? ''
    if (args['outcome'] === 'open') this.endless.add(span)
    if (span.meaning.kind === 'call') span.outcome = outcomeOf(textOf(args['outcome']), result)
    else span.result = resultOf(result)
    const cause = textOf(args['cause'])
    if (cause !== undefined) this.exported.follows(span, cause)
  }

  /** The export has an instant for each error, and the end of a call that threw is one: it is told by the end. */
  private dropError(timeUs: number, name: string): void {
    const { moments } = this.thread
    for (let i = moments.length - 1; i >= 0 && moments[i]?.timeUs === timeUs; i--) {
      const moment = moments[i]
      if (moment?.kind !== 'event' || moment.event !== 'throwStatement' || nameOf(moment) !== name) continue
      moments.splice(i, 1)
      return
    }
  }

  protected override instant(event: TraceEvent): void {
    super.instant(event)
    const last = this.thread.moments.at(-1)
    if (last?.kind === 'event') errorNames.set(last, event.name)
  }
}

const errorNames = new WeakMap<EventMoment, string>()
const nameOf = (moment: EventMoment): string | undefined => errorNames.get(moment)

function remove<T>(list: T[], test: (entry: T) => boolean): void {
  const at = list.findIndex(test)
  if (at !== -1) list.splice(at, 1)
}

/** A request waits for an answer; everything else calls somebody. */
const runsCode = ({ meaning }: Span): boolean => meaning.kind === 'activity' && meaning.type !== 'httpClient'

function callMeaning({ name, args }: TraceEvent): CallMeaning {
  const [, file, line, column] = /^(.*):(\d{1,9}):(\d{1,9})$/.exec(textOf(args['location']) ?? '') ?? []
  const text = /^\((.*)\)$/s.exec(textOf(args['arguments']) ?? '')?.[1] ?? ''
  return {
    kind: 'call',
    function: { name, ...(file === undefined ? {} : { file, line: Number(line), column: Math.max(0, Number(column) - 1) }) },
    args: text === '' ? [] : [['arguments', plain(text)]],
  }
}

/** `isInside`: it began while a call ran. */
function activityMeaning({ name }: TraceEvent, { isInside }: { readonly isInside: boolean }): ActivityMeaning {
  const [, method, url] = /^([A-Z]{3,7}) (\S+)$/.exec(name) ?? []
  if (method !== undefined && url !== undefined) {
    return { kind: 'activity', type: isInside || /^[a-z]+:/.test(url) ? 'httpClient' : 'httpServer', fields: { method, url } }
  }
  const [, kind, delay] = /^(set\w+|timer) (\d+) ms$/.exec(name) ?? []
  if (kind !== undefined) return { kind: 'activity', type: 'timer', fields: { kind, delayMs: Number(delay) } }
  return /^message( \d+)?$/.test(name)
    ? { kind: 'activity', type: 'message', fields: { name } }
    : { kind: 'activity', type: 'custom', fields: { name } }
}

/** Values leave as one line of text, and come back as that. */
function outcomeOf(outcome: string | undefined, result: string): Outcome {
  if (outcome === 'unwound') return { kind: 'unwound' }
  if (outcome === 'threw') return { kind: 'threw', error: errorOf(result) }
  return { kind: 'returned', ...(result === '' ? {} : { value: plain(result.replace(/^→ /, '')) }) }
}

function resultOf(result: string): JsonObject | undefined {
  if (result === '') return undefined
  if (result.startsWith('✗ ')) return { error: result.slice(2) }
  const text = result.replace(/^→ /, '')
  return /^\d{1,3}$/.test(text) ? { status: Number(text) } : { result: text }
}

function errorOf(text: string): PlainValue {
  const [, className = 'Error', message = text.replace(/^✗ ?/, '')] = /^✗ (\w+): (.*)$/s.exec(text) ?? []
  return { kind: 'error', id: 0, className, message, stack: '', entries: [] }
}

function instantMeaning(event: TraceEvent): InstantMeaning {
  const { name, category, args } = event
  const text = textOf(args['text']) ?? ''
  const level = /^console\.(\w+)$/.exec(name)?.[1]
  if (level !== undefined) return { event: 'console', extra: ConsoleLevel[level as ConsoleLevelName] ?? ConsoleLevel.log, value: plain([text]) } // SAFE: unknown levels are undefined
  if (category !== 'error') return category === 'mark' ? { event: 'mark', value: fieldsOf({ label: name }) } : mark(event)
  if (name === 'uncaught error') return { event: 'uncaughtError', value: errorOf(text) }
  return { event: name === 'unhandled rejection' ? 'unhandledRejection' : 'throwStatement', value: errorOf(text) }
}
