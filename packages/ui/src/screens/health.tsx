/** How the session was recorded: by track, by file, by the server; and why there is nothing where somebody expected something. */
import type { HostHealth, MetricSeries, SessionSummary, TrackSummary } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatBytes } from '../core/byte-text.ts'
import { formatCount, formatDuration, formatExact } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Answer, Empty } from '../widgets/states.tsx'
import { AbsenceBox } from './absence.tsx'

export function HealthScreen(): VNode {
  const { session, reports, sources } = useBench()
  return (
    <>
      <Answer loaded={session.state.value} label="health" retry={session.reload} idle={<Empty title="No session chosen" />}>
        {summary => <Tracks summary={summary} />}
      </Answer>
      <AbsenceBox />
      <section class="screen-part">
        <h3>Server</h3>
        <Answer loaded={reports.health.state.value} label="server" retry={reports.health.reload}>
          {health => <Server health={health} />}
        </Answer>
      </section>
      <section class="screen-part">
        <h3>Files</h3>
        <Answer loaded={sources.state.value} label="files" retry={sources.reload}>
          {files =>
            files.length === 0 ? (
              <Empty title="No file is known">Names and positions come with the manifests that the build writes.</Empty>
            ) : (
              <Files files={files} />
            )
          }
        </Answer>
      </section>
    </>
  )
}

function Tracks({ summary }: { readonly summary: SessionSummary }): VNode {
  const { reports, model } = useBench()
  const metrics = valueOf(reports.performance.state.value)?.metrics ?? []
  const realms = valueOf(reports.health.state.value)?.realms?.filter(realm => realm.session === summary.session) ?? []
  return (
    <section class="screen-part">
      <h3>Tracks</h3>
      {summary.notes?.map(({ code, message, fromMs, toMs }) => (
        <p key={`${code} ${fromMs}`} class="partial">
          {toMs === undefined ? 'Now' : formatDuration((toMs - fromMs) * 1000)}: {message}
        </p>
      ))}
      {summary.damage.map(({ code, message, bytes }, i) => (
        <p key={i} class="partial">
          {formatBytes(bytes)} could not be read ({code}): {message}
        </p>
      ))}
      {summary.clockViolations?.map(({ from, to, links, violations, worstUs }) => (
        <p key={`${from} ${to}`} class="partial">
          {violations} of {links} effects on track {to} have an earlier time than their causes on track {from}, by up to {formatDuration(worstUs)}:
          the clocks differ.
        </p>
      ))}
      <div class="screen-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Track</th>
              <th scope="col">Connected</th>
              <th scope="col">Platform</th>
              <th scope="col">Clock</th>
              <th scope="col" class="number">
                Events/s
              </th>
              <th scope="col" class="number">
                Dropped
              </th>
              <th scope="col" class="number">
                Cut
              </th>
              <th scope="col">Recording cost</th>
            </tr>
          </thead>
          <tbody>
            {summary.tracks.map(track => (
              <TrackRow
                key={track.track}
                track={track}
                overhead={metrics.find(each => each.track === track.track && each.name === 'overhead')}
                rate={realms.find(({ realm }) => realm === track.realm)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">
        Levels of functions, and who changed them:{' '}
        <button type="button" class="text-action" onClick={() => model.adjust({ left: 'levels', screen: undefined })}>
          Levels
        </button>
      </p>
    </section>
  )
}

function TrackRow(props: {
  readonly track: TrackSummary
  readonly overhead: MetricSeries | undefined
  readonly rate: { readonly connected: boolean; readonly eventsPerSecond: number; readonly bytesPerSecond: number } | undefined
}): VNode {
  const { track, overhead, rate } = props
  const { model } = useBench()
  const seconds = (track.lastUs - track.firstUs) / 1_000_000
  const perSecond = rate && track.connected ? rate.eventsPerSecond : seconds > 0 ? track.events / seconds : undefined
  const given = track.gaps?.reduce((sum, { events }) => sum + events, 0) ?? 0
  return (
    <tr>
      <th scope="row">
        {track.track} {track.name} <span class="muted">{track.realmKind}</span>
      </th>
      <td>{track.connected ? 'yes' : 'no'}</td>
      <td>{track.platform || <span class="muted">not told</span>}</td>
      <td>
        {track.clock ? (
          `${track.clock.offsetUs >= 0 ? '+' : '−'}${formatDuration(Math.abs(track.clock.offsetUs))} ± ${formatDuration(track.clock.errorUs)}`
        ) : (
          <span class="muted">not measured</span>
        )}
      </td>
      <td class="number" title={rate && track.connected ? `${formatBytes(rate.bytesPerSecond)}/s now` : 'On average over the track'}>
        {perSecond === undefined ? '–' : formatCount(Math.round(perSecond))}
      </td>
      <td class="number">
        {track.dropped > 0 ? (
          <span class="count-warning" title="The recorder had no room for them, or a chunk of them did not come">
            {formatExact(track.dropped)}
          </span>
        ) : (
          '0'
        )}
        {given > 0 && (
          <span class="muted" title="Let go on purpose, since no incident came">
            {' '}
            +{formatCount(given)} let go
          </span>
        )}
      </td>
      <td class="number" title="Values cut by a limit of depth, width or bytes">
        {formatExact(track.truncated)}
      </td>
      <td>
        {overhead ? (
          <button
            type="button"
            class="text-action"
            title="Share of the time that recording took; told while functions were lowered"
            onClick={() => model.commit({ moment: { ref: overhead.lastRef }, source: undefined, screen: undefined })}
          >
            {overhead.last} {overhead.unit} (peak {overhead.max})
          </button>
        ) : (
          <span class="muted">within the budget</span>
        )}
      </td>
    </tr>
  )
}

const STEPS = ['enough', 'old sessions are forgotten', 'idle sessions are let go', 'realms record less', 'nothing is taken any more']

function Server({ health }: { readonly health: HostHealth }): VNode {
  const { memory, disk, files } = health
  if (memory === undefined && disk === undefined) {
    return (
      <p>
        {files === undefined ? 'This server does not say how it is.' : 'Trace files are shown: nothing is being recorded here.'}{' '}
        <span class="muted">
          On the machine that records, <code>hindscope doctor</code> says how the collector is.
        </span>
      </p>
    )
  }
  return (
    <dl class="facts screen-facts">
      {memory && (
        <>
          <dt>Memory</dt>
          <dd class={memory.step > 1 ? 'count-warning' : ''}>
            {Math.round(memory.percent)} % of {formatBytes(memory.limitBytes)}, step {memory.step}: {STEPS[memory.step] ?? 'unknown'}
          </dd>
        </>
      )}
      {disk && (
        <>
          <dt>Disk</dt>
          <dd>
            {disk.freeBytes === undefined ? 'free room unknown' : `${formatBytes(disk.freeBytes)} free`}
            {disk.paused.length === 0 && ', nothing is paused'}
            {disk.paused.map(({ session, message, waiting }) => (
              <p key={session} class="count-warning">
                Session {session.slice(0, 8)} is paused: {message} ({formatExact(waiting)} chunks wait). Make room, or give the folder back: recording
                goes on by itself.
              </p>
            ))}
          </dd>
        </>
      )}
      <dt>Waiting</dt>
      <dd>{formatBytes(health.waitingBytes ?? 0)} not written yet</dd>
      <dt>Refused</dt>
      <dd>
        {formatExact(health.refused ?? 0)} messages, {formatExact(health.conflicts ?? 0)} chunks with a number twice,{' '}
        {formatExact(health.failed ?? 0)} failures beside storing
      </dd>
    </dl>
  )
}

const MOST_FILES = 200

function Files({
  files,
}: {
  readonly files: readonly { readonly path: string; readonly calls: number; readonly functions: number; readonly errors: number }[]
}): VNode {
  const { model } = useBench()
  const seen = files.filter(({ calls }) => calls > 0).length
  return (
    <>
      <p class="muted">
        {formatExact(files.length)} instrumented, {formatExact(seen)} of them called, {formatExact(files.length - seen)} never. What the build left
        out or could not read is no part of a trace: its report names it, and the box above says why a place is missing.
      </p>
      <div class="screen-table">
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" class="number">
                Functions
              </th>
              <th scope="col" class="number">
                Calls
              </th>
              <th scope="col" class="number">
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {files.slice(0, MOST_FILES).map(({ path, functions, calls, errors }) => (
              <tr key={path}>
                <th scope="row">
                  <button type="button" class="text-action" onClick={() => model.commit({ source: { path }, screen: undefined })}>
                    {path}
                  </button>
                </th>
                <td class="number">{formatExact(functions)}</td>
                <td class="number">{calls === 0 ? <span class="muted">never called</span> : formatExact(calls)}</td>
                <td class="number">{formatExact(errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {files.length > MOST_FILES && <p class="muted">The {MOST_FILES} busiest are shown.</p>}
    </>
  )
}
