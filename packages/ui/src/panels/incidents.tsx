/** What went wrong while it was recorded, and what every realm kept of it; opening one narrows the timeline to its window. */
import type { IncidentCause, IncidentCauseRow, IncidentRealmRow, IncidentRow } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatClock, formatCount, formatExact } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Answer, Empty } from '../widgets/states.tsx'

const CAUSES: Readonly<Record<IncidentCause, string>> = {
  throw: 'Left the program',
  uncaughtError: 'Uncaught',
  unhandledRejection: 'Unhandled',
  assertion: 'Assertion',
  httpServerError: 'HTTP',
  consoleError: 'Console',
  mark: 'Mark',
}

const STATES: Readonly<Record<IncidentRealmRow['state'], string>> = {
  asked: 'has not answered yet',
  kept: 'kept its window',
  all: 'keeps everything',
  gone: 'went away without an answer',
  silent: 'did not answer in time',
}

export function IncidentsPanel(): VNode {
  const { incidents } = useBench()
  return (
    <div class="problems" data-testid="panel-incidents">
      <Answer loaded={incidents.state.value} label="incidents" retry={incidents.reload}>
        {found =>
          found.length === 0 ? (
            <Empty title="No incidents">
              An error that leaves the program, a failed assertion, console.error, an answer of 500 or a mark is one; hindscope mark sets a mark.
            </Empty>
          ) : (
            <ul class="problem-list" aria-label="Incidents">
              {found.map(incident => (
                <Incident key={incident.id} incident={incident} />
              ))}
            </ul>
          )
        }
      </Answer>
    </div>
  )
}

function Incident({ incident }: { readonly incident: IncidentRow }): VNode {
  const bench = useBench()
  const [first, ...others] = incident.causes
  const range = bench.model.view.value.range
  const startUs = valueOf(bench.session.state.value)?.firstUs ?? incident.fromUs
  const isHere = range?.fromUs === incident.fromUs && range.toUs === incident.untilUs
  return (
    <li>
      <button
        type="button"
        class={`problem${isHere ? ' problem-here' : ''}`}
        aria-current={isHere}
        data-testid="incident-row"
        onClick={() => bench.openIncident(incident)}
      >
        {first && <Cause cause={first} />}
        {incident.count > 1 && <span class="badge" title={`${formatExact(incident.count)} times`}>{`×${formatCount(incident.count)}`}</span>}
        <span class="problem-evidence">
          {formatClock(Math.max(0, incident.atUs - startUs))}
          {others.map(other => `, ${CAUSES[other.cause]}: ${other.title}`).join('')}
          {incident.suppressed > 0 && `, and ${formatExact(incident.suppressed)} more`}
        </span>
        <Realms realms={incident.realms} />
      </button>
    </li>
  )
}

function Cause({ cause: { cause, title, name } }: { readonly cause: IncidentCauseRow }): VNode {
  return (
    <>
      <span class={`problem-rule problem-${cause === 'mark' ? 'warning' : 'error'}`}>
        <span aria-hidden="true">{cause === 'mark' ? '⚑' : '!'}</span> {CAUSES[cause]}
      </span>
      <span class="problem-title">{title || name || ''}</span>
    </>
  )
}

function Realms({ realms }: { readonly realms: readonly IncidentRealmRow[] }): VNode {
  const bench = useBench()
  const tracks = valueOf(bench.session.state.value)?.tracks ?? []
  const words = realms.map(({ track, realm, state, events }) => {
    const name = tracks.find(each => each.track === track)?.name ?? `realm ${realm.toString(16)}`
    return `${name} ${STATES[state]}${events > 0 ? ` (${formatCount(events)} ev)` : ''}`
  })
  return <span class="problem-evidence">{words.join(', ')}</span>
}
