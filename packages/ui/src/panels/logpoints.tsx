/** The Logpoints list: what the expressions were at every recorded execution of their lines, and which parts were not recorded. */
import { useSignalEffect } from '@preact/signals'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import type { LogFound, LogOutcome, LogpointCount } from '../core/logpoint-run.ts'
import { formatExact } from '../core/time-text.ts'
import { previewValue, toneOf } from '../core/value-text.ts'
import type { Logpoint } from '../core/view-state.ts'
import { failureText } from '../engine/failure.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { Empty, Skeleton } from '../widgets/states.tsx'
import { EventRows } from './event-rows.tsx'

export function LogpointsPanel(): VNode {
  const { model, logpoints } = useBench()
  useSignalEffect(() => {
    const { session, logpoints: asked } = model.view.value
    if (session !== undefined) logpoints.open(session, asked ?? [])
  })
  const all = model.view.value.logpoints ?? []
  if (all.length === 0) {
    return (
      <Empty title="No logpoints yet" testId="empty-logpoints">
        A logpoint is an expression that is read at every recorded execution of a line; nothing runs again. Press <kbd>L</kbd> on a line of the
        source, or the + beside its number.
      </Empty>
    )
  }
  const found = logpoints.found.value
  return (
    <div class="search-panel" data-testid="logpoints">
      <ul class="logpoint-list">
        {all.map(logpoint => (
          <LogpointLine key={keyOf(logpoint)} logpoint={logpoint} count={found.counts.find(count => keyOf(count.logpoint) === keyOf(logpoint))} />
        ))}
      </ul>
      <Hits found={found} isOne={all.length === 1} />
    </div>
  )
}

const keyOf = ({ path, line, expression }: Logpoint): string => `${path}:${line}:${expression}`

function LogpointLine({ logpoint, count }: { readonly logpoint: Logpoint; readonly count: LogpointCount | undefined }): VNode {
  const { model } = useBench()
  const { path, line, expression } = logpoint
  const remove = (): void => {
    const rest = (model.view.peek().logpoints ?? []).filter(other => keyOf(other) !== keyOf(logpoint))
    model.commit({ logpoints: rest.length === 0 ? undefined : rest })
  }
  return (
    <li class="logpoint" data-testid="logpoint">
      <button type="button" class="logpoint-place" onClick={() => model.commit({ source: { path, line } })}>
        {path}:{line}
      </button>
      <code class="logpoint-expression">{expression}</code>
      <span class="badge">
        {formatExact(count?.hits ?? 0)}
        {count?.atEnd === false && '+'}
      </span>
      <IconButton icon="close" label={`Remove the logpoint ${expression} of line ${line}`} onClick={remove} />
      {count?.failure && <p class="logpoint-note logpoint-failed">{failureText(count.failure)}</p>}
      {count?.missing.map(({ path: part, reason, count: times }) => (
        <p key={`${part} ${reason}`} class="logpoint-note" data-testid="logpoint-missing">
          <code>{part}</code> is missing in {formatExact(times)} of {formatExact(count.hits)}: {reason}
        </p>
      ))}
      {count?.absent && (
        <p class="logpoint-note">No execution of this line was recorded. {count.absent.map(({ message, fix }) => `${message} ${fix}`).join(' ')}</p>
      )}
    </li>
  )
}

function Hits({ found, isOne }: { readonly found: LogFound; readonly isOne: boolean }): VNode {
  const { logpoints } = useBench()
  const { hits, running } = found
  const isEnd = found.counts.every(({ atEnd }) => atEnd)
  return (
    <>
      <div class="search-status">
        <span role="status" data-testid="logpoint-status">
          {formatExact(hits.length)} {hits.length === 1 ? 'hit' : 'hits'}
          {running ? ' …' : isEnd ? ', complete' : ' so far'}
        </span>
        {running && (
          <button type="button" class="button" onClick={logpoints.cancel}>
            Cancel
          </button>
        )}
        {!running && !isEnd && (
          <button type="button" class="button" onClick={logpoints.more}>
            More
          </button>
        )}
      </div>
      {running && hits.length === 0 && <Skeleton rows={6} label="hits" />}
      <EventRows
        rows={hits.map(({ row }) => row)}
        label="Hits of the logpoints"
        onEnd={isEnd || running ? undefined : logpoints.more}
        text={index => {
          const hit = hits[index]
          return hit && <HitText expression={isOne ? undefined : hit.logpoint.expression} outcome={hit.outcome} />
        }}
      />
    </>
  )
}

function HitText({ expression, outcome }: { readonly expression: string | undefined; readonly outcome: LogOutcome }): VNode {
  const label = expression !== undefined && <span class="value-name">{expression}</span>
  if (outcome.kind === 'value') {
    const isDoubtful = outcome.doubts.length > 0
    return (
      <span class="log-value" title={isDoubtful ? outcome.doubts.join('\n') : undefined}>
        {label}
        <span class={`value value-${toneOf(outcome.value)}`}>
          {isDoubtful && '≈ '}
          {previewValue(outcome.value)}
        </span>
      </span>
    )
  }
  // What is missing is named; when it is the whole expression, once.
  const isWhole = outcome.kind === 'missing' && outcome.path === expression
  return (
    <span class="log-value">
      {!isWhole && label}
      <span class={`value ${outcome.kind === 'missing' ? 'value-absent' : 'value-error'}`}>
        {outcome.kind === 'missing' ? `${outcome.path}: not recorded (${outcome.reason})` : outcome.failure.message}
      </span>
    </span>
  )
}
