/**
 * `fetch` in Node: the call gives the cause, undici's diagnostics channels give the rest. Nothing that the program passes or gets back is
 * touched: not the options, not the promise. A request is matched to its call by method and address, first come first served, because
 * undici starts it some ticks after the call.
 */
import type { Channel } from 'node:diagnostics_channel'
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { mayCarryHeaders, recordedUrl, traceHeaders } from '../adapters/request-context.ts'
import { taintFetchHeaders, taintHeaderList, taintQuery } from '../adapters/secret-values.ts'
import { SafeWeakMap, reflectApply } from '../recorder/intrinsics.ts'

/** The part of undici's request object that its channels document. */
interface UndiciRequest {
  readonly origin: string | URL
  readonly path: string
  readonly method: string
  readonly headers: string | readonly string[]
  addHeader(name: string, value: string): void
}
interface Pending {
  readonly key: string
  readonly activity: number
  readonly root: number
}

const MAX_PENDING = 1000

export const undiciFetchAdapter: Adapter = {
  id: 'fetch',
  attach: (recorder, realm) => new UndiciWatch(recorder).attach(realm),
}

class UndiciWatch {
  private readonly recorder: RecorderAccess
  private readonly pending: Pending[] = []
  private readonly activities = new SafeWeakMap<object, number>()
  private readonly isProxy = process.getBuiltinModule('node:util').types.isProxy

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  attach(realm: object): Detach | undefined {
    const patch = patchMethod(realm, 'fetch', (original, state) => {
      const begin = (args: readonly unknown[]): void => this.begin(args)
      const methods = {
        fetch(this: unknown, ...args: unknown[]): unknown {
          if (state.isActive) begin(args)
          return reflectApply(original, this, args as never) // SAFE: what the caller gave
        },
      }
      return methods.fetch
    })
    const subscriptions = [
      subscribe('undici:request:create', ({ request }) => this.created(request)),
      subscribe('undici:request:headers', ({ request, response }) => this.ended(request, { status: response?.statusCode ?? 0 })),
      subscribe('undici:request:error', ({ request, error }) => this.ended(request, { status: 0, error: errorText(error) })),
    ]
    return patch && combine([patch, ...subscriptions])
  }

  private begin(args: readonly unknown[]): void {
    const { recorder } = this
    try {
      const [input, init] = args
      const url = urlOf(input, this.isProxy)
      if (url === undefined) return
      taintQuery(recorder, url.search)
      const headers: unknown =
        typeof init === 'object' && init !== null && !this.isProxy(init) ? Reflect.getOwnPropertyDescriptor(init, 'headers')?.value : undefined
      if (!this.isProxy(headers)) taintFetchHeaders(recorder, headers)
      const method = methodOf(input, init, this.isProxy)
      const root = recorder.currentRoot()
      const activity = recorder.startActivity(ActivityType.httpClient, { method, url: recordedUrl(url, recorder.isRedacted) })
      if (activity === 0) return
      if (this.pending.length >= MAX_PENDING) this.pending.shift()
      this.pending.push({ key: keyOf(method, url), activity, root })
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request goes out all the same; counted.
    }
  }

  private created(request: UndiciRequest): void {
    taintHeaderList(this.recorder, headerList(request.headers))
    const url = new URL(request.path, request.origin)
    const key = keyOf(request.method, url)
    const at = this.pending.findIndex(pending => pending.key === key)
    const [pending] = at < 0 ? [] : this.pending.splice(at, 1)
    if (pending === undefined) return
    this.activities.set(request, pending.activity)
    const isOurs = mayCarryHeaders(url, undefined) && typeof request.addHeader === 'function' && !hasHeader(request.headers, TRACEPARENT)
    if (isOurs) for (const [name, value] of traceHeaders(this.recorder, pending.activity, pending.root)) request.addHeader(name, value)
  }

  private ended(request: UndiciRequest, result: object): void {
    const activity = this.activities.get(request)
    if (activity === undefined) return
    this.activities.delete(request)
    this.recorder.endActivity(activity, ActivityType.httpClient, result)
  }
}

interface UndiciMessage {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number }
  readonly error?: unknown
}

function subscribe(name: string, tell: (message: UndiciMessage) => void): Detach {
  const channel: Channel = process.getBuiltinModule('node:diagnostics_channel').channel(name)
  const listener = (message: unknown): void => tell(message as UndiciMessage) // SAFE: the channel's documented message
  channel.subscribe(listener)
  return () => void channel.unsubscribe(listener)
}

const errorText = (error: unknown): string => (error instanceof Error ? error.message : 'failed')

const keyOf = (method: string, url: URL): string => `${method} ${url.origin}${url.pathname}${url.search}`

/** Older undici keeps the request's head as one text. */
function headerList(headers: string | readonly string[]): readonly string[] {
  if (typeof headers !== 'string') return headers
  return headers.split('\r\n').flatMap(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
}

function hasHeader(headers: string | readonly string[], name: string): boolean {
  const names = typeof headers === 'string' ? headers.split('\r\n').map(line => line.slice(0, line.indexOf(':'))) : headers
  return names.some(text => typeof text === 'string' && text.toLowerCase() === name)
}

const urlText = typeof URL === 'function' ? Object.getOwnPropertyDescriptor(URL.prototype, 'href')?.get : undefined

function urlOf(input: unknown, isProxy: (value: unknown) => boolean): URL | undefined {
  try {
    if (typeof input === 'string') return new URL(input)
    if (typeof input !== 'object' || input === null || isProxy(input)) return undefined
    const text: unknown = input instanceof Request ? readSlot(Request.prototype, 'url', input) : urlText && reflectApply(urlText, input, [])
    return typeof text === 'string' ? new URL(text) : undefined
  } catch {
    return undefined // SAFE: fetch rejects it, or it is a kind of input that is not looked into.
  }
}

function readSlot(prototype: object, key: string, target: object): unknown {
  const getter = Reflect.getOwnPropertyDescriptor(prototype, key)?.get
  return getter && reflectApply(getter, target, [])
}

const NORMALIZED: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])

/** The method as fetch normalizes it (Fetch standard, "normalize a method"). */
function methodOf(input: unknown, init: unknown, isProxy: (value: unknown) => boolean): string {
  const own = typeof init === 'object' && init !== null && !isProxy(init) ? Reflect.getOwnPropertyDescriptor(init, 'method')?.value : undefined
  if (typeof own === 'string') return NORMALIZED.has(own.toUpperCase()) ? own.toUpperCase() : own
  const method = input instanceof Request && !isProxy(input) ? readSlot(Request.prototype, 'method', input) : undefined
  return typeof method === 'string' ? method : 'GET'
}
