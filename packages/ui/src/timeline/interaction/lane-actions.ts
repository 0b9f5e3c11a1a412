/** What gestures over the lanes do to the view: hover previews, a click commits. */
import type { Signal } from '@preact/signals-core'
import type { Workbench } from '../../core/workbench.ts'
import { failureText } from '../../engine/failure.ts'
import { cssToAxis, panWindow, spanOf, zoomWindow } from '../layout/axis-window.ts'
import { hitCell } from '../layout/cells.ts'
import { laneAt, trackAt } from '../layout/lanes.ts'
import type { TimelineModel } from '../timeline-model.ts'
import type { Hovered } from '../tooltip.tsx'
import type { Gestures } from './gestures.ts'

export function createLaneActions(bench: Workbench, timeline: TimelineModel, hovered: Signal<Hovered | undefined>): Gestures {
  const hit = (cssX: number, cssY: number): Hovered | undefined => {
    const cells = timeline.cells.peek()
    const range = timeline.window.peek()
    if (!cells || !range) return undefined
    const lane = laneAt(timeline.layout.peek(), cssY)
    const index = lane < 0 ? -1 : hitCell(cells, lane, cssX, range, timeline.cssWidth.peek())
    if (index < 0) return undefined
    return {
      ref: { track: cells.track[index] ?? 0, seq: cells.seq[index] ?? 0 },
      count: cells.count[index] ?? 1,
      cssX,
      cssY,
    }
  }
  return {
    onPan(cssDelta) {
      const range = timeline.window.peek()
      const bounds = timeline.bounds.peek()
      if (!range || !bounds) return
      hovered.value = undefined
      timeline.show(panWindow(range, (cssDelta / Math.max(1, timeline.cssWidth.peek())) * spanOf(range), bounds))
    },
    onZoom(factor, cssX) {
      const range = timeline.window.peek()
      const bounds = timeline.bounds.peek()
      if (!range || !bounds) return
      hovered.value = undefined
      timeline.show(zoomWindow(range, factor, cssToAxis(cssX, range, timeline.cssWidth.peek()), bounds))
    },
    onClick(cssX, cssY) {
      const cell = hit(cssX, cssY)
      if (cell) return bench.jump(cell.ref)
      const range = timeline.window.peek()
      const session = bench.model.session.peek()
      if (!range || session === undefined) return
      const track = trackAt(timeline.layout.peek(), cssY)?.track
      const place = cssToAxis(cssX, range, timeline.cssWidth.peek())
      const at = timeline.axis.peek() === 'time' ? { timeUs: Math.round(place) } : { position: Math.max(0, Math.floor(place)) }
      void bench.engine.ask('at', { session, ...at, ...(track === undefined ? {} : { track }) }).then(result => {
        if (!result.ok) bench.model.notify(failureText(result.failure), 'problem')
        else if (result.value.ref) bench.jump(result.value.ref)
      })
    },
    onHover(cssX, cssY) {
      const range = timeline.window.peek()
      if (!range) return
      const cell = hit(cssX, cssY)
      const place = cssToAxis(cssX, range, timeline.cssWidth.peek())
      bench.model.preview.value = { timeUs: timeline.scale.peek().toTimeUs(place), place, ...(cell && { ref: cell.ref }) }
      hovered.value = cell
    },
    onLeave() {
      bench.model.preview.value = undefined
      hovered.value = undefined
    },
    onFit: () => timeline.show(undefined),
  }
}
