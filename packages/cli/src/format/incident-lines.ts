/** Incidents as lines of text. */
import type { IncidentCause, IncidentCauseRow, IncidentRealmRow, IncidentRow, SessionSummary } from '@hindscope/protocol'
import { clockText, countText, durationText } from './units.ts'

const CAUSES: Readonly<Record<IncidentCause, string>> = {
  throw: 'an error left the program',
  uncaughtError: 'uncaught error',
  unhandledRejection: 'unhandled rejection',
  assertion: 'failed assertion',
  httpServerError: 'server error',
  consoleError: 'console.error',
  mark: 'mark',
}

const STATES: Readonly<Record<IncidentRealmRow['state'], string>> = {
  asked: 'has not answered yet',
  kept: 'kept',
  all: 'keeps everything',
  gone: 'went away without an answer',
  silent: 'did not answer in time',
}

export function incidentLines(row: IncidentRow, session: SessionSummary): string[] {
  const window = `${durationText(row.atUs - row.fromUs)} before, ${durationText(row.untilUs - row.atUs)} after`
  return [
    `incident ${row.id} at ${clockText(row.atUs)} (${window})${row.closed ? '' : ', not complete yet'}`,
    ...row.causes.map(causeLine),
    ...(row.suppressed === 0 ? [] : [`  and ${row.suppressed} more that were too many to report`]),
    ...row.realms.map(realm => realmLine(realm, session)),
  ]
}

function causeLine({ cause, count, title, ref, location }: IncidentCauseRow): string {
  const place = location === undefined ? '' : `  ${location.file}:${location.line}`
  return `  ${ref === undefined ? '' : `${ref.track}.${ref.seq} `}${CAUSES[cause]}${title === '' ? '' : `: ${title}`}${count === 1 ? '' : ` (${count} times)`}${place}`
}

function realmLine({ realm, track, state, events, fromUs }: IncidentRealmRow, session: SessionSummary): string {
  const known = session.tracks.find(each => each.track === track)
  const name = known === undefined ? `realm ${realm.toString(16).padStart(8, '0')}` : `track ${known.track} ${known.realmKind} ${known.name}`
  const reach = fromUs === undefined ? '' : ` from ${clockText(fromUs)}`
  return `  ${name}: ${STATES[state]}${reach}, ${countText(events, 'event')}`
}
