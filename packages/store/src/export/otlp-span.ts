/** One call or activity as a span of OTLP/JSON: attributes by OpenTelemetry's semantic conventions (code, http, exception). */
import { ActivityType, EventKind } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { nameOfCall, previewOfRow, siteOfCall } from '../model/describe.ts'
import { formatValue } from '../model/format-value.ts'
import { fieldOf, numberField, textField } from '../model/record-values.ts'
import { isSent } from '../model/sent-messages.ts'
import type { Track } from '../model/track.ts'
import { attribute, nanoText } from './otlp-values.ts'
import type { Attribute } from './otlp-values.ts'
import { tracedSpan } from './otlp-traced.ts'
import type { SpanBody } from './otlp-traced.ts'

/** opentelemetry.proto.trace.v1.Span.SpanKind and Status.StatusCode, as numbers: JSON of OTLP has no enum names. */
const SpanKind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const
const STATUS_ERROR = 2

export function spanKindOf(track: Track, call: number): number {
  switch (track.calls.activity[call]) {
    case ActivityType.httpClient:
      return SpanKind.client
    case ActivityType.httpServer:
      return SpanKind.server
    case ActivityType.message:
      return isSent(track, call) ? SpanKind.producer : SpanKind.consumer
    default:
      return SpanKind.internal
  }
}

/** Name, times, attributes, exceptions and status; ids are the caller's. `errors`: rows of errors that nobody caught, of this call. */
export function spanBody(track: Track, call: number, errors: readonly number[]): SpanBody {
  const { calls } = track
  const enterRow = calls.enterRow[call] ?? 0
  const exitRow = calls.exitRow[call] ?? -1
  if (calls.activity[call] === ActivityType.span) return tracedSpan(track, call)
  const events = exceptionRows(track, call, errors).map(row => exceptionEvent(track, row))
  const failure = failureOf(track, call)
  return {
    name: spanName(track, call),
    kind: spanKindOf(track, call),
    startTimeUnixNano: nanoText(track.time(enterRow)),
    endTimeUnixNano: nanoText(exitRow === -1 ? track.lastUs : track.time(exitRow)),
    attributes: [
      attribute('hindscope.event', `${track.number}.${track.seqOf(enterRow)}`),
      ...(calls.activity[call] === 0 ? codeAttributes(track, call) : activityAttributes(track, call)),
      ...(exitRow === -1 ? [attribute('hindscope.open', true)] : []),
      ...(failure === undefined || failure.type === '' ? [] : [attribute('error.type', failure.type)]),
    ],
    ...(events.length === 0 ? {} : { events }),
    status: failure === undefined ? {} : { code: STATUS_ERROR, ...(failure.message === '' ? {} : { message: failure.message }) },
  }
}

/** Http spans of clients are called after the method alone: addresses would make as many names as there are requests. */
function spanName(track: Track, call: number): string {
  const { activity } = track.calls
  const isHttp = activity[call] === ActivityType.httpClient || activity[call] === ActivityType.httpServer
  return isHttp ? textField(startOf(track, call), 'method') || 'HTTP' : nameOfCall(track, call)
}

const startOf = (track: Track, call: number): ValueNode | undefined => track.valuesOf(track.calls.enterRow[call] ?? 0)[0]
const endOf = (track: Track, call: number): ValueNode | undefined => {
  const exitRow = track.calls.exitRow[call] ?? -1
  return exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
}

function codeAttributes(track: Track, call: number): Attribute[] {
  const enterRow = track.calls.enterRow[call] ?? 0
  const place = siteOfCall(track, call)?.location
  const result = track.calls.outcome[call] === OutcomeCode.returned ? endOf(track, call) : undefined
  return [
    attribute('code.function.name', nameOfCall(track, call)),
    ...(place === undefined
      ? []
      : [attribute('code.file.path', place.file), attribute('code.line.number', place.line), attribute('code.column.number', place.column + 1)]),
    attribute('hindscope.arguments', previewOfRow(track, enterRow, track.valuesOf(enterRow))),
    ...(result === undefined ? [] : [attribute('hindscope.result', formatValue(result))]),
  ]
}

function activityAttributes(track: Track, call: number): Attribute[] {
  const start = startOf(track, call)
  const type = track.calls.activity[call]
  if (type === ActivityType.httpClient || type === ActivityType.httpServer) {
    const url = textField(start, 'url')
    const status = numberField(endOf(track, call), 'status')
    return [
      attribute('http.request.method', textField(start, 'method') || '_OTHER'),
      ...(url === undefined ? [] : type === ActivityType.httpClient ? [attribute('url.full', url)] : pathAttributes(url)),
      ...(status === undefined || status === 0 ? [] : [attribute('http.response.status_code', status)]),
    ]
  }
  return start?.kind === 'object' ? start.entries.map(([key, value]) => attribute(`hindscope.${key}`, plain(value))) : []
}

function pathAttributes(url: string): Attribute[] {
  const [, path = '', query] = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? []
  return [attribute('url.path', path || '/'), ...(query === undefined ? [] : [attribute('url.query', query)])]
}

const plain = (node: ValueNode): string => (node.kind === 'string' ? node.value : formatValue(node))

interface Failure {
  readonly type: string
  readonly message: string
}

/** Why the span failed; errors that were caught inside are events and no failure. */
function failureOf(track: Track, call: number): Failure | undefined {
  const { outcome, activity } = track.calls
  if (outcome[call] === OutcomeCode.unwound) return { type: '', message: 'ended by an error that was not seen' }
  if (outcome[call] !== OutcomeCode.threw) return undefined
  const end = endOf(track, call)
  if (activity[call] === 0) return end === undefined ? { type: '', message: '' } : { type: typeOfError(end), message: messageOf(end) }
  const error = fieldOf(end, 'error')
  if (error !== undefined && error.kind !== 'undefined' && error.kind !== 'null') return { type: typeOfError(error), message: messageOf(error) }
  const status = numberField(end, 'status')
  return { type: status === undefined ? '' : String(status), message: '' }
}

/** Rows with an exception, in order: of the throw that left the call, or of throws inside that did not, and of errors that nobody caught. */
function exceptionRows(track: Track, call: number, errors: readonly number[]): number[] {
  const exitRow = track.calls.exitRow[call] ?? -1
  const hasThrown = exitRow !== -1 && track.rows.kind[exitRow] === EventKind.callThrow
  // The throw that leaves the call is there twice: where it was thrown and where it left.
  const seen = errors.filter(row => track.rows.kind[row] !== EventKind.throwStatement || !hasThrown)
  return hasThrown ? [...seen.filter(row => row < exitRow), exitRow, ...seen.filter(row => row > exitRow)] : seen
}

function exceptionEvent(track: Track, row: number): object {
  const [value] = track.valuesOf(row)
  const stack = value?.kind === 'error' ? value.stack : ''
  return {
    timeUnixNano: nanoText(track.time(row)),
    name: 'exception',
    attributes: [
      ...(value === undefined ? [] : [attribute('exception.type', typeOfError(value)), attribute('exception.message', messageOf(value))]),
      ...(stack === '' ? [] : [attribute('exception.stacktrace', stack)]),
    ],
  }
}

const typeOfError = (node: ValueNode): string => ('className' in node ? node.className || 'Object' : node.kind)
const messageOf = (node: ValueNode): string => (node.kind === 'error' ? node.message : plain(node))
