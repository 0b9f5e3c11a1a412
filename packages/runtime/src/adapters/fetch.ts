/**
 * `fetch` in browsers: an http-client activity per request, and our headers on requests to the page's own origin.
 *
 * The promise of `fetch` is given back as it is and nothing is attached to it: a handler would mark a rejection as handled, and a derived
 * promise would cost a tick and its identity. How a request ended is learnt from the page's resource timing entries, matched by address
 * and start time; so an end is recorded when the body has arrived, and not at all for addresses that leave no entry (data:, blob:).
 *
 * Headers are added where that reads nothing twice: the options are absent or plain data with headers that are absent, a plain object of
 * texts or a Headers object, or the input is a Request and there are no options. Bodies are never touched. Node: node/undici.ts.
 */
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import { performanceNow, reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, Detach, RecorderAccess } from './adapter.ts'
import { combine, patchMethod } from './patch.ts'
import { mayCarryHeaders, recordedUrl, traceHeaders } from './request-context.ts'
import { taintFetchHeaders, taintQuery } from './secret-values.ts'

interface FetchScope {
  readonly Request: typeof Request
  readonly Headers: typeof Headers
  readonly URL: typeof URL
  readonly location: { readonly href: string; readonly origin: string }
  readonly PerformanceObserver?: typeof PerformanceObserver
}
interface OpenRequest {
  readonly activity: number
  readonly address: string
  readonly startMs: number
}

/** Requests whose end is still awaited; the oldest is given up beyond. */
const MAX_OPEN = 500

export const fetchAdapter: Adapter = {
  id: 'fetch',
  attach(recorder, realm) {
    const scope = realm as Partial<FetchScope> // SAFE: each member is checked before use
    if (!scope.Request || !scope.Headers || !scope.URL || !scope.location) return undefined
    return new FetchWatch(recorder, scope as FetchScope).attach(realm) // SAFE: checked above
  },
}

class FetchWatch {
  private readonly recorder: RecorderAccess
  private readonly scope: FetchScope
  private readonly open: OpenRequest[] = []
  private readonly requestUrl: (() => unknown) | undefined
  private readonly requestMethod: (() => unknown) | undefined
  private readonly requestHeaders: (() => unknown) | undefined
  private readonly urlText: (() => unknown) | undefined

  constructor(recorder: RecorderAccess, scope: FetchScope) {
    this.recorder = recorder
    this.scope = scope
    this.requestUrl = getterOf(scope.Request, 'url')
    this.requestMethod = getterOf(scope.Request, 'method')
    this.requestHeaders = getterOf(scope.Request, 'headers')
    this.urlText = getterOf(scope.URL, 'href')
  }

  attach(realm: object): Detach | undefined {
    const patch = patchMethod(realm, 'fetch', (original, state) => {
      const send = (args: readonly unknown[]): readonly unknown[] => (state.isActive ? this.begin(args) : args)
      const methods = {
        fetch(this: unknown, ...args: unknown[]): unknown {
          return reflectApply(original, this, send(args) as never) // SAFE: what the caller gave, or the same with two headers more
        },
      }
      return methods.fetch
    })
    return patch && combine([patch, this.observeEnds()])
  }

  /** Records the start and gives the arguments to call the original with. */
  private begin(args: readonly unknown[]): readonly unknown[] {
    const { recorder, scope } = this
    try {
      const url = this.addressOf(args[0])
      if (url === undefined) return args
      const root = recorder.currentRoot()
      this.taint(args[0], args[1], url)
      const activity = recorder.startActivity(ActivityType.httpClient, { method: this.methodOf(args), url: recordedUrl(url, recorder.isRedacted) })
      if (activity === 0) return args
      if (this.open.length >= MAX_OPEN) this.open.shift()
      this.open.push({ activity, address: withoutHash(url.href), startMs: performanceNow() })
      return mayCarryHeaders(url, scope.location.origin) ? this.withHeaders(args, activity, root) : args
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request goes out as the program made it; counted.
      return args
    }
  }

  private taint(input: unknown, init: unknown, url: URL): void {
    const { recorder } = this
    taintQuery(recorder, url.search)
    taintFetchHeaders(recorder, tryRead(this.requestHeaders, input))
    if (typeof init === 'object' && init !== null) taintFetchHeaders(recorder, Reflect.getOwnPropertyDescriptor(init, 'headers')?.value)
  }

  private addressOf(input: unknown): URL | undefined {
    const { URL } = this.scope
    const text = typeof input === 'string' ? input : (tryRead(this.requestUrl, input) ?? tryRead(this.urlText, input))
    if (typeof text !== 'string') return undefined
    try {
      return new URL(text, this.scope.location.href)
    } catch {
      return undefined // SAFE: the original rejects it.
    }
  }

  private methodOf([input, init]: readonly unknown[]): string {
    const own = typeof init === 'object' && init !== null ? Reflect.getOwnPropertyDescriptor(init, 'method')?.value : undefined
    const method = typeof own === 'string' ? own : tryRead(this.requestMethod, input)
    return typeof method === 'string' ? method.toUpperCase() : 'GET'
  }

  private withHeaders(args: readonly unknown[], activity: number, root: number): readonly unknown[] {
    const [input, init] = args
    const { Request, Headers } = this.scope
    const added = traceHeaders(this.recorder, activity, root)
    if (init === undefined && typeof tryRead(this.requestUrl, input) === 'string') {
      const copy = new Request(input as Request) // SAFE: it has a Request's slots; the copy takes the body as fetch would
      if (!copy.headers.has(TRACEPARENT)) for (const [name, value] of added) copy.headers.set(name, value)
      return [copy]
    }
    if (typeof input === 'object' && typeof tryRead(this.urlText, input) !== 'string') return args
    const options = plainCopy(init)
    if (options === undefined) return args
    const given = options['headers']
    const isNative = given instanceof Headers
    const source = isNative || given === undefined ? given : plainCopy(given)
    if (given !== undefined && (source === undefined || (!isNative && !Object.values(source).every(value => typeof value === 'string')))) return args
    const headers = new Headers(source as HeadersInit | undefined) // SAFE: checked above
    if (headers.has(TRACEPARENT)) return args
    for (const [name, value] of added) headers.set(name, value)
    return [input, { ...options, headers }]
  }

  private observeEnds(): Detach | undefined {
    const { PerformanceObserver } = this.scope
    if (PerformanceObserver === undefined || !PerformanceObserver.supportedEntryTypes.includes('resource')) return undefined
    const observer = new PerformanceObserver(list => {
      const entries = list.getEntries()
      for (let i = 0; i < entries.length; i++) this.ended(entries[i] as PerformanceResourceTiming) // SAFE: only this type is observed
    })
    observer.observe({ type: 'resource' })
    return () => observer.disconnect()
  }

  private ended(entry: PerformanceResourceTiming): void {
    if (entry.initiatorType !== 'fetch') return
    const address = withoutHash(entry.name)
    let best = -1
    let bestDistance = Infinity
    for (let i = 0; i < this.open.length; i++) {
      const request = this.open[i] as OpenRequest // SAFE: i is below the length
      const distance = Math.abs(entry.startTime - request.startMs)
      if (request.address === address && distance < bestDistance) [best, bestDistance] = [i, distance]
    }
    const [request] = best < 0 ? [] : this.open.splice(best, 1)
    if (request === undefined) return
    const status = entry.responseStatus
    const durationMs = Math.round(entry.duration * 1000) / 1000
    this.recorder.endActivity(
      request.activity,
      ActivityType.httpClient,
      status > 0 ? { status, durationMs } : { status, durationMs, error: 'no response' },
    )
  }
}

const withoutHash = (address: string): string => (address.includes('#') ? address.slice(0, address.indexOf('#')) : address)

function getterOf(constructor: { readonly prototype: object }, key: string): (() => unknown) | undefined {
  return Reflect.getOwnPropertyDescriptor(constructor.prototype, key)?.get
}

function tryRead(getter: (() => unknown) | undefined, target: unknown): unknown {
  if (getter === undefined || typeof target !== 'object' || target === null) return undefined
  try {
    return reflectApply(getter, target, [])
  } catch {
    return undefined // SAFE: the target has not the slots that this getter reads.
  }
}

/** A shallow copy of plain data; undefined when there is anything that reading could run (accessors) or that inherits. */
function plainCopy(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object') return undefined
  const prototype: unknown = Reflect.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const copy: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
    if (typeof key !== 'string' || descriptor === undefined || !('value' in descriptor)) return undefined
    copy[key] = descriptor.value
  }
  return copy
}
