/**
 * Ids of spans: trace, span and parent. Spans that OpenTelemetry made itself have theirs already; what was called in them is of their trace,
 * and so is a chain that no other tool began, by the first of them that is in it.
 */
import { ActivityType, formatTraceparent, tryParseTraceparent } from '@hindscope/protocol'
import type { Traceparent } from '@hindscope/protocol'
import { CallMark } from '../model/call-table.ts'
import { textField } from '../model/record-values.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { tracedIds } from './otlp-traced.ts'
import type { TracedIds } from './otlp-traced.ts'
import { attribute } from './otlp-values.ts'

/** Where a span hangs, and what else caused it. */
export interface SpanParent {
  readonly parentSpanId?: string
  readonly link?: object
}

export class SpanIds {
  private readonly store: TraceStore
  private readonly kept: ExportOptions['spans']
  private readonly leavesTraced: boolean
  /** By the top of a chain, the trace of the first span in it that has one of its own; empty where there are none. */
  private readonly chains = new Map<string, string>()
  /** By track and call, the trace of the nearest such span at or above. */
  private readonly traced: (string | undefined)[][] = []
  private last: { readonly track: number; readonly root: number; readonly traceId: string } | undefined

  constructor({ store, options }: ExportScope) {
    this.store = store
    this.kept = options.spans
    this.leavesTraced = options.leaveTraced === true
    for (const track of store.tracks) {
      for (let call = 0; call < track.calls.length; call++) {
        const ids = this.tracedAt(track, call)
        if (ids === undefined) continue
        const top = keyOf(store.rootOf({ track: track.number, call }))
        if (!this.chains.has(top)) this.chains.set(top, ids.traceId)
      }
    }
  }

  isWritten(track: Track, call: number): boolean {
    return this.isWanted(track, call) && !(this.leavesTraced && this.tracedAt(track, call)?.isSampled === true)
  }

  spanIdOf(place: CallPlace): string {
    const traced = this.tracedAt(this.store.tracks[place.track], place.call)
    if (traced !== undefined) return traced.spanId
    const [realm, call] = this.numbersOf(place)
    return formatTraceparent(this.store.session, realm, call, realm, call).slice(36, 52)
  }

  traceIdOf(place: CallPlace): string {
    return (this.chains.size === 0 ? undefined : this.tracedAbove(place)) ?? this.chainIdOf(place)
  }

  /** The nearest cause that is a span, or the foreign span that the chain came from; and the cause as a link. */
  parentOf(place: CallPlace): SpanParent {
    const { cause, isCause, foreign } = this.causeOf(place)
    const traced = this.tracedAt(this.store.tracks[place.track], place.call)
    const above = cause === undefined ? foreign : this.spanIdOf(cause)
    const link = cause === undefined ? {} : { link: this.linkTo(cause) }
    if (traced === undefined || traced.parentSpanId === above)
      return { ...(above === undefined ? {} : { parentSpanId: above }), ...(isCause ? link : {}) }
    if (traced.parentSpanId !== undefined) return { parentSpanId: traced.parentSpanId, ...link }
    // Its tracer knows of nothing above: what started it is its parent where that is of the same trace.
    return cause !== undefined && above !== undefined && this.traceIdOf(cause) === traced.traceId ? { parentSpanId: above, ...link } : link
  }

  private causeOf(place: CallPlace): { readonly cause?: CallPlace; readonly isCause: boolean; readonly foreign?: string | undefined } {
    let isCause = false
    for (let at = place; ;) {
      const calls = this.store.tracks[at.track]?.calls
      isCause ||= ((calls?.marks[at.call] ?? 0) & CallMark.asyncParent) !== 0
      const above = this.store.parentOf(at)
      if (above === undefined) return { isCause: false, foreign: this.foreignParentOf(at)?.spanId }
      const track = this.store.tracks[above.track]
      if (track !== undefined && this.isParent(track, above.call)) return { cause: above, isCause }
      at = above
    }
  }

  private linkTo(cause: CallPlace): object {
    return { traceId: this.traceIdOf(cause), spanId: this.spanIdOf(cause), attributes: [attribute('hindscope.link', 'cause')] }
  }

  /** Of the kind that is exported. */
  private isWanted(track: Track, call: number): boolean {
    return this.kept === undefined || (this.kept === 'calls') === (track.calls.activity[call] === 0)
  }

  /** Spans that their own tracer sends are there, whatever is written here. */
  private isParent(track: Track, call: number): boolean {
    return this.isWanted(track, call) || this.tracedAt(track, call)?.isSampled === true
  }

  private tracedAt(track: Track | undefined, call: number): TracedIds | undefined {
    return track?.calls.activity[call] === ActivityType.span ? tracedIds(track, call) : undefined
  }

  private tracedAbove(place: CallPlace): string | undefined {
    const path: CallPlace[] = []
    let traceId: string | undefined
    for (let at: CallPlace | undefined = place; at !== undefined; at = this.store.parentOf(at)) {
      const known: (string | undefined)[] = (this.traced[at.track] ??= [])
      const track = this.store.tracks[at.track]
      traceId = at.call in known ? known[at.call] : track && this.isParent(track, at.call) ? this.tracedAt(track, at.call)?.traceId : undefined
      path.push(at)
      if (traceId !== undefined || at.call in known) break
    }
    for (const { track, call } of path) (this.traced[track] ??= [])[call] = traceId
    return traceId
  }

  /** Calls of one chain mostly follow each other, so that remembering the last one is enough. */
  private chainIdOf(place: CallPlace): string {
    const root = this.store.tracks[place.track]?.rootOfCall(place.call) ?? place.call
    if (this.last?.track !== place.track || this.last.root !== root)
      this.last = { track: place.track, root, traceId: this.traceIdOfTop(this.store.rootOf(place)) }
    return this.last.traceId
  }

  private traceIdOfTop(top: CallPlace): string {
    const [realm, call] = this.numbersOf(top)
    const known = this.foreignParentOf(top)?.traceId ?? this.chains.get(keyOf(top))
    return known ?? formatTraceparent(this.store.session, realm, call, realm, call).slice(3, 35)
  }

  private foreignParentOf({ track: number, call }: CallPlace): Traceparent | undefined {
    const track = this.store.tracks[number]
    const activity = track?.calls.activity[call]
    if (track === undefined || (activity !== ActivityType.httpServer && activity !== ActivityType.message)) return undefined
    const text = textField(track.valuesOf(track.calls.enterRow[call] ?? 0)[0], 'traceparent')
    return text === undefined ? undefined : tryParseTraceparent(text)
  }

  private numbersOf({ track, call }: CallPlace): readonly [number, number] {
    const owner = this.store.tracks[track]
    return [owner?.realm ?? 0, owner?.calls.id[call] ?? 0]
  }
}

const keyOf = ({ track, call }: CallPlace): string => `${track}.${call}`
