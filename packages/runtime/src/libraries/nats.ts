/**
 * NATS: `nats` 2 and `@nats-io/transport-node` 3, whose connections are alike inside. All that is published goes through `publish` of the protocol
 * and all that arrives through its `processMsg`. Context travels in headers of the message, which are put into the command where it is sent and
 * taken out where it is read: objects of the program and the client's own counters have nothing of it.
 *
 * A request ends with its answer, which comes back to whoever awaits it. Subjects of the server itself (`$JS.API.…`, `$KV.…`) are none of the
 * program's messages.
 *
 * @table messages
 * @versions nats 2; @nats-io/transport-node 3
 * @told what is sent, asked and received: subject, bytes, error; the answer comes back to who asked
 * @not-told what a `for await` loop does with a message belongs to the loop; `requestMany`'s answers; subjects that begin with `$`
 * @context headers
 */
import { TRACEPARENT } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { MessageRecorder, objectOf, readContext, sizeOf, textOf } from '../adapters/message-recorder.ts'
import type { MessageRun } from '../adapters/message-recorder.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { isLoopback } from '../adapters/request-context.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { encodeText, lowerCase, reflectApply, stringIncludes, stringStartsWith } from '../recorder/intrinsics.ts'

export const natsAdapter: LibraryAdapter = watchingAdapter('nats', recorder => new NatsWatch(recorder))

export const observe: Observe = registerLibrary(natsAdapter, 'nats')

type Method = (this: unknown, ...args: never[]) => unknown

/** What `request` has begun and `publish` fills in. */
interface Asking {
  readonly subject: string
  run: MessageRun | undefined
}

const CONNECTION_METHODS = ['publish', 'subscribe', 'request', 'drain', 'close'] as const
const PROTOCOL_METHODS = ['publish', 'sendCommand', 'processMsg', 'request', 'unsubscribe'] as const
const VERSION_LINE = 'NATS/1.0\r\n'
const LINE_END = '\r\n'
/** Ours, as they stand at the end of a block of headers. */
const OWN_LINES = /tracestate: (hindscope=[0-9a-f]+)\r\ntraceparent: (\S+)\r\n\r\n$/
const ANY_PARENT = /^traceparent: *(\S+) *\r$/im

class NatsWatch {
  private readonly messages: MessageRecorder
  private readonly patches = new PatchedPrototypes()
  private asking: Asking | undefined = undefined
  /** Being published, with the lines that its command is to get; '' for none. */
  private publishing: { lines: string } | undefined = undefined

  constructor(recorder: RecorderAccess) {
    this.messages = new MessageRecorder(recorder, 'nats')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const connection = prototypeWith(value, CONNECTION_METHODS)
    const made = objectOf(value, 'protocol')
    const protocol = made && prototypeWith(made, PROTOCOL_METHODS)
    if (connection === undefined || protocol === undefined) return undefined
    return this.patches.once(protocol, () =>
      combine([
        this.patch(connection, 'request', (original, self, args) => this.request(original, self, args)),
        this.patch(protocol, 'publish', (original, self, args) => this.publish(original, self, args)),
        this.patch(protocol, 'sendCommand', (original, self, args) => reflectApply(original, self, this.withContext(self, args) as never)),
        this.patch(protocol, 'processMsg', (original, self, args) => this.arrive(original, self, args)),
      ]),
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

  /** The promise of a request over the shared inbox is one that the client handles itself; the other kind is the program's alone. */
  private request(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const [subject, , options] = [args[0], args[1], args[2]]
    if (typeof subject !== 'string' || !isShared(options)) return reflectApply(original, self, args as never) // SAFE: as given
    const before = this.asking
    const asking: Asking = (this.asking = { subject, run: undefined })
    let answer: unknown
    try {
      answer = reflectApply(original, self, args as never) // SAFE: as given
    } finally {
      this.asking = before
    }
    this.messages.guarded(() => this.messages.endWith(asking.run, answer))
    return answer
  }

  private publish(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const { asking, publishing } = this
    const run = this.messages.guarded(() => this.begin(args[0], args[1]))
    const isAsked = asking !== undefined && asking.subject === args[0] && asking.run === undefined
    if (isAsked) asking.run = run
    this.publishing = { lines: (run && this.messages.guarded(() => this.linesFor(self, run))) ?? '' }
    try {
      const result = reflectApply(original, self, args as never) // SAFE: as given
      if (!isAsked) this.messages.end(run)
      return result
    } catch (error) {
      this.messages.fail(run, error)
      throw error
    } finally {
      this.publishing = publishing
    }
  }

  private begin(subject: unknown, payload: unknown): MessageRun | undefined {
    if (typeof subject !== 'string' || isOfServer(subject)) return undefined
    const operation = this.asking?.subject === subject && this.asking.run === undefined ? 'request' : 'send'
    return this.messages.send({ destination: subject, bytes: sizeOf(payload) }, operation)
  }

  private linesFor(protocol: unknown, run: MessageRun): string {
    if (!isLoopback(textOf(objectOf(protocol, 'server'), 'hostname') ?? '')) return ''
    let lines = ''
    for (const [name, value] of this.messages.contextOf(run)) lines += `${name}: ${value}${LINE_END}`
    return lines
  }

  /** Arguments of `sendCommand`: `PUB subject [reply] bytes` and payload, or `HPUB subject [reply] headers bytes`, headers and payload. */
  private withContext(protocol: unknown, args: ArrayLike<unknown>): ArrayLike<unknown> {
    const lines = this.publishing?.lines ?? ''
    if (lines === '') return args
    this.publishing = undefined
    return this.messages.guarded(() => commandWith(objectOf(protocol, 'info'), args, lines)) ?? args
  }

  private arrive(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const run = this.messages.guarded(() => this.read(self, args))
    if (run === undefined) return reflectApply(original, self, args as never) // SAFE: as given
    return this.messages.deliver(run.received, original, self, [args[0], run.data])
  }

  private read(protocol: unknown, args: ArrayLike<unknown>): { readonly received: MessageRun | undefined; readonly data: Uint8Array } | undefined {
    const [message, data] = [args[0], args[1]]
    if (typeof message !== 'object' || message === null || !(data instanceof Uint8Array)) return undefined
    const subject = dataOf(message, 'subject')
    if (!(subject instanceof Uint8Array)) return undefined
    const subscriptions = objectOf(protocol, 'subscriptions')
    const headerBytes = Number(dataOf(message, 'hdr') ?? -1)
    const headers = headerBytes > 0 ? asText(data.subarray(0, headerBytes)) : ''
    const own = OWN_LINES.exec(headers)
    const rest = own === null ? data : withoutOwn(message, data, headerBytes, own.index)
    const context = own === null ? readContext(ANY_PARENT.exec(headers)?.[1], undefined) : readContext(own[2], own[1])
    // Answers come back to whoever asked; `NATS/1.0 100` and the like is the server's own word.
    const mux = objectOf(subscriptions, 'mux')
    const isAnswer = mux !== undefined && dataOf(mux, 'sid') === dataOf(message, 'sid')
    if (isAnswer || (headers !== '' && !stringStartsWith(headers, VERSION_LINE, 0))) return { received: undefined, data: rest }
    const destination = utf8.decode(subject)
    if (isOfServer(destination)) return { received: undefined, data: rest }
    return { received: this.messages.receive({ destination, bytes: data.length - Math.max(0, headerBytes) }, context), data: rest }
  }
}

const isOfServer = (subject: string): boolean => stringStartsWith(subject, '$', 0)

function isShared(options: unknown): boolean {
  if (options === undefined) return true
  if (typeof options !== 'object' || options === null || isProxy(options)) return false
  const noMux = dataOf(options, 'noMux')
  return noMux === undefined || noMux === false
}

/** Undefined where the server takes no headers, the message would be too large, or the program has sent context of its own. */
function commandWith(server: object | undefined, args: ArrayLike<unknown>, lines: string): unknown[] | undefined {
  const [command, , last] = [args[0], args[1], args[args.length - 1]]
  const limit = server && dataOf(server, 'max_payload')
  if (typeof command !== 'string' || server === undefined || dataOf(server, 'headers') !== true || typeof limit !== 'number') return undefined
  const words = command.trimEnd().split(' ')
  const verb = words.shift()
  const payload = args[args.length - 2]
  const before = verb === 'HPUB' ? args[1] : undefined
  if ((verb !== 'PUB' && verb !== 'HPUB') || !(payload instanceof Uint8Array) || (verb === 'HPUB' && !(before instanceof Uint8Array)))
    return undefined
  const given = before instanceof Uint8Array ? asText(before) : ''
  if (stringIncludes(lowerCase(given), `${TRACEPARENT}:`)) return undefined
  words.splice(verb === 'HPUB' ? -2 : -1)
  const ours = encodeText(`${before === undefined ? VERSION_LINE : ''}${lines}${LINE_END}`)
  const headers = before instanceof Uint8Array ? joined(before.subarray(0, before.length - LINE_END.length), ours) : ours
  const total = headers.length + payload.length
  return total > limit ? undefined : [`HPUB ${words.join(' ')} ${headers.length} ${total}${LINE_END}`, headers, payload, last]
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** The message as it was sent: `hdr` and `size` of the client's own object about it, and its bytes. `at`: where our lines begin. */
function withoutOwn(message: object, data: Uint8Array, headerBytes: number, at: number): Uint8Array {
  const isAll = at === VERSION_LINE.length
  const left = isAll ? 0 : at + LINE_END.length
  const rest = isAll ? data.subarray(headerBytes) : joined(joined(data.subarray(0, at), encodeText(LINE_END)), data.subarray(headerBytes))
  const size = dataOf(message, 'size')
  Reflect.set(message, 'hdr', isAll ? -1 : left)
  if (typeof size === 'number') Reflect.set(message, 'size', size - headerBytes + left)
  return rest
}

const utf8 = new TextDecoder()
const latin1 = new TextDecoder('latin1')
/** A unit a byte, so that places in the text are those in the bytes: what we look for is ASCII. */
const asText = (bytes: Uint8Array): string => latin1.decode(bytes)
