/** What the State list shows: the stores at the moment, one of them with its state, and its changes around the moment. */
import { computed } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { diagnostic } from '@hindscope/protocol'
import type { EventRef, StateChangePage, StateChangeRow, StoreMoment, StoreRef, StoresAnswer } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import { failureText } from '../engine/failure.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { createPagedList } from './paged-list.ts'
import type { PagedList } from './paged-list.ts'
import { createStoreJump } from './store-jump.ts'
import type { JumpBench, StoreJump } from './store-jump.ts'
import { withChoices } from './view-choices.ts'
import type { Workbench } from './workbench.ts'
import type { WriteDirection } from './write-walk.ts'

export interface StateView {
  /** All stores, without what they held. */
  readonly stores: Resource<StoresAnswer>
  /** The chosen one, else the first; undefined while nothing is known, and for one that the session does not have. */
  readonly selected: ReadonlySignal<StoreMoment | undefined>
  /** The selected store with its state. */
  readonly held: Resource<StoresAnswer>
  /** Of the selected store, or of its pinned path. */
  readonly changes: PagedList<StateChangePage, StateChangeRow>
  /** Where the moment is among them: its page has the last one up to the moment, if there is one. */
  readonly around: Resource<StateChangePage>
  /** The selected store of the running program. */
  readonly jump: StoreJump
  select(store: StoreRef): void
  /** Undefined takes the pin away. */
  pin(path: string | undefined): void
  /** To the next or previous change of the selected store, of its pinned path, or of a path of it. */
  walk(direction: WriteDirection, path?: string): Promise<void>
}

/** What it needs of the workbench. */
export interface StateBench extends Pick<Workbench, 'model' | 'tick' | 'jump' | 'session'> {
  readonly engine: EngineClient & JumpBench['engine']
}

const PAGE_ROWS = 100

interface StoreKey extends StoreRef {
  readonly session: string
  readonly path: string
}

export function createStateView(bench: StateBench): StateView {
  const { model, engine, tick } = bench
  const isOpen = (): boolean => model.view.value.left === 'state'
  const pinned = (): string => model.view.value.choices?.statePath ?? ''
  const atMoment = (): { readonly session: string; readonly ref: EventRef } | undefined => {
    const { session, moment } = model.view.value
    return isOpen() && session !== undefined && moment ? { session, ref: moment.ref } : undefined
  }
  const sameSession = { keep: (a: { session: string }, b: { session: string }) => a.session === b.session }

  const stores = createResource(
    () => {
      const at = atMoment()
      return at && { ...at, tick: tick.value }
    },
    ({ session, ref }, aborted) => engine.ask('stores', { session, ref, states: false }, aborted),
    sameSession,
  )
  const selected = computed(() => {
    const known = valueOf(stores.state.value)?.stores
    const chosen = model.view.value.choices?.store
    return chosen === undefined ? known?.[0] : known?.find(each => isSameStore(each, chosen))
  })
  // The answer for each moment is another object; the store is the same one.
  const name = computed(() => selected.value && `${selected.value.track}:${selected.value.store}`)
  const storeKey = (): StoreKey | undefined => {
    const at = atMoment()
    const [track, store] = [Number(name.value?.split(':', 1)[0]), name.value?.slice(name.value.indexOf(':') + 1)]
    return at && store !== undefined ? { session: at.session, track, store, path: pinned() } : undefined
  }
  const sameStore = { keep: (a: StoreKey, b: StoreKey) => a.session === b.session && isSameStore(a, b) }
  const held = createResource(
    () => {
      const [key, at] = [storeKey(), atMoment()]
      return key && at && { ...key, ref: at.ref, path: '' }
    },
    ({ session, ref, track, store }, aborted) => engine.ask('stores', { session, ref, only: [{ track, store }] }, aborted),
    sameStore,
  )
  const around = createResource(
    () => {
      const [key, at] = [storeKey(), atMoment()]
      return key && at && { ...key, ref: at.ref, tick: tick.value }
    },
    ({ ref, session, track, store, path }, aborted) => engine.ask('stateChanges', { session, track, store, path, around: ref, limit: 1 }, aborted),
    { keep: (a, b) => sameStore.keep(a, b) && a.path === b.path },
  )
  const changes = createPagedList<StoreKey & { readonly tick: number }, StateChangePage, StateChangeRow>({
    key: () => {
      const key = storeKey()
      return key && { ...key, tick: tick.value }
    },
    load: ({ session, track, store, path }, page, aborted) => engine.ask('stateChanges', { session, track, store, path, ...page }, aborted),
    rowsOf: ({ rows }) => rows,
    totalOf: ({ total }) => total,
    pageRows: PAGE_ROWS,
    keep: (a, b) => sameStore.keep(a, b) && a.path === b.path,
  })

  async function walk(direction: WriteDirection, path = pinned()): Promise<void> {
    const [of, moment] = [selected.peek(), model.moment.peek()]
    const session = model.session.peek()
    if (!of || !moment || session === undefined) return
    const { track, store } = of
    const result = await engine.ask('stateChanges', { session, track, store, path, around: moment.ref, limit: 1 })
    if (!result.ok) return model.notify(failureText(result.failure), 'problem')
    const to = result.value[direction]
    if (to) return bench.jump(to, moment.path === undefined ? {} : { path: moment.path })
    const what = `${direction === 'next' ? 'later' : 'earlier'} change of ${path === '' ? store : path}`
    model.notify(diagnostic('ui-nothing-there', 'info', { what }).message)
  }

  return {
    stores,
    selected,
    held,
    changes,
    around,
    jump: createStoreJump(bench, selected, stores),
    select: ({ track, store }) =>
      model.adjust({ choices: withChoices(model.view.peek().choices, { store: { track, store }, statePath: undefined }) }),
    pin(path) {
      const of = selected.peek()
      if (!of) return
      const store = { track: of.track, store: of.store }
      model.adjust({ choices: withChoices(model.view.peek().choices, { store, statePath: path === '' ? undefined : path }) })
    },
    walk,
  }
}

export const isSameStore = (a: StoreRef, b: StoreRef): boolean => a.track === b.track && a.store === b.store

const views = new WeakMap<Workbench, StateView>()

/** Made when it is first shown, and kept: what it asked for is there when the list is opened again. */
export function stateViewOf(bench: Workbench): StateView {
  let view = views.get(bench)
  if (view === undefined) views.set(bench, (view = createStateView(bench)))
  return view
}
