/**
 * Puts the parts together: level tables, the guard around every probe, causal context for adapters, activities, flushing.
 *
 * The guard is the promise to the program: a probe never throws and never records from inside itself (`busy`): whatever runs user code
 * while the recorder works is ignored and counted.
 */
import { EventKind, RECORD_WORDS, RecordFlag, formatTraceparent, levelDigit, tryParseTraceparent } from '@hindscope/protocol'
import type { Definition, Level, LevelAuthor, ModuleKey, ProbeManifest, RealmId, SessionId } from '@hindscope/protocol'
import type { HookModule } from '../hook-module.ts'
import { CallRecorder, MAX_PROBES } from './call-recorder.ts'
import { BUSY, DEPTH, POSITION, STOP, createCells } from './cells.ts'
import { RecorderClock } from './clock.ts'
import { Counters } from './counters.ts'
import type { FailureCode } from './counters.ts'
import { EventWriter } from './event-writer.ts'
import { Governor } from './governor.ts'
import type { ChunkTarget } from './event-writer.ts'
import { FrameStack } from './frame-stack.ts'
import { SafeMap, originalQueueMicrotask, originalSetTimeout, reflectApply } from './intrinsics.ts'
import { Levels } from './levels.ts'
import type { LevelChange } from './levels.ts'
import { Redaction } from './redaction/redaction.ts'
import type { RedactionSettings } from './redaction/redaction.ts'
import { TapeBuffer } from './tape-buffer.ts'
import { ValueSnapshot } from './value-snapshot.ts'

export interface RecorderSettings extends RedactionSettings {
  readonly session: SessionId
  readonly realm: RealmId
  /** Nothing is recorded in more detail than this, whatever a module's plan says. */
  readonly level: Level
  readonly ringEvents: number
  readonly maxDepth: number
  readonly maxWidth: number
  readonly maxString: number
  readonly flushMs: number
  /** Percent of the time that recording may cost; 0 for no limit. */
  readonly overhead: number
}

/** Properties and items that the values of one record may have together. */
const MAX_ENTRIES = 500
const MAX_REMOTE_TRACES = 4096

export class Recorder {
  readonly counters: Counters = new Counters()
  readonly calls: CallRecorder
  readonly levels: Levels
  readonly governor: Governor
  readonly writer: EventWriter
  readonly clock: RecorderClock = new RecorderClock()
  readonly settings: RecorderSettings
  private readonly cells = createCells()
  private readonly stack: FrameStack
  readonly redaction: Redaction
  private readonly snapshot: ValueSnapshot
  private readonly remoteTraces = new SafeMap<number, string>()
  private readonly manifestOf: ((key: string) => ProbeManifest | undefined) | undefined
  private activities = 0
  private skippedIds = 0
  /** Probe ids of all modules are below. */
  private probesEnd = 0
  private isSweepScheduled = false
  private isTimerArmed = false
  private isClosed = false
  /** Asked with every event of `record`, right after it was written; never throws into the program. */
  onEvent: ((kind: number, extra: number, value: unknown) => void) | undefined
  private readonly onFlush: () => void

  constructor(
    settings: RecorderSettings,
    parts: {
      readonly target: ChunkTarget
      readonly isProxy: (value: object) => boolean
      readonly manifestOf: ((key: string) => ProbeManifest | undefined) | undefined
      /** After the flush timer sealed what there was. */
      readonly onFlush: () => void
    },
  ) {
    this.settings = settings
    this.manifestOf = parts.manifestOf
    this.onFlush = parts.onFlush
    this.redaction = new Redaction(settings, this.counters)
    const tape = new TapeBuffer(settings.ringEvents * RECORD_WORDS, this.cells)
    tape.strings.useRedaction(this.redaction)
    this.stack = new FrameStack(tape)
    const { maxDepth, maxWidth, maxString } = settings
    const limits = { maxDepth, maxWidth, maxString, maxEntries: MAX_ENTRIES }
    this.snapshot = new ValueSnapshot(tape, limits, this.counters, this.redaction.isNamed, parts.isProxy)
    this.writer = new EventWriter({
      tape,
      stack: this.stack,
      snapshot: this.snapshot,
      clock: this.clock,
      counters: this.counters,
      target: parts.target,
      session: settings.session,
      realm: settings.realm,
      maxAgeMs: settings.flushMs,
      onFirstRecord: () => this.armTimer(),
    })
    this.calls = new CallRecorder(this.writer, this.counters, () => this.scheduleSweep())
    this.levels = new Levels(this.calls, levelDigit(settings.level), () => this.armTimer())
    this.governor = new Governor(this.levels, this.calls, settings.overhead, ms => this.later(() => this.guarded(() => this.review()), ms))
    this.writer.onSealed = (words, length, from) => this.governor.sealed(words, length, from)
  }

  /** Set while the recorder works: probes reached from inside are not recorded. */
  get busy(): boolean {
    return this.cells[BUSY] !== 0
  }

  set busy(isBusy: boolean) {
    const { cells, stack } = this
    if (isBusy) {
      if (cells[POSITION] !== stack.readPosition) stack.sync()
      cells[BUSY] = 1
      cells[STOP] = 0
    } else {
      // Nothing calls from here on: where the physical stack is exhausted, the recorder is let go all the same.
      stack.readPosition = cells[POSITION] as number // SAFE: all cells exist, here and below
      stack.readDepth = cells[DEPTH] as number
      cells[STOP] = stack.tape.stop
      cells[BUSY] = 0
    }
  }

  /** Gives a module its levels and announces its probes. */
  addModule(module: HookModule): void {
    if (module.base + module.digits.length > MAX_PROBES) return this.fail('probes-exhausted')
    this.levels.add(module)
    this.probesEnd = Math.max(this.probesEnd, module.base + module.digits.length)
    this.governor.reach(this.probesEnd)
    const { realm } = this.settings
    // SAFE: the key was made by instrument; a reader that finds no manifest for it shows the probes without names.
    this.define({ kind: 'module', realm, module: module.key as ModuleKey, base: module.base, count: module.digits.length })
    try {
      const manifest = this.manifestOf?.(module.key)
      if (manifest !== undefined) this.define({ kind: 'manifest', manifest })
    } catch {
      this.fail('manifest-failed') // SAFE: the events are worth more than the names; counted.
    }
    this.guarded(() => this.levels.applyWish(module))
  }

  /**
   * Changes levels and records each change (see Levels). Gives how many probes have another level now; 0 when called from inside a probe,
   * where only `levels.set` may be used.
   */
  setLevels(changes: readonly LevelChange[], by: LevelAuthor, reason = ''): number {
    return this.guarded(() => this.levels.set(changes, by, reason))
  }

  /** For modules by key, also those that are not there yet; see LevelsControl. */
  askLevels(key: string, wish: readonly number[]): number {
    return this.guarded(() => this.levels.ask(key, wish))
  }

  private guarded(work: () => number): number {
    if (!this.begin()) return 0
    try {
      return work()
    } catch {
      this.fail('probe-failed') // SAFE: the program goes on; counted.
      return 0
    } finally {
      this.busy = false
    }
  }

  define(definition: Definition): void {
    this.writer.define(definition)
  }

  fail(code: FailureCode): void {
    this.counters.fail(code)
  }

  /** Starts a probe's work; false when it must not record. */
  begin(): boolean {
    if (this.busy) {
      this.fail('reentrant-probe')
      return false
    }
    this.busy = true
    return true
  }

  /** The recorder is held. */
  private tellCounts(): void {
    const { counts } = this.calls
    this.governor.counted(counts, this.probesEnd)
    for (let site = 0; site < this.probesEnd; site++) {
      const calls = counts[site] as number // SAFE: all probes are below the length
      if (calls === 0) continue
      counts[site] = 0
      this.metric(site, { name: 'calls', value: calls, unit: 'calls' })
    }
    if (this.governor.hasPending) this.governor.apply()
  }

  /** The recorder is held. */
  private metric(site: number, value: object): void {
    this.writer.room()
    const at = this.writer.value(value)
    this.writer.emit(EventKind.metric, 0, 0, site, 0, 0, at)
  }

  /** The governor's look at what it lowered, and the ledger as an event. */
  private review(): number {
    this.governor.review()
    const { sharePercent, budgetPercent, lowered, raised } = this.governor.ledger()
    this.metric(0, { name: 'overhead', value: Math.round(sharePercent * 100) / 100, unit: '%', budgetPercent, lowered, raised })
    return 0
  }

  /**
   * One event outside any probe, with the current call. `values` are written one after the other; those of an activity are objects that its
   * adapter made. Gives the id of its call; an activity gets a new one.
   */
  record(kind: number, extra: number, values: readonly unknown[], call: number = this.currentCall(), link = 0): number {
    if (!this.begin()) return 0
    try {
      this.writer.room()
      const { snapshot } = this
      const id = kind === EventKind.activityStart ? this.writer.tape.nextCall : call
      const at = values.length > 0 ? this.writer.tape.values.length : -1
      snapshot.begin()
      if (kind === EventKind.activityStart || kind === EventKind.activityEnd) snapshot.own(values[0] as object) // SAFE: of an activity
      else for (let i = 0; i < values.length; i++) snapshot.write(values[i])
      const isAsync = kind === EventKind.activityStart && link !== 0 && this.stack.depth === this.stack.base
      this.writer.emit(kind, snapshot.flags | (isAsync ? RecordFlag.asyncParent : 0), extra, 0, id, link, at)
      this.onEvent?.(kind, extra, values[0])
      this.busy = false
      return id
    } catch {
      this.busy = false
      this.fail('probe-failed') // SAFE: the program goes on; counted.
      return 0
    }
  }

  /** Gives the activity its id; 0 when it is not recorded. */
  startActivity(type: number, fields: object, link: number = this.currentCall()): number {
    const id = this.record(EventKind.activityStart, type, [fields], 0, link)
    if (id !== 0) this.activities++
    return id
  }

  /** Ids start here at the earliest: those before it belong to another recorder of the hook. */
  takeIdsFrom(nextCall: number): void {
    const { tape } = this.writer
    if (nextCall <= tape.nextCall) return
    this.skippedIds += nextCall - tape.nextCall
    tape.nextCall = nextCall
  }

  /** The next id, and how many calls there have been so far. */
  get nextCall(): number {
    this.stack.sync()
    return this.writer.tape.nextCall
  }

  get callCount(): number {
    return this.nextCall - 1 + this.writer.tape.earlierCalls - this.activities - this.skippedIds
  }

  currentCall(): number {
    this.stack.sync()
    return this.stack.current()
  }

  currentRoot(): number {
    this.stack.sync()
    return this.stack.currentRoot()
  }

  /** Runs `callback` as a task whose calls have `call` as their cause. Frames that it leaves behind are closed; errors pass through. */
  runIn<T>(call: number, root: number, callback: (...args: never[]) => T, thisArg: unknown, args: ArrayLike<unknown>): T {
    const { stack, calls } = this
    const { base, cause, causeRoot } = stack
    stack.sync()
    stack.base = stack.depth
    stack.cause = call
    stack.causeRoot = root
    stack.forget()
    // Time has passed since the event before.
    this.writer.tape.stop = this.cells[STOP] = 0
    calls.tasks++
    try {
      return reflectApply(callback, thisArg, args as never) // SAFE: the arguments that the platform gave for this callback
    } finally {
      calls.tasks--
      this.leaveTask()
      stack.base = base < stack.depth ? base : stack.depth
      stack.cause = cause
      stack.causeRoot = causeRoot
      stack.forget()
    }
  }

  /** As `runIn`, for a callback whose errors become rejections that the program may handle. */
  runReaction<T>(call: number, root: number, callback: (...args: never[]) => T, args: ArrayLike<unknown>): T {
    const { calls } = this
    const { isReaction } = calls
    calls.isReaction = true
    try {
      return this.runIn(call, root, callback, undefined, args)
    } finally {
      calls.isReaction = isReaction
    }
  }

  private leaveTask(): void {
    if (this.stack.depth <= this.stack.base || this.busy) return
    this.busy = true
    try {
      this.calls.sweep()
      this.busy = false
    } catch {
      this.stack.depth = this.stack.base
      this.stack.forget()
      this.busy = false
      this.fail('probe-failed') // SAFE: the program goes on; counted.
    }
  }

  private scheduleSweep(): void {
    if (this.isSweepScheduled) return
    this.isSweepScheduled = true
    originalQueueMicrotask(this.sweepNow)
  }

  private readonly sweepNow = (): void => {
    this.isSweepScheduled = false
    if (this.busy) return
    this.busy = true
    try {
      this.calls.sweepAll()
    } catch {
      this.fail('probe-failed') // SAFE: the program goes on; counted.
      this.stack.depth = 0
      this.stack.forget()
    }
    this.writer.tape.stop = 0
    this.busy = false
  }

  private armTimer(): void {
    if (this.isTimerArmed || this.isClosed) return
    this.isTimerArmed = true
    this.later(this.onTimer, this.settings.flushMs)
  }

  private later(callback: () => void, ms: number): void {
    if (this.isClosed) return
    const timer: unknown = originalSetTimeout(callback, ms)
    // Node's timers keep the process alive unless told otherwise; elsewhere a timer is a number.
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref() // SAFE: Node's Timeout
  }

  private readonly onTimer = (): void => {
    this.isTimerArmed = false
    if (this.levels.isCounting) this.armTimer()
    this.flush()
    this.onFlush()
  }

  /** Seals everything recorded so far. */
  flush(): void {
    if (this.busy) return
    this.busy = true
    try {
      this.tellCounts()
      this.writer.seal()
      this.busy = false
    } catch {
      this.busy = false
      this.fail('seal-failed') // SAFE: the program goes on; counted.
    }
  }

  /** No timer is armed any more; what is recorded after is only sealed by `flush`. */
  close(): void {
    this.isClosed = true
  }

  /** An incoming request continues a chain that began elsewhere: calls whose root is `root` belong to its trace. */
  joinTrace(root: number, traceparent: string): boolean {
    const parsed = tryParseTraceparent(traceparent)
    if (parsed === undefined) return false
    if (this.remoteTraces.size >= MAX_REMOTE_TRACES) {
      const oldest = this.remoteTraces.keys().next()
      if (!oldest.done) this.remoteTraces.delete(oldest.value)
    }
    this.remoteTraces.set(root, parsed.traceId)
    return true
  }

  /** The header for a request sent by the activity `activity` in the chain of `root`. */
  traceparent(activity: number, root: number): string {
    const { session, realm } = this.settings
    const own = formatTraceparent(session, realm, root === 0 ? activity : root, realm, activity)
    const remote = this.remoteTraces.get(root)
    return remote === undefined ? own : `${own.slice(0, 3)}${remote}${own.slice(35)}`
  }

  receive(hlcText: string): void {
    const outcome = this.clock.receive(hlcText)
    if (outcome === 'drift') this.fail('clock-drift')
    else if (outcome === 'malformed') this.fail('clock-malformed')
  }
}
