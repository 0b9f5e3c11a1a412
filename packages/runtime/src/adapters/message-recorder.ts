/**
 * What adapters of message clients share: a message is an activity where it is sent, which ends when the client has handed it over or, of a
 * request, when the answer is there, and one where it is received, in which the program's callback runs. The two are one edge: context travels with
 * the message where the protocol has room for it, and names the activity that sent it.
 *
 * What is added is taken out again where an adapter receives it, so that programs which are recorded see messages as they were sent. It goes only
 * to brokers on this machine, as requests do (request-context.ts). What is sent is not recorded: the calls around it have it as argument.
 */
import { ActivityType, TRACEPARENT, TRACESTATE_KEY, tryParseTraceparent } from '@hindscope/protocol'
import type { EmissionContext, RecorderAccess } from './adapter.ts'
import { dataOf, isProxy } from './own-properties.ts'
import { originalOf } from './patch.ts'
import { errorFields } from './query-recorder.ts'
import { isPlainPromise } from './request-chain.ts'
import { clockOf, traceHeaders } from './request-context.ts'
import { SafeMap, encodeText, isView, originalQueueMicrotask, reflectApply, typedArrayBytes } from '../recorder/intrinsics.ts'

/** More than are at work at a time. */
const MAX_RECEIVED = 4096

/** As OpenTelemetry's `messaging.system`, where it has one. */
export type MessageSystem = 'nats' | 'bullmq' | 'mqtt' | 'rabbitmq' | 'socket.io' | 'redis'

/** Fields of the activity; see ActivityType.message. */
export interface MessageFields {
  /** Subject, topic, queue, channel or event. */
  readonly destination: string
  readonly name?: string | undefined
  readonly id?: string | undefined
  /** The nth time that it is received, from the second on. */
  readonly attempt?: number | undefined
  readonly bytes?: number | undefined
}

/** A message at work. */
export interface MessageRun {
  readonly activity: number
  /** Where its chain began. */
  readonly root: number
  isOpen: boolean
}

/** What came with a message. */
export interface MessageContext {
  readonly traceparent: string
  /** Ours: the sender's clock. */
  readonly clock: string | undefined
}

/** The native one: it runs no task of the program. */
const promiseThen = (originalOf(Promise.prototype.then) ?? Promise.prototype.then) as AnyFunction // SAFE: what a stand-in of `then` stands for

type AnyFunction = (this: unknown, ...args: never[]) => unknown

export class MessageRecorder {
  readonly recorder: RecorderAccess
  private readonly system: MessageSystem

  constructor(recorder: RecorderAccess, system: MessageSystem) {
    this.recorder = recorder
    this.system = system
  }

  /** Undefined when it is not recorded. */
  send(fields: MessageFields, operation: 'send' | 'request' = 'send'): MessageRun | undefined {
    const root = this.recorder.currentRoot()
    const activity = this.recorder.startActivity(ActivityType.message, this.fieldsOf(operation, fields, undefined))
    return activity === 0 ? undefined : { activity, root: root || activity, isOpen: true }
  }

  /**
   * Names and values for the message of `run`. The clock stands first: tools that write both the other way round are told from us by it.
   */
  contextOf({ activity, root }: MessageRun): readonly (readonly [string, string])[] {
    return traceHeaders(this.recorder, activity, root).toReversed()
  }

  /** Begins what the program does with a message; `context` undefined: nobody knows who sent it, and its chain begins here. */
  receive(fields: MessageFields, context: MessageContext | undefined): MessageRun | undefined {
    const { recorder } = this
    if (context?.clock !== undefined) recorder.receive(context.clock)
    const activity = recorder.startActivity(ActivityType.message, this.fieldsOf('receive', fields, context), 0)
    if (activity === 0) return undefined
    if (context !== undefined) recorder.joinTrace(activity, context.traceparent)
    this.note(activity)
    return { activity, root: activity, isOpen: true }
  }

  /** As `receive`, for what a client in Node emits: what its listeners run in. They are back when this turn of the program's is over. */
  emitted(fields: MessageFields, context: MessageContext | undefined): EmissionContext | undefined {
    const run = this.receive(fields, context)
    if (run === undefined) return undefined
    originalQueueMicrotask(() => this.end(run))
    return { call: run.activity, root: run.root, ambient: undefined }
  }

  private note(activity: number): void {
    const received = (this.recorder.received ??= new SafeMap())
    if (received.size >= MAX_RECEIVED) for (const oldest of received.keys()) if (received.delete(oldest)) break
    received.set(activity, true)
  }

  private fieldsOf(operation: string, given: MessageFields, context: MessageContext | undefined): object {
    const fields: Record<string, unknown> = { system: this.system, operation, destination: given.destination }
    for (const name of ['name', 'id', 'attempt', 'bytes'] as const) if (given[name] !== undefined) fields[name] = given[name]
    if (context !== undefined) fields[TRACEPARENT] = context.traceparent
    return fields
  }

  end(run: MessageRun | undefined, result: { readonly id?: string | undefined } = {}): void {
    if (run !== undefined) this.finish(run, result.id === undefined ? {} : result)
  }

  fail(run: MessageRun | undefined, error: unknown): void {
    if (run !== undefined) this.finish(run, errorFields(error))
  }

  private finish(run: MessageRun, result: object): void {
    if (!run.isOpen) return
    run.isOpen = false
    this.recorder.endActivity(run.activity, ActivityType.message, result)
  }

  /** Result and errors of `callback` pass through; what it calls, and who listens to what it emits, has `run` as the cause. */
  run(run: MessageRun, callback: AnyFunction, thisArg: unknown, args: ArrayLike<unknown>): unknown {
    return this.recorder.runIn(run.activity, run.root, callback, thisArg, args)
  }

  /** As `run`; the message has been dealt with when `callback` is back. */
  deliver(run: MessageRun | undefined, callback: AnyFunction, thisArg: unknown, args: ArrayLike<unknown>): unknown {
    if (run === undefined) return reflectApply(callback, thisArg, args as never) // SAFE: as given
    let result: unknown
    try {
      result = this.run(run, callback, thisArg, args)
    } catch (error) {
      this.fail(run, error)
      throw error
    }
    this.end(run)
    return result
  }

  /** Ends `run` with the promise, which the library itself handles in this tick whatever the program does: one more handler changes nothing then. */
  endWith(run: MessageRun | undefined, promise: unknown, idOf: (value: unknown) => string | undefined = () => undefined): void {
    if (run === undefined) return
    if (!isPlainPromise(promise)) return this.end(run)
    const guarded = (work: () => void): void => void this.guarded(work)
    reflectApply(promiseThen, promise, [
      (value: unknown): void => guarded(() => this.end(run, { id: idOf(value) })),
      (error: unknown): void => guarded(() => this.fail(run, error)),
    ] as never) // SAFE: callables
  }

  guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the message goes on unrecorded; counted.
      return undefined
    }
  }
}

/** What was sent along under our two names; undefined where it is nothing that names a sender. */
export function readContext(traceparent: unknown, tracestate: unknown): MessageContext | undefined {
  if (typeof traceparent !== 'string' || tryParseTraceparent(traceparent) === undefined) return undefined
  return { traceparent, clock: typeof tracestate === 'string' ? clockOf(tracestate) : undefined }
}

/** What was added by `contextOf` and nothing else. */
export const isOurState = (tracestate: unknown): boolean =>
  typeof tracestate === 'string' && tracestate.startsWith(`${TRACESTATE_KEY}=`) && !tracestate.includes(',')

/** An own property of an object of the library that is an object itself and no Proxy. */
export function objectOf(owner: unknown, key: PropertyKey): object | undefined {
  if (typeof owner !== 'object' || owner === null) return undefined
  const value = dataOf(owner, key)
  return typeof value === 'object' && value !== null && !isProxy(value) ? value : undefined
}

export function textOf(owner: unknown, key: PropertyKey): string | undefined {
  const value = typeof owner === 'object' && owner !== null ? dataOf(owner, key) : undefined
  return typeof value === 'string' ? value : undefined
}

/** Bytes of a payload that is text or bytes; undefined for others. Long texts are not counted: a unit stands for a byte of them. */
export function sizeOf(payload: unknown): number | undefined {
  if (payload === undefined || payload === null) return 0
  if (typeof payload === 'string') return payload.length > MAX_COUNTED ? payload.length : encodeText(payload).length
  return isView(payload) && !isProxy(payload) ? typedArrayBytes(payload as object) : undefined // SAFE: a view is an object
}

const MAX_COUNTED = 10_000
