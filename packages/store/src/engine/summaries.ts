/** `sessions` and `session`. */
import { realmKindName } from '@hindscope/protocol'
import type { GapRow, SessionSummary, TrackSummary } from '@hindscope/protocol'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { countFunctions } from './sources.ts'

export function summarize(store: TraceStore): SessionSummary {
  const tracks = store.tracks.map(track => summarizeTrack(store, track))
  const recorded = tracks.filter(track => track.events > 0)
  const violations = store.clocks.violations()
  const sum = (pick: (track: TrackSummary) => number): number => tracks.reduce((total, track) => total + pick(track), 0)
  return {
    session: store.session,
    name: store.name || (tracks[0]?.name ?? store.session.slice(0, 8)),
    startedMs: least(tracks.map(track => track.startedMs)),
    firstUs: least(recorded.map(track => track.firstUs)),
    lastUs: recorded.reduce((last, track) => Math.max(last, track.lastUs), 0),
    events: sum(track => track.events),
    calls: sum(track => track.calls),
    functions: countFunctions(store),
    errors: sum(track => track.errors),
    dropped: sum(track => track.dropped),
    bytes: store.bytes,
    live: store.live,
    tracks,
    ...(store.incidents.size === 0 ? {} : { incidents: store.incidents.groups().length }),
    ...(store.notes.size === 0 ? {} : { notes: store.notes.rows() }),
    ...(violations.length === 0 ? {} : { clockViolations: violations }),
    damage: store.damage,
  }
}

const least = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : numbers.reduce((a, b) => Math.min(a, b)))

const MAX_GAPS = 200

/** The last ones: a realm that ran for days has many. */
const gapRows = (track: Track): readonly GapRow[] =>
  track.gaps.gaps.slice(-MAX_GAPS).map(({ fromUs, toUs, fromSeq, toSeq }) => ({ fromUs, toUs, events: toSeq - fromSeq }))

function summarizeTrack(store: TraceStore, track: Track): TrackSummary {
  const { definition } = track
  const clock = store.clocks.of(track.realm)
  return {
    track: track.number,
    realm: track.realm,
    realmKind: definition?.realmKind ?? realmKindName(track.realmKind) ?? 'vm',
    name: definition?.name ?? `realm ${track.realm.toString(16).padStart(8, '0')}`,
    url: definition?.url ?? '',
    platform: definition?.platform ?? '',
    pid: definition?.pid ?? 0,
    startedMs: definition?.startedMs ?? Math.floor(track.firstUs / 1000),
    firstUs: track.firstUs,
    lastUs: track.lastUs,
    events: track.rows.length,
    calls: track.userCalls,
    errors: track.errorRows.length,
    dropped: track.dropped,
    truncated: track.truncated,
    ...(track.gaps.gaps.length === 0 ? {} : { gaps: gapRows(track) }),
    ...(clock === undefined ? {} : { clock: { offsetUs: clock.offsetUs, errorUs: clock.errorUs } }),
    connected: store.connected.has(track.realm),
  }
}
