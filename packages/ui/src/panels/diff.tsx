/** What differs between this moment and another one, in the variables of the selected frame. */
import { useEffect, useState } from 'preact/hooks'
import { formatRef } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { DEFAULT_DIFF } from '../core/inspection.ts'
import type { MomentDiff } from '../core/inspection.ts'
import { countDiff, flattenDiff } from '../core/value-diff.ts'
import type { DiffNode, DiffRow, DiffSign } from '../core/value-diff.ts'
import { identityOf, previewValue, toneOf } from '../core/value-text.ts'
import type { DiffBase } from '../core/view-state.ts'
import { Answer, Empty } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'

const BASES: readonly { readonly base: DiffBase; readonly words: string }[] = [
  { base: 'visited', words: 'The moment before' },
  { base: 'write', words: 'The previous write' },
  { base: 'call', words: 'The start of the call' },
]

export function DiffPanel(): VNode {
  const { model, diff } = useBench()
  const { base, all } = model.view.value.diff ?? DEFAULT_DIFF
  return (
    <div class="diff" data-testid="diff">
      <div class="pills" role="group" aria-label="Compare this moment with">
        {BASES.map(each => (
          <button
            key={each.words}
            type="button"
            class="pill"
            aria-pressed={base === each.base}
            onClick={() => model.adjust({ diff: { base: each.base, all } })}
          >
            {each.words}
          </button>
        ))}
        {typeof base === 'object' && (
          <button type="button" class="pill" aria-pressed={true} onClick={() => model.adjust({ diff: { base: 'visited', all } })}>
            Kept moment {formatRef(base)}
          </button>
        )}
        <span class="pill-gap" />
        <button type="button" class="pill" aria-pressed={!all} onClick={() => model.adjust({ diff: { base, all: !all } })}>
          Only what changed
        </button>
      </div>
      <Answer loaded={diff.state.value} label="diff" retry={diff.reload} idle={<Empty title="No moment chosen" />}>
        {found => (found.kind === 'none' ? <Empty title="Nothing to compare">{found.why}</Empty> : <Differences found={found} all={all} />)}
      </Answer>
    </div>
  )
}

function Differences({ found, all }: { readonly found: MomentDiff & { kind: 'diff' }; readonly all: boolean }): VNode {
  const bench = useBench()
  const { model } = bench
  const { added, removed, changed, unknown } = countDiff(found.nodes)
  const rows = found.nodes
  const isSame = added + removed + changed + unknown === 0
  return (
    <>
      <div class="diff-head">
        <span role="status" data-testid="diff-counts">
          <span class="diff-added">+{added}</span> <span class="diff-removed">-{removed}</span> <span class="diff-changed">~{changed}</span>
          {unknown > 0 && <span class="diff-unknown"> ?{unknown}</span>}
        </span>
        <span class="muted">since</span>
        <button type="button" class="link-button" onClick={() => bench.jump(found.base)}>
          {formatRef(found.base)}
        </button>
        {found.isOtherCall && <span class="tag">another call</span>}
        <button type="button" class="button" onClick={() => model.adjust({ diff: { base: found.base, all } })}>
          Keep comparing with it
        </button>
      </div>
      {found.partial !== undefined && <p class="partial">Not all of it: {found.partial}</p>}
      {isSame && !all ? (
        <Empty
          title="No variable changed"
          action={{
            label: 'Show all variables',
            run: () => model.adjust({ diff: { base: (model.view.peek().diff ?? DEFAULT_DIFF).base, all: true } }),
          }}
        />
      ) : (
        <DiffTree nodes={rows} all={all} />
      )}
    </>
  )
}

function DiffTree({ nodes, all }: { readonly nodes: readonly DiffNode[]; readonly all: boolean }): VNode {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [active, setActive] = useState(0)
  useEffect(() => setActive(0), [nodes])
  const rows = flattenDiff(nodes, toggled, all)
  const toggle = (row: DiffRow | undefined, open: boolean): boolean => {
    if (!row?.expandable || row.expanded === open) return false
    setToggled(new Map(toggled).set(row.path, open))
    return true
  }
  return (
    <VirtualList
      role="tree"
      label="Differences"
      count={rows.length}
      active={Math.min(active, rows.length - 1)}
      revealKey={String(active)}
      onMove={setActive}
      onKey={(event, index) => {
        if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft' && event.key !== 'Enter') return false
        const row = rows[index]
        toggle(row, event.key === 'Enter' ? !row?.expanded : event.key === 'ArrowRight')
        return true
      }}
      row={(index, attributes, isActive) => {
        const row = rows[index]
        if (!row) return <></>
        return (
          <DiffLine
            key={row.path}
            row={row}
            attributes={attributes}
            active={isActive}
            onClick={() => {
              setActive(index)
              toggle(row, !row.expanded)
            }}
          />
        )
      }}
    />
  )
}

const SIGNS: Readonly<Record<DiffSign, readonly [sign: string, word: string]>> = {
  added: ['+', 'added'],
  removed: ['-', 'removed'],
  changed: ['~', 'changed'],
  unknown: ['?', 'not recorded on one side'],
  same: [' ', 'the same'],
}

interface LineProps {
  readonly row: DiffRow
  readonly attributes: RowAttributes
  readonly active: boolean
  readonly onClick: () => void
}

function DiffLine({ row, attributes, active, onClick }: LineProps): VNode {
  const { node, depth, expandable, expanded } = row
  const [sign, word] = SIGNS[node.sign]
  return (
    <div
      {...attributes}
      class={`${attributes.class} diff-row diff-${node.sign}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={expandable ? expanded : undefined}
      aria-selected={active}
      data-testid="diff-row"
      onClick={onClick}
    >
      <span class="diff-sign" title={word}>
        <span aria-hidden="true">{sign}</span>
        <span class="visually-hidden">{word}</span>
      </span>
      <span class="diff-name" style={{ paddingLeft: `${depth * 14}px` }}>
        {expandable ? (expanded ? '▾ ' : '▸ ') : ''}
        {node.name}
      </span>
      <DiffSides node={node} isLeaf={!expandable} />
    </div>
  )
}

/** Of containers whose parts are listed below only what they are now. */
function DiffSides({ node, isLeaf }: { readonly node: DiffNode; readonly isLeaf: boolean }): VNode {
  const { before, after, sign, replaced } = node
  const show = isLeaf && sign !== 'same'
  return (
    <span class="diff-sides">
      {before && show && <del class={`value value-${toneOf(before)}`}>{previewValue(before, 60)}</del>}
      {before && after && show && <span aria-hidden="true">→</span>}
      {after &&
        (show ? (
          <ins class={`value value-${toneOf(after)}`}>{previewValue(after, 60)}</ins>
        ) : (
          <span class="value value-object">{previewValue(after, 60)}</span>
        ))}
      {replaced && before && after && (
        <span class="tag" title="Another object with the same name">
          #{identityOf(before)} → #{identityOf(after)}
        </span>
      )}
    </span>
  )
}
