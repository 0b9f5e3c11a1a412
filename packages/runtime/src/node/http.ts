/**
 * node:http and node:https. Server: the `request` event runs in an http-server activity that continues the caller's trace. Client: requests
 * are http-client activities that carry our headers on loopback, unless the program set its own or the headers are already out. Ends come
 * from Node's diagnostics channels, so that no listener is added to the program's objects.
 */
import type { Channel } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { mayCarryHeaders, recordedUrl } from '../adapters/request-context.ts'
import { taintHeader, taintHeaderList, taintQuery } from '../adapters/secret-values.ts'
import { spansOf } from '../adapters/span-recorder.ts'
import type { SpanRecorder } from '../adapters/span-recorder.ts'
import type { SpanCause } from '../adapters/span-slot.ts'
import { reflectApply } from '../recorder/intrinsics.ts'
import { contextSources, factsOf, kindOf, knownFacts } from './emitter-facts.ts'
import type { EmitterFacts } from './emitter-facts.ts'
import { streamOf } from './http2.ts'
import { servedBy } from './served-requests.ts'
import type { ServedRequests } from './served-requests.ts'

export const httpAdapter: Adapter = {
  id: 'http',
  attach(recorder) {
    const watch = new HttpWatch(recorder)
    const http = process.getBuiltinModule('node:http')
    const https = process.getBuiltinModule('node:https')
    const detachers = [watch.attachServers(), ...watch.attachClients([http, https]), ...watch.subscribeEnds()]
    const sync = process.getBuiltinModule('node:module').syncBuiltinESMExports
    sync()
    const detach = combine(detachers)
    return () => {
      detach?.()
      sync()
    }
  },
}

/** Events of a server whose listeners answer. */
const REQUESTS = ['request', 'checkContinue', 'checkExpectation'] as const

class HttpWatch {
  private readonly recorder: RecorderAccess
  private readonly served: ServedRequests
  private readonly spans: SpanRecorder

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.served = servedBy(recorder)
    this.spans = spansOf(recorder)
  }

  attachServers(): Detach | undefined {
    const sources = contextSources(this.recorder)
    for (const event of REQUESTS) sources.set(event, (_server, args) => this.contextOf(args[1]))
    const modules = [process.getBuiltinModule('node:http'), process.getBuiltinModule('node:https')]
    return combine([
      () => REQUESTS.forEach(event => sources.delete(event)),
      this.served.attach(),
      subscribe('http.server.request.start', ({ request }) => this.arrived(request)),
      ...modules.map(({ Server }) => this.patchOwnEmit(Server.prototype)),
    ])
  }

  /** The request has begun when instrumentations, which put themselves around the server's `emit`, start their span for it. */
  private arrived(request: object): void {
    const { spans } = this
    try {
      spans.look()
      spans.pending = spans.isPresent ? this.contextOfRequest(request) : undefined
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: Node would end the program; the request is served all the same; counted.
    }
  }

  /** Someone who was there before put an `emit` on servers that leads past EventEmitter's, which is patched (emitters.ts). */
  private patchOwnEmit(prototype: object): Detach | undefined {
    const { recorder } = this
    const contextOf = (event: unknown, request: unknown): EmitterFacts | undefined => {
      try {
        return REQUESTS.some(each => each === event) ? this.contextOf(request) : undefined
      } catch {
        recorder.fail('adapter-failed') // SAFE: the listeners run without this context; counted.
        return undefined
      }
    }
    return patchMethod(prototype, 'emit', (original, state) => {
      const methods = {
        emit(this: unknown): unknown {
          const context = state.isActive ? contextOf(arguments[0], arguments[1]) : undefined
          if (context === undefined) return reflectApply(original, this, arguments as never) // SAFE: as given
          const run = (): unknown => recorder.runIn(context.call, context.root, original, this, arguments)
          return context.ambient === undefined ? run() : context.ambient.storage.run(context.ambient.context, run)
        },
      }
      return methods.emit
    })
  }

  /** What listeners of these events do has the request as its cause, also when it is handed on to another server. */
  private contextOf(request: unknown): EmitterFacts | undefined {
    if (typeof request !== 'object' || request === null) return undefined
    const kind = kindOf(request)
    if (kind === 'http2-request') return this.contextOfStream(request, streamOf(request))
    if (kind !== 'request') return undefined
    const facts = this.contextOfRequest(request)
    this.spans.pending = undefined
    // In the context of the request's span: what it does hangs on that.
    const run = this.spans.activeRun()
    if (facts !== undefined && run?.root === facts.root && run.activity === this.recorder.currentCall()) facts.call = run.activity
    return facts
  }

  private contextOfRequest(request: object): EmitterFacts | undefined {
    // `headers` is computed on first use; the raw list is there anyway.
    const { method = '', url = '', rawHeaders } = request as IncomingMessage // SAFE: as the callers tested
    return this.served.begin(request, method, url, rawHeaders)
  }

  /** The stream's, for what the request emits as well. */
  private contextOfStream(request: object, stream: unknown): EmitterFacts | undefined {
    const context = knownFacts(this.recorder, stream)
    if (context === undefined) return undefined
    const facts = factsOf(this.recorder, request)
    facts.call = context.call
    facts.root = context.root
    facts.activity = context.activity
    facts.ambient = context.ambient
    return context
  }

  attachClients(modules: readonly (typeof import('node:http') | typeof import('node:https'))[]): (Detach | undefined)[] {
    return modules.flatMap(module => {
      const send = (client: unknown, request: (...args: never[]) => unknown, args: unknown[]): unknown => this.send(client, request, args)
      const request = patchMethod(module, 'request', (original, state) => {
        const methods = {
          request(this: unknown, ...args: unknown[]): unknown {
            return state.isActive ? send(this, original, args) : reflectApply(original, this, args as never) // SAFE: as given
          },
        }
        return methods.request
      })
      // Node's own `get` calls its inner `request`, not the exported one; it is exactly this.
      const get = patchMethod(module, 'get', (original, state) => {
        const methods = {
          get(this: unknown, ...args: unknown[]): unknown {
            if (!state.isActive) return reflectApply(original, this, args as never) // SAFE: as given
            const made = reflectApply(module.request, this, args as never) // SAFE: as given
            made.end()
            return made
          },
        }
        return methods.get
      })
      return [request, get]
    })
  }

  private send(client: unknown, request: (...args: never[]) => unknown, args: unknown[]): unknown {
    const { recorder } = this
    const made = reflectApply(request, client, args as never) as ClientRequest // SAFE: what http.request returns
    try {
      const sender = this.spans.senderOf(made.getHeader(TRACEPARENT))
      const { root } = sender
      const activity = this.beginClient(made, sender)
      // The callback has become a listener of `response` by now.
      if (activity !== 0) {
        const facts = factsOf(recorder, made)
        facts.entries = []
        facts.call = activity
        facts.root = root || activity
      }
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request goes out unrecorded; counted.
    }
    return made
  }

  private beginClient(request: ClientRequest, { call, root }: SpanCause): number {
    const { recorder } = this
    const { protocol, host, path, method } = request
    const port = String(request.getHeader('host') ?? host)
    for (const name of request.getHeaderNames()) taintHeader(recorder, name, String(request.getHeader(name)))
    taintQuery(recorder, path)
    const url = new URL(path, `${protocol}//${port.includes(':') || host.includes(':') ? port : host}`)
    const activity = recorder.startActivity(ActivityType.httpClient, { method, url: recordedUrl(url, recorder.isRedacted) }, call)
    if (activity === 0) return 0
    factsOf(recorder, request).activity = activity
    const isOurs =
      mayCarryHeaders(url, undefined) && !request.headersSent && request.getHeader(TRACEPARENT) === undefined && !this.spans.isSuppressed()
    if (isOurs) for (const [name, value] of this.served.headersFor(activity, root)) if (!request.hasHeader(name)) request.setHeader(name, value)
    return activity
  }

  subscribeEnds(): Detach[] {
    const { recorder } = this
    const end = (request: object, type: number, result: object): void => {
      const facts = knownFacts(recorder, request)
      if (facts !== undefined) recorder.endActivity(facts.activity, type, result)
    }
    return [
      subscribe('http.server.response.finish', ({ request, response }) => {
        const cookies = response?.getHeader?.('set-cookie')
        if (cookies !== undefined) for (const cookie of [cookies].flat()) taintHeader(recorder, 'set-cookie', String(cookie))
        end(request, ActivityType.httpServer, { status: response?.statusCode ?? 0 })
      }),
      subscribe('http.client.response.finish', ({ request, response }) => {
        taintHeaderList(recorder, response?.rawHeaders ?? [])
        end(request, ActivityType.httpClient, { status: response?.statusCode ?? 0 })
      }),
      subscribe('http.client.request.error', ({ request, error }) => {
        end(request, ActivityType.httpClient, { status: 0, error: error instanceof Error ? error.message : 'failed' })
      }),
    ]
  }
}

interface HttpMessage {
  readonly request: object
  readonly response?: { readonly statusCode?: number; readonly rawHeaders?: readonly string[]; getHeader?(name: string): unknown }
  readonly error?: unknown
}

function subscribe(name: string, tell: (message: HttpMessage) => void): Detach {
  const channel: Channel = process.getBuiltinModule('node:diagnostics_channel').channel(name)
  const listener = (message: unknown): void => tell(message as HttpMessage) // SAFE: the channel's documented message
  channel.subscribe(listener)
  return () => void channel.unsubscribe(listener)
}
