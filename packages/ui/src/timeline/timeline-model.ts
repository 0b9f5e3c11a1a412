/** The timeline's own state: the visible window, folded tracks, the engine's cells for it. Redrawn from signals, holds no DOM. */
import { computed, effect, signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import type { Buckets } from '@hindscope/protocol'
import { axisOf } from '../core/timeline-axis.ts'
import type { AxisKind } from '../core/view-choices.ts'
import type { TimeRange } from '../core/view-state.ts'
import type { Workbench } from '../core/workbench.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { TIME_SCALE, sequenceScale } from './layout/axis.ts'
import type { AxisScale, ColumnTimes } from './layout/axis.ts'
import { clampWindow, fitSession, paddedWindow, revealPlace, spanOf } from './layout/axis-window.ts'
import type { AxisSpan } from './layout/axis-window.ts'
import { layoutCells } from './layout/cells.ts'
import type { Cells } from './layout/cells.ts'
import { MAX_DEPTH, depthsOf, layoutLanes } from './layout/lanes.ts'
import type { LaneLayout } from './layout/lanes.ts'

/** The engine's own limit of columns per ask. */
const MAX_COLUMNS = 4096
/** Between asks while the window moves. */
const PAUSE_MS = 45

export interface BucketAnswer {
  readonly buckets: Buckets
  readonly asked: Asked
}

export interface TimelineModel {
  readonly axis: ReadonlySignal<AxisKind>
  readonly scale: ReadonlySignal<AxisScale>
  readonly bounds: ReadonlySignal<AxisSpan | undefined>
  /** What is visible: the user's window, else the whole session. */
  readonly window: ReadonlySignal<AxisSpan | undefined>
  /** Where the moment's event stands on the axis. */
  readonly momentPlace: ReadonlySignal<number | undefined>
  /** Of the lanes; 0 while they are hidden. */
  readonly cssWidth: Signal<number>
  readonly cssOverview: Signal<number>
  readonly folded: Signal<ReadonlySet<number>>
  readonly answer: Resource<BucketAnswer>
  readonly overview: Resource<BucketAnswer>
  readonly layout: ReadonlySignal<LaneLayout>
  readonly cells: ReadonlySignal<Cells | undefined>
  /** The times of the events in a stretch of the axis. */
  rangeOf(from: number, to: number): TimeRange
  /** The coarse cells of the whole session. */
  readonly whole: ReadonlySignal<Cells | undefined>
  /** undefined = fit. */
  show(window: AxisSpan | undefined): void
}

interface Asked {
  readonly session: string
  readonly axis: AxisKind
  readonly span: AxisSpan
  readonly columns: number
}

/** What to ask for a stretch: events have no parts, so there are never more columns than they. */
function askFor(session: string, axis: AxisKind, wanted: AxisSpan, columns: number): Asked {
  const span = axis === 'time' ? wanted : { from: Math.max(0, wanted.from), to: Math.max(1, wanted.to) }
  const most = axis === 'time' ? MAX_COLUMNS : Math.min(MAX_COLUMNS, spanOf(span))
  return { session, axis, span, columns: Math.max(1, Math.min(most, Math.round(columns))) }
}

function covers(asked: Asked, { session, axis, window, cssWidth }: { session: string; axis: AxisKind; window: AxisSpan; cssWidth: number }): boolean {
  if (asked.session !== session || asked.axis !== axis) return false
  const perColumn = spanOf(asked.span) / asked.columns
  const perPixel = perColumn / (spanOf(window) / cssWidth)
  const least = axis === 'time' ? window.from : Math.max(0, window.from)
  const isFine = perPixel <= 1.3 || (axis === 'sequence' && perColumn <= 1)
  return asked.span.from <= least && asked.span.to >= window.to && perPixel > 0.45 && isFine
}

export function createTimelineModel(bench: Workbench): TimelineModel {
  const cssWidth = signal(0)
  const cssOverview = signal(0)
  const folded = signal<ReadonlySet<number>>(new Set())
  const summary = computed(() => valueOf(bench.session.state.value))
  const axis = computed(() => axisOf(bench.model.view.value, summary.value))
  const bounds = computed(() => {
    const of = summary.value
    return of && (axis.value === 'time' ? fitSession(of.firstUs, of.lastUs) : fitSession(0, of.events))
  })
  const chosen = signal<(AxisSpan & { readonly axis: AxisKind }) | undefined>(undefined)
  const chosenHere = computed(() => (chosen.value?.axis === axis.value ? chosen.value : undefined))
  const window = computed<AxisSpan | undefined>(() => chosenHere.value ?? bounds.value)
  const show = (span: AxisSpan | undefined): void => {
    chosen.value = span && { ...span, axis: axis.peek() }
  }
  const asked = signal<Asked | undefined>(undefined)
  const isSame = { keep: (a: Asked, b: Asked) => a.session === b.session && a.axis === b.axis }

  const ask = (session: string, limits: AxisSpan, now: AxisSpan, width: number): void => {
    const span = paddedWindow(now, limits)
    asked.value = askFor(session, axis.peek(), span, (width * spanOf(span)) / spanOf(now))
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A window that keeps moving gets a fresh level again and again: an ask on its way is waited for, since the next one would cancel it. */
  const askAgain = (): void => {
    timer = undefined
    const [session, limits, now, width] = [summary.peek()?.session, bounds.peek(), window.peek(), cssWidth.peek()]
    const old = asked.peek()
    if (session === undefined || !limits || !now || width < 1 || (old && covers(old, { session, axis: axis.peek(), window: now, cssWidth: width })))
      return
    if (answer.state.peek().status === 'loading') timer = setTimeout(askAgain, PAUSE_MS)
    else ask(session, limits, now, width)
  }
  effect(() => {
    const session = summary.value?.session
    const kind = axis.value
    const limits = bounds.value
    const now = window.value
    const width = cssWidth.value
    if (session === undefined || !limits || !now || width < 1) return
    const old = asked.peek()
    if (old && covers(old, { session, axis: kind, window: now, cssWidth: width })) return
    if (!old || old.session !== session || old.axis !== kind) ask(session, limits, now, width)
    else timer ??= setTimeout(askAgain, PAUSE_MS)
  })
  let shownSession: string | undefined
  effect(() => {
    const session = bench.model.session.value
    if (session !== shownSession && shownSession !== undefined) chosen.value = undefined
    shownSession = session
  })

  const load = async (of: Asked, aborted: AbortSignal) => {
    const { session, columns, span } = of
    const stretch = of.axis === 'time' ? { fromUs: span.from, toUs: span.to } : { fromPosition: span.from, toPosition: span.to }
    const result = await bench.engine.ask('buckets', { session, ...stretch, columns, maxDepth: MAX_DEPTH }, aborted)
    return result.ok ? { ok: true as const, value: { buckets: result.value, asked: of } } : result
  }
  const answer = createResource<Asked & { readonly tick: number }, BucketAnswer>(
    () => asked.value && { ...asked.value, tick: bench.tick.value },
    load,
    isSame,
  )
  const overview = createResource<Asked, BucketAnswer>(
    () => {
      const limits = bounds.value
      const session = summary.value?.session
      const columns = Math.round(cssOverview.value)
      if (session === undefined || !limits || columns <= 0) return undefined
      return askFor(session, axis.value, { from: Math.floor(limits.from), to: Math.ceil(limits.to) }, columns)
    },
    load,
    isSame,
  )
  const depths = computed(() => depthsOf(valueOf(overview.state.value)?.buckets ?? valueOf(answer.state.value)?.buckets))
  const layout = computed(() => layoutLanes(summary.value?.tracks ?? [], depths.value, folded.value))
  const cellsOf = (of: Resource<BucketAnswer>) =>
    computed(() => {
      const got = valueOf(of.state.value)
      return got && got.asked.axis === axis.value ? layoutCells(got.buckets, got.asked.span, got.asked.columns, layout.value) : undefined
    })
  const cells = cellsOf(answer)
  const whole = cellsOf(overview)
  const scale = computed(() => {
    if (axis.value === 'time') return TIME_SCALE
    return sequenceScale([answer, overview].flatMap(({ state }) => columnTimes(valueOf(state.value))))
  })
  const momentPlace = computed(() => {
    const event = valueOf(bench.event.state.value)
    return axis.value === 'time' ? event?.row.timeUs : event?.position
  })
  effect(() => {
    const at = momentPlace.value
    const limits = bounds.peek()
    const now = chosenHere.peek()
    if (at !== undefined && limits && now) show(revealPlace(now, at, limits))
  })
  effect(() => {
    const limits = bounds.peek()
    if (bench.narrowed.value && limits) void onAxis(bench, axis.peek(), bench.narrowed.value).then(span => span && show(clampWindow(span, limits)))
  })
  keepWindow(bench, { chosen, axis, bounds, scale }, show)
  const rangeOf = (from: number, to: number): TimeRange => timesIn(scale.peek(), from, to)
  return { axis, rangeOf, scale, bounds, window, momentPlace, cssWidth, cssOverview, folded, answer, overview, layout, cells, whole, show }
}

const columnTimes = (got: BucketAnswer | undefined): readonly ColumnTimes[] =>
  got?.buckets.columnUs === undefined ? [] : [{ span: got.asked.span, columnUs: got.buckets.columnUs }]

function timesIn(scale: AxisScale, from: number, to: number): TimeRange {
  const first = Math.floor(scale.kind === 'time' ? from : Math.max(0, from))
  const fromUs = Math.floor(scale.toTimeUs(first))
  // Of positions, the last event counts with all that share its time.
  const toUs = scale.kind === 'time' ? Math.ceil(to) : Math.floor(scale.toTimeUs(Math.max(first, Math.ceil(to) - 1))) + 1
  return { fromUs, toUs }
}

/** A range of time as a stretch of the axis, exactly; undefined where nobody answers. */
async function onAxis(bench: Workbench, axis: AxisKind, { fromUs, toUs }: TimeRange): Promise<AxisSpan | undefined> {
  if (axis === 'time') return { from: fromUs, to: toUs }
  const session = bench.model.session.peek()
  if (session === undefined) return undefined
  const ends = await Promise.all([fromUs, toUs].map(us => bench.engine.ask('at', { session, timeUs: Math.ceil(us) - 1 })))
  const [from, to] = ends.map(end => (end.ok ? (end.value.position ?? -1) + 1 : undefined))
  return from === undefined || to === undefined ? undefined : { from, to: Math.max(to, from + 1) }
}

interface WindowParts {
  readonly chosen: ReadonlySignal<(AxisSpan & { readonly axis: AxisKind }) | undefined>
  readonly axis: ReadonlySignal<AxisKind>
  readonly bounds: ReadonlySignal<AxisSpan | undefined>
  readonly scale: ReadonlySignal<AxisScale>
}

/** When the axis changes, the same events stay visible. */
function keepWindow(bench: Workbench, { chosen, axis, bounds, scale }: WindowParts, show: (span: AxisSpan) => void): void {
  let last = scale.peek()
  effect(() => {
    const before = last
    last = scale.value
    const kind = axis.value
    const old = chosen.peek()
    if (!old || old.axis === kind || before.kind !== old.axis) return
    const range = { fromUs: before.toTimeUs(old.from), toUs: before.toTimeUs(old.to) }
    void onAxis(bench, kind, range).then(span => {
      const limits = bounds.peek()
      if (span && limits && axis.peek() === kind && chosen.peek() === old) show(clampWindow(span, limits))
    })
  })
}
