/**
 * An adapter connects the platform (timers, promises, network, console …) or a framework to the recorder. It patches what it must when
 * attached and puts every original back when detached. It works with the program's own globals, never with the recorder's captured ones.
 */
import type { ControlTopic, LevelAuthor, ReportBodies, ReportTopic } from '@hindscope/protocol'
import type { ControlListener } from '../control-topics.ts'
import type { TaintSource } from '@hindscope/protocol'
import type { FailureCode } from '../recorder/counters.ts'
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

/** What adapters may ask of a recorder. Nothing here throws. */
export interface RecorderAccess {
  /** The call or activity that runs now and where its chain began; 0 when none. */
  currentCall(): number
  currentRoot(): number
  /** A recorded call is running in this task, not only what caused the task. */
  isInCall(): boolean
  /** Runs `callback` with `call` as the cause of the calls in it. Its result and errors pass through unchanged. */
  runIn<T>(call: number, root: number, callback: (...args: never[]) => T, thisArg: unknown, args: ArrayLike<unknown>): T
  /** The same for a promise reaction: errors become rejections, which the program may handle. */
  runReaction<T>(call: number, root: number, callback: (...args: never[]) => T, args: ArrayLike<unknown>): T
  /** Asked for the cause of a call that starts where neither a frame nor a task says it; 0 when there is none. */
  useAmbient(cause: () => number): Detach
  /** What is found again behind awaits of whatever code, where the realm has that cheaply, which is Node from 24 on: requests that are served, and what ORMs are asked for. */
  awaited?: AmbientContext | undefined
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
