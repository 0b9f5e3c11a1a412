/** How the session ran: throughput, drops, what recording cost, how long activities took. */
import type { ActivityLatency, MetricSeries, PerformanceReport } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatDuration, formatExact } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Sparkline } from '../widgets/sparkline.tsx'
import { Answer, Empty } from '../widgets/states.tsx'

export function PerformanceScreen(): VNode {
  const { reports } = useBench()
  return (
    <Answer
      loaded={reports.performance.state.value}
      label="performance"
      retry={reports.performance.reload}
      idle={<Empty title="No session chosen" />}
    >
      {report =>
        report.events.every(count => count === 0) ? (
          <Empty title="No events yet">Throughput and latencies show once something is recorded.</Empty>
        ) : (
          <Report report={report} />
        )
      }
    </Answer>
  )
}

function Report({ report }: { readonly report: PerformanceReport }): VNode {
  const { fromUs, toUs, events, errors, dropped, activities, activityNames, metrics, completeness } = report
  const columnUs = (toUs - fromUs) / events.length
  const per = (value: number): string => `${formatExact(Math.round(value))} in ${formatDuration(columnUs)}`
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return (
    <>
      {completeness.kind === 'partial' && <p class="partial">Not all of it: {completeness.reason}</p>}
      <p>
        {formatExact(sum(events))} events in {formatDuration(toUs - fromUs)}, {formatExact(sum(errors))} errors, {formatExact(sum(dropped))} dropped.
      </p>
      <div class="sparklines">
        <Sparkline label="Events" values={events} format={per} />
        <Sparkline label="Errors" values={errors} format={per} tone="error" />
        <Sparkline label="Dropped, when it was told" values={dropped} format={per} tone="warning" />
      </div>
      <section class="screen-part">
        <h3>What recording cost</h3>
        {metrics.length === 0 ? (
          <p class="muted">
            Nothing was told: the recorder says what it costs while it has to lower functions to keep its budget (<code>overhead</code> in the
            config).
          </p>
        ) : (
          <div class="sparklines">
            {metrics.map(series => (
              <Metric key={`${series.track} ${series.name}`} series={series} columns={events.length} />
            ))}
          </div>
        )}
      </section>
      <section class="screen-part">
        <h3>Activities</h3>
        {activities.length === 0 ? <p class="muted">No activity was recorded.</p> : <Activities activities={activities} />}
        {activityNames > activities.length && (
          <p class="muted">
            The {formatExact(activities.length)} that took most of {formatExact(activityNames)}.
          </p>
        )}
      </section>
    </>
  )
}

function Metric({ series, columns }: { readonly series: MetricSeries; readonly columns: number }): VNode {
  const { session } = useBench()
  const { track, name, unit, points, count } = series
  const values = new Array<number>(columns).fill(0)
  for (const [column, value] of points) values[column] = value
  const trackName = valueOf(session.state.value)?.tracks.find(each => each.track === track)?.name ?? `track ${track}`
  return (
    <Sparkline
      label={`${name} of ${trackName}, told ${count === 1 ? 'once' : `${count} times`}`}
      values={values}
      format={value => `${Math.round(value * 100) / 100} ${unit}`.trim()}
    />
  )
}

function Activities({ activities }: { readonly activities: readonly ActivityLatency[] }): VNode {
  const { model } = useBench()
  const duration = (us: number | undefined): string => (us === undefined ? '–' : formatDuration(us))
  return (
    <div class="screen-table">
      <table data-testid="activity-table">
        <thead>
          <tr>
            <th scope="col">Activity</th>
            {['Count', 'Errors', 'Not ended', 'p50', 'p95', 'p99', 'Slowest'].map(word => (
              <th key={word} scope="col" class="number">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {activities.map(({ type, name, count, errors, open, p50Us, p95Us, p99Us, maxUs, slowest }) => (
            <tr key={`${type} ${name}`}>
              <th scope="row">
                {name} <span class="muted">{type}</span>
              </th>
              <td class="number">{formatExact(count)}</td>
              <td class="number">{errors > 0 ? <span class="count-error">{formatExact(errors)}</span> : '0'}</td>
              <td class="number">{formatExact(open)}</td>
              <td class="number">{duration(p50Us)}</td>
              <td class="number">{duration(p95Us)}</td>
              <td class="number">{duration(p99Us)}</td>
              <td class="number">
                {slowest ? (
                  <button
                    type="button"
                    class="text-action"
                    onClick={() => model.commit({ moment: { ref: slowest }, source: undefined, screen: undefined })}
                  >
                    {duration(maxUs)}
                  </button>
                ) : (
                  '–'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
