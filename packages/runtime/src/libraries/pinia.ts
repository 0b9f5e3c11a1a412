/**
 * Pinia 3 and 4, by a plugin: actions of each store with what they were given and how they ended, `$patch`, and the state.
 *
 * States are told of by `$subscribe` at once, and read where Vue keeps them raw, so that reading makes nothing reactive and nobody dependent.
 * Pinia has it by a deep watcher, which reads whatever the state holds: where that would run code of the program (an accessor, a computed or
 * custom ref), the watcher is a shallow one, and the state is looked at after actions and patches alone.
 *
 * @table state
 * @versions 4, 3
 * @told actions with their asynchronous end, `$patch`, every state, read without being tracked
 * @jump yes
 */
import { define, hasOwn, isArray, keysOf, originalQueueMicrotask, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach } from '../adapters/adapter.ts'
import { namesOfFunction, shownArguments } from '../adapters/action-arguments.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isContainer, isObject, isProxy } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { OpenAction, RecordedStore } from '../adapters/state-recorder.ts'
import type { JumpWay } from '../adapters/store-jumps.ts'

type Method = (this: unknown, ...args: never[]) => unknown
/** What `$onAction` tells. */
interface ToldAction {
  readonly after: (listener: () => void) => void
  readonly onError: (listener: (error: unknown) => void) => void
}

/** States with more entries are read once a turn and after each action, not at every change. */
const LARGE_STATE = 200

export const piniaAdapter: LibraryAdapter = {
  id: 'pinia',
  observe(recorder, { value: pinia }) {
    const plugins = dataOf(pinia, '_p')
    if (!isObject(pinia) || !isArray(plugins) || !isContainer(rawStates(pinia))) return undefined
    const states = new StateRecorder(recorder, 'pinia')
    const detachers: Detach[] = []
    const plugin = (context: unknown): void => {
      states.guarded(() => {
        const store = rawOf(dataOf(context, 'store') as object) // SAFE: what Pinia hands to plugins; all else is refused here
        const id = dataOf(store, '$id')
        if (isProxy(store) || typeof id !== 'string') return recorder.fail('adapter-unsupported')
        const detach = new StoreWatch(states, pinia, context, { store, id }).attach()
        if (detach !== undefined) detachers.push(detach)
      })
    }
    // Not by `use`, which keeps plugins aside until there is an app; stores may be without one.
    define(plugins, plugins.length, { value: plugin, writable: true, enumerable: true, configurable: true })
    return () => {
      const index = plugins.indexOf(plugin)
      if (index >= 0) plugins.splice(index, 1)
      for (const detach of detachers.splice(0)) detach()
    }
  },
}

export const observe: Observe = registerLibrary(piniaAdapter, 'pinia')

/** The states of all stores, as plain objects. */
const rawStates = (pinia: object): unknown => dataOf(dataOf(pinia, 'state'), '_rawValue')

/** An action that is under way. */
interface Running {
  readonly open: OpenAction
  /** Pinia tells how it ends. */
  isTold: boolean
  hasEnded: boolean
}

class StoreWatch {
  private readonly states: StateRecorder
  private readonly pinia: object
  private readonly context: unknown
  /** What stands behind the reactive store. */
  private readonly store: object
  private readonly id: string
  private readonly recorded: RecordedStore
  /** The action that has begun and that Pinia has not told of yet. */
  private starting: Running | undefined
  /** Nothing of the program runs when the state is read through. */
  private isQuiet = true
  private isLarge = false
  private isLookDue = false
  private leave: Detach | undefined

  constructor(states: StateRecorder, pinia: object, context: unknown, { store, id }: { readonly store: object; readonly id: string }) {
    this.states = states
    this.pinia = pinia
    this.context = context
    this.store = store
    this.id = id
    const state = this.read(undefined)
    this.recorded = states.open(id, state === undefined ? undefined : state.copy)
    this.recorded.allowJump(store, way)
  }

  attach(): Detach | undefined {
    const actions = dataOf(dataOf(this.context, 'options'), 'actions')
    const patches = [this.patchPatch()]
    if (isObject(actions) && !isProxy(actions)) {
      for (const name of keysOf(actions)) if (typeof name === 'string') patches.push(this.patchAction(name, dataOf(actions, name)))
    }
    const stopActions = this.call('$onAction', [(told: ToldAction) => this.told(told), true])
    this.subscribe()
    // Stores are hydrated after their plugins ran.
    originalQueueMicrotask(this.look)
    return combine([() => this.recorded.close(), ...patches, asDetach(stopActions), () => this.leave?.()])
  }

  private call(key: string, args: readonly unknown[]): unknown {
    return reflectApply(dataOf(this.store, key) as Method, this.store, args as never) // SAFE: every store has these; otherwise the plugin fails, counted
  }

  private subscribe(): void {
    this.leave?.()
    // Pinia's own `onTrigger` would tell the program's subscribers of our watcher's triggers.
    const options = { detached: true, flush: 'sync', deep: this.isQuiet, onTrigger: undefined }
    this.leave = asDetach(this.call('$subscribe', [() => this.changed(), options]))
  }

  private patchPatch(): Detach | undefined {
    const { recorded, look } = this
    return patchMethod(
      this.store,
      '$patch',
      original =>
        function $patch(this: unknown, ...args: unknown[]): unknown {
          const payload = typeof args[0] === 'function' ? NO_PAYLOAD : args[0]
          return recorded.run('$patch', payload, original, this, args, look)
        },
    )
  }

  private patchAction(name: string, taker: unknown): Detach | undefined {
    const names = namesOfFunction(taker)
    const run = (original: Method, thisArg: unknown, args: readonly unknown[]): unknown => {
      const running = this.begin(name, names, args)
      return running === undefined ? reflectApply(original, thisArg, args as never) : this.run(running, original, thisArg, args) // SAFE: what the program passed
    }
    return patchMethod(
      this.store,
      name,
      original =>
        function action(this: unknown, ...args: unknown[]): unknown {
          return run(original, this, args)
        },
    )
  }

  private run(running: Running, original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const { open } = running
    let result: unknown
    try {
      result = this.states.recorder.runIn(open.activity, open.root, original, thisArg, args)
    } catch (error) {
      this.ended(running, () => this.recorded.fail(open, error))
      throw error
    } finally {
      if (this.starting === running) this.starting = undefined
    }
    if (!running.isTold) this.ended(running, () => this.recorded.end(open))
    return result
  }

  private begin(name: string, names: readonly (string | undefined)[], args: readonly unknown[]): Running | undefined {
    return this.states.guarded(() => {
      const payload = shownArguments(names, args, this.states.recorder.isRedacted, NO_PAYLOAD)
      const open = this.recorded.begin(name, payload)
      return open && (this.starting = { open, isTold: false, hasEnded: false })
    })
  }

  /** Pinia tells of the action whose wrapper called it. */
  private told({ after, onError }: ToldAction): void {
    const running = this.starting
    this.starting = undefined
    if (running === undefined) return
    running.isTold = true
    after(() => this.ended(running, () => this.recorded.end(running.open)))
    onError(error => this.ended(running, () => this.recorded.fail(running.open, error)))
  }

  private ended(running: Running, end: () => void): void {
    if (running.hasEnded) return
    running.hasEnded = true
    // What a quiet state becomes, the subscription has told.
    if (!this.isQuiet || this.isLarge) this.recorded.within(running.open, this.look)
    end()
  }

  private changed(): void {
    if (!this.isLarge) return this.look()
    if (this.isLookDue) return
    this.isLookDue = true
    // Vue goes through the whole state after each change of it while somebody watches: not more than once a turn.
    this.leave?.()
    this.leave = undefined
    originalQueueMicrotask(() => {
      this.look()
      if (this.recorded.isRecording) this.states.guarded(() => this.subscribe())
    })
  }

  /** Records what the state is now. Never throws. */
  private readonly look = (): void => {
    this.isLookDue = false
    this.states.guarded(() => {
      if (!this.recorded.isRecording) return
      const { isQuiet } = this
      const state = this.read(this.recorded.last)
      if (state === undefined) this.recorded.snapshotOf(this.raw())
      else this.recorded.changed(state.copy)
      if (isQuiet && !this.isQuiet) this.subscribe()
    })
  }

  private raw(): unknown {
    return dataOf(rawStates(this.pinia), this.id)
  }

  private read(before: unknown): { readonly copy: unknown } | undefined {
    const state = copyState(this.raw(), before, value => this.behind(value))
    this.isLarge = state === undefined || state.entries > LARGE_STATE
    if (state?.hasAccessor === true) this.isQuiet = false
    return state
  }

  private behind(value: unknown): unknown {
    return behind(value, () => (this.isQuiet = false))
  }
}

/** What a ref holds, and what is behind a reactive object; a computed or custom ref stays what it is, and is told of. */
function behind(value: unknown, met: () => void): unknown {
  if (!isObject(value)) return value
  const raw = rawOf(value)
  if (!isRef(raw)) return raw
  if (ownDescriptor(raw, '_rawValue') !== undefined) return behind(dataOf(raw, '_rawValue'), met)
  // `toRef`: of a store that was reloaded.
  const key = dataOf(raw, '_key')
  const from = dataOf(raw, '_object')
  if (typeof key === 'string' && isObject(from) && !isProxy(from)) return behind(dataOf(from, key), met)
  met()
  return raw
}

const isRef = (raw: object): boolean => !isProxy(raw) && dataOf(raw, '__v_isRef') === true

/** Vue's own key: its proxies answer to it without noting who reads, and Vue asks everything for it that is put into a state. */
function rawOf(value: object): object {
  const raw: unknown = Reflect.get(value, '__v_raw')
  return isObject(raw) ? raw : value
}

const asDetach = (value: unknown): Detach | undefined =>
  typeof value === 'function' ? (): void => void reflectApply(value as Method, undefined, []) : undefined // SAFE: typeof says so

const nothing = (): void => {}
const isBox = (value: unknown): boolean => isObject(value) && isRef(rawOf(value))
const unwrap = (value: unknown): unknown => behind(value, nothing)

/** By a patch: every subscriber is told as of any other. Keys that the recorded state lacks are removed. */
const way: JumpWay = {
  read: store => outermost(dataOf(rawStates(dataOf(store, '_p') as object), dataOf(store, '$id') as string)), // SAFE: every store has these
  write(store, state, current) {
    const [next, was] = [state as object, current as object] // SAFE: what `read` gives, and what it is compared with
    const mutate = (live: object): void => {
      for (const key of keysOf(was)) if (!hasOwn(next, key)) Reflect.deleteProperty(live, key)
      for (const key of keysOf(next)) {
        const own = ownDescriptor(next, key)
        if (own !== undefined && hasOwn(own, 'value') && !(hasOwn(was, key) && Object.is(dataOf(was, key), own.value)))
          Reflect.set(live, key, own.value)
      }
    }
    reflectApply(dataOf(store, '$patch') as Method, store, [mutate] as never) // SAFE: as Pinia calls it
  },
  callsMethod: true,
  unwrap,
  isBox,
  isFixed: value => isBox(unwrap(value)),
}

/** A store's state with what its refs hold; what is no data stays what it is. */
function outermost(state: unknown): object {
  const copy = {}
  if (!isObject(state)) return copy
  for (const key of keysOf(state)) {
    const own = ownDescriptor(state, key)
    if (own === undefined) continue
    const isHolder = hasOwn(own, 'value') && isBox(own.value)
    define(copy, key, isHolder ? { ...own, value: unwrap(own.value) } : own)
  }
  return copy
}
