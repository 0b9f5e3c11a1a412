/** The query API of a running collector as a TraceEngine. */
import { ENGINE_METHODS, HindscopeError } from '@hindscope/protocol'
import type { CollectorAddress, TraceEngine } from '@hindscope/protocol'
import { apiUrl } from './collector-address.ts'

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

export function createHttpEngine(address: CollectorAddress): TraceEngine {
  const ask = async (method: string, query: unknown): Promise<unknown> => {
    const response = await fetch(apiUrl(address, method), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query ?? {}),
    })
    const answer = (await response.json().catch(() => ({}))) as Answer // SAFE: fields are optional; a body that is not JSON is refused below
    if (!response.ok || answer.error !== undefined) {
      const reason = answer.error?.message ?? response.statusText
      throw new HindscopeError('cli-collector-refused', { url: address.url, status: String(response.status), reason })
    }
    return answer.result
  }
  const methods = ENGINE_METHODS.map(method => [method, (query: unknown) => ask(method, query)] as const)
  return Object.fromEntries(methods) as unknown as TraceEngine // SAFE: one function per method of the interface, typed by the protocol
}
