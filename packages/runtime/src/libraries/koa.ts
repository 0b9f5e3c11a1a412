/**
 * Koa 2 and 3. The list that the app composes its middleware from is shown through a Proxy while it is composed, so that what is composed calls
 * stand-ins; `app.middleware`, its functions, `ctx` and `next` stay what they are. @koa/router 15 makes a list for each request, which has stand-ins in it.
 *
 * Only the outermost promise is sure to be handled, by Koa. A handler on one of the others would hide its rejection where the program does not
 * wait for its `next()`. So a middleware that gives a promise has ended when the outermost one is settled, or the answer is sent.
 *
 * @table requests
 * @versions koa 3, 2; @koa/router 15
 * @told middleware, its end when its promise is settled; of @koa/router its middleware and routes: function, pattern, parameters, error of what throws at once
 * @not-told the error of a promise of a route is told of the middleware around it
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fieldsOf, isFunction, isObject, isPlainPromise, nameOf, paramsOf } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerFields, HandlerRun } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { PatchState } from '../adapters/patch.ts'
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const koaAdapter: LibraryAdapter = watchingAdapter('koa', recorder => new KoaWatch(recorder))

export const observe: Observe = registerLibrary(koaAdapter, 'koa')

/** Where a function comes from. */
interface Place {
  readonly kind: HandlerFields['kind']
  /** Koa itself handles the promise of the outermost one. */
  readonly isHandled: boolean
  /** Given to a router, which knows pattern and parameters. */
  readonly isRouted: boolean
}

const ROUTER_METHODS = ['_buildMiddlewareChain', 'match', 'routes'] as const
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
    if (!isObject(value) || isProxy(value)) return undefined
    const isRouter = isArray(dataOf(value, 'stack'))
    if (!isRouter && (!isArray(dataOf(value, 'middleware')) || !isObject(dataOf(value, 'context')))) return undefined
    const holder = prototypeWith(value, isRouter ? ROUTER_METHODS : APP_METHODS)
    if (holder === undefined) return undefined
    const release = this.patches.hold()
    if (isRouter ? this.patchRouter(holder) : this.patchCallback(holder)) return release
    release()
    return undefined
  }

  /** `_buildMiddlewareChain(layers, path)`: the functions of the layers, each layer's behind one of the router's own. */
  private patchRouter(holder: object): boolean {
    return this.patches.patch(holder, '_buildMiddlewareChain', (original, state) => {
      const shown = (layers: unknown, list: unknown): unknown => this.handlers.guarded(() => this.routed(layers, list, state)) ?? list
      const methods = {
        build(this: unknown, ...args: unknown[]): unknown {
          const list = reflectApply(original, this, args as never) // SAFE: as given
          return state.isActive ? shown(args[0], list) : list
        },
      }
      return methods.build
    })
  }

  private routed(layers: unknown, list: unknown, state: PatchState): unknown {
    if (!isArray(layers) || !isArray(list)) return undefined
    return list.map((given: unknown) => {
      const layer: unknown = layers.find((each: unknown) => isObject(each) && listAt(each, 'stack').includes(given))
      if (!isObject(layer) || !isFunction(given) || isProxy(given)) return given
      const kind = listAt(layer, 'methods').length > 0 ? 'route' : 'middleware'
      return this.standIn(given, state, { kind, isHandled: false, isRouted: true })
    })
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
    const place: Place = { kind: 'middleware', isHandled: prototypeWith(app, ['handleRequest']) === holder, isRouted: false }
    const made = new SafeWeakMap<AnyFunction, AnyFunction>()
    const shown = new Proxy(list, {
      get: (target, key, receiver): unknown => {
        const value: unknown = Reflect.get(target, key, receiver)
        if (!isFunction(value) || typeof key !== 'string' || !/^\d+$/.test(key) || isProxy(value)) return value
        let standIn = made.get(value)
        if (standIn === undefined) made.set(value, (standIn = this.standIn(value, state, place)))
        return standIn
      },
    })
    if (!define(app, 'middleware', { ...own, value: shown })) return undefined
    return () => {
      const now = ownDescriptor(app, 'middleware')
      if (now?.value === shown) define(app, 'middleware', { ...now, value: list })
    }
  }

  private standIn(middleware: AnyFunction, state: PatchState, place: Place): AnyFunction {
    const call = (self: unknown, args: IArguments): unknown => this.call(middleware, place, self, args)
    const methods = {
      middleware(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(middleware, this, arguments as never) // SAFE: as given
      },
    }
    return dressAs(methods.middleware, middleware)
  }

  private call(middleware: AnyFunction, place: Place, self: unknown, args: IArguments): unknown {
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
      const route = place.isRouted ? dataOf(context, '_matchedRoute') : undefined
      const params = place.isRouted ? paramsOf(dataOf(context, 'params')) : undefined
      return handlers.begin(request, fieldsOf('koa', place.kind, name, typeof route === 'string' ? route : undefined, params))
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
    else if (isOutermost && place.isHandled && isPlainPromise(result)) void this.watch(request, run, result)
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

function listAt(owner: object, key: string): readonly unknown[] {
  const list = dataOf(owner, key)
  return isArray(list) && !isProxy(list) ? list : []
}
