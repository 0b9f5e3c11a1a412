/**
 * Hears that sessions grew. Only `changed` notes are used: what is on screen is asked again through the query API, so that live and
 * recorded sessions are read in one way.
 */
import { LIVE_PATH, TOKEN_PARAM } from '@hindscope/protocol'
import type { LiveServerMessage } from '@hindscope/protocol'
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'

export type Connection = 'connecting' | 'open' | 'closed'
export interface Growth {
  readonly session: string
  readonly events: number
  readonly lastUs: number
}
export interface LiveClient {
  readonly connection: ReadonlySignal<Connection>
  /** The last note heard, of any session. */
  readonly growth: ReadonlySignal<Growth | undefined>
  close(): void
}

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 10_000

export function liveAddress(pageUrl: string, token: string | undefined): string {
  const url = new URL(LIVE_PATH.slice(1), pageUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.hash = ''
  if (token !== undefined) url.searchParams.set(TOKEN_PARAM, token)
  return url.href
}

function tryParseMessage(text: unknown): LiveServerMessage | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text) as LiveServerMessage // SAFE: `kind` is checked by the reader, and only plain fields are read.
  } catch {
    return undefined // SAFE: a frame that is not ours; the next poll of the session shows the same facts.
  }
}

export function createLiveClient(address: string): LiveClient {
  const connection = signal<Connection>('connecting')
  const growth = signal<Growth | undefined>(undefined)
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryMs = FIRST_RETRY_MS
  let closed = false

  const connect = (): void => {
    connection.value = 'connecting'
    socket = new WebSocket(address)
    socket.onopen = () => {
      retryMs = FIRST_RETRY_MS
      connection.value = 'open'
    }
    socket.onmessage = event => {
      const message = tryParseMessage(event.data)
      if (message?.kind === 'changed') growth.value = { session: message.session, events: message.events, lastUs: message.lastUs }
    }
    socket.onclose = () => {
      connection.value = 'closed'
      if (closed) return
      timer = setTimeout(connect, retryMs)
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)
    }
  }
  connect()
  return {
    connection,
    growth,
    close() {
      closed = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}
