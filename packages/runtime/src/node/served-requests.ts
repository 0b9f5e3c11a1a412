/**
 * Requests that this program answers, over HTTP/1 and HTTP/2: each is an http-server activity that continues its caller's trace, and the
 * cause of what its listeners do. W3C baggage of the caller goes on with what the request sends (https://www.w3.org/TR/baggage/).
 */
import type { AsyncLocalStorage } from 'node:async_hooks'
import { ActivityType, TRACEPARENT, TRACESTATE } from '@hindscope/protocol'
import type { Context, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { clockOf, recordedPath, traceHeaders } from '../adapters/request-context.ts'
import { canHoldSecrets, taintHeader, taintQuery } from '../adapters/secret-values.ts'
import { spansOf } from '../adapters/span-recorder.ts'
import { SafeMap, SafeWeakMap } from '../recorder/intrinsics.ts'
import { factsOf, knownFacts } from './emitter-facts.ts'
import type { EmitterFacts } from './emitter-facts.ts'

const BAGGAGE = 'baggage'
/** What the name of a header says. */
const OTHER = 0
const PARENT = 1
const STATE = 2
const CARRIED = 3
const SECRET = 4
const MAX_NAMES = 512
/** Limit of the specification; a longer one need not be propagated. */
const MAX_BAGGAGE = 8192
/** Chains whose baggage is kept; more lose the oldest. */
const MAX_CHAINS = 4096

interface Sent {
  traceparent: string | undefined
  baggage: string | undefined
}
/** What a chain hands on of the request that it began with. */
interface Carried {
  readonly baggage: string | undefined
  /** Flags of its trace: whether whoever began it keeps it. */
  readonly flags: string
}
const SAMPLED = '01'

const known = new SafeWeakMap<RecorderAccess, ServedRequests>()

/** The one of a recorder. */
export function servedBy(recorder: RecorderAccess): ServedRequests {
  let served = known.get(recorder)
  if (served === undefined) known.set(recorder, (served = new ServedRequests(recorder)))
  return served
}

export class ServedRequests {
  private readonly recorder: RecorderAccess
  private readonly ambient: AsyncLocalStorage<Context | undefined> | undefined
  /** Requests of one program have the same headers again and again. */
  private readonly kinds = new SafeMap<string, number>()
  /** By the activity that a chain began with. */
  private readonly carried = new SafeMap<number, Carried>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.ambient = createAmbient()
  }

  attach(): Detach | undefined {
    const { ambient, recorder } = this
    const spans = spansOf(recorder)
    recorder.awaited = ambient
    recorder.served = request => knownFacts(recorder, request)
    const detach = recorder.useAmbient(() => spans.activeRun()?.activity ?? ambient?.getStore()?.root ?? 0)
    return () => {
      recorder.awaited = recorder.served = undefined
      detach()
    }
  }

  /**
   * The context of `request`, which is an emitter: its activity begins when it is first asked for. `url` is a path with query, `headers` names
   * and values in turn. Undefined when it is not recorded.
   */
  begin(request: object, method: string, url: string, headers: readonly string[]): EmitterFacts | undefined {
    const { recorder } = this
    const before = knownFacts(recorder, request)
    if (before !== undefined && before.activity !== 0) return before
    try {
      const { traceparent, baggage } = this.readHeaders(headers)
      taintQuery(recorder, url)
      const path = recordedPath(url, recorder.isRedacted)
      const fields = traceparent === undefined ? { method, url: path } : { method, url: path, traceparent }
      const activity = recorder.startActivity(ActivityType.httpServer, baggage === undefined ? fields : { ...fields, baggage }, 0)
      if (activity === 0) return undefined
      if (traceparent !== undefined) recorder.joinTrace(activity, traceparent)
      this.carry(activity, traceparent, baggage)
      // A body arrives in events of its own: what they call belongs to the request.
      const facts = factsOf(recorder, request)
      facts.call = facts.root = facts.activity = activity
      if (this.ambient !== undefined) facts.ambient = { storage: this.ambient, context: { call: activity, root: activity } }
      return facts
    } catch {
      recorder.fail('adapter-failed') // SAFE: the request is served unrecorded; counted.
      return undefined
    }
  }

  /** Headers for a request that `activity` sends to a server that may know us. Inside a span of OpenTelemetry they are of its trace. */
  headersFor(activity: number, root: number): readonly (readonly [string, string])[] {
    const carried = this.carried.get(root)
    const [[parent, own], [stateName, state]] = traceHeaders(this.recorder, activity, root)
    const active = spansOf(this.recorder).activeTrace()
    const traceparent =
      active === undefined
        ? `${own.slice(0, -SAMPLED.length)}${carried?.flags ?? SAMPLED}`
        : `00-${active.traceId}-${own.slice(36, 52)}-${active.flags}`
    const headers: (readonly [string, string])[] = [
      [parent, traceparent],
      [stateName, active?.state ? `${state},${active.state}` : state],
    ]
    return carried?.baggage === undefined ? headers : [...headers, [BAGGAGE, carried.baggage]]
  }

  /** Most requests bring neither. */
  private carry(root: number, traceparent: string | undefined, sent: string | undefined): void {
    const baggage = sent !== undefined && sent.length <= MAX_BAGGAGE ? sent : undefined
    const flags = /-([0-9a-f]{2})$/.exec(traceparent ?? '')?.[1] ?? SAMPLED
    if (baggage === undefined && flags === SAMPLED) return
    if (this.carried.size >= MAX_CHAINS) {
      const oldest = this.carried.keys().next()
      if (!oldest.done) this.carried.delete(oldest.value)
    }
    this.carried.set(root, { baggage, flags })
  }

  /** Takes secrets and the caller's clock out of them. */
  private readHeaders(headers: readonly string[]): Sent {
    const { recorder, kinds } = this
    const sent: Sent = { traceparent: undefined, baggage: undefined }
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const name = headers[i] as string // SAFE: below the length, here and below
      const kind = kinds.get(name) ?? this.kindOf(name)
      if (kind === OTHER) continue
      const value = headers[i + 1] as string
      if (kind === SECRET) taintHeader(recorder, name, value)
      else if (kind === PARENT) sent.traceparent ??= value
      else if (kind === CARRIED) sent.baggage = sent.baggage === undefined ? value : `${sent.baggage},${value}`
      else {
        const clock = clockOf(value)
        if (clock !== undefined) recorder.receive(clock)
      }
    }
    return sent
  }

  private kindOf(name: string): number {
    const kind = kindOfHeader(this.recorder, name.toLowerCase())
    if (this.kinds.size < MAX_NAMES) this.kinds.set(name, kind)
    return kind
  }
}

function kindOfHeader(recorder: RecorderAccess, key: string): number {
  if (key === TRACEPARENT) return PARENT
  if (key === TRACESTATE) return STATE
  if (key === BAGGAGE) return CARRIED
  return canHoldSecrets(recorder, key) ? SECRET : OTHER
}

/**
 * Carries the request over awaits of code that is not instrumented. From Node 24 on that is cheap (AsyncContextFrame); before, one active
 * AsyncLocalStorage makes every await of the process dearer by 320 to 420 ns, so older Nodes go without.
 */
function createAmbient(): AsyncLocalStorage<Context | undefined> | undefined {
  if (Number.parseInt(process.versions.node, 10) < 24) return undefined
  const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks')
  return new Storage<Context | undefined>()
}
