/**
 * Writable stores of Svelte 4 and 5: `set` and `update` are actions, and the value is what they are given. Subscribing would run the program's
 * start function, so nothing is subscribed: what else becomes the value is seen where the program subscribes.
 *
 * @table state
 * @name svelte/store
 * @versions 5, 4
 * @told values of stores, `set` and `update`
 * @jump yes
 */
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, originalOf, patchMethod } from '../adapters/patch.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject } from '../adapters/state-diff.ts'
import { NO_PAYLOAD, StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'
import type { JumpWay } from '../adapters/store-jumps.ts'

type Method = (this: unknown, ...args: never[]) => unknown

export const svelteStoreAdapter: LibraryAdapter = {
  id: 'svelte-store',
  observe(recorder, { value: store }) {
    const isStore = ['set', 'update', 'subscribe'].every(name => typeof dataOf(store, name) === 'function')
    return isStore && isObject(store) ? new WritableWatch(new StateRecorder(recorder, 'svelte'), store).attach() : undefined
  },
}

export const observe: Observe = registerLibrary(svelteStoreAdapter, 'svelte/store')

const same = (value: unknown): unknown => value

class WritableWatch {
  private readonly states: StateRecorder
  private readonly store: object
  /** There is none before a value is known. */
  private recorded: RecordedStore | undefined
  private isActive = true

  constructor(states: StateRecorder, store: object) {
    this.states = states
    this.store = store
  }

  attach(): Detach | undefined {
    const { store } = this
    const set = (original: Method, thisArg: unknown, args: readonly unknown[]): unknown => this.set(original, thisArg, args)
    const update = (original: Method, thisArg: unknown, args: readonly unknown[]): unknown => this.update(original, thisArg, args)
    const tapped = (args: readonly unknown[]): readonly unknown[] => (this.isActive ? this.tapped(args) : args)
    // SAFE: what the program passed, here and below
    const patches = [
      patchMethod(
        store,
        'set',
        original =>
          function wrapped(this: unknown, ...args: unknown[]): unknown {
            return set(original, this, args)
          },
      ),
      patchMethod(
        store,
        'update',
        original =>
          function wrapped(this: unknown, ...args: unknown[]): unknown {
            return update(original, this, args)
          },
      ),
      patchMethod(
        store,
        'subscribe',
        original =>
          function wrapped(this: unknown, ...args: unknown[]): unknown {
            return reflectApply(original, this, tapped(args) as never)
          },
      ),
    ]
    const detach = combine(patches)
    if (patches.some(patch => patch === undefined)) {
      detach?.()
      return undefined
    }
    return () => {
      this.isActive = false
      this.recorded?.close()
      detach?.()
    }
  }

  /** Whatever is set is the value from then on, before anybody is told. */
  private set(original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    if (!this.isActive) return reflectApply(original, thisArg, args as never)
    const [value] = args
    const { look } = this
    const first = this.recorded === undefined
    if (first) look(value)
    const run = function (this: unknown, ...given: unknown[]): unknown {
      if (!first) look(value)
      return reflectApply(original, this, given as never)
    }
    return this.recorded === undefined ? reflectApply(original, thisArg, args as never) : this.recorded.run('set', value, run, thisArg, args)
  }

  /** The updater is called by the store alone, which does not look at it: one around it learns the value before and after. */
  private update(original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const [updater] = args
    if (!this.isActive || typeof updater !== 'function') return reflectApply(original, thisArg, args as never)
    const { look } = this
    const around = function (this: unknown, ...given: unknown[]): unknown {
      look(given[0])
      const result = reflectApply(updater as Method, this, given as never)
      look(result)
      return result
    }
    const passed = [around, ...args.slice(1)]
    return this.recorded === undefined
      ? reflectApply(original, thisArg, passed as never)
      : this.recorded.run('update', NO_PAYLOAD, original, thisArg, passed)
  }

  private tapped(args: readonly unknown[]): readonly unknown[] {
    const [run] = args
    if (typeof run !== 'function') return args
    const { look } = this
    const told = function (this: unknown, ...given: unknown[]): unknown {
      look(given[0])
      return reflectApply(run as Method, this, given as never)
    }
    return [told, ...args.slice(1)]
  }

  /** Never throws. */
  private readonly look = (value: unknown): void => {
    if (!this.isActive) return
    this.states.guarded(() => {
      const state = copyState(value, this.recorded?.last, same)
      if (this.recorded === undefined) {
        this.recorded = this.states.open('writable', state === undefined ? value : state.copy)
        this.recorded.allowJump(this.store, way)
      } else if (state === undefined) this.recorded.snapshotOf(value)
      else this.recorded.changed(state.copy)
    })
  }
}

const STOP: unique symbol = Symbol('stop')

/** By an updater that throws: nothing is set, and nobody told. */
function valueOf(store: object): unknown {
  const update = dataOf(store, 'update')
  let value: unknown
  try {
    reflectApply((originalOf(update) ?? update) as Method, store, [
      (current: unknown): never => {
        value = current
        throw STOP
      },
    ] as never) // SAFE: a method, as it was when the store was observed
  } catch (error) {
    if (error !== STOP) throw error
  }
  return value
}

const way: JumpWay = {
  read: valueOf,
  write: (store, value) => void reflectApply(dataOf(store, 'set') as Method, store, [value] as never), // SAFE: as above
  callsMethod: true,
  unwrap: same,
}
