/** Keys while the timeline has the focus. Letters by position on the keyboard, so that W A S D lie together on every layout. */
import type { Workbench } from '../../core/workbench.ts'
import { panWindow, spanOf, zoomWindow } from '../layout/axis-window.ts'
import type { TimelineModel } from '../timeline-model.ts'

const PAN = 0.15
const ZOOM = 0.7

export function timelineKeys(event: KeyboardEvent, bench: Workbench, timeline: TimelineModel): void {
  const range = timeline.window.peek()
  const bounds = timeline.bounds.peek()
  if (!range || !bounds || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const at = timeline.momentPlace.peek()
  const anchor = at !== undefined && at >= range.from && at <= range.to ? at : (range.from + range.to) / 2
  const actions: Readonly<Record<string, () => void>> = {
    KeyW: () => timeline.show(zoomWindow(range, ZOOM, anchor, bounds)),
    KeyS: () => timeline.show(zoomWindow(range, 1 / ZOOM, anchor, bounds)),
    KeyA: () => timeline.show(panWindow(range, -PAN * spanOf(range), bounds)),
    KeyD: () => timeline.show(panWindow(range, PAN * spanOf(range), bounds)),
    KeyF: () => timeline.show(undefined),
    Equal: () => timeline.show(zoomWindow(range, ZOOM, anchor, bounds)),
    Minus: () => timeline.show(zoomWindow(range, 1 / ZOOM, anchor, bounds)),
    Digit0: () => timeline.show(undefined),
    Home: () => void bench.step('first'),
    End: () => void bench.step('last'),
  }
  const action = actions[event.code]
  if (!action) return
  action()
  event.preventDefault()
  event.stopPropagation()
}
