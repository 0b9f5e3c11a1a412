/**
 * Preact 10 and 11: every render, by the functions that Preact calls on its `options` object: what its DevTools use. The program's modules
 * hand the object over, since nothing else leads to it. Their names, and those of components, are the mangled ones, which both majors publish.
 *
 * Which call asked for a render is learnt from `setState` and `forceUpdate` of Preact's component class, through which hooks go, too.
 *
 * @table user interface
 * @versions 11, 10
 * @told mounts, updates, unmounts, what for, who asked
 * @not-told what is rendered by a program none of whose modules import `preact` itself
 */
import type { LibraryResult } from '@hindscope/protocol'
import { SafeWeakMap, define, originalQueueMicrotask, ownDescriptor, performanceNow, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { causesOf, isProvider, isVNode, nameOf, rememberValues } from '../adapters/preact-components.ts'
import type { Component, Remembered, VNode } from '../adapters/preact-components.ts'
import { RenderRecorder, isObject, isProxy, ownValue } from '../adapters/render-recorder.ts'

/** A component that is being rendered, those around it below. */
interface Frame {
  readonly component: Component
  readonly link: number
  readonly startMs: number
  childrenMs: number
}

interface Known extends Partial<Remembered> {
  /** The first call that asked for the next render; 0 where none did. */
  call: number
  isAsked: boolean
  hasCaught: boolean
}

/** Where errors left frames behind, and no task has ended meanwhile. */
const MAX_FRAMES = 5000

class PreactWatch {
  private readonly recorder: RecorderAccess
  private readonly options: object
  private readonly renders: RenderRecorder
  private readonly known = new SafeWeakMap<Component, Known>()
  private frames: Frame[] = []
  private isBatchOpen = false
  private asks: Detach | undefined
  /** What Preact's class has for a `render`; also the type of fragments. */
  private fragment: unknown

  constructor(recorder: RecorderAccess, options: object) {
    this.recorder = recorder
    this.options = options
    this.renders = new RenderRecorder(recorder, 'preact')
  }

  attach(): Detach | undefined {
    const taps = combine([
      this.tap('__r', ([vnode]) => this.rendering(vnode)),
      this.tap('diffed', ([vnode]) => this.diffed(vnode)),
      this.tap('unmount', ([vnode]) => this.unmounting(vnode)),
      this.tap('__e', ([, vnode]) => this.caught(vnode), 'after'),
    ])
    return () => {
      taps?.()
      this.asks?.()
    }
  }

  /** `options` has the function, or gets one; whoever comes later calls it. */
  private tap(key: string, listen: (args: readonly unknown[]) => void, when: 'before' | 'after' = 'before'): Detach | undefined {
    const { options } = this
    const guarded = (args: readonly unknown[]): void => {
      try {
        listen(args)
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: Preact goes on; counted.
      }
    }
    if (typeof ownValue(options, key) === 'function')
      return patchMethod(options, key, (original, state) => {
        return function tapped(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive && when === 'before') guarded(args)
          const result = reflectApply(original, this, args as never) // SAFE: what Preact gave
          if (state.isActive && when === 'after') guarded(args)
          return result
        }
      })
    let isActive = true
    const value = (...args: unknown[]): void => {
      if (isActive) guarded(args)
    }
    if (!define(options, key, { value, configurable: true, writable: true, enumerable: true })) return undefined
    return () => {
      isActive = false
      if (ownDescriptor(options, key)?.value === value) Reflect.deleteProperty(options, key)
    }
  }

  private knownOf(component: Component): Known {
    let known = this.known.get(component)
    if (known === undefined) this.known.set(component, (known = { call: 0, isAsked: false, hasCaught: false }))
    return known
  }

  /** Before the component's code runs; again where it asks for another render of itself. */
  private rendering(vnode: unknown): void {
    if (!isVNode(vnode) || vnode.__c === null) return
    const component = vnode.__c
    this.watchAsks(component)
    const { frames } = this
    if (frames.at(-1)?.component === component || !this.isShown(vnode)) return
    const known = this.knownOf(component)
    const link = known.call !== 0 ? known.call : (frames.at(-1)?.link ?? this.recorder.currentCall())
    if (frames.length >= MAX_FRAMES) this.frames = []
    this.frames.push({ component, link, startMs: performanceNow(), childrenMs: 0 })
    this.openBatch()
  }

  /** After the component and all below it; also where it was passed over, or threw. */
  private diffed(vnode: unknown): void {
    if (!isVNode(vnode) || vnode.__c === null) return
    const component = vnode.__c
    const { frames } = this
    const at = frames.findLastIndex(frame => frame.component === component)
    const frame = frames[at]
    if (frame === undefined) return
    const durationMs = performanceNow() - frame.startMs
    frames.length = at
    const around = frames.at(-1)
    if (around !== undefined) around.childrenMs += durationMs
    // What threw, or waits, has no original any more.
    if (vnode.__v === null) return
    const known = this.knownOf(component)
    const before = known.values === undefined ? undefined : (known as Remembered) // SAFE: all are set together
    const now = rememberValues(component)
    this.renders.render(
      {
        component: nameOf(vnode.type),
        key: this.keyOf(vnode),
        reason: before === undefined ? 'mount' : 'update',
        because: before === undefined ? [] : causesOf(before, now, known.isAsked),
        caught: known.hasCaught || undefined,
        selfMs: durationMs - frame.childrenMs,
        durationMs,
      },
      frame.link,
    )
    Object.assign(known, now, { call: 0, isAsked: false, hasCaught: false })
  }

  private unmounting(vnode: unknown): void {
    if (!isVNode(vnode) || vnode.__c === null || !this.isShown(vnode)) return
    this.openBatch()
    const link = this.frames.at(-1)?.link ?? this.recorder.currentCall()
    this.renders.render({ component: nameOf(vnode.type), key: this.keyOf(vnode), reason: 'unmount', because: [] }, link)
  }

  /** Preact has found a boundary: the first that is marked. Promises that components wait for mark none. */
  private caught(vnode: unknown): void {
    for (let each = isVNode(vnode) ? vnode.__ : null; isVNode(each); each = each.__) {
      const component = each.__c
      if (component === null || !(component.__E === component || ((component.__g ?? 0) & 2) !== 0)) continue
      this.knownOf(component).hasCaught = true
      return
    }
  }

  private keyOf({ key }: VNode): string | number | undefined {
    return typeof key === 'string' || typeof key === 'number' ? key : undefined
  }

  private isShown({ type }: VNode): boolean {
    return type !== this.fragment && !isProvider(type)
  }

  private watchAsks(component: Component): void {
    if (this.asks !== undefined) return
    let top: object | undefined
    for (let each = prototypeOf(component); each !== null && !isProxy(each); each = prototypeOf(each))
      if (typeof ownValue(each, 'setState') === 'function' && typeof ownValue(each, 'forceUpdate') === 'function') top = each
    if (top === undefined) return
    this.fragment = ownValue(top, 'render')
    const asked = (target: unknown): void => this.asked(target)
    const watch = (key: string): Detach | undefined =>
      patchMethod(top, key, (original, state) => {
        const methods = {
          [key](this: unknown, ...args: unknown[]): unknown {
            if (state.isActive) asked(this)
            return reflectApply(original, this, args as never) // SAFE: what the caller gave
          },
        }
        return methods[key] as typeof original // SAFE: just made
      })
    this.asks = combine([watch('setState'), watch('forceUpdate')]) ?? (() => {})
  }

  private asked(component: unknown): void {
    if (!isObject(component) || isProxy(component)) return
    try {
      const known = this.known.get(component as Component) // SAFE: only components are in there
      if (known === undefined) return
      known.isAsked = true
      if (known.call === 0) known.call = this.recorder.currentCall()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the update goes on; counted.
    }
  }

  private openBatch(): void {
    if (this.isBatchOpen) return
    this.isBatchOpen = true
    originalQueueMicrotask(() => {
      this.isBatchOpen = false
      this.frames = []
      this.renders.endBatch()
    })
  }
}

export const preactAdapter: LibraryAdapter = {
  id: 'preact',
  needsValues: true,
  observe(recorder: RecorderAccess, { value }: LibraryResult) {
    if (!isObject(value) || isProxy(value) || typeof ownValue(value, '__e') !== 'function') return undefined
    return new PreactWatch(recorder, value).attach()
  },
}

/** Takes the `options` of Preact, before anything is rendered. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(preactAdapter, 'preact')
