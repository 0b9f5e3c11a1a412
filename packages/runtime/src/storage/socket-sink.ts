/**
 * Sends chunks to the collector (protocol/transport.ts). Every chunk is kept until the collector has acknowledged it, that is until it is
 * durable there; after a reconnect the definitions go first and everything unacknowledged again, and the collector drops repeats by
 * (realm, number). Back-pressure: at most WINDOW_BYTES are under way, the rest waits in a bounded queue.
 */
import { CONTROL_VERSION, INGEST_PATH, TOKEN_PARAM, TRANSPORT_VERSION } from '@hindscope/protocol'
import type { IngestClientMessage, IngestServerMessage, ReportBodies, ReportTopic } from '@hindscope/protocol'
import { SafeMap, originalSetTimeout } from '../recorder/intrinsics.ts'
import { ChunkQueue, takeAt } from './chunk-queue.ts'
import type { ChunkSpool, SealedChunk, Sink, SinkContext, SinkStats } from './sink.ts'

/** The part of a WebSocket that the sink uses; browsers have it, node/node-websocket.ts implements it. */
export interface SocketLike {
  send(message: string | Uint8Array<ArrayBuffer>): void
  close(): void
}

export interface SocketEvents {
  opened(): void
  message(text: string): void
  /** Once, whatever happened: refused, lost or closed. `isForbidden`: no later attempt will be allowed either. */
  closed(isForbidden?: boolean): void
}

export interface SocketSinkOptions {
  /** ws:// or http:// address of the collector. */
  readonly url: string
  readonly token: string
  /** Opens a connection; reports through `events`, never throws later on. */
  readonly connect: (url: string, events: SocketEvents) => SocketLike
  readonly spool: ChunkSpool
  /** Where the collector is now, asked before each attempt after the first: one that was started anew may have another port and token. */
  readonly find?: () => { readonly url: string; readonly token: string } | undefined
  /** Whatever was sent is copied or gone when it is acknowledged, and the spool keeps no bytes: memory is used again. */
  readonly recycles?: boolean
  /** Attempts are further and further apart, up to this. */
  readonly maxRetryMs?: number
}

const WINDOW_BYTES = 4 << 20
const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 10_000
/** How long `flush` waits for acknowledgements. */
const FLUSH_MS = 2_000
/** Reports that wait for a connection. */
const MAX_REPORTS = 32

export class SocketSink implements Sink {
  private readonly options: SocketSinkOptions
  private place: { readonly url: string; readonly token: string }
  private readonly definitions: SealedChunk[] = []
  private queue = new ChunkQueue(Infinity)
  private context: SinkContext | undefined
  private socket: SocketLike | undefined
  private state: 'idle' | 'connecting' | 'greeting' | 'ready' | 'paused' | 'refused' | 'closed' = 'idle'
  private readonly sent = new SafeMap<number, number>()
  private underWay = 0
  private windowBytes = WINDOW_BYTES
  private retryMs = FIRST_RETRY_MS
  private waiters: (() => void)[] = []
  private reports: string[] = []
  private takesReports = false
  private count = 0
  private total = 0

  constructor(options: SocketSinkOptions) {
    this.options = options
    this.place = options
  }

  open(context: SinkContext): void {
    this.context = context
    const { spool } = this.options
    this.queue = new ChunkQueue(
      context.maxBufferedBytes,
      number => this.sent.has(number),
      () => spool.makeRoom(),
      number => spool.release(number),
    )
    spool.open({ ...context, free: number => void this.queue.remove(number) })
    this.windowBytes = Math.min(WINDOW_BYTES, context.maxBufferedBytes >> 1)
    this.connect()
  }

  accept(chunk: SealedChunk): void {
    this.count++
    this.total += chunk.bytes.length
    if (chunk.kind === 'definitions') this.definitions[this.definitions.length] = chunk
    this.options.spool.keep(chunk)
    this.queue.push(chunk)
    this.pump()
  }

  takeDropped(): number {
    return this.queue.takeDropped()
  }

  private connect(): void {
    if (this.state !== 'idle') return
    this.state = 'connecting'
    let socket: SocketLike | undefined
    const isCurrent = (): boolean => this.socket === socket
    const events: SocketEvents = {
      opened: () => {
        if (isCurrent()) this.greet()
      },
      message: text => {
        if (isCurrent()) this.receive(text)
      },
      closed: isForbidden => {
        if (!isCurrent()) return
        if (isForbidden === true) this.refused()
        else this.lost()
      },
    }
    try {
      const { url, token } = this.place
      socket = this.options.connect(ingestUrl(url, token), events)
      this.socket = socket
    } catch {
      this.lost() // SAFE: a malformed address or a policy that forbids sockets; counted, and tried again later.
    }
  }

  private reconnect(): void {
    this.place = this.options.find?.() ?? this.place
    this.connect()
  }

  private greet(): void {
    const { session, realm } = this.context as SinkContext // SAFE: connections are made after `open` only
    this.state = 'greeting'
    const hello: IngestClientMessage = { kind: 'hello', version: TRANSPORT_VERSION, session, realm, control: CONTROL_VERSION }
    this.send(JSON.stringify(hello))
  }

  private receive(text: string): void {
    const message = parseMessage(text)
    switch (message?.kind) {
      case 'hello-ok':
        return this.greeted(message.control === CONTROL_VERSION)
      case 'ack':
        return this.acknowledged(message.number)
      case 'control':
        return this.context?.control(message.topic, message.body)
      case 'refused':
        this.refused()
        return this.socket?.close()
      default:
        this.context?.fail(message === undefined ? 'control-bad' : 'control-unknown')
    }
  }

  private greeted(takesReports: boolean): void {
    this.state = 'ready'
    this.retryMs = FIRST_RETRY_MS
    this.takesReports = takesReports
    for (let i = 0; i < this.definitions.length; i++) {
      const definition = this.definitions[i] as SealedChunk // SAFE: i is below the length
      if (!this.queue.holds(definition.number)) this.send(definition.bytes)
    }
    this.pump()
    this.sendReports()
    this.options.spool.replay?.()
  }

  report<Topic extends ReportTopic>(topic: Topic, body: ReportBodies[Topic]): void {
    const message: IngestClientMessage = { kind: 'report', topic, body }
    this.reports[this.reports.length] = JSON.stringify(message)
    if (this.reports.length > MAX_REPORTS) {
      takeAt(this.reports, 0)
      this.context?.fail('report-dropped')
    }
    this.sendReports()
  }

  private sendReports(): void {
    while (this.state === 'ready' && this.takesReports && this.reports.length > 0) this.send(takeAt(this.reports, 0))
  }

  private acknowledged(number: number): void {
    this.options.spool.release(number)
    const chunk = this.queue.remove(number)
    if (chunk?.kind === 'events' && this.options.recycles === true) this.context?.recycle(chunk)
    this.underWay -= this.sent.get(number) ?? 0
    this.sent.delete(number)
    this.pump()
    if (this.queue.chunks.length === 0) this.settle()
  }

  /** Sends what waits: definitions before events, since a reader needs them, and no more than the window. */
  private pump(): void {
    if (this.state !== 'ready') return
    this.pumpKind('definitions')
    this.pumpKind('events')
  }

  private pumpKind(kind: SealedChunk['kind']): void {
    const { chunks } = this.queue
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i] as SealedChunk // SAFE: i is below the length
      if (chunk.kind !== kind || this.sent.has(chunk.number)) continue
      if (this.underWay > 0 && this.underWay + chunk.bytes.length > this.windowBytes) return
      this.sent.set(chunk.number, chunk.bytes.length)
      this.underWay += chunk.bytes.length
      this.send(chunk.bytes)
      if (this.state !== 'ready') return
    }
  }

  private send(message: string | Uint8Array<ArrayBuffer>): void {
    try {
      this.socket?.send(message)
    } catch {
      this.lost() // SAFE: the socket is gone; what is not acknowledged is sent again.
    }
  }

  private refused(): void {
    this.context?.fail('socket-refused')
    this.state = 'refused'
    this.settle()
  }

  private lost(): void {
    this.socket = undefined
    this.forgetSent()
    if (this.state === 'closed' || this.state === 'refused' || this.state === 'paused') return
    this.context?.fail('socket-failed')
    this.state = 'idle'
    const timer: unknown = originalSetTimeout(() => this.reconnect(), this.retryMs)
    unrefTimer(timer)
    this.retryMs = Math.min(this.options.maxRetryMs ?? MAX_RETRY_MS, this.retryMs * 2)
    this.settle()
  }

  /** What was under way has to be sent again. */
  private forgetSent(): void {
    this.sent.clear()
    this.underWay = 0
  }

  private settle(): void {
    while (this.waiters.length > 0) takeAt(this.waiters, 0)()
  }

  /** Resolves when all is acknowledged, when the connection is gone, or after FLUSH_MS. */
  flush(): Promise<void> {
    const canSend = this.state === 'ready' || this.state === 'greeting' || this.state === 'connecting'
    if (this.queue.chunks.length === 0 || !canSend) return Promise.resolve()
    return new Promise(resolve => {
      const timer: unknown = originalSetTimeout(resolve, FLUSH_MS)
      this.waiters[this.waiters.length] = () => {
        // Node's timers would keep the process alive; elsewhere a timer is a number.
        ;(timer as Partial<NodeJS.Timeout>).close?.() // SAFE: asked for
        resolve()
      }
    })
  }

  flushNow(): void {
    if (this.queue.chunks.length > 0) this.options.spool.flushNow(this.queue.chunks, this.definitions)
  }

  /** Gives the connection up for as long as the page is frozen or kept; chunks wait. */
  pause(): void {
    if (this.state === 'closed' || this.state === 'refused') return
    this.state = 'paused'
    this.socket?.close()
    this.socket = undefined
    this.forgetSent()
  }

  resume(): void {
    if (this.state !== 'paused') return
    this.state = 'idle'
    this.retryMs = FIRST_RETRY_MS
    this.connect()
  }

  async close(): Promise<void> {
    if (this.state !== 'refused') this.state = 'closed'
    if (this.queue.chunks.length > 0) this.flushNow()
    this.options.spool.close()
    this.socket?.close()
    this.settle()
  }

  stats(): SinkStats {
    return { chunks: this.count, bytes: this.total, dropped: this.queue.dropped, waitingBytes: this.queue.bytes }
  }
}

function unrefTimer(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref() // SAFE: Node's Timeout
}

/** Address of the ingest socket, from what people write: ws or http, with or without a slash at the end. */
export function ingestUrl(url: string, token: string): string {
  const address = url.replace(/^http/, 'ws').replace(/\/+$/, '')
  const path = address.endsWith(INGEST_PATH) ? address : address + INGEST_PATH
  return `${path}?${TOKEN_PARAM}=${encodeURIComponent(token)}`
}

function parseMessage(text: string): IngestServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined
    return message as IngestServerMessage // SAFE: `kind` is switched on, and a wrong number acknowledges nothing
  } catch {
    return undefined // SAFE: not ours; the collector's next message is read on its own.
  }
}
