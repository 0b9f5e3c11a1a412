/**
 * MQTT.js 5 and 4. Over MQTT 5 context travels as two user properties, which are put into a copy of the packet that is sent and taken out of the packet
 * that arrives before listeners of `message` see it. MQTT 3.1.1 has no room for it, and nothing is added there: what arrives begins a chain of its own.
 *
 * @table messages
 * @versions 5, 4
 * @told what is published and received: topic, bytes, error; callbacks of `publish` come back to who published
 * @context user properties; MQTT 3.1.1 has none: what arrives begins a chain
 */
import { TRACEPARENT, TRACESTATE } from '@hindscope/protocol'
import type { Detach, EmissionContext, RecorderAccess } from '../adapters/adapter.ts'
import { addSource } from '../adapters/emission-sources.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { MessageRecorder, isOurState, objectOf, readContext, sizeOf, textOf } from '../adapters/message-recorder.ts'
import type { MessageContext, MessageRun } from '../adapters/message-recorder.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { isLoopback } from '../adapters/request-context.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakSet, keysOf, objectPrototype, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const mqttAdapter: LibraryAdapter = watchingAdapter('mqtt', recorder => new MqttWatch(recorder))

export const observe: Observe = registerLibrary(mqttAdapter, 'mqtt')

type Method = (this: unknown, ...args: never[]) => unknown

const CLIENT_METHODS = ['publish', 'subscribe', '_sendPacket', 'handleMessage', 'end'] as const
const SCHEMES = /^(?:mqtts?|tcp|ssl|tls|wss?)$/
/** Longer than topic and header of any packet that is worth the comparison. */
const MOST_AROUND = 1024
/** User properties with a name and a value each: a byte, and two lengths of two bytes. */
const AROUND_PROPERTY = 5

class MqttWatch {
  private readonly messages: MessageRecorder
  private readonly patches = new PatchedPrototypes()
  private readonly clients = new SafeWeakSet<object>()
  private publishing: MessageRun | undefined = undefined
  private detachSource: Detach | undefined = undefined

  constructor(recorder: RecorderAccess) {
    this.messages = new MessageRecorder(recorder, 'mqtt')
  }

  close(): void {
    this.patches.close()
    this.detachSource?.()
    this.detachSource = undefined
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const client = prototypeWith(value, CLIENT_METHODS)
    if (client === undefined || objectOf(value, 'options') === undefined || objectOf(value, 'outgoing') === undefined) return undefined
    const detach = this.patches.once(client, () =>
      combine([
        this.patch(client, 'publish', (original, self, args) => this.publish(original, self, args)),
        this.patch(client, '_sendPacket', (original, self, args) => reflectApply(original, self, this.withContext(self, args) as never)),
      ]),
    )
    if (detach === undefined) return undefined
    this.clients.add(value)
    this.detachSource ??= addSource(this.messages.recorder, 'message', (emitter, args) => this.arrived(emitter, args))
    return combine([detach, () => void this.clients.delete(value)])
  }

  private patch(target: object, key: string, run: (original: Method, self: unknown, args: ArrayLike<unknown>) => unknown): Detach | undefined {
    const isKnown = (self: unknown): boolean => typeof self === 'object' && self !== null && this.clients.has(self)
    return patchMethod(target, key, (original, state) => {
      const methods = {
        method(this: unknown): unknown {
          return state.isActive && isKnown(this) ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.method
    })
  }

  /** `publish(topic, message, [options], [callback])`; without a callback nobody is told how it ended. */
  private publish(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const { messages, publishing } = this
    const issuer = { call: messages.recorder.currentCall(), root: messages.recorder.currentRoot() }
    const run = messages.guarded(() => this.begin(args[0], args[1]))
    if (run === undefined) return reflectApply(original, self, args as never) // SAFE: as given
    const at = typeof args[2] === 'function' ? 2 : 3
    const callback = args[at]
    const given: unknown[] = []
    for (let i = 0; i < args.length; i++) given[i] = args[i]
    if (typeof callback === 'function') {
      given[at] = function (this: unknown, ...results: unknown[]): unknown {
        messages.guarded(() => (results[0] ? messages.fail(run, results[0]) : messages.end(run)))
        return messages.recorder.runIn(issuer.call, issuer.root, callback as Method, this, results) // SAFE: typeof says so
      }
    }
    this.publishing = run
    try {
      return reflectApply(original, self, given as never) // SAFE: as given
    } catch (error) {
      messages.fail(run, error)
      throw error
    } finally {
      this.publishing = publishing
      if (typeof callback !== 'function') messages.end(run)
    }
  }

  private begin(topic: unknown, payload: unknown): MessageRun | undefined {
    return typeof topic === 'string' ? this.messages.send({ destination: topic, bytes: sizeOf(payload) }) : undefined
  }

  /** Arguments of `_sendPacket(packet, …)`. */
  private withContext(client: unknown, args: ArrayLike<unknown>): ArrayLike<unknown> {
    const run = this.publishing
    const packet: unknown = args[0]
    if (run === undefined || textOf(packet, 'cmd') !== 'publish') return args
    this.publishing = undefined
    const properties = this.messages.guarded(() => this.propertiesWith(objectOf(client, 'options'), packet as object, run)) // SAFE: it has a command
    if (properties === undefined) return args
    const given: unknown[] = [{ ...(packet as object), properties }] // SAFE: as above; the client's own
    for (let i = 1; i < args.length; i++) given[i] = args[i]
    return given
  }

  /** Undefined where there is no room, the program has sent context of its own, or its properties cannot be copied without running its code. */
  private propertiesWith(options: object | undefined, packet: object, run: MessageRun): object | undefined {
    if (options === undefined || dataOf(options, 'protocolVersion') !== 5 || !isNear(options)) return undefined
    const limit = dataOf(objectOf(options, 'properties') ?? {}, 'maximumPacketSize')
    const bytes = sizeOf(dataOf(packet, 'payload'))
    if (typeof limit === 'number' && (bytes === undefined || bytes + MOST_AROUND > limit)) return undefined
    const properties = plainCopy(dataOf(packet, 'properties'))
    const own = properties && plainCopy(properties['userProperties'])
    if (own === undefined || TRACEPARENT in own || TRACESTATE in own) return undefined
    for (const [name, text] of this.messages.contextOf(run)) own[name] = text
    return { ...properties, userProperties: own }
  }

  /** `message` with topic, payload and packet. */
  private arrived(emitter: object, args: ArrayLike<unknown>): EmissionContext | undefined {
    const [topic, payload, packet] = [args[1], args[2], args[3]]
    if (!this.clients.has(emitter) || typeof topic !== 'string' || typeof packet !== 'object' || packet === null) return undefined
    return this.messages.emitted({ destination: topic, bytes: sizeOf(payload) }, takeContext(packet, payload))
  }
}

const isNear = (options: object): boolean =>
  SCHEMES.test(textOf(options, 'protocol') ?? 'mqtt') && isLoopback(textOf(options, 'hostname') ?? textOf(options, 'host') ?? 'localhost')

/** Copy of an object that consists of data alone; empty for none, undefined for any other. */
function plainCopy(value: unknown): Record<PropertyKey, unknown> | undefined {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || isProxy(value)) return undefined
  const prototype = prototypeOf(value)
  if (prototype !== objectPrototype && prototype !== null) return undefined
  const copy: Record<PropertyKey, unknown> = {}
  for (const key of keysOf(value)) {
    const descriptor = ownDescriptor(value, key)
    if (descriptor === undefined || !('value' in descriptor)) return undefined
    if (descriptor.enumerable === true) copy[key] = descriptor.value
  }
  return copy
}

/** Reads the context of a packet, and makes the packet what it would be without: two properties less, and so much shorter. */
function takeContext(packet: object, payload: unknown): MessageContext | undefined {
  const properties = objectOf(packet, 'properties')
  const own = objectOf(properties, 'userProperties')
  const [state, parent] = [textOf(own, TRACESTATE), textOf(own, TRACEPARENT)]
  const context = readContext(parent, state)
  if (properties === undefined || own === undefined || context === undefined) return context
  const names = keysOf(own)
  if (!isOurState(state) || names.at(-2) !== TRACESTATE || names.at(-1) !== TRACEPARENT) return context
  shorten(packet, payload, 2 * AROUND_PROPERTY + [TRACESTATE, state, TRACEPARENT, parent].join('').length)
  Reflect.deleteProperty(own, TRACESTATE)
  Reflect.deleteProperty(own, TRACEPARENT)
  if (names.length === 2) Reflect.deleteProperty(properties, 'userProperties')
  if (names.length === 2 && keysOf(properties).length === 0) Reflect.deleteProperty(packet, 'properties')
  return context
}

/** `length` is what is left of a packet behind its first bytes: topic, perhaps an id, length of the properties, properties, payload. */
function shorten(packet: object, payload: unknown, bytes: number): void {
  const length = dataOf(packet, 'length')
  const payloadBytes = sizeOf(payload)
  if (typeof length !== 'number' || payloadBytes === undefined) return
  const around = 2 + (sizeOf(dataOf(packet, 'topic')) ?? 0) + (Number(dataOf(packet, 'qos')) > 0 ? 2 : 0)
  const rest = length - around - payloadBytes
  const digits = [1, 2, 3, 4].find(each => digitsOf(rest - each) === each) ?? 1
  Reflect.set(packet, 'length', length - bytes - (digits - digitsOf(rest - digits - bytes)))
}

/** Bytes of a number with seven bits in each. */
const digitsOf = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4)
