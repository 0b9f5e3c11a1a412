/**
 * ioredis 5 and 6, its clusters too: every command, alone, in a pipeline, a transaction or an automatic pipeline. From 5.11 on ioredis has tracing channels,
 * but they are no mere listeners: with a subscriber, the program gets another promise, whose rejection counts as handled, so that errors that
 * nobody catches would vanish. So `sendCommand` is patched, through which all commands go, and the `resolve` and `reject` that each command
 * carries as its own: the driver calls them when the answer is there, and keeps commands to itself.
 *
 * A command belongs to the call that has put it into its pipeline, and begins when the pipeline is sent. Callbacks and promises of the
 * program hang on promises that are made while it asks; they have their cause from adapters/promises.ts.
 *
 * Messages of channels have no room for context: one that is heard begins a chain of its own.
 *
 * @table databases
 * @versions 6, 5
 * @told command, arguments, pipelines, transactions, error; what is heard on a channel, as *Messages* below, in a chain of its own: there is no
 *   room for context
 * @not-told rows; messages heard as buffers
 */
import type { Detach, EmissionContext, RecorderAccess } from '../adapters/adapter.ts'
import { addSource } from '../adapters/emission-sources.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { MessageRecorder, sizeOf } from '../adapters/message-recorder.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { dataOf, isFound, prototypeWith } from '../adapters/own-properties.ts'
import { ConnectionState, QueryRecorder } from '../adapters/query-recorder.ts'
import type { Issuer, OpenQuery } from '../adapters/query-recorder.ts'
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const ioredisAdapter: LibraryAdapter = watchingAdapter('ioredis', recorder => new IoredisWatch(recorder))

export const observe: Observe = registerLibrary(ioredisAdapter, 'ioredis')

type Method = (this: unknown, ...args: never[]) => unknown

const CLIENT_METHODS = ['sendCommand', 'connect', 'pipeline', 'multi', 'duplicate'] as const
const PIPELINE_METHODS = ['sendCommand', 'fillResult', 'exec'] as const
/** What a client emits for a message of a channel, as text. */
const HEARD = ['message', 'pmessage', 'smessage'] as const
/** What the driver sends by itself when it has connected. */
const HANDSHAKE: ReadonlySet<string> = new Set(['AUTH', 'HELLO', 'SELECT', 'CLIENT', 'READONLY', 'INFO'])

class IoredisWatch {
  private readonly recorder: RecorderAccess
  private readonly queries: QueryRecorder
  private readonly messages: MessageRecorder
  private readonly patches = new PatchedPrototypes()
  private detachSources: Detach | undefined = undefined
  /** By command: who has put it into a pipeline. */
  private readonly issuers = new SafeWeakMap<object, Issuer>()
  private readonly open = new SafeWeakMap<object, OpenQuery>()
  /** The stand-ins of commands' own functions. */
  private readonly standIns = new SafeWeakMap<object, true>()
  private readonly states = new SafeWeakMap<object, ConnectionState>()
  private readonly ofClusters = new SafeWeakMap<object, true>()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.queries = new QueryRecorder(recorder, 'redis')
    this.messages = new MessageRecorder(recorder, 'redis')
  }

  close(): void {
    this.patches.close()
    this.detachSources?.()
    this.detachSources = undefined
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const client = prototypeWith(value, CLIENT_METHODS)
    if (client === undefined || typeof dataOf(value, 'isCluster') !== 'boolean') return undefined
    const pipeline = pipelinePrototype(client, value)
    if (pipeline === undefined) return undefined
    this.detachSources ??= combine(HEARD.map(event => addSource(this.recorder, event, (emitter, args) => this.heard(emitter, args))))
    return this.patches.once(client, () =>
      combine([
        this.patchSend(client, (self, command) => this.sending(self, command)),
        this.patchSend(pipeline, (_pipeline, command) => void this.issuers.set(command, this.queries.issuer())),
      ]),
    )
  }

  /** `message` with channel and text; `pmessage` has the pattern before them. */
  private heard(emitter: object, args: ArrayLike<unknown>): EmissionContext | undefined {
    if (!isFound(emitter, at => this.patches.has(at))) return undefined
    const at = args[0] === 'pmessage' ? 2 : 1
    const channel = args[at]
    return typeof channel === 'string' ? this.messages.emitted({ destination: channel, bytes: sizeOf(args[at + 1]) }, undefined) : undefined
  }

  private patchSend(prototype: object, seen: (self: object, command: object) => void): Detach | undefined {
    const guarded = (self: unknown, command: unknown): void => {
      try {
        if (typeof self === 'object' && self !== null && typeof command === 'object' && command !== null) seen(self, command)
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: the command goes on unrecorded; counted.
      }
    }
    return patchMethod(prototype, 'sendCommand', (original, state) => {
      const methods = {
        send(this: unknown): unknown {
          if (state.isActive) guarded(this, arguments[0])
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.send
    })
  }

  /**
   * A command comes again when it had to wait for the connection, or is sent once more over another one. A cluster gives it to one of its nodes,
   * and to another one where that is not the right one: it ends when the cluster says so.
   */
  private sending(client: object, command: object): void {
    const isCluster = dataOf(client, 'isCluster') === true
    if (!isCluster && this.ofClusters.has(command)) return
    if (isCluster) this.ofClusters.set(command, true)
    let open = this.open.get(command)
    if (open === undefined) {
      open = this.begin(client, command)
      if (open === undefined) return
      this.open.set(command, open)
    }
    this.replace(command, 'resolve', open, () => this.ended(command, open, undefined))
    this.replace(command, 'reject', open, error => this.ended(command, open, { error }))
  }

  private begin(client: object, command: object): OpenQuery | undefined {
    const name = dataOf(command, 'name')
    const args = dataOf(command, 'args')
    if (typeof name !== 'string' || !isArray(args)) return undefined
    const statement = name.toUpperCase()
    if (dataOf(client, 'status') === 'connect' && HANDSHAKE.has(statement) && !this.recorder.isInCall()) return undefined
    let state = this.states.get(client)
    if (state === undefined) this.states.set(client, (state = new ConnectionState(this.queries)))
    const transaction = state.sees(statement)
    const parameters = this.queries.commandParameters(statement, args)
    return this.queries.start({ statement, parameters, database: databaseOf(client), transaction }, this.issuerOf(command))
  }

  /** Who has put it into its pipeline; where nothing recorded has, whoever sends the pipeline. */
  private issuerOf(command: object): Issuer {
    const noted = this.issuers.get(command)
    return noted === undefined || (noted.call === 0 && this.recorder.isInCall()) ? this.queries.issuer() : noted
  }

  private ended(command: object, open: OpenQuery, failure: { readonly error: unknown } | undefined): void {
    if (this.open.get(command) !== open) return
    this.open.delete(command)
    if (failure === undefined) this.queries.end(open, {})
    else this.queries.fail(open, failure.error)
  }

  private replace(command: object, key: 'resolve' | 'reject', open: OpenQuery, told: (value: unknown) => void): void {
    const descriptor = ownDescriptor(command, key)
    const original: unknown = descriptor?.value
    if (descriptor === undefined || typeof original !== 'function' || this.standIns.has(original)) return
    const { recorder } = this
    const standIn = function (this: unknown, value: unknown): unknown {
      try {
        told(value)
      } catch {
        recorder.fail('adapter-failed') // SAFE: the command goes on; counted.
      }
      return reflectApply(original as Method, this, arguments as never) // SAFE: typeof says so
    }
    // As the driver's, which are anonymous.
    define(standIn, 'name', { value: '' })
    this.standIns.set(standIn, true)
    define(command, key, { ...descriptor, value: standIn })
  }
}

/** The class is not exported; a client of the program's has not been asked for a pipeline by this. */
function pipelinePrototype(client: object, value: object): object | undefined {
  const make = dataOf(client, 'pipeline')
  const made: unknown = typeof make === 'function' ? reflectApply(make as Method, value, []) : undefined // SAFE: typeof says so
  return typeof made === 'object' && made !== null ? prototypeWith(made, PIPELINE_METHODS) : undefined
}

function databaseOf(client: object): string | undefined {
  const condition = dataOf(client, 'condition')
  const options = dataOf(client, 'options')
  const selected: unknown = typeof condition === 'object' && condition !== null ? dataOf(condition, 'select') : undefined
  const database = selected ?? (typeof options === 'object' && options !== null ? dataOf(options, 'db') : undefined)
  return typeof database === 'number' ? String(database) : undefined
}
