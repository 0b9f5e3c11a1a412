/**
 * amqplib 2 and 1 (AMQP 0-9-1): channels of a connection. All that is published goes through `sendMessage` of a channel, and all that a consumer gets through its
 * `dispatchMessage`. Context travels in headers, which are put into the table that the client makes for each message, before the program's own, and taken out
 * of what arrives as soon as it is read: neither consumers nor `get` nor `return` see them.
 *
 * Channels share a prototype that the first of them has, when the connection gives it its number.
 *
 * @table messages
 * @versions 2, 1
 * @told what is published and what consumers get: queue, or exchange and routing key, `messageId`, bytes, error
 * @not-told `get` and `return` begin nothing; who waits for a confirm; connections of `amqplib/callback_api` (by hand: `observe(connection)`), connections that are opened again by themselves; channels made before
 * @context headers, before the program's own
 */
import { TRACEPARENT, TRACESTATE } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { MessageRecorder, isOurState, objectOf, readContext, sizeOf, textOf } from '../adapters/message-recorder.ts'
import type { MessageContext, MessageRun } from '../adapters/message-recorder.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { isLoopback } from '../adapters/request-context.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, define, keysOf, ownDescriptor, prototypeOf, reflectApply } from '../recorder/intrinsics.ts'

export const amqplibAdapter: LibraryAdapter = watchingAdapter('amqplib', recorder => new AmqplibWatch(recorder))

export const observe: Observe = registerLibrary(amqplibAdapter, 'amqplib')

type Method = (this: unknown, ...args: never[]) => unknown

const CONNECTION_METHODS = ['freshChannel', 'releaseChannel', 'sendMessage', 'sendMethod'] as const
const SENDER_METHODS = ['sendMessage', 'acceptMessageFrame', 'sendOrEnqueue'] as const
const RECEIVER_METHODS = ['dispatchMessage', 'handleDelivery', 'registerConsumer'] as const

class AmqplibWatch {
  private readonly messages: MessageRecorder
  private readonly patches = new PatchedPrototypes()
  /** By properties of a message that has arrived. */
  private readonly contexts = new SafeWeakMap<object, MessageContext>()

  constructor(recorder: RecorderAccess) {
    this.messages = new MessageRecorder(recorder, 'rabbitmq')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    const made = objectOf(value, 'connection')
    const connection = made && prototypeWith(made, CONNECTION_METHODS)
    if (connection === undefined) return undefined
    return this.patches.once(connection, () =>
      this.patch(connection, 'freshChannel', (original, self, args) => {
        const channel: unknown = args[0]
        this.messages.guarded(() => this.patchChannel(channel))
        return reflectApply(original, self, args as never) // SAFE: as given
      }),
    )
  }

  private patchChannel(channel: unknown): void {
    if (typeof channel !== 'object' || channel === null || isProxy(channel)) return
    const sender = prototypeWith(channel, SENDER_METHODS)
    const receiver = prototypeWith(channel, RECEIVER_METHODS)
    if (sender === undefined || receiver === undefined) return this.messages.recorder.fail('adapter-unsupported')
    this.patches.once(sender, () =>
      combine([
        this.patch(sender, 'sendMessage', (original, self, args) => this.send(original, self, args)),
        this.patch(sender, 'acceptMessageFrame', (original, self, args) => {
          const frame: unknown = args[0]
          this.messages.guarded(() => this.read(objectOf(frame, 'fields')))
          return reflectApply(original, self, args as never) // SAFE: as given
        }),
      ]),
    )
    this.patches.once(receiver, () =>
      this.patch(receiver, 'dispatchMessage', (original, self, args) => {
        const message: unknown = args[1]
        return this.messages.deliver(
          this.messages.guarded(() => this.receive(message)),
          original,
          self,
          args,
        )
      }),
    )
  }

  private patch(target: object, key: string, run: (original: Method, self: unknown, args: ArrayLike<unknown>) => unknown): Detach | undefined {
    return patchMethod(target, key, (original, state) => {
      const methods = {
        method(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.method
    })
  }

  /** `sendMessage(fields, properties, content)`; both are one object of the client's own. */
  private send(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const { messages } = this
    const [fields, properties, content] = [args[0], args[1], args[2]]
    const run = messages.guarded(() =>
      messages.send({ destination: destinationOf(fields), id: textOf(properties, 'messageId'), bytes: sizeOf(content) }),
    )
    if (run !== undefined) messages.guarded(() => this.addContext(objectOf(properties, 'headers'), self, run))
    try {
      const result = reflectApply(original, self, args as never) // SAFE: as given
      messages.end(run)
      return result
    } catch (error) {
      messages.fail(run, error)
      throw error
    }
  }

  /** The program's headers are the prototype of the client's: what is own comes first on the wire. */
  private addContext(headers: object | undefined, channel: unknown, run: MessageRun): void {
    const stream = objectOf(objectOf(channel, 'connection'), 'stream')
    const address: unknown = stream === undefined ? undefined : Reflect.get(stream, 'remoteAddress')
    if (headers === undefined || typeof address !== 'string' || !isLoopback(address.replace('::ffff:', ''))) return
    for (let at: object | null = headers; at !== null; at = prototypeOf(at))
      if (isProxy(at) || ownDescriptor(at, TRACEPARENT) !== undefined || ownDescriptor(at, TRACESTATE) !== undefined) return
    for (const [name, value] of this.messages.contextOf(run)) define(headers, name, { value, writable: true, enumerable: true, configurable: true })
  }

  /** Properties of a message that arrives; of other frames there are no headers. */
  private read(properties: object | undefined): void {
    const headers = objectOf(properties, 'headers')
    if (properties === undefined || headers === undefined) return
    const [parent, state] = [textOf(headers, TRACEPARENT), textOf(headers, TRACESTATE)]
    const context = readContext(parent, state)
    if (context === undefined) return
    this.contexts.set(properties, context)
    const names = keysOf(headers)
    const at = names.indexOf(TRACESTATE)
    if (!isOurState(state) || names[at + 1] !== TRACEPARENT) return
    Reflect.deleteProperty(headers, TRACESTATE)
    Reflect.deleteProperty(headers, TRACEPARENT)
  }

  /** Undefined for a consumer that is told of its end. */
  private receive(message: unknown): MessageRun | undefined {
    const properties = objectOf(message, 'properties')
    if (properties === undefined) return undefined
    const fields = {
      destination: destinationOf(objectOf(message, 'fields')),
      id: textOf(properties, 'messageId'),
      bytes: sizeOf(dataOf(message as object, 'content')),
    } // SAFE: it has properties
    return this.messages.receive(fields, this.contexts.get(properties))
  }
}

/** A queue, or an exchange and what it routes by. */
function destinationOf(fields: unknown): string {
  const [exchange, key] = [textOf(fields, 'exchange') ?? '', textOf(fields, 'routingKey') ?? '']
  return exchange === '' ? key : `${exchange}/${key}`
}
