/**
 * Express 4 and 5, and the routers of either. What is patched is the place where a layer's function is called (`handle_request`,
 * `handleRequest` and their like of errors, of the copy of the router that the app has): functions, `next` and stacks stay what they are.
 *
 * A layer has ended when its `next` was called, which shows when the next layer is called with that same `next`, or when the outermost router
 * gives up; or else when the answer is sent. An error that a parameter's callback passes shows as one of the layer before.
 *
 * @table requests
 * @versions 5, 4
 * @told every middleware, route and handler of errors: function, pattern, parameters, error, until `next` or the answer
 * @not-told a parameter's callback shows as the layer before
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { HandlerRecorder, fieldsOf, isAnswered, isFunction, isObject, nameOf, paramsOf } from '../adapters/request-chain.ts'
import type { AnyFunction, HandlerFields, RouteLevel } from '../adapters/request-chain.ts'
import { SharedPatches } from '../adapters/shared-patches.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, decodeUri, isArray, keysOf, ownDescriptor, prototypeOf, reflectApply, regexpSource } from '../recorder/intrinsics.ts'

export const expressAdapter: LibraryAdapter = watchingAdapter('express', recorder => new ExpressWatch(recorder))

export const observe: Observe = registerLibrary(expressAdapter, 'express')

const ROUTER_METHODS = ['handle', 'use', 'route', 'param'] as const
/** By version: calls of functions for requests and for errors. */
const LAYER_METHODS = [
  ['handle_request', 'handle_error'],
  ['handleRequest', 'handleError'],
] as const
/** Express 4 puts these in front of every app's stack. */
const BUILT_IN: ReadonlySet<unknown> = new Set(['query', 'expressInit'])

/** A layer's call: its arguments by what they are. */
interface LayerCall {
  readonly request: object
  readonly response: unknown
  readonly next: unknown
  /** It is given an error. */
  readonly error: { readonly value: unknown } | undefined
}

class ExpressWatch {
  private readonly handlers: HandlerRecorder
  private readonly patches: SharedPatches
  private readonly builtIn = new SafeWeakMap<object, true>()

  constructor(recorder: RecorderAccess) {
    this.handlers = new HandlerRecorder(recorder)
    this.patches = new SharedPatches(() => this.handlers.attach())
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (!isFunction(value) || isProxy(value)) return undefined
    const isApp = isFunction(dataOf(value, 'handle')) && isObject(dataOf(value, 'settings')) && isObject(dataOf(value, 'request'))
    if (!isApp && !isRouter(value)) return undefined
    const release = this.patches.hold()
    const patch = isApp ? this.patchApp(value) : this.patchRouter(value) ? () => {} : undefined
    if (patch === undefined) release()
    return patch && combine([release, patch])
  }

  /** Its router, which leads to the rest, is made when it is first needed. */
  private patchApp(app: AnyFunction): Detach | undefined {
    const hasRouter = isFunction(dataOf(app, 'lazyrouter')) || routerGetter(app) !== undefined
    if (!hasRouter) return undefined
    let isFound = false
    const find = (): void => {
      if (!isFound) isFound = this.handlers.guarded(() => this.findRouter(app)) === true
    }
    return patchMethod(app, 'handle', (original, state) => {
      const methods = {
        handle(this: unknown): unknown {
          if (state.isActive) find()
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.handle
    })
  }

  private findRouter(app: AnyFunction): boolean {
    const getter = routerGetter(app)
    // The app is about to ask for it itself.
    const router: unknown = getter === undefined ? dataOf(app, '_router') : reflectApply(getter, app, [])
    if (!isFunction(router) || !isRouter(router)) return false
    const stack = dataOf(router, 'stack')
    for (let i = 0; i < 2 && isArray(stack); i++) {
      const layer: unknown = dataOf(stack, i)
      const handle = isObject(layer) && BUILT_IN.has(dataOf(layer, 'name')) ? dataOf(layer, 'handle') : undefined
      if (getter === undefined && isFunction(handle)) this.builtIn.set(handle, true)
    }
    return this.patchRouter(router)
  }

  private patchRouter(router: AnyFunction): boolean {
    const holder = prototypeWith(router, ROUTER_METHODS)
    if (holder === undefined) return false
    const prepare = (self: unknown, args: IArguments): void => void this.handlers.guarded(() => this.enterRouter(self, args))
    return this.patches.patch(holder, 'handle', (original, state) => {
      const methods = {
        handle(this: unknown): unknown {
          if (state.isActive) prepare(this, arguments)
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.handle
    })
  }

  private enterRouter(router: unknown, args: IArguments): void {
    if (!isFunction(router)) return
    this.patchLayers(router)
    const request: unknown = args[0]
    const out: unknown = args[2]
    if (!isObject(request) || !isFunction(out) || isProxy(request)) return
    const { levels } = this.handlers.chainOf(request)
    // Around other routers it is the `next` of a layer, which tells the same.
    if (levels.length > 0) return
    const leave = (error: unknown): void => void this.handlers.guarded(() => this.leave(levels, 0, error ? { value: error } : undefined))
    args[2] = function (this: unknown): unknown {
      leave(arguments[0])
      return reflectApply(out, this, arguments as never) // SAFE: as given
    }
  }

  private patchLayers(router: AnyFunction): void {
    const stack = dataOf(router, 'stack')
    const layer: unknown = isArray(stack) ? dataOf(stack, 0) : undefined
    if (!isObject(layer) || isProxy(layer)) return
    const prototype = prototypeOf(layer)
    if (prototype === null) return
    for (const [onRequest, onError] of LAYER_METHODS) {
      if (this.patches.has(prototype, onError)) return
      if (prototypeWith(prototype, [onRequest, onError]) !== prototype) continue
      this.patchLayer(prototype, onRequest, args => callOf(args, 0))
      this.patchLayer(prototype, onError, args => callOf(args, 1))
    }
  }

  private patchLayer(prototype: object, key: string, read: (args: IArguments) => LayerCall | undefined): void {
    const call = (original: AnyFunction, self: object, args: IArguments): unknown => this.call(original, self, args, read)
    this.patches.patch(prototype, key, (original, state) => {
      const methods = {
        handle(this: unknown): unknown {
          if (state.isActive && isObject(this)) return call(original, this, arguments)
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.handle
    })
  }

  private call(original: AnyFunction, layer: object, args: IArguments, read: (args: IArguments) => LayerCall | undefined): unknown {
    const { handlers } = this
    const run = handlers.guarded(() => {
      const call = read(args)
      return call && this.begin(layer, call)
    })
    if (run === undefined) return reflectApply(original, layer, args as never) // SAFE: as given
    const result = handlers.run(run, original, layer, args)
    if (run.isOpen && isAnswered(args[args.length - 2])) handlers.endAll(args[args.length - 3] as object) // SAFE: what has a run
    return result
  }

  /** Of a layer whose function is about to be called. */
  private begin(layer: object, call: LayerCall): RouteLevel['run'] {
    const { handlers } = this
    const { request, next, error } = call
    const { levels } = handlers.chainOf(request)
    const before = levels.findIndex(level => level.next === next)
    if (before >= 0) this.leave(levels, before, error)
    const handle = dataOf(layer, 'handle')
    if (!isFunction(handle) || isProxy(handle) || this.builtIn.has(handle)) return undefined
    const around = levels.at(-1)
    const params = paramsOf(dataOf(request, 'params'))
    const base = textOf(dataOf(request, 'baseUrl'))
    const route = dataOf(layer, 'route')
    if (isObject(route)) {
      const pattern = (around?.pattern ?? '') + patternOf(dataOf(route, 'path'))
      levels.push({ run: undefined, next, base, pattern, isRoute: true })
      return undefined
    }
    // The router calls only those that take an error with one, and only the others without.
    const length = dataOf(handle, 'length')
    if (typeof length !== 'number' || (length === 4) !== (error !== undefined) || length > 4) return undefined
    const pattern = (around?.pattern ?? '') + (around?.isRoute === true ? '' : mountOf(layer, base, around?.base ?? '', params))
    const name = dataOf(layer, 'name')
    const run = handlers.begin(request, {
      ...fieldsOf('express', kindOf(call, around), typeof name === 'string' ? name : nameOf(handle, '<anonymous>'), pattern, params),
    })
    levels.push({ run, next, base, pattern, isRoute: false })
    return run
  }

  /** Everything from `depth` on has called its `next`. */
  private leave(levels: RouteLevel[], depth: number, error: LayerCall['error']): void {
    while (levels.length > depth) {
      const run = levels.pop()?.run
      if (run === undefined) continue
      if (error === undefined || !isPassed(error.value)) this.handlers.end(run)
      else this.handlers.fail(run, error.value)
    }
  }
}

function callOf(args: IArguments, at: number): LayerCall | undefined {
  const request: unknown = args[at]
  if (!isObject(request) || isProxy(request)) return undefined
  return { request, response: args[at + 1], next: args[at + 2], error: at === 0 ? undefined : { value: args[0] } }
}

function kindOf({ error }: LayerCall, around: RouteLevel | undefined): HandlerFields['kind'] {
  if (error !== undefined) return 'handler'
  return around?.isRoute === true ? 'route' : 'middleware'
}

/** Neither a word to the router nor the router's own error about a path, which no function has passed. */
function isPassed(error: unknown): boolean {
  if (error === 'route' || error === 'router') return false
  const message = isObject(error) ? dataOf(error, 'message') : undefined
  return typeof message !== 'string' || !message.startsWith('Failed to decode param')
}

const isRouter = (value: AnyFunction): boolean => isArray(dataOf(value, 'stack')) && prototypeWith(value, ROUTER_METHODS) !== undefined

/** That of Express 5 itself, which makes the router. */
function routerGetter(app: AnyFunction): AnyFunction | undefined {
  const getter = ownDescriptor(app, 'router')?.get
  return getter !== undefined && dataOf(getter, 'name') === 'getrouter' ? getter : undefined
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A path as it was given: a text, an expression or several of either. */
function patternOf(path: unknown): string {
  if (typeof path === 'string') return path
  if (!isObject(path) || isProxy(path)) return ''
  if (isArray(path)) return Array.from({ length: path.length }, (_, i) => patternOf(dataOf(path, i))).join('|')
  try {
    return `/${regexpSource(path)}/`
  } catch {
    return '' // SAFE: the accessor refuses what is no expression.
  }
}

/** Pattern of a `use` path. Where the layer has not kept it, the path that was asked for, with parameters put back. */
function mountOf(layer: object, base: string, baseAround: string, params: object | undefined): string {
  const raw = dataOf(layer, 'rawPath')
  if (raw !== undefined) return patternOf(raw).replace(/\/+$/, '')
  const path = base.startsWith(baseAround) ? base.slice(baseAround.length) : base
  if (params === undefined || path === '') return path
  return path
    .split('/')
    .map(part => nameIn(params, part))
    .join('/')
}

function nameIn(params: object, part: string): string {
  if (part === '') return part
  for (const key of keysOf(params)) if (typeof key === 'string' && dataOf(params, key) === decoded(part)) return `:${key}`
  return part
}

function decoded(part: string): string {
  try {
    return decodeUri(part)
  } catch {
    return part // SAFE: the router has refused it, or takes it as it is.
  }
}
