/**
 * Sends spans to a collector of OpenTelemetry: OTLP over HTTP, JSON encoding (https://opentelemetry.io/docs/specs/otlp/#otlphttp). An answer
 * that the specification calls retryable (429, 502, 503, 504), and no answer at all, are tried again with growing pauses, or after what
 * `Retry-After` says; spans that a collector rejects in a partial success are counted and not sent again.
 */
import { HindscopeError } from '@hindscope/protocol'
import type { OtlpRequest } from '@hindscope/store/model'

export interface OtlpTarget {
  /** Where traces go, with its path: http://localhost:4318/v1/traces. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** For one attempt. */
  readonly timeoutMs: number
  /** Attempts of one request. */
  readonly attempts: number
  /** The pause before the second attempt; doubled before each further one. */
  readonly pauseMs: number
}

export interface OtlpSent {
  readonly spans: number
  readonly requests: number
  /** Of the spans, those that the collector would not take, and why. */
  readonly rejected: number
  readonly reason: string
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])
const MAX_PAUSE_MS = 30_000
/** Of what a server says. */
const MAX_REASON = 300

/** Throws `otlp-refused`, `otlp-unreachable`; what was sent before stays there. */
export async function sendSpans(requests: Iterable<OtlpRequest>, target: OtlpTarget): Promise<OtlpSent> {
  const sent = { spans: 0, requests: 0, rejected: 0, reason: '' }
  for (const { body, spans } of requests) {
    const { rejected, reason } = await send(body, target, sent.spans)
    sent.spans += spans
    sent.requests++
    sent.rejected += rejected
    if (reason !== '') sent.reason = reason
  }
  return sent
}

interface Failure {
  readonly error: HindscopeError
  /** Asked for by the collector. */
  readonly pauseMs?: number | undefined
}

async function send(body: string, target: OtlpTarget, before: number): Promise<{ readonly rejected: number; readonly reason: string }> {
  for (let attempt = 1; ; attempt++) {
    const answer = await post(body, target)
    const failure = answer instanceof Response ? await failureOf(answer, target, before) : answer
    if (failure === undefined) return rejectedBy(answer as Response) // SAFE: only an answer is no failure
    if (attempt >= target.attempts || !isRetryable(answer)) throw failure.error
    await pause(failure.pauseMs ?? target.pauseMs * 2 ** (attempt - 1) * (1 + Math.random() / 4))
  }
}

async function post(body: string, { url, headers, timeoutMs }: OtlpTarget): Promise<Response | Failure> {
  try {
    const all = { ...headers, 'content-type': 'application/json' }
    return await fetch(url, { method: 'POST', headers: all, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    const reason = isLate ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error)
    return { error: new HindscopeError('otlp-unreachable', { url: shownUrl(url), reason }, { cause: error }) }
  }
}

const isRetryable = (answer: Response | Failure): boolean => !(answer instanceof Response) || RETRYABLE.has(answer.status)

async function failureOf(answer: Response, { url }: OtlpTarget, before: number): Promise<Failure | undefined> {
  if (answer.ok) return undefined
  const { message } = await jsonOf(answer)
  const reason = typeof message === 'string' && message !== '' ? message.slice(0, MAX_REASON) : answer.statusText || 'no reason given'
  const error = new HindscopeError('otlp-refused', { url: shownUrl(url), status: String(answer.status), reason, sent: String(before) })
  return { error, pauseMs: retryAfterMs(answer.headers.get('retry-after')) }
}

async function rejectedBy(answer: Response): Promise<{ readonly rejected: number; readonly reason: string }> {
  const { partialSuccess } = await jsonOf(answer)
  const partial = (typeof partialSuccess === 'object' && partialSuccess !== null ? partialSuccess : {}) as Record<string, unknown> // SAFE: an object
  const rejected = Number(partial['rejectedSpans'] ?? 0)
  const reason = partial['errorMessage']
  return { rejected: Number.isFinite(rejected) ? rejected : 0, reason: typeof reason === 'string' ? reason.slice(0, MAX_REASON) : '' }
}

async function jsonOf(answer: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await answer.json()
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {} // SAFE: an object
  } catch {
    return {} // SAFE: a body is not asked for.
  }
}

/** Seconds, or a date. */
function retryAfterMs(text: string | null): number | undefined {
  if (text === null) return undefined
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_PAUSE_MS)
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, Math.min(ms, MAX_PAUSE_MS)))

/** The innermost reason: that of `fetch` only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  return cause instanceof Error ? reasonOf(cause) : error.message
}

/** Without credentials. */
function shownUrl(url: string): string {
  const shown = new URL(url)
  shown.username = shown.password = ''
  return shown.href
}
