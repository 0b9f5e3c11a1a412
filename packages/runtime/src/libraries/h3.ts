/**
 * h3 2 and 1: middleware and handlers of routes. Stand-ins take the functions' places on their way into the app: as `use` is given them, and in what
 * `~addRoute` of h3 2 and a router of h3 1 keep for a route. `event.context.matchedRoute` shows them there; they look like what they stand for.
 *
 * h3 handles the promise of whatever it calls itself in the same tick. A route's of h3 2 goes to the middleware around it, where there is one that
 * has `next`: nobody else may wait for it, so it has ended when the answer is sent.
 *
 * @table requests
 * @versions 2, 1
 * @told middleware and routes, those of mounted apps too, with pattern, parameters, error; `matchedRoute.handler` is a function that looks like the given one
 * @not-told hooks in the app's options; the error of a route of h3 2 whose middleware takes `next` is told of the middleware; apps that Nitro makes, whose handlers are seen as calls
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fieldsOf, isFunction, isObject, nameOf, paramsOf } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerFields, RunEnd } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { PatchState } from '../adapters/patch.ts'
import { SafeWeakMap, define, isArray, objectPrototype, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const h3Adapter: LibraryAdapter = watchingAdapter('h3', recorder => new H3Watch(recorder))

export const observe: Observe = registerLibrary(h3Adapter, 'h3')

/** What a stand-in knows of its place. */
interface Place {
  readonly kind: HandlerFields['kind']
  readonly route: string | undefined
  /** Of the event's context: what `route` has found in the path. */
  readonly params: 'params' | 'middlewareParams' | undefined
  /** Whoever calls it waits for it at once. */
  readonly isAwaited: boolean
}

const APP_METHODS = ['use', 'mount', 'on', '~addRoute'] as const
const AWAITED: RunEnd = { awaits: true, isDone: () => true }
const RETURNED: RunEnd = { awaits: false, isDone: () => true }
/** Of functions that h3 makes around the program's. */
const MADE_BY_H3: ReadonlySet<string> = new Set(['_composedHandler', '_handler'])

class H3Watch {
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  /** What each stands for. */
  private readonly standIns = new SafeWeakMap<object, AnyFunction>()
  /** By event: `event.req` may be another one in the end. */
  private readonly requests = new SafeWeakMap<object, object>()

  constructor(recorder: RecorderAccess) {
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (!isObject(value) || isProxy(value)) return undefined
    if (isArray(dataOf(value, '~middleware'))) return this.observeClass(value)
    const handler = dataOf(value, 'handler')
    if (!isFunction(handler) || dataOf(handler, '__is_handler__') !== true) return undefined
    return isArray(dataOf(value, 'stack')) ? this.observeApp(value) : this.observeRouter(value)
  }

  /** h3 2: the class has the methods. */
  private observeClass(app: object): Detach | undefined {
    const holder = prototypeWith(app, APP_METHODS)
    if (holder === undefined) return undefined
    const release = this.patches.hold()
    if (
      this.patches.patch(holder, 'use', (original, state) => this.use(original, state, 'middlewareParams')) &&
      this.patches.patch(holder, '~addRoute', (original, state) => this.addRoute(original, state))
    )
      return release
    release()
    return undefined
  }

  /** h3 1: every app and every router has methods of its own. */
  private observeApp(app: object): Detach | undefined {
    const patch = patchMethod(app, 'use', (original, state) => this.use(original, state))
    return patch && combine([this.patches.hold(), patch])
  }

  private observeRouter(router: object): Detach | undefined {
    const use = ownDescriptor(router, 'use')
    const add = dataOf(router, 'add')
    const patch = isFunction(dataOf(router, 'get'))
      ? patchMethod(router, 'add', (original, state) =>
          this.changing(original, state, args => {
            const route = typeof args[0] === 'string' ? args[0] : undefined
            args[1] = this.standIn(args[1], { kind: 'route', route, params: 'params', isAwaited: true }, state)
          }),
        )
      : undefined
    const made = dataOf(router, 'add')
    // Two names of one function; the other methods call it by this one.
    if (patch === undefined || use === undefined || use.value !== add || !define(router, 'use', { ...use, value: made })) {
      patch?.()
      return undefined
    }
    return combine([this.patches.hold(), patch, () => void (dataOf(router, 'use') === made && define(router, 'use', use))])
  }

  /** `use([route], handler or several, [options])`. */
  private use(original: AnyFunction, state: PatchState, params?: 'middlewareParams'): AnyFunction {
    return this.changing(original, state, args => {
      const at = typeof args[0] === 'string' ? 1 : 0
      const options = args[at + 1]
      const route = at === 1 ? args[0] : isObject(options) ? dataOf(options, 'route') : undefined
      const path = typeof route === 'string' ? route : undefined
      const place: Place = { kind: 'middleware', route: path, params: path?.includes(':') === true ? params : undefined, isAwaited: true }
      const given = args[at]
      args[at] = isArray(given) && !isProxy(given) ? given.map(each => this.layer(each, place, state)) : this.layer(given, place, state)
    })
  }

  /** A function; or, of h3 1, a layer that is data alone. Apps and routers tell of themselves. */
  private layer(given: unknown, place: Place, state: PatchState): unknown {
    if (isFunction(given)) return this.standIn(given, place, state)
    if (!isObject(given) || isProxy(given) || prototypeOf(given) !== objectPrototype) return given
    if (isFunction(dataOf(given, 'add')) || isArray(dataOf(given, 'stack'))) return given
    const handler = dataOf(given, 'handler')
    if (!isFunction(handler) || dataOf(given, 'lazy') !== undefined) return given
    const route = dataOf(given, 'route')
    return { ...given, handler: this.standIn(handler, { ...place, ...(typeof route === 'string' && { route }) }, state) }
  }

  /** `~addRoute(route)`: its own, or a copy of another app's with a longer path. */
  private addRoute(original: AnyFunction, state: PatchState): AnyFunction {
    return this.changing(original, state, ([route]) => {
      if (!isObject(route) || isProxy(route)) return
      const path = dataOf(route, 'route')
      const pattern = typeof path === 'string' ? path : undefined
      const own = dataOf(route, 'handler')
      if (isFunction(own))
        Reflect.set(route, 'handler', this.standIn(own, { kind: 'route', route: pattern, params: 'params', isAwaited: false }, state))
      const middleware = dataOf(route, 'middleware')
      if (!isArray(middleware) || isProxy(middleware)) return
      const place: Place = { kind: 'middleware', route: pattern, params: 'params', isAwaited: true }
      Reflect.set(
        route,
        'middleware',
        middleware.map(each => this.standIn(each, place, state)),
      )
    })
  }

  private standIn(value: unknown, place: Place, state: PatchState): unknown {
    if (!isFunction(value) || isProxy(value)) return value
    const given = this.standIns.get(value) ?? value
    const call = (self: unknown, args: IArguments): unknown => this.call(given, place, self, args)
    const methods = {
      handle(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(given, this, arguments as never) // SAFE: as given
      },
    }
    const made = dressAs(methods.handle, given)
    this.standIns.set(made, given)
    return made
  }

  /** The method, given what `change` makes of its arguments. */
  private changing(original: AnyFunction, state: PatchState, change: (args: unknown[]) => void): AnyFunction {
    const { handlers } = this
    const methods = {
      method(this: unknown, ...args: unknown[]): unknown {
        if (state.isActive) handlers.guarded(() => change(args))
        return reflectApply(original, this, args as never) // SAFE: as given, or with stand-ins
      },
    }
    return methods.method
  }

  private call(given: AnyFunction, place: Place, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const event: unknown = args[0]
    let { isAwaited } = place
    const run = handlers.guarded(() => {
      if (!isObject(event) || isProxy(event)) return undefined
      const request = this.requestOf(event)
      isAwaited ||= !handlers.isOpen(request)
      const context = place.params && dataOf(event, 'context')
      const params = place.params && isObject(context) ? paramsOf(dataOf(context, place.params)) : undefined
      const route = place.kind === 'route' && place.route !== undefined ? baseOf(event, request) + place.route : place.route
      return handlers.begin(request, fieldsOf('h3', place.kind, nameIn(given), route, params))
    })
    if (run === undefined) return reflectApply(given, self, args as never) // SAFE: as given
    return handlers.call(run, given, self, args, isAwaited ? AWAITED : RETURNED)
  }

  /** Node's, where the server is one of Node. */
  private requestOf(event: object): object {
    let request = this.requests.get(event)
    if (request === undefined) this.requests.set(event, (request = nodeRequest(event) ?? event))
    return request
  }
}

function nodeRequest(event: object): object | undefined {
  let holder = dataOf(event, 'node')
  if (!isObject(holder)) {
    const request = dataOf(event, 'req')
    const runtime = isObject(request) ? dataOf(request, 'runtime') : undefined
    holder = isObject(runtime) ? dataOf(runtime, 'node') : undefined
  }
  const incoming = isObject(holder) ? dataOf(holder, 'req') : undefined
  return isObject(incoming) && !isProxy(incoming) ? incoming : undefined
}

/** What h3 1 has taken from the path in front of a router. */
function baseOf(event: object, request: object): string {
  const [all, path] = [dataOf(request, 'originalUrl'), dataOf(event, '_path')]
  return typeof all === 'string' && typeof path === 'string' && path !== '' && all.endsWith(path) ? all.slice(0, -path.length) : ''
}

/** Of the function that the program gave, where that is known. */
function nameIn(handler: AnyFunction): string {
  const inner = dataOf(handler, 'handler')
  const name = nameOf(isFunction(inner) ? inner : handler, '<anonymous>')
  return MADE_BY_H3.has(name) ? '<anonymous>' : name
}
