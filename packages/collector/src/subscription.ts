/**
 * One subscription: a reader's position, credit and policy. Rows are read from the store when they can be sent and not before, so what
 * waits costs nothing here, however much it is.
 */
import type { StreamEnd, StreamPolicy, SubscriptionServerMessage } from '@hindscope/protocol'
import { NewestJump } from '@hindscope/store/model'
import type { SharedStream, StreamReader, TurnBudget } from '@hindscope/store/model'

const ROWS_PER_MESSAGE = 500
const BYTES_PER_MESSAGE = 256 * 1024

/** The socket that a subscription sends over. */
export interface Outlet {
  /** False while it has more to carry than it should: it says when it is ready again. */
  readonly isReady: boolean
  send(message: SubscriptionServerMessage): void
  /** A `rows` message with its rows as JSON. */
  sendRows(id: string, rows: readonly string[], position: object): void
}

export interface SubscriptionCounts {
  sent: number
  dropped: number
}

export interface SubscriptionOptions {
  readonly id: string
  readonly stream: SharedStream
  readonly reader: StreamReader
  readonly policy: StreamPolicy
  readonly credit: number
  readonly outlet: Outlet
  readonly counts: SubscriptionCounts
}

export class Subscription {
  readonly id: string
  readonly stream: SharedStream
  private readonly reader: StreamReader
  private readonly policy: StreamPolicy
  private readonly outlet: Outlet
  private readonly counts: SubscriptionCounts
  private credit: number
  private isPaused = false
  /** Something may wait that has not been sent. */
  private isBehind = true
  private jump: NewestJump | undefined
  /** The stream's generation for which it is known that no jump is needed, until everything has been sent. */
  private settled = -1

  constructor({ id, stream, reader, policy, credit, outlet, counts }: SubscriptionOptions) {
    this.id = id
    this.stream = stream
    this.reader = reader
    this.policy = policy
    this.credit = credit
    this.outlet = outlet
    this.counts = counts
  }

  /** False when the sum would be more than `limit`. */
  addCredit(rows: number, limit: number): boolean {
    if (this.credit + rows > limit) return false
    this.credit += rows
    return true
  }

  pause(): void {
    this.isPaused = true
    this.isBehind = true
  }

  resume(): void {
    this.isPaused = false
  }

  /**
   * Sends what can be sent within the turn. `more`: it wants another turn. `idle`: it waits for rows, credit or the socket.
   * `complete`: nothing will come any more. The stream has been refreshed.
   */
  work(budget: TurnBudget): 'more' | 'idle' | 'complete' {
    for (;;) {
      if (this.isPaused || this.credit === 0 || !this.outlet.isReady) {
        this.isBehind = true
        return 'idle'
      }
      if (!this.stream.prepare(budget) || !this.dropOld(budget)) return 'more'
      const end = this.sendRows(budget)
      if (end === 'over') return 'more'
      if (end === 'end') return this.caughtUp()
    }
  }

  end(reason: StreamEnd): void {
    this.outlet.send({ kind: 'ended', id: this.id, reason })
  }

  /** False when the turn ended first. */
  private dropOld(budget: TurnBudget): boolean {
    const { policy, stream } = this
    if (policy.kind === 'wait' || (this.settled === stream.generation && this.jump === undefined)) return true
    this.jump ??= new NewestJump(stream, this.reader, policy)
    const dropped = this.jump.run(budget)
    if (dropped === 'over') return false
    this.jump = undefined
    this.settled = stream.generation
    if (dropped === 'none') return true
    this.counts.dropped += dropped.count
    this.isBehind = true
    this.outlet.send({ kind: 'dropped', id: this.id, ...dropped, position: this.reader.position() })
    return true
  }

  private sendRows(budget: TurnBudget): 'over' | 'end' | 'full' {
    const rows: string[] = []
    let bytes = 0
    let end: 'over' | 'end' | 'full' = 'full'
    while (rows.length < Math.min(this.credit, ROWS_PER_MESSAGE) && bytes < BYTES_PER_MESSAGE) {
      const match = this.reader.next(budget)
      if (match === 'over' || match === 'end') {
        end = match
        break
      }
      const text = this.stream.textOf(match)
      rows.push(text)
      bytes += text.length
    }
    if (rows.length === 0) return end
    this.credit -= rows.length
    this.counts.sent += rows.length
    this.outlet.sendRows(this.id, rows, this.reader.position())
    return end
  }

  private caughtUp(): 'idle' | 'complete' {
    this.settled = -1
    if (this.isBehind) {
      this.isBehind = false
      this.outlet.send({ kind: 'caughtUp', id: this.id, position: this.reader.position() })
    }
    return this.stream.store.live ? 'idle' : 'complete'
  }
}
