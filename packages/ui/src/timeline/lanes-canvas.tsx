/** The drawn lanes with what lies over them: range, cursor and hover lines, tooltip. One frame per change, at most one per screen frame. */
import { useComputed, useSignalEffect } from '@preact/signals'
import { signal } from '@preact/signals-core'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { valueOf } from '../engine/resource.ts'
import { createLaneActions } from './interaction/lane-actions.ts'
import { attachGestures } from './interaction/gestures.ts'
import { createLabels } from './labels.ts'
import { axisToCss } from './layout/axis-window.ts'
import { covers } from './layout/cells.ts'
import { LaneRenderer } from './render/draw.ts'
import { readPalette } from './render/palette.ts'
import type { Palette } from './render/palette.ts'
import type { TimelineModel } from './timeline-model.ts'
import { LaneTooltip } from './tooltip.tsx'
import type { Hovered } from './tooltip.tsx'

const CSS_GAP = 3

export function LanesCanvas({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const { bench, theme } = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  const renderer = useRef<LaneRenderer>(undefined)
  const palette = useRef<{ version: number; colours: Palette }>(undefined)
  const hovered = useMemo(() => signal<Hovered | undefined>(undefined), [])
  const labels = useMemo(() => createLabels(bench, timeline), [])

  useEffect(() => {
    if (!canvas.current) return undefined
    return attachGestures(canvas.current, createLaneActions(bench, timeline, hovered))
  }, [])
  // Runs once a frame, whatever has changed since the last one.
  useSignalEffect(() => {
    const version = theme.version.value
    const cells = timeline.cells.value
    const range = timeline.window.value
    const layout = timeline.layout.value
    const cssWidth = timeline.cssWidth.value
    void labels.version.value
    const node = bench.frame.value?.node
    if (!cells || !range || cssWidth === 0) return
    const whole = covers(cells, range) ? undefined : timeline.whole.value
    if (!canvas.current) return
    if (palette.current?.version !== version) palette.current = { version, colours: readPalette() }
    renderer.current ??= new LaneRenderer(canvas.current)
    const selected = node && `${node.enter.track}.${node.enter.seq}`
    renderer.current.draw({ cells, whole, layout, window: range, cssWidth, labels, palette: palette.current.colours, selected })
  })
  return (
    <>
      <canvas ref={canvas} class="lanes-canvas" aria-hidden="true" style={{ height: `${timeline.layout.value.cssHeight}px` }} />
      <TimeLines timeline={timeline} />
      <LaneTooltip hovered={hovered} labels={labels} />
    </>
  )
}

function TimeLines({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const { bench } = useApp()
  const css = (place: number | undefined): number | undefined => {
    const range = timeline.window.value
    if (place === undefined || !range) return undefined
    const x = axisToCss(place, range, timeline.cssWidth.value)
    return x >= -1 && x <= timeline.cssWidth.value + 1 ? x : undefined
  }
  const at = useComputed(() => css(timeline.momentPlace.value))
  const hover = useComputed(() => {
    const preview = bench.model.preview.value
    return css(preview && (preview.place ?? timeline.scale.value.toAxis(preview.timeUs)))
  })
  const range = useComputed(() => {
    const chosen = bench.model.view.value.range
    const shown = timeline.window.value
    if (!chosen || !shown) return undefined
    const width = timeline.cssWidth.value
    const { toAxis } = timeline.scale.value
    const left = Math.max(0, axisToCss(toAxis(chosen.fromUs), shown, width))
    const right = Math.min(width, axisToCss(toAxis(chosen.toUs), shown, width))
    return right > left ? { left, width: right - left } : undefined
  })
  const gaps = useComputed(() => {
    const shown = timeline.window.value
    const width = timeline.cssWidth.value
    const tracks = valueOf(bench.session.state.value)?.tracks ?? []
    if (!shown) return []
    const { toAxis } = timeline.scale.value
    return timeline.layout.value.tracks.flatMap(({ track, cssTop, cssHeight }) =>
      (tracks.find(each => each.track === track)?.gaps ?? []).flatMap(({ fromUs, toUs }) => {
        const left = Math.max(0, axisToCss(toAxis(fromUs), shown, width))
        // What was let go has time but no events.
        const right = Math.min(width, Math.max(axisToCss(toAxis(toUs), shown, width), left + CSS_GAP))
        return right > left ? [{ left: `${left}px`, width: `${right - left}px`, top: `${cssTop}px`, height: `${cssHeight}px` }] : []
      }),
    )
  })
  return (
    <div class="time-lines" aria-hidden="true">
      {gaps.value.map(style => (
        <div key={`${style.top} ${style.left}`} class="gap" data-testid="gap" style={style} />
      ))}
      {range.value && <div class="range-curtain" style={{ left: `${range.value.left}px`, width: `${range.value.width}px` }} />}
      {hover.value !== undefined && <div class="hover-line" style={{ transform: `translateX(${hover.value}px)` }} />}
      {at.value !== undefined && <div class="cursor-line" style={{ transform: `translateX(${at.value}px)` }} />}
    </div>
  )
}
