/** The running collector of a project, by the file that it leaves in the data folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { API_PATH, COLLECTOR_ENV, TOKEN_PARAM } from '@hindscope/protocol'
import type { CollectorAddress } from '@hindscope/protocol'

export type AddressState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The file is there, but nothing answers: its process ended without removing it. */
  | { readonly kind: 'dead'; readonly address: CollectorAddress; readonly reason: string }
  | { readonly kind: 'alive'; readonly address: CollectorAddress; readonly sessions: number }

export const addressPath = (dataDir: string): string => join(dataDir, 'collector.json')

/** Environment first, then `collector.json`; asks the collector for its sessions to see whether it lives. */
export async function findCollector(dataDir: string, env: Readonly<Record<string, string | undefined>>): Promise<AddressState> {
  const fromEnv = env[COLLECTOR_ENV.url]
  const address =
    fromEnv === undefined || fromEnv === ''
      ? readAddress(dataDir)
      : { url: fromEnv, token: env[COLLECTOR_ENV.token] ?? '', session: env[COLLECTOR_ENV.session] ?? '', pid: 0 }
  if ('kind' in address) return address
  try {
    const response = await fetch(apiUrl(address, 'sessions'), {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(2000),
    })
    if (!response.ok) return { kind: 'dead', address, reason: `it answers ${response.status}` }
    const answer = (await response.json()) as { readonly result?: readonly unknown[] } // SAFE: the count is all that is read
    return { kind: 'alive', address, sessions: answer.result?.length ?? 0 }
  } catch (error) {
    return { kind: 'dead', address, reason: error instanceof Error ? error.message : String(error) }
  }
}

function readAddress(dataDir: string): CollectorAddress | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly reason: string } {
  let text: string
  try {
    text = readFileSync(addressPath(dataDir), 'utf8')
  } catch {
    return { kind: 'absent' } // SAFE: the ordinary state of a project that does not record now
  }
  try {
    const parsed = JSON.parse(text) as Partial<CollectorAddress> // SAFE: fields are checked below
    if (typeof parsed.url === 'string' && typeof parsed.token === 'string' && typeof parsed.session === 'string') {
      return { url: parsed.url, token: parsed.token, session: parsed.session, pid: parsed.pid ?? 0 }
    }
    return { kind: 'unreadable', reason: 'url, token or session is missing' }
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The HTTP address of one method. Addresses in collector.json are WebSocket ones; both live on the same port. */
export function apiUrl(address: CollectorAddress, method: string): string {
  const url = new URL(`${API_PATH}${method}`, address.url.replace(/^ws/, 'http'))
  url.searchParams.set(TOKEN_PARAM, address.token)
  return url.href
}
