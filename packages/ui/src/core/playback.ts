/**
 * Plays the session: the moment walks by itself through the events of the track or of all tracks, within the chosen range. While it plays
 * the current place changes; one place is added when it stops, so that Back leads to where it was started.
 */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import type { EventQuery, EventRef, EventRow } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import { failureText } from '../engine/failure.ts'
import { sameRef } from './moment.ts'
import type { Moment } from './moment.ts'
import { advance, startPlayhead } from './playhead.ts'
import type { Pace, Playhead } from './playhead.ts'
import type { ViewModel } from './view-model.ts'

export type PlaybackState = 'paused' | 'playing'
export type PlaybackScope = 'all' | 'track'

export interface Playback {
  readonly state: ReadonlySignal<PlaybackState>
  /** -1 plays backwards. */
  readonly direction: Signal<1 | -1>
  readonly speed: Signal<number>
  readonly pace: Signal<Pace>
  readonly scope: Signal<PlaybackScope>
  toggle(): void
  pause(): void
  /** To the event at or before a time. */
  seek(timeUs: number): Promise<void>
}

/** What tells the time; tests have their own. */
export interface PlaybackClock {
  now(): number
  /** Gives what ends it. */
  every(ms: number, run: () => void): () => void
  prefersReducedMotion(): boolean
}

const browserClock: PlaybackClock = {
  now: () => performance.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
  prefersReducedMotion: () => window.matchMedia('(prefers-reduced-motion: reduce)').matches,
}

/** The moment moves this often at most: browsers refuse addresses that change faster, and nobody reads faster. */
const FRAME_MS = 130
/** Who asked for less motion gets fewer, larger steps. */
const CALM_FRAME_MS = 1000
const PAGE = 200

export function createPlayback(model: ViewModel, engine: EngineClient, clock: PlaybackClock = browserClock): Playback {
  const player = new Player(model, engine, clock)
  effect(() => {
    void model.session.value
    player.stop()
  })
  return {
    state: player.state,
    direction: player.direction,
    speed: player.speed,
    pace: player.pace,
    scope: player.scope,
    toggle: () => (player.state.peek() === 'playing' ? player.pause() : player.play()),
    pause: () => player.pause(),
    seek: timeUs => player.seek(timeUs),
  }
}

class Player {
  readonly state: Signal<PlaybackState> = signal<PlaybackState>('paused')
  readonly direction: Signal<1 | -1> = signal<1 | -1>(1)
  readonly speed: Signal<number> = signal(1)
  readonly pace: Signal<Pace> = signal<Pace>('events')
  readonly scope: Signal<PlaybackScope> = signal<PlaybackScope>('all')
  private readonly model: ViewModel
  private readonly engine: EngineClient
  private readonly clock: PlaybackClock
  private started: Moment | undefined
  /** Where the playback itself put the moment. */
  private shown: EventRef | undefined
  private route: Route | undefined
  private lastMs = 0
  private endTimer: (() => void) | undefined

  constructor(model: ViewModel, engine: EngineClient, clock: PlaybackClock) {
    this.model = model
    this.engine = engine
    this.clock = clock
  }

  play(): void {
    const moment = this.model.moment.peek()
    if (moment === undefined || this.state.peek() === 'playing') return
    this.started = moment
    this.shown = moment.ref
    this.lastMs = this.clock.now()
    this.state.value = 'playing'
    this.endTimer = this.clock.every(this.clock.prefersReducedMotion() ? CALM_FRAME_MS : FRAME_MS, () => this.frame())
  }

  /** Where it was started becomes the current place again, and where it stopped a new one. */
  pause(): void {
    const { started, shown } = this
    if (!this.stop() || started === undefined || shown === undefined) return
    const now = this.model.moment.peek()
    if (!sameRef(now?.ref, shown) || sameRef(started.ref, shown)) return
    this.model.adjust({ moment: started })
    this.model.commit({ moment: { ref: shown } })
  }

  /** Without a new place. */
  stop(): boolean {
    if (this.state.peek() === 'paused') return false
    this.endTimer?.()
    this.route?.close()
    this.route = undefined
    this.state.value = 'paused'
    return true
  }

  async seek(timeUs: number): Promise<void> {
    const session = this.model.session.peek()
    if (session === undefined) return
    const track = this.scope.peek() === 'track' ? this.model.moment.peek()?.ref.track : undefined
    const found = await this.engine.ask('at', { session, timeUs, ...(track === undefined ? {} : { track }) })
    if (!found.ok) return this.model.notify(failureText(found.failure), 'problem')
    const { ref } = found.value
    if (ref === undefined || this.model.session.peek() !== session) return
    if (this.state.peek() === 'paused') return this.model.commit({ moment: { ref }, source: undefined })
    this.show(ref)
    this.route?.close()
    this.route = undefined
  }

  private frame(): void {
    const now = this.clock.now()
    const ms = now - this.lastMs
    this.lastMs = now
    const moment = this.model.moment.peek()
    if (moment === undefined) return void this.stop()
    if (!sameRef(moment.ref, this.shown)) {
      // The user went elsewhere: that is a place of its own, and playing goes on from there.
      this.started = moment
      this.shown = moment.ref
      this.route?.close()
      this.route = undefined
    }
    const plan = this.plan(moment.ref)
    if (plan === undefined) return void this.stop()
    if (this.route?.key !== plan.key) {
      this.route?.close()
      this.route = new Route(this.engine, plan, moment.ref)
    }
    const at = this.route.advance(ms, this.speed.peek(), this.pace.peek())
    if (at !== undefined) this.show(at.ref)
    if (this.route.failure !== undefined) this.model.notify(this.route.failure, 'problem')
    if (this.route.failure !== undefined || this.route.isOver) this.pause()
  }

  private plan(ref: EventRef): Plan | undefined {
    const { session, range } = this.model.view.peek()
    if (session === undefined) return undefined
    const order = this.direction.peek() === 1 ? 'asc' : 'desc'
    const tracks = this.scope.peek() === 'track' ? [ref.track] : undefined
    const query = { session, order, limit: PAGE, ...range, ...(tracks && { tracks }) } as const
    return { query, key: JSON.stringify(query) }
  }

  private show(ref: EventRef): void {
    this.shown = ref
    this.model.adjust({ moment: { ref }, source: undefined })
  }
}

interface Plan {
  readonly query: EventQuery & { readonly order: 'asc' | 'desc' }
  readonly key: string
}

/** The events ahead, loaded a page before they are needed. */
class Route {
  readonly key: string
  failure: string | undefined
  private readonly engine: EngineClient
  private readonly plan: Plan
  private readonly aborter = new AbortController()
  private readonly from: EventRef
  private playhead: Playhead = startPlayhead(0)
  private hasStarted = false
  private isLoading = false
  private hasAll = false
  private cursor: string | undefined
  private fromUs = 0
  private first: EventQuery | undefined

  constructor(engine: EngineClient, plan: Plan, from: EventRef) {
    this.engine = engine
    this.plan = plan
    this.key = plan.key
    this.from = from
    void this.begin()
  }

  get isOver(): boolean {
    return this.hasAll && this.playhead.ahead.length === 0
  }

  advance(ms: number, speed: number, pace: Pace): EventRow | undefined {
    if (!this.hasStarted) return undefined
    const { playhead, at } = advance(this.playhead, ms, speed, pace)
    this.playhead = playhead
    if (playhead.ahead.length < PAGE / 2 && !this.hasAll && !this.isLoading) void this.load()
    return at
  }

  close(): void {
    this.aborter.abort()
  }

  /** The query has no way to say "from this event": it begins at its time, and what lies before it is skipped. */
  private async begin(): Promise<void> {
    const { session } = this.plan.query
    const found = await this.engine.ask('event', { session, ref: this.from }, this.aborter.signal)
    if (!found.ok) {
      this.failure = failureText(found.failure)
      return
    }
    this.fromUs = found.value.row.timeUs
    this.playhead = startPlayhead(this.fromUs)
    this.hasStarted = true
    await this.load()
  }

  private async load(): Promise<void> {
    this.isLoading = true
    const { query } = this.plan
    const { timeUs } = this.playhead
    const isForward = query.order === 'asc'
    const start = isForward ? { fromUs: Math.max(timeUs, query.fromUs ?? timeUs) } : { toUs: Math.min(timeUs + 1, query.toUs ?? timeUs + 1) }
    // A cursor goes with the query that it came from.
    this.first ??= { ...query, ...start }
    const page = await this.engine.ask('events', { ...this.first, ...(this.cursor !== undefined && { cursor: this.cursor }) }, this.aborter.signal)
    this.isLoading = false
    if (!page.ok) {
      this.failure = failureText(page.failure)
      return
    }
    const rows = page.value.rows.filter(row => this.isBeyond(row, isForward))
    this.playhead = { ...this.playhead, ahead: [...this.playhead.ahead, ...rows] }
    this.cursor = page.value.cursor
    this.hasAll = this.cursor === undefined
    // A whole page of events that have the time of the first one.
    if (rows.length === 0 && !this.hasAll) await this.load()
  }

  /** After the event where it began, in the order of events: time, track, sequence number. */
  private isBeyond({ ref, timeUs }: EventRow, isForward: boolean): boolean {
    const { track, seq } = this.from
    const difference = timeUs - this.fromUs || ref.track - track || ref.seq - seq
    return isForward ? difference > 0 : difference < 0
  }
}
