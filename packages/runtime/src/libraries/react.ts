/**
 * React: every commit, by the hook that React gives DevTools (`__REACT_DEVTOOLS_GLOBAL_HOOK__`). Where there is one (DevTools, Fast Refresh)
 * the adapter is told first and passes everything on; where there is none it puts in one that does nothing, and that others chain onto.
 *
 * Ours lies on the prototype of the global object: React finds it there, and DevTools that come later, which do not install themselves over an
 * own property, do so all the same. It has no `checkDCE`, so React still recommends DevTools in the console.
 *
 * What is recorded is what React commits: a component that waits (Suspense) or throws has rendered nothing, one that StrictMode calls twice has
 * rendered once. What asked for a render is known in builds for development and profiling (react-updaters.ts). In production it is the call
 * that runs when React commits: that of `flushSync`, else what caused React's task.
 *
 * @table user interface
 * @versions 19, 18
 * @told mounts, updates and unmounts of components, what they were rendered for (hook, props by name, context, parent), error boundaries, times
 *   where the build measures them; who asked for it, exactly in development builds
 * @not-told a React that was loaded before the adapter
 */
import {
  SafeMap,
  SafeWeakMap,
  define,
  keysOf,
  mapEntries,
  mapIteratorNext,
  originalQueueMicrotask,
  ownDescriptor,
  prototypeOf,
  reflectApply,
} from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { HOST_ROOT, causesOf, componentName, durations, hasCaught, hasRendered, isComponent, isFiber } from '../adapters/react-fibers.ts'
import type { Fiber } from '../adapters/react-fibers.ts'
import { ReactUpdaters } from '../adapters/react-updaters.ts'
import type { FiberRoot } from '../adapters/react-updaters.ts'
import { RenderRecorder, isObject, isProxy, ownText, ownValue } from '../adapters/render-recorder.ts'
import type { Render } from '../adapters/render-recorder.ts'

const HOOK = '__REACT_DEVTOOLS_GLOBAL_HOOK__'
/** Majors whose fibers `react-fibers.ts` can read. */
const VERSIONS = /^1[89]\./
/** Fibers that one commit is looked through for, and components it may unmount. */
const MAX_FIBERS = 50_000
const MAX_UNMOUNTS = 1000

/** Hooks that were put in, by global object: React keeps the one it found for ever, so a later recorder uses it again. */
const ownHooks = new SafeWeakMap<object, object>()

class ReactWatch {
  private readonly recorder: RecorderAccess
  private readonly realm: object
  private readonly renders: RenderRecorder
  private readonly updaters: ReactUpdaters
  private readonly hooks = new SafeMap<object, Detach>()
  /** By the id that the hook gave: whether its fibers can be read. */
  private readonly renderers = new SafeMap<unknown, boolean>()
  private unmounted: Render[] = []
  private unmountedBeyond = 0
  /** Fibers still to be looked at, and what caused the render that each is in. */
  private readonly fibers: (Fiber | undefined)[] = []
  private readonly causes: number[] = []
  private isAttached = true

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.realm = realm
    this.renders = new RenderRecorder(recorder, 'react')
    this.updaters = new ReactUpdaters(recorder)
  }

  attach(): Detach | undefined {
    const removeOwn = readHook(this.realm) === undefined ? putHook(this.realm) : undefined
    this.lookForHook()
    if (this.hooks.size === 0) return removeOwn
    // DevTools that are loaded after this file: at best before React, in the same bundle.
    originalQueueMicrotask(() => this.lookForHook())
    // Not while the recorder seals: what is found is told.
    this.recorder.onSeal(() => this.isAttached && originalQueueMicrotask(() => this.lookForHook()))
    return () => {
      this.isAttached = false
      const iterator = mapEntries(this.hooks)
      for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) (next.value[1] as Detach)() // SAFE: what `chain` put there
      this.updaters.detach()
      removeOwn?.()
    }
  }

  private lookForHook(): void {
    if (!this.isAttached) return
    try {
      const hook = readHook(this.realm)
      if (hook === undefined || this.hooks.has(hook)) return
      const detach = this.chain(hook)
      if (detach !== undefined) this.hooks.set(hook, detach)
      else if (ownValue(hook, 'isDisabled') !== true) this.renders.tell('adapter-unsupported', 'react: hook of another kind')
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: React runs without this adapter; counted.
    }
  }

  private chain(hook: object): Detach | undefined {
    if (isProxy(hook) || ownValue(hook, 'isDisabled') === true) return undefined
    const renderers = ownValue(hook, 'renderers')
    if (renderers instanceof Map) {
      const iterator = mapEntries(renderers)
      for (let next = mapIteratorNext(iterator); !next.done; next = mapIteratorNext(iterator)) this.meet(next.value[0], next.value[1])
    }
    const commits = this.tap(hook, 'onCommitFiberRoot', args => this.committed(args[0], args[1]))
    return (
      commits &&
      combine([
        commits,
        this.tap(hook, 'onCommitFiberUnmount', args => this.unmounting(args[0], args[1])),
        this.tap(hook, 'onScheduleFiberRoot', args => this.scheduled(args[0], args[1])),
        this.tap(hook, 'inject', (args, id) => this.meet(id, args[0])),
      ])
    )
  }

  /** `listen` is told of the call before the hook is, but of `inject` with what it gave. */
  private tap(hook: object, key: string, listen: (args: readonly unknown[], result: unknown) => void): Detach | undefined {
    const guarded = (args: readonly unknown[], result?: unknown): void => {
      try {
        listen(args, result)
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: React goes on, which would print what the hook throws; counted.
      }
    }
    return patchMethod(hook, key, (original, state) =>
      key === 'inject'
        ? function inject(this: unknown, ...args: unknown[]): unknown {
            const id = reflectApply(original, this, args as never) // SAFE: what React gave
            if (state.isActive) guarded(args, id)
            return id
          }
        : function tapped(this: unknown, ...args: unknown[]): unknown {
            if (state.isActive) guarded(args)
            return reflectApply(original, this, args as never) // SAFE: as above
          },
    )
  }

  private meet(id: unknown, renderer: unknown): void {
    const version = ownText(renderer, 'reconcilerVersion') ?? ownText(renderer, 'version') ?? 'of an unknown version'
    const isKnown = VERSIONS.test(version)
    this.renderers.set(id, isKnown)
    this.renders.tell(
      isKnown ? 'adapter-attached' : 'adapter-unsupported',
      `react: ${ownText(renderer, 'rendererPackageName') ?? 'renderer'} ${version}`,
    )
  }

  private isReadable(id: unknown, root: unknown): root is FiberRoot {
    if (!this.renderers.has(id)) this.meet(id, undefined)
    if (this.renderers.get(id) !== true) return false
    const current = isObject(root) ? (root as Partial<FiberRoot>).current : undefined // SAFE: checked here
    if (isFiber(current) && current.tag === HOST_ROOT) return true
    this.renderers.set(id, false)
    this.renders.tell('adapter-unsupported', 'react: fibers of another kind')
    return false
  }

  private scheduled(id: unknown, root: unknown): void {
    if (this.isReadable(id, root)) this.updaters.watch(root)
  }

  /** React tells of these within the commit, before it tells of the commit itself. */
  private unmounting(id: unknown, fiber: unknown): void {
    if (this.renderers.get(id) !== true || !isFiber(fiber) || !isComponent(fiber)) return
    if (this.unmounted.length >= MAX_UNMOUNTS) this.unmountedBeyond++
    else this.unmounted[this.unmounted.length] = { component: componentName(fiber), key: fiber.key ?? undefined, reason: 'unmount', because: [] }
  }

  private committed(id: unknown, root: unknown): void {
    if (!this.isReadable(id, root)) return
    const { updaters, renders } = this
    updaters.watch(root)
    const known = updaters.causeOf(root)
    const cause = known === 0 ? this.recorder.currentCall() : known
    const { unmounted } = this
    this.unmounted = []
    let isRecording = true
    for (let i = 0; i < unmounted.length && isRecording; i++) isRecording = renders.render(unmounted[i] as Render, cause) // SAFE: i is below the length
    const isCut = isRecording && this.walk(root, cause)
    updaters.committed(root)
    renders.endBatch(isCut || this.unmountedBeyond > 0)
    this.unmountedBeyond = 0
  }

  /**
   * Records what the commit rendered, parents first. A fiber whose children are the very fibers that its alternate has was passed over, with
   * everything below it. True when there was more than may be looked at.
   */
  private walk(root: FiberRoot, cause: number): boolean {
    const { fibers, causes, updaters } = this
    const top = root.current
    let size = 1
    let looked = 0
    fibers[0] = top
    causes[0] = cause
    while (size > 0 && looked < MAX_FIBERS) {
      looked++
      size--
      const fiber = fibers[size] as Fiber // SAFE: size was at least 1
      const outer = causes[size] as number // SAFE: as above
      let inner = outer
      if (isComponent(fiber) && hasRendered(fiber)) {
        const own = updaters.callOf(root, fiber)
        if (own !== 0) inner = own
        if (!this.renders.render(this.describe(root, fiber), inner)) break
      }
      if (fiber.sibling !== null && fiber !== top) {
        fibers[size] = fiber.sibling
        causes[size++] = outer
      }
      if (fiber.child !== null && fiber.child !== fiber.alternate?.child) {
        fibers[size] = fiber.child
        causes[size++] = inner
      }
    }
    fibers.length = 0
    return size > 0 && looked >= MAX_FIBERS
  }

  private describe(root: FiberRoot, fiber: Fiber): Render {
    const before = fiber.alternate
    const times = durations(fiber)
    return {
      component: componentName(fiber),
      key: fiber.key ?? undefined,
      reason: before === null ? 'mount' : 'update',
      because: before === null ? [] : causesOf(before, fiber, this.updaters.isUpdater(root, fiber)),
      caught: hasCaught(fiber),
      selfMs: times?.selfMs,
      durationMs: times?.durationMs,
    }
  }
}

function readHook(realm: object): object | undefined {
  const hook: unknown = Reflect.get(realm, HOOK)
  return isObject(hook) ? hook : undefined
}

/** Puts in a hook that does nothing; gives what takes it out again, unless somebody has changed it meanwhile. */
function putHook(realm: object): Detach | undefined {
  const hook = ownHooks.get(realm) ?? createHook()
  ownHooks.set(realm, hook)
  const prototype = prototypeOf(realm)
  // The prototype of every object is no place for it.
  const isSafe = prototype !== null && prototypeOf(prototype) !== null
  const place = [isSafe ? prototype : realm, realm].find(target =>
    define(target, HOOK, { value: hook, configurable: true, writable: true, enumerable: false }),
  )
  if (place === undefined) return undefined
  const methods = keysOf(hook).map(key => [key, ownDescriptor(hook, key)?.value] as const)
  return () => {
    const isOurs = ownDescriptor(place, HOOK)?.value === hook && methods.every(([key, value]) => ownDescriptor(hook, key)?.value === value)
    if (isOurs) Reflect.deleteProperty(place, HOOK)
  }
}

function createHook(): object {
  const renderers = new Map<number, unknown>()
  return {
    renderers,
    supportsFiber: true,
    inject(renderer: unknown): number {
      const id = renderers.size + 1
      renderers.set(id, renderer)
      return id
    },
    onScheduleFiberRoot(): void {},
    onCommitFiberRoot(): void {},
    onCommitFiberUnmount(): void {},
    onPostCommitFiberRoot(): void {},
  }
}

export const reactAdapter: LibraryAdapter = {
  id: 'react',
  attach: (recorder, realm) => new ReactWatch(recorder, realm).attach(),
}

/** Nothing of React needs to be handed over: it is enough to load this file before React. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(reactAdapter, 'react')
