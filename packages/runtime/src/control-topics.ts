/** Who listens to which control messages (protocol/control.ts). */
import type { ControlTopic } from '@hindscope/protocol'
import { SafeMap } from './recorder/intrinsics.ts'

/** `body` is as it came over the wire; false or an error says that it is not what the topic asks for, and is counted. */
export type ControlListener = (body: unknown) => boolean

export class ControlTopics {
  private readonly listeners = new SafeMap<string, ControlListener>()

  listen(topic: ControlTopic, listener: ControlListener): () => void {
    this.listeners.set(topic, listener)
    return () => this.listeners.delete(topic)
  }

  has(topic: string): boolean {
    return this.listeners.get(topic) !== undefined
  }

  hear(topic: string, body: unknown): boolean {
    try {
      return this.listeners.get(topic)?.(body) === true
    } catch {
      return false // SAFE: the caller counts it; the program goes on.
    }
  }
}
