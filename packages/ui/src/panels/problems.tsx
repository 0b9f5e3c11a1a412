/** Errors first: what went wrong in this session, each with the place to go. */
import type { Problem, ProblemPlace, ProblemRule } from '@hindscope/protocol'
import { formatRef } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { sameRef } from '../core/moment.ts'
import { formatCount, formatExact } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Answer, Empty } from '../widgets/states.tsx'

const RULES: Readonly<Record<ProblemRule, { readonly word: string; readonly tone: 'error' | 'warning'; readonly sign: string }>> = {
  'uncaught-error': { word: 'Uncaught', tone: 'error', sign: '!' },
  'unhandled-rejection': { word: 'Unhandled', tone: 'error', sign: '!' },
  thrown: { word: 'Thrown', tone: 'error', sign: '✕' },
  'console-error': { word: 'Console', tone: 'error', sign: '>' },
  'http-failed': { word: 'HTTP', tone: 'error', sign: '⇡' },
  'slow-call': { word: 'Slow', tone: 'warning', sign: '◷' },
  'overlapping-writers': { word: 'Race', tone: 'warning', sign: '≬' },
  dropped: { word: 'Lost', tone: 'warning', sign: '…' },
  damage: { word: 'Damage', tone: 'warning', sign: '▨' },
}

export function ProblemsPanel(): VNode {
  const { problems, session, model } = useBench()
  const summary = valueOf(session.state.value)
  return (
    <div class="problems" data-testid="panel-problems">
      <Answer loaded={problems.state.value} label="problems" retry={problems.reload}>
        {found =>
          found.length === 0 ? (
            <Empty title="No problems found" action={{ label: 'Open the calls', run: () => model.adjust({ left: 'calls' }) }}>
              {summary ? `No rule matched in ${formatExact(summary.events)} events of ${summary.tracks.length} tracks.` : undefined}
            </Empty>
          ) : (
            <ul class="problem-list" aria-label="Problems">
              {found.map((problem, i) => (
                <ProblemRow key={`${problem.rule}-${problem.ref ? formatRef(problem.ref) : i}`} problem={problem} />
              ))}
            </ul>
          )
        }
      </Answer>
    </div>
  )
}

function ProblemRow({ problem }: { readonly problem: Problem }): VNode {
  const bench = useBench()
  const { word, tone, sign } = RULES[problem.rule]
  const { ref } = problem
  const isHere = ref !== undefined && sameRef(ref, bench.model.moment.value?.ref)
  const body = (
    <>
      <span class={`problem-rule problem-${tone}`}>
        <span aria-hidden="true">{sign}</span> {word}
      </span>
      <span class="problem-title">{problem.title}</span>
      {problem.count > 1 && <span class="badge" title={`${formatExact(problem.count)} times`}>{`×${formatCount(problem.count)}`}</span>}
      <span class="problem-evidence">{problem.evidence}</span>
    </>
  )
  return (
    <li>
      {ref ? (
        <button
          type="button"
          class={`problem${isHere ? ' problem-here' : ''}`}
          aria-current={isHere}
          data-testid="problem-row"
          onClick={() => bench.jump(ref)}
        >
          {body}
        </button>
      ) : (
        <div class="problem" data-testid="problem-row">
          {body}
        </div>
      )}
      {problem.places && (
        <ol class="problem-places" aria-label="Where it was seen, the cause first">
          {problem.places.map(place => (
            <PlaceRow key={formatRef(place.ref)} place={place} />
          ))}
        </ol>
      )}
    </li>
  )
}

function PlaceRow({ place }: { readonly place: ProblemPlace }): VNode {
  const bench = useBench()
  const { tone, sign, word } = RULES[place.rule]
  return (
    <li>
      <button
        type="button"
        class="problem-place"
        aria-current={sameRef(place.ref, bench.model.moment.value?.ref)}
        data-testid="problem-place"
        title={`${place.title}\n${place.evidence}`}
        onClick={() => bench.jump(place.ref)}
      >
        <span class={`problem-${tone}`} aria-hidden="true">
          {sign}
        </span>
        <span class="visually-hidden">{word}</span>
        <span class="problem-place-title">{place.title}</span>
        {place.count > 1 && <span class="badge">{`×${formatCount(place.count)}`}</span>}
      </button>
    </li>
  )
}
