/**
 * The live socket: `changed` to everyone at most ten times a second, and subscriptions (docs/streaming.md). Subscribers of one query over
 * one session share what it matches.
 */
import { HindscopeError, SUBSCRIPTION_LIMITS, formatQuery, parseStreamQuery } from '@hindscope/protocol'
import type { Chunk, LiveClientMessage } from '@hindscope/protocol'
import type { RawData, WebSocket } from 'ws'
import { StreamReader, startPosition } from '@hindscope/store/model'
import type { SessionCatalog, TraceStore, TurnBudget } from '@hindscope/store/model'
import { ChunkHoles } from './chunk-holes.ts'
import { asFailure } from './http-answer.ts'
import { parseLiveMessage, tryIdOf } from './live-message.ts'
import { SharedStreams } from './shared-streams.ts'
import type { StreamCounts } from './shared-streams.ts'
import { Subscription } from './subscription.ts'
import { Turns } from './turns.ts'
import type { Worker } from './turns.ts'
import { Viewer } from './viewer.ts'

const CHANGED_MS = 100
/** How long streams wait for a chunk that is missing before others of its realm. */
const LATE_MS = 1000

export interface LiveStats extends StreamCounts {
  readonly viewers: number
  readonly subscriptions: number
  readonly sent: number
  readonly dropped: number
  /** Messages that were not understood or not allowed. */
  readonly refused: number
}

type Subscribe = Extract<LiveClientMessage, { kind: 'subscribe' }>

export class LiveViewers {
  private readonly catalog: SessionCatalog
  private readonly holes: ChunkHoles
  private readonly viewers = new Set<Viewer>()
  private readonly streams = new SharedStreams((session, { realm }) => this.holes.horizonOf(session, realm))
  /** A subscription in its turns. */
  private readonly workers = new Map<Subscription, Worker>()
  private readonly changed = new Set<TraceStore>()
  private readonly turns = new Turns()
  private readonly counts = { sent: 0, dropped: 0 }
  private readonly lateTimers = new Map<string, NodeJS.Timeout>()
  private timer: NodeJS.Timeout | undefined
  private refused = 0
  private isClosed = false

  constructor(catalog: SessionCatalog, lateMs: number = LATE_MS) {
    this.catalog = catalog
    this.holes = new ChunkHoles(lateMs)
  }

  get stats(): LiveStats {
    return { viewers: this.viewers.size, subscriptions: this.workers.size, ...this.streams.counts, ...this.counts, refused: this.refused }
  }

  add(socket: WebSocket): void {
    const viewer: Viewer = new Viewer(socket, () => this.wakeAll(viewer))
    this.viewers.add(viewer)
    /** The message being worked on: those of one viewer take effect in the order in which they were sent. */
    let turn = Promise.resolve()
    socket.on('message', (data: RawData) => {
      const text = String(data)
      turn = turn.then(() => this.receive(viewer, text)).catch((error: unknown) => this.refuse(viewer, text, error))
    })
    // SAFE: a viewer that breaks the protocol is closed by ws; nobody else is concerned.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.viewers.delete(viewer)
      for (const subscription of viewer.subscriptions.values()) this.drop(viewer, subscription)
    })
  }

  chunkAdded(store: TraceStore, chunk: Chunk): void {
    this.holes.chunkAdded(store, chunk)
    this.storeChanged(store)
  }

  /** A store has grown. Viewers hear of it within CHANGED_MS. */
  storeChanged(store: TraceStore): void {
    if (this.viewers.size === 0) return
    this.changed.add(store)
    this.timer ??= setTimeout(() => this.tell(), CHANGED_MS).unref()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    for (const timer of this.lateTimers.values()) clearTimeout(timer)
    this.turns.close()
    for (const subscription of this.workers.keys()) subscription.end('closing')
    for (const viewer of this.viewers) viewer.close()
  }

  private refuse(viewer: Viewer, text: string, error: unknown): void {
    this.refused++
    const { code, message } = asFailure(error)
    const id = tryIdOf(text)
    viewer.send({ kind: 'error', ...(id === undefined ? {} : { id }), code, message })
  }

  private tell(): void {
    this.timer = undefined
    const stores = [...this.changed]
    this.changed.clear()
    for (const store of stores) {
      const events = store.tracks.reduce((sum, track) => sum + track.rows.length, 0)
      const lastUs = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), 0)
      for (const viewer of this.viewers) if (viewer.isReady) viewer.send({ kind: 'changed', session: store.session, events, lastUs })
      this.wakeSession(store)
    }
  }

  /** Opening it looks for manifests that its new events need. */
  private wakeSession(store: TraceStore): void {
    const subscriptions = [...this.workers.keys()].filter(({ stream }) => stream.store.session === store.session)
    if (subscriptions.length === 0) return
    const wake = (now: TraceStore): void => {
      if (this.isClosed) return
      for (const subscription of subscriptions) {
        subscription.stream.refresh(now)
        this.wake(subscription)
      }
      this.waitForHoles(now)
    }
    this.catalog.open(store.session).then(
      now => wake(now ?? store),
      // SAFE: a folder of manifests that cannot be read leaves names missing; the events are there.
      () => wake(store),
    )
  }

  /** Comes back when the first hole has been waited for. */
  private waitForHoles(store: TraceStore): void {
    const ms = this.holes.nextMs(store.session)
    if (ms === undefined || this.lateTimers.has(store.session)) return
    const again = (): void => {
      this.lateTimers.delete(store.session)
      this.wakeSession(store)
    }
    this.lateTimers.set(store.session, setTimeout(again, Math.max(1, ms + 1)).unref())
  }

  private async receive(viewer: Viewer, text: string): Promise<void> {
    const message = parseLiveMessage(text)
    if (message.kind === 'subscribe') return this.subscribe(viewer, message)
    const subscription = viewer.subscriptions.get(message.id)
    if (subscription === undefined) throw new HindscopeError('collector-subscription', { reason: 'there is no subscription of this id' })
    switch (message.kind) {
      case 'credit':
        if (!subscription.addCredit(message.rows, SUBSCRIPTION_LIMITS.credit))
          throw new HindscopeError('collector-subscription', { reason: `credit would be more than ${SUBSCRIPTION_LIMITS.credit} rows` })
        return this.wake(subscription)
      case 'pause':
        return subscription.pause()
      case 'resume':
        subscription.resume()
        return this.wake(subscription)
      case 'unsubscribe':
        return this.end(viewer, subscription, 'unsubscribed')
    }
  }

  private async subscribe(viewer: Viewer, message: Subscribe): Promise<void> {
    const { id, session, from, credit } = message
    const refused = (reason: string): HindscopeError => new HindscopeError('collector-subscription', { reason })
    if (viewer.subscriptions.has(id)) throw refused('there is a subscription of this id')
    if (viewer.subscriptions.size >= SUBSCRIPTION_LIMITS.perSocket) throw refused(`a socket has ${SUBSCRIPTION_LIMITS.perSocket} at most`)
    const condition = parseStreamQuery(message.query)
    const query = formatQuery(condition === undefined ? {} : { where: condition })
    const store = await this.catalog.open(session)
    if (store === undefined) throw new HindscopeError('not-found', { what: 'session', id: session })
    if (!this.viewers.has(viewer)) return
    const position = startPosition(store, from)
    const stream = this.streams.take(store, query, condition)
    const reader = new StreamReader(stream, position)
    const policy = message.policy ?? { kind: 'wait' }
    const subscription = new Subscription({ id, stream, reader, policy, credit, outlet: viewer, counts: this.counts })
    viewer.subscriptions.set(id, subscription)
    const worker: Worker = { work: budget => this.work(viewer, subscription, budget) }
    this.workers.set(subscription, worker)
    viewer.send({ kind: 'subscribed', id, query, position })
    this.turns.wake(worker)
    this.waitForHoles(store)
  }

  private work(viewer: Viewer, subscription: Subscription, budget: TurnBudget): boolean {
    subscription.stream.refresh()
    const state = subscription.work(budget)
    if (state === 'complete') this.end(viewer, subscription, 'complete')
    return state === 'more'
  }

  private wake(subscription: Subscription): void {
    const worker = this.workers.get(subscription)
    if (worker !== undefined) this.turns.wake(worker)
  }

  private wakeAll(viewer: Viewer): void {
    for (const subscription of viewer.subscriptions.values()) this.wake(subscription)
  }

  private end(viewer: Viewer, subscription: Subscription, reason: 'unsubscribed' | 'complete'): void {
    this.drop(viewer, subscription)
    subscription.end(reason)
  }

  private drop(viewer: Viewer, subscription: Subscription): void {
    viewer.subscriptions.delete(subscription.id)
    const worker = this.workers.get(subscription)
    if (worker === undefined) return
    this.workers.delete(subscription)
    this.turns.forget(worker)
    this.streams.release(subscription.stream)
  }
}
