/** Sessions, tracks and damage as lines of text. */
import type { SessionSummary, TrackSummary } from '@hindscope/protocol'
import { clockOffsetText, noteLine, violationLine } from './recording-lines.ts'
import { bytesText, clockText, countText, durationText } from './units.ts'

const letGoText = ({ gaps = [] }: TrackSummary): string => {
  const events = gaps.reduce((sum, gap) => sum + gap.events, 0)
  return events === 0 ? '' : `, ${countText(events, 'event')} let go in ${countText(gaps.length, 'gap')}`
}

export function sessionLines(session: SessionSummary): string[] {
  const span = session.events === 0 ? '' : `, ${durationText(session.lastUs - session.firstUs)} from ${clockText(session.firstUs)}`
  return [
    `session ${session.session}${session.name === '' ? '' : ` (${session.name})`}${session.live ? ', live' : ''}`,
    `  ${countText(session.events, 'event')}, ${countText(session.calls, 'call')} of ${countText(session.functions, 'function')}, ${countText(session.errors, 'error')}, ${session.dropped} dropped, ${bytesText(session.bytes)}${span}${session.incidents === undefined ? '' : `, ${countText(session.incidents, 'incident')}`}`,
    ...session.tracks.map(
      track =>
        `  track ${track.track}: ${track.realmKind} ${track.name} (${track.platform}${track.pid === 0 ? '' : `, pid ${track.pid}`}): ${countText(track.events, 'event')}, ${countText(track.calls, 'call')}, ${countText(track.errors, 'error')}, ${track.dropped} dropped, ${countText(track.truncated, 'value')} truncated${letGoText(track)}${clockOffsetText(track.clock)}`,
    ),
    ...(session.clockViolations ?? []).map(violationLine),
    ...(session.notes ?? []).map(noteLine),
    ...session.damage.map(damage => `  damage at byte ${damage.offset}, ${countText(damage.bytes, 'byte')}: ${damage.message}`),
  ]
}
