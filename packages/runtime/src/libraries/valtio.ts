/**
 * Valtio 1 and 2. A proxy offers nothing to be told of its changes by: its state lies in a map that only the library reads. So the adapter needs the
 * library's own `subscribe` and `getVersion`, which the program's modules hand over by these names, from the same copy; proxies that came before wait for them.
 *
 * States are read from the proxies, whose handlers have no part in that; `snapshot` would run the program's getters. What was given to `ref` stays
 * what it is.
 */
import { SafeWeakMap, define, hasOwn, isArray, keysOf, ownDescriptor } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { copyState } from '../adapters/state-copy.ts'
import { isObject } from '../adapters/state-diff.ts'
import { StateRecorder, withFunctions } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'

type Subscribe = (proxy: object, callback: () => void, isSync: true) => () => void
type GetVersion = (value: unknown) => number | undefined

const watches = new SafeWeakMap<RecorderAccess, ValtioWatch>()

export const valtioAdapter: LibraryAdapter = {
  id: 'valtio',
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
    recorded.allowJump(proxy, jump)
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

/** Key by key, as the program would. */
function jump(proxy: object, state: unknown): boolean {
  if (!isObject(state) || isArray(state) !== isArray(proxy)) return false
  const next = withFunctions(plain(proxy), state) as object // SAFE: as `state`
  for (const key of keysOf(proxy)) {
    const own = ownDescriptor(proxy, key)
    if (own?.configurable === true && hasOwn(own, 'value') && !hasOwn(next, key)) Reflect.deleteProperty(proxy, key)
  }
  for (const key of keysOf(next)) {
    const own = ownDescriptor(proxy, key)
    if (own === undefined || own.writable === true) Reflect.set(proxy, key, Reflect.get(next, key))
  }
  return true
}

/** Takes proxies, and `subscribe` and `getVersion` by these names. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(valtioAdapter, 'valtio')
