/**
 * Fastify 4 and 5: lifecycle hooks, handlers of routes, and those of errors and of unknown routes.
 *
 * Fastify binds every function that it is given to its instance and calls only what it has bound, so that the program never meets what it gave
 * again; stand-ins take the functions' places just before. Hooks on their way into the instance's own lists (`Hooks.prototype.add`, which
 * `addHook` ends in), a route's in an `onRoute` hook that is kept behind all others, so that those see the program's own functions.
 *
 * Functions with a callback end when it is called, and are given one of ours; handlers that send end when the answer is sent.
 *
 * @table requests
 * @versions 5, 4
 * @told hooks with the stage that they belong to, handlers, their errors; plugins with their own scope
 * @not-told routes added before the instance is handed over
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import {
  HandlerRecorder,
  dressAs,
  fastifyRouteOf,
  fieldsOf,
  incomingOf,
  isAnswered,
  isFunction,
  isObject,
  nameOf,
  paramsOf,
} from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerFields, HandlerRun } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { PatchState } from '../adapters/patch.ts'
import { SafeWeakMap, define, isArray, ownDescriptor, prototypeOf, reflectApply, symbolDescription, symbolsOf } from '../recorder/intrinsics.ts'

export const fastifyAdapter: LibraryAdapter = watchingAdapter('fastify', recorder => new FastifyWatch(recorder))

export const observe: Observe = registerLibrary(fastifyAdapter, 'fastify')

/** Hooks of requests; those of the application run with none. */
const LIFECYCLE = [
  'onTimeout',
  'onRequest',
  'preParsing',
  'preValidation',
  'preSerialization',
  'preHandler',
  'onSend',
  'onResponse',
  'onError',
  'onRequestAbort',
] as const
const LIFECYCLE_NAMES: ReadonlySet<unknown> = new Set(LIFECYCLE)

/** How a function is called, and how it says that it has ended. */
interface Role {
  readonly kind: HandlerFields['kind']
  /** Name of a function without one; of a hook its stage, which stands before the name. */
  readonly name: string
  /** Of the request among the arguments. */
  readonly at: 0 | 1
  /** The last argument is to be called at the end. */
  readonly hasCallback: boolean
  /** It is called when the answer has been sent, which Node does not tell of requests that `inject` makes. */
  readonly isLast?: boolean
}

const hookRole = (name: string): Role => ({ kind: 'middleware', name, at: 0, hasCallback: true, isLast: name === 'onResponse' })
const ROUTE: Role = { kind: 'route', name: 'handler', at: 0, hasCallback: false }
const NOT_FOUND: Role = { kind: 'handler', name: 'notFoundHandler', at: 0, hasCallback: false }
const FAILED: Role = { kind: 'handler', name: 'errorHandler', at: 1, hasCallback: false }

class FastifyWatch {
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
    if (!isObject(value) || isProxy(value)) return undefined
    const hooks = hooksOf(value)
    const holder = hooks && prototypeWith(prototypeOf(hooks) ?? hooks, ['add', 'validate'])
    const onRoute = hooks && dataOf(hooks, 'onRoute')
    if (holder === undefined || !isArray(onRoute) || !isFunction(dataOf(value, 'setErrorHandler'))) return undefined
    const release = this.patches.hold()
    const state: PatchState = { isActive: true }
    const routes = this.routeHook(state)
    if (!this.patchAdd(holder)) {
      release()
      return undefined
    }
    onRoute.push(routes)
    return combine([
      release,
      () => {
        state.isActive = false
        const at = onRoute.indexOf(routes)
        if (at >= 0) onRoute.splice(at, 1)
      },
      this.patchSetter(value, 'setErrorHandler', FAILED),
      this.patchSetter(value, 'setNotFoundHandler', NOT_FOUND),
    ])
  }

  private patchAdd(holder: object): boolean {
    const { standIns } = this
    return this.patches.patch(holder, 'add', (original, state) => {
      const standIn = (name: unknown, hook: unknown): unknown =>
        LIFECYCLE_NAMES.has(name) ? this.standIn(hook, hookRole(String(name)), state) : hook
      const methods = {
        add(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive && args.length === 2) args[1] = standIn(args[0], args[1])
          const result = reflectApply(original, this, args as never) // SAFE: as given, or a stand-in
          if (state.isActive && args[0] === 'onRoute' && isObject(this)) moveToEnd(dataOf(this, 'onRoute'), each => standIns.has(each))
          return result
        },
      }
      return methods.add
    })
  }

  /** The route's own functions: `options` is Fastify's copy of what the program gave. */
  private routeHook(state: PatchState): AnyFunction {
    const look = (options: object): void => {
      const route = dataOf(options, 'url')
      const path = typeof route === 'string' ? route : undefined
      for (const name of LIFECYCLE) this.replace(options, name, hookRole(name), state, path)
      this.replace(options, 'handler', ROUTE, state, path)
      this.replace(options, 'errorHandler', FAILED, state, path)
    }
    const watched = (options: unknown): void => {
      if (state.isActive && isObject(options) && !isProxy(options)) this.handlers.guarded(() => look(options))
    }
    this.standIns.set(watched, true)
    return watched
  }

  private replace(options: object, key: string, role: Role, state: PatchState, route: string | undefined): void {
    const own = ownDescriptor(options, key)
    const given: unknown = own?.value
    if (own === undefined || own.writable !== true || (!isFunction(given) && !isArray(given))) return
    if (!isArray(given)) define(options, key, { ...own, value: this.standIn(given, role, state, route) })
    else if (!isProxy(given)) define(options, key, { ...own, value: given.map(each => this.standIn(each, role, state, route)) })
  }

  /** `setErrorHandler` and `setNotFoundHandler`: what is bound to the instance is the function in the last place. */
  private patchSetter(instance: object, key: string, role: Role): Detach | undefined {
    return patchMethod(instance, key, (original, state) => {
      const standIn = (given: unknown): unknown => this.standIn(given, role, state)
      const methods = {
        set(this: unknown, ...args: unknown[]): unknown {
          const last = args.length - 1
          if (state.isActive && isFunction(args[last])) args[last] = standIn(args[last])
          return reflectApply(original, this, args as never) // SAFE: as given, or a stand-in
        },
      }
      return methods.set
    })
  }

  private standIn(given: unknown, role: Role, state: PatchState, route?: string): unknown {
    if (!isFunction(given) || isProxy(given) || this.standIns.has(given)) return given
    const call = (self: unknown, args: IArguments): unknown => this.call(given, role, route, self, args)
    const methods = {
      handle(this: unknown): unknown {
        return state.isActive ? call(this, arguments) : reflectApply(given, this, arguments as never) // SAFE: as given
      },
    }
    const made = dressAs(methods.handle, given)
    this.standIns.set(made, true)
    return made
  }

  private call(given: AnyFunction, role: Role, route: string | undefined, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const request: unknown = args[role.at]
    const run = handlers.guarded(() => {
      if (!isObject(request) || isProxy(request)) return undefined
      const path = route ?? fastifyRouteOf(request)
      const fields = fieldsOf('fastify', role.kind, nameIn(role, given), path, paramsOf(dataOf(request, 'params')))
      const key = incomingOf(request)
      if (role.isLast === true) handlers.endAll(key)
      return handlers.begin(key, fields)
    })
    if (run === undefined) return reflectApply(given, self, args as never) // SAFE: as given
    if (role.hasCallback) this.takeCallback(run, args)
    const reply: unknown = args[role.at + 1]
    const isDone = (result: unknown): boolean => !role.hasCallback && (result !== undefined || isSent(reply))
    return handlers.call(run, given, self, args, { awaits: true, isDone })
  }

  private takeCallback(run: HandlerRun, args: IArguments): void {
    const last = args.length - 1
    const done: unknown = args[last]
    if (!isFunction(done)) return
    const told = (error: unknown): void => (error ? this.handlers.fail(run, error) : this.handlers.end(run))
    const methods = {
      next(this: unknown, error: unknown): unknown {
        told(error)
        return reflectApply(done, this, arguments as never) // SAFE: as given
      },
    }
    args[last] = dataOf(done, 'length') === 1 ? methods.next : dressAs(methods.next, done)
  }
}

function nameIn({ kind, name }: Role, given: AnyFunction): string {
  const own = nameOf(given, '')
  if (own === '') return name
  return kind === 'middleware' ? `${name} ${own}` : own
}

/** The instance's own lists of hooks, under a symbol of its copy of the package. */
function hooksOf(instance: object): object | undefined {
  const key = symbolsOf(instance).find(each => symbolDescription(each) === 'fastify.hooks')
  const hooks = key && dataOf(instance, key)
  return isObject(hooks) && !isProxy(hooks) ? hooks : undefined
}

const isSent = (reply: unknown): boolean => isObject(reply) && isAnswered(dataOf(reply, 'raw'))

function moveToEnd(list: unknown, isOurs: (value: object) => boolean): void {
  if (!isArray(list)) return
  const at = list.findIndex(each => isFunction(each) && isOurs(each))
  if (at >= 0) list.push(...list.splice(at, 1))
}
