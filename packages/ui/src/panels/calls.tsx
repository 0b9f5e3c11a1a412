/** The call tree: who called or caused whom, children loaded when opened. Also what the drawn timeline is for people who cannot see it. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { CallNode } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { ROOT, callKey, parentRow } from '../core/call-rows.ts'
import type { CallRow } from '../core/call-rows.ts'
import { formatDuration } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { activityLook, lookOf } from '../theme/kinds.ts'
import { Icon } from '../widgets/icon.tsx'
import { KindSign } from '../widgets/kind-sign.tsx'
import { onDemand } from '../widgets/on-demand.tsx'
import { Empty, FailureView, Skeleton } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import type { RowAttributes } from '../widgets/virtual-list.tsx'
import { CallModes } from './call-modes.tsx'

const MergedCalls = onDemand('Calls by function', () => import('./merged-calls.tsx').then(part => part.MergedCalls))

const CALL_LOOK = lookOf({ kind: 'callEnter' })

export function CallsPanel(): VNode {
  const merged = useBench().model.view.value.choices?.merged
  return (
    <div class="view" data-testid="panel-calls">
      <CallModes />
      {merged === undefined ? <CallTreeList /> : <MergedCalls />}
    </div>
  )
}

function CallTreeList(): VNode {
  const bench = useBench()
  const { callTree, model } = bench
  const [walked, setWalked] = useState<string>()
  useSignalEffect(() => {
    const session = model.session.value
    const range = model.view.value.range
    if (session !== undefined) callTree.open(session, range)
  })
  useSignalEffect(() => {
    if (bench.tick.value > 0) callTree.refresh()
  })
  useSignalEffect(() => {
    const loaded = bench.stack.state.value
    if (loaded.status === 'ready' && loaded.value.length > 0) void callTree.reveal(loaded.value)
  })
  const rows = callTree.rows.value
  const frame = bench.frame.value
  const current = frame ? callKey(frame.node.ref) : undefined
  useEffect(() => setWalked(undefined), [current])
  const active = rows.findIndex(row => row.key === (walked ?? current))
  const roots = callTree.roots.value
  if (roots?.failure && roots.nodes.length === 0) return <FailureView failure={roots.failure} retry={() => void callTree.loadMore(ROOT)} />
  if (!roots || (roots.loading && roots.nodes.length === 0)) return <Skeleton rows={12} label="calls" />
  if (roots.total === 0) return <NoCalls />

  const onMove = (index: number): void => {
    const row = rows[index]
    if (!row) return
    setWalked(row.key)
    if (row.kind === 'call') model.preview.value = { timeUs: row.node.startUs, ref: row.node.enter }
  }
  return (
    <VirtualList
      role="treegrid"
      label="Calls"
      count={rows.length}
      active={active}
      revealKey={`${walked ?? current}:${active >= 0}`}
      onMove={onMove}
      onKey={(event, index) => treeKey(event.key, rows, index, callTree.setExpanded, onMove, row => bench.jump(row.node.enter))}
      onVisible={(first, last) => {
        for (const row of rows.slice(first, last)) if (row.kind === 'more' && !row.failure) void callTree.loadMore(row.parent)
      }}
      row={(index, attributes, isActive) => <CallLine key={rows[index]?.key} row={rows[index]} attributes={attributes} active={isActive} />}
    />
  )
}

function NoCalls(): VNode {
  const { model, session } = useBench()
  const range = model.view.value.range
  if (range) {
    return (
      <Empty
        title="No calls in the chosen range"
        testId="empty-range"
        action={{ label: 'Clear the range', run: () => model.commit({ range: undefined }) }}
      />
    )
  }
  return (
    <Empty title="No calls recorded">
      {(valueOf(session.state.value)?.events ?? 0) > 0
        ? 'There are events, but no instrumented function has run: check the include and exclude rules of the plugin.'
        : undefined}
    </Empty>
  )
}

type CallLineRow = Extract<CallRow, { readonly kind: 'call' }>

function treeKey(
  key: string,
  rows: readonly CallRow[],
  index: number,
  setExpanded: (key: string, open: boolean) => void,
  move: (index: number) => void,
  commit: (row: CallLineRow) => void,
): boolean {
  const row = rows[index]
  if (row?.kind !== 'call') return false
  if (key === 'Enter' || key === ' ') commit(row)
  else if (key === 'ArrowRight') {
    if (row.node.childCount === 0) return true
    if (row.expanded) move(index + 1)
    else setExpanded(row.key, true)
  } else if (key === 'ArrowLeft') {
    const parent = parentRow(rows, index)
    if (row.expanded) setExpanded(row.key, false)
    else if (parent >= 0) move(parent)
  } else return false
  return true
}

interface LineProps {
  readonly row: CallRow | undefined
  readonly attributes: RowAttributes
  readonly active: boolean
}

function CallLine({ row, attributes, active }: LineProps): VNode | null {
  const bench = useBench()
  const { callTree, model } = bench
  if (!row) return null
  const indent = { paddingLeft: `${6 + Math.min(row.depth, 40) * 13}px` }
  if (row.kind === 'more') {
    return (
      <div {...attributes} class={`${attributes.class} row-more`} role="row" aria-level={row.depth + 1} aria-selected={active}>
        <span role="gridcell" style={indent}>
          {row.failure ? (
            <button type="button" class="link-button" tabIndex={-1} onClick={() => void callTree.loadMore(row.parent)}>
              Could not load: {row.failure.code}. Retry
            </button>
          ) : (
            'Loading…'
          )}
        </span>
      </div>
    )
  }
  const { node } = row
  return (
    <div
      {...attributes}
      class={`${attributes.class} call-row`}
      role="row"
      aria-level={row.depth + 1}
      aria-expanded={node.childCount > 0 ? row.expanded : undefined}
      aria-selected={active}
      data-testid="call-row"
      onClick={() => bench.jump(node.enter)}
      onPointerEnter={() => (model.preview.value = { timeUs: node.startUs, ref: node.enter })}
      onPointerLeave={() => (model.preview.value = undefined)}
    >
      <span class="call-main" role="gridcell" style={indent}>
        <button
          type="button"
          class="twisty"
          tabIndex={-1}
          aria-label={row.expanded ? 'Fold' : 'Unfold'}
          style={{ visibility: node.childCount > 0 ? 'visible' : 'hidden' }}
          onClick={event => {
            event.stopPropagation()
            callTree.setExpanded(row.key, !row.expanded)
          }}
        >
          <Icon name="chevron" />
        </button>
        <KindSign look={node.activity ? activityLook(node.activity) : CALL_LOOK} error={node.outcome === 'threw' || node.outcome === 'unwound'} />
        {node.asyncParent && (
          <span class="async-mark" title="Caused by the call above, not called by it">
            ⤳
          </span>
        )}
        <span class="call-name">{node.name}</span>
        <span class="call-preview">{node.preview}</span>
      </span>
      <span class="call-end" role="gridcell">
        <Outcome node={node} />
      </span>
    </div>
  )
}

function Outcome({ node }: { readonly node: CallNode }): VNode {
  return (
    <>
      {node.hasErrorBelow && node.outcome !== 'threw' && (
        <span class="error-below" title="An error in a call below">
          ✕<span class="visually-hidden"> error below</span>
        </span>
      )}
      {node.outcome === 'open' ? (
        <span class="open-mark">open</span>
      ) : (
        <span title={node.selfUs === undefined ? undefined : `self ${formatDuration(node.selfUs)}`}>
          {node.durationUs === undefined ? '' : formatDuration(node.durationUs)}
        </span>
      )}
    </>
  )
}
