/**
 * Hears that sessions grew, and holds subscriptions (docs/streaming.md) over one socket that comes back by itself; so do they, at the
 * position where they were. Lists on screen are asked for through the query API, whose order is that of time and not of arrival.
 */
import { LIVE_PATH, SUBSCRIPTION_VERSION, TOKEN_PARAM } from '@hindscope/protocol'
import type { EventRow, LiveClientMessage, LiveServerMessage, StreamPolicy, StreamStart } from '@hindscope/protocol'
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'

export type Connection = 'connecting' | 'open' | 'closed'
export interface Growth {
  readonly session: string
  readonly events: number
  readonly lastUs: number
}
export interface LiveQuery {
  readonly session: string
  /** A condition of the query language; empty for every event. */
  readonly query: string
  readonly from: StreamStart
  readonly policy: StreamPolicy
  /** Rows at a time. */
  readonly credit: number
  /** Milliseconds after rows came before more are taken. */
  readonly restMs: number
}
export interface LiveClient {
  readonly connection: ReadonlySignal<Connection>
  /** The last note heard, of any session. */
  readonly growth: ReadonlySignal<Growth | undefined>
  /** `take` gets one row at least. Gives what ends it. A query that the server refuses gets nothing. */
  subscribe(query: LiveQuery, take: (rows: readonly EventRow[]) => void): () => void
  /** Connects now and not after the pause; also after `close`. */
  retry(): void
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
  const streams = new Map<string, LiveStream>()
  let ids = 0

  const send = (message: LiveClientMessage): void => {
    if (connection.peek() === 'open') socket?.send(JSON.stringify(message))
  }

  const connect = (): void => {
    connection.value = 'connecting'
    socket = new WebSocket(address)
    socket.onopen = () => {
      retryMs = FIRST_RETRY_MS
      connection.value = 'open'
      for (const stream of streams.values()) stream.begin()
    }
    socket.onmessage = event => {
      const message = tryParseMessage(event.data)
      if (message?.kind === 'changed') growth.value = { session: message.session, events: message.events, lastUs: message.lastUs }
      else if (message !== undefined && message.id !== undefined) streams.get(message.id)?.hear(message)
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
    retry() {
      if (connection.peek() !== 'closed') return
      clearTimeout(timer)
      closed = false
      retryMs = FIRST_RETRY_MS
      connect()
    },
    subscribe(query, take) {
      const id = String(++ids)
      const stream = new LiveStream(id, query, take, send)
      streams.set(id, stream)
      stream.begin()
      return () => {
        streams.delete(id)
        stream.end()
      }
    },
    close() {
      closed = true
      for (const stream of streams.values()) stream.end()
      clearTimeout(timer)
      socket?.close()
    },
  }
}

/** One subscription over the connections that there are, one after the other. */
class LiveStream {
  private readonly id: string
  private readonly query: LiveQuery
  private readonly take: (rows: readonly EventRow[]) => void
  private readonly send: (message: LiveClientMessage) => void
  private from: StreamStart
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(id: string, query: LiveQuery, take: (rows: readonly EventRow[]) => void, send: (message: LiveClientMessage) => void) {
    this.id = id
    this.query = query
    this.take = take
    this.send = send
    this.from = query.from
  }

  /** When a connection opens. */
  begin(): void {
    clearTimeout(this.timer)
    const { session, query, policy, credit } = this.query
    this.send({ kind: 'subscribe', version: SUBSCRIPTION_VERSION, id: this.id, session, query, from: this.from, credit, policy })
  }

  hear(message: LiveServerMessage): void {
    if ('position' in message) this.from = { kind: 'position', position: message.position }
    if (message.kind !== 'rows') return
    this.take(message.rows)
    this.timer = setTimeout(() => this.send({ kind: 'credit', id: this.id, rows: message.rows.length }), this.query.restMs)
  }

  end(): void {
    clearTimeout(this.timer)
    this.send({ kind: 'unsubscribe', id: this.id })
  }
}
