/** Writing answers: JSON bodies `{result}` and `{error: {code, message}}`, and the status that goes with a code. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { HindscopeError, MAX_CHUNK_BYTES, isQuerySyntaxError } from '@hindscope/protocol'
import type { MessageCode } from '@hindscope/protocol'

const STATUS: Partial<Record<MessageCode, number>> = {
  'collector-token': 401,
  'collector-origin': 403,
  'collector-host': 403,
  'collector-internal': 500,
  'not-found': 404,
  'collector-not-live': 409,
  'jump-failed': 409,
  'jump-incomplete': 409,
  'jump-not-allowed': 409,
  'jump-not-running': 409,
  'jump-silent': 504,
  'chunk-conflict': 409,
  'ingest-paused': 503,
  'segment-io': 507,
}

export const asFailure = (error: unknown): HindscopeError =>
  error instanceof HindscopeError
    ? error
    : new HindscopeError('collector-internal', { reason: error instanceof Error ? error.message : String(error) }, { cause: error })

export const statusOf = (error: HindscopeError): number => STATUS[error.code] ?? 400

/** Where a query cannot be read, the place goes along for clients that mark it in the text. */
export const errorBody = (error: HindscopeError): string =>
  JSON.stringify({ error: { code: error.code, message: error.message, ...(isQuerySyntaxError(error) ? { details: error.details } : {}) } })

export function answerJson(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.end(body)
}

export function answerError(response: ServerResponse, cause: unknown): void {
  const error = asFailure(cause)
  answerJson(response, statusOf(error), errorBody(error))
}

/** Refuses a WebSocket upgrade with an ordinary HTTP answer. */
export function refuseUpgrade(socket: Duplex, cause: unknown): void {
  const error = asFailure(cause)
  const body = errorBody(error)
  const status = statusOf(error)
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** The whole body; `collector-frame` when it is larger than `limit`. */
export async function readBody(request: IncomingMessage, limit: number = MAX_CHUNK_BYTES): Promise<Buffer> {
  const tooLarge = (): HindscopeError => new HindscopeError('collector-frame', { reason: 'the body is too large', limit: String(limit) })
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge()
  const parts: Buffer[] = []
  let total = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    total += part.length
    if (total > limit) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts, total)
}
