/** The Search list: events that answer a question in the query language, or that showed one object. Rows come while the search goes on. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { SearchCell, SearchColumn, SearchExplanation } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { faultOf } from '../core/search-run.ts'
import type { SearchFound, SearchSubject } from '../core/search-run.ts'
import { formatClock, formatDuration, formatExact } from '../core/time-text.ts'
import type { ViewState } from '../core/view-state.ts'
import { valueOf } from '../engine/resource.ts'
import { QueryFaultNote } from '../widgets/query-fault.tsx'
import { Empty, FailureView } from '../widgets/states.tsx'
import { EventRows } from './event-rows.tsx'
import { searchedText } from './search-status.tsx'

/** Typing waits this long before it becomes the question. */
const TYPING_MS = 300

const EXAMPLES: readonly (readonly [query: string, words: string])[] = [
  ['error', 'everything that went wrong'],
  ['kind = callEnter and duration > 5ms order by duration desc', 'slow calls'],
  ['kind = write and name = "total"', 'who wrote a variable'],
  ['error and caused by (activity = domEvent)', 'errors that an event of the page led to'],
  ['kind = callEnter select count(), p95(duration) group by function order by count() desc', 'the busiest functions'],
]

const subjectOf = ({ object, query }: ViewState): SearchSubject | undefined =>
  object ? { kind: 'object', of: object } : query === undefined ? undefined : { kind: 'query', text: query }

export function SearchPanel(): VNode {
  const { model, search } = useBench()
  useSignalEffect(() => {
    const view = model.view.value
    const subject = subjectOf(view)
    if (view.session !== undefined && subject) search.open(view.session, subject)
  })
  const { object } = model.view.value
  const subject = subjectOf(model.view.value)
  const found = search.found.value
  return (
    <div class="search-panel" data-testid="search-panel">
      {object ? (
        <div class="search-object">
          <strong>Where #{object.object} was seen</strong>
          <button type="button" class="button" onClick={() => model.adjust({ object: undefined })}>
            Back to the query
          </button>
        </div>
      ) : (
        <QueryBox />
      )}
      {subject ? <SearchAnswers found={found} /> : <Examples />}
    </div>
  )
}

function Examples(): VNode {
  const { model } = useBench()
  return (
    <Empty title="Ask the whole trace">
      <p>A condition on events, in the query language:</p>
      <ul class="search-examples">
        {EXAMPLES.map(([query, words]) => (
          <li key={query}>
            <button type="button" class="link-button" onClick={() => model.commit({ query })}>
              <code>{query}</code>
            </button>
            <span class="muted">{words}</span>
          </li>
        ))}
      </ul>
    </Empty>
  )
}

function QueryBox(): VNode {
  const { model } = useBench()
  const { query = '' } = model.view.value
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = query
  }, [query])
  useEffect(() => () => clearTimeout(timer.current), [])
  const apply = (): void => {
    clearTimeout(timer.current)
    const text = input.current?.value.trim() ?? ''
    if (text !== (model.view.peek().query ?? '')) model.adjust({ query: text === '' ? undefined : text })
  }
  return (
    <div class="query-box" role="search" aria-label="Query">
      <input
        ref={input}
        class="query-input"
        data-testid="query-input"
        aria-label="Query over all events"
        aria-invalid={query !== '' && faultOf(query) !== undefined}
        aria-describedby="search-fault"
        placeholder='kind = write and name = "total"'
        autocomplete="off"
        spellcheck={false}
        maxLength={4000}
        defaultValue={query}
        onInput={() => {
          clearTimeout(timer.current)
          timer.current = setTimeout(apply, TYPING_MS)
        }}
        onKeyDown={event => event.key === 'Enter' && apply()}
      />
      <div id="search-fault">{query !== '' && <QueryFaultNote query={query} id="search-fault-note" />}</div>
    </div>
  )
}

function SearchAnswers({ found }: { readonly found: SearchFound }): VNode {
  const { search, session } = useBench()
  const firstUs = valueOf(session.state.value)?.firstUs ?? 0
  const { status, rows, groups, failure, fault, partial, explain } = found
  const canGoOn = status === 'paused' || status === 'cancelled'
  return (
    <>
      {!fault && (
        <div class="search-status">
          <span role="status" data-testid="search-status">
            {searchedText(found)}
          </span>
          {status === 'running' && (
            <button type="button" class="button" onClick={search.cancel}>
              Cancel
            </button>
          )}
          {canGoOn && (
            <button type="button" class="button" onClick={search.more}>
              Go on
            </button>
          )}
          {(status === 'done' || canGoOn) && (
            <button type="button" class="button" onClick={search.again}>
              Again
            </button>
          )}
        </div>
      )}
      {failure && <FailureView failure={failure} retry={search.again} />}
      {status === 'done' && <Completeness {...(partial !== undefined && { partial })} />}
      {explain && <Explain explain={explain} />}
      {groups ? (
        <Groups columns={groups.columns} rows={groups.rows} firstUs={firstUs} />
      ) : (
        <EventRows rows={rows} label="Found events" onEnd={status === 'paused' ? search.more : undefined} />
      )}
      {status === 'done' && rows.length === 0 && !groups && <Empty title="No event matches">Loosen the query, or ask of another session.</Empty>}
    </>
  )
}

function Completeness({ partial }: { readonly partial?: string }): VNode {
  return partial === undefined ? (
    <p class="search-complete" data-testid="search-complete">
      complete
    </p>
  ) : (
    <p class="partial" data-testid="search-complete">
      partial: {partial}
    </p>
  )
}

function Explain({ explain }: { readonly explain: SearchExplanation }): VNode {
  return (
    <details class="explain">
      <summary>Explain</summary>
      <dl class="facts">
        <dt>Read as</dt>
        <dd>
          <code>{explain.query || '(every event)'}</code>
        </dd>
        <dt>Looked at</dt>
        <dd>{formatExact(explain.rows)} events</dd>
        <dt>Decoded</dt>
        <dd>values of {formatExact(explain.decoded)}</dd>
        <dt>Matched</dt>
        <dd>{formatExact(explain.matched)}</dd>
        <dt>Took</dt>
        <dd>{explain.steps.map(({ name, ms }) => `${name} ${formatDuration(ms * 1000)}`).join(', ')}</dd>
      </dl>
    </details>
  )
}

interface GroupsProps {
  readonly columns: readonly SearchColumn[]
  readonly rows: readonly (readonly SearchCell[])[]
  readonly firstUs: number
}

/** A page of groups is small: the engine gives at most what was asked for, in the order of the query. */
function Groups({ columns, rows, firstUs }: GroupsProps): VNode {
  return (
    // A scroller needs the focus to be scrolled by keys.
    <div class="groups" tabIndex={0} role="region" aria-label="Groups">
      <table data-testid="search-groups">
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={columns[j]?.name}>{cellText(cell, columns[j]?.unit, firstUs)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function cellText(cell: SearchCell, unit: SearchColumn['unit'] | undefined, firstUs: number): string {
  if (cell === null) return '–'
  if (typeof cell !== 'number') return String(cell)
  if (unit === 'duration') return formatDuration(cell)
  if (unit === 'time') return formatClock(cell - firstUs)
  return Number.isInteger(cell) ? formatExact(cell) : cell.toPrecision(6)
}
