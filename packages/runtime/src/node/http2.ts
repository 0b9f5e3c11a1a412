/**
 * node:http2, without loading it, which takes 10 ms: its classes are known when the program's first session or stream emits. A server's
 * stream is an http-server activity, for listeners of `stream` as for those of the compatible `request`; what a client's session sends is
 * an http-client activity that carries our headers on loopback. Both end when the stream closes.
 */
import type { ClientHttp2Stream } from 'node:http2'
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { mayCarryHeaders, recordedUrl } from '../adapters/request-context.ts'
import { taintHeader, taintQuery } from '../adapters/secret-values.ts'
import { isArray, keysOf, lowerCase, ownDescriptor, prototypeOf, reflectApply, symbolsOf } from '../recorder/intrinsics.ts'
import { contextSources, factsOf, isProxy, kindOf, knownFacts } from './emitter-facts.ts'
import type { EmitterFacts } from './emitter-facts.ts'
import { servedBy } from './served-requests.ts'
import type { ServedRequests } from './served-requests.ts'

type Send = (...args: never[]) => unknown
type Header = readonly [name: string, value: unknown]

export const http2Adapter: Adapter = {
  id: 'http2',
  attach: recorder => new Http2Watch(recorder).attach(),
}

class Http2Watch {
  private readonly recorder: RecorderAccess
  private readonly served: ServedRequests
  private detachSessions: Detach | undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.served = servedBy(recorder)
  }

  attach(): Detach | undefined {
    const sources = contextSources(this.recorder)
    const watched = {
      stream: (_emitter: object, args: ArrayLike<unknown>) => this.serve(args[1], args[2], args[4]),
      // The constructor of a session adds listeners for this event, and then others.
      newListener: (emitter: object) => this.sessionMade(emitter),
      response: (emitter: object, args: ArrayLike<unknown>) => this.answered(emitter, args[1]),
      close: (emitter: object) => this.closed(emitter),
    }
    for (const [event, source] of Object.entries(watched)) sources.set(event, source)
    return combine([() => Object.keys(watched).forEach(event => sources.delete(event)), () => this.detachSessions?.()])
  }

  private serve(stream: unknown, headers: unknown, raw: unknown): EmitterFacts | undefined {
    if (typeof stream !== 'object' || stream === null || kindOf(stream) !== 'http2-server-stream') return undefined
    return this.served.begin(stream, textOf(headers, ':method'), textOf(headers, ':path'), raw as readonly string[]) // SAFE: Node's list
  }

  private sessionMade(emitter: object): undefined {
    if (this.detachSessions !== undefined || kindOf(emitter) !== 'http2-client-session') return
    let prototype = prototypeOf(emitter)
    while (prototype !== null && ownDescriptor(prototype, 'request') === undefined) prototype = prototypeOf(prototype)
    if (prototype === null) return
    const send = (session: object, request: Send, args: ArrayLike<unknown>): unknown => this.send(session, request, args)
    this.detachSessions = patchMethod(prototype, 'request', (original, state) => {
      const methods = {
        request(this: unknown): unknown {
          return state.isActive ? send(this as object, original, arguments) : reflectApply(original, this, arguments as never) // SAFE: a session's method; as given
        },
      }
      return methods.request
    })
  }

  private send(session: object, request: Send, args: ArrayLike<unknown>): unknown {
    const { recorder } = this
    const root = recorder.currentRoot()
    const given = headersIn(args[0])
    const activity = given === undefined ? 0 : this.begin(session, given)
    const more = activity === 0 ? [] : this.headersFor(session, given ?? [], activity, root || activity)
    let stream: unknown
    try {
      stream = reflectApply(request, session, (more.length === 0 ? args : withHeaders(args, more)) as never) // SAFE: as given
    } catch (error) {
      recorder.endActivity(activity, ActivityType.httpClient, { status: 0, error: error instanceof Error ? error.message : 'failed' })
      throw error
    }
    if (activity !== 0) {
      const facts = factsOf(recorder, stream as object) // SAFE: what request gives
      facts.entries = []
      facts.call = facts.activity = activity
      facts.root = root || activity
    }
    return stream
  }

  private begin(session: object, headers: readonly Header[]): number {
    const { recorder } = this
    try {
      const url = urlOf(session, headers)
      for (const [name, value] of headers) if (!name.startsWith(':')) taintHeader(recorder, name, String(value))
      taintQuery(recorder, url.search)
      const method = valueOf(headers, ':method') ?? 'GET'
      return recorder.startActivity(ActivityType.httpClient, { method, url: recordedUrl(url, recorder.isRedacted) })
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request goes out unrecorded; counted.
      return 0
    }
  }

  private headersFor(session: object, headers: readonly Header[], activity: number, root: number): readonly (readonly [string, string])[] {
    if (valueOf(headers, TRACEPARENT) !== undefined || !mayCarryHeaders(urlOf(session, headers), undefined)) return []
    return this.served.headersFor(activity, root).filter(([name]) => valueOf(headers, name) === undefined)
  }

  private answered(emitter: object, headers: unknown): undefined {
    const facts = knownFacts(this.recorder, emitter)
    if (facts !== undefined && facts.activity !== 0 && kindOf(emitter) === 'http2-client-stream') facts.status = Number(textOf(headers, ':status'))
  }

  private closed(emitter: object): undefined {
    const { recorder } = this
    const facts = knownFacts(recorder, emitter)
    if (facts === undefined || facts.activity === 0) return
    const kind = kindOf(emitter)
    if (kind === 'http2-client-stream') this.end(emitter, facts, ActivityType.httpClient, facts.status)
    else if (kind === 'http2-server-stream')
      this.end(emitter, facts, ActivityType.httpServer, Number(textOf(nodeProperty(emitter, 'sentHeaders'), ':status')))
  }

  private end(stream: object, { activity }: EmitterFacts, type: number, status: number): void {
    const code = nodeProperty(stream, 'rstCode')
    this.recorder.endActivity(activity, type, status > 0 ? { status } : { status: 0, error: code ? `stream error ${Number(code)}` : 'closed' })
  }
}

/** The stream under a request of the compatible API. */
export const streamOf = (request: object): unknown => nodeProperty(request, 'stream')

/** Of an accessor on the prototypes of Node's own classes. */
function nodeProperty(object: object, key: keyof ClientHttp2Stream | 'stream'): unknown {
  for (let at = prototypeOf(object); at !== null && !isProxy(at); at = prototypeOf(at)) {
    const get = ownDescriptor(at, key)?.get
    if (get !== undefined) return reflectApply(get, object, [])
  }
  return undefined
}

function textOf(headers: unknown, name: string): string {
  const value: unknown = typeof headers === 'object' && headers !== null ? ownDescriptor(headers, name)?.value : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The pairs of an object or a list of headers; undefined when only code of the program's could tell. */
function headersIn(given: unknown): Header[] | undefined {
  if (given === undefined || given === null) return []
  if (typeof given !== 'object' || isProxy(given)) return undefined
  const pairs: Header[] = []
  const keys = keysOf(given)
  const values: unknown[] = []
  for (const key of keys) {
    const descriptor = ownDescriptor(given, key)
    if (descriptor?.get !== undefined) return undefined
    if (typeof key === 'string' && descriptor?.enumerable === true) {
      values.push(descriptor.value)
      pairs.push([lowerCase(key), descriptor.value])
    }
  }
  if (!isArray(given)) return pairs
  const listed: Header[] = []
  for (let i = 0; i + 1 < values.length; i += 2) listed.push([lowerCase(String(values[i])), values[i + 1]])
  return listed
}

function withHeaders(args: ArrayLike<unknown>, more: readonly (readonly [string, string])[]): unknown[] {
  const [given, ...rest] = Array.from(args)
  if (Array.isArray(given)) return [[...(given as unknown[]), ...more.flat()], ...rest] // SAFE: as tested
  return [{ ...(given as object | undefined), ...Object.fromEntries(more) }, ...rest] // SAFE: `headersIn` looked at it
}

const valueOf = (headers: readonly Header[], name: string): unknown => headers.find(([each]) => each === name)?.[1]

function urlOf(session: object, headers: readonly Header[]): URL {
  const [protocol, authority] = ['protocol', 'authority'].map(name => {
    const key = symbolsOf(session).find(({ description }) => description === name)
    return key === undefined ? undefined : ownDescriptor(session, key)?.value
  })
  const scheme = valueOf(headers, ':scheme') ?? String(protocol ?? 'http:').slice(0, -1)
  const host = valueOf(headers, ':authority') ?? authority ?? 'localhost'
  return new URL(String(valueOf(headers, ':path') ?? '/'), `${String(scheme)}://${String(host)}`)
}
