/**
 * tRPC 11 and 10: middleware and procedures. A procedure is a list of middleware, the last of which runs the program's resolver; stand-ins take their
 * places in it when a router is made, and give them back.
 *
 * The list of a procedure is shared by all its calls. Which call a middleware belongs to shows in what it is called by: `next` of the one before it
 * calls the next one at once.
 *
 * What serves tRPC awaits before it calls a procedure. Where no call of the program's is left then, and the realm has no cheap AsyncLocalStorage
 * (Node before 24), a call belongs to the request that `ctx.req` names; what begins with neither is a chain of its own.
 *
 * @table requests
 * @versions 11, 10
 * @told middleware and procedures: function, path, error, each call of a batch by itself
 * @not-told what a subscription yields; the client's calls, which are seen as its requests; before Node 24, whose request a procedure belongs to, unless it is called by a call of the program's or `ctx.req` is the request
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fieldsOf, isFunction, isObject, nameOf, requestIn } from '../adapters/request-chain.ts'
import type { AnyFunction, RunEnd } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, isArray, keysOf, reflectApply } from '../recorder/intrinsics.ts'

export const trpcAdapter: LibraryAdapter = watchingAdapter('trpc', recorder => new TrpcWatch(recorder))

export const observe: Observe = registerLibrary(trpcAdapter, 'trpc')

const AWAITED: RunEnd = { awaits: true, isDone: () => true }

class TrpcWatch {
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  private readonly standIns = new SafeWeakMap<object, true>()
  /** The call whose `next` has just been called. */
  private going: object | undefined
  private restore: Detach[] = []

  constructor(recorder: RecorderAccess) {
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => {
      const detach = this.handlers.attach()
      return () => {
        detach()
        for (const each of this.restore.splice(0).reverse()) each()
      }
    })
  }

  close(): void {
    this.patches.close()
  }

  /** What `initTRPC.create()` gives. */
  observe(value: unknown): Detach | undefined {
    if (!isObject(value) || isProxy(value) || !isObject(dataOf(value, '_config')) || !isObject(dataOf(value, 'procedure'))) return undefined
    const { handlers } = this
    const take = (router: unknown): void => void handlers.guarded(() => this.takeRouter(router))
    const patch = patchMethod(value, 'router', (original, state) => {
      const methods = {
        router(this: unknown): unknown {
          const router = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) take(router)
          return router
        },
      }
      return methods.router
    })
    return patch && combine([this.patches.hold(), patch])
  }

  private takeRouter(router: unknown): void {
    const definition = isObject(router) && !isProxy(router) ? dataOf(router, '_def') : undefined
    const procedures = isObject(definition) ? dataOf(definition, 'procedures') : undefined
    if (!isObject(procedures) || isProxy(procedures)) return
    for (const path of keysOf(procedures)) {
      const procedure = dataOf(procedures, path)
      const own = isFunction(procedure) ? dataOf(procedure, '_def') : undefined
      const list = isObject(own) ? dataOf(own, 'middlewares') : undefined
      if (isArray(list) && !isProxy(list)) this.takeList(list, isObject(own) ? dataOf(own, 'resolver') : undefined)
    }
  }

  private takeList(list: unknown[], resolver: unknown): void {
    const last = list.length - 1
    list.forEach((given, i) => {
      if (!isFunction(given) || isProxy(given) || this.standIns.has(given)) return
      const made = this.standIn(given, i === last, isFunction(resolver) ? resolver : given)
      list[i] = made
      this.restore.push(() => void (list[i] === made && (list[i] = given)))
    })
  }

  private standIn(given: AnyFunction, isResolver: boolean, named: AnyFunction): AnyFunction {
    const call = (self: unknown, args: IArguments): unknown => this.call(given, isResolver, isResolver ? named : given, self, args)
    const methods = {
      middleware(this: unknown): unknown {
        return call(this, arguments)
      },
    }
    const made = dressAs(methods.middleware, given)
    this.standIns.set(made, true)
    return made
  }

  private call(given: AnyFunction, isResolver: boolean, named: AnyFunction, self: unknown, args: IArguments): unknown {
    const { handlers } = this
    const options: unknown = args[0]
    const key = this.going ?? {}
    const isFirst = this.going === undefined
    this.going = undefined
    if (!this.patches.isHeld || !isObject(options) || isProxy(options)) return reflectApply(given, self, args as never) // SAFE: as given
    const run = handlers.guarded(() => {
      const [path, type] = [dataOf(options, 'path'), dataOf(options, 'type')]
      const route = typeof path === 'string' ? path : undefined
      const name = isResolver ? nameOf(named, String(type)) : nameOf(named, '<anonymous>')
      this.takeNext(options, key)
      // Parsers of input and output, which tRPC makes.
      if (dataOf(given, '_type') !== undefined) return undefined
      if (isFirst) handlers.chainOf(key).origin = requestIn(dataOf(options, 'ctx'))
      return handlers.begin(key, fieldsOf('trpc', isResolver ? 'route' : 'middleware', name, route, undefined))
    })
    if (run === undefined) return reflectApply(given, self, args as never) // SAFE: as given
    return handlers.call(run, given, self, args, AWAITED)
  }

  /** `options` are tRPC's own, made for this call. */
  private takeNext(options: object, key: object): void {
    const next = dataOf(options, 'next')
    if (!isFunction(next)) return
    const go = (self: unknown, args: IArguments): unknown => {
      const before = this.going
      this.going = key
      try {
        return reflectApply(next, self, args as never) // SAFE: as given
      } finally {
        this.going = before
      }
    }
    const methods = {
      next(this: unknown): unknown {
        return go(this, arguments)
      },
    }
    Reflect.set(options, 'next', dressAs(methods.next, next))
  }
}
