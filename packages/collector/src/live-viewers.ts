/**
 * Live viewers: `changed` to everyone at most ten times a second, and rows that match to those who subscribed. Rows go out against
 * credit; a viewer that gives none has its oldest waiting rows dropped and counted, so that it never holds up the recorders.
 */
import type { RawData, WebSocket } from 'ws'
import { HindscopeError } from '@hindscope/protocol'
import type { EventFilter, EventRow, LiveClientMessage, LiveServerMessage } from '@hindscope/protocol'
import { compileFilter, rowsSince } from '@hindscope/store/model'
import type { SessionCatalog, TraceStore } from '@hindscope/store/model'
import { asFailure } from './http-answer.ts'

const CHANGED_MS = 100
/** Rows that wait for credit; beyond, the oldest are dropped. */
const WAITING_ROWS = 2000
const ROWS_PER_MESSAGE = 500

interface Subscription {
  readonly session: string
  readonly filter: EventFilter
  /** Next sequence number to look at, by track. */
  readonly nextSeq: Map<number, number>
  credit: number
  waiting: EventRow[]
  dropped: number
}

interface Viewer {
  readonly socket: WebSocket
  subscription: Subscription | undefined
  /** The message being worked on: messages of one viewer take effect in the order in which they were sent. */
  turn: Promise<void>
}

export class LiveViewers {
  private readonly catalog: SessionCatalog
  private readonly viewers = new Set<Viewer>()
  private readonly changed = new Set<TraceStore>()
  private timer: NodeJS.Timeout | undefined

  constructor(catalog: SessionCatalog) {
    this.catalog = catalog
  }

  add(socket: WebSocket): void {
    const viewer: Viewer = { socket, subscription: undefined, turn: Promise.resolve() }
    this.viewers.add(viewer)
    socket.on('message', (data: RawData) => {
      const text = String(data)
      viewer.turn = viewer.turn
        .then(() => this.receive(viewer, text))
        .catch((error: unknown) => {
          const { code, message } = asFailure(error)
          send(viewer, { kind: 'error', code, message })
        })
    })
    // SAFE: a viewer that breaks the protocol is closed by ws; nobody else is concerned.
    socket.on('error', () => undefined)
    socket.on('close', () => this.viewers.delete(viewer))
  }

  /** A store has grown. Viewers hear of it within CHANGED_MS. */
  storeChanged(store: TraceStore): void {
    if (this.viewers.size === 0) return
    this.changed.add(store)
    this.timer ??= setTimeout(() => this.tell(), CHANGED_MS).unref()
  }

  close(): void {
    clearTimeout(this.timer)
    for (const { socket } of this.viewers) socket.close(1001, 'collector closes')
  }

  private tell(): void {
    this.timer = undefined
    const stores = [...this.changed]
    this.changed.clear()
    for (const store of stores) {
      const events = store.tracks.reduce((sum, track) => sum + track.rows.length, 0)
      const lastUs = store.tracks.reduce((last, track) => Math.max(last, track.lastUs), 0)
      for (const viewer of this.viewers) {
        send(viewer, { kind: 'changed', session: store.session, events, lastUs })
        if (viewer.subscription?.session === store.session) this.gather(viewer, viewer.subscription, store)
      }
    }
  }

  private async receive(viewer: Viewer, text: string): Promise<void> {
    const message = parseMessage(text)
    if (message.kind === 'credit') {
      const rows = count('rows', message.rows)
      if (viewer.subscription === undefined) return
      viewer.subscription.credit += rows
      return flush(viewer, viewer.subscription)
    }
    const store = await this.catalog.open(message.session)
    if (store === undefined) throw new HindscopeError('not-found', { what: 'session', id: String(message.session) })
    const subscription: Subscription = {
      session: store.session,
      filter: message.filter ?? {},
      nextSeq: new Map(),
      credit: count('credit', message.credit),
      waiting: [],
      dropped: 0,
    }
    compileFilter('subscribe', store, subscription.filter)
    if (message.from !== 'start') for (const track of store.tracks) subscription.nextSeq.set(track.number, endSeq(track))
    viewer.subscription = subscription
    this.gather(viewer, subscription, store)
  }

  /** Moves new rows into the viewer's queue. Per track in sequence; chunks that arrive late and out of order are found by `events` only. */
  private gather(viewer: Viewer, subscription: Subscription, store: TraceStore): void {
    const filter = compileFilter('subscribe', store, subscription.filter)
    const fresh: EventRow[] = []
    for (const track of store.tracks) {
      const end = endSeq(track)
      let from = subscription.nextSeq.get(track.number) ?? 0
      subscription.nextSeq.set(track.number, end)
      while (from < end) {
        const rows = rowsSince(store, track, filter, { fromSeq: from, limit: WAITING_ROWS })
        fresh.push(...rows)
        const excess = fresh.length - 2 * WAITING_ROWS
        if (excess > 0) {
          fresh.splice(0, excess)
          subscription.dropped += excess
        }
        from = rows.length < WAITING_ROWS ? end : (rows.at(-1)?.ref.seq ?? end) + 1
      }
    }
    fresh.sort((a, b) => a.timeUs - b.timeUs || a.ref.track - b.ref.track || a.ref.seq - b.ref.seq)
    subscription.waiting.push(...fresh)
    flush(viewer, subscription)
  }
}

function flush(viewer: Viewer, subscription: Subscription): void {
  while (subscription.credit > 0 && subscription.waiting.length > 0) {
    const rows = subscription.waiting.splice(0, Math.min(subscription.credit, ROWS_PER_MESSAGE))
    subscription.credit -= rows.length
    send(viewer, { kind: 'rows', session: subscription.session, rows, dropped: subscription.dropped })
    subscription.dropped = 0
  }
  const excess = subscription.waiting.length - WAITING_ROWS
  if (excess <= 0) return
  subscription.waiting.splice(0, excess)
  subscription.dropped += excess
}

const endSeq = (track: TraceStore['tracks'][number]): number => (track.rows.length === 0 ? 0 : track.seqOf(track.rows.length - 1) + 1)

function send(viewer: Viewer, message: LiveServerMessage): void {
  if (viewer.socket.readyState === viewer.socket.OPEN) viewer.socket.send(JSON.stringify(message))
}

function count(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value
  throw new HindscopeError('collector-subscription', { reason: `${field} is not a whole number from 0 to 1000000` })
}

function parseMessage(text: string): LiveClientMessage {
  let message: Partial<LiveClientMessage> | null
  try {
    message = JSON.parse(text) as Partial<LiveClientMessage> | null // SAFE: kind is checked here, fields where they are used
  } catch {
    throw new HindscopeError('collector-subscription', { reason: 'the message is not JSON' })
  }
  if (message?.kind !== 'subscribe' && message?.kind !== 'credit')
    throw new HindscopeError('collector-subscription', { reason: 'its kind is unknown' })
  return message as LiveClientMessage // SAFE: kind checked above
}
