/** Writes the moments of threads into realms. Causes from other threads are links that readers know: a request's traceparent, or a message. */
import { formatTraceparent } from '@hindscope/protocol'
import type { SessionId } from '@hindscope/protocol'
import type { ParentOptions, RealmWriter } from '../chunk-writer.ts'
import type { FunctionTable } from '../function-table.ts'
import { fieldsOf } from '../plain-value.ts'
import type { Moment, Span, Thread } from './span.ts'

export interface RealmThread {
  readonly thread: Thread
  readonly realm: RealmWriter
}

/** Ends of messages that are flows: no recorder's channel is called so. */
const CHANNEL = 'flow '

export class ThreadWriter {
  private readonly session: SessionId
  private readonly functions: FunctionTable
  private readonly offsetUs: number
  private readonly realms: ReadonlyMap<Thread, RealmWriter>
  private readonly written = new Set<Span>()
  private readonly isTaken = new Set<number>()

  /** `offsetUs`: from the trace's clock to microseconds since 1970. */
  constructor(session: SessionId, functions: FunctionTable, threads: readonly RealmThread[], offsetUs: number) {
    this.session = session
    this.functions = functions
    this.offsetUs = offsetUs
    this.realms = new Map(threads.map(({ thread, realm }) => [thread, realm]))
    // A request may name a call of a thread that is written later.
    for (const { thread } of threads) numberSpans(thread)
  }

  write({ thread, realm }: RealmThread): void {
    for (const moment of thread.moments) this.moment(realm, moment)
  }

  private moment(realm: RealmWriter, moment: Moment): void {
    const timeUs = moment.timeUs + this.offsetUs
    switch (moment.kind) {
      case 'begin':
        return this.begin(realm, moment.span, timeUs)
      case 'end':
        return this.end(realm, moment.span, timeUs)
      case 'suspend':
        return realm.suspend(moment.span.call, timeUs)
      case 'resume':
        return realm.resume(moment.span.call, timeUs)
      case 'send':
        for (const number of moment.start.messages) this.send(realm, moment.start, number, timeUs)
        return
      case 'event': {
        const { event, extra, value, span } = moment
        const isThrow = event === 'throwStatement' && span?.meaning.kind === 'call'
        const site = isThrow && span.meaning.kind === 'call' ? this.functions.site(span.meaning.function) : 0
        return realm.event({ kind: event, timeUs, extra, call: span?.call ?? 0, site, values: [value] })
      }
    }
  }

  private send(realm: RealmWriter, { source, name }: { readonly source: Span; readonly name: string }, number: number, timeUs: number): void {
    if (!this.isTaken.has(number))
      realm.event({ kind: 'messageSend', timeUs, call: source.call, values: [fieldsOf({ channel: CHANNEL, number, message: name })] })
  }

  private begin(realm: RealmWriter, span: Span, timeUs: number): void {
    const { meaning } = span
    let options = this.linkOf(span)
    if (span.carrier !== 0) {
      realm.start('message', timeUs, fieldsOf({ channel: CHANNEL, number: span.message }))
      options = { parent: span.carrier }
    }
    if (meaning.kind === 'activity') realm.start(meaning.type, timeUs, fieldsOf({ ...meaning.fields, ...this.remoteFields(span) }), options)
    else {
      const site = this.functions.site(meaning.function)
      meaning.args.forEach(([name], i) => this.functions.nameParam(site, i, name))
      realm.enter(
        site,
        timeUs,
        meaning.args.map(([, value]) => value),
        options,
      )
    }
    this.written.add(span)
  }

  private end(realm: RealmWriter, span: Span, timeUs: number): void {
    const { meaning, outcome, result } = span
    if (meaning.kind === 'call') realm.exit(span.call, timeUs, outcome ?? { kind: 'returned' })
    else realm.end(span.call, meaning.type, timeUs, result === undefined ? undefined : fieldsOf(result))
    if (span.carrier !== 0) realm.end(span.carrier, 'message', timeUs)
  }

  private linkOf({ parent, cause, message }: Span): ParentOptions {
    if (cause !== undefined && message === 0 && this.written.has(cause)) return { parent: cause.call, asyncParent: true }
    return parent === undefined || message !== 0 ? {} : { parent: parent.call }
  }

  /** What an activity is joined to its cause by, when that is in another thread. */
  private remoteFields({ meaning, cause, message, thread }: Span): Readonly<Record<string, unknown>> {
    if (meaning.kind !== 'activity' || message === 0 || cause === undefined) return {}
    if (meaning.type === 'message') return { channel: CHANNEL, number: message }
    const realm = this.realms.get(cause.thread)?.realm
    if (meaning.type !== 'httpServer' || realm === undefined || thread === cause.thread) return {}
    this.isTaken.add(message)
    return { traceparent: formatTraceparent(this.session, realm, cause.call, realm, cause.call) }
  }
}

/** The ids that a realm's writer will give: one after another, in the order of the beginnings. */
function numberSpans({ moments }: Thread): void {
  let next = 1
  for (const moment of moments) {
    if (moment.kind !== 'begin') continue
    const { span } = moment
    const { meaning, message } = span
    const carries = meaning.kind === 'activity' && (meaning.type === 'httpServer' || meaning.type === 'message')
    if (message !== 0 && !carries) span.carrier = next++
    span.call = next++
  }
}
