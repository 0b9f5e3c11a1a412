/** A subscriber for tests: keeps what it is told, gives credit when it is asked to, and comes back with its position. */
import WebSocket from 'ws'
import { SUBSCRIPTION_VERSION, formatRef } from '@hindscope/protocol'
import type {
  EventRow,
  LiveClientMessage,
  LiveServerMessage,
  StreamPolicy,
  StreamPosition,
  StreamStart,
  SubscriptionServerMessage,
} from '@hindscope/protocol'

type Message<Kind> = Extract<SubscriptionServerMessage, { kind: Kind }>

export interface StreamOptions {
  readonly session: string
  readonly query?: string
  readonly from?: StreamStart
  readonly credit?: number
  readonly policy?: StreamPolicy
  readonly id?: string
}

export class StreamPeer {
  readonly rows: EventRow[] = []
  readonly dropped: Message<'dropped'>[] = []
  readonly errors: Message<'error'>[] = []
  readonly messages: LiveServerMessage[] = []
  position: StreamPosition | undefined
  private readonly url: string
  private socket: WebSocket | undefined
  private readonly waiting = new Set<() => void>()

  constructor(collector: { readonly ingestUrl: string; readonly token: string }) {
    this.url = `${collector.ingestUrl}/live?token=${collector.token}`
  }

  get refs(): string[] {
    return this.rows.map(row => formatRef(row.ref))
  }

  async connect(): Promise<this> {
    const socket = new WebSocket(this.url)
    this.socket = socket
    socket.on('message', data => {
      // What was under way when the connection was given up is lost, as on a broken line.
      if (this.socket === socket) this.take(JSON.parse(String(data)) as LiveServerMessage)
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return this
  }

  disconnect(): void {
    this.socket?.terminate()
    this.socket = undefined
  }

  /** What the server sends stays in the network until it is read again. */
  stopReading(): void {
    this.socket?.pause()
  }

  readAgain(): void {
    this.socket?.resume()
  }

  send(message: LiveClientMessage | object): void {
    this.socket?.send(JSON.stringify(message))
  }

  sendText(text: string): void {
    this.socket?.send(text)
  }

  subscribe({ session, query = '', from = { kind: 'start' }, credit = 0, policy, id = 's' }: StreamOptions): void {
    this.send({ kind: 'subscribe', version: SUBSCRIPTION_VERSION, id, session, query, from, credit, ...(policy === undefined ? {} : { policy }) })
  }

  credit(rows: number, id = 's'): void {
    this.send({ kind: 'credit', id, rows })
  }

  /** Resolves when it holds; it is looked at after every message. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>(resolve => this.waiting.add(resolve))
  }

  async next<Kind extends LiveServerMessage['kind']>(kind: Kind): Promise<Extract<LiveServerMessage, { kind: Kind }>> {
    const find = (): number => this.messages.findIndex(message => message.kind === kind)
    await this.until(() => find() !== -1)
    return this.messages.splice(find(), 1)[0] as Extract<LiveServerMessage, { kind: Kind }>
  }

  private take(message: LiveServerMessage): void {
    this.messages.push(message)
    if ('position' in message) this.position = message.position
    if (message.kind === 'rows') this.rows.push(...message.rows)
    if (message.kind === 'dropped') this.dropped.push(message)
    if (message.kind === 'error') this.errors.push(message)
    for (const wake of this.waiting) wake()
    this.waiting.clear()
  }
}
