/**
 * Which message is which, on both sides of a channel, with nothing added to what is sent. A channel delivers in order, so the number of a
 * message on it says all: the sending side records `message-send {channel, number}`, the receiving side an activity with the same two,
 * and the store joins them. What must be known on both sides is the channel's name. It comes from what both see anyway (thread and
 * process ids), and for a port that is sent along from the name and number of the message that took it.
 *
 * Both ends of a channel within one realm need no names: contexts wait in a queue, in order.
 */
import { ActivityType, EventKind } from '@hindscope/protocol'
import { SafeWeakMap } from '../recorder/intrinsics.ts'
import type { RecorderAccess } from './adapter.ts'

interface Waiting {
  readonly call: number
  readonly root: number
  readonly ports: readonly (Endpoint | undefined)[]
}
/** One end of a channel. */
interface Endpoint {
  /** The channel; '' when the other end is unknown. */
  name: string
  /** Which of the two ends this is: what it sends is `<name>>`, what it receives `<name><`, and the other way round at the other. */
  isFirst: boolean
  sent: number
  received: number
  /** The other end, when it is in this realm. */
  twin: Endpoint | undefined
  /** Of messages that the twin sent and this end has not received. */
  queue: Waiting[]
}

export interface Arrival {
  readonly call: number
  readonly root: number
  readonly activity: number
}
const NOTHING: Arrival = { call: 0, root: 0, activity: 0 }

/** A port that nobody reads is no longer followed. */
const MAX_WAITING = 10_000

const direction = ({ name, isFirst }: Endpoint, isSending: boolean): string => `${name}${isFirst === isSending ? '>' : '<'}`

export class MessageLinks {
  private readonly recorder: RecorderAccess
  private readonly endpoints = new SafeWeakMap<object, Endpoint>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  knows(target: object): boolean {
    return this.endpoints.has(target)
  }

  /** This realm's end of a channel whose other end is in another realm. */
  open(target: object, name: string, isFirst: boolean): void {
    if (!this.endpoints.has(target)) this.endpoints.set(target, { name, isFirst, sent: 0, received: 0, twin: undefined, queue: [] })
  }

  pair(one: object, other: object): void {
    this.open(one, '', true)
    this.open(other, '', false)
    const [a, b] = [this.endpoints.get(one), this.endpoints.get(other)]
    if (a === undefined || b === undefined) return
    a.twin = b
    b.twin = a
  }

  /** After the platform took the message: what it refuses does not count. */
  sent(target: object, message: unknown, ports: readonly object[]): void {
    const { recorder } = this
    const from = this.endpoints.get(target)
    if (from === undefined) return
    const moved = ports.map(port => this.endpoints.get(port))
    const { twin } = from
    if (twin !== undefined) {
      twin.queue.push({ call: recorder.currentCall(), root: recorder.currentRoot(), ports: moved })
      if (twin.queue.length > MAX_WAITING) this.part(from, '')
      return
    }
    if (from.name === '') return
    const channel = direction(from, true)
    const number = from.sent++
    for (let i = 0; i < moved.length; i++) this.part(moved[i]?.twin, `${channel}${number}.${i}`)
    if (recorder.currentCall() !== 0) recorder.record(EventKind.messageSend, 0, [{ channel, number, message }])
  }

  /** The other end left this realm, and is called so where it arrives; messages that wait there go with it. */
  private part(left: Endpoint | undefined, name: string): void {
    const gone = left?.twin
    if (left === undefined || gone === undefined) return
    left.name = name
    left.isFirst = true
    left.sent = gone.queue.length
    left.received = 0
    left.twin = undefined
    gone.name = ''
    gone.twin = undefined
    gone.queue = []
  }

  /**
   * The next message comes in, with these ports. Gives what its listeners run in: `call` is 0 when nothing is known, `activity` is the one
   * to end behind them, 0 for none.
   */
  arrive(target: object, ports: ArrayLike<object>): Arrival {
    const { recorder } = this
    const to = this.endpoints.get(target)
    const waiting = to?.queue.shift()
    if (waiting !== undefined) {
      for (let i = 0; i < ports.length; i++) {
        const endpoint = waiting.ports[i]
        if (endpoint !== undefined) this.endpoints.set(ports[i] as object, endpoint) // SAFE: i is below the length
      }
      return { call: waiting.call, root: waiting.root, activity: 0 }
    }
    if (to === undefined || to.twin !== undefined || to.name === '') return NOTHING
    const channel = direction(to, false)
    const number = to.received++
    for (let i = 0; i < ports.length; i++) this.open(ports[i] as object, `${channel}${number}.${i}`, false) // SAFE: as above
    const activity = recorder.startActivity(ActivityType.message, { channel, number }, 0)
    return { call: activity, root: activity, activity }
  }

  /** A message was taken without an event. */
  skip(target: object): void {
    const to = this.endpoints.get(target)
    if (to === undefined || to.queue.shift() !== undefined || to.twin !== undefined) return
    to.received++
  }
}
