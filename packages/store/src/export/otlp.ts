/**
 * Traces as OTLP/JSON: an ExportTraceServiceRequest as OpenTelemetry collectors take it at /v1/traces
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, 64-bit integers as strings, enums as numbers).
 *
 * A resource is a realm. Ids are those that requests carry in `traceparent` (docs/protocol.md), so that these spans join with those that
 * other tools made of the same requests: a chain that came in with a foreign traceparent keeps its trace id and hangs below its span.
 * The parent of a span is its caller, or else its cause; a cause that is no caller stands as a link too.
 *
 * Spans that OpenTelemetry made in the program keep their own ids, and what was called in them is of their trace and hangs below them.
 */
import { EventKind } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { scopeOf, trackName } from './export-scope.ts'
import type { ExportOptions, ExportScope } from './export-scope.ts'
import { SpanIds } from './otlp-ids.ts'
import { spanBody } from './otlp-span.ts'
import { attribute } from './otlp-values.ts'
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
    yield `${index === 0 ? '' : ','}\n${resourceStart(scope, track)}`
    yield* listed(spans(ids, track))
    yield RESOURCE_END
  }
  yield ']}\n'
}

const RESOURCE_END = ']}]}'

function resourceStart(scope: ExportScope, track: Track): string {
  const scopeText = jsonText({ name: 'hindscope', version: scope.options.version ?? '' })
  return `{"resource":${jsonText({ attributes: resourceAttributes(scope.store, track) })},"scopeSpans":[{"scope":${scopeText},"spans":[`
}

/** One request for a collector. */
export interface OtlpRequest {
  /** An ExportTraceServiceRequest as JSON. */
  readonly body: string
  readonly spans: number
}

/** The same spans in requests of at most so many spans and, unless one span alone is longer, characters. Throws as `exportOtlp`. */
export function otlpRequests(
  store: TraceStore,
  options: ExportOptions,
  most: { readonly spans: number; readonly length: number },
): Iterable<OtlpRequest> {
  return requests(scopeOf(store, options), most)
}

function* requests(scope: ExportScope, most: { readonly spans: number; readonly length: number }): Generator<OtlpRequest> {
  const ids = new SpanIds(scope)
  for (const track of scope.tracks) {
    const start = `{"resourceSpans":[${resourceStart(scope, track)}`
    const request = (texts: readonly string[]): OtlpRequest => ({ body: `${start}${texts.join(',')}${RESOURCE_END}]}`, spans: texts.length })
    let texts: string[] = []
    let length = 0
    for (const text of spans(ids, track)) {
      if (texts.length >= most.spans || (texts.length > 0 && length + text.length > most.length)) {
        yield request(texts)
        texts = []
        length = 0
      }
      texts.push(text)
      length += text.length
    }
    if (texts.length > 0) yield request(texts)
  }
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
    if (!ids.isWritten(track, call)) continue
    const place = { track: track.number, call }
    const { parentSpanId, link } = ids.parentOf(place)
    const { links = [], ...body } = spanBody(track, call, errors.get(call) ?? [])
    const allLinks = link === undefined ? links : [...links, link]
    yield jsonText({
      traceId: ids.traceIdOf(place),
      spanId: ids.spanIdOf(place),
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      ...body,
      ...(allLinks.length === 0 ? {} : { links: allLinks }),
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
