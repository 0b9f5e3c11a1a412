/**
 * Everything that the screen shows, derived from the view: what the engine says about the session, the moment's event, its stack, the
 * selected frame's call and the source. Panels read these signals and call `jump`, `step`, `commit`; they hold no trace data.
 */
import { computed, effect, signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import { diagnostic, formatRef } from '@hindscope/protocol'
import type {
  CallDetail,
  EventDetail,
  EventRef,
  IncidentRow,
  LevelPage,
  LocalsDetail,
  Problem,
  SessionSummary,
  SourceDetail,
  SourceSummary,
  StackFrame,
  StepDirection,
} from '@hindscope/protocol'
import type { ControlClient, EngineClient } from '../engine/engine-client.ts'
import { failureText } from '../engine/failure.ts'
import type { LiveClient } from '../engine/live-client.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { createAggregates } from './aggregates.ts'
import type { Aggregates } from './aggregates.ts'
import { createCallTree } from './call-tree.ts'
import type { CallTree } from './call-tree.ts'
import { createEventWindow } from './event-window.ts'
import type { EventWindow } from './event-window.ts'
import { createInspection } from './inspection.ts'
import type { Inspection } from './inspection.ts'
import type { Moment } from './moment.ts'
import { createNotes } from './notes.ts'
import type { Notes } from './notes.ts'
import { createPlayback } from './playback.ts'
import type { Playback } from './playback.ts'
import { createReports } from './reports.ts'
import type { Reports } from './reports.ts'
import { createTick } from './tick.ts'
import type { SourcePlace, TimeRange } from './view-state.ts'
import type { ViewModel } from './view-model.ts'

export interface Workbench extends Inspection {
  readonly model: ViewModel
  readonly engine: EngineClient & ControlClient
  readonly live: LiveClient
  readonly sessions: Resource<readonly SessionSummary[]>
  readonly session: Resource<SessionSummary>
  readonly problems: Resource<readonly Problem[]>
  readonly incidents: Resource<readonly IncidentRow[]>
  /** What the timeline was last told to show. */
  readonly narrowed: ReadonlySignal<TimeRange | undefined>
  /** Asked for while they are on screen. */
  readonly levels: Resource<LevelPage>
  readonly event: Resource<EventDetail>
  readonly stack: Resource<readonly StackFrame[]>
  readonly call: Resource<CallDetail>
  /** Variables of the selected frame at the moment. */
  readonly locals: Resource<LocalsDetail>
  readonly sources: Resource<readonly SourceSummary[]>
  readonly source: Resource<SourceDetail>
  readonly frame: ReadonlySignal<StackFrame | undefined>
  /** The place in the source to show: the one the user opened, else where the selected frame is. */
  readonly place: ReadonlySignal<SourcePlace | undefined>
  /** Counts changes of the live session, at most about once in 700 ms. */
  readonly tick: ReadonlySignal<number>
  readonly follow: Signal<boolean>
  readonly playback: Playback
  readonly notes: Notes
  readonly reports: Reports
  readonly aggregates: Aggregates
  readonly callTree: CallTree
  readonly events: EventWindow
  /** Its window becomes the range and what the timeline shows, its first event the moment. */
  openIncident(incident: IncidentRow): void
  jump(ref: EventRef, more?: Omit<Moment, 'ref'>): void
  step(direction: StepDirection): Promise<void>
}

const DIRECTION_WORDS: Readonly<Record<StepDirection, string>> = {
  next: 'next event',
  previous: 'previous event',
  into: 'call to step into',
  out: 'call to step out of',
  over: 'later event at this depth',
  back: 'earlier event at this depth',
  'next-error': 'later error',
  'previous-error': 'earlier error',
  'next-hit': 'later call of this function',
  'previous-hit': 'earlier call of this function',
  'next-line': 'later execution of this line',
  'previous-line': 'earlier execution of this line',
  'next-write': 'later write of this',
  'previous-write': 'earlier write of this',
  first: 'first event',
  last: 'last event',
}

export function createWorkbench(model: ViewModel, engine: EngineClient & ControlClient, live: LiveClient): Workbench {
  const { session: id, moment } = model
  const tick = createTick(() => {
    const growth = live.growth.value
    return growth !== undefined && growth.session === id.value ? growth.events : 0
  })
  const otherGrowth = createTick(() => (live.growth.value?.session === id.peek() ? 0 : (live.growth.value?.events ?? 0)))
  const sessionKey = () => (id.value === undefined ? undefined : { session: id.value, tick: tick.value })
  const sameSession = { keep: (a: { session: string }, b: { session: string }) => a.session === b.session }

  const sessions = createResource(
    () => ({ other: otherGrowth.value, link: live.connection.value === 'open' }),
    (_, signal_) => engine.ask('sessions', {}, signal_),
  )
  const session = createResource(sessionKey, ({ session: of }, aborted) => engine.ask('session', { session: of }, aborted), sameSession)
  const problems = createResource(sessionKey, ({ session: of }, aborted) => engine.ask('problems', { session: of }, aborted), sameSession)
  const incidents = createResource(sessionKey, ({ session: of }, aborted) => engine.ask('incidents', { session: of }, aborted), sameSession)
  const narrowed = signal<TimeRange | undefined>(undefined)
  const sources = createResource(sessionKey, ({ session: of }, aborted) => engine.ask('sources', { session: of }, aborted), sameSession)
  const levels = createLevels(model, engine, sessionKey)
  const atMoment = () => (id.value === undefined || !moment.value ? undefined : { session: id.value, ref: moment.value.ref })
  const event = createResource(atMoment, (key, aborted) => engine.ask('event', key, aborted), sameSession)
  const stack = createResource(atMoment, (key, aborted) => engine.ask('stack', key, aborted), sameSession)
  const frame = computed(() => valueOf(stack.state.value)?.[moment.value?.frame ?? 0])

  const call: Resource<CallDetail> = createResource(
    () => {
      const node = frame.value?.node
      if (!node || id.value === undefined) return undefined
      return { session: id.value, ref: node.ref, tick: node.outcome === 'open' ? tick.value : 0 }
    },
    ({ session: of, ref }, aborted) => engine.ask('call', { session: of, ref }, aborted),
    sameSession,
  )
  const locals: Resource<LocalsDetail> = createResource(
    () => {
      const [node, ref] = [frame.value?.node, moment.value?.ref]
      // A cause on another track was left before the moment, and its clock is another one: nothing tells what it held.
      if (!node || node.kind !== 'call' || !ref || ref.track !== node.ref.track || id.value === undefined) return undefined
      return { session: id.value, ref, call: node.ref }
    },
    (key, aborted) => engine.ask('locals', key, aborted),
    { keep: (a, b) => a.session === b.session && a.call.call === b.call.call && a.call.track === b.call.track },
  )
  const place = computed<SourcePlace | undefined>(() => {
    if (model.sourcePlace.value) return model.sourcePlace.value
    const row = (moment.value?.frame ?? 0) === 0 ? valueOf(event.state.value)?.row : undefined
    const at = row?.location ?? frame.value?.node.location
    return at && { path: at.file, line: at.line }
  })
  const source = createResource(
    () => (id.value === undefined || !place.value ? undefined : { session: id.value, path: place.value.path }),
    (key, aborted) => engine.ask('source', key, aborted),
    { keep: (a, b) => a.session === b.session && a.path === b.path },
  )

  const jump: Workbench['jump'] = (ref, more = {}) => model.commit({ moment: { ref, ...more }, source: undefined })
  const openIncident = ({ fromUs, untilUs: toUs, causes }: IncidentRow): void => {
    const ref = causes.find(cause => cause.ref !== undefined)?.ref
    model.commit({ range: { fromUs, toUs }, left: 'incidents', ...(ref === undefined ? {} : { moment: { ref }, source: undefined }) })
    narrowed.value = { fromUs, toUs }
  }
  let stepping: AbortController | undefined
  async function step(direction: StepDirection): Promise<void> {
    const of = id.peek()
    const from = moment.peek()
    if (of === undefined || !from) return
    stepping?.abort()
    stepping = new AbortController()
    const result = await engine.ask('step', { session: of, ref: from.ref, direction }, stepping.signal)
    if (!result.ok) return model.notify(failureText(result.failure), 'problem')
    const to = result.value.ref
    // From write to write the value that is looked at stays the same.
    const isWrite = direction === 'next-write' || direction === 'previous-write'
    if (to && formatRef(to) !== formatRef(from.ref)) jump(to, isWrite && from.path !== undefined ? { path: from.path } : {})
    else model.notify(diagnostic('ui-nothing-there', 'info', { what: DIRECTION_WORDS[direction] }).message)
  }

  const bench: Workbench = {
    model,
    engine,
    live,
    sessions,
    session,
    problems,
    incidents,
    narrowed,
    openIncident,
    levels,
    event,
    stack,
    call,
    locals,
    sources,
    source,
    frame,
    place,
    tick,
    follow: signal(false),
    ...createSessionParts(model, engine, tick),
    aggregates: createAggregates(model, engine, tick),
    callTree: createCallTree(engine),
    events: createEventWindow(engine),
    ...createInspection(model, engine, { event, frame }),
    jump,
    step,
  }
  startDefaults(bench)
  startFollowing(bench)
  return bench
}

const createLevels = (model: ViewModel, engine: EngineClient, key: () => { readonly session: string } | undefined): Resource<LevelPage> =>
  createResource(
    () => (model.view.value.left === 'levels' ? key() : undefined),
    ({ session }, aborted) => engine.ask('levels', { session }, aborted),
    { keep: (a, b) => a.session === b.session },
  )

/** What concerns the session as a whole, and moving through it by itself. */
const createSessionParts = (
  model: ViewModel,
  engine: EngineClient & ControlClient,
  tick: ReadonlySignal<number>,
): Pick<Workbench, 'playback' | 'notes' | 'reports'> => ({
  playback: createPlayback(model, engine),
  notes: createNotes(model, engine, tick),
  reports: createReports(model, engine, tick),
})

/** A throw has a call around it, so that source and values have something to show at once. */
const worst = (found: readonly Problem[]): EventRef | undefined =>
  (found.find(problem => problem.ref && (problem.places?.[0] ?? problem).rule === 'thrown') ?? found.find(problem => problem.ref))?.ref

/** Without a session in the link the newest live one is opened; without a moment the first result of the link's query, else the first problem, else the first call. */
function startDefaults({ model, sessions, session, problems, engine }: Workbench): void {
  effect(() => {
    const known = valueOf(sessions.state.value)
    if (model.session.value !== undefined || !known?.length) return
    const newest = known.toSorted((a, b) => Number(b.live) - Number(a.live) || b.startedMs - a.startedMs)[0]
    if (newest) queueMicrotask(() => model.adjust({ session: newest.session }))
  })
  effect(() => {
    const summary = valueOf(session.state.value)
    const found = problems.state.value
    if (!summary || summary.events === 0 || model.moment.value || found.status !== 'ready' || summary.session !== model.session.value) return
    void openFirst(summary.session, found.value)
  })
  async function openFirst(of: string, found: readonly Problem[]): Promise<void> {
    const ref = (await firstFound(of)) ?? worst(found) ?? (await firstCall(of))
    if (ref && !model.moment.peek() && model.session.peek() === of) model.adjust({ moment: { ref } })
  }
  async function firstFound(of: string): Promise<EventRef | undefined> {
    const { query } = model.view.peek()
    const answer = query === undefined ? undefined : await engine.ask('search', { session: of, query, limit: 1 })
    return answer?.ok && answer.value.kind === 'events' ? answer.value.rows[0]?.ref : undefined
  }
  async function firstCall(of: string): Promise<EventRef | undefined> {
    const calls = await engine.ask('events', { session: of, kinds: ['callEnter'], limit: 1 })
    const page = calls.ok && calls.value.rows.length > 0 ? calls : await engine.ask('events', { session: of, limit: 1 })
    return page.ok ? page.value.rows[0]?.ref : undefined
  }
}

const FOLLOW_REST_MS = 300

/** Only when the user asked for it does the live tail move the moment; it never fills the history. */
function startFollowing({ model, engine, live, follow }: Workbench): void {
  const show = (ref: EventRef): void => {
    if (follow.peek()) model.adjust({ moment: { ref }, source: undefined })
  }
  effect(() => {
    const of = model.session.value
    if (!follow.value || of === undefined) return undefined
    const from = model.moment.peek()
    if (from) {
      void engine.ask('step', { session: of, ref: from.ref, direction: 'last' }).then(result => {
        if (result.ok && result.value.ref && model.session.peek() === of) show(result.value.ref)
      })
    }
    // Of what comes in between, only the newest row is wanted.
    const newest = { session: of, query: '', from: { kind: 'now' }, policy: { kind: 'newest', rows: 1 }, credit: 1, restMs: FOLLOW_REST_MS } as const
    return live.subscribe(newest, rows => rows[0] && show(rows[0].ref))
  })
}
