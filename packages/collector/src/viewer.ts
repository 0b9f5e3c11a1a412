/** One live socket: its subscriptions, and how much it still has to carry. */
import type { WebSocket } from 'ws'
import type { LiveServerMessage } from '@hindscope/protocol'
import type { Outlet, Subscription } from './subscription.ts'

/** Bytes that may wait in the socket; subscriptions go on when half of them are gone. */
const WAITING_BYTES = 1024 * 1024

export class Viewer implements Outlet {
  readonly subscriptions: Map<string, Subscription> = new Map()
  private readonly socket: WebSocket
  private readonly onReady: () => void
  private isFull = false

  /** `onReady`: the socket was full and is not any more. */
  constructor(socket: WebSocket, onReady: () => void) {
    this.socket = socket
    this.onReady = onReady
  }

  get isReady(): boolean {
    return !this.isFull && this.socket.readyState === this.socket.OPEN
  }

  send(message: LiveServerMessage): void {
    this.write(JSON.stringify(message))
  }

  sendRows(id: string, rows: readonly string[], position: object): void {
    this.write(`{"kind":"rows","id":${JSON.stringify(id)},"rows":[${rows.join(',')}],"position":${JSON.stringify(position)}}`)
  }

  close(): void {
    this.socket.close(1001, 'collector closes')
  }

  private write(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    this.socket.send(text, () => {
      if (!this.isFull || this.socket.bufferedAmount > WAITING_BYTES / 2) return
      this.isFull = false
      this.onReady()
    })
    if (this.socket.bufferedAmount > WAITING_BYTES) this.isFull = true
  }
}
