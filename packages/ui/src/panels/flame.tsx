/** Where the time went: call paths by how long they were on the stack, drawn as an icicle and listed as a tree. */
import { useMemo, useState } from 'preact/hooks'
import type { FlameAnswer, FlameSide } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { findInFlame, flameDepths, flameWeights, nodesByPlace, pathTo, placeOf, wholeWeight } from '../core/flame-layout.ts'
import type { FlameMatches, FlameScene } from '../core/flame-layout.ts'
import { flameRows, isOpenAtFirst, parentRow } from '../core/flame-rows.ts'
import type { FlameRow } from '../core/flame-rows.ts'
import { formatDuration, formatExact } from '../core/time-text.ts'
import { formatPlace, withChoices } from '../core/view-choices.ts'
import type { ChoicePatch, Measure } from '../core/view-choices.ts'
import { Icon } from '../widgets/icon.tsx'
import { Answer } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import { MEASURE_TITLES } from './call-modes.tsx'
import { Choice, EmptyList } from './empty-list.tsx'
import { FlameCanvas } from './flame-canvas.tsx'
import { FoldedLine, PathHead, PathLine, foldedText } from './flame-tree.tsx'

export function FlamePanel(): VNode {
  const { aggregates } = useBench()
  return (
    <div class="view flame" data-testid="panel-flame">
      <FlameControls />
      <Answer loaded={aggregates.flame.state.value} label="call paths" retry={aggregates.flame.reload}>
        {answer =>
          answer.nodes.length === 0 ? (
            <EmptyList what="calls" isFiltered={false}>
              Call paths are made of calls of instrumented functions: check the include and exclude rules of the plugin.
            </EmptyList>
          ) : (
            <FlameView answer={answer} />
          )
        }
      </Answer>
    </div>
  )
}

const MEASURE_ITEMS = [
  { id: 'total', label: 'Total', title: MEASURE_TITLES.total },
  { id: 'self', label: 'Self', title: MEASURE_TITLES.self },
  { id: 'calls', label: 'Calls', title: MEASURE_TITLES.calls },
] as const

function FlameControls(): VNode {
  const { model, aggregates } = useBench()
  const choices = model.view.value.choices ?? {}
  const adjust = (patch: ChoicePatch): void => model.adjust({ choices: withChoices(model.view.peek().choices, patch) })
  const answer = aggregates.flame.state.value
  const focused = choices.focus && 'value' in answer ? answer.value?.functions.find(({ key }) => key === choices.focus?.function)?.name : undefined
  return (
    <div class="pills">
      <Choice
        label="What is measured"
        items={MEASURE_ITEMS}
        selected={choices.measure ?? 'total'}
        onSelect={(measure: Measure) => adjust({ measure: measure === 'total' ? undefined : measure })}
      />
      <span class="pill-gap" />
      <Choice
        label="Order"
        items={[
          { id: 'left-heavy', label: 'Heaviest first' },
          { id: 'time', label: 'In time' },
        ]}
        selected={choices.flameOrder ?? 'left-heavy'}
        onSelect={order => adjust({ flameOrder: order === 'time' ? 'time' : undefined })}
      />
      <input
        type="search"
        class="view-find"
        placeholder="Find a function or file"
        aria-label="Find in call paths"
        value={choices.find ?? ''}
        onInput={event => adjust({ find: event.currentTarget.value.slice(0, 200) || undefined })}
      />
      {choices.focus && (
        <button
          type="button"
          class="pill pill-clear"
          onClick={() => model.commit({ choices: withChoices(choices, { focus: undefined, zoom: undefined }) })}
        >
          {choices.focus.side === 'callees' ? 'Called by' : 'Callers of'} {focused ?? 'one function'} <Icon name="close" />
        </button>
      )}
    </div>
  )
}

function useScene(answer: FlameAnswer, measure: Measure, zoomPlace: string | undefined): { scene: FlameScene; depths: Uint32Array } {
  const known = useMemo(() => {
    const depths = flameDepths(answer)
    // Where nothing took a microsecond, calls are all there is to compare.
    const weighed: Measure = answer.totalUs === 0 ? 'calls' : measure
    const weights = flameWeights(answer, weighed)
    return { depths, weights, weighed, whole: wholeWeight(answer, weights, weighed), byPlace: nodesByPlace(answer, depths) }
  }, [answer, measure])
  const scene = useMemo(() => {
    const zoom = zoomPlace === undefined ? -1 : (known.byPlace.get(zoomPlace) ?? -1)
    return { answer, weights: known.weights, whole: known.whole, measure: known.weighed, zoom }
  }, [known, zoomPlace])
  return { scene, depths: known.depths }
}

function FlameView({ answer }: { readonly answer: FlameAnswer }): VNode {
  const bench = useBench()
  const { model } = bench
  const { measure = 'total', zoom, find = '' } = model.view.value.choices ?? {}
  const { scene, depths } = useScene(answer, measure, zoom && formatPlace(zoom))
  const matches = useMemo(() => findInFlame(answer, scene.weights, scene.whole, find), [scene, find])
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [walked, setWalked] = useState<string>()
  const [hovered, setHovered] = useState(-1)
  const keyOf = (index: number): string => formatPlace(placeOf(answer, depths, index))
  const isOpen = (index: number): boolean => {
    const node = answer.nodes[index]
    return node !== undefined && (toggled.get(keyOf(index)) ?? (index === scene.zoom || isOpenAtFirst(answer, node)))
  }
  const rows = useMemo(() => flameRows(answer, scene.zoom, isOpen), [scene, toggled])
  const active = rows.findIndex(row => row.kind === 'path' && keyOf(row.index) === walked)
  const at = rows[active]
  const activeNode = at?.kind === 'path' ? at.index : -1
  const zoomTo = (index: number): void => {
    if (index !== -1) setWalked(keyOf(index))
    model.commit({ choices: withChoices(model.view.peek().choices, { zoom: index === -1 ? undefined : placeOf(answer, depths, index) }) })
  }
  const go = (index: number): void => {
    const node = answer.nodes[index]
    if (node) bench.jump(node.longest)
  }
  const toggle = (index: number): void => setToggled(new Map(toggled).set(keyOf(index), !isOpen(index)))
  const onMove = (index: number): void => {
    const row = rows[index]
    setWalked(row?.kind === 'path' ? keyOf(row.index) : undefined)
  }
  return (
    <>
      <FlameNotes answer={answer} matches={matches} scene={scene} onZoom={zoomTo} />
      <FlameCanvas scene={scene} matches={matches} active={activeNode} onZoom={zoomTo} onHover={setHovered} />
      <FlameFoot answer={answer} index={hovered === -1 ? activeNode : hovered} isHovered={hovered !== -1} onZoom={zoomTo} onGo={go} />
      <PathHead />
      <VirtualList
        role="treegrid"
        label="Call paths"
        testId="flame-tree"
        count={rows.length}
        active={active}
        revealKey={`${walked}:${active >= 0}`}
        onMove={onMove}
        onKey={(event, index) => flameKey(event.key, rows, index, { toggle, onMove, go, zoomTo })}
        row={(index, attributes, isActive) => (
          <FlameLine
            key={index}
            answer={answer}
            row={rows[index]}
            attributes={attributes}
            active={isActive}
            matches={matches}
            onSelect={zoomTo}
            onToggle={toggle}
          />
        )}
      />
    </>
  )
}

interface FlameActions {
  readonly toggle: (index: number) => void
  readonly onMove: (row: number) => void
  readonly go: (index: number) => void
  readonly zoomTo: (index: number) => void
}

function flameKey(key: string, rows: readonly FlameRow[], index: number, { toggle, onMove, go, zoomTo }: FlameActions): boolean {
  const row = rows[index]
  if (row?.kind !== 'path') return false
  if (key === 'Enter') go(row.index)
  else if (key === ' ') zoomTo(row.index)
  else if (key === 'Backspace') zoomTo(-1)
  else if (key === 'ArrowRight') {
    if (row.expanded) onMove(index + 1)
    else if (row.node.children > 0) toggle(row.index)
  } else if (key === 'ArrowLeft') {
    const parent = parentRow(rows, index)
    if (row.expanded) toggle(row.index)
    else if (parent >= 0) onMove(parent)
  } else return false
  return true
}

function FlameLine(props: {
  readonly answer: FlameAnswer
  readonly row: FlameRow | undefined
  readonly attributes: Parameters<Parameters<typeof VirtualList>[0]['row']>[1]
  readonly active: boolean
  readonly matches: FlameMatches | undefined
  readonly onSelect: (index: number) => void
  readonly onToggle: (index: number) => void
}): VNode | null {
  const { answer, row, attributes, active, matches } = props
  if (!row) return null
  if (row.kind === 'folded') return <FoldedLine text={foldedText(row.paths, row.us)} depth={row.depth} attributes={attributes} active={active} />
  return (
    <PathLine
      fn={answer.functions[row.node.function]}
      measures={row.node}
      wholeUs={answer.totalUs}
      depth={row.depth}
      expanded={row.node.children > 0 ? row.expanded : undefined}
      attributes={attributes}
      active={active}
      isFound={matches?.nodes[row.index] === 1}
      onSelect={() => props.onSelect(row.index)}
      onToggle={() => props.onToggle(row.index)}
    />
  )
}

const CRUMBS = 3

function FlameNotes(props: {
  readonly answer: FlameAnswer
  readonly matches: FlameMatches | undefined
  readonly scene: FlameScene
  readonly onZoom: (index: number) => void
}): VNode {
  const { answer, matches, scene, onZoom } = props
  const above = scene.zoom === -1 ? [] : pathTo(answer, scene.zoom)
  const isFolded = answer.nodes.length < answer.pathCount
  return (
    <div class="view-notes">
      {scene.zoom !== -1 && (
        <nav class="crumbs" aria-label="Zoomed to">
          <button type="button" class="link-button" onClick={() => onZoom(-1)}>
            All
          </button>
          {above.length > CRUMBS && <span>…</span>}
          {above.slice(-CRUMBS).map(index => (
            <button key={index} type="button" class="link-button" aria-current={index === scene.zoom} onClick={() => onZoom(index)}>
              {answer.functions[answer.nodes[index]?.function ?? -1]?.name}
            </button>
          ))}
        </nav>
      )}
      {matches && (
        <p role="status" data-testid="flame-found">
          {matches.paths === 0
            ? 'Nothing found'
            : `${formatExact(matches.paths)} ${matches.paths === 1 ? 'path' : 'paths'}, ${(matches.share * 100).toFixed(1)} % of all`}
        </p>
      )}
      {isFolded && (
        <p>{`${formatExact(answer.nodes.length)} of ${formatExact(answer.pathCount)} paths; the time of the others is in the paths above them.`}</p>
      )}
      {answer.totalUs === 0 && <p>No call took a microsecond: widths are numbers of calls.</p>}
      {answer.completeness.kind === 'partial' && <p class="partial">Not all of it: {answer.completeness.reason}</p>}
    </div>
  )
}

/** What the pointer or the keys are at, and what can be done with it. */
function FlameFoot(props: {
  readonly answer: FlameAnswer
  readonly index: number
  readonly isHovered: boolean
  readonly onZoom: (index: number) => void
  readonly onGo: (index: number) => void
}): VNode {
  const { model } = useBench()
  const { answer, index, onGo } = props
  const node = answer.nodes[index]
  const fn = node && answer.functions[node.function]
  if (!node || !fn) return <div class="flame-foot">Choose a path: click zooms, Enter goes to its longest call.</div>
  const focus = (side: FlameSide): void =>
    model.commit({ choices: withChoices(model.view.peek().choices, { focus: { function: fn.key, side }, zoom: undefined }) })
  const words = `${formatDuration(node.totalUs)} total, ${formatDuration(node.selfUs)} self, ${formatExact(node.calls)} calls, longest ${formatDuration(node.longestUs)}`
  return (
    <div class="flame-foot">
      <span class="flame-what">
        <strong>{fn.name}</strong> {words}
      </span>
      <span class="flame-actions" style={{ visibility: props.isHovered ? 'hidden' : 'visible' }}>
        <button type="button" class="pill" onClick={() => onGo(index)}>
          Longest call
        </button>
        <button type="button" class="pill" onClick={() => focus('callers')}>
          Callers
        </button>
        <button type="button" class="pill" onClick={() => focus('callees')}>
          Callees
        </button>
      </span>
    </div>
  )
}
