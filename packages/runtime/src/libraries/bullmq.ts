/**
 * BullMQ 5 and 6. A job is one message: sent by `add` or `addBulk`, received each time that a worker processes it. Context travels in the room that
 * BullMQ has for it (`telemetry.metadata` among a job's options, the text that a propagator of OpenTelemetry would write), and only from where the
 * job is made into JSON until it is read back: the job objects that programs see on either side have nothing of it.
 *
 * `add` waits for its connection before it makes the job, in code that is not instrumented. So the message begins where `add` is called, and its
 * options carry it to the job.
 *
 * @table messages
 * @versions 6, 5
 * @told `add`, `addBulk` and each time that a worker processes the job: queue, name, id, attempt, error
 * @not-told flows, schedulers, events of queues; jobs processed in files of their own begin a chain
 * @context `telemetry.metadata` of the job
 */
import { TRACEPARENT, TRACESTATE } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { MessageRecorder, isOurState, objectOf, readContext, textOf } from '../adapters/message-recorder.ts'
import type { MessageContext, MessageRun } from '../adapters/message-recorder.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { isLoopback } from '../adapters/request-context.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, hasOwn, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const bullmqAdapter: LibraryAdapter = watchingAdapter('bullmq', recorder => new BullmqWatch(recorder))

export const observe: Observe = registerLibrary(bullmqAdapter, 'bullmq')

type Method = (this: unknown, ...args: never[]) => unknown
type Run = (original: Method, self: unknown, args: ArrayLike<unknown>) => unknown

/** What is added to the options of a job until it is JSON. */
interface Addition {
  /** The options had the key before, without a value. */
  readonly wasThere: boolean
}

const QUEUE_METHODS = ['add', 'addJob', 'addBulk'] as const
const WORKER_METHODS = ['run', 'processJob', 'callProcessJob'] as const
const BASE_METHODS = ['trace', 'waitUntilReady', 'close'] as const

class BullmqWatch {
  private readonly messages: MessageRecorder
  private readonly patches = new PatchedPrototypes()
  /** `add` or `addBulk` is running: it awaits what it gets from the class of jobs. */
  private isAdding = false
  private readonly additions = new SafeWeakMap<object, Addition>()
  /** By job. */
  private readonly contexts = new SafeWeakMap<object, MessageContext>()

  constructor(recorder: RecorderAccess) {
    this.messages = new MessageRecorder(recorder, 'bullmq')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const jobs = jobClassOf(value)
    const queue = prototypeWith(value, QUEUE_METHODS)
    const isWorker = prototypeWith(value, WORKER_METHODS) !== undefined
    if (jobs === undefined || (queue === undefined && !isWorker)) return undefined
    const shared = this.patches.once(jobs, () => this.patchJobs(jobs))
    if (shared === undefined) return undefined
    const own = isWorker
      ? patch(value, 'processFn', (...call) => this.process(...call))
      : this.patches.once(queue as object, () => this.patchQueue(queue as object)) // SAFE: one of both
    return combine([shared, own])
  }

  private patchQueue(queue: object): Detach | undefined {
    const run: Run = (original, self, args) => {
      const before = this.isAdding
      this.isAdding = true
      try {
        return reflectApply(original, self, args as never) // SAFE: as given
      } finally {
        this.isAdding = before
      }
    }
    return combine([patch(queue, 'addJob', run), patch(queue, 'addBulk', run)])
  }

  private patchJobs(jobs: object): Detach | undefined {
    const prototype = objectOf({ it: dataOf(jobs, 'prototype') }, 'it')
    if (prototype === undefined) return undefined
    return combine([
      patch(jobs, 'create', (original, self, args) => this.create(original, self, args)),
      patch(jobs, 'createBulk', (original, self, args) => this.createBulk(original, self, args)),
      patch(jobs, 'fromJSON', (original, self, args) => {
        const job = reflectApply(original, self, args as never) // SAFE: as given
        this.messages.guarded(() => this.readBack(job))
        return job
      }),
      patch(prototype, 'asJSON', (original, self, args) => {
        const json = reflectApply(original, self, args as never) // SAFE: as given
        this.messages.guarded(() => this.takeOut(self, json))
        return json
      }),
    ])
  }

  /** `create(queue, name, data, options)`; the options are the queue's own copy. */
  private create(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    if (!this.takeAdding()) return reflectApply(original, self, args as never) // SAFE: as given
    const run = this.messages.guarded(() => this.begin(args[0], args[1], args[3]))
    const options = (run && this.messages.guarded(() => this.withContext(args[0], args[3], run))) ?? args[3]
    const made = reflectApply(original, self, [args[0], args[1], args[2], options] as never) // SAFE: as given
    this.messages.guarded(() => this.messages.endWith(run, made, job => textOf(job, 'id')))
    return made
  }

  /** `createBulk(queue, [{name, data, options}])`; the list and what is in it are the queue's own. */
  private createBulk(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const list: unknown = args[1]
    if (!this.takeAdding() || !isArray(list)) return reflectApply(original, self, args as never) // SAFE: as given
    const runs: (MessageRun | undefined)[] = []
    const given = list.map((each: unknown) => {
      const run = this.messages.guarded(() => this.begin(args[0], dataOf(each as object, 'name'), dataOf(each as object, 'opts'))) // SAFE: the queue's own
      runs.push(run)
      const options = run && this.messages.guarded(() => this.withContext(args[0], dataOf(each as object, 'opts'), run)) // SAFE: as above
      return options === undefined ? each : { ...(each as object), opts: options } // SAFE: as above
    })
    const made = reflectApply(original, self, [args[0], given] as never) // SAFE: as given
    runs.forEach((run, i) =>
      this.messages.guarded(() => this.messages.endWith(run, made, jobs => (isArray(jobs) ? textOf(jobs[i], 'id') : undefined))),
    )
    return made
  }

  private takeAdding(): boolean {
    const { isAdding } = this
    this.isAdding = false
    return isAdding
  }

  private begin(queue: unknown, name: unknown, options: unknown): MessageRun | undefined {
    return this.messages.send({ destination: textOf(queue, 'name') ?? '', name: asText(name), id: textOf(options, 'jobId') })
  }

  /** Undefined where the program has context of its own there, wants none, or Redis is not on this machine. */
  private withContext(queue: unknown, options: unknown, run: MessageRun): object | undefined {
    if (typeof options !== 'object' || options === null || dataOf(options, 'telemetry') !== undefined) return undefined
    if (!isLoopback(hostOf(dataOf(objectOf(queue, 'opts') ?? {}, 'connection')))) return undefined
    const telemetry = { metadata: JSON.stringify(Object.fromEntries(this.messages.contextOf(run))) }
    this.additions.set(telemetry, { wasThere: hasOwn(options, 'telemetry') })
    return { ...options, telemetry }
  }

  /** The job has been made into JSON, whose options are another object or, in BullMQ 6, the job's own. */
  private takeOut(job: unknown, json: unknown): void {
    const options = objectOf(job, 'opts')
    const telemetry = objectOf(options, 'telemetry')
    const addition = telemetry && this.additions.get(telemetry)
    if (options === undefined || addition === undefined || typeof json !== 'object' || json === null) return
    if (dataOf(json, 'opts') === options) Reflect.set(json, 'opts', { ...options })
    if (addition.wasThere) Reflect.set(options, 'telemetry', undefined)
    else Reflect.deleteProperty(options, 'telemetry')
  }

  private readBack(job: unknown): void {
    const options = objectOf(job, 'opts')
    const metadata = textOf(objectOf(options, 'telemetry'), 'metadata')
    const carrier = metadata === undefined ? undefined : tryParse(metadata)
    const context = readContext(textOf(carrier, TRACEPARENT), textOf(carrier, TRACESTATE))
    if (context === undefined || options === undefined) return
    this.contexts.set(job as object, context) // SAFE: it has options
    if (isOurState(textOf(carrier, TRACESTATE)) && metadata?.startsWith(`{"${TRACESTATE}":`)) Reflect.deleteProperty(options, 'telemetry')
  }

  /** `processFn(job, token, signal)`; the worker awaits what it gives. */
  private process(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const { messages } = this
    const job: unknown = args[0]
    const run = messages.guarded(() => this.receive(self, job))
    if (run === undefined) return reflectApply(original, self, args as never) // SAFE: as given
    let result: unknown
    try {
      result = messages.run(run, original, self, args)
    } catch (error) {
      messages.fail(run, error)
      throw error
    }
    messages.guarded(() => messages.endWith(run, result))
    return result
  }

  private receive(worker: unknown, job: unknown): MessageRun | undefined {
    if (typeof job !== 'object' || job === null) return undefined
    const started = dataOf(job, 'attemptsStarted')
    const attempt = typeof started === 'number' && started > 1 ? started : undefined
    const fields = { destination: textOf(worker, 'name') ?? '', name: textOf(job, 'name'), id: textOf(job, 'id'), attempt }
    return this.messages.receive(fields, this.contexts.get(job))
  }
}

function patch(target: object, key: string, run: Run): Detach | undefined {
  return patchMethod(target, key, (original, state) => {
    const methods = {
      method(this: unknown): unknown {
        return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
      },
    }
    return methods.method
  })
}

/** The class that the library's own getter gives, which queues and workers have in common. */
function jobClassOf(value: object): object | undefined {
  const common = prototypeWith(value, BASE_METHODS)
  const getter = common && ownDescriptor(common, 'Job')?.get
  const jobs: unknown = getter === undefined ? undefined : reflectApply(getter, value, [])
  return typeof jobs === 'function' && ['create', 'createBulk', 'fromJSON'].every(key => typeof dataOf(jobs, key) === 'function') ? jobs : undefined
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Of a connection, or of what it is made from; empty for several servers. */
function hostOf(connection: unknown): string {
  const given = objectOf({ connection }, 'connection')
  const options = objectOf(given, 'options') ?? given
  if (options === undefined || dataOf(options, 'sentinels') || dataOf(given ?? options, 'isCluster') === true) return ''
  const url = textOf(options, 'url')
  return textOf(options, 'host') ?? (url === undefined ? 'localhost' : new URL(url).hostname)
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // SAFE: text of the program's own, which is no context.
  }
}
