/** Where we are and how to move: step buttons, clock, moment, what was lost, whether more is coming. */
import type { StepDirection } from '@hindscope/protocol'
import { formatRef } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { formatClock } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Icon } from '../widgets/icon.tsx'
import type { IconName } from '../widgets/icon.tsx'
import { IconButton } from '../widgets/icon-button.tsx'
import { keysOf } from './commands.ts'
import { useApp } from './context.ts'
import { PlaybackControls } from './playback-controls.tsx'

interface Step {
  readonly direction: StepDirection
  readonly icon: IconName
  readonly label: string
  readonly testId: string
}

const STEPS: readonly (readonly Step[])[] = [
  [
    { direction: 'first', icon: 'first', label: 'First event', testId: 'step-first' },
    { direction: 'previous', icon: 'previous', label: 'Previous event', testId: 'step-previous' },
    { direction: 'next', icon: 'next', label: 'Next event', testId: 'step-next' },
    { direction: 'last', icon: 'last', label: 'Last event', testId: 'step-last' },
  ],
  [
    { direction: 'back', icon: 'back', label: 'Step over, backwards', testId: 'step-back' },
    { direction: 'over', icon: 'over', label: 'Step over', testId: 'step-over' },
    { direction: 'into', icon: 'into', label: 'Step into', testId: 'step-into' },
    { direction: 'out', icon: 'out', label: 'Step out', testId: 'step-out' },
  ],
]

export function StatusBar(): VNode {
  const { bench, settings } = useApp()
  const { model, step } = bench
  const none = model.moment.value === undefined
  return (
    <footer class="status-bar" aria-label="Stepping and status">
      <div class="steps" role="toolbar" aria-label="Step">
        {STEPS.map((group, i) => (
          <span key={i} class="step-group">
            {group.map(({ direction, icon, label, testId }) => (
              <IconButton
                key={direction}
                icon={icon}
                label={label}
                keys={keysOf(direction, settings)}
                testId={testId}
                disabled={none}
                onClick={() => void step(direction)}
              />
            ))}
          </span>
        ))}
        <span class="step-group step-errors">
          <button
            type="button"
            class="error-step"
            aria-label="Previous error"
            title={`Previous error  (${keysOf('previous-error', settings)})`}
            data-testid="step-previous-error"
            disabled={none}
            onClick={() => void step('previous-error')}
          >
            <Icon name="previous" />
          </button>
          <span class="error-sign" aria-hidden="true">
            <Icon name="error" />
          </span>
          <button
            type="button"
            class="error-step"
            aria-label="Next error"
            title={`Next error  (${keysOf('next-error', settings)})`}
            data-testid="step-next-error"
            disabled={none}
            onClick={() => void step('next-error')}
          >
            <Icon name="next" />
          </button>
        </span>
      </div>
      <PlaybackControls />
      <Where />
      <Counters />
      <LiveState />
    </footer>
  )
}

function Where(): VNode {
  const { bench } = useApp()
  const { model, session, event } = bench
  const summary = valueOf(session.state.value)
  const row = valueOf(event.state.value)?.row
  const ref = model.moment.value?.ref
  const track = summary?.tracks.find(one => one.track === ref?.track)
  return (
    <div class="where" aria-live="polite" aria-atomic="true">
      <span class="clock" data-testid="clock" title="Time since the start of the session">
        {row && summary ? formatClock(row.timeUs - summary.firstUs) : '–'}
      </span>
      <span class={ref ? 'moment' : ''} title="track.sequence: the moment in the address">
        <span class="visually-hidden">moment </span>
        <span data-testid="moment">{ref ? formatRef(ref) : ''}</span>
      </span>
      <span class="where-track">{track?.name}</span>
    </div>
  )
}

function Counters(): VNode | null {
  const { bench } = useApp()
  const summary = valueOf(bench.session.state.value)
  if (!summary) return null
  const truncated = summary.tracks.reduce((sum, track) => sum + track.truncated, 0)
  return (
    <button
      type="button"
      class="counters"
      data-testid="open-health"
      title="Open the health of this session"
      onClick={() => bench.model.adjust({ screen: 'health' })}
    >
      <span>
        <b data-testid="status-events">
          <Exact count={summary.events} />
        </b>{' '}
        events
      </span>
      <span class={summary.dropped > 0 ? 'count-warning' : ''} title="Events that the recorder had no room for; they are counted, not hidden">
        <b data-testid="status-dropped">
          <Exact count={summary.dropped} />
        </b>{' '}
        dropped
      </span>
      <span title="Values cut by a limit of depth, width or bytes">
        <b>
          <Exact count={truncated} />
        </b>{' '}
        cut
      </span>
      {summary.damage.length > 0 && (
        <span class="count-warning" title={summary.damage.map(one => one.message).join('\n')}>
          <b>{summary.damage.length}</b> damaged
        </span>
      )}
    </button>
  )
}

const CONNECTION_WORDS = { open: 'connected', connecting: 'connecting…', closed: 'not connected' } as const

function LiveState(): VNode {
  const { bench, host, settings } = useApp()
  const { follow, live, session } = bench
  const isAlone = host.kind !== 'collector'
  const summary = valueOf(session.state.value)
  const isLive = summary?.live ?? false
  const connection = live.connection.value
  return (
    <div class="live-state">
      <button
        type="button"
        class="pill follow"
        data-testid="live-toggle"
        aria-pressed={follow.value}
        title={`Keep the moment at the newest event  (${keysOf('follow', settings)})`}
        disabled={!isLive && !follow.value}
        onClick={() => (follow.value = !follow.peek())}
      >
        <Icon name="follow" /> Follow
      </button>
      <span class={`connection connection-${isAlone ? 'none' : connection}`} role="status">
        <span class="connection-dot" aria-hidden="true" />
        {isAlone
          ? host.kind === 'file'
            ? 'from a file'
            : 'no trace'
          : isLive || !summary || connection !== 'open'
            ? CONNECTION_WORDS[connection]
            : 'recorded'}
      </span>
    </div>
  )
}

/** Grouped by space between the digits, not by characters: copied or read by a machine it is a plain number. */
function Exact({ count }: { readonly count: number }): VNode {
  const groups = String(count).split(/(?=(?:\d{3})+$)/)
  return (
    <>
      {groups.map((digits, i) => (
        <span key={i} class="digits">
          {digits}
        </span>
      ))}
    </>
  )
}
