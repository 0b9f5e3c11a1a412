/** `incidents`: what went wrong, when, and what each realm kept of the time around it. */
import type { IncidentCauseRow, IncidentDefinition, IncidentRealmRow, IncidentRow } from '@hindscope/protocol'
import type { IncidentGroup } from '../model/incident-table.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { queryEvent } from './events.ts'

/** Newest first. */
export function queryIncidents(store: TraceStore): readonly IncidentRow[] {
  return store.incidents
    .groups()
    .map(group => describe(store, group))
    .reverse()
}

function describe(store: TraceStore, group: IncidentGroup): IncidentRow {
  const { first, reports } = group
  const realms = realmsOf(store, group)
  const asked = reports.map(({ id }) => store.incidents.askedFor(id)).filter(each => each !== undefined)
  return {
    id: first.id,
    atUs: first.atUs,
    fromUs: first.fromUs,
    untilUs: first.untilUs,
    causes: reports.map(report => describeCause(store, report)),
    count: reports.reduce((sum, { count }) => sum + count, 0),
    suppressed: reports.reduce((sum, { suppressed }) => sum + (Number.isFinite(suppressed) ? suppressed : 0), 0),
    closed: asked.length > 0 ? asked.every(({ closed }) => closed) : realms.every(({ state }) => state !== 'asked'),
    realms,
  }
}

function describeCause(store: TraceStore, { cause, count, atUs, realm, seq, label }: IncidentDefinition): IncidentCauseRow {
  const track = store.trackOfRealm(realm)
  const row = track === undefined || seq === undefined || track.rowOf(seq) === -1 ? undefined : { track: track.number, seq }
  const event = row && queryEvent(store, row).row
  return {
    cause,
    count,
    atUs,
    title: label ?? (cause === 'mark' ? event?.name : event?.preview) ?? '',
    ...(track === undefined ? {} : { track: track.number }),
    ...(event === undefined ? {} : { ref: event.ref, name: event.name }),
    ...(event?.location === undefined ? {} : { location: event.location }),
  }
}

/** Those that were asked, and those that have something of the window. */
function realmsOf(store: TraceStore, group: IncidentGroup): IncidentRealmRow[] {
  const { first, reports } = group
  const told = new Map<number, IncidentRealmRow['state']>()
  for (const { id } of reports) for (const { realm, state } of store.incidents.askedFor(id)?.realms ?? []) told.set(realm, state)
  const rows: IncidentRealmRow[] = []
  for (const track of store.tracks) {
    const kept = reports.map(({ id }) => store.incidents.keptBy(id, track.realm)).find(each => each !== undefined)
    const events = Math.max(0, track.rowAtTime(first.untilUs) - track.rowAtTime(first.fromUs))
    const isOrigin = reports.some(report => report.realm === track.realm)
    if (kept === undefined && !told.has(track.realm) && !isOrigin && events === 0) continue
    rows.push({
      track: track.number,
      realm: track.realm,
      state: kept === undefined ? (told.get(track.realm) ?? stateOf(store, track)) : 'kept',
      events,
      ...(kept === undefined ? {} : { fromUs: kept.fromUs, untilUs: kept.untilUs }),
    })
    told.delete(track.realm)
  }
  // Asked and never heard of: nothing of it is in the trace but that it was there.
  for (const [realm, state] of told) rows.push({ realm, state, events: 0 })
  return rows
}

function stateOf(store: TraceStore, { definition }: Track): IncidentRealmRow['state'] {
  if (definition?.keepSeconds === undefined) return 'all'
  return store.live ? 'asked' : 'gone'
}
