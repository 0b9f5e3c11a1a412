/** Expressions on top of the values, read again at every moment. */
import { useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import type { PinAnswer } from '../core/inspection.ts'
import { valueOf } from '../engine/resource.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { pinExpression, unpinExpression } from './value-actions.ts'
import { ValueTree } from './value-tree.tsx'

export function Pins({ track }: { readonly track: number | undefined }): VNode {
  const { model, pins } = useBench()
  const expressions = model.view.value.pins ?? []
  const answers = valueOf(pins.state.value) ?? []
  return (
    <section class="value-group pins" aria-label="Pinned expressions" data-testid="pins">
      {expressions.map(expression => (
        <Pin key={expression} expression={expression} answer={answers.find(answer => answer.expression === expression)} track={track} />
      ))}
      <PinBox />
    </section>
  )
}

interface PinProps {
  readonly expression: string
  readonly answer: PinAnswer | undefined
  readonly track: number | undefined
}

function Pin({ expression, answer, track }: PinProps): VNode {
  const bench = useBench()
  return (
    <div class="pin" data-testid="pin">
      <div class="pin-value">
        <PinValue expression={expression} answer={answer} track={track} />
      </div>
      <IconButton icon="close" label={`Unpin ${expression}`} onClick={() => unpinExpression(bench, expression)} />
    </div>
  )
}

function PinValue({ expression, answer, track }: PinProps): VNode {
  const note = (text: string, tone: string): VNode => (
    <p class="pin-note">
      <code>{expression}</code> <span class={`value ${tone}`}>{text}</span>
    </p>
  )
  if (!answer) return note('…', 'value-absent')
  if (!answer.answer.ok) return note(answer.answer.failure.message, 'value-error')
  const { value: found } = answer.answer
  if (found.kind === 'missing') return note(`not recorded: ${found.path} (${found.reason})`, 'value-absent')
  return (
    <>
      <ValueTree group="Pinned" values={[{ name: expression, value: found.value, expression: `(${expression})` }]} track={track} />
      {found.doubts.map(doubt => (
        <p key={doubt} class="pin-note pin-doubt">
          ≈ {doubt}
        </p>
      ))}
    </>
  )
}

function PinBox(): VNode {
  const bench = useBench()
  const input = useRef<HTMLInputElement>(null)
  return (
    <form
      class="pin-box"
      onSubmit={event => {
        event.preventDefault()
        const expression = input.current?.value.trim() ?? ''
        if (expression !== '') pinExpression(bench, expression)
        if (input.current) input.current.value = ''
      }}
    >
      <input
        ref={input}
        class="query-input"
        data-testid="pin-input"
        aria-label="Expression to pin"
        placeholder="Pin an expression: cart.items.length"
        autocomplete="off"
        spellcheck={false}
        maxLength={500}
      />
      <button class="button">Pin</button>
    </form>
  )
}
