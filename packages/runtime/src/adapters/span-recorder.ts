/**
 * Spans of OpenTelemetry as activities (docs/opentelemetry.md). `startSpan` of tracers and `end` of spans are patched on their prototypes,
 * where every SDK has them by the API's contract: spans that are not sampled are seen too, processors and exporters are left alone, and so
 * is what they are given. `with` of the context manager runs its callback with the span's activity as the cause of the calls in it.
 *
 * Providers and tracers are found behind the API's global (`Symbol.for('opentelemetry.js.api.1')`), or handed over. What is active is read
 * from the manager's own storage: none of its code runs while the recorder is asked for a cause.
 */
import { ActivityType } from '@hindscope/protocol'
import {
  SafeMap,
  SafeWeakMap,
  mapEntries,
  mapIteratorNext,
  mapSize,
  nodeBuiltin,
  originalQueueMicrotask,
  ownDescriptor,
  reflectApply,
} from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { patchMethod } from './patch.ts'
import type { PatchState } from './patch.ts'
import { dataOf, endFields, holderOf, isObject, spanIdsOf, startFields } from './span-fields.ts'
import type { AnyFunction } from './span-fields.ts'
import { SPANS } from './span-slot.ts'
import type { SpanCause, SpanHolder, SpanSlot } from './span-slot.ts'
import { PatchedPrototypes } from './watching-adapter.ts'

/** A span that was recorded. */
export interface SpanRun {
  readonly activity: number
  /** Where its chain began. */
  readonly root: number
  readonly begun: Record<string, unknown>
  isOpen: boolean
}

/** Where the API keeps what was registered. */
export const API: unique symbol = Symbol.for('opentelemetry.js.api.1')
/** Under which a context holds its span. */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
/** Set in contexts whose work is not to be traced: what exporters send. */
const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
const SERVER = 1
const CLIENT = 2
/** Spans by id: requests that carry one find it. The oldest is forgotten beyond. */
const MAX_KNOWN = 4096
/** In a `traceparent`. */
const SPAN_ID_AT = 36
const SPAN_ID_END = 52
/** A provider may stand for another one. */
const MAX_DELEGATES = 4

const mapGet: (this: unknown, key: unknown) => unknown = Map.prototype.get
const StorageClass = nodeBuiltin<typeof import('node:async_hooks')>('node:async_hooks')?.AsyncLocalStorage
const getStore: AnyFunction | undefined = StorageClass?.prototype.getStore

/** The one of a recorder, whichever copy of this file asks: CommonJS modules have another than ES modules. */
export function spansOf(recorder: RecorderAccess): SpanRecorder {
  const holder: SpanHolder<SpanRecorder> = recorder
  return (holder[SPANS] ??= new SpanRecorder(recorder))
}

export class SpanRecorder implements SpanSlot {
  /** The cause of a server's span that starts where nothing recorded runs: the request that Node is about to hand to its listeners. */
  pending: SpanCause | undefined = undefined
  /** Told when a provider has registered itself, whose instrumentations may have put themselves behind or before ours. */
  onFound: (() => void) | undefined = undefined
  private readonly recorder: RecorderAccess
  /** By method. */
  private readonly patches = new SafeMap<string, PatchedPrototypes>()
  private readonly runs = new SafeWeakMap<object, SpanRun>()
  private readonly known = new SafeMap<string, SpanRun>()
  private query: { readonly cause: SpanCause; readonly by: number } | undefined = undefined
  private provider: unknown = undefined
  private manager: unknown = undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  /** Takes back every patch; a recorder has one end, whoever attached. */
  close(): void {
    this.patches.forEach(each => each.close())
    this.provider = this.manager = undefined
  }

  /** An SDK has registered itself, as far as the last look went. */
  get isPresent(): boolean {
    return this.provider !== undefined
  }

  /** Good as long as nothing else runs. */
  begun(cause: SpanCause, by: number): void {
    const query = { cause, by }
    this.query = query
    originalQueueMicrotask(() => {
      if (this.query === query) this.query = undefined
    })
  }

  /** Finds what registered itself since the last time. */
  look(): void {
    const api: unknown = ownDescriptor(globalThis, API)?.value
    if (api === undefined) return
    const provider = dataOf(api, 'trace')
    const manager = dataOf(api, 'context')
    if (provider !== this.provider) {
      this.provider = provider
      this.guarded(() => this.watchProvider(provider))
      this.guarded(() => this.onFound?.())
    }
    if (manager !== this.manager) {
      this.manager = manager
      this.guarded(() => this.watchManager(manager))
    }
  }

  /** False when `provider` is nothing that gives tracers. */
  watchProvider(provider: unknown): boolean {
    let at = provider
    for (let i = 0; i < MAX_DELEGATES; i++) {
      const inner = dataOf(at, '_delegate')
      if (!isObject(inner)) break
      at = inner
    }
    const holder = holderOf(at, 'getTracer')
    if (holder === undefined) return false
    const tracers = dataOf(at, '_tracers')
    if (isObject(tracers) && isMap(tracers)) {
      const entries = mapEntries(tracers)
      for (let next = mapIteratorNext(entries); next.done !== true; next = mapIteratorNext(entries)) this.watchTracer(next.value[1])
    }
    const tracer = (value: unknown): void => void this.guarded(() => this.watchTracer(value))
    return this.patch(holder, 'getTracer', (original, state) => {
      const methods = {
        getTracer(this: unknown): unknown {
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) tracer(result)
          return result
        },
      }
      return methods.getTracer
    })
  }

  /** False when `tracer` is none. */
  watchTracer(tracer: unknown): boolean {
    const holder = holderOf(tracer, 'startSpan')
    if (holder === undefined) return false
    const started = (span: unknown, args: ArrayLike<unknown>): void => void this.guarded(() => this.started(span, args))
    return this.patch(holder, 'startSpan', (original, state) => {
      const methods = {
        startSpan(this: unknown): unknown {
          const span = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) started(span, arguments)
          return span
        },
      }
      return methods.startSpan
    })
  }

  /** An SDK that registers its provider when it is started. False when `sdk` is none. */
  watchSdk(sdk: unknown): boolean {
    const holder = holderOf(sdk, 'start')
    if (holder === undefined || holderOf(sdk, 'shutdown') === undefined) return false
    const look = (): void => this.look()
    return this.patch(holder, 'start', (original, state) => {
      const methods = {
        start(this: unknown): unknown {
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) look()
          return result
        },
      }
      return methods.start
    })
  }

  private watchManager(manager: unknown): void {
    const { recorder } = this
    const holder = holderOf(manager, 'with')
    if (holder === undefined) return
    const entered = (context: unknown): SpanRun | undefined => this.guarded(() => this.entered(context))
    this.patch(holder, 'with', (original, state) => {
      const methods = {
        with(this: unknown): unknown {
          const run = state.isActive ? entered(arguments[0]) : undefined
          if (run === undefined) return reflectApply(original, this, arguments as never) // SAFE: as given
          return recorder.runIn(run.activity, run.root, original, this, arguments)
        },
      }
      return methods.with
    })
  }

  /** The span that begins to be active with `context`; undefined where what runs belongs to it already. */
  private entered(context: unknown): SpanRun | undefined {
    const run = this.runOf(spanIn(context))
    if (run === undefined || this.recorder.currentCall() === run.activity) return undefined
    return this.recorder.isInCall() && this.activeRun() === run ? undefined : run
  }

  /** The recorded span that is active. */
  activeRun(): SpanRun | undefined {
    return this.manager === undefined ? undefined : this.runOf(spanIn(activeContext(this.manager)))
  }

  /** What is sent now is OpenTelemetry's own. */
  isSuppressed(): boolean {
    return this.manager !== undefined && valueIn(activeContext(this.manager), SUPPRESSED) === true
  }

  /** The trace that a request sent now belongs to, as headers have it; undefined outside of spans. */
  activeTrace(): { readonly traceId: string; readonly flags: string; readonly state: string | undefined } | undefined {
    const ids = this.manager === undefined ? undefined : spanIdsOf(spanIn(activeContext(this.manager)))
    if (ids === undefined) return undefined
    const { traceId, flags, state } = ids
    return { traceId, flags: flags.toString(16).padStart(2, '0'), state: this.guarded(() => stateText(state)) }
  }

  /** The span that a request carries in its `traceparent`, which tells of the same request. */
  carriedBy(traceparent: unknown): SpanCause | undefined {
    const run = typeof traceparent === 'string' ? this.known.get(traceparent.slice(SPAN_ID_AT, SPAN_ID_END)) : undefined
    return run && { call: run.activity, root: run.root }
  }

  /** What sends a request: the span that it carries, else what runs now, else the span that is active. */
  senderOf(traceparent: unknown): SpanCause {
    const { recorder } = this
    const now = { call: recorder.currentCall(), root: recorder.currentRoot() }
    if (now.call !== 0) return this.carriedBy(traceparent) ?? now
    const run = this.activeRun()
    return this.carriedBy(traceparent) ?? (run === undefined ? now : { call: run.activity, root: run.root })
  }

  private runOf(span: unknown): SpanRun | undefined {
    if (!isObject(span)) return undefined
    const run = this.runs.get(span)
    if (run !== undefined || this.known.size === 0) return run
    // Code that knows the ids alone puts a span of its own around them.
    const ids = spanIdsOf(span)
    return ids === undefined ? undefined : this.known.get(ids.spanId)
  }

  private started(span: unknown, args: ArrayLike<unknown>): void {
    const { recorder } = this
    if (!isObject(span) || this.runs.has(span)) return
    this.look()
    const ids = spanIdsOf(span)
    const [name, options] = [args[0], args[1]]
    const parentSpan = spanIn(args[2] ?? (this.manager === undefined ? undefined : activeContext(this.manager)))
    const parent = spanIdsOf(parentSpan)
    // Without an SDK a tracer gives the parent again.
    if (ids === undefined || ids.spanId === parent?.spanId) return
    const kind = dataOf(options, 'kind')
    let cause: SpanCause = { call: recorder.currentCall(), root: recorder.currentRoot() }
    // An instrumentation of a client that an adapter of ours went around: it tells of the same query.
    const query = kind === CLIENT && this.query?.by === cause.call && asksDatabase(dataOf(options, 'attributes')) ? this.query : undefined
    if (query !== undefined) {
      cause = query.cause
      this.query = undefined
    } else if (cause.call === 0) cause = (kind === SERVER ? this.pending : undefined) ?? this.causeOf(parentSpan) ?? cause
    const begun = startFields(span, ids, { name, options, parent }, recorder.isRedacted)
    const activity = recorder.startActivity(ActivityType.span, begun, cause.call)
    if (activity === 0) return
    const run: SpanRun = { activity, root: cause.root || activity, begun, isOpen: true }
    this.runs.set(span, run)
    this.remember(ids.spanId, run)
    this.watchEnd(span)
  }

  private causeOf(span: unknown): SpanCause | undefined {
    const run = this.runOf(span)
    return run && { call: run.activity, root: run.root }
  }

  private remember(spanId: string, run: SpanRun): void {
    const { known } = this
    if (known.size >= MAX_KNOWN) {
      const oldest = known.keys().next()
      if (!oldest.done) known.delete(oldest.value)
    }
    known.set(spanId, run)
  }

  private watchEnd(span: object): void {
    const holder = holderOf(span, 'end')
    if (holder === undefined) return
    const open = (ended: unknown): SpanRun | undefined => {
      const run = isObject(ended) ? this.runs.get(ended) : undefined
      return run?.isOpen === true ? run : undefined
    }
    const close = (ended: unknown, run: SpanRun): void => void this.guarded(() => this.ended(ended as object, run)) // SAFE: it has a run
    this.patch(holder, 'end', (original, state) => {
      const methods = {
        end(this: unknown): unknown {
          const run = state.isActive ? open(this) : undefined
          if (run === undefined) return reflectApply(original, this, arguments as never) // SAFE: as given
          // A processor may call it again.
          run.isOpen = false
          try {
            return reflectApply(original, this, arguments as never) // SAFE: as given
          } finally {
            close(this, run)
          }
        },
      }
      return methods.end
    })
  }

  private ended(span: object, run: SpanRun): void {
    this.recorder.endActivity(run.activity, ActivityType.span, endFields(span, run.begun, this.recorder.isRedacted))
  }

  /** Once a prototype and method; false when it is locked. */
  private patch(holder: object, method: string, wrap: (original: AnyFunction, state: PatchState) => AnyFunction): boolean {
    let patched = this.patches.get(method)
    if (patched === undefined) this.patches.set(method, (patched = new PatchedPrototypes()))
    return patched.once(holder, () => patchMethod(holder, method, wrap)) !== undefined
  }

  private guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program goes on unrecorded; counted.
      return undefined
    }
  }
}

/** For adapters: takes the patches back when the recorder lets go. */
export const closing =
  (recorder: RecorderAccess): Detach =>
  () =>
    spansOf(recorder).close()

/** The text of a TraceState. */
function stateText(state: unknown): string | undefined {
  const holder = holderOf(state, 'serialize')
  const serialize = holder && (dataOf(holder, 'serialize') as AnyFunction) // SAFE: holderOf says so
  const text = serialize && reflectApply(serialize, state, [])
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** By the old and the present name of the attribute. */
const asksDatabase = (attributes: unknown): boolean => (dataOf(attributes, 'db.system') ?? dataOf(attributes, 'db.system.name')) !== undefined

function isMap(value: object): boolean {
  try {
    return mapSize(value) >= 0
  } catch {
    return false // SAFE: it has no such slot: no map.
  }
}

/** A value of a context of the API, which is immutable. */
function valueIn(context: unknown, key: symbol): unknown {
  const values = dataOf(context, '_currentContext')
  return isObject(values) && isMap(values) ? reflectApply(mapGet, values, [key]) : undefined
}

const spanIn = (context: unknown): unknown => valueIn(context, SPAN)

/** As the managers of OpenTelemetry keep it: in an AsyncLocalStorage, on a stack of their own, or in a field. */
function activeContext(manager: unknown): unknown {
  const storage = dataOf(manager, '_asyncLocalStorage')
  if (storage !== undefined) {
    const isStorage = StorageClass !== undefined && storage instanceof StorageClass
    return isStorage && getStore !== undefined ? reflectApply(getStore, storage, []) : undefined
  }
  const stack = dataOf(manager, '_stack')
  const length = dataOf(stack, 'length')
  if (typeof length === 'number') return dataOf(stack, length - 1)
  return dataOf(manager, '_currentContext')
}
