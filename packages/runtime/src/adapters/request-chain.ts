/**
 * Handlers of HTTP server frameworks as activities: every middleware, hook and route handler that runs for a request is one, and what it
 * calls has it as its cause. Each hangs on the one before it on the request's way, so that the way reads as a chain, whatever the framework
 * does between them: a `next()` that runs where the chain is lost (behind an await of code that is not instrumented) or in the chain of
 * another request (a pool's queue) still continues its own.
 *
 * Nothing is attached to the program's objects, and a promise is watched only where the framework is about to handle it itself.
 */
import { ActivityType } from '@hindscope/protocol'
import {
  arrayPrototype,
  define,
  keysOf,
  nodeBuiltin,
  ownDescriptor,
  prototypeOf,
  setPrototype,
  symbolDescription,
  symbolsOf,
} from '../recorder/intrinsics.ts'
import type { Context, Detach, RecorderAccess } from './adapter.ts'
import { dataOf, isProxy } from './own-properties.ts'

export type AnyFunction = (this: unknown, ...args: never[]) => unknown

/** Fields of the activity. */
export interface HandlerFields {
  readonly library: string
  /** `route`: given to a route; `middleware`: stands before routes; `handler`: any other, of errors and of requests that no route takes. */
  readonly kind: 'middleware' | 'route' | 'handler'
  /** Of the function. */
  readonly name: string
  /** Pattern of its path, with those of the routers around it. */
  readonly route?: string
  /** What the path's parameters are. */
  readonly params?: object
}

/** One handler at work. */
export class HandlerRun {
  readonly activity: number
  /** Where its chain began. */
  readonly root: number
  isOpen = true

  constructor(activity: number, root: number) {
    this.activity = activity
    this.root = root
  }
}

/** Router or route that a request is in: kept by frameworks whose routers are nested. */
export interface RouteLevel {
  readonly run: HandlerRun | undefined
  /** What the program calls to go on behind it. */
  readonly next: unknown
  /** Path up to here, as it was asked for. */
  readonly base: string
  /** The same as a pattern. */
  readonly pattern: string
  readonly isRoute: boolean
}

/** What ends a handler besides its errors and the answer. */
export interface RunEnd {
  /** Whatever the program does, the framework handles the promise in the tick in which it gets it. */
  readonly awaits: boolean
  isDone(result: unknown): boolean
}

/** The way of one request. */
export class RequestChain {
  readonly recorder: HandlerRecorder
  last: HandlerRun | undefined = undefined
  readonly open: HandlerRun[] = []
  readonly levels: RouteLevel[] = []
  /** Node's request, where the way is one of several that it has. */
  origin: object | undefined = undefined

  constructor(recorder: HandlerRecorder) {
    this.recorder = recorder
  }
}

/** A constructor that gives what it gets, so that the fields of a class that extends it are put onto that object. */
const Given = function (object: object): object {
  return object
} as unknown as new (object: object) => object // SAFE: called with `new`, by `super` alone

/** Kept in a private field of the request: nothing can see it, and it goes when the request goes; see node/emitter-facts.ts for the price. */
class Noted extends Given {
  #chain: RequestChain

  constructor(request: object, chain: RequestChain) {
    super(request)
    this.#chain = chain
  }

  static read(request: object): RequestChain | undefined {
    return #chain in request ? request.#chain : undefined
  }

  /** The request has a chain of another recorder. */
  static replace(request: object, chain: RequestChain): void {
    if (#chain in request) request.#chain = chain
  }
}

const FINISHED = 'http.server.response.finish'

export class HandlerRecorder {
  private readonly recorder: RecorderAccess

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  /** The way of `request`, from now on if there was none so far. */
  chainOf(request: object): RequestChain {
    const before = Noted.read(request)
    if (before?.recorder === this) return before
    const chain = new RequestChain(this)
    if (before === undefined) new Noted(request, chain)
    else Noted.replace(request, chain)
    return chain
  }

  /** A handler of the request has begun and not ended. */
  isOpen(request: object): boolean {
    const chain = Noted.read(request)
    return chain?.recorder === this && chain.open.some(run => run.isOpen)
  }

  /** Undefined when it is not recorded. */
  begin(request: object, fields: HandlerFields): HandlerRun | undefined {
    const { recorder } = this
    const chain = this.chainOf(request)
    const { last, open } = chain
    const from = last === undefined && recorder.currentCall() === 0 ? this.servedBy(chain.origin ?? request) : undefined
    const current = from?.call ?? recorder.currentCall()
    const root = from?.root ?? recorder.currentRoot()
    if (fields.params !== undefined) this.taint(fields.params)
    // Calls are numbered as they begin: a later one of the same chain came from the handler before, or from what that one began.
    const isNext = last === undefined || (root === last.root && current >= last.activity)
    const activity = recorder.startActivity(ActivityType.handler, fields, isNext ? current : last.activity)
    if (activity === 0) return undefined
    const run = new HandlerRun(activity, (isNext ? root : last.root) || activity)
    while (open.length > 0 && open.at(-1)?.isOpen === false) open.pop()
    open.push(run)
    chain.last = run
    return run
  }

  /** The request that code which is not instrumented answers now, behind awaits of its own. */
  private servedBy(request: object): Context | undefined {
    const { recorder } = this
    return recorder.served?.(request) ?? recorder.awaited?.getStore()
  }

  /** A parameter is also part of the address, where it has no name. */
  private taint(params: object): void {
    const { recorder } = this
    if (!recorder.isTainting('query')) return
    for (const name of keysOf(params)) {
      const value = typeof name === 'string' && recorder.isRedacted(name) ? dataOf(params, name) : undefined
      if (typeof value === 'string') recorder.taint(value, `parameter ${String(name)}`)
    }
  }

  /** Result and errors of `callback` pass through; what it calls has `run` as its cause. */
  run(run: HandlerRun, callback: AnyFunction, thisArg: unknown, args: ArrayLike<unknown>): unknown {
    return this.recorder.runIn(run.activity, run.root, callback, thisArg, args)
  }

  end(run: HandlerRun): void {
    this.finish(run, {})
  }

  fail(run: HandlerRun, error: unknown): void {
    this.finish(run, { error })
  }

  private finish(run: HandlerRun, result: object): void {
    if (!run.isOpen) return
    run.isOpen = false
    this.recorder.endActivity(run.activity, ActivityType.handler, result)
  }

  /**
   * Calls `callback` as `run`, which ends when it throws. `isDone` says whether what it gave back ends it too; a promise does when it is settled,
   * where the framework `awaits` it.
   */
  call(run: HandlerRun, callback: AnyFunction, thisArg: unknown, args: ArrayLike<unknown>, end: RunEnd): unknown {
    let result: unknown
    try {
      result = this.run(run, callback, thisArg, args)
    } catch (error) {
      this.fail(run, error)
      throw error
    }
    if (isPlainPromise(result)) {
      if (end.awaits) void this.watch(run, result)
    } else if (end.isDone(result)) this.end(run)
    return result
  }

  /**
   * Only for promises that get a handler of the framework in this very tick, whatever the program does: one more changes nothing then. `await`
   * because it calls no method, which the program may have replaced.
   */
  async watch(run: HandlerRun, promise: Promise<unknown>): Promise<void> {
    try {
      await promise
      this.end(run)
    } catch (error) {
      this.fail(run, error) // SAFE: whoever waits for the promise gets the error too.
    }
  }

  /** The request is answered: what is still open has ended. */
  endAll(request: object): void {
    const chain = Noted.read(request)
    if (chain?.recorder !== this) return
    for (const run of chain.open.splice(0).reverse()) this.end(run)
  }

  /** Runs `work` of the recorder's own; what it throws is counted. */
  guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program goes on unrecorded; counted.
      return undefined
    }
  }

  /** Ends what is open when Node has sent the answer. */
  attach(): Detach {
    const channel = nodeBuiltin<typeof import('node:diagnostics_channel')>('node:diagnostics_channel')?.channel(FINISHED)
    const listener = (message: unknown): void => {
      const { request } = message as { readonly request: object } // SAFE: the channel's documented message
      this.guarded(() => this.endAll(request))
    }
    channel?.subscribe(listener)
    return () => void channel?.unsubscribe(listener)
  }
}

const SELDOM_COPIED: ReadonlySet<unknown> = new Set(['prototype', 'arguments', 'caller'])

/** Makes `standIn` look as `original`: name, length, prototype (frameworks tell async functions by it) and all other own properties. */
export function dressAs(standIn: AnyFunction, original: AnyFunction): AnyFunction {
  for (const key of keysOf(original)) {
    const own = SELDOM_COPIED.has(key) ? undefined : ownDescriptor(original, key)
    if (own !== undefined) define(standIn, key, own)
  }
  const prototype = prototypeOf(original)
  if (prototypeOf(standIn) !== prototype) setPrototype(standIn, prototype)
  return standIn
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'

export function nameOf(target: AnyFunction, otherwise: string): string {
  const name = dataOf(target, 'name')
  return typeof name === 'string' && name !== '' ? name : otherwise
}

/** Parameters, where there are any. */
export const paramsOf = (params: unknown): object | undefined =>
  isObject(params) && !isProxy(params) && prototypeOf(params) !== arrayPrototype && keysOf(params).length > 0 ? params : undefined

export const fieldsOf = (
  library: string,
  kind: HandlerFields['kind'],
  name: string,
  route: string | undefined,
  params: object | undefined,
): HandlerFields => ({ library, kind, name, ...(route ? { route } : {}), ...(params === undefined ? {} : { params }) })

/** Node's request, where `request` is one around it. */
export function incomingOf(request: object): object {
  const raw = dataOf(request, 'raw')
  return isObject(raw) && !isProxy(raw) ? raw : request
}

/** The request that the program has put into the context of what it serves, as `req`. */
export function requestIn(context: unknown): object | undefined {
  const request = isObject(context) && !isProxy(context) ? dataOf(context, 'req') : undefined
  return isObject(request) && !isProxy(request) ? incomingOf(request) : undefined
}

/** The pattern of the route that a request of Fastify was found to want. */
export function fastifyRouteOf(request: object): string | undefined {
  const key = symbolsOf(request).find(each => symbolDescription(each) === 'fastify.context')
  const context = key && dataOf(request, key)
  const config = isObject(context) ? dataOf(context, 'config') : undefined
  const url = isObject(config) ? dataOf(config, 'url') : undefined
  return typeof url === 'string' ? url : undefined
}

/** Node has sent, or is sending, all of the answer. */
export const isAnswered = (response: unknown): boolean => isObject(response) && dataOf(response, 'finished') === true

const promisePrototype: object | null = prototypeOf((async () => {})())

/** Awaiting it reads nothing of the program's. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!isObject(value) || isProxy(value) || prototypeOf(value) !== promisePrototype) return false
  return ownDescriptor(value, 'constructor') === undefined && ownDescriptor(value, 'then') === undefined
}
