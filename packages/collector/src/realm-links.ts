/** Connections to recorders as who wants to tell them something sees them: by session and realm. */
import type { Chunk, ControlBodies, ControlTopic, ReportTopic } from '@hindscope/protocol'

/** One connection of one realm; after a reconnect it is another one. */
export interface RealmLink {
  readonly session: string
  readonly realm: number
  /** A browser's: page, frame or worker. */
  readonly isPage: boolean
  /** False when the recorder takes no control messages or is gone: nothing was sent. */
  send<Topic extends ControlTopic>(topic: Topic, body: ControlBodies[Topic]): boolean
}

/** `body` is as it came: whoever listens checks it, and throws when it is not what it should be; that is counted. */
export type ReportListener = (link: RealmLink, body: unknown) => void

export interface LinkListener {
  /** Right after the greeting, before anything else is sent. */
  opened?(link: RealmLink): void
  closed?(link: RealmLink): void
  /** A chunk that came in at `arrivedUs` is durable. */
  heard?(link: RealmLink, chunk: Chunk, arrivedUs: number): void
}

export class RealmLinks {
  private readonly links = new Set<RealmLink>()
  private readonly listeners: LinkListener[] = []
  private readonly reports = new Map<string, ReportListener[]>()

  listen(listener: LinkListener): void {
    this.listeners.push(listener)
  }

  /** Every listener of a topic hears each report; one that throws keeps it from those after it. */
  onReport(topic: ReportTopic, listener: ReportListener): void {
    this.reports.set(topic, [...(this.reports.get(topic) ?? []), listener])
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
    const listeners = this.reports.get(topic) ?? []
    for (const listener of listeners) listener(link, body)
    return listeners.length > 0
  }

  heard(link: RealmLink, chunk: Chunk, arrivedUs: number): void {
    for (const listener of this.listeners) listener.heard?.(link, chunk, arrivedUs)
  }

  /** Every connection that is open. */
  all(): readonly RealmLink[] {
    return [...this.links]
  }

  /** Connected realms of a session. */
  ofSession(session: string): readonly RealmLink[] {
    return [...this.links].filter(link => link.session === session)
  }
}
