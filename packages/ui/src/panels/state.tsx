/** What the program's stores held at the moment, and every change of them. */
import { formatRef } from '@hindscope/protocol'
import type { StateChangePage, StateChangeRow, StoreMoment } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useApp, useBench } from '../app/context.ts'
import { STATE_GROUP, changeText, formatStatePath, keysOfRow, markChanges } from '../core/state-tree.ts'
import { isSameStore, stateViewOf } from '../core/state-view.ts'
import { formatExact } from '../core/time-text.ts'
import { previewValue, toneOf } from '../core/value-text.ts'
import type { Workbench } from '../core/workbench.ts'
import { valueOf } from '../engine/resource.ts'
import { Icon } from '../widgets/icon.tsx'
import { IconButton } from '../widgets/icon-button.tsx'
import type { MenuAction } from '../widgets/menu.tsx'
import { Answer, Empty, FailureView, Skeleton } from '../widgets/states.tsx'
import { JumpLine } from './state-jump.tsx'
import { StateChanges, StoreList } from './state-lists.tsx'
import { copyJson, copyText } from './value-actions.ts'
import type { RowPlace } from './value-actions.ts'
import { ValueTree } from './value-tree.tsx'

export function StatePanel(): VNode {
  const bench = useBench()
  const { settings } = useApp()
  const view = stateViewOf(bench)
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = event.key.toLowerCase()
    if (event.altKey || event.ctrlKey || event.metaKey || !settings.letterKeys.peek()) return
    if (key === 'w') void view.walk(event.shiftKey ? 'previous' : 'next')
    else if (key === 'x' && view.jump.store.peek() !== undefined) void view.jump.run(event.shiftKey ? 'back' : 'there')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="view state" data-testid="panel-state" onKeyDown={onKeyDown}>
      <Answer
        loaded={view.stores.state.value}
        label="stores"
        retry={view.stores.reload}
        idle={<Empty title="No moment chosen">Choose a call, an event or a place in the timeline.</Empty>}
      >
        {({ stores, completeness }) => {
          if (stores.length === 0) return <NoStores />
          return (
            <>
              {completeness.kind === 'partial' && <p class="partial">Not all of it: {completeness.reason}</p>}
              <StoreList stores={stores} />
              {view.selected.value ? <StoreView of={view.selected.value} /> : <UnknownStore first={stores[0]} />}
            </>
          )
        }}
      </Answer>
    </div>
  )
}

function NoStores(): VNode {
  return (
    <Empty title="No store is known" testId="empty-stores">
      <p>
        Stores of libraries that have an adapter are recorded by themselves, from when the program makes them: Redux, Zustand, Pinia, XState, Jotai,
        MobX and others (docs/adapters.md). The module that makes the store has to be among those that are recorded.
      </p>
      <p>This session has told of none so far.</p>
    </Empty>
  )
}

/** A link may name a store of another run. */
function UnknownStore({ first }: { readonly first: StoreMoment | undefined }): VNode {
  const bench = useBench()
  const wanted = bench.model.view.value.choices?.store
  return (
    <Empty
      title={`No store ${wanted?.store ?? ''} in track ${wanted?.track ?? 0}`}
      testId="unknown-store"
      {...(first && { action: { label: `Show ${first.store}`, run: () => stateViewOf(bench).select(first) } })}
    >
      This session has not told of it.
    </Empty>
  )
}

function StoreView({ of }: { readonly of: StoreMoment }): VNode {
  const { around } = stateViewOf(useBench())
  const place = valueOf(around.state.value)
  return (
    <>
      {around.state.value.status === 'failed' && <FailureView failure={around.state.value.failure} retry={around.reload} />}
      <StoreHead of={of} place={place} />
      <HeldState of={of} />
      <StateChanges of={of} at={place?.at ?? -1} />
    </>
  )
}

function StoreHead({ of, place }: { readonly of: StoreMoment; readonly place: StateChangePage | undefined }): VNode {
  const bench = useBench()
  const view = stateViewOf(bench)
  const path = bench.model.view.value.choices?.statePath
  const at = place?.at ?? -1
  const current = at === -1 ? undefined : place?.rows[0]
  return (
    <header class="state-head" data-testid="state-head">
      <div class="state-line">
        <h2 class="state-name">{of.store}</h2>
        {place && (
          <span class="muted" data-testid="state-place">
            {at === -1 ? `before the first of ${formatExact(place.total)}` : `change ${formatExact(at + 1)} of ${formatExact(place.total)}`}
          </span>
        )}
        <span class="state-walk">
          <IconButton icon="previous" label="Previous change" keys="Shift+W" onClick={() => void view.walk('previous')} />
          <IconButton icon="next" label="Next change" keys="W" onClick={() => void view.walk('next')} />
        </span>
      </div>
      {path !== undefined && (
        <div class="state-line" data-testid="state-pin">
          <button type="button" class="pill pill-clear" aria-pressed="true" title={`Unpin ${path}`} onClick={() => view.pin(undefined)}>
            {path} <Icon name="close" />
            <span class="visually-hidden">Unpin</span>
          </button>
          <PinnedValue place={place} />
        </div>
      )}
      {current && <Cause change={current} />}
      <JumpLine />
    </header>
  )
}

function PinnedValue({ place }: { readonly place: StateChangePage | undefined }): VNode | null {
  if (!place) return null
  if (place.value === undefined) return <span class="value value-absent">nothing there</span>
  return <span class={`value value-${toneOf(place.value)}`}>{previewValue(place.value)}</span>
}

/** The last change up to the moment: what it was, and who made it. */
function Cause({ change }: { readonly change: StateChangeRow }): VNode {
  const { jump, model } = useBench()
  const { path, action, call } = change
  const isHere = model.moment.value !== undefined && formatRef(model.moment.value.ref) === formatRef(change.ref)
  return (
    <p class="state-cause" data-testid="state-cause">
      <button type="button" class="link-button" title="Go to this change" aria-disabled={isHere} onClick={() => isHere || jump(change.ref)}>
        {isHere ? 'Now' : 'Last'}
      </button>
      <span class="state-change">
        {path === '' ? '' : `${path}: `}
        {changeText(change)}
      </span>
      {action && (
        <button type="button" class="link-button" title="Go to the action that made it" onClick={() => jump(action.enter)}>
          by {action.name}
        </button>
      )}
      {call && (
        <button type="button" class="link-button" title="Go to the call that made it" onClick={() => jump(call.enter)}>
          in {call.name}
          {call.location && ` ${call.location.file}:${call.location.line}`}
        </button>
      )}
    </p>
  )
}

function HeldState({ of }: { readonly of: StoreMoment }): VNode {
  const bench = useBench()
  const { held } = stateViewOf(bench)
  const loaded = held.state.value
  const found = valueOf(loaded)?.stores[0]
  if (loaded.status === 'failed') return <FailureView failure={loaded.failure} retry={held.reload} />
  if (!found || !isSameStore(found, of)) return <Skeleton label="state" />
  if (!found.state) {
    return (
      <Empty
        title={`Nothing is known of ${of.store} at this moment`}
        testId="state-early"
        action={{ label: 'Go to where it begins', run: () => bench.jump(of.since) }}
      >
        The first that was recorded of it came later.
      </Empty>
    )
  }
  const { value, snapshot, leftOut } = found.state
  const { notes, open } = markChanges(found.store, value, found.now)
  return (
    <div class="state-held" data-testid="state-held">
      {snapshot === undefined && <p class="partial">No snapshot of it was recorded: only what has changed is known.</p>}
      {leftOut > 0 && (
        <p class="partial">
          {formatExact(leftOut)} {leftOut === 1 ? 'change is' : 'changes are'} not shown: {leftOut === 1 ? 'it lies' : 'they lie'} in parts that were
          not recorded.
        </p>
      )}
      <ValueTree
        key={`${found.track}:${found.store}`}
        group={STATE_GROUP}
        values={[{ name: found.store, value }]}
        track={found.track}
        opened
        notes={notes}
        open={open}
        deeds={{
          walk: (place, direction) => walkRow(bench, place, found, direction),
          actions: place => stateActions(bench, place, found),
        }}
      />
    </div>
  )
}

/** Undefined where no path leads to the row. */
function pathOfRow({ row }: RowPlace, { state }: StoreMoment): string | undefined {
  const keys = state && keysOfRow(state.value, row.path)
  return keys && formatStatePath(keys)
}

function walkRow(bench: Workbench, place: RowPlace, of: StoreMoment, direction: 'next' | 'previous'): void {
  const path = pathOfRow(place, of)
  if (path === undefined) return bench.model.notify(`Changes of ${place.row.name} are told as changes of what holds it.`)
  void stateViewOf(bench).walk(direction, path)
}

function stateActions(bench: Workbench, place: RowPlace, of: StoreMoment): readonly MenuAction[] {
  const path = pathOfRow(place, of)
  const not = path === undefined ? 'changes are told of what holds it' : undefined
  const noPin = not ?? (path === '' ? 'it is the whole state' : undefined)
  return [
    { words: 'Next change', keys: 'W', ...(not !== undefined && { not }), run: () => walkRow(bench, place, of, 'next') },
    { words: 'Previous change', keys: 'Shift+W', ...(not !== undefined && { not }), run: () => walkRow(bench, place, of, 'previous') },
    { words: 'Pin this path', ...(noPin !== undefined && { not: noPin }), run: () => stateViewOf(bench).pin(path) },
    { words: 'Copy JSON', run: () => copyJson(bench, place.row.node) },
    { words: 'Copy path', ...(noPin !== undefined && { not: noPin }), run: () => copyText(bench, path ?? '') },
  ]
}
