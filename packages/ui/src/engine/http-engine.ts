/** The engine behind HTTP: POST api/<method>, relative to the page, so that it works under any path of a dev server. */
import { TOKEN_PARAM } from '@hindscope/protocol'
import type { ControlClient, EngineClient } from './engine-client.ts'
import { failWith, succeed } from './failure.ts'
import type { Result } from './failure.ts'

/** Parts of the answer that are checked; the rest is trusted, since page and server come from one release. */
interface Envelope {
  readonly result?: unknown
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly fix?: unknown }
}

export function createHttpEngine(pageUrl: string, token: string | undefined): EngineClient & ControlClient {
  const address = (method: string): URL => {
    const url = new URL(`api/${method}`, pageUrl)
    if (token !== undefined) url.searchParams.set(TOKEN_PARAM, token)
    return url
  }
  async function post<T>(method: string, query: unknown, signal?: AbortSignal): Promise<Result<T>> {
    let response: Response
    let text: string
    try {
      response = await fetch(address(method), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(query),
        signal: signal ?? null,
      })
      text = await response.text()
    } catch (error) {
      if (signal?.aborted) return new Promise<never>(() => undefined)
      return failWith('ui-engine-unreachable', { reason: error instanceof Error ? error.message : String(error) })
    }
    return readAnswer(method, response.status, text)
  }
  return {
    ask: (method, query, signal) => post(method, query, signal),
    order: (method, query) => post(method, query),
    health: signal => post('health', {}, signal),
  }
}

function readAnswer<T>(method: string, status: number, text: string): Result<T> {
  let envelope: Envelope | null
  try {
    envelope = JSON.parse(text) as Envelope | null // SAFE: only the fields checked below are read.
  } catch {
    return failWith('ui-answer-malformed', { method, reason: `HTTP ${status}, ${text.length} characters that are not JSON` })
  }
  if (envelope?.error) {
    const { code, message, fix } = envelope.error
    return { ok: false, failure: { code: String(code), message: String(message), fix: typeof fix === 'string' ? fix : '' } }
  }
  if (envelope === null || typeof envelope !== 'object' || !('result' in envelope)) {
    return failWith('ui-answer-malformed', { method, reason: `HTTP ${status} without a result` })
  }
  return succeed(envelope.result as T) // SAFE: page and server come from one release.
}
