/** The lanes of all tracks under one ruler. The canvas is decoration: the call tree beside it says the same to a screen reader. */
import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { keysOf } from '../app/commands.ts'
import { useApp } from '../app/context.ts'
import { toggleAxis } from '../core/timeline-axis.ts'
import type { AxisKind } from '../core/view-choices.ts'
import { valueOf } from '../engine/resource.ts'
import { Empty, FailureView, Skeleton } from '../widgets/states.tsx'
import { dragRange } from './interaction/gestures.ts'
import { timelineKeys } from './interaction/timeline-keys.ts'
import { LanesCanvas } from './lanes-canvas.tsx'
import { ticksOf } from './layout/ticks.ts'
import { axisToCss, cssToAxis } from './layout/axis-window.ts'
import type { TimelineModel } from './timeline-model.ts'
import { TrackHeaders } from './track-headers.tsx'

const AXIS_WORDS: Readonly<Record<AxisKind, string>> = { time: 'Time', sequence: 'Sequence' }
const AXIS_HINTS: Readonly<Record<AxisKind, string>> = {
  time: 'Wide is what took long. Change to sequence: every event as wide as the next',
  sequence: 'Every event is as wide as the next, in order. Change to time',
}

export function Timeline({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const { bench, layout } = useApp()
  const lanes = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = lanes.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => (timeline.cssWidth.value = element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const summary = valueOf(bench.session.state.value)
  const failed = timeline.answer.state.value.status === 'failed' ? timeline.answer.state.value.failure : undefined
  const height = layout.cssTimeline.value
  return (
    <section
      class="timeline"
      data-testid="timeline"
      aria-label="Timeline"
      tabIndex={0}
      aria-describedby="timeline-keys"
      onKeyDown={event => timelineKeys(event, bench, timeline)}
      style={height > 0 ? { height: `${height}px` } : { maxHeight: '38vh' }}
    >
      <p class="visually-hidden" id="timeline-keys">
        W and S zoom, A and D pan, F fits the whole session, T changes between time and sequence. The Calls panel holds the same calls as a tree.
      </p>
      <Ruler timeline={timeline} />
      <div class="lanes-scroll">
        <TrackHeaders timeline={timeline} />
        <div class="lanes" ref={lanes}>
          {timeline.layout.value.laneCount > 0 && <LanesCanvas timeline={timeline} />}
        </div>
      </div>
      {failed && <FailureView failure={failed} retry={timeline.answer.reload} />}
      {!summary && bench.session.state.value.status === 'loading' && <Skeleton rows={3} label="timeline" />}
      {summary && summary.tracks.length === 0 && (
        <Empty title="Nothing has been recorded in this session yet">
          Open the recorded app, or call one of its routes: its events appear here at once.
        </Empty>
      )}
    </section>
  )
}

function Ruler({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const { bench, settings } = useApp()
  const strip = useRef<HTMLDivElement>(null)
  const ticks = useComputed(() => {
    const window_ = timeline.window.value
    const originUs = valueOf(bench.session.state.value)?.firstUs
    const width = timeline.cssWidth.value
    if (!window_ || originUs === undefined || width === 0) return []
    return ticksOf(window_, originUs, width, timeline.scale.value).map(tick => ({ ...tick, left: axisToCss(tick.place, window_, width) }))
  })
  const onPointerDown = (event: PointerEvent): void => {
    const window_ = timeline.window.peek()
    if (!strip.current || !window_ || event.button !== 0) return
    const width = timeline.cssWidth.peek()
    dragRange(strip.current, event, (cssFrom, cssTo, ended) => {
      const { fromUs, toUs } = timeline.rangeOf(
        cssToAxis(Math.min(cssFrom, cssTo), window_, width),
        cssToAxis(Math.max(cssFrom, cssTo), window_, width),
      )
      const range = Math.abs(cssTo - cssFrom) > 4 && toUs > fromUs ? { fromUs, toUs } : undefined
      bench.model.preview.value = undefined
      if (ended) bench.model.commit({ range })
      else bench.model.adjust({ range })
    })
  }
  return (
    <div class="ruler">
      <div class="ruler-corner">
        <span>Tracks</span>
        <button
          type="button"
          class="axis-button"
          data-testid="axis"
          aria-label={`Axis of the timeline: ${AXIS_WORDS[timeline.axis.value]}`}
          title={`${AXIS_HINTS[timeline.axis.value]}  (${keysOf('axis', settings)})`}
          onClick={() => toggleAxis(bench)}
        >
          {AXIS_WORDS[timeline.axis.value]}
        </button>
      </div>
      <div class="ruler-strip" ref={strip} onPointerDown={onPointerDown} title="Drag to choose a range">
        {ticks.value.map(tick => (
          <span key={tick.label} class="tick" style={{ transform: `translateX(${tick.left}px)` }}>
            {tick.label}
            {tick.time !== undefined && <span class="tick-time">{tick.time}</span>}
          </span>
        ))}
      </div>
    </div>
  )
}
