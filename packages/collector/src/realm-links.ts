/** Connections to recorders as who wants to tell them something sees them: by session and realm. */
import type { ControlBodies, ControlTopic, ReportTopic } from '@hindscope/protocol'

/** One connection of one realm; after a reconnect it is another one. */
export interface RealmLink {
  readonly session: string
  readonly realm: number
  /** False when the recorder takes no control messages or is gone: nothing was sent. */
  send<Topic extends ControlTopic>(topic: Topic, body: ControlBodies[Topic]): boolean
}

/** `body` is as it came: whoever listens checks it, and throws when it is not what it should be; that is counted. */
export type ReportListener = (link: RealmLink, body: unknown) => void

export interface LinkListener {
  /** Right after the greeting, before anything else is sent. */
  opened?(link: RealmLink): void
  closed?(link: RealmLink): void
}

export class RealmLinks {
  private readonly links = new Set<RealmLink>()
  private readonly listeners: LinkListener[] = []
  private readonly reports = new Map<string, ReportListener>()

  listen(listener: LinkListener): void {
    this.listeners.push(listener)
  }

  onReport(topic: ReportTopic, listener: ReportListener): void {
    this.reports.set(topic, listener)
  }

  open(link: RealmLink): void {
    this.links.add(link)
    for (const listener of this.listeners) listener.opened?.(link)
  }

  close(link: RealmLink): void {
    if (!this.links.delete(link)) return
    for (const listener of this.listeners) listener.closed?.(link)
  }

  /** False when nobody knows the topic. */
  report(link: RealmLink, topic: string, body: unknown): boolean {
    const listener = this.reports.get(topic)
    if (listener === undefined) return false
    listener(link, body)
    return true
  }

  /** Connected realms of a session. */
  ofSession(session: string): readonly RealmLink[] {
    return [...this.links].filter(link => link.session === session)
  }
}
