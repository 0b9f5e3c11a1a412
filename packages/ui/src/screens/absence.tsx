/** "Why is nothing here?": a place in the source in, the reason and what to do about it out. */
import type { Absence } from '@hindscope/protocol'
import { useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { parsePlace } from '../core/source-place.ts'
import { formatExact } from '../core/time-text.ts'
import type { Result } from '../engine/failure.ts'
import { FailureView } from '../widgets/states.tsx'

export function AbsenceBox(): VNode {
  const { model, engine } = useBench()
  const [answer, setAnswer] = useState<Result<Absence>>()
  const ask = async (text: string): Promise<void> => {
    const [place, session] = [parsePlace(text), model.session.peek()]
    if (place === undefined || session === undefined) return
    setAnswer(await engine.ask('absence', { session, ...place }))
  }
  return (
    <section class="screen-part">
      <h3>
        <label for="absence-place">Why is nothing here?</label>
      </h3>
      <form
        class="screen-form"
        onSubmit={event => {
          event.preventDefault()
          const input = event.currentTarget.elements.namedItem('place')
          if (input instanceof HTMLInputElement) void ask(input.value)
        }}
      >
        <input
          id="absence-place"
          name="place"
          class="text-input"
          placeholder="src/cart.ts:12"
          maxLength={1000}
          autocomplete="off"
          spellcheck={false}
        />
        <button class="button">Ask</button>
      </form>
      <div role="status" data-testid="absence">
        {answer && (answer.ok ? <Reasons absence={answer.value} /> : <FailureView failure={answer.failure} />)}
      </div>
    </section>
  )
}

function Reasons({ absence }: { readonly absence: Absence }): VNode {
  const { model } = useBench()
  const { file, others, executions, ref, reasons } = absence
  return (
    <>
      {file !== undefined && (
        <p>
          {file}
          {absence.function !== undefined && `, in ${absence.function}`}
          {others.length > 0 && <span class="muted"> (it could also be {others.join(', ')})</span>}
        </p>
      )}
      {reasons.length === 0 && (
        <p>
          Something is there: {formatExact(executions)} {executions === 1 ? 'execution' : 'executions'}.{' '}
          {ref && (
            <button type="button" class="text-action" onClick={() => model.commit({ moment: { ref }, source: undefined, screen: undefined })}>
              Go to the first
            </button>
          )}
        </p>
      )}
      <ol class="reasons">
        {reasons.map(({ code, message, fix }) => (
          <li key={`${code} ${message}`}>
            <p>{message}</p>
            <p class="muted">{fix}</p>
          </li>
        ))}
      </ol>
    </>
  )
}
