/**
 * The visible piece of time and its way to the screen. Spaces: `time…Us` (microseconds since 1970), `css…` (CSS pixels from the left
 * edge of the lanes). Converted only here.
 */
import type { TimeRange } from '../../core/view-state.ts'

/** One event never needs more than this zoom; below it doubles of absolute microseconds lose exactness. */
const MIN_SPAN_US = 20
/** Free room beside the session when everything is shown, as a part of its length. */
const MARGIN = 0.02

export const spanOf = (range: TimeRange): number => range.toUs - range.fromUs

export function fitSession(firstUs: number, lastUs: number): TimeRange {
  const length = Math.max(lastUs - firstUs, MIN_SPAN_US)
  return { fromUs: firstUs - length * MARGIN, toUs: lastUs + length * MARGIN }
}

export const timeToCss = (timeUs: number, window: TimeRange, cssWidth: number): number => ((timeUs - window.fromUs) / spanOf(window)) * cssWidth
export const cssToTime = (cssX: number, window: TimeRange, cssWidth: number): number =>
  window.fromUs + (cssX / Math.max(1, cssWidth)) * spanOf(window)

/** Keeps the window inside the bounds (usually the fitted session) and not thinner than the finest zoom. */
export function clampWindow(window: TimeRange, bounds: TimeRange): TimeRange {
  const span = Math.min(Math.max(spanOf(window), MIN_SPAN_US), spanOf(bounds))
  const middle = (window.fromUs + window.toUs) / 2
  const fromUs = Math.min(Math.max(middle - span / 2, bounds.fromUs), bounds.toUs - span)
  return { fromUs, toUs: fromUs + span }
}

export const panWindow = (window: TimeRange, deltaUs: number, bounds: TimeRange): TimeRange =>
  clampWindow({ fromUs: window.fromUs + deltaUs, toUs: window.toUs + deltaUs }, bounds)

/** `factor` below 1 zooms in; the time under `anchorUs` stays where it is. */
export function zoomWindow(window: TimeRange, factor: number, anchorUs: number, bounds: TimeRange): TimeRange {
  const span = Math.min(Math.max(spanOf(window) * factor, MIN_SPAN_US), spanOf(bounds))
  const share = (anchorUs - window.fromUs) / spanOf(window)
  const fromUs = anchorUs - share * span
  return clampWindow({ fromUs, toUs: fromUs + span }, bounds)
}

/** The same window when the time is comfortably inside, else one around it. */
export function revealTime(window: TimeRange, timeUs: number, bounds: TimeRange): TimeRange {
  const edge = spanOf(window) * 0.04
  if (timeUs >= window.fromUs + edge && timeUs <= window.toUs - edge) return window
  if (timeUs >= window.fromUs && timeUs <= window.toUs && spanOf(window) >= spanOf(bounds) * 0.9) return window
  return panWindow(window, timeUs - (window.fromUs + window.toUs) / 2, bounds)
}

/** What to ask of the engine: the window and room beside it, so that panning shows drawn cells at once. */
export function paddedWindow(window: TimeRange, bounds: TimeRange): TimeRange {
  const pad = spanOf(window)
  return { fromUs: Math.floor(Math.max(bounds.fromUs, window.fromUs - pad)), toUs: Math.ceil(Math.min(bounds.toUs, window.toUs + pad)) }
}
