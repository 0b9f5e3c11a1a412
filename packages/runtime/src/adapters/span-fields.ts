/**
 * What is recorded of a span of OpenTelemetry, read from own data of its objects alone (ReadableSpan of the SDK's lines 1 to 3): no code of
 * spans, contexts or tracers runs. Attributes whose name ends in a name to mask (`http.request.header.authorization`) are masked, and so are
 * such parameters in addresses.
 */
import { isArray, keysOf, ownDescriptor, prototypeOf, stringLastIndexOf, stringSlice } from '../recorder/intrinsics.ts'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'
import { isProxy } from './library-proxies.ts'
import { recordedPath } from './request-context.ts'

export type AnyFunction = (this: unknown, ...args: never[]) => unknown
export type NameTest = (name: string) => boolean

/** Ids of a span as they travel: 32 and 16 hex digits, neither all zeros. */
export interface SpanIds {
  readonly traceId: string
  readonly spanId: string
  /** Bit 0: sampled. */
  readonly flags: number
  /** The `tracestate` that goes with it, an object of the library's. */
  readonly state: unknown
}

/** By number of `SpanKind`. */
const KINDS: readonly string[] = ['internal', 'server', 'client', 'producer', 'consumer']
const STATUS_OK = 1
const STATUS_ERROR = 2
/** As many as a span has by the specification's default. */
const MAX_ITEMS = 128
/** Attributes that hold an address, or its query alone. */
const ADDRESSES: ReadonlySet<string> = new Set(['url.full', 'http.url', 'http.target', 'url.original'])
const QUERY = 'url.query'

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** An own property that is data. */
export const dataOf = (target: unknown, key: PropertyKey): unknown =>
  (isObject(target) || typeof target === 'function') && !isProxy(target) ? ownDescriptor(target, key)?.value : undefined

/** The nearest of `value` and its prototypes that has the method itself. */
export function holderOf(value: unknown, method: string): object | undefined {
  for (let at: object | null = isObject(value) ? value : null; at !== null && !isProxy(at); at = prototypeOf(at))
    if (typeof ownDescriptor(at, method)?.value === 'function') return at
  return undefined
}

export function spanIdsOf(span: unknown): SpanIds | undefined {
  const context = dataOf(span, '_spanContext')
  const traceId = dataOf(context, 'traceId')
  const spanId = dataOf(context, 'spanId')
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined
  if (!/^(?!0{32})[0-9a-f]{32}$/.test(traceId) || !/^(?!0{16})[0-9a-f]{16}$/.test(spanId)) return undefined
  const flags = dataOf(context, 'traceFlags')
  return { traceId, spanId, flags: typeof flags === 'number' ? flags & 0xff : 0, state: dataOf(context, 'traceState') }
}

/** What the caller of `startSpan` said. */
export interface SpanRequest {
  readonly name: unknown
  readonly options: unknown
  /** In whose context. */
  readonly parent: SpanIds | undefined
}

/** A span that is not sampled has no data of its own: what its creation asked for stands in for it. */
export function startFields(span: object, ids: SpanIds, { name, options, parent }: SpanRequest, isRedacted: NameTest): Record<string, unknown> {
  const own = dataOf(span, 'name')
  const kind = dataOf(span, 'kind') ?? dataOf(options, 'kind')
  const scope = dataOf(span, 'instrumentationScope') ?? dataOf(span, 'instrumentationLibrary')
  const scopeName = dataOf(scope, 'name')
  const fields: Record<string, unknown> = {
    name: typeof own === 'string' ? own : typeof name === 'string' ? name : '',
    kind: KINDS[typeof kind === 'number' ? kind : 0] ?? 'internal',
    traceId: ids.traceId,
    spanId: ids.spanId,
  }
  if (typeof scopeName === 'string') fields['scope'] = scopeName
  const parentSpanId = parentSpanIdOf(span) ?? (dataOf(options, 'root') === true ? undefined : parent?.spanId)
  if (parentSpanId !== undefined) fields['parentSpanId'] = parentSpanId
  if ((ids.flags & 1) === 0) fields['sampled'] = false
  if (dataOf(options, 'startTime') !== undefined) {
    const startMs = millisOf(dataOf(span, 'startTime'))
    if (startMs !== undefined) fields['startMs'] = startMs
  }
  const attributes = attributesOf(dataOf(span, 'attributes') ?? dataOf(options, 'attributes'), undefined, isRedacted)
  if (attributes !== undefined) fields['attributes'] = attributes
  return fields
}

/** `begun`: the fields with which it started. Events and links are told at the end, whenever they came. */
export function endFields(span: object, begun: Record<string, unknown>, isRedacted: NameTest): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const name = dataOf(span, 'name')
  if (typeof name === 'string' && name !== begun['name']) fields['name'] = name
  const startMs = millisOf(dataOf(span, 'startTime'))
  const endMs = millisOf(dataOf(span, 'endTime'))
  if (startMs !== undefined && endMs !== undefined && endMs >= startMs) fields['durationMs'] = rounded(endMs - startMs)
  const attributes = attributesOf(dataOf(span, 'attributes'), begun['attributes'], isRedacted)
  if (attributes !== undefined) fields['attributes'] = attributes
  const events = listOf(dataOf(span, 'events'), event => eventFields(event, startMs, isRedacted))
  if (events !== undefined) fields['events'] = events
  const links = listOf(dataOf(span, 'links'), link => linkFields(link, isRedacted))
  if (links !== undefined) fields['links'] = links
  const status = dataOf(span, 'status')
  const code = dataOf(status, 'code')
  const message = dataOf(status, 'message')
  if (code === STATUS_OK) fields['status'] = 'ok'
  if (code === STATUS_ERROR) fields['error'] = typeof message === 'string' && message !== '' ? message : 'error'
  return fields
}

function parentSpanIdOf(span: object): string | undefined {
  const id = dataOf(dataOf(span, 'parentSpanContext'), 'spanId') ?? dataOf(span, 'parentSpanId')
  return typeof id === 'string' ? id : undefined
}

function eventFields(event: unknown, startMs: number | undefined, isRedacted: NameTest): object | undefined {
  const name = dataOf(event, 'name')
  if (typeof name !== 'string') return undefined
  const at = millisOf(dataOf(event, 'time'))
  const attributes = attributesOf(dataOf(event, 'attributes'), undefined, isRedacted)
  return {
    name,
    ...(at === undefined || startMs === undefined ? {} : { atMs: rounded(at - startMs) }),
    ...(attributes === undefined ? {} : { attributes }),
  }
}

function linkFields(link: unknown, isRedacted: NameTest): object | undefined {
  const context = dataOf(link, 'context')
  const [traceId, spanId] = [dataOf(context, 'traceId'), dataOf(context, 'spanId')]
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined
  const attributes = attributesOf(dataOf(link, 'attributes'), undefined, isRedacted)
  return { traceId, spanId, ...(attributes === undefined ? {} : { attributes }) }
}

function listOf(list: unknown, told: (item: unknown) => object | undefined): object[] | undefined {
  if (!isArray(list) || isProxy(list)) return undefined
  const items: object[] = []
  for (let i = 0; i < list.length && items.length < MAX_ITEMS; i++) {
    const item = told(dataOf(list, i))
    if (item !== undefined) items[items.length] = item
  }
  return items.length === 0 ? undefined : items
}

/** A copy, since spans go on changing theirs; without those that `before` has alike. */
function attributesOf(source: unknown, before: unknown, isRedacted: NameTest): Record<string, unknown> | undefined {
  if (!isObject(source) || isProxy(source)) return undefined
  const copy: Record<string, unknown> = {}
  let count = 0
  for (const key of keysOf(source)) {
    if (typeof key !== 'string' || count >= MAX_ITEMS) continue
    const value = ownDescriptor(source, key)?.value as unknown
    const told = shownAttribute(key, value, isRedacted)
    if (value === undefined || (before !== undefined && dataOf(before, key) === told)) continue
    copy[key] = told
    count++
  }
  return count === 0 ? undefined : copy
}

function shownAttribute(key: string, value: unknown, isRedacted: NameTest): unknown {
  if (isRedacted(stringSlice(key, stringLastIndexOf(key, '.', key.length) + 1, key.length))) return REDACTED_VALUE
  if (typeof value !== 'string') return value
  if (key === QUERY) return recordedPath(`?${value}`, isRedacted).slice(1)
  return ADDRESSES.has(key) ? recordedPath(value, isRedacted) : value
}

/** `[seconds, nanoseconds]` since 1970. */
function millisOf(time: unknown): number | undefined {
  const [seconds, nanos] = isArray(time) ? [dataOf(time, 0), dataOf(time, 1)] : []
  return typeof seconds === 'number' && typeof nanos === 'number' ? seconds * 1000 + nanos / 1e6 : undefined
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
