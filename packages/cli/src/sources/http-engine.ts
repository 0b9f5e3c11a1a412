/** The query API of a running collector as a TraceEngine, and what else it does on request. */
import { CONTROL_METHODS, ENGINE_METHODS, HindscopeError } from '@hindscope/protocol'
import type { AskOptions, CollectorAddress, SessionControl, TraceEngine } from '@hindscope/protocol'
import { apiUrl } from './collector-address.ts'

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

const askOf =
  (address: CollectorAddress) =>
  async (method: string, query: unknown, { signal }: AskOptions = {}): Promise<unknown> => {
    const response = await fetch(apiUrl(address, method), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query ?? {}),
      ...(signal instanceof AbortSignal ? { signal } : {}),
    }).catch((error: unknown) => {
      throw signal?.aborted === true ? new HindscopeError('query-cancelled', { rows: 'some' }, { cause: error }) : error
    })
    const answer = (await response.json().catch(() => ({}))) as Answer // SAFE: fields are optional; a body that is not JSON is refused below
    if (!response.ok || answer.error !== undefined) {
      const reason = answer.error?.message ?? response.statusText
      throw new HindscopeError('cli-collector-refused', { url: address.url, status: String(response.status), reason })
    }
    return answer.result
  }

const methodsOf = (address: CollectorAddress, names: readonly string[]): object => {
  const ask = askOf(address)
  return Object.fromEntries(names.map(method => [method, (query: unknown, options?: AskOptions) => ask(method, query, options)] as const))
}

// SAFE: one function per method of the interface, typed by the protocol; here and below
export const createHttpEngine = (address: CollectorAddress): TraceEngine => methodsOf(address, ENGINE_METHODS) as TraceEngine

export const createControl = (address: CollectorAddress): SessionControl => methodsOf(address, CONTROL_METHODS) as SessionControl
