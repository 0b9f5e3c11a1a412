/**
 * Joins the two ends of messages between realms by channel and number, whichever is read first. A name whose sender and receiver are the
 * same track is none of ours: a process id that came again.
 */
import type { CallPlace } from './call-place.ts'

export interface JoinedMessage {
  readonly parent: CallPlace
  readonly child: CallPlace
}

export class MessageJoin {
  private readonly sends = new Map<string, CallPlace>()
  private readonly receives = new Map<string, CallPlace>()
  private joined: JoinedMessage[] = []

  sent(message: string, parent: CallPlace): void {
    const child = this.receives.get(message)
    if (child === undefined || child.track === parent.track) this.sends.set(message, parent)
    else this.join(message, parent, child)
  }

  received(message: string, child: CallPlace): void {
    const parent = this.sends.get(message)
    if (parent === undefined || parent.track === child.track) this.receives.set(message, child)
    else this.join(message, parent, child)
  }

  takeJoined(): readonly JoinedMessage[] {
    if (this.joined.length === 0) return this.joined
    const { joined } = this
    this.joined = []
    return joined
  }

  clear(): void {
    this.sends.clear()
    this.receives.clear()
    this.joined = []
  }

  private join(message: string, parent: CallPlace, child: CallPlace): void {
    this.sends.delete(message)
    this.receives.delete(message)
    this.joined.push({ parent, child })
  }
}
