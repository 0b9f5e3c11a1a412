/** The strip of the whole session on top: where the calls are, where the errors are, which part is visible, where the moment is. */
import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { valueOf } from '../engine/resource.ts'
import { dragRange } from './interaction/gestures.ts'
import { skylineOf } from './layout/skyline.ts'
import { axisToCss, clampWindow, cssToAxis, panWindow, spanOf } from './layout/axis-window.ts'
import { readPalette } from './render/palette.ts'
import type { TimelineModel } from './timeline-model.ts'

const CSS_HEIGHT = 26
const MIN_COLUMNS = 1000

export function Overview({ timeline }: { readonly timeline: TimelineModel }): VNode {
  const { theme } = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => (timeline.cssOverview.value = element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useSignalEffect(() => {
    void theme.version.value
    const got = valueOf(timeline.overview.state.value)
    if (canvas.current && got) drawSkyline(canvas.current, got.asked.columns, skylineOf(got.buckets, got.asked.columns))
  })
  const drawn = useComputed(() => {
    const got = valueOf(timeline.overview.state.value)
    const bounds = timeline.bounds.value
    const width = timeline.cssOverview.value
    if (!got || !bounds || width === 0) return { left: 0, width }
    const left = axisToCss(got.asked.span.from, bounds, width)
    return { left, width: axisToCss(got.asked.span.to, bounds, width) - left }
  })
  const place = useComputed(() => {
    const bounds = timeline.bounds.value
    const window_ = timeline.window.value
    const width = timeline.cssOverview.value
    if (!bounds || !window_ || width === 0) return undefined
    const left = Math.max(0, axisToCss(window_.from, bounds, width))
    const at = timeline.momentPlace.value
    return { left, right: Math.min(width, axisToCss(window_.to, bounds, width)), at: at === undefined ? undefined : axisToCss(at, bounds, width) }
  })
  const onPointerDown = (event: PointerEvent): void => {
    const bounds = timeline.bounds.peek()
    const window_ = timeline.window.peek()
    const width = timeline.cssOverview.peek()
    if (!box.current || !bounds || !window_ || event.button !== 0) return
    dragRange(box.current, event, (cssFrom, cssTo, ended) => {
      const from = cssToAxis(Math.min(cssFrom, cssTo), bounds, width)
      const to = cssToAxis(Math.max(cssFrom, cssTo), bounds, width)
      if (Math.abs(cssTo - cssFrom) > 4) timeline.show(clampWindow({ from, to }, bounds))
      else if (ended && spanOf(window_) < spanOf(bounds)) timeline.show(panWindow(window_, from - (window_.from + window_.to) / 2, bounds))
    })
  }
  const shown = place.value
  return (
    <div class="overview">
      <div class="overview-label" id="overview-label">
        Session
      </div>
      <div class="overview-strip" ref={box} onPointerDown={onPointerDown} onDblClick={() => timeline.show(undefined)}>
        <canvas
          ref={canvas}
          aria-hidden="true"
          style={{ marginLeft: `${drawn.value.left}px`, width: `${drawn.value.width}px`, height: `${CSS_HEIGHT}px` }}
        />
        {shown && (
          <>
            <div class="overview-shade" style={{ left: 0, width: `${shown.left}px` }} />
            <div class="overview-shade" style={{ left: `${shown.right}px`, right: 0 }} />
            <div class="overview-window" style={{ left: `${shown.left}px`, width: `${Math.max(3, shown.right - shown.left)}px` }} />
            {shown.at !== undefined && <div class="cursor-line" style={{ transform: `translateX(${shown.at}px)` }} />}
          </>
        )}
      </div>
    </div>
  )
}

function drawSkyline(canvas: HTMLCanvasElement, columns: number, { heights, errors, highest }: ReturnType<typeof skylineOf>): void {
  // Few events are wide columns; marks keep their width.
  const per = Math.max(1, Math.ceil(MIN_COLUMNS / columns))
  canvas.width = columns * per
  canvas.height = CSS_HEIGHT * 2
  const context = canvas.getContext('2d')
  if (!context) return
  const palette = readPalette()
  context.fillStyle = palette.kinds.call
  for (let x = 0; x < columns; x++) {
    const height = heights[x] ?? 0
    if (height === 0) continue
    const tall = Math.max(6, (height / highest) * (canvas.height - 10))
    context.fillRect(x * per, canvas.height - tall, per, tall)
  }
  context.fillStyle = palette.error
  for (let x = 0; x < columns; x++) if (errors[x]) context.fillRect(x * per - 1, 0, 3, 9)
}
