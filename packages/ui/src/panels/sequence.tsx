/** Who asked whom, in order: lifelines side by side, an arrow a row. Loops are shown once. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { SequenceArrow, SequencePage } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { sequenceQuery } from '../core/aggregates.ts'
import { sameRef } from '../core/moment.ts'
import { arrowClass, arrowText, diagramColumns, lifelineText, lifelineX, loopAt, sequenceMermaid, sequenceSvg } from '../core/sequence-diagram.ts'
import type { DiagramColumns } from '../core/sequence-diagram.ts'
import { formatExact } from '../core/time-text.ts'
import { withChoices } from '../core/view-choices.ts'
import { failureText } from '../engine/failure.ts'
import { FailureView, Skeleton } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'
import { Choice, EmptyList } from './empty-list.tsx'

export function SequencePanel(): VNode {
  const { aggregates, model } = useBench()
  const { sequence } = aggregates
  const { answer, loading, failure, total } = sequence.state.value
  return (
    <div class="view sequence" data-testid="panel-sequence">
      <SequenceControls canExport={total > 0} />
      {failure && <FailureView failure={failure} retry={sequence.reload} />}
      {!answer && loading && <Skeleton rows={10} label="arrows" />}
      {answer && total === 0 && (
        <EmptyList what="arrows" isFiltered={model.filter.value.chain !== undefined}>
          {model.view.value.choices?.lifelines === 'module'
            ? 'No function of one module was called by another one.'
            : 'No realm asked another one. Modules have lifelines of their own, too.'}
        </EmptyList>
      )}
      {answer && total > 0 && <Diagram answer={answer} total={total} />}
    </div>
  )
}

/** As many as the engine gives at once. */
const MOST_EXPORTED = 5000

function SequenceControls({ canExport }: { readonly canExport: boolean }): VNode {
  const { model, engine } = useBench()
  const { choices, filter, moment } = model.view.value
  const { chain, ...withoutChain } = filter
  const save = async (name: string, type: string, format: (page: SequencePage) => string): Promise<void> => {
    const view = model.view.peek()
    if (view.session === undefined) return
    const result = await engine.ask('sequence', { ...sequenceQuery(view, view.session), limit: MOST_EXPORTED })
    if (!result.ok) return model.notify(failureText(result.failure), 'problem')
    saveText(name, type, format(result.value))
    const { total } = result.value
    if (total > MOST_EXPORTED)
      model.notify(`The file has the first ${formatExact(MOST_EXPORTED)} of ${formatExact(total)} arrows: choose a range for others.`)
  }
  return (
    <div class="pills">
      <Choice
        label="Lifelines"
        items={[
          { id: 'track', label: 'Tracks' },
          { id: 'module', label: 'Modules' },
        ]}
        selected={choices?.lifelines ?? 'track'}
        onSelect={by => model.adjust({ choices: withChoices(model.view.peek().choices, { lifelines: by === 'module' ? 'module' : undefined }) })}
      />
      <button
        type="button"
        class="pill"
        aria-pressed={chain !== undefined}
        disabled={!moment && !chain}
        title="Only what belongs to the same cause, over all tracks"
        onClick={() => model.adjust({ filter: chain || !moment ? withoutChain : { ...filter, chain: moment.ref } })}
      >
        Chain{chain ? ` of ${formatRef(chain)}` : ''}
      </button>
      <span class="pill-gap" />
      <button type="button" class="pill" disabled={!canExport} onClick={() => void save('sequence.svg', 'image/svg+xml', sequenceSvg)}>
        Save SVG
      </button>
      <button type="button" class="pill" disabled={!canExport} onClick={() => void save('sequence.mmd', 'text/plain', sequenceMermaid)}>
        Save Mermaid
      </button>
    </div>
  )
}

function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

function Diagram({ answer, total }: { readonly answer: SequencePage; readonly total: number }): VNode {
  const bench = useBench()
  const { sequence } = bench.aggregates
  const [walked, setWalked] = useState<number>()
  const [cssRoom, setRoom] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const head = useRef<HTMLDivElement>(null)
  const here = bench.model.moment.value?.ref
  useEffect(() => setWalked(undefined), [here && formatRef(here)])
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setRoom(element.clientWidth))
    observer.observe(element)
    // Scrolling does not bubble; names move with the lines below them.
    const onScroll = (event: Event): void => {
      const list = event.target as HTMLElement // SAFE: lists inside the box are what scrolls there
      if (head.current) head.current.scrollLeft = list.scrollLeft
    }
    element.addEventListener('scroll', onScroll, { capture: true, passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll, { capture: true })
    }
  }, [])
  const columns = diagramColumns(answer.lifelines.length, cssRoom - 12)
  const found = sequence.find(arrow => sameRef(arrow.ref, here))
  const active = walked ?? found
  return (
    <div class="diagram" ref={box}>
      <p class="view-notes">
        {formatExact(answer.unfolded)} {answer.unfolded === 1 ? 'arrow' : 'arrows'}
        {total < answer.unfolded && `, ${formatExact(total)} with loops told once`}
        {answer.completeness.kind === 'partial' && <span class="partial"> Not all of it: {answer.completeness.reason}</span>}
      </p>
      <Lifelines answer={answer} columns={columns} head={head} />
      <VirtualList
        role="listbox"
        label="Arrows"
        testId="arrows"
        count={total}
        active={active}
        revealKey={`${here && formatRef(here)}:${walked ?? ''}:${found >= 0}`}
        onMove={index => {
          setWalked(index)
          const arrow = sequence.rowAt(index)
          if (arrow) bench.model.preview.value = { timeUs: arrow.timeUs, ref: arrow.ref }
        }}
        onKey={(event, index) => {
          const arrow = sequence.rowAt(index)
          if ((event.key !== 'Enter' && event.key !== ' ') || !arrow) return false
          bench.jump(arrow.ref)
          return true
        }}
        onVisible={sequence.need}
        row={(index, attributes, isActive) => (
          <ArrowLine
            key={index}
            index={index}
            arrow={sequence.rowAt(index)}
            answer={answer}
            columns={columns}
            attributes={attributes}
            active={isActive}
          />
        )}
      />
    </div>
  )
}

/** Names at both ends have no more room. */
const CSS_NAME = 106

function Lifelines(props: {
  readonly answer: SequencePage
  readonly columns: DiagramColumns
  readonly head: { current: HTMLDivElement | null }
}): VNode {
  const { answer, columns, head } = props
  return (
    <div class="lifelines" ref={head}>
      <div class="lifeline-names" style={{ width: `${columns.cssWidth}px` }}>
        {answer.lifelines.map((lifeline, index) => (
          <span
            key={index}
            class={`lifeline lifeline-${lifeline.kind}`}
            title={`${lifeline.name}${lifeline.track === undefined ? '' : ` (track ${lifeline.track})`}, ${formatExact(lifeline.arrows)} arrows`}
            style={{ left: `${lifelineX(columns, index)}px`, width: `${Math.min(columns.cssStep - 6, CSS_NAME)}px` }}
          >
            {lifelineText(lifeline)}
          </span>
        ))}
      </div>
    </div>
  )
}

interface ArrowLineProps {
  readonly index: number
  readonly arrow: SequenceArrow | undefined
  readonly answer: SequencePage
  readonly columns: DiagramColumns
  readonly attributes: RowAttributes
  readonly active: boolean
}

const CSS_ROW = 22
const CSS_ARROW = 17
const CSS_LETTER = 5.6

function ArrowLine({ index, arrow, answer, columns, attributes, active }: ArrowLineProps): VNode {
  const bench = useBench()
  const { model, aggregates } = bench
  if (!arrow) {
    return (
      <div {...attributes} class={`${attributes.class} row-more`} role="option" aria-selected={active}>
        Loading…
      </div>
    )
  }
  const loops = aggregates.sequence.state.value.answer?.loops ?? []
  const loop = loopAt(loops, index)
  return (
    <div
      {...attributes}
      class={`${attributes.class} arrow-row`}
      style={{ ...attributes.style, width: `${columns.cssWidth}px` }}
      role="option"
      aria-selected={active}
      data-testid="arrow-row"
      onClick={() => bench.jump(arrow.ref)}
      onPointerEnter={() => (model.preview.value = { timeUs: arrow.timeUs, ref: arrow.ref })}
      onPointerLeave={() => (model.preview.value = undefined)}
    >
      <span class="visually-hidden">{arrowText(arrow, answer.lifelines, loop)}</span>
      <ArrowPicture arrow={arrow} lifelines={answer.lifelines.length} columns={columns} />
      {loop && <span class={`loop${loop.at === index ? ' loop-first' : ''}${loop.at + loop.arrows - 1 === index ? ' loop-last' : ''}`} />}
      {loop?.at === index && (
        <span class="loop-times" aria-hidden="true">
          ×{loop.times}
        </span>
      )}
    </div>
  )
}

function ArrowPicture({
  arrow,
  lifelines,
  columns,
}: {
  readonly arrow: SequenceArrow
  readonly lifelines: number
  readonly columns: DiagramColumns
}): VNode {
  const [from, to] = [lifelineX(columns, arrow.from), lifelineX(columns, arrow.to)]
  const towards = Math.sign(to - from)
  const letters = Math.max(6, Math.floor((Math.abs(to - from) - 12) / CSS_LETTER))
  const text = arrow.name.length > letters ? `${arrow.name.slice(0, letters - 1)}…` : arrow.name
  const lines: VNode[] = []
  for (let i = 0; i < lifelines; i++)
    lines.push(<line key={i} class="lifeline-stroke" x1={lifelineX(columns, i)} x2={lifelineX(columns, i)} y1={0} y2={CSS_ROW} />)
  return (
    <svg class={arrowClass(arrow)} width={columns.cssWidth} height={CSS_ROW} aria-hidden="true">
      {lines}
      <text x={(from + to) / 2} y={CSS_ARROW - 4} text-anchor="middle">
        <title>{arrow.name}</title>
        {text}
      </text>
      <line class="arrow-stroke" x1={from} y1={CSS_ARROW} x2={to - towards * 5} y2={CSS_ARROW} />
      <path class="arrow-head" d={`M${to} ${CSS_ARROW}l${-towards * 7} -3.5v7z`} />
    </svg>
  )
}
