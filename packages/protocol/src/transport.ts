/**
 * Frames between recorder and collector (WebSocket at INGEST_PATH) and between collector and viewers (WebSocket at LIVE_PATH).
 * Binary frames are chunks, one each. Text frames are the JSON messages below.
 *
 * Ingest: the recorder sends `hello`, waits for `hello-ok`, then chunks. The collector answers each chunk with `ack` after it is durable.
 * A recorder keeps unacknowledged chunks (bounded) and sends them again after a reconnect; the collector drops repeats by
 * (realm, chunk number). The token travels as the query parameter `token`, since browsers cannot set headers on WebSockets.
 * Beside that both sides send control messages and reports (control.ts), if the other said that it understands them. A text message of
 * a kind that is not known is ignored and counted.
 */
import type { ControlMessage, ReportMessage } from './control.ts'
import type { SubscriptionClientMessage, SubscriptionServerMessage } from './subscription.ts'

export const TRANSPORT_VERSION = 1
export const INGEST_PATH = '/ingest'
export const LIVE_PATH = '/live'
export const API_PATH = '/api/'
export const TOKEN_PARAM = 'token'

export type IngestClientMessage =
  | {
      readonly kind: 'hello'
      readonly version: number
      readonly session: string
      readonly realm: number
      /** CONTROL_VERSION; absent when the recorder takes no control messages. */
      readonly control?: number
    }
  | ReportMessage
export type IngestServerMessage =
  | { readonly kind: 'hello-ok'; readonly version: number; readonly control?: number }
  | { readonly kind: 'ack'; readonly realm: number; readonly number: number }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | ControlMessage

/** Viewers subscribe to events (subscription.ts). */
export type LiveClientMessage = SubscriptionClientMessage
export type LiveServerMessage =
  /** That a session grew: at most ten times a second, to every viewer whose socket takes it. */
  { readonly kind: 'changed'; readonly session: string; readonly events: number; readonly lastUs: number } | SubscriptionServerMessage

/** Written to `.hindscope/collector.json` (mode 0600) by a running collector, so that programs of the project find it. */
export interface CollectorAddress {
  readonly url: string
  readonly token: string
  readonly session: string
  readonly pid: number
}
/** Names of the environment variables that carry the same; they win over the file. */
export const COLLECTOR_ENV = { url: 'HINDSCOPE_URL', token: 'HINDSCOPE_TOKEN', session: 'HINDSCOPE_SESSION' } as const

/** Chain context in HTTP headers: W3C traceparent, and our clock and realm as a tracestate member (`hindscope=<hlc>`). */
export const TRACEPARENT = 'traceparent'
export const TRACESTATE = 'tracestate'
export const TRACESTATE_KEY = 'hindscope'
/**
 * Trace id: first 16 hex digits of the session id, realm (8) and root call (8) where the chain began. Span id: realm (8) and the
 * http-client activity's call id (8): a reader finds the sending activity from the span id alone.
 */
export const formatTraceparent = (sessionHex: string, rootRealm: number, rootCall: number, realm: number, call: number): string =>
  `00-${sessionHex.slice(0, 16)}${hex8(rootRealm)}${hex8(rootCall)}-${hex8(realm)}${hex8(call)}-01`

const hex8 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  /** The span id read as ours; meaningful only when the realm is known. */
  readonly realm: number
  readonly call: number
}

/** W3C Trace Context level 1: version ff and all-zero ids are invalid; versions above 00 may carry further fields. */
export function tryParseTraceparent(text: string): Traceparent | undefined {
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(text)
  if (match?.[3] !== undefined && text.startsWith('00')) return undefined
  if (!match?.[1] || !match[2]) return undefined
  return { traceId: match[1], spanId: match[2], realm: Number.parseInt(match[2].slice(0, 8), 16), call: Number.parseInt(match[2].slice(8), 16) }
}
