/** This session beside another: what only one of them called, what was called more often, slower, or gave something else. */
import type { EventRef, RunChange, RunDiff, RunDiffRow, SessionSummary, StateDifference } from '@hindscope/protocol'
import { RUN_CHANGES } from '@hindscope/protocol'
import { useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { formatDuration, formatExact, formatStart } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Answer, Empty } from '../widgets/states.tsx'

const WORDS: Readonly<Record<RunChange, string>> = { new: 'New', missing: 'Missing', count: 'Count', result: 'Result', time: 'Time' }

export function CompareScreen(): VNode {
  const { model, sessions, reports } = useBench()
  const { session, other } = model.view.value
  const others = (valueOf(sessions.state.value) ?? []).filter(each => each.session !== session).toSorted((a, b) => b.startedMs - a.startedMs)
  if (others.length === 0) {
    return (
      <Empty title="There is only this session">
        Record the program once more, or open files of both runs together; then the other one can be chosen here.
      </Empty>
    )
  }
  return (
    <>
      <div class="screen-form">
        <label for="compare-other">Compare with</label>
        <select
          id="compare-other"
          class="select"
          data-testid="compare-other"
          value={other ?? ''}
          onChange={event => model.adjust({ other: event.currentTarget.value || undefined })}
        >
          <option value="">Choose a session</option>
          {others.map(each => (
            <option key={each.session} value={each.session}>
              {nameOf(each)}
            </option>
          ))}
        </select>
      </div>
      {other === undefined ? (
        <p class="muted">Calls are aligned by which function called which; what one of the sessions does not have is shown as such.</p>
      ) : other === session ? (
        <p class="muted">A session is the same as itself.</p>
      ) : (
        <Answer loaded={reports.diff.state.value} label="comparison" retry={reports.diff.reload}>
          {diff => <Differences diff={diff} />}
        </Answer>
      )}
    </>
  )
}

const nameOf = ({ name, session, startedMs, events }: SessionSummary): string =>
  `${name || session.slice(0, 8)} · ${formatStart(startedMs, Date.now())} · ${formatExact(events)} events`

function Differences({ diff }: { readonly diff: RunDiff }): VNode {
  const [only, setOnly] = useState<RunChange>()
  const { totals, rows, total, same, state, completeness } = diff
  const shown = only === undefined ? rows : rows.filter(({ changes }) => changes.includes(only))
  return (
    <>
      {completeness.kind === 'partial' && <p class="partial">Not all of it: {completeness.reason}</p>}
      <p data-testid="compare-totals">
        This: {formatExact(totals.session.calls)} calls, {formatExact(totals.session.errors)} errors, {formatDuration(totals.session.durationUs)}.
        Other: {formatExact(totals.other.calls)} calls, {formatExact(totals.other.errors)} errors, {formatDuration(totals.other.durationUs)}.{' '}
        {formatExact(same)} places are the same.
      </p>
      <div class="pills" role="group" aria-label="Differences">
        <button type="button" class="pill" aria-pressed={only === undefined} onClick={() => setOnly(undefined)}>
          All
        </button>
        {RUN_CHANGES.map(change => (
          <button key={change} type="button" class="pill" aria-pressed={only === change} onClick={() => setOnly(change)}>
            {WORDS[change]} {formatExact(rows.filter(({ changes }) => changes.includes(change)).length)}
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <Empty
          title="No differences"
          testId="empty-filter"
          {...(only !== undefined && { action: { label: 'Show all', run: () => setOnly(undefined) } })}
        >
          {only === undefined && 'Both did the same, as far as it was recorded.'}
        </Empty>
      ) : (
        <Rows rows={shown} />
      )}
      {total > rows.length && (
        <p class="muted">
          The weightiest {formatExact(rows.length)} of {formatExact(total)}.
        </p>
      )}
      {state.length > 0 && <States state={state} />}
    </>
  )
}

function Rows({ rows }: { readonly rows: readonly RunDiffRow[] }): VNode {
  return (
    <div class="screen-table">
      <table data-testid="compare-table">
        <thead>
          <tr>
            <th scope="col">Place</th>
            <th scope="col">Difference</th>
            <th scope="col" class="number">
              Calls
            </th>
            <th scope="col" class="number">
              Mean
            </th>
            <th scope="col">Go to</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.path.join('\n')} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ row }: { readonly row: RunDiffRow }): VNode {
  const { path, changes, calls, errors, meanUs, ratio, first, result, below } = row
  const duration = (us: number | undefined): string => (us === undefined ? '–' : formatDuration(us))
  return (
    <tr>
      <th scope="row">
        {path.at(-1)} <span class="muted">{path.slice(0, -1).join(' › ')}</span>
      </th>
      <td>
        {changes.map(change => (
          <span key={change} class={`tag change-${change}`}>
            {WORDS[change]}
          </span>
        ))}
        {result && (
          <p class="compare-result">
            {formatExact(result.different)} of {formatExact(result.compared)} differ, first call {result.index + 1}:{' '}
            <code>{result.example.session.text}</code> here, <code>{result.example.other.text}</code> there
          </p>
        )}
        {errors.session !== errors.other && (
          <p class="compare-result">
            errors: {formatExact(errors.session)} here, {formatExact(errors.other)} there
          </p>
        )}
        {below !== undefined && below > 0 && <p class="compare-result">and {formatExact(below)} calls below</p>}
      </td>
      <td class="number">
        {formatExact(calls.session)} → {formatExact(calls.other)}
      </td>
      <td class="number">
        {duration(meanUs.session)} → {duration(meanUs.other)}
        {ratio !== undefined && <span class="muted"> ×{ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)}</span>}
      </td>
      <td>
        <Jumps here={result?.example.session.ref ?? first.session} there={result?.example.other.ref ?? first.other} />
      </td>
    </tr>
  )
}

function Jumps({ here, there }: { readonly here: EventRef | undefined; readonly there: EventRef | undefined }): VNode {
  const { model } = useBench()
  const { session, other } = model.view.value
  return (
    <span class="jumps">
      {here && (
        <button type="button" class="text-action" onClick={() => model.commit({ moment: { ref: here }, source: undefined, screen: undefined })}>
          This
        </button>
      )}
      {there && (
        <button
          type="button"
          class="text-action"
          onClick={() =>
            model.commit({ session: other, other: session, moment: { ref: there }, source: undefined, range: undefined, screen: undefined })
          }
        >
          Other
        </button>
      )}
    </span>
  )
}

function States({ state }: { readonly state: readonly StateDifference[] }): VNode {
  return (
    <section class="screen-part">
      <h3>State at the end</h3>
      <div class="screen-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Store</th>
              <th scope="col">This</th>
              <th scope="col">Other</th>
              <th scope="col">Go to</th>
            </tr>
          </thead>
          <tbody>
            {state.map(({ store, text, ref }) => (
              <tr key={store}>
                <th scope="row">{store}</th>
                <td>
                  <code>{text.session ?? 'not there'}</code>
                </td>
                <td>
                  <code>{text.other ?? 'not there'}</code>
                </td>
                <td>
                  <Jumps here={ref.session} there={ref.other} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
