/** Puts the selected store of the running program to the state that it had at the moment, and back: whether it can, and how far it is. */
import { computed, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { formatRef } from '@hindscope/protocol'
import type { JumpableStore, StoreMoment, StoresAnswer } from '@hindscope/protocol'
import type { Failure } from '../engine/failure.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import type { Workbench } from './workbench.ts'

export type JumpDeed = 'there' | 'back'

export type JumpProgress =
  | { readonly status: 'asking'; readonly deed: JumpDeed }
  /** `ref`: of the state that the program has now, absent where it is its own again. */
  | { readonly status: 'done'; readonly deed: JumpDeed; readonly ref?: string }
  | { readonly status: 'refused'; readonly deed: JumpDeed; readonly failure: Failure }

export interface StoreJump {
  /** Undefined where the session is over, the program is not connected, or its library has no way to do it. */
  readonly store: ReadonlySignal<JumpableStore | undefined>
  /** Of what was last asked of the selected store. */
  readonly progress: ReadonlySignal<JumpProgress | undefined>
  run(deed: JumpDeed): Promise<void>
}

export type JumpBench = Pick<Workbench, 'model' | 'engine' | 'session'>

export function createStoreJump(
  { model, engine, session }: JumpBench,
  selected: ReadonlySignal<StoreMoment | undefined>,
  stores: Resource<StoresAnswer>,
): StoreJump {
  const round = signal(0)
  const isConnected = computed(() => {
    const summary = valueOf(session.state.value)
    return summary?.live === true && summary.tracks.some(({ track, connected }) => connected && track === selected.value?.track)
  })
  const jumpable = createResource(
    () => {
      const [of, id] = [selected.value, model.session.value]
      if (!of || id === undefined || !isConnected.value || model.view.value.left !== 'state') return undefined
      const known = valueOf(stores.state.value)?.stores.filter(({ track }) => track === of.track).length ?? 0
      return { session: id, track: of.track, known, round: round.value }
    },
    ({ session: id, track }) => engine.order('jumpableStores', { session: id, track }),
    { keep: (a, b) => a.session === b.session && a.track === b.track },
  )
  const told = signal<{ readonly of: string; readonly progress: JumpProgress } | undefined>(undefined)
  const nameOf = (of: StoreMoment | undefined): string => `${of?.track}:${of?.store}`

  async function run(deed: JumpDeed): Promise<void> {
    const [of, id, moment] = [selected.peek(), model.session.peek(), model.moment.peek()]
    if (!of || id === undefined || !moment || told.peek()?.progress.status === 'asking') return
    const tell = (progress: JumpProgress): void => void (told.value = { of: nameOf(of), progress })
    const order = { session: id, track: of.track, store: of.store }
    tell({ status: 'asking', deed })
    const result = deed === 'there' ? await engine.order('jumpStore', { ...order, ref: moment.ref }) : await engine.order('jumpBack', order)
    if (!result.ok) tell({ status: 'refused', deed, failure: result.failure })
    else tell({ status: 'done', deed, ...(deed === 'there' && { ref: formatRef(moment.ref) }) })
    round.value++
  }

  return {
    store: computed(() =>
      isConnected.value ? valueOf(jumpable.state.value)?.stores.find(({ store }) => store === selected.value?.store) : undefined,
    ),
    progress: computed(() => (told.value?.of === nameOf(selected.value) ? told.value.progress : undefined)),
    run,
  }
}
