/**
 * One recorder for one JS thread: wires recorder, sink and adapters, and puts the hook into global objects. All globals that it is
 * installed into share one hook, because they share one physical stack.
 */
import { CONFIG_KEYS, EventKind, LEVELS, TAINT_SOURCES, sessionId } from '@hindscope/protocol'
import type { KeepControl, Level, ProbeManifest, RealmId, SessionId, TaintSource } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from './adapters/adapter.ts'
import { ControlTopics } from './control-topics.ts'
import { IncidentWatch } from './incident-watch.ts'
import { functionTextAdapter } from './adapters/function-text.ts'
import { INERT, createHook, defineHook, findHook, removeHook } from './hook-object.ts'
import type { SharedHook } from './hook-object.ts'
import { describeRealm, randomRealm, randomSession } from './realm.ts'
import type { RecorderStats } from './recorder/counters.ts'
import { levelListener } from './recorder/level-messages.ts'
import { createProbeFunctions } from './recorder/probe-functions.ts'
import { isProxy } from './recorder/proxy-test.ts'
import { Recorder } from './recorder/recorder.ts'
import type { RecorderSettings } from './recorder/recorder.ts'
import type { CustomRedactor } from './recorder/redaction/redaction.ts'
import { FlightSink } from './storage/flight-sink.ts'
import { MemorySink } from './storage/memory-sink.ts'
import type { Sink } from './storage/sink.ts'

export interface RecorderOptions {
  /** Where chunks go; `'memory'` keeps them for `chunks()`. */
  readonly sink: 'memory' | Sink
  /** Nothing is recorded in more detail than this; `statements` (what each module's plan asks for) when absent. */
  readonly level?: Level
  /** 32 hex digits; random when absent. */
  readonly session?: string
  /** What people call this realm; the script's name or the page's title when absent. */
  readonly realmName?: string
  /** Further property names whose values are masked. */
  readonly redact?: readonly string[]
  /** Built-in rules that are not applied. */
  readonly redactOff?: readonly string[]
  /** Further forms of tokens, as `acme_[A-Za-z0-9]{24,}`. */
  readonly redactPatterns?: readonly string[]
  /** Sources whose values are masked wherever they appear again; all when absent. */
  readonly taint?: readonly TaintSource[]
  /**
   * Asked for every distinct text of a chunk; gives the text to record, or true to mask all of it. A text for which it throws, or for which
   * there is no time left (50 ms at once, a quarter of all time), is masked, counted as `redact-failed`. Probes that it runs into do not record.
   */
  readonly redactWith?: CustomRedactor | undefined
  /** Size of the buffer that is sealed when it is full, in events at their longest. */
  readonly ringEvents?: number
  readonly maxDepth?: number
  readonly maxWidth?: number
  readonly maxString?: number
  /** Longest time in milliseconds that an event waits before it is sealed. */
  readonly flushMs?: number
  /** Percent of the time that recording may cost: beyond it hot functions are recorded in less detail. 0 sets no limit. */
  readonly overhead?: number
  readonly maxBufferedBytes?: number
  /** `incidents`: sealed chunks stay in a ring until something goes wrong (docs/incidents.md). */
  readonly keep?: 'all' | 'incidents'
  /** What is kept before and after an incident. */
  readonly keepSeconds?: number
  readonly keepAfterSeconds?: number
  /** Bound of the ring. */
  readonly keepBytes?: number
  /** Attached at the first install; none when absent. */
  readonly adapters?: readonly Adapter[]
  /** Gives the manifest of a module where it is at hand, to be stored with the trace. */
  readonly manifests?: (key: string) => ProbeManifest | undefined
}

export interface RecorderHandle {
  readonly session: SessionId
  readonly realm: RealmId
  /** Puts the hook into a global object. False when it cannot record there (another recorder does, or the global refuses): counted. */
  install(globalObject: object): boolean
  /** Detaches the adapters, makes the hook inert and removes it where it was put. Instrumented code runs on, unrecorded. */
  uninstall(): void
  stats(): RecorderStats
  /** Bytes of every chunk that the sink still holds, definitions included. Seals what is open first. */
  chunks(): Uint8Array[]
  /** Seals, and resolves when the sink has handed everything on. */
  flush(): Promise<void>
  /** Synchronous: seals and lets the sink do what it can at once. */
  flushNow(): void
  /** Seals, hands on, and ends the sink. What is recorded later is lost. */
  close(): Promise<void>
  /** What adapters use; for tools that record events of their own. */
  readonly access: RecorderAccess
}

/** Never throws for a reason that lies in the program; throws a HindscopeError for a malformed session id. */
export function createRecorder(options: RecorderOptions): RecorderHandle {
  return new Installation(options).handle
}

type NumberKey =
  | 'ringEvents'
  | 'maxDepth'
  | 'maxWidth'
  | 'maxString'
  | 'flushMs'
  | 'overhead'
  | 'maxBufferedBytes'
  | 'keepSeconds'
  | 'keepAfterSeconds'
  | 'keepBytes'

const number = (value: number | undefined, key: NumberKey): number => {
  const { min = 0, max = Infinity, default: usual } = CONFIG_KEYS[key]
  const wanted = typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : (usual as number) // SAFE: integer keys have integer defaults
  return Math.min(max, Math.max(min, wanted))
}

/** Longer windows than any config allows are no request of a collector. */
const MAX_AFTER_MS = 600_000

class Installation {
  readonly handle: RecorderHandle
  private readonly sink: Sink
  private readonly recorder: Recorder
  private readonly incidents: IncidentWatch
  private readonly topics = new ControlTopics()
  private hook: SharedHook | undefined
  private readonly realms: object[] = []
  private readonly detachers: Detach[] = []
  private readonly adapters: readonly Adapter[]
  private readonly name: string
  /** 0 where everything is handed on. */
  private readonly keepSeconds: number

  constructor(options: RecorderOptions) {
    const settings: RecorderSettings = {
      session: options.session === undefined ? randomSession() : sessionId(options.session),
      realm: randomRealm(),
      level: options.level !== undefined && LEVELS.includes(options.level) ? options.level : 'statements',
      redact: options.redact ?? [],
      redactOff: options.redactOff ?? [],
      redactPatterns: options.redactPatterns ?? [],
      taint: options.taint ?? TAINT_SOURCES,
      redactWith: options.redactWith,
      ringEvents: number(options.ringEvents, 'ringEvents'),
      maxDepth: number(options.maxDepth, 'maxDepth'),
      maxWidth: number(options.maxWidth, 'maxWidth'),
      maxString: number(options.maxString, 'maxString'),
      flushMs: number(options.flushMs, 'flushMs'),
      overhead: number(options.overhead, 'overhead'),
    }
    this.adapters = options.adapters ?? []
    this.name = options.realmName ?? ''
    const sink = options.sink === 'memory' ? new MemorySink() : options.sink
    const keepSeconds = number(options.keepSeconds, 'keepSeconds')
    const bounds = { keepUs: keepSeconds * 1e6, maxBytes: number(options.keepBytes, 'keepBytes') }
    const ring = options.keep === 'incidents' ? new FlightSink(sink, bounds) : undefined
    this.keepSeconds = ring === undefined ? 0 : keepSeconds
    this.sink = ring ?? sink
    this.recorder = new Recorder(settings, {
      target: { accept: chunk => this.accept(chunk), takeDropped: () => this.sink.takeDropped?.() ?? 0 },
      isProxy,
      manifestOf: options.manifests,
      onFlush: () => {},
    })
    this.topics.listen(
      'levels',
      levelListener(this.recorder, body => this.sink.report?.('levels', body)),
    )
    const { session, realm } = settings
    this.sink.open?.({
      session,
      realm,
      maxBufferedBytes: number(options.maxBufferedBytes, 'maxBufferedBytes'),
      fail: code => this.recorder.fail(code),
      recycle: chunk => this.recorder.writer.memory.giveBack(chunk.bytes),
      control: (topic, body) => {
        if (!this.topics.hear(topic, body)) this.recorder.fail(this.topics.has(topic) ? 'control-bad' : 'control-unknown')
      },
    })
    this.incidents = this.watch(bounds.keepUs, number(options.keepAfterSeconds, 'keepAfterSeconds') * 1e6, ring)
    this.handle = {
      session,
      realm,
      install: target => this.install(target),
      uninstall: () => this.uninstall(),
      stats: () => this.stats(),
      chunks: () => {
        this.recorder.flush()
        return this.sink.chunks?.() ?? []
      },
      flush: () => {
        this.recorder.flush()
        return this.sink.flush?.() ?? Promise.resolve()
      },
      flushNow: () => {
        this.recorder.flush()
        this.incidents.end()
        this.recorder.flush()
        this.sink.flushNow?.()
      },
      close: () => this.close(),
      access: createAccess(this.recorder, this.topics, this.sink),
    }
  }

  private watch(keepUs: number, afterUs: number, ring: FlightSink | undefined): IncidentWatch {
    const { recorder } = this
    const watch = new IncidentWatch({
      realm: recorder.settings.realm,
      keepUs,
      afterUs,
      ring,
      nowUs: () => recorder.clock.exactUs(),
      nextSeq: () => recorder.writer.events,
      define: definition => recorder.define(definition),
      seal: () => recorder.flush(),
      flush: () => this.sink.flush?.() ?? Promise.resolve(),
      report: (topic, body) => this.sink.report?.(topic, body),
      isProxy,
    })
    recorder.onEvent = watch.seen
    recorder.calls.onError = watch.error
    this.topics.listen('keep', body => {
      const { incident, afterMs } = body as Partial<KeepControl> // SAFE: checked here; reading a field of undefined is refused by the topics
      if (typeof incident !== 'string' || typeof afterMs !== 'number' || !(afterMs >= 0 && afterMs <= MAX_AFTER_MS)) return false
      watch.keep(incident, afterMs * 1000)
      return true
    })
    return watch
  }

  private accept(chunk: Parameters<Sink['accept']>[0]): void {
    try {
      this.sink.accept(chunk)
    } catch {
      this.recorder.fail('sink-failed') // SAFE: a sink may not throw; one that does loses its chunk, counted.
    }
  }

  private install(target: object): boolean {
    const found = findHook(target)
    if (found === 'foreign') {
      this.recorder.fail('hook-version')
      return false
    }
    if (found !== undefined && found === this.hook) return true
    if (found !== undefined && (found.registry.onModule !== undefined || this.hook !== undefined)) {
      this.recorder.fail('hook-occupied')
      return false
    }
    const isFirst = this.hook === undefined
    const hook = this.hook ?? found ?? createHook()
    if (found === undefined && !defineHook(target, hook)) {
      this.recorder.fail('hook-undefinable')
      return false
    }
    if (found === undefined) this.realms.push(target)
    if (isFirst) this.takeOver(hook, target)
    this.attach(functionTextAdapter, target)
    return true
  }

  private takeOver(hook: SharedHook, target: object): void {
    this.hook = hook
    const { recorder } = this
    // No frame of an earlier recorder may be taken for one of this.
    recorder.takeIdsFrom(hook.registry.nextCall)
    recorder.calls.stack.startAbove(hook.registry.openFrames)
    const { session, realm } = recorder.settings
    hook.registry.owner = { ...this.handle, target, isProxy, detachers: this.detachers }
    hook.registry.refused = version => {
      recorder.fail('hook-version')
      recorder.record(EventKind.traceControl, 0, [{ operation: 'hook-refused', reason: `hook version ${version}` }])
    }
    const definition = describeRealm(session, realm, this.name, target !== globalThis)
    recorder.define(this.keepSeconds === 0 ? definition : { ...definition, keepSeconds: this.keepSeconds })
    for (const module of Object.values(hook.registry.modules)) recorder.addModule(module)
    hook.registry.onModule = module => recorder.addModule(module)
    Object.assign(hook, createProbeFunctions(recorder))
    for (const adapter of this.adapters) this.attach(adapter, target)
    hook.registry.onOwner?.()
  }

  private attach(adapter: Adapter, target: object): void {
    try {
      const detach = adapter.attach(this.handle.access, target)
      if (detach !== undefined) this.detachers.push(detach)
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program runs without this adapter; counted.
    }
  }

  private uninstall(): void {
    const { hook } = this
    if (hook === undefined) return
    for (const detach of this.detachers.splice(0).reverse()) {
      try {
        detach()
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: the other adapters are still detached; counted.
      }
    }
    Object.assign(hook, INERT)
    hook.registry.onModule = undefined
    this.recorder.levels.clear()
    hook.registry.owner = undefined
    hook.registry.refused = undefined
    hook.registry.nextCall = this.recorder.nextCall
    hook.registry.openFrames = this.recorder.calls.stack.depth
    for (const module of Object.values(hook.registry.modules)) module.levels.fill(0)
    for (const target of this.realms.splice(0)) removeHook(target)
    this.hook = undefined
    this.recorder.flush()
  }

  private async close(): Promise<void> {
    this.recorder.flush()
    this.incidents.close()
    this.recorder.flush()
    this.recorder.close()
    await this.sink.flush?.()
    await this.sink.close?.()
  }

  private stats(): RecorderStats {
    const { counters } = this.recorder
    const dropped = this.sink.stats?.().dropped ?? 0
    const errors: Record<string, number> = { ...counters.failures }
    const redactions: Record<string, number> = {}
    for (const [rule, count] of counters.redactions) redactions[rule] = count
    const evicted = this.recorder.calls.stack.evicted
    if (evicted > 0) errors['suspended-evicted'] = evicted
    return {
      events: this.recorder.writer.events,
      calls: this.recorder.callCount,
      dropped,
      truncated: counters.truncated,
      bytes: counters.bytes,
      redacted: counters.redacted,
      overhead: this.recorder.governor.ledger(),
      redactions,
      errors,
    }
  }
}

function createAccess(recorder: Recorder, topics: ControlTopics, sink: Sink): RecorderAccess {
  return {
    currentCall: () => recorder.currentCall(),
    currentRoot: () => recorder.currentRoot(),
    runReaction: (call, root, callback, args) => recorder.runReaction(call, root, callback, args),
    isInCall: () => recorder.calls.stack.depth > recorder.calls.stack.base,
    runIn: (call, root, callback, thisArg, args) => recorder.runIn(call, root, callback, thisArg, args),
    useAmbient: cause => {
      const { calls } = recorder
      const before = calls.ambient
      let asked: typeof before = cause
      calls.ambient = () => before?.() || asked?.() || 0
      // Whoever came later goes on.
      return () => (asked = undefined)
    },
    record: (kind, extra, values) => recorder.record(kind, extra, values),
    startActivity: (type, fields, link) => recorder.startActivity(type, fields, link),
    endActivity: (activity, type, result) => {
      if (activity !== 0) recorder.record(EventKind.activityEnd, type, [result], activity)
    },
    traceparent: (activity, root) => recorder.traceparent(activity, root),
    clockText: () => recorder.clock.sendText(),
    joinTrace: (root, traceparent) => recorder.joinTrace(root, traceparent),
    receive: text => recorder.receive(text),
    fail: code => recorder.fail(code),
    onControl: (topic, listener) => topics.listen(topic, listener),
    setLevels: (changes, by, reason) => recorder.setLevels(changes, by, reason),
    report: (topic, body) => sink.report?.(topic, body),
    isBusy: () => recorder.busy,
    isRedacted: recorder.redaction.isNamed,
    isTainting: source => recorder.redaction.isTainting(source),
    taint: (value, rule) => recorder.redaction.taint(value, rule),
    onSeal: read => recorder.redaction.addSource(read),
  }
}
