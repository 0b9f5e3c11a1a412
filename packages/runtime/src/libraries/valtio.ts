/**
 * Valtio 1 and 2. A proxy offers nothing to be told of its changes by: its state lies in a map that only the library reads. So the adapter needs the
 * library's own `subscribe` and `getVersion`, which the program's modules hand over by these names, from the same copy; proxies that came before wait for them.
 *
 * States are read from the proxies, whose handlers have no part in that; `snapshot` would run the program's getters. What was given to `ref` stays
 * what it is.
 *
 * @table state
 * @versions 2, 1
 * @told changes
 * @jump yes
 */
import { SafeWeakMap, define, hasOwn, isArray, keysOf, ownDescriptor } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { copyState } from '../adapters/state-copy.ts'
import { dataOf, isObject } from '../adapters/state-diff.ts'
import { StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'
import type { JumpWay } from '../adapters/store-jumps.ts'

type Subscribe = (proxy: object, callback: () => void, isSync: true) => () => void
type GetVersion = (value: unknown) => number | undefined

const watches = new SafeWeakMap<RecorderAccess, ValtioWatch>()

export const valtioAdapter: LibraryAdapter = {
  id: 'valtio',
  needsValues: true,
  attach(recorder) {
    watches.set(recorder, new ValtioWatch(new StateRecorder(recorder, 'valtio')))
    return undefined
  },
  observe(recorder, { name, value }) {
    const watch = watches.get(recorder)
    if (typeof value === 'function') return watch?.learn(name, value as Subscribe & GetVersion) // SAFE: named so; only those two are kept
    return isObject(value) ? watch?.observe(value) : undefined
  },
}

class ValtioWatch {
  private readonly states: StateRecorder
  private subscribe: Subscribe | undefined
  private getVersion: GetVersion | undefined
  private waiting: WeakRef<object>[] = []
  private readonly detachers = new SafeWeakMap<object, Detach>()

  constructor(states: StateRecorder) {
    this.states = states
  }

  learn(name: string, value: Subscribe & GetVersion): Detach | undefined {
    if (name === 'subscribe') this.subscribe = value
    else if (name === 'getVersion') this.getVersion = value
    else return undefined
    if (this.subscribe !== undefined && this.getVersion !== undefined) {
      for (const each of this.waiting.splice(0)) {
        const proxy = each.deref()
        if (proxy !== undefined) this.open(proxy, this.subscribe, this.getVersion)
      }
    }
    return () => {
      this.subscribe = this.getVersion = undefined
    }
  }

  observe(proxy: object): Detach | undefined {
    if (this.subscribe === undefined || this.getVersion === undefined) this.waiting.push(new WeakRef(proxy))
    else if (!this.open(proxy, this.subscribe, this.getVersion)) return undefined
    return () => this.detachers.get(proxy)?.()
  }

  private open(proxy: object, subscribe: Subscribe, getVersion: GetVersion): boolean {
    if (typeof getVersion(proxy) !== 'number') return false
    const { states } = this
    const behind = (value: unknown): unknown => (isObject(value) && typeof getVersion(value) === 'number' ? plain(value) : value)
    const recorded: RecordedStore = states.open('valtio', copyState(proxy, undefined, behind)?.copy)
    const target = new WeakRef(proxy)
    const look = (): void => {
      states.guarded(() => {
        const live = target.deref()
        if (live === undefined) return
        const state = copyState(live, recorded.last, behind)
        if (state === undefined) recorded.snapshotOf('too large')
        else recorded.changed(state.copy)
      })
    }
    const leave = subscribe(proxy, look, true)
    recorded.allowJump(proxy, { read: plain, write, unwrap: behind } satisfies JumpWay)
    this.detachers.set(proxy, () => {
      recorded.close()
      leave()
    })
    return true
  }
}

/** The properties of a proxy of Valtio's, whose handler answers to none of this. */
function plain(proxy: object): object {
  const copy: object = isArray(proxy) ? [] : {}
  for (const key of keysOf(proxy)) {
    const own = ownDescriptor(proxy, key)
    if (own !== undefined && typeof key === 'string') define(copy, key, { ...own, configurable: key !== 'length' })
  }
  return copy
}

/** Key by key, as the program would. Of an array the length comes last, and cuts off what is too much. */
function write(proxy: object, state: unknown, current: unknown): void {
  const [next, was] = [state as object, current as object] // SAFE: what `plain` gives, and what it is compared with
  for (const key of keysOf(was)) {
    if (!hasOwn(next, key) && ownDescriptor(was, key)?.configurable === true) Reflect.deleteProperty(proxy, key)
  }
  for (const key of keysOf(next)) {
    const own = ownDescriptor(next, key)
    if (own !== undefined && hasOwn(own, 'value') && !(hasOwn(was, key) && Object.is(dataOf(was, key), own.value))) Reflect.set(proxy, key, own.value)
  }
}

/** Takes proxies, and `subscribe` and `getVersion` by these names. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(valtioAdapter, 'valtio')
