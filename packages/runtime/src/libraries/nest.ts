/**
 * NestJS 12 (on Express and Fastify) and 11: guards, interceptors and pipes, and the methods of controllers. Nest puts a route together from them
 * when an app starts, in objects that programs do not meet; lists of stand-ins are given to its own loops.
 *
 * A controller's method is called behind awaits of Nest, with nothing that names the request. Its arguments are in a list that Nest makes for each
 * request: who reads its length is about to call the method with it. Metadata hangs on the method itself, so that Nest is given the real one wherever
 * it only looks at it.
 *
 * @table requests
 * @versions 12, 11
 * @told guards, interceptors, pipes and methods of controllers: class, module, pattern, parameters, error; 12 is tested on Express and Fastify, 11 on Express
 * @not-told functional middleware; filters of exceptions; gateways, microservices, resolvers; what Nest does between them is no activity
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, dressAs, fastifyRouteOf, fieldsOf, incomingOf, isFunction, isObject, nameOf, paramsOf } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerFields, RunEnd } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, isArray, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const nestAdapter: LibraryAdapter = {
  ...watchingAdapter('nest', recorder => new NestWatch(recorder)),
  needsValues: true,
}

export const observe: Observe = registerLibrary(nestAdapter, 'nest')

const AWAITED: RunEnd = { awaits: true, isDone: () => true }
const FACTORY_METHODS = ['create', 'createNestInstance', 'initialize'] as const
const CONTEXT_METHODS = ['create', 'getMetadata', 'createGuardsFn', 'createPipesFn'] as const
/** Objects that a context for routes has: what is patched of each, and which argument is the method that it only looks at. */
const PARTS = [
  ['guardsContextCreator', 'create', 1],
  ['pipesContextCreator', 'create', 1],
  ['interceptorsContextCreator', 'create', 1],
  ['guardsConsumer', 'tryActivate', undefined],
  ['pipesConsumer', 'apply', undefined],
  ['interceptorsConsumer', 'intercept', 3],
  ['contextUtils', 'createNullArray', undefined],
] as const

type Change = (args: unknown[]) => void

class NestWatch {
  private readonly recorder: RecorderAccess
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  /** What each stands for. */
  private readonly standIns = new SafeWeakMap<object, AnyFunction>()
  /** Whose list of arguments is being made. */
  private entering: object | undefined
  /** Whose pipes are being started. */
  private piping: object | undefined
  /** Whose method is about to be called. */
  private calling: object | undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    const holder = isObject(value) && !isProxy(value) ? prototypeWith(value, FACTORY_METHODS) : undefined
    if (holder === undefined) return undefined
    const release = this.patches.hold()
    const isPatched = this.change(holder, 'createNestInstance', ([app]) => {
      if (at(app, 'routesResolver') !== undefined && !this.findRoutes(app)) this.recorder.fail('adapter-unsupported')
    })
    if (isPatched) return release
    release()
    return undefined
  }

  /** False where it is not as the known versions have it. */
  private findRoutes(app: unknown): boolean {
    const explorer = at(at(app, 'routesResolver'), 'routerExplorer')
    const context = at(explorer, 'executionContextCreator')
    const holder = context && prototypeWith(context, CONTEXT_METHODS)
    if (explorer === undefined || context === undefined || holder === undefined) return false
    const parts = PARTS.map(([part, method, looks]) => ({ holder: holderOf(context, part, method), part, method, looks }))
    if (parts.some(each => each.holder === undefined)) return false
    for (const part of parts) if (part.holder !== undefined) this.patchPart(part.holder, part.part, part.method, part.looks)
    this.change(holder, 'getMetadata', args => void (args[1] = this.realOf(args[1])))
    this.change(holder, 'createGuardsFn', args => void (args[2] = this.realOf(args[2])))
    this.wrapResult(holder, 'createPipesFn', made => this.piped(made))
    const moduleOf = (key: unknown): string | undefined => moduleName(explorer, key)
    this.wrapResult(
      holder,
      'create',
      made => this.entered(made),
      args => void (args[1] = this.method(args[0], args[1], args[2], moduleOf(args[3]))),
    )
    return true
  }

  private patchPart(holder: object, part: (typeof PARTS)[number][0], method: string, looks: number | undefined): void {
    if (method === 'create') this.change(holder, method, args => void (args[1] = this.realOf(args[1])))
    else if (part === 'contextUtils') this.wrapResult(holder, method, made => this.marked(made))
    else if (part === 'pipesConsumer') this.change(holder, method, args => this.steps(args, 2, 'transform', this.piping))
    else
      this.change(holder, method, args => {
        const [request] = isArray(args[1]) ? args[1] : []
        if (looks !== undefined) args[looks] = this.realOf(args[looks])
        this.steps(args, 0, part === 'guardsConsumer' ? 'canActivate' : 'intercept', isObject(request) ? request : undefined)
      })
  }

  /** The method is given what `change` makes of its arguments. */
  private change(holder: object, key: string, change: Change): boolean {
    return this.wrapResult(holder, key, result => result, change)
  }

  private wrapResult(holder: object, key: string, wrap: (result: unknown) => unknown, change?: Change): boolean {
    const { handlers } = this
    return this.patches.patch(holder, key, (original, state) => {
      const methods = {
        method(this: unknown, ...args: unknown[]): unknown {
          if (!state.isActive) return reflectApply(original, this, args as never) // SAFE: as given
          if (change !== undefined) handlers.guarded(() => change(args))
          const result = reflectApply(original, this, args as never) // SAFE: as given, or with stand-ins
          return handlers.guarded(() => wrap(result)) ?? result
        },
      }
      return methods.method
    })
  }

  private realOf(value: unknown): unknown {
    return isFunction(value) ? (this.standIns.get(value) ?? value) : value
  }

  /** What answers a request from its guards on. */
  private entered(made: unknown): unknown {
    if (!isFunction(made)) return made
    const run = (self: unknown, args: IArguments): unknown => {
      const before = this.entering
      this.entering = isObject(args[0]) ? args[0] : undefined
      try {
        return reflectApply(made, self, args as never) // SAFE: as given
      } finally {
        this.entering = before
      }
    }
    return function (this: unknown): unknown {
      return run(this, arguments)
    }
  }

  private piped(made: unknown): unknown {
    if (!isFunction(made)) return made
    const run = (self: unknown, args: IArguments): unknown => {
      const before = this.piping
      this.piping = isObject(args[1]) ? args[1] : undefined
      try {
        return reflectApply(made, self, args as never) // SAFE: as given
      } finally {
        this.piping = before
      }
    }
    return function (this: unknown): unknown {
      return run(this, arguments)
    }
  }

  /** The list of a request's arguments. */
  private marked(made: unknown): unknown {
    const request = this.entering
    if (request === undefined || !isArray(made)) return made
    this.entering = undefined
    return new Proxy(made, {
      get: (target, key, receiver): unknown => {
        if (key === 'length') this.calling = request
        return Reflect.get(target, key, receiver)
      },
    })
  }

  /** Guards, interceptors or pipes, in a list of Nest's own. */
  private steps(args: unknown[], position: number, method: string, request: object | undefined): void {
    const list = args[position]
    if (!isArray(list) || isProxy(list) || request === undefined) return
    args[position] = list.map((step: unknown) => {
      if (!isObject(step)) return step
      const call = (given: IArguments): unknown => {
        const own: unknown = Reflect.get(step, method) // As Nest itself reads it, once.
        if (!isFunction(own)) return reflectApply(own as never, step, given as never) // SAFE: the error that Nest would give
        return this.call(own, step, given, request, 'middleware', className(step))
      }
      return {
        [method]() {
          return call(arguments)
        },
      }
    })
  }

  /** Stands for a controller's method. */
  private method(controller: unknown, given: unknown, key: unknown, module: string | undefined): unknown {
    if (!isFunction(given) || isProxy(given) || !isObject(controller)) return given
    const name = [module, className(controller), typeof key === 'string' ? key : nameOf(given, '<anonymous>')].filter(Boolean).join('.')
    const call = (self: unknown, args: IArguments): unknown => {
      const request = this.calling
      this.calling = undefined
      if (request === undefined) return reflectApply(given, self, args as never) // SAFE: as given
      return this.call(given, self, args, request, 'route', name)
    }
    const methods = {
      method(this: unknown): unknown {
        return call(this, arguments)
      },
    }
    const made = dressAs(methods.method, given)
    this.standIns.set(made, given)
    return made
  }

  private call(given: AnyFunction, self: unknown, args: IArguments, request: object, kind: HandlerFields['kind'], name: string): unknown {
    const { handlers } = this
    const run = handlers.guarded(() => {
      if (isProxy(request)) return undefined
      return handlers.begin(incomingOf(request), fieldsOf('nest', kind, name, routeOf(request), paramsOf(dataOf(request, 'params'))))
    })
    if (run === undefined) return reflectApply(given, self, args as never) // SAFE: as given
    return handlers.call(run, given, self, args, AWAITED)
  }
}

/** An own property that is an object. */
function at(owner: unknown, key: string): object | undefined {
  const value = isObject(owner) ? dataOf(owner, key) : undefined
  return isObject(value) && !isProxy(value) ? value : undefined
}

function holderOf(context: object, part: string, method: string): object | undefined {
  const object = at(context, part)
  return object && prototypeWith(object, [method])
}

/** Of the class that made it. */
function className(instance: object): string {
  const prototype = isProxy(instance) ? null : prototypeOf(instance)
  const made = prototype === null ? undefined : dataOf(prototype, 'constructor')
  return isFunction(made) ? nameOf(made, '<anonymous>') : '<anonymous>'
}

function moduleName(explorer: object, key: unknown): string | undefined {
  const container = at(explorer, 'container')
  const holder = container && prototypeWith(container, ['getModuleByKey'])
  const get = holder && dataOf(holder, 'getModuleByKey')
  const module: unknown = isFunction(get) ? reflectApply(get, container, [key] as never) : undefined // SAFE: Nest's own, which looks it up
  const metatype = isObject(module) ? dataOf(module, '_metatype') : undefined
  return isFunction(metatype) ? nameOf(metatype, '<anonymous>') : undefined
}

/** Pattern of the path, as the framework below knows it. */
function routeOf(request: object): string | undefined {
  const path = dataOf(at(request, 'route') ?? request, 'path')
  return typeof path === 'string' ? path : fastifyRouteOf(request)
}
