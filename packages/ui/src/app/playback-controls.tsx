/** Play, pause, backwards, how fast, along what. */
import type { VNode } from 'preact'
import { PACES, SPEEDS } from '../core/playhead.ts'
import type { Pace } from '../core/playhead.ts'
import type { PlaybackScope } from '../core/playback.ts'
import { valueOf } from '../engine/resource.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { keysOf } from './commands.ts'
import { useApp } from './context.ts'

const PACE_WORDS: Readonly<Record<Pace, string>> = { events: 'By event', time: 'By time' }
const SCOPE_WORDS: Readonly<Record<PlaybackScope, string>> = { all: 'all tracks', track: 'this track' }
const SLIDER_STEPS = 1000

export function PlaybackControls(): VNode {
  const { bench, settings } = useApp()
  const { playback, model } = bench
  const isPlaying = playback.state.value === 'playing'
  const none = model.moment.value === undefined
  return (
    <div class="playback" role="group" aria-label="Playback">
      <IconButton
        icon="reverse"
        label="Play backwards"
        keys={keysOf('reverse', settings)}
        testId="playback-reverse"
        pressed={playback.direction.value === -1}
        onClick={() => (playback.direction.value = playback.direction.peek() === 1 ? -1 : 1)}
      />
      <IconButton
        icon={isPlaying ? 'pause' : 'play'}
        label={isPlaying ? 'Pause' : 'Play'}
        keys={keysOf('play', settings)}
        testId="playback-toggle"
        disabled={none}
        onClick={playback.toggle}
      />
      <select
        class="select"
        aria-label="Speed"
        data-testid="playback-speed"
        value={String(playback.speed.value)}
        onChange={event => (playback.speed.value = Number(event.currentTarget.value))}
      >
        {SPEEDS.map(speed => (
          <option key={speed} value={String(speed)}>{`${speed}×`}</option>
        ))}
      </select>
      <select
        class="select playback-pace"
        aria-label="Pace and tracks"
        value={`${playback.pace.value},${playback.scope.value}`}
        onChange={event => {
          const [pace, scope] = event.currentTarget.value.split(',')
          playback.pace.value = pace as Pace // SAFE: the options below
          playback.scope.value = scope as PlaybackScope // SAFE: as above
        }}
      >
        {PACES.flatMap(pace =>
          (['all', 'track'] as const).map(scope => (
            <option key={`${pace},${scope}`} value={`${pace},${scope}`}>{`${PACE_WORDS[pace]}, ${SCOPE_WORDS[scope]}`}</option>
          )),
        )}
      </select>
      <Seek />
    </div>
  )
}

/** The place of the moment within the range or the session. */
function Seek(): VNode | null {
  const { bench } = useApp()
  const summary = valueOf(bench.session.state.value)
  const row = valueOf(bench.event.state.value)?.row
  if (summary === undefined || row === undefined) return null
  const { range } = bench.model.view.value
  const [fromUs, toUs] = range ? [range.fromUs, range.toUs] : [summary.firstUs, summary.lastUs]
  const share = toUs > fromUs ? (row.timeUs - fromUs) / (toUs - fromUs) : 0
  return (
    <input
      type="range"
      class="playback-seek"
      aria-label="Seek"
      aria-valuetext={`${Math.round(100 * Math.min(1, Math.max(0, share)))} %`}
      data-testid="playback-seek"
      min={0}
      max={SLIDER_STEPS}
      step={1}
      value={Math.round(share * SLIDER_STEPS)}
      onChange={event => void bench.playback.seek(Math.ceil(fromUs + (Number(event.currentTarget.value) / SLIDER_STEPS) * (toUs - fromUs)))}
    />
  )
}
