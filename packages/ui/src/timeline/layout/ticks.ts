/** Ruler marks: round steps of 1, 2 or 5 × 10ⁿ, labelled by the time since the start of the session or by the number of the event. */
import { formatDuration, formatExact } from '../../core/time-text.ts'
import type { AxisScale } from './axis.ts'
import { spanOf } from './axis-window.ts'
import type { AxisSpan } from './axis-window.ts'

export interface Tick {
  readonly place: number
  readonly label: string
  /** The time, where the label is a number. */
  readonly time?: string
}

const MIN_CSS_BETWEEN = 92
const MIN_CSS_WITH_TIME = 150

export function tickStep(span: number, cssWidth: number, cssBetween: number = MIN_CSS_BETWEEN): number {
  const least = (span * cssBetween) / Math.max(cssWidth, cssBetween)
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)))
  return ([1, 2, 5, 10].find(step => step * power >= least) ?? 10) * power
}

/** `originUs` is the start of the session. */
export function ticksOf(window: AxisSpan, originUs: number, cssWidth: number, scale: AxisScale): readonly Tick[] {
  const isTime = scale.kind === 'time'
  const step = tickStep(spanOf(window), cssWidth, isTime ? MIN_CSS_BETWEEN : MIN_CSS_WITH_TIME)
  const origin = isTime ? originUs : 0
  const ticks: Tick[] = []
  for (let n = Math.ceil(((isTime ? window.from : Math.max(0, window.from)) - origin) / step); origin + n * step <= window.to; n++) {
    const place = origin + n * step
    if (isTime) ticks.push({ place, label: timeLabel(n * step, step) })
    else ticks.push({ place, label: `#${formatExact(place)}`, time: formatDuration(scale.toTimeUs(place) - originUs) })
  }
  return ticks
}

/** All labels of one ruler share a unit, chosen by the step. */
function timeLabel(us: number, stepUs: number): string {
  if (stepUs < 1000) return us === 0 ? '0' : `${(us / 1000).toFixed(stepUs < 10 ? 3 : stepUs < 100 ? 2 : 1)} ms`
  if (stepUs < 1_000_000) return us === 0 ? '0' : us % 1_000_000 === 0 && stepUs >= 100_000 ? `${us / 1_000_000} s` : msLabel(us)
  return `${us / 1_000_000} s`
}
const msLabel = (us: number): string => (Math.abs(us) >= 1_000_000 ? `${(us / 1_000_000).toFixed(3)} s` : `${us / 1000} ms`)
