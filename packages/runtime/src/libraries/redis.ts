/**
 * node-redis (`redis` 5 and 6): commands, scripts, transactions and pipelines of clients. The package has tracing channels, but with a
 * subscriber the program gets a promise derived from the one that it would have got, some jobs later. So methods of the client's prototype are
 * patched, once for all clients of a copy of the package.
 *
 * Most commands are sent by the driver's own async functions, which await the answer: a reaction on what they await changes nothing that the
 * program can see, since it has another promise. What `client.sendCommand` gives to the program itself is left alone, as a reaction would mark
 * its rejection as handled: such a command has a start and no end. Commands of a transaction or a pipeline end together. A pool's clients are
 * known from the first that it gives.
 *
 * @table databases
 * @versions 6, 5
 * @told command, arguments, MULTI, error
 * @not-told rows; the end of raw `sendCommand`; subscriptions; `createCluster()`
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine, originalOf, patchMethod } from '../adapters/patch.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { QueryRecorder } from '../adapters/query-recorder.ts'
import type { Issuer, OpenQuery } from '../adapters/query-recorder.ts'
import { define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const redisAdapter: LibraryAdapter = watchingAdapter('redis', recorder => new RedisWatch(recorder))

export const observe: Observe = registerLibrary(redisAdapter, 'redis')

type Method = (this: unknown, ...args: never[]) => unknown

const CLIENT_METHODS = [
  'sendCommand',
  '_executeCommand',
  '_executeScript',
  '_executeMulti',
  '_executePipeline',
  'SELECT',
  'WATCH',
  'UNWATCH',
] as const
const POOL_METHODS = ['execute', 'sendCommand', 'withCommandOptions', 'MULTI'] as const
/** Those that await what `sendCommand` gives them. */
const SENDERS = ['_executeCommand', '_executeScript', 'SELECT', 'WATCH', 'UNWATCH'] as const

class RedisWatch {
  private readonly queries: QueryRecorder
  private readonly patches = new PatchedPrototypes()
  /** One of the driver's own functions has just been called, and awaits what it gets from `sendCommand`. */
  private isAwaited = false

  constructor(recorder: RecorderAccess) {
    this.queries = new QueryRecorder(recorder, 'redis')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const pool = prototypeWith(value, POOL_METHODS)
    return pool === undefined ? this.observeClient(value) : this.patches.once(pool, () => this.patchPool(pool))
  }

  private observeClient(value: object): Detach | undefined {
    const client = prototypeWith(value, CLIENT_METHODS)
    if (client === undefined) return undefined
    const patch = this.patches.once(client, () =>
      combine([
        this.patchSend(client),
        ...SENDERS.map(key => this.patchSender(client, key)),
        this.patchBatch(client, '_executePipeline', false),
        this.patchBatch(client, '_executeMulti', true),
      ]),
    )
    return patch && combine([patch, this.shareAliases(client, value)])
  }

  /** `client.select` is `client.SELECT`, put onto each client when it is made: the first was made before the patch. */
  private shareAliases(client: object, value: object): Detach | undefined {
    return combine(
      SENDERS.map(key => {
        const alias = key.toLowerCase()
        const standIn: unknown = dataOf(client, key)
        const holder = prototypeWith(value, [alias])
        const descriptor = holder && ownDescriptor(holder, alias)
        if (holder === undefined || descriptor === undefined || descriptor.value !== originalOf(standIn)) return undefined
        if (!define(holder, alias, { ...descriptor, value: standIn })) return undefined
        return () => {
          if (dataOf(holder, alias) === standIn) define(holder, alias, descriptor)
        }
      }),
    )
  }

  /** What is asked of a pool is asked of a client as soon as one is free, by whoever gives it back. */
  private patchPool(pool: object): Detach | undefined {
    const { queries } = this
    const prepare = (client: unknown): void => {
      if (typeof client === 'object' && client !== null) queries.guarded(() => this.observeClient(client))
    }
    return patchMethod(pool, 'execute', (original, state) => {
      const methods = {
        execute(this: unknown): unknown {
          const ask: unknown = arguments[0]
          if (!state.isActive || typeof ask !== 'function') return reflectApply(original, this, arguments as never) // SAFE: as given
          const issuer = queries.issuer()
          const standIn = function (client: unknown): unknown {
            prepare(client)
            return queries.resume(issuer, ask as Method, undefined, [client]) // SAFE: typeof says so
          }
          return reflectApply(original, this, [standIn] as never) // SAFE: as given, the callback wrapped
        },
      }
      return methods.execute
    })
  }

  private patchSend(client: object): Detach | undefined {
    const run = (original: Method, self: unknown, args: ArrayLike<unknown>): unknown => {
      const { isAwaited } = this
      this.isAwaited = false
      const open = this.queries.guarded(() => this.begin(args[0], undefined, this.queries.issuer()))
      const answer = reflectApply(original, self, args as never) // SAFE: as given
      if (isAwaited && open !== undefined) this.endWith(answer, [open])
      return answer
    }
    return patchMethod(client, 'sendCommand', (original, state) => {
      const methods = {
        send(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.send
    })
  }

  private patchSender(client: object, key: string): Detach | undefined {
    const run = (original: Method, self: unknown, args: ArrayLike<unknown>): unknown => {
      const before = this.isAwaited
      this.isAwaited = true
      try {
        return reflectApply(original, self, args as never) // SAFE: as given
      } finally {
        this.isAwaited = before
      }
    }
    return patchMethod(client, key, (original, state) => {
      const methods = {
        send(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.send
    })
  }

  /** The first argument is a list of `{args}`; what is returned is awaited by the driver. */
  private patchBatch(client: object, key: string, isTransaction: boolean): Detach | undefined {
    const run = (original: Method, self: unknown, args: ArrayLike<unknown>): unknown => {
      const open = this.queries.guarded(() => this.beginBatch(args[0], isTransaction)) ?? []
      const answer = reflectApply(original, self, args as never) // SAFE: as given
      this.endWith(answer, open, isTransaction)
      return answer
    }
    return patchMethod(client, key, (original, state) => {
      const methods = {
        execute(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.execute
    })
  }

  private beginBatch(commands: unknown, isTransaction: boolean): OpenQuery[] {
    const issuer = this.queries.issuer()
    const transaction = isTransaction ? this.queries.nextTransaction() : undefined
    const lists: unknown[] = []
    for (const command of isArray(commands) ? commands : [])
      lists.push(typeof command === 'object' && command !== null ? dataOf(command, 'args') : [])
    return (isTransaction ? [['MULTI'], ...lists, ['EXEC']] : lists).map(args => this.begin(args, transaction, issuer))
  }

  private begin(args: unknown, transaction: number | undefined, issuer: Issuer): OpenQuery {
    const list: readonly unknown[] = isArray(args) ? args : []
    const name = dataOf(list, 0)
    const statement = typeof name === 'string' ? name.toUpperCase() : ''
    return this.queries.start({ statement, parameters: this.queries.commandParameters(statement, list, 1), transaction }, issuer)
  }

  /** The answer to several is a list of answers, of which one may be an error. */
  private endWith(answer: unknown, open: readonly OpenQuery[], isTransaction = false): void {
    const end = (settled: unknown): void => {
      const answers: readonly unknown[] = open.length > 1 && isArray(settled) ? settled : []
      open.forEach((each, i) => {
        const own: unknown = dataOf(answers, isTransaction ? i - 1 : i)
        if (own instanceof Error) this.queries.fail(each, own)
        else this.queries.end(each, {})
      })
    }
    const fail = (error: unknown): void => open.forEach(each => this.queries.fail(each, error))
    if (open.length > 0) this.queries.react(answer, end, fail)
  }
}
