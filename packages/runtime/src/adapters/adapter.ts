/**
 * An adapter connects the platform (timers, promises, network, console …) or a framework to the recorder. It patches what it must when
 * attached and puts every original back when detached. It works with the program's own globals, never with the recorder's captured ones.
 */
import type { ControlTopic, LevelAuthor, ReportBodies, ReportTopic } from '@hindscope/protocol'
import type { ControlListener } from '../control-topics.ts'
import type { TaintSource } from '@hindscope/protocol'
import type { FailureCode } from '../recorder/counters.ts'
import type { SafeMap } from '../recorder/intrinsics.ts'
import type { LevelChange } from '../recorder/levels.ts'

/** Work with a start and an end; 0 when nothing records. */
export type ActivityId = number

export type Detach = () => void

/** A call and where its chain began; 0 for none. */
export interface Context {
  readonly call: number
  readonly root: number
}

/** Node's AsyncLocalStorage, as far as adapters need it: what `run` was given is found again behind awaits of whatever code. */
export interface AmbientContext {
  getStore(): Context | undefined
  run<T>(context: Context | undefined, callback: () => T): T
}
/** What runs a listener, besides the call that adds it. */
export interface EmissionContext extends Context {
  /** Told `context` while listeners run, where that is cheap; see node/served-requests.ts. */
  readonly ambient: { readonly storage: AmbientContext; readonly context: Context } | undefined
}

/**
 * Asked at every emission of one event type, with what `emit` was given: what all its listeners have as their context, whoever added them; undefined
 * when that is not for it to say.
 */
export type ContextSource = (emitter: object, args: ArrayLike<unknown>) => EmissionContext | undefined

/** What adapters may ask of a recorder. Nothing here throws. */
export interface RecorderAccess {
  /** The call or activity that runs now and where its chain began; 0 when none. */
  currentCall(): number
  currentRoot(): number
  /** A recorded call is running in this task, not only what caused the task. */
  isInCall(): boolean
  /** Activities of messages that came last: listeners of what is emitted in one, by a client that goes on in a later task too, have it as their cause, whoever added them. */
  received?: SafeMap<number, true>
  /** By event type, in Node: adapters of libraries, which are files of their own, find it here. */
  emissions?: SafeMap<unknown, ContextSource>
  /** Runs `callback` with `call` as the cause of the calls in it. Its result and errors pass through unchanged. */
  runIn<T>(call: number, root: number, callback: (...args: never[]) => T, thisArg: unknown, args: ArrayLike<unknown>): T
  /** The same for a promise reaction: errors become rejections, which the program may handle. */
  runReaction<T>(call: number, root: number, callback: (...args: never[]) => T, args: ArrayLike<unknown>): T
  /**
   * Asked for the cause of a call that starts where neither a frame nor a task says it; 0 when there is none, and whoever came later is asked.
   * They leave in reverse order.
   */
  useAmbient(cause: () => number): Detach
  /** What is found again behind awaits of whatever code, where the realm has that cheaply, which is Node from 24 on: requests that are served, and what ORMs are asked for. */
  awaited?: AmbientContext | undefined
  /** The activity of a request that this program answers, as Node has it; set in Node. */
  served?: ((request: object) => Context | undefined) | undefined
  /** Records one event whose values are `values`. */
  record(kind: number, extra: number, values: readonly unknown[]): void
  /** `link` is the causing call; absent means the current one. */
  startActivity(type: number, fields: object, link?: number): ActivityId
  endActivity(activity: ActivityId, type: number, result: object): void
  /** Trace context for a request that `activity` sends. */
  traceparent(activity: ActivityId, root: number): string
  clockText(): string
  /** Puts the chain of `root` into the remote trace. False when the header is malformed. */
  joinTrace(root: number, traceparent: string): boolean
  receive(hlcText: string): void
  fail(code: FailureCode): void
  /** Asked with every control message of the topic; one listener a topic. */
  onControl(topic: ControlTopic, listener: ControlListener): Detach
  /** Changes levels of probes; see Recorder.setLevels. */
  setLevels(changes: readonly LevelChange[], by: LevelAuthor, reason?: string): number
  /** Tells the collector, where there is one. */
  report<Topic extends ReportTopic>(topic: Topic, body: ReportBodies[Topic]): void
  /** True while the recorder itself works. */
  isBusy(): boolean
  isRedacted(name: string): boolean
  isTainting(source: TaintSource): boolean
  /** `value` is a secret, whatever its name: it is masked from now on wherever it appears, with `rule` in its place. */
  taint(value: string, rule: string): void
  /** Called before a chunk is sealed: what `read` taints then is still masked in that chunk. */
  onSeal(read: () => void): void
}

export interface Adapter {
  /** Stable name, for diagnostics. */
  readonly id: string
  /** Patches `realm`; undefined when the platform part is not there. */
  attach(recorder: RecorderAccess, realm: object): Detach | undefined
}
