/** The timeline's own state: the visible window, folded tracks, the engine's cells for it. Redrawn from signals, holds no DOM. */
import { computed, effect, signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import type { Buckets } from '@hindscope/protocol'
import type { TimeRange } from '../core/view-state.ts'
import type { Workbench } from '../core/workbench.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { layoutCells } from './layout/cells.ts'
import type { Cells } from './layout/cells.ts'
import { MAX_DEPTH, depthsOf, layoutLanes } from './layout/lanes.ts'
import type { LaneLayout } from './layout/lanes.ts'
import { clampWindow, fitSession, paddedWindow, revealTime, spanOf } from './layout/time-window.ts'

/** The engine's own limit of columns per ask. */
const MAX_COLUMNS = 4096
/** Between asks while the window moves. */
const PAUSE_MS = 45

export interface BucketAnswer {
  readonly buckets: Buckets
  readonly asked: TimeRange
  readonly columns: number
}

export interface TimelineModel {
  readonly bounds: ReadonlySignal<TimeRange | undefined>
  /** What is visible: the user's window, else the whole session. */
  readonly window: ReadonlySignal<TimeRange | undefined>
  /** Of the lanes; 0 while they are hidden. */
  readonly cssWidth: Signal<number>
  readonly cssOverview: Signal<number>
  readonly folded: Signal<ReadonlySet<number>>
  readonly answer: Resource<BucketAnswer>
  readonly overview: Resource<BucketAnswer>
  readonly layout: ReadonlySignal<LaneLayout>
  readonly cells: ReadonlySignal<Cells | undefined>
  /** The coarse cells of the whole session. */
  readonly whole: ReadonlySignal<Cells | undefined>
  /** undefined = fit. */
  show(window: TimeRange | undefined): void
}

interface Asked {
  readonly session: string
  readonly range: TimeRange
  readonly columns: number
}

const covers = (asked: Asked, session: string, window: TimeRange, cssWidth: number): boolean => {
  const perPixel = spanOf(asked.range) / asked.columns / (spanOf(window) / cssWidth)
  const inside = asked.range.fromUs <= window.fromUs && asked.range.toUs >= window.toUs
  return asked.session === session && inside && perPixel > 0.45 && perPixel <= 1.3
}

export function createTimelineModel(bench: Workbench): TimelineModel {
  const chosen = signal<TimeRange | undefined>(undefined)
  const cssWidth = signal(0)
  const cssOverview = signal(0)
  const folded = signal<ReadonlySet<number>>(new Set())
  const summary = computed(() => valueOf(bench.session.state.value))
  const bounds = computed(() => summary.value && fitSession(summary.value.firstUs, summary.value.lastUs))
  const window = computed(() => chosen.value ?? bounds.value)
  const asked = signal<Asked | undefined>(undefined)
  const isSame = { keep: (a: { session: string }, b: { session: string }) => a.session === b.session }

  const askFor = (session: string, limits: TimeRange, now: TimeRange, width: number): void => {
    const range = paddedWindow(now, limits)
    asked.value = { session, range, columns: Math.max(1, Math.min(MAX_COLUMNS, Math.round((width * spanOf(range)) / spanOf(now)))) }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A window that keeps moving gets a fresh level again and again: an ask on its way is waited for, since the next one would cancel it. */
  const askAgain = (): void => {
    timer = undefined
    const [session, limits, now, width] = [summary.peek()?.session, bounds.peek(), window.peek(), cssWidth.peek()]
    const old = asked.peek()
    if (session === undefined || !limits || !now || width < 1 || (old && covers(old, session, now, width))) return
    if (answer.state.peek().status === 'loading') timer = setTimeout(askAgain, PAUSE_MS)
    else askFor(session, limits, now, width)
  }
  effect(() => {
    const session = summary.value?.session
    const limits = bounds.value
    const now = window.value
    const width = cssWidth.value
    if (session === undefined || !limits || !now || width < 1) return
    const old = asked.peek()
    if (old && covers(old, session, now, width)) return
    if (!old || old.session !== session) askFor(session, limits, now, width)
    else timer ??= setTimeout(askAgain, PAUSE_MS)
  })
  let shownSession: string | undefined
  effect(() => {
    const session = bench.model.session.value
    if (session !== shownSession && shownSession !== undefined) chosen.value = undefined
    shownSession = session
  })

  const load = async ({ session, range, columns }: Asked, aborted: AbortSignal) => {
    const result = await bench.engine.ask('buckets', { session, ...range, columns, maxDepth: MAX_DEPTH }, aborted)
    return result.ok ? { ok: true as const, value: { buckets: result.value, asked: range, columns } } : result
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
      const columns = Math.min(MAX_COLUMNS, Math.round(cssOverview.value))
      return session !== undefined && limits && columns > 0
        ? { session, range: { fromUs: Math.floor(limits.fromUs), toUs: Math.ceil(limits.toUs) }, columns }
        : undefined
    },
    load,
    isSame,
  )
  const depths = computed(() => depthsOf(valueOf(overview.state.value)?.buckets ?? valueOf(answer.state.value)?.buckets))
  const layout = computed(() => layoutLanes(summary.value?.tracks ?? [], depths.value, folded.value))
  const cellsOf = (of: Resource<BucketAnswer>) =>
    computed(() => {
      const got = valueOf(of.state.value)
      return got && layoutCells(got.buckets, got.asked, got.columns, layout.value)
    })
  const cells = cellsOf(answer)
  const whole = cellsOf(overview)
  effect(() => {
    const at = valueOf(bench.event.state.value)?.row.timeUs
    const limits = bounds.peek()
    if (at !== undefined && limits && chosen.peek()) chosen.value = revealTime(chosen.peek() ?? limits, at, limits)
  })
  effect(() => {
    const range = bench.narrowed.value
    const limits = bounds.peek()
    if (range && limits) chosen.value = clampWindow(range, limits)
  })
  return { bounds, window, cssWidth, cssOverview, folded, answer, overview, layout, cells, whole, show: next => (chosen.value = next) }
}
