/** Everything recorded about the event of the moment itself. */
import { formatRef } from '@hindscope/protocol'
import type { EventDetail } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { keysOf } from '../app/commands.ts'
import { useApp, useBench } from '../app/context.ts'
import { copyLink, copyPrompt } from '../app/sharing.ts'
import { formatClock, formatDuration } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { Answer, Empty } from '../widgets/states.tsx'
import { PlaceActions } from './place-actions.tsx'
import { Group } from './values.tsx'

const FLAG_WORDS: Readonly<Record<keyof EventDetail['flags'], string>> = {
  truncated: 'a value was cut by a limit of depth, width or bytes',
  redacted: 'a value was masked by a redaction rule',
  inferred: 'the error was inferred from where it was caught',
  valuesSkipped: 'values were not recorded: the value budget was used up',
}

export function EventPanel(): VNode {
  const { event } = useBench()
  return (
    <div class="event-detail">
      <Answer loaded={event.state.value} label="event" retry={event.reload} idle={<Empty title="No moment chosen" />}>
        {detail => <Detail key={formatRef(detail.row.ref)} detail={detail} />}
      </Answer>
    </div>
  )
}

function Detail({ detail }: { readonly detail: EventDetail }): VNode {
  const { bench, settings } = useApp()
  const { model, session } = bench
  const { row, flags } = detail
  const summary = valueOf(session.state.value)
  const look = lookOf(row)
  const track = summary?.tracks.find(({ track: number }) => number === row.ref.track)
  const told = (Object.keys(FLAG_WORDS) as (keyof EventDetail['flags'])[]).filter(flag => flags[flag]) // SAFE: own keys of the literal table.
  return (
    <>
      <header class="values-head">
        <KindSign look={look} error={row.error} />
        <strong class="values-title">{row.name}</strong>
        <span class="outcome">{look.word}</span>
      </header>
      <dl class="facts">
        <dt>Moment</dt>
        <dd>{formatRef(row.ref)}</dd>
        <dt>Time</dt>
        <dd>{formatClock(row.timeUs - (summary?.firstUs ?? row.timeUs))}</dd>
        <dt>Track</dt>
        <dd>{track?.name ?? row.ref.track}</dd>
        {row.durationUs !== undefined && (
          <>
            <dt>Duration</dt>
            <dd>{formatDuration(row.durationUs)}</dd>
          </>
        )}
        {row.location && (
          <>
            <dt>Place</dt>
            <dd>
              {row.location.file}:{row.location.line} <PlaceActions place={row.location} />
            </dd>
          </>
        )}
      </dl>
      {told.map(flag => (
        <p key={flag} class="partial">
          {FLAG_WORDS[flag]}
        </p>
      ))}
      <Group title="Values" values={detail.values} none="this event carries no values" />
      <button type="button" class="button" onClick={() => model.adjust({ left: 'events', filter: { ...model.filter.peek(), chain: row.ref } })}>
        Show its whole chain
      </button>
      <div class="share-buttons">
        <button
          type="button"
          class="button"
          title={`Copy a link to this moment  (${keysOf('copy-link', settings)})`}
          onClick={() => void copyLink(bench)}
        >
          Copy link
        </button>
        <button
          type="button"
          class="button"
          title={`The event, its stack and variables as Markdown, for a person or an agent  (${keysOf('copy-prompt', settings)})`}
          onClick={() => void copyPrompt(bench)}
        >
          Copy as prompt
        </button>
      </div>
    </>
  )
}
