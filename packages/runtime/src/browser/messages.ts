/**
 * MessageChannel and Worker in pages and workers: messages are joined by number (adapters/message-links.ts). What comes in is counted by a
 * listener of ours that is added when the port or worker is made, before any of the program's; it starts no port, and nobody can list it.
 *
 * A worker's channel is called by its script on both sides: which of several workers of one script it is, the store finds out (or says
 * that it cannot). SharedWorker, ServiceWorker and BroadcastChannel have more than two ends and are not joined.
 */
import { ActivityType } from '@hindscope/protocol'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { eventContexts } from '../adapters/dom-events.ts'
import { MessageLinks } from '../adapters/message-links.ts'
import { combine, objectAt, originalOf, patchConstructor, patchMethod } from '../adapters/patch.ts'
import { SafeMap, hasOwn, isArray, originalSetTimeout, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const messagesAdapter: Adapter = {
  id: 'messages',
  attach: (recorder, realm) => new MessageWatch(recorder, realm).attach(),
}

const prototypeAt = (realm: object, name: string): object | undefined => objectAt(objectAt(realm, name) ?? {}, 'prototype')

class MessageWatch {
  private readonly recorder: RecorderAccess
  private readonly realm: object
  private readonly links: MessageLinks
  private readonly portPrototype: object | undefined
  private readonly add: unknown
  private readonly portsOf: unknown
  private readonly made = new SafeMap<string, number>()
  private isActive = true

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.realm = realm
    this.links = new MessageLinks(recorder)
    this.portPrototype = prototypeAt(realm, 'MessagePort')
    const add = ownDescriptor(prototypeAt(realm, 'EventTarget') ?? {}, 'addEventListener')?.value as unknown
    this.add = originalOf(add) ?? add
    this.portsOf = ownDescriptor(prototypeAt(realm, 'MessageEvent') ?? {}, 'ports')?.get
  }

  attach(): Detach | undefined {
    const { realm } = this
    const isWorker = 'DedicatedWorkerGlobalScope' in realm
    if (isWorker) this.open(realm, `worker ${String(Reflect.get(objectAt(realm, 'location') ?? {}, 'href'))} `, false)
    const detach = combine([
      patchConstructor([realm], 'MessageChannel', channel => {
        const { port1, port2 } = channel as MessageChannel // SAFE: what the class makes
        this.links.pair(port1, port2)
        this.listen(port1)
        this.listen(port2)
      }),
      patchConstructor([realm], 'Worker', (worker, [url]) => this.workerMade(worker, url)),
      this.patchSend(this.portPrototype),
      this.patchSend(prototypeAt(realm, 'Worker')),
      isWorker ? this.patchSend(hasOwn(realm, 'postMessage') ? realm : prototypeAt(realm, 'DedicatedWorkerGlobalScope')) : undefined,
    ])
    return () => {
      this.isActive = false
      detach?.()
    }
  }

  private workerMade(worker: object, given: unknown): void {
    const { recorder, made } = this
    try {
      const base = Reflect.get(objectAt(this.realm, 'location') ?? {}, 'href') as string // SAFE: a location has it
      if (typeof given !== 'string' && !(given instanceof URL)) return
      const url = new URL(given, base).href
      const number = (made.get(url) ?? 0) + 1
      made.set(url, number)
      const channel = `worker ${url}#${number} `
      recorder.startActivity(ActivityType.process, { kind: 'worker', url, channel })
      this.open(worker, channel, true)
    } catch {
      recorder.fail('adapter-failed') // SAFE: the worker runs; counted.
    }
  }

  private open(target: object, name: string, isFirst: boolean): void {
    this.links.open(target, name, isFirst)
    this.listen(target)
  }

  private listen(target: object): void {
    const arrived = (event: object): void => {
      if (this.isActive) this.arrived(target, event)
    }
    for (const type of ['message', 'messageerror']) reflectApply(this.add as () => void, target, [type, arrived] as never) // SAFE: EventTarget's method
  }

  private arrived(target: object, event: object): void {
    const { recorder } = this
    try {
      const ports = reflectApply(this.portsOf as () => readonly object[], event, []) // SAFE: MessageEvent's getter
      const { call, root, activity } = this.links.arrive(target, ports)
      for (let i = 0; i < ports.length; i++) this.listen(ports[i] as object) // SAFE: below the length
      if (call === 0) return
      eventContexts.set(event, { call, root })
      if (activity !== 0) originalSetTimeout(() => recorder.endActivity(activity, ActivityType.message, {}), 0)
    } catch {
      recorder.fail('adapter-failed') // SAFE: the message is delivered; counted. An event that the program made has no ports.
    }
  }

  private patchSend(holder: object | undefined): Detach | undefined {
    const { links, recorder, realm } = this
    const note = (target: object, args: ArrayLike<unknown>): void => {
      try {
        if (links.knows(target)) links.sent(target, args[0], this.transferred(args[1]))
      } catch {
        recorder.fail('adapter-failed') // SAFE: the message is out; counted.
      }
    }
    return (
      holder &&
      patchMethod(holder, 'postMessage', (original, state) => {
        const methods = {
          post(this: unknown): unknown {
            const result = reflectApply(original, this, arguments as never) // SAFE: as given
            if (state.isActive) note((this ?? realm) as object, arguments) // SAFE: the original took it
            return result
          },
        }
        return methods.post
      })
    )
  }

  /** Ports in the transfer list, as the receiver counts them. */
  private transferred(given: unknown): readonly object[] {
    const list: unknown = typeof given !== 'object' || given === null || isArray(given) ? given : ownDescriptor(given, 'transfer')?.value
    const ports: object[] = []
    if (!isArray(list)) return ports
    for (let i = 0; i < list.length; i++) {
      const item = ownDescriptor(list, i)?.value as unknown
      if (typeof item === 'object' && item !== null && prototypeOf(item) === this.portPrototype) ports[ports.length] = item
    }
    return ports
  }
}
