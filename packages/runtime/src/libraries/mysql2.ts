/**
 * mysql2 3: connections and pools, with callbacks, with promises (`mysql2/promise`, which calls the same methods) and as emitters. The package has
 * tracing channels, but with a subscriber an error that nobody listens for is no longer thrown where a query is an emitter. So methods of the
 * prototypes are patched, once for all connections of a copy of the package.
 *
 * A callback is replaced by one that tells the end and runs it for whoever asked. Without one, the end is seen where the driver has read the last
 * packet; where the connection is lost before, the query stays open. What the driver has made of the arguments (its command, with the options
 * that it has read) says what was asked: nothing of the program's is read. A pool's query begins when the pool is asked, and is taken on by the connection's.
 *
 * @table databases
 * @versions 3
 * @told statement, parameters, database, transaction, rows, error and its code; waiting for a connection is in `pool.query`
 * @not-told clusters; rows and lost connections of queries without a callback
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { ConnectionState, QueryRecorder, openApart } from '../adapters/query-recorder.ts'
import type { Issuer, OpenQuery } from '../adapters/query-recorder.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

export const mysql2Adapter: LibraryAdapter = watchingAdapter('mysql2', recorder => new MysqlWatch(recorder))

export const observe: Observe = registerLibrary(mysql2Adapter, 'mysql2')

type Method = (this: unknown, ...args: never[]) => unknown
type Run = (original: Method, self: object, args: ArrayLike<unknown>) => unknown

interface Told {
  readonly statement: string
  readonly values: unknown
}

/** A method of the driver that has been called for a query. */
interface Asking {
  readonly issuer: Issuer
  readonly connection: object
  /** Known once the driver has made its command, or where a pool has begun it. */
  open: OpenQuery | undefined
  /** The driver has made its command. */
  isTold: boolean
  isOver: boolean
}

const CONNECTION_METHODS = ['query', 'execute', 'addCommand', 'handlePacket'] as const
const PACKET_METHODS = ['isError', 'asError', 'reset'] as const
/** Not of its promise variant. */
const POOL_METHODS = ['query', 'execute', 'getConnection', '_removeConnection'] as const

class MysqlWatch {
  private readonly recorder: RecorderAccess
  private readonly queries: QueryRecorder
  private readonly patches = new PatchedPrototypes()
  private readonly states = new SafeWeakMap<object, ConnectionState>()
  /** By the driver's command: those without a callback. */
  private readonly commands = new SafeWeakMap<object, Asking>()
  private asking: Asking | undefined = undefined
  /** What a pool is being asked for, while it is asked for a connection and while it gives one. */
  private pooled: Asking | undefined = undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.queries = new QueryRecorder(recorder, 'mysql')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (!isObject(value)) return undefined
    // Promise variants have the others inside; the module has the classes.
    const found = [value, dataOf(value, 'connection'), dataOf(value, 'pool'), prototypeIn(value, 'Connection'), prototypeIn(value, 'Pool')]
    return combine(found.flatMap(each => (isObject(each) ? [this.patchConnection(each), this.patchPool(each)] : [])))
  }

  private patchConnection(value: object): Detach | undefined {
    const connection = prototypeWith(value, CONNECTION_METHODS)
    if (connection === undefined) return undefined
    return this.patches.once(connection, () =>
      combine([
        this.patch(connection, 'query', (original, self, args) => this.ask(original, self, args)),
        this.patch(connection, 'execute', (original, self, args) => this.ask(original, self, args)),
        this.patch(connection, 'prepare', (original, self, args) => reflectApply(original, self, this.waiting(args, undefined) as never)), // SAFE: as given, the callback wrapped
        this.patch(connection, 'addCommand', (original, self, args) => this.add(original, self, args)),
        this.patch(connection, '_addCommandClosedState', (original, self, args) => this.add(original, self, args)),
      ]),
    )
  }

  private patchPool(value: object): Detach | undefined {
    const pool = prototypeWith(value, POOL_METHODS)
    if (pool === undefined) return undefined
    return this.patches.once(pool, () =>
      combine([
        this.patch(pool, 'query', (original, self, args) => this.askPool(original, self, args)),
        this.patch(pool, 'execute', (original, self, args) => this.askPool(original, self, args)),
        this.patch(pool, 'getConnection', (original, self, args) => {
          const given = this.connecting(args)
          return openApart(this.recorder, () => reflectApply(original, self, given as never)) // SAFE: as given, the callback wrapped
        }),
      ]),
    )
  }

  private patch(prototype: object, key: string, run: Run): Detach | undefined {
    return patchMethod(prototype, key, (original, state) => {
      const methods = {
        method(this: unknown): unknown {
          const isRun = state.isActive && typeof this === 'object' && this !== null
          return isRun ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.method
    })
  }

  /** `query` and `execute` of a connection. A pool that calls them has begun the query, and ends it. */
  private ask(original: Method, connection: object, args: ArrayLike<unknown>): unknown {
    const before = this.asking
    const { pooled } = this
    this.pooled = undefined
    const asking: Asking = { issuer: pooled?.issuer ?? this.queries.issuer(), connection, open: pooled?.open, isTold: false, isOver: false }
    const given = pooled === undefined ? this.waiting(args, asking) : args
    this.asking = asking
    let command: unknown
    try {
      command = reflectApply(original, connection, given as never) // SAFE: as given, the callback wrapped
    } catch (error) {
      this.asking = before
      this.queries.guarded(() => {
        asking.open ??= this.begin(asking, asGiven(args))
        if (pooled === undefined) this.finish(asking, error, undefined)
      })
      throw error
    }
    this.asking = before
    if (given === args && pooled === undefined && isObject(command)) this.queries.guarded(() => this.watch(command, asking))
    return command
  }

  private begin({ connection, issuer }: Asking, told: Told): OpenQuery {
    const config = dataOf(connection, 'config')
    const database = isObject(config) ? textOf(dataOf(config, 'database')) : undefined
    return this.queries.start({ ...this.shown(told), database, transaction: this.stateOf(connection).sees(told.statement) }, issuer)
  }

  private shown({ statement, values }: Told): { statement: string; parameters: unknown } {
    const list = values === undefined || isArray(values) || isProxy(values) ? values : [values]
    return { statement, parameters: this.queries.sqlParameters(statement, list) }
  }

  private stateOf(connection: object): ConnectionState {
    let state = this.states.get(connection)
    if (state === undefined) this.states.set(connection, (state = new ConnectionState(this.queries)))
    return state
  }

  /** Every command comes through here, before anything of it is sent. A prepared statement asks for its own. */
  private add(original: Method, connection: object, args: ArrayLike<unknown>): unknown {
    const { asking } = this
    this.queries.guarded(() => {
      const [command] = [args[0]]
      if (!isObject(command)) return
      if (asking?.connection === connection) this.added(asking, command)
      else this.addPrepared(connection, command)
    })
    return reflectApply(original, connection, args as never) // SAFE: as given
  }

  private added(asking: Asking, command: object): void {
    const options = optionsOf(command)
    // An execution comes after its preparation.
    if (options === undefined || asking.isTold) return
    asking.isTold = true
    const told = { statement: textOf(dataOf(options, 'sql')) ?? '', values: dataOf(options, 'values') }
    if (asking.open === undefined) asking.open = this.begin(asking, told)
    else this.stateOf(asking.connection).sees(told.statement)
  }

  private addPrepared(connection: object, command: object): void {
    const prepared = dataOf(command, 'statement')
    const statement = isObject(prepared) ? textOf(dataOf(prepared, 'query')) : undefined
    const callback = ownDescriptor(command, 'onResult')
    if (statement === undefined || callback === undefined) return
    const asking: Asking = { issuer: this.queries.issuer(), connection, open: undefined, isTold: true, isOver: false }
    asking.open = this.begin(asking, { statement, values: dataOf(command, 'values') })
    const standIn = this.waiting([callback.value], asking)[0]
    if (standIn === callback.value) this.watch(command, asking)
    else define(command, 'onResult', { ...callback, value: standIn })
  }

  private askPool(original: Method, pool: object, args: ArrayLike<unknown>): unknown {
    const before = this.pooled
    const asking = this.queries.guarded(() => {
      const told = asGiven(args)
      // What is read by code of the program's begins when the driver has read it.
      if (told.statement === '') return undefined
      const issuer = this.queries.issuer()
      const open = this.queries.start({ ...this.shown(told), database: databaseOf(pool) }, issuer)
      return { issuer, connection: pool, open, isTold: true, isOver: false }
    })
    const given = asking === undefined ? args : this.waiting(args, asking)
    this.pooled = asking
    try {
      const command = reflectApply(original, pool, given as never) // SAFE: as given, the callback wrapped
      if (asking !== undefined && given === args && isObject(command)) this.queries.guarded(() => this.watch(command, asking))
      return command
    } finally {
      this.pooled = before
    }
  }

  /** The callback gets its connection from whoever gives one back, and belongs to the one who waits. */
  private connecting(args: ArrayLike<unknown>): ArrayLike<unknown> {
    const callback = args[0]
    const { pooled, queries } = this
    this.pooled = undefined
    if (typeof callback !== 'function') return args
    const issuer = pooled?.issuer ?? queries.issuer()
    const connected = (error: unknown, connection: unknown): void => {
      this.queries.guarded(() => {
        if (isObject(connection)) this.patchConnection(connection)
        if (error && pooled !== undefined) this.finish(pooled, error, undefined)
      })
      this.pooled = error ? undefined : pooled
    }
    const settled = (): void => {
      this.pooled = undefined
    }
    return [
      function (this: unknown, error: unknown, connection: unknown): unknown {
        connected(error, connection)
        try {
          return queries.resume(issuer, callback as Method, this, arguments) // SAFE: typeof says so
        } finally {
          settled()
        }
      },
    ]
  }

  /** The arguments, with a callback that ends what is asked and runs for whoever asks; as they were where there is no callback. */
  private waiting(args: ArrayLike<unknown>, asking: Asking | undefined): ArrayLike<unknown> {
    const at = [0, 1, 2].find(i => typeof args[i] === 'function') ?? -1
    const callback = args[at]
    if (typeof callback !== 'function') return args
    const { queries } = this
    const issuer = asking?.issuer ?? queries.issuer()
    const over = (result: ArrayLike<unknown>): void => {
      if (asking !== undefined) this.queries.guarded(() => this.finish(asking, result[0], rowsOf(result[1], result[2])))
    }
    const standIn = function (this: unknown): unknown {
      over(arguments)
      return queries.resume(issuer, callback as Method, this, arguments) // SAFE: typeof says so
    }
    for (const key of ['name', 'length']) {
      const own = ownDescriptor(callback, key)
      if (own !== undefined) define(standIn, key, own)
    }
    const given: unknown[] = []
    for (let i = 0; i < args.length; i++) given[i] = i === at ? standIn : args[i]
    return given
  }

  private finish(asking: Asking, error: unknown, rows: number | undefined): void {
    const { open } = asking
    if (open === undefined || asking.isOver) return
    asking.isOver = true
    if (error) this.queries.fail(open, error)
    else this.queries.end(open, { rows })
  }

  /** A command without a callback: it gives rows as events, and has ended with its last packet. */
  private watch(command: object, asking: Asking): void {
    this.commands.set(command, asking)
    const prototype = prototypeWith(command, ['execute', 'stateName'])
    if (prototype === undefined) return
    this.patches.once(prototype, () =>
      this.patch(prototype, 'execute', (original, self, args) => {
        const open = this.commands.get(self)
        const error = open && this.queries.guarded(() => errorIn(args[0], args[1]))
        const isDone = reflectApply(original, self, args as never) // SAFE: as given
        if (open !== undefined && isDone === true) this.queries.guarded(() => this.finish(open, error, undefined))
        return isDone
      }),
    )
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !isProxy(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function prototypeIn(module: object, name: string): unknown {
  const made = dataOf(module, name)
  return typeof made === 'function' ? dataOf(made, 'prototype') : undefined
}

/** What the driver has read of the arguments: of a query, of an execution, of its preparation. */
function optionsOf(command: object): object | undefined {
  return ['_queryOptions', '_executeOptions', 'options'].map(key => dataOf(command, key)).find(isObject)
}

/** Of a text, an object with options, or the driver's Query: as far as it is data. */
function asGiven(args: ArrayLike<unknown>): Told {
  const [said, given] = [args[0], args[1]]
  if (typeof said === 'string') return { statement: said, values: typeof given === 'function' ? undefined : given }
  if (!isObject(said)) return { statement: '', values: undefined }
  const values = given === undefined || typeof given === 'function' ? dataOf(said, 'values') : given
  return { statement: textOf(dataOf(said, 'sql')) ?? '', values }
}

function databaseOf(pool: object): string | undefined {
  const config = dataOf(pool, 'config')
  const connection = isObject(config) ? dataOf(config, 'connectionConfig') : undefined
  return isObject(connection) ? textOf(dataOf(connection, 'database')) : undefined
}

/** Rows that were read or changed; of several statements in one text, all of them. Each has fields where it has read rows. */
function rowsOf(result: unknown, fields: unknown): number | undefined {
  const isOne = !isArray(result) || (isArray(fields) && fields.length > 0 && isObject(fields[0]) && !isArray(fields[0]))
  if (!isOne) return result.reduce((sum: number, each) => sum + (isArray(each) ? each.length : (changedBy(each) ?? 0)), 0)
  return isArray(result) ? result.length : changedBy(result)
}

function changedBy(result: unknown): number | undefined {
  const changed = isObject(result) ? dataOf(result, 'affectedRows') : undefined
  return typeof changed === 'number' ? changed : undefined
}

/** The driver reads it once more, from its beginning. */
function errorIn(packet: unknown, connection: unknown): unknown {
  if (!isObject(packet)) return undefined
  const prototype = prototypeWith(packet, PACKET_METHODS)
  const of = (key: (typeof PACKET_METHODS)[number]): Method => dataOf(prototype as object, key) as Method // SAFE: prototypeWith has found functions
  if (prototype === undefined || reflectApply(of('isError'), packet, []) !== true) return undefined
  const encoding = isObject(connection) ? dataOf(connection, 'clientEncoding') : undefined
  const error: unknown = reflectApply(of('asError'), packet, [encoding] as never) // SAFE: as the driver calls it
  reflectApply(of('reset'), packet, [])
  return error
}
