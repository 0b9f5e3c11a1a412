/**
 * Vue 3: every render, by the events that Vue's builds for development have for DevTools (`perf:start` and `perf:end` of `render`,
 * `component:removed`). Where DevTools are there, their `emit` is listened to. Where they are not, nothing is put into the global object: Vue
 * keeps functions for DevTools that come late (`__VUE_DEVTOOLS_HOOK_REPLAY__`), and they are given a hook of ours. DevTools that come after all
 * get what they missed from it, as they would from Vue, and are listened to then.
 *
 * What a component was rendered again for is learnt where Vue tells `onRenderTriggered`: from the `onTrigger` of the component's effect, within
 * the assignment itself. Its target is the raw object; nothing reactive is read. Production builds say none of this: told.
 *
 * @table user interface
 * @versions 3
 * @told renders, the ref or key that triggered them, who assigned it; development builds
 * @not-told watchers; production builds without DevTools
 */
import type { LibraryResult } from '@hindscope/protocol'
import {
  SafeMap,
  SafeWeakMap,
  dateNow,
  define,
  isArray,
  mapEntries,
  mapIteratorNext,
  originalQueueMicrotask,
  originalSetTimeout,
  ownDescriptor,
  reflectApply,
} from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { patchMethod } from '../adapters/patch.ts'
import { RenderRecorder, addCauses, changedNames, isObject, ownText, ownValue } from '../adapters/render-recorder.ts'
import type { RenderCause } from '../adapters/render-recorder.ts'
import { isInstance, nameOfComponent, nameOfTrigger } from '../adapters/vue-instances.ts'
import type { Effect, Instance, Trigger } from '../adapters/vue-instances.ts'

const HOOK = '__VUE_DEVTOOLS_GLOBAL_HOOK__'
const REPLAY = '__VUE_DEVTOOLS_HOOK_REPLAY__'
const VERSIONS = /^3\./
/** As long as Vue itself keeps events for DevTools that are not there yet, and no more than so many. */
const KEEP_MS = 3000
const MAX_KEPT = 10_000
/** Instances that are gone are forgotten every so many. */
const SWEEP_EVERY = 256

/** What is known of a mounted component. */
interface Known {
  vnode: Instance['vnode']
  /** What it rendered last; only where there are no times. */
  tree: unknown
  /** Since its last render, and the first call that asked for the next. */
  causes: RenderCause[]
  call: number
  /** What caused its last render, and the batch of that. */
  link: number
  batch: number
  startMs: number
  detach: Detach | undefined
}

class VueWatch {
  private readonly recorder: RecorderAccess
  private readonly realm: object
  private readonly renders: RenderRecorder
  private readonly known = new SafeWeakMap<Instance, Known>()
  /** Instances whose effects are watched; weakly, since not every hook is told of what is removed. */
  private watched: WeakRef<Instance>[] = []
  private readonly hooks = new SafeMap<object, Detach>()
  private readonly hook: LateHook
  private batch = 1
  private isBatchOpen = false
  /** Builds that send only `component:updated`. */
  private hasTimes = false

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.realm = realm
    this.renders = new RenderRecorder(recorder, 'vue')
    this.hook = new LateHook(args => this.guarded(args))
  }

  attach(): Detach {
    this.connect()
    return () => {
      this.hook.close(this.realm)
      const hooks = mapEntries(this.hooks)
      for (let next = mapIteratorNext(hooks); !next.done; next = mapIteratorNext(hooks)) (next.value[1] as Detach)() // SAFE: what `listen` put there
      for (const reference of this.watched) {
        const instance = reference.deref()
        if (instance !== undefined) this.known.get(instance)?.detach?.()
      }
      this.watched = []
    }
  }

  /** True when Vue's events are heard. */
  connect(): boolean {
    const hook: unknown = Reflect.get(this.realm, HOOK)
    if (isObject(hook)) return this.listen(hook)
    return this.hook.offer(this.realm, late => this.listen(late))
  }

  private listen(hook: object): boolean {
    if (this.hooks.has(hook)) return true
    const detach = patchMethod(hook, 'emit', (original, state) => {
      const heard = (args: readonly unknown[]): void => this.guarded(args)
      return function emit(this: unknown, ...args: unknown[]): unknown {
        if (state.isActive) heard(args)
        return reflectApply(original, this, args as never) // SAFE: what Vue gave
      }
    })
    if (detach !== undefined) this.hooks.set(hook, detach)
    return detach !== undefined
  }

  private guarded(args: readonly unknown[]): void {
    try {
      this.heard(args)
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: Vue goes on; counted.
    }
  }

  /** `perf:*`: app, uid, instance, type, time. `component:*`: app, uid, parent's uid, instance. */
  private heard(args: readonly unknown[]): void {
    const event = args[0]
    if (event === 'perf:start' || event === 'perf:end') {
      this.hasTimes = true
      const instance = args[3]
      if (args[4] !== 'render' || !isInstance(instance)) return
      const ms = typeof args[5] === 'number' ? args[5] : 0
      const known = this.knownOf(instance)
      if (event === 'perf:start') known.startMs = ms
      else this.rendered(instance, known, ms - known.startMs)
      return
    }
    const instance = args[4]
    if (!isInstance(instance)) return
    if (event === 'component:removed') this.removed(instance)
    else if (!this.hasTimes && instance.isMounted && (event === 'component:added' || event === 'component:updated')) {
      const known = this.knownOf(instance)
      // Vue says `updated` of a component whose slot was rendered, too, even before it is mounted.
      if (known.tree !== instance.subTree) this.rendered(instance, known, undefined, event === 'component:added')
      known.tree = instance.subTree
    }
  }

  private knownOf(instance: Instance): Known {
    let known = this.known.get(instance)
    if (known === undefined) {
      known = { vnode: instance.vnode, tree: undefined, causes: [], call: 0, link: 0, batch: 0, startMs: 0, detach: undefined }
      this.known.set(instance, known)
      known.detach = this.watch(instance, known)
      this.watched[this.watched.length] = new WeakRef(instance)
      if (this.watched.length % SWEEP_EVERY === 0) this.watched = this.watched.filter(each => each.deref() !== undefined)
    }
    return known
  }

  /** The effect of the component has an `onTrigger` of its own where the program asked for one; ours comes before it. */
  private watch(instance: Instance, known: Known): Detach | undefined {
    const effect = instance.effect
    if (!isObject(effect)) return undefined
    const before = ownDescriptor(effect, 'onTrigger')
    const original: unknown = before?.value
    const noted = (trigger: Trigger): void => this.triggered(instance, known, trigger)
    const onTrigger = function (this: unknown, trigger: Trigger): unknown {
      noted(trigger)
      return typeof original === 'function' ? reflectApply(original as NonNullable<Effect['onTrigger']>, this, [trigger]) : undefined // SAFE: Vue's own
    }
    if (!define(effect, 'onTrigger', { value: onTrigger, configurable: true, writable: true, enumerable: true })) return undefined
    return () => {
      if (ownDescriptor(effect, 'onTrigger')?.value !== onTrigger) return
      if (before === undefined) Reflect.deleteProperty(effect, 'onTrigger')
      else define(effect, 'onTrigger', before)
    }
  }

  private triggered(instance: Instance, known: Known, trigger: Trigger): void {
    try {
      const cause = nameOfTrigger(instance, trigger)
      if (cause === undefined) return
      if (known.call === 0) known.call = this.recorder.currentCall()
      if (!known.causes.some(each => each.name === cause)) addCauses(known.causes, 'state', [cause])
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the assignment goes on; counted.
    }
  }

  private rendered(instance: Instance, known: Known, selfMs: number | undefined, isMount = !instance.isMounted): void {
    const causes = known.causes
    if (!isMount && known.vnode !== instance.vnode) {
      const names = changedNames(known.vnode.props, instance.vnode.props)
      if (names.length > 0) addCauses(causes, 'props', names)
      // Without triggers nobody knows: a parent's render gives new vnodes to components that it does not render, too.
      else if (causes.length === 0 && this.hasTimes) causes[0] = { kind: 'parent' }
    }
    known.link = known.call !== 0 ? known.call : this.linkOf(instance.parent)
    known.batch = this.batch
    known.vnode = instance.vnode
    known.causes = []
    known.call = 0
    this.record(instance, isMount ? 'mount' : 'update', isMount ? [] : causes, known.link, selfMs)
  }

  private removed(instance: Instance): void {
    const known = this.known.get(instance)
    known?.detach?.()
    this.known.delete(instance)
    this.record(instance, 'unmount', [], this.linkOf(instance.parent))
  }

  /** The render that this one is part of has caused it, or what runs now. */
  private linkOf(parent: Instance | null): number {
    for (let each = parent; each !== null; each = each.parent) {
      const known = this.known.get(each)
      if (known?.batch === this.batch) return known.link
    }
    return this.recorder.currentCall()
  }

  private record(instance: Instance, reason: 'mount' | 'update' | 'unmount', because: readonly RenderCause[], link: number, selfMs?: number): void {
    const { key } = instance.vnode
    const shown = typeof key === 'string' || typeof key === 'number' ? key : undefined
    this.renders.render({ component: nameOfComponent(instance), key: shown, reason, because, selfMs }, link)
    if (this.isBatchOpen) return
    this.isBatchOpen = true
    // Vue works all that is due in one go.
    originalQueueMicrotask(() => {
      this.isBatchOpen = false
      this.batch++
      this.renders.endBatch()
    })
  }
}

/** What Vue is given while there are no DevTools. */
class LateHook {
  private readonly listen: (args: readonly unknown[]) => void
  private readonly kept: unknown[][] = []
  private readonly given = new SafeWeakMap<object, true>()
  private sinceMs = 0
  private isOpen = true
  private own: ((hook: unknown) => void) | undefined
  private readonly hook = {
    enabled: false,
    emit: (...args: unknown[]): void => {
      if (!this.isOpen) return
      this.listen(args)
      if (this.isKeeping()) this.kept[this.kept.length] = args
    },
    /** Vue tells of components that are removed where the hook says that it has told of them already. */
    cleanupBuffer: (): boolean => false,
  }

  constructor(listen: (args: readonly unknown[]) => void) {
    this.listen = listen
  }

  private isKeeping(): boolean {
    return this.kept.length < MAX_KEPT && dateNow() - this.sinceMs < KEEP_MS
  }

  /** `come`: DevTools are there now. False when no Vue takes the hook. */
  offer(realm: object, come: (hook: object) => void): boolean {
    const replay = ownValue(realm, REPLAY)
    if (!isArray(replay)) return this.hook.enabled
    for (let i = 0; i < replay.length; i++) {
      const take: unknown = replay[i]
      if (typeof take !== 'function' || take === this.own || this.given.has(take)) continue
      this.given.set(take, true)
      this.sinceMs = dateNow()
      const timer: unknown = originalSetTimeout(() => (this.kept.length = 0), KEEP_MS)
      if (isObject(timer) && 'unref' in timer) (timer as { unref(): void }).unref() // SAFE: Node's Timeout
      reflectApply(take as (hook: object) => void, undefined, [this.hook]) // SAFE: what Vue put there for hooks
    }
    if (this.own === undefined) {
      this.own = hook => {
        if (!isObject(hook) || !this.isOpen) return
        const kept = this.isKeeping() ? this.kept.splice(0) : []
        const emit: unknown = Reflect.get(hook, 'emit')
        for (const args of kept) if (typeof emit === 'function') reflectApply(emit as (...args: unknown[]) => void, hook, args) // SAFE: typeof says so
        come(hook)
      }
      replay[replay.length] = this.own
    }
    return this.hook.enabled
  }

  close(realm: object): void {
    this.isOpen = false
    this.kept.length = 0
    const replay = ownValue(realm, REPLAY)
    const at = isArray(replay) ? replay.indexOf(this.own) : -1
    if (isArray(replay) && at !== -1) replay.splice(at, 1)
  }
}

const watches = new SafeWeakMap<RecorderAccess, VueWatch>()

export const vueAdapter: LibraryAdapter = {
  id: 'vue',
  attach(recorder, realm) {
    const watch = new VueWatch(recorder, realm)
    watches.set(recorder, watch)
    return watch.attach()
  },
  // Pinia brings DevTools of its own along, before anything is mounted.
  look: recorder => void watches.get(recorder)?.connect(),
  observe(recorder: RecorderAccess, { value }: LibraryResult) {
    const isKnown = VERSIONS.test(ownText(value, 'version') ?? '')
    return isKnown && watches.get(recorder)?.connect() === true ? () => {} : undefined
  },
}

/** Takes an app, before it is mounted. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(vueAdapter, 'vue')
