/**
 * node:http and node:https. Server: the `request` event runs in an http-server activity that continues the caller's trace. Client: requests
 * are http-client activities that carry our headers on loopback, unless the program set its own or the headers are already out. Ends come
 * from Node's diagnostics channels, so that no listener is added to the program's objects.
 */
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { ActivityType, TRACEPARENT, TRACESTATE } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { clockOf, mayCarryHeaders, recordedPath, recordedUrl, traceHeaders } from '../adapters/request-context.ts'
import { canHoldSecrets, taintHeader, taintHeaderList, taintQuery } from '../adapters/secret-values.ts'
import { SafeMap, reflectApply } from '../recorder/intrinsics.ts'
import { contextSources, factsOf, kindOf, knownFacts } from './emitter-facts.ts'
import type { EmitterFacts } from './emitter-facts.ts'

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

/** What the name of a header says. */
const OTHER = 0
const PARENT = 1
const STATE = 2
const SECRET = 3
const MAX_NAMES = 512

class HttpWatch {
  private readonly recorder: RecorderAccess
  private readonly ambient: AsyncLocalStorage<number> | undefined
  /** Requests of one program have the same headers again and again. */
  private readonly kinds = new SafeMap<string, number>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.ambient = createAmbient()
  }

  attachServers(): Detach | undefined {
    const { ambient, recorder } = this
    const sources = contextSources(recorder)
    for (const event of REQUESTS) sources.set(event, (_server, args) => this.contextOf(args[1]))
    const forget = (): void => REQUESTS.forEach(event => sources.delete(event))
    return combine([forget, ambient && recorder.useAmbient(() => ambient.getStore() ?? 0)])
  }

  /** What listeners of these events do has the request as its cause, also when it is handed on to another server. */
  private contextOf(request: unknown): EmitterFacts | undefined {
    if (typeof request !== 'object' || request === null || kindOf(request) !== 'request') return undefined
    const facts = knownFacts(this.recorder, request)
    return facts !== undefined && facts.activity !== 0 ? facts : this.begin(request as IncomingMessage) // SAFE: as tested
  }

  private begin(request: IncomingMessage): EmitterFacts | undefined {
    const { recorder } = this
    try {
      const { method = '', url = '' } = request
      const traceparent = this.readHeaders(request)
      taintQuery(recorder, url)
      const path = recordedPath(url, recorder.isRedacted)
      const fields = traceparent === undefined ? { method, url: path } : { method, url: path, traceparent }
      const activity = recorder.startActivity(ActivityType.httpServer, fields, 0)
      if (activity === 0) return undefined
      if (traceparent !== undefined) recorder.joinTrace(activity, traceparent)
      // A body arrives in events of its own: what they call belongs to the request.
      const facts = factsOf(recorder, request)
      facts.call = facts.root = facts.activity = activity
      facts.ambient = this.ambient
      return facts
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request is served unrecorded; counted.
      return undefined
    }
  }

  /** Takes secrets and the caller's clock out of them; gives `traceparent`. */
  private readHeaders({ rawHeaders }: IncomingMessage): string | undefined {
    const { recorder, kinds } = this
    let traceparent: string | undefined
    // `headers` is computed on first use; the raw list is there anyway.
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] as string // SAFE: below the length, here and below
      const kind = kinds.get(name) ?? this.kindOf(name)
      if (kind === OTHER) continue
      const value = rawHeaders[i + 1] as string
      if (kind === SECRET) taintHeader(recorder, name, value)
      else if (kind === PARENT) traceparent ??= value
      else {
        const clock = clockOf(value)
        if (clock !== undefined) recorder.receive(clock)
      }
    }
    return traceparent
  }

  private kindOf(name: string): number {
    const key = name.toLowerCase()
    const kind = key === TRACEPARENT ? PARENT : key === TRACESTATE ? STATE : canHoldSecrets(this.recorder, key) ? SECRET : OTHER
    if (this.kinds.size < MAX_NAMES) this.kinds.set(name, kind)
    return kind
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
    const root = recorder.currentRoot()
    const made = reflectApply(request, client, args as never) as ClientRequest // SAFE: what http.request returns
    try {
      const activity = this.beginClient(made, root)
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

  private beginClient(request: ClientRequest, root: number): number {
    const { recorder } = this
    const { protocol, host, path, method } = request
    const port = String(request.getHeader('host') ?? host)
    for (const name of request.getHeaderNames()) taintHeader(recorder, name, String(request.getHeader(name)))
    taintQuery(recorder, path)
    const url = new URL(path, `${protocol}//${port.includes(':') || host.includes(':') ? port : host}`)
    const activity = recorder.startActivity(ActivityType.httpClient, { method, url: recordedUrl(url, recorder.isRedacted) })
    if (activity === 0) return 0
    factsOf(recorder, request).activity = activity
    const isOurs = mayCarryHeaders(url, undefined) && !request.headersSent && request.getHeader(TRACEPARENT) === undefined
    if (isOurs) for (const [name, value] of traceHeaders(recorder, activity, root)) request.setHeader(name, value)
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

/**
 * Carries the request over awaits of code that is not instrumented. From Node 24 on that is cheap (AsyncContextFrame); before, one active
 * AsyncLocalStorage makes every await of the process dearer by 320 to 420 ns, so older Nodes go without.
 */
function createAmbient(): AsyncLocalStorage<number> | undefined {
  if (Number.parseInt(process.versions.node, 10) < 24) return undefined
  const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks')
  return new Storage<number>()
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
