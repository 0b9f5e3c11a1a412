/**
 * Traces as OTLP/JSON: an ExportTraceServiceRequest as OpenTelemetry collectors take it at /v1/traces
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, 64-bit integers as strings, enums as numbers).
 *
 * A resource is a realm. Ids are those that requests carry in `traceparent` (docs/protocol.md), so that these spans join with those that
 * other tools made of the same requests: a chain that came in with a foreign traceparent keeps its trace id and hangs below its span.
 * The parent of a span is its caller, or else its cause; a cause that is no caller stands as a link too.
 */
import { ActivityType, EventKind, formatTraceparent, tryParseTraceparent } from '@hindscope/protocol'
import type { Traceparent } from '@hindscope/protocol'
import { CallMark } from '../model/call-table.ts'
import { textField } from '../model/record-values.ts'
import type { CallPlace, TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, trackName } from './export-scope.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { attribute, spanBody } from './otlp-span.ts'
import { inPieces, jsonText, listed } from './pieces.ts'
import type { ExportPiece } from './pieces.ts'

/** Throws `export-empty`, `export-track-unknown`. */
export function exportOtlp(store: TraceStore, options: ExportOptions = {}): Iterable<ExportPiece> {
  const scope = scopeOf(store, options)
  return inPieces(requestTexts(scope))
}

function* requestTexts(scope: ExportScope): Generator<string> {
  const ids = new SpanIds(scope)
  yield '{"resourceSpans":['
  for (const [index, track] of scope.tracks.entries()) {
    const scopeText = jsonText({ name: 'hindscope', version: scope.options.version ?? '' })
    yield `${index === 0 ? '' : ','}\n{"resource":${jsonText({ attributes: resourceAttributes(scope.store, track) })},`
    yield `"scopeSpans":[{"scope":${scopeText},"spans":[`
    yield* listed(spans(ids, track))
    yield ']}]}'
  }
  yield ']}\n'
}

function resourceAttributes(store: TraceStore, track: Track): object[] {
  const { definition } = track
  return [
    attribute('service.name', trackName(track)),
    attribute('service.instance.id', track.realm.toString(16).padStart(8, '0')),
    attribute('hindscope.session', store.session),
    ...(definition === undefined
      ? []
      : [
          attribute('hindscope.realm.kind', definition.realmKind),
          attribute('hindscope.realm.url', definition.url),
          attribute('hindscope.platform', definition.platform),
          ...(definition.pid === 0 ? [] : [attribute('process.pid', definition.pid)]),
        ]),
  ]
}

function* spans(ids: SpanIds, track: Track): Generator<string> {
  const errors = looseErrors(track)
  for (let call = 0; call < track.calls.length; call++) {
    if (!ids.isExported(track, call)) continue
    const place = { track: track.number, call }
    const { parentSpanId, link } = ids.parentOf(place)
    yield jsonText({
      traceId: ids.traceIdOf(place),
      spanId: ids.spanIdOf(place),
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      ...spanBody(track, call, errors.get(call) ?? []),
      ...(link === undefined ? {} : { links: [link] }),
    })
  }
}

/** Rows of errors besides those that ended a call, by call. */
function looseErrors(track: Track): ReadonlyMap<number, readonly number[]> {
  const byCall = new Map<number, number[]>()
  for (let i = 0; i < track.errorRows.length; i++) {
    const row = track.errorRows.at(i)
    const kind = track.rows.kind[row]
    const call = track.rows.call[row] ?? -1
    if (kind !== EventKind.throwStatement && kind !== EventKind.uncaughtError && kind !== EventKind.unhandledRejection) continue
    const rows = byCall.get(call)
    if (rows === undefined) byCall.set(call, [row])
    else rows.push(row)
  }
  return byCall
}

class SpanIds {
  private readonly store: TraceStore
  private readonly kept: ExportOptions['spans']
  private last: { readonly track: number; readonly root: number; readonly traceId: string } | undefined

  constructor({ store, options }: ExportScope) {
    this.store = store
    this.kept = options.spans
  }

  isExported(track: Track, call: number): boolean {
    return this.kept === undefined || (this.kept === 'calls') === (track.calls.activity[call] === 0)
  }

  spanIdOf(place: CallPlace): string {
    const [realm, call] = this.numbersOf(place)
    return formatTraceparent(this.store.session, realm, call, realm, call).slice(36, 52)
  }

  /** Calls of one chain mostly follow each other, so that remembering the last one is enough. */
  traceIdOf(place: CallPlace): string {
    const root = this.store.tracks[place.track]?.rootOfCall(place.call) ?? place.call
    if (this.last?.track !== place.track || this.last.root !== root)
      this.last = { track: place.track, root, traceId: this.traceIdOfTop(this.store.rootOf(place)) }
    return this.last.traceId
  }

  /** The nearest cause that is a span of this export, or the foreign span that the chain came from; and the cause as a link. */
  parentOf(place: CallPlace): { readonly parentSpanId?: string; readonly link?: object } {
    let isCause = false
    for (let at = place; ;) {
      const calls = this.store.tracks[at.track]?.calls
      isCause ||= ((calls?.marks[at.call] ?? 0) & CallMark.asyncParent) !== 0
      const above = this.store.parentOf(at)
      if (above === undefined) {
        const foreign = this.foreignParentOf(at)?.spanId
        return foreign === undefined ? {} : { parentSpanId: foreign }
      }
      const track = this.store.tracks[above.track]
      if (track !== undefined && this.isExported(track, above.call)) {
        const parentSpanId = this.spanIdOf(above)
        const link = { traceId: this.traceIdOf(place), spanId: parentSpanId, attributes: [attribute('hindscope.link', 'cause')] }
        return { parentSpanId, ...(isCause ? { link } : {}) }
      }
      at = above
    }
  }

  private traceIdOfTop(top: CallPlace): string {
    const [realm, call] = this.numbersOf(top)
    return this.foreignParentOf(top)?.traceId ?? formatTraceparent(this.store.session, realm, call, realm, call).slice(3, 35)
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
