/** A span that OpenTelemetry itself made, as it was told (ActivityType.span): its own name, kind, times, attributes, events and links. */
import type { ValueNode } from '@hindscope/protocol'
import { fieldOf, numberField, textField } from '../model/record-values.ts'
import type { Track } from '../model/track.ts'
import { attribute, attributesOf, nanoText } from './otlp-values.ts'
import type { Attribute } from './otlp-values.ts'

const KINDS: Readonly<Record<string, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }
const STATUS_OK = 1
const STATUS_ERROR = 2
const US_PER_MS = 1000

export interface TracedIds {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  /** False for a span that its tracer hands to no exporter. */
  readonly isSampled: boolean
}

/** Undefined when the ids are damaged. */
export function tracedIds(track: Track, call: number): TracedIds | undefined {
  const start = startOf(track, call)
  const [traceId, spanId] = [textField(start, 'traceId'), textField(start, 'spanId')]
  if (traceId === undefined || spanId === undefined || !/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) return undefined
  const parent = textField(start, 'parentSpanId')
  const parentSpanId = parent !== undefined && /^[0-9a-f]{16}$/.test(parent) ? parent : undefined
  return { traceId, spanId, parentSpanId, isSampled: fieldOf(start, 'sampled') === undefined }
}

/** A span without its ids, and without links to causes. */
export interface SpanBody {
  readonly name: string
  readonly kind: number | undefined
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly events?: readonly object[]
  readonly links?: readonly object[]
  readonly status: object
}

/** As `spanBody`. Its own clock tells how long it took; where it started is told by the recorder's, unless it was given a start. */
export function tracedSpan(track: Track, call: number): SpanBody {
  const start = startOf(track, call)
  const exitRow = track.calls.exitRow[call] ?? -1
  const end = exitRow === -1 ? undefined : track.valuesOf(exitRow)[0]
  const enterRow = track.calls.enterRow[call] ?? 0
  const given = numberField(start, 'startMs')
  const startUs = given === undefined ? track.time(enterRow) : given * US_PER_MS
  const durationMs = numberField(end, 'durationMs')
  const lastUs = exitRow === -1 ? track.lastUs : track.time(exitRow)
  const endUs = durationMs === undefined ? Math.max(lastUs, startUs) : startUs + durationMs * US_PER_MS
  const scope = textField(start, 'scope')
  const links = itemsOf(fieldOf(end, 'links')).map(linkOf)
  const events = itemsOf(fieldOf(end, 'events')).map(event => eventOf(event, startUs))
  const error = fieldOf(end, 'error')
  return {
    name: textField(end, 'name') ?? textField(start, 'name') ?? '',
    kind: KINDS[textField(start, 'kind') ?? ''] ?? KINDS['internal'],
    startTimeUnixNano: nanoText(startUs),
    endTimeUnixNano: nanoText(endUs),
    attributes: [
      attribute('hindscope.event', `${track.number}.${track.seqOf(enterRow)}`),
      ...(scope === undefined ? [] : [attribute('otel.scope.name', scope)]),
      ...merged(attributesOf(fieldOf(start, 'attributes')), attributesOf(fieldOf(end, 'attributes'))),
      ...(exitRow === -1 ? [attribute('hindscope.open', true)] : []),
    ],
    ...(events.length === 0 ? {} : { events }),
    ...(links.length === 0 ? {} : { links }),
    status: statusOf(error, textField(end, 'status')),
  }
}

const startOf = (track: Track, call: number): ValueNode | undefined => track.valuesOf(track.calls.enterRow[call] ?? 0)[0]
const itemsOf = (node: ValueNode | undefined): readonly ValueNode[] => (node?.kind === 'array' ? node.items : [])

function statusOf(error: ValueNode | undefined, status: string | undefined): object {
  if (error === undefined) return status === 'ok' ? { code: STATUS_OK } : {}
  return { code: STATUS_ERROR, ...(error.kind === 'string' && error.value !== '' ? { message: error.value } : {}) }
}

/** Later ones stand in the place of earlier ones. */
const merged = (first: readonly Attribute[], later: readonly Attribute[]): Attribute[] => [
  ...new Map([...first, ...later].map(each => [each.key, each])).values(),
]

function eventOf(event: ValueNode, startUs: number): object {
  return {
    timeUnixNano: nanoText(startUs + (numberField(event, 'atMs') ?? 0) * US_PER_MS),
    name: textField(event, 'name') ?? '',
    attributes: attributesOf(fieldOf(event, 'attributes')),
  }
}

const linkOf = (link: ValueNode): object => ({
  traceId: textField(link, 'traceId') ?? '',
  spanId: textField(link, 'spanId') ?? '',
  attributes: attributesOf(fieldOf(link, 'attributes')),
})
