/**
 * The visible piece of the axis and its way to the screen. Spaces: places on the axis (microseconds since 1970, or positions in the order
 * of events; see axis.ts), `css…` (CSS pixels from the left edge of the lanes). Converted only here.
 */

/** A stretch of the axis. */
export interface AxisSpan {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** One event never needs more zoom than this, in microseconds or events; below it doubles of absolute microseconds lose exactness. */
const MIN_SPAN = 20
/** Free room beside the session when everything is shown, as a part of its length. */
const MARGIN = 0.02

export const spanOf = (range: AxisSpan): number => range.to - range.from

export function fitSession(first: number, last: number): AxisSpan {
  const length = Math.max(last - first, MIN_SPAN)
  return { from: first - length * MARGIN, to: last + length * MARGIN }
}

export const axisToCss = (place: number, window: AxisSpan, cssWidth: number): number => ((place - window.from) / spanOf(window)) * cssWidth
export const cssToAxis = (cssX: number, window: AxisSpan, cssWidth: number): number => window.from + (cssX / Math.max(1, cssWidth)) * spanOf(window)

/** Keeps the window inside the bounds (usually the fitted session) and not thinner than the finest zoom. */
export function clampWindow(window: AxisSpan, bounds: AxisSpan): AxisSpan {
  const span = Math.min(Math.max(spanOf(window), MIN_SPAN), spanOf(bounds))
  const middle = (window.from + window.to) / 2
  const from = Math.min(Math.max(middle - span / 2, bounds.from), bounds.to - span)
  return { from, to: from + span }
}

export const panWindow = (window: AxisSpan, delta: number, bounds: AxisSpan): AxisSpan =>
  clampWindow({ from: window.from + delta, to: window.to + delta }, bounds)

/** `factor` below 1 zooms in; the time under `anchor` stays where it is. */
export function zoomWindow(window: AxisSpan, factor: number, anchor: number, bounds: AxisSpan): AxisSpan {
  const span = Math.min(Math.max(spanOf(window) * factor, MIN_SPAN), spanOf(bounds))
  const share = (anchor - window.from) / spanOf(window)
  const from = anchor - share * span
  return clampWindow({ from, to: from + span }, bounds)
}

/** The same window when the time is comfortably inside, else one around it. */
export function revealPlace(window: AxisSpan, place: number, bounds: AxisSpan): AxisSpan {
  const edge = spanOf(window) * 0.04
  if (place >= window.from + edge && place <= window.to - edge) return window
  if (place >= window.from && place <= window.to && spanOf(window) >= spanOf(bounds) * 0.9) return window
  return panWindow(window, place - (window.from + window.to) / 2, bounds)
}

/** What to ask of the engine: the window and room beside it, so that panning shows drawn cells at once. */
export function paddedWindow(window: AxisSpan, bounds: AxisSpan): AxisSpan {
  const pad = spanOf(window)
  return { from: Math.floor(Math.max(bounds.from, window.from - pad)), to: Math.ceil(Math.min(bounds.to, window.to + pad)) }
}
