/**
 * Threads and child processes: messages between them are joined by number (adapters/message-links.ts), the start of one is an activity of
 * the call that started it. Nothing is sent, and no listener added: what comes in is seen where Node dispatches it.
 */
import { ActivityType } from '@hindscope/protocol'
import type { ChildProcess } from 'node:child_process'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { MessageLinks } from '../adapters/message-links.ts'
import { combine, patchConstructor, patchMethod } from '../adapters/patch.ts'
import { ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'
import { factsOf } from './emitter-facts.ts'
import type { EmissionHook } from './emitter-facts.ts'
import { hookTarget } from './event-targets.ts'

const RECEIVING_PORTS = Symbol.for('nodejs.internal.kCurrentlyReceivingPorts')

export const threadsAdapter: Adapter = {
  id: 'threads',
  attach: (recorder, realm) => new ThreadWatch(recorder).attach(realm),
}

class ThreadWatch {
  private readonly recorder: RecorderAccess
  private readonly links: MessageLinks
  private readonly module = process.getBuiltinModule('node:worker_threads')
  private readonly isProxy = process.getBuiltinModule('node:util').types.isProxy
  /** A worker is posting through its own port, which is not to be counted again. */
  private isInner = false

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.links = new MessageLinks(recorder)
  }

  attach(realm: object): Detach | undefined {
    const { module } = this
    const children = process.getBuiltinModule('node:child_process')
    if (module.parentPort !== null) this.openPort(module.parentPort, threadName(module.threadId), false)
    const detachers = [
      this.patchSend(module.Worker.prototype, true),
      this.patchSend(module.MessagePort.prototype, false),
      this.patchReceiveNow(),
      patchConstructor([module, realm], 'MessageChannel', channel => this.channelMade(channel)),
      patchConstructor([module], 'Worker', worker => this.workerMade(worker as Worker)), // SAFE: what the class makes
      this.patchSpawn(children.ChildProcess.prototype),
      this.attachToParent(),
    ]
    const sync = process.getBuiltinModule('node:module').syncBuiltinESMExports
    sync()
    const detach = combine(detachers)
    return () => {
      detach?.()
      sync()
    }
  }

  private channelMade(channel: object): void {
    const { port1, port2 } = channel as { readonly port1: MessagePort; readonly port2: MessagePort } // SAFE: own properties of every MessageChannel
    this.links.pair(port1, port2)
    this.hookPort(port1)
    this.hookPort(port2)
  }

  private openPort(port: object, name: string, isFirst: boolean): void {
    this.links.open(port, name, isFirst)
    this.hookPort(port)
  }

  private hookPort(port: object): void {
    hookTarget(this.recorder, port, (args, run) => {
      if (!isMessage(args[1])) return run()
      return this.receive(port, portsOf(port), run)
    })
  }

  private receive(target: object, ports: readonly object[], run: () => unknown): unknown {
    const { call, root, activity } = this.links.arrive(target, ports)
    for (const port of ports) this.hookPort(port)
    if (call === 0) return run()
    try {
      return this.recorder.runIn(call, root, run, undefined, [])
    } finally {
      this.recorder.endActivity(activity, ActivityType.message, {})
    }
  }

  private workerMade(worker: Worker): void {
    const thread = worker.threadId
    this.links.open(worker, threadName(thread), true)
    const activity = this.recorder.startActivity(ActivityType.process, { kind: 'thread', pid: process.pid, thread })
    factsOf(this.recorder, worker).hook = this.endpointHook(worker, activity)
  }

  /** Messages have their sender as cause, all else (`exit`, `error`, `online`) whoever started the thread or process. */
  private endpointHook(target: object, activity: number): EmissionHook {
    const { recorder } = this
    const root = recorder.currentRoot() || activity
    return (args, run) => {
      if (isMessage(args[0])) return this.receive(target, [], run)
      if (args[0] === 'exit') recorder.endActivity(activity, ActivityType.process, { code: args[1] })
      return activity === 0 || recorder.isInCall() ? run() : recorder.runIn(activity, root, run, undefined, [])
    }
  }

  private patchSend(prototype: object, isWorker: boolean): Detach | undefined {
    const send = (target: unknown, original: (...args: never[]) => unknown, args: ArrayLike<unknown>): unknown => {
      const wasInner = this.isInner
      this.isInner = isWorker
      let result: unknown
      try {
        result = reflectApply(original, target, args as never) // SAFE: as given
      } finally {
        this.isInner = wasInner
      }
      if (!wasInner) this.noteSent(target as object, args) // SAFE: the original took it
      return result
    }
    return patchMethod(prototype, 'postMessage', (original, state) => {
      const methods = {
        post(this: unknown): unknown {
          return state.isActive ? send(this, original, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.post
    })
  }

  private noteSent(target: object, args: ArrayLike<unknown>): void {
    try {
      if (this.links.knows(target)) this.links.sent(target, args[0], this.transferredPorts(args[1]))
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the message is out; counted.
    }
  }

  /** `postMessage(message, [port])` or `{transfer: [port]}`, as the receiver counts them: ports only. */
  private transferredPorts(given: unknown): readonly object[] {
    if (typeof given !== 'object' || given === null || this.isProxy(given)) return []
    const list: unknown = Array.isArray(given) ? given : ownDescriptor(given, 'transfer')?.value
    if (!Array.isArray(list) || this.isProxy(list)) return []
    const { prototype } = this.module.MessagePort
    const ports: object[] = []
    for (let i = 0; i < list.length; i++) {
      const item: unknown = ownDescriptor(list, i)?.value
      if (typeof item === 'object' && item !== null && prototypeOf(item) === prototype) ports.push(item)
    }
    return ports
  }

  private patchReceiveNow(): Detach | undefined {
    const { links } = this
    return patchMethod(this.module, 'receiveMessageOnPort', (original, state) => {
      const methods = {
        take(this: unknown, port: object): unknown {
          const found = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive && found !== undefined) links.skip(port)
          return found
        },
      }
      return methods.take
    })
  }

  private patchSpawn(prototype: object): Detach | undefined {
    const spawned = (child: ChildProcess, options: unknown): void => this.spawned(child, options)
    return patchMethod(prototype, 'spawn', (original, state) => {
      const methods = {
        spawn(this: unknown, options: unknown): unknown {
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) spawned(this as ChildProcess, options) // SAFE: the original took it
          return result
        },
      }
      return methods.spawn
    })
  }

  private spawned(child: ChildProcess, options: unknown): void {
    const { pid } = child
    if (pid === undefined) return
    try {
      const file: unknown = typeof options === 'object' && options !== null ? ownDescriptor(options, 'file')?.value : undefined
      const activity = this.recorder.startActivity(ActivityType.process, { kind: 'process', pid, file: typeof file === 'string' ? file : '' })
      this.links.open(child, processName(pid), true)
      factsOf(this.recorder, child).hook = this.endpointHook(child, activity)
      this.patchChannel(child)
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the process runs; counted.
    }
  }

  /** `send` is a function of its own of each process object with a channel. */
  private patchChannel(target: object): Detach | undefined {
    const note = (message: unknown): void => this.noteSent(target, [message])
    return patchMethod(target, 'send', (original, state) => {
      const methods = {
        send(this: unknown, message: unknown): unknown {
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          if (state.isActive) note(message)
          return result
        },
      }
      return methods.send
    })
  }

  private attachToParent(): Detach | undefined {
    if (process.send === undefined || !this.module.isMainThread) return undefined
    this.links.open(process, processName(process.pid), false)
    factsOf(this.recorder, process).hook = (args, run) => (isMessage(args[0]) ? this.receive(process, [], run) : run())
    return this.patchChannel(process)
  }
}

const threadName = (thread: number): string => `thread ${process.pid}.${thread} `
const processName = (pid: number): string => `process ${pid} `

const isMessage = (type: unknown): boolean => type === 'message' || type === 'messageerror'

function portsOf(port: object): readonly object[] {
  const ports: unknown = Reflect.get(port, RECEIVING_PORTS)
  return Array.isArray(ports) ? (ports as object[]) : [] // SAFE: Node's own list of ports
}
