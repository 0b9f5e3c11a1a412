/**
 * Koa 2 and 3. The list that the app composes its middleware from is shown through a Proxy while it is composed, so that what is composed calls
 * stand-ins; `app.middleware`, its functions, `ctx` and `next` stay what they are.
 *
 * Only the outermost promise is sure to be handled, by Koa. A handler on one of the others would hide its rejection where the program does not
 * wait for its `next()`. So a middleware that gives a promise has ended when the outermost one is settled, or the answer is sent.
 *
 * @table requests
 * @versions 3, 2
 * @told middleware, its end when its promise is settled
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fieldsOf, isFunction, isObject, isPlainPromise, nameOf } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerRun } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { PatchState } from '../adapters/patch.ts'
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const koaAdapter: LibraryAdapter = watchingAdapter('koa', recorder => new KoaWatch(recorder))

export const observe: Observe = registerLibrary(koaAdapter, 'koa')

const APP_METHODS = ['callback', 'handleRequest', 'createContext', 'use'] as const

class KoaWatch {
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches

  constructor(recorder: RecorderAccess) {
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (!isObject(value) || isProxy(value) || !isArray(dataOf(value, 'middleware')) || !isObject(dataOf(value, 'context'))) return undefined
    const holder = prototypeWith(value, APP_METHODS)
    if (holder === undefined) return undefined
    const release = this.patches.hold()
    if (this.patchCallback(holder)) return release
    release()
    return undefined
  }

  private patchCallback(holder: object): boolean {
    return this.patches.patch(holder, 'callback', (original, state) => {
      const show = (app: object): Detach | undefined => this.handlers.guarded(() => this.showStandIns(app, holder, state))
      const methods = {
        callback(this: unknown): unknown {
          const hide = state.isActive && isObject(this) ? show(this) : undefined
          try {
            return reflectApply(original, this, arguments as never) // SAFE: as given
          } finally {
            hide?.()
          }
        },
      }
      return methods.callback
    })
  }

  /** Until the function that it gives is called. Undefined where the app is not as Koa makes it. */
  private showStandIns(app: object, holder: object, state: PatchState): Detach | undefined {
    const own = isProxy(app) ? undefined : ownDescriptor(app, 'middleware')
    const list: unknown = own?.value
    if (own === undefined || own.writable !== true || !isArray(list) || isProxy(list)) return undefined
    // Koa's own `handleRequest` handles the promise of the outermost middleware.
    const isHandled = prototypeWith(app, ['handleRequest']) === holder
    const made = new SafeWeakMap<AnyFunction, AnyFunction>()
    const shown = new Proxy(list, {
      get: (target, key, receiver): unknown => {
        const value: unknown = Reflect.get(target, key, receiver)
        if (!isFunction(value) || typeof key !== 'string' || !/^\d+$/.test(key) || isProxy(value)) return value
        let standIn = made.get(value)
        if (standIn === undefined) made.set(value, (standIn = this.standIn(value, state, isHandled)))
        return standIn
      },
    })
    if (!define(app, 'middleware', { ...own, value: shown })) return undefined
    return () => {
      const now = ownDescriptor(app, 'middleware')
      if (now?.value === shown) define(app, 'middleware', { ...now, value: list })
    }
  }

  private standIn(middleware: AnyFunction, state: PatchState, isHandled: boolean): AnyFunction {
    const call = (self: unknown, args: IArguments): unknown => this.call(middleware, isHandled, self, args)
    const methods = {
      middleware(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(middleware, this, arguments as never) // SAFE: as given
      },
    }
    return dressAs(methods.middleware, middleware)
  }

  private call(middleware: AnyFunction, isHandled: boolean, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const context: unknown = args[0]
    let request: object | undefined
    let isOutermost = false
    const run = handlers.guarded((): HandlerRun | undefined => {
      if (!isObject(context) || isProxy(context)) return undefined
      const incoming = dataOf(context, 'req')
      request = isObject(incoming) && !isProxy(incoming) ? incoming : context
      isOutermost = !handlers.isOpen(request)
      const given = dataOf(middleware, '_name')
      const name = typeof given === 'string' && given !== '' ? given : nameOf(middleware, '<anonymous>')
      return handlers.begin(request, fieldsOf('koa', 'middleware', name, undefined, undefined))
    })
    if (run === undefined || request === undefined) return reflectApply(middleware, self, args as never) // SAFE: as given
    let result: unknown
    try {
      result = handlers.run(run, middleware, self, args)
    } catch (error) {
      handlers.fail(run, error)
      throw error
    }
    if (!isObject(result)) handlers.end(run)
    else if (isOutermost && isHandled && isPlainPromise(result)) void this.watch(request, run, result)
    return result
  }

  private async watch(request: object, run: HandlerRun, promise: Promise<unknown>): Promise<void> {
    try {
      await promise
    } catch (error) {
      this.handlers.fail(run, error) // SAFE: Koa gets the error too.
    }
    this.handlers.endAll(request)
  }
}
