/**
 * Requests through undici: Node's own `fetch` and every copy of the package, whichever of its functions is called. All of them publish on
 * the same diagnostics channels, and say that there is a request while the call that makes it is still running. So nothing that the program
 * has is patched, and a call that sends nothing (a wrong address, `data:`, a mock, a cached answer) is no activity.
 *
 * `fetch` follows redirects itself, later and without a context: a request to the place to which an answer has just sent its asker belongs
 * to the activity of the first one. As long as nobody asks, that activity waits for its end until the jobs that follow the answer are done.
 *
 * A pool that has no connection free makes the request when one is, in whatever runs then. `request` and its like have an AsyncResource that
 * remembers who asked; for the others there is no cause, which is better than the wrong one: the listener of whoever opened the connection.
 */
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine } from '../adapters/patch.ts'
import { mayCarryHeaders, recordedUrl } from '../adapters/request-context.ts'
import { taintHeader, taintQuery } from '../adapters/secret-values.ts'
import { SafeWeakMap, nodeBuiltin, ownDescriptor } from '../recorder/intrinsics.ts'
import { resourceContext } from './async-resources.ts'
import { spansOf } from '../adapters/span-recorder.ts'
import { contextSources, factsOf, isProxy } from './emitter-facts.ts'
import { servedBy } from './served-requests.ts'

/** The part of undici's request object that its channels document; `headers` are one text before version 6. */
interface UndiciRequest {
  readonly origin: string | URL
  readonly path: string
  readonly method: string
  readonly headers: unknown
  addHeader(name: string, value: string): void
}
interface UndiciMessage {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number; readonly headers: unknown }
  readonly error?: unknown
}
interface OpenRequest {
  readonly activity: number
  readonly root: number
}
interface Redirect {
  readonly open: OpenRequest
  readonly address: string
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const SWITCHING_PROTOCOLS = 101

/** Programs that test with a clock of their own replace them. */
const originalSetImmediate = nodeBuiltin<typeof import('node:timers')>('node:timers')?.setImmediate

export const undiciAdapter: Adapter = {
  id: 'undici',
  attach: recorder => new UndiciWatch(recorder).attach(),
}

class UndiciWatch {
  private readonly recorder: RecorderAccess
  private readonly open = new SafeWeakMap<object, OpenRequest>()
  private readonly redirects: Redirect[] = []

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  attach(): Detach | undefined {
    return combine([
      this.disownDrains(),
      this.subscribeLast('undici:request:create', ({ request }, isLast) => this.created(request, isLast)),
      this.subscribe('undici:request:headers', ({ request, response }) => response && this.answered(request, response)),
      this.subscribe('undici:request:error', ({ request, error }) => {
        const open = this.take(request)
        if (open !== undefined) this.end(open, { status: 0, error: errorText(error) })
      }),
    ])
  }

  /** Dispatchers tell where and which of them; streams, which have an event of that name, tell nothing. */
  private disownDrains(): Detach {
    const sources = contextSources(this.recorder)
    const nobody = factsOf(this.recorder, {})
    sources.set('drain', (_emitter, args) => (args.length > 2 && Array.isArray(args[2]) ? nobody : undefined))
    return () => void sources.delete('drain')
  }

  private subscribe(name: string, tell: (message: UndiciMessage) => void): Detach {
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel')
    const listener = this.guarded(tell)
    subscribe(name, listener)
    return () => void unsubscribe(name, listener)
  }

  /** Others add headers too (OpenTelemetry does): ours are added behind theirs, so that no request has two `traceparent`. */
  private subscribeLast(name: string, tell: (message: UndiciMessage, isLast: boolean) => void): Detach {
    const channel = process.getBuiltinModule('node:diagnostics_channel').channel(name)
    const spans = spansOf(this.recorder)
    const isLast = (): boolean => {
      const listeners: unknown = ownDescriptor(channel, '_subscribers')?.value
      return !Array.isArray(listeners) || listeners.at(-1) === listener
    }
    const goLast = (): void => {
      channel.unsubscribe(listener)
      channel.subscribe(listener)
    }
    const listener = this.guarded(message => {
      const wasLast = isLast()
      // For the next message: this one goes to those who were there when it was published.
      if (!wasLast) goLast()
      tell(message, wasLast)
    })
    channel.subscribe(listener)
    spans.onFound = () => {
      if (!isLast()) goLast()
    }
    return () => {
      spans.onFound = undefined
      channel.unsubscribe(listener)
    }
  }

  private guarded(tell: (message: UndiciMessage) => void): (message: unknown) => void {
    return message => {
      try {
        tell(message as UndiciMessage) // SAFE: the channel's documented message
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: Node would end the program; the request goes on all the same; counted.
      }
    }
  }

  private created(request: UndiciRequest, isLast: boolean): void {
    const { recorder } = this
    const spans = spansOf(recorder)
    spans.look()
    const given: string[] = []
    let traceparent: string | undefined
    eachHeader(request.headers, (name, value) => {
      given.push(name)
      if (name === TRACEPARENT) traceparent ??= value
      taintHeader(recorder, name, value)
    })
    taintQuery(recorder, request.path)
    const url = urlOf(request)
    const open = this.takeRedirect(url) ?? this.begin(request, url, traceparent)
    if (open === undefined) return
    this.open.set(request, open)
    if (traceparent !== undefined || !mayCarryHeaders(url, undefined)) return
    if ((!isLast && spans.isPresent) || spans.isSuppressed()) return
    const headers = servedBy(recorder).headersFor(open.activity, open.root)
    for (const [name, value] of headers) if (!given.includes(name)) request.addHeader(name, value)
  }

  private begin(request: UndiciRequest, url: URL, traceparent: string | undefined): OpenRequest | undefined {
    const { recorder } = this
    const spans = spansOf(recorder)
    const { call, root } = spans.carriedBy(traceparent) ?? resourceContext(recorder, handlerOf(request)) ?? spans.senderOf(undefined)
    const fields = { method: request.method, url: recordedUrl(url, recorder.isRedacted) }
    const activity = recorder.startActivity(ActivityType.httpClient, fields, call)
    return activity === 0 ? undefined : { activity, root }
  }

  private answered(request: UndiciRequest, response: { readonly statusCode: number; readonly headers: unknown }): void {
    const status = response.statusCode
    let location: string | undefined
    eachHeader(response.headers, (name, value) => {
      if (name === 'location') location ??= value
      taintHeader(this.recorder, name, value)
    })
    // Early hints: the answer is still to come.
    if (status < 200 && status !== SWITCHING_PROTOCOLS) return
    const open = this.take(request)
    if (open === undefined) return
    const next = location !== undefined && REDIRECTS.has(status) ? tryParse(location, urlOf(request)) : undefined
    if (next === undefined) return this.end(open, { status })
    const redirect = { open, address: addressOf(next) }
    this.redirects.push(redirect)
    originalSetImmediate?.(() => {
      if (this.drop(redirect)) this.end(open, { status })
    })
  }

  /** What the program asks for in a recorded call is a request of its own. */
  private takeRedirect(url: URL): OpenRequest | undefined {
    if (this.redirects.length === 0 || this.recorder.isInCall()) return undefined
    const address = addressOf(url)
    const redirect = this.redirects.find(each => each.address === address)
    if (redirect === undefined) return undefined
    this.drop(redirect)
    return redirect.open
  }

  private drop(redirect: Redirect): boolean {
    const at = this.redirects.indexOf(redirect)
    if (at >= 0) this.redirects.splice(at, 1)
    return at >= 0
  }

  private take(request: object): OpenRequest | undefined {
    const open = this.open.get(request)
    if (open !== undefined) this.open.delete(request)
    return open
  }

  private end({ activity }: OpenRequest, result: object): void {
    this.recorder.endActivity(activity, ActivityType.httpClient, result)
  }
}

/** A path that begins with two slashes is a path all the same; one of a CONNECT is an address. */
function urlOf({ origin, path }: UndiciRequest): URL {
  const base = new URL(origin)
  return path.startsWith('/') ? new URL(base.origin + path) : new URL(path, base)
}

/** The one who is told about the request; the request itself in a version that keeps it elsewhere. */
function handlerOf(request: object): object {
  const key = Object.getOwnPropertySymbols(request).find(symbol => symbol.description === 'handler')
  const handler: unknown = key && ownDescriptor(request, key)?.value
  return typeof handler === 'object' && handler !== null ? handler : request
}

function tryParse(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base)
  } catch {
    return undefined // SAFE: nobody can follow it either.
  }
}

const addressOf = (url: URL): string => url.origin + url.pathname + url.search

/** Names and values in turn, of which a value may be a list; bytes in answers. Names are told in lower case. */
function eachHeader(headers: unknown, tell: (name: string, value: string) => void): void {
  if (typeof headers === 'string') {
    for (const line of headers.split('\r\n')) {
      const at = line.indexOf(':')
      if (at > 0) tell(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim())
    }
  } else if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const name = String(headers[i]).toLowerCase()
      for (const value of [headers[i + 1]].flat()) tell(name, String(value))
    }
  }
}

/** Attempts to connect to several addresses fail together, without a text of their own. */
function errorText(error: unknown): string {
  if (isProxy(error) || !(error instanceof Error)) return 'failed'
  return error.message || ('code' in error && typeof error.code === 'string' ? error.code : 'failed')
}
