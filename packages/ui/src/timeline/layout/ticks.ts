/** Ruler marks: round steps of 1, 2 or 5 × 10ⁿ µs, labelled relative to the start of the session. */
import type { TimeRange } from '../../core/view-state.ts'
import { spanOf } from './time-window.ts'

export interface Tick {
  readonly timeUs: number
  readonly label: string
}

const MIN_CSS_BETWEEN = 92

export function tickStep(spanUs: number, cssWidth: number): number {
  const least = (spanUs * MIN_CSS_BETWEEN) / Math.max(cssWidth, MIN_CSS_BETWEEN)
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)))
  return ([1, 2, 5, 10].find(step => step * power >= least) ?? 10) * power
}

export function ticksOf(window: TimeRange, originUs: number, cssWidth: number): readonly Tick[] {
  const stepUs = tickStep(spanOf(window), cssWidth)
  const ticks: Tick[] = []
  for (let n = Math.ceil((window.fromUs - originUs) / stepUs); originUs + n * stepUs <= window.toUs; n++) {
    ticks.push({ timeUs: originUs + n * stepUs, label: tickLabel(n * stepUs, stepUs) })
  }
  return ticks
}

/** All labels of one ruler share a unit, chosen by the step. */
function tickLabel(us: number, stepUs: number): string {
  if (stepUs < 1000) return us === 0 ? '0' : `${(us / 1000).toFixed(stepUs < 10 ? 3 : stepUs < 100 ? 2 : 1)} ms`
  if (stepUs < 1_000_000) return us === 0 ? '0' : us % 1_000_000 === 0 && stepUs >= 100_000 ? `${us / 1_000_000} s` : msLabel(us)
  return `${us / 1_000_000} s`
}
const msLabel = (us: number): string => (Math.abs(us) >= 1_000_000 ? `${(us / 1_000_000).toFixed(3)} s` : `${us / 1000} ms`)
