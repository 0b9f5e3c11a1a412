/**
 * Hono 4. What the app gives to its router, and finds there for each request, is a stand-in beside the route (`router.add`): the routes that the
 * program can see, and their functions, stay what they are. Handlers of errors and of unknown routes are stood in for on their way in.
 *
 * Hono awaits what middleware and handlers of routes return as soon as it has it, so their promises are watched. Those of the others may go to
 * the program (`c.notFound()`, `app.fetch()`) and nowhere else: such a handler has ended when the answer is sent.
 *
 * @table requests
 * @versions 4
 * @told middleware, routes, handlers of errors and of what is not found
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
import { SafeWeakMap, isArray, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const honoAdapter: LibraryAdapter = watchingAdapter('hono', recorder => new HonoWatch(recorder))

export const observe: Observe = registerLibrary(honoAdapter, 'hono')

/** What a stand-in knows of its place. */
interface Place {
  readonly kind: HandlerFields['kind']
  readonly name: string
  readonly route: string | undefined
  /** Of the context among the arguments. */
  readonly at: 0 | 1
}

/** Around a handler of a mounted app that has an error handler of its own, Hono keeps the handler under this key. */
const COMPOSED = '__COMPOSED_HANDLER'
const AWAITED: RunEnd = { awaits: true, isDone: () => true }
const RETURNED: RunEnd = { awaits: false, isDone: () => true }
const NOT_FOUND = { kind: 'handler', name: 'notFound', route: undefined, at: 0 } as const
const FAILED = { kind: 'handler', name: 'onError', route: undefined, at: 1 } as const

class HonoWatch {
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  private readonly standIns = new SafeWeakMap<object, true>()

  constructor(recorder: RecorderAccess) {
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (!isObject(value) || isProxy(value) || !isArray(dataOf(value, 'routes')) || !isFunction(dataOf(value, 'fetch'))) return undefined
    const router = dataOf(value, 'router')
    const holder = isObject(router) ? prototypeWith(router, ['add']) : undefined
    if (holder === undefined || !isFunction(dataOf(value, 'onError'))) return undefined
    const release = this.patches.hold()
    if (!this.patchAdd(holder)) {
      release()
      return undefined
    }
    return combine([release, this.patchSetter(value, 'onError', FAILED), this.patchSetter(value, 'notFound', NOT_FOUND)])
  }

  private patchAdd(holder: object): boolean {
    return this.patches.patch(holder, 'add', (original, state) => {
      const standIn = (entry: unknown): unknown => this.handlers.guarded(() => this.entryOf(entry, state)) ?? entry
      const methods = {
        add(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive && args.length === 3) args[2] = standIn(args[2])
          return reflectApply(original, this, args as never) // SAFE: as given, or with a stand-in
        },
      }
      return methods.add
    })
  }

  /** What the app adds is a pair of the handler and its route; undefined for anything else. */
  private entryOf(entry: unknown, state: PatchState): unknown {
    if (!isArray(entry) || isProxy(entry) || entry.length !== 2) return undefined
    const handler: unknown = dataOf(entry, 0)
    const route: unknown = dataOf(entry, 1)
    if (!isFunction(handler) || !isObject(route) || dataOf(route, 'handler') !== handler) return undefined
    const composed = dataOf(handler, COMPOSED)
    const inner = isFunction(composed) ? composed : handler
    const length = dataOf(inner, 'length')
    const path = dataOf(route, 'path')
    // As Hono itself tells middleware from handlers.
    const kind = typeof length === 'number' && length > 1 ? 'middleware' : 'route'
    const place: Place = { kind, name: nameOf(inner, '<anonymous>'), route: typeof path === 'string' ? path : undefined, at: 0 }
    return [this.standIn(handler, place, state), route]
  }

  private patchSetter(app: object, key: string, place: Place): Detach | undefined {
    return patchMethod(app, key, (original, state) => {
      const standIn = (given: unknown): unknown =>
        isFunction(given) ? this.standIn(given, { ...place, name: nameOf(given, place.name) }, state) : given
      const methods = {
        set(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive && args.length > 0) args[0] = standIn(args[0])
          return reflectApply(original, this, args as never) // SAFE: as given, or a stand-in
        },
      }
      return methods.set
    })
  }

  private standIn(handler: AnyFunction, place: Place, state: PatchState): AnyFunction {
    if (isProxy(handler) || this.standIns.has(handler)) return handler
    const call = (self: unknown, args: IArguments): unknown => this.call(handler, place, self, args)
    const methods = {
      handle(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(handler, this, arguments as never) // SAFE: as given
      },
    }
    const made = dressAs(methods.handle, handler)
    this.standIns.set(made, true)
    return made
  }

  private call(handler: AnyFunction, place: Place, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const context: unknown = args[place.at]
    const run = handlers.guarded(() => {
      if (!isObject(context) || isProxy(context)) return undefined
      const params = place.route?.includes(':') === true ? paramsOf(readParams(context)) : undefined
      return handlers.begin(requestOf(context), fieldsOf('hono', place.kind, place.name, place.route, params))
    })
    if (run === undefined) return reflectApply(handler, self, args as never) // SAFE: as given
    return handlers.call(run, handler, self, args, place.kind === 'handler' ? RETURNED : AWAITED)
  }
}

/** Node's request, where the server is one of Node. */
function requestOf(context: object): object {
  const env = dataOf(context, 'env')
  const incoming = isObject(env) ? dataOf(env, 'incoming') : undefined
  return isObject(incoming) && !isProxy(incoming) ? incoming : context
}

/** By Hono's own methods, which only look up what its router has found; not where the program has put others in their place. */
function readParams(context: object): unknown {
  const prototype = prototypeOf(context)
  const getter = prototype === null || ownDescriptor(context, 'req') !== undefined ? undefined : ownDescriptor(prototype, 'req')?.get
  const request: unknown = getter && reflectApply(getter, context, [])
  if (!isObject(request) || isProxy(request)) return undefined
  const holder = prototypeOf(request)
  const param = holder === null || ownDescriptor(request, 'param') !== undefined ? undefined : dataOf(holder, 'param')
  return isFunction(param) ? reflectApply(param, request, [] as never) : undefined
}
