/** What is to be said of a recording besides its events: clocks that are apart, and what kept the collector from recording. */
import type { ClockOffset, ClockViolations, RecordingNote } from '@hindscope/protocol'
import { clockText, countText, durationText } from './units.ts'

/** Nothing where the clock is the collector's, as far as that can be told. */
export function clockOffsetText(clock: ClockOffset | undefined): string {
  if (clock === undefined || Math.abs(clock.offsetUs) <= clock.errorUs) return ''
  const side = clock.offsetUs > 0 ? 'ahead' : 'behind'
  return `, clock ${durationText(Math.abs(clock.offsetUs))} ${side} (±${durationText(clock.errorUs)})`
}

export function noteLine({ code, message, fromMs, toMs }: RecordingNote): string {
  if (code === 'chunk-conflict') return `  not recorded from ${clockText(fromMs * 1000)} on: ${message}`
  const what = code === 'ingest-paused' ? 'recording paused' : 'memory was short'
  const end = toMs === undefined ? 'until now' : `for ${durationText((toMs - fromMs) * 1000)}`
  return `  ${what} at ${clockText(fromMs * 1000)} ${end}: ${message}`
}

export const violationLine = ({ from, to, links, violations, worstUs }: ClockViolations): string =>
  `  ${violations} of ${countText(links, 'effect')} in track ${to} have earlier times than their causes in track ${from}, by up to ${durationText(worstUs)}: the clocks are apart`
