/**
 * node-postgres (`pg` 8): Client and Pool, with the driver that is written in JavaScript. `pg` publishes on no diagnostics channel, so
 * methods of its prototypes are patched, once for all clients of a copy of the package.
 *
 * `Client.query` is looked at when it returns: by then the driver has made its Query, whose fields are plain data, whatever the program
 * passed (a text, a config with getters, a template's object). Nothing that the program passed is read or replaced, and nothing is attached
 * to the promise. How a query ended is learnt where the driver tells the Query (`handleReadyForQuery`, `handleError`), which calls the
 * program back too: there the issuer is the cause. A Submittable of another class (pg-cursor, pg-query-stream) is read at the program's
 * pace; that it has ended is seen by the client's own methods, and its callbacks have no cause.
 *
 * `Pool.query` waits for a connection, and what then issues the query is whatever runs at that time. So the activity begins when the pool
 * is asked, ends in error where there is no connection, and is taken on by the client's query.
 *
 * The module itself is known too: ORMs that open their own connections hand that over.
 *
 * @table databases
 * @versions 8
 * @told statement, parameters, database, transaction, rows, error and its code; waiting for a connection is in `pool.query`
 * @not-told causes in callbacks of cursors; pg-native
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isFound, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { ConnectionState, NOBODY, QueryRecorder, openApart } from '../adapters/query-recorder.ts'
import type { Issuer, OpenQuery, QueryStart } from '../adapters/query-recorder.ts'
import { SafeWeakMap, isArray, reflectApply } from '../recorder/intrinsics.ts'

export const pgAdapter: LibraryAdapter = watchingAdapter('pg', recorder => new PgWatch(recorder))

export const observe: Observe = registerLibrary(pgAdapter, 'pg')

type Method = (this: unknown, ...args: never[]) => unknown

/** What is being asked of a client or a pool at present. */
interface Asking {
  readonly issuer: Issuer
  readonly client: object
  /** A query that the pool has begun. */
  readonly begun: OpenQuery | undefined
  open: OpenQuery | undefined
}

interface ToldQuery {
  readonly statement: string
  readonly values: unknown
}

const CLIENT_METHODS = ['query', 'connect', '_pulseQueryQueue', '_handleReadyForQuery', '_handleErrorMessage', '_errorAllQueries'] as const
const QUERY_METHODS = ['handleReadyForQuery', 'handleError', 'submit'] as const
const POOL_METHODS = ['query', 'connect', '_pulseQueue'] as const

class PgWatch {
  private readonly queries: QueryRecorder
  private readonly recorder: RecorderAccess
  private readonly patches = new PatchedPrototypes()
  private readonly queryPrototypes = new SafeWeakMap<object, true>()
  /** By the driver's Query, or the program's own Submittable. */
  private readonly open = new SafeWeakMap<object, OpenQuery>()
  private readonly states = new SafeWeakMap<object, ConnectionState>()
  /** By connection: queries that the client has refused, in order. It tells their Query in the next tick. */
  private readonly refused = new SafeWeakMap<object, OpenQuery[]>()
  private asking: Asking | undefined = undefined
  private pooled: OpenQuery | undefined = undefined

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.queries = new QueryRecorder(recorder, 'postgresql')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const of = prototypeOfClass(dataOf(value, 'Pool')) ?? value
    const pool = prototypeWith(of, POOL_METHODS)
    const made = (pool && prototypeOfClass(dataOf(value, 'Client'))) ?? value
    const client = prototypeWith(made, CLIENT_METHODS)
    const query = client && queryPrototype(client)
    if (client === undefined || query === undefined) return undefined
    return combine([this.patches.once(client, () => this.patchClient(client, query)), pool && this.patches.once(pool, () => this.patchPool(pool))])
  }

  private patchClient(client: object, query: object): Detach | undefined {
    this.queryPrototypes.set(query, true)
    return combine([
      this.patchQuery(client),
      this.patchConnect(client),
      this.patchListening(client),
      this.patchAnswer(query, 'handleReadyForQuery', (open, self) => this.queries.end(open, { rows: rowsOf(self) })),
      this.patchAnswer(query, 'handleError', (open, self, args) => this.queries.fail(open, dataOf(self, '_canceledDueToError') || args[0])),
      this.patchDispatch(client, '_handleReadyForQuery', () => undefined),
      this.patchDispatch(client, '_handleErrorMessage', args => args[0]),
      this.patchDispatch(client, '_errorAllQueries', args => args[0]),
    ])
  }

  private patchQuery(client: object): Detach | undefined {
    const run = (original: Method, self: object, args: ArrayLike<unknown>): unknown => this.query(original, self, args)
    return patchMethod(client, 'query', (original, state) => {
      const methods = {
        query(this: unknown): unknown {
          const isClient = state.isActive && typeof this === 'object' && this !== null
          return isClient ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.query
    })
  }

  /** What the client listens to is of all its users, and not of the one who has opened the connection. */
  private patchListening(client: object): Detach | undefined {
    const run = (original: Method, self: unknown, args: ArrayLike<unknown>): unknown => this.queries.resume(NOBODY, original, self, args)
    return patchMethod(client, '_attachListeners', (original, state) => {
      const methods = {
        attach(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.attach
    })
  }

  private query(original: Method, client: object, args: ArrayLike<unknown>): unknown {
    const before = this.asking
    const begun = this.pooled
    this.pooled = undefined
    const asking: Asking = { issuer: begun ?? this.queries.issuer(), client, begun, open: undefined }
    this.asking = asking
    let result: unknown
    try {
      result = reflectApply(original, client, args as never) // SAFE: as given
    } catch (error) {
      this.asking = before
      if (asking.open === undefined) this.queries.guarded(() => this.queries.fail(begun ?? this.begin(asking, args[0], undefined), error))
      throw error
    }
    this.asking = before
    this.queries.guarded(() => this.asked(asking, args, result))
    return result
  }

  private asked(asking: Asking, args: ArrayLike<unknown>, result: unknown): void {
    const { client } = asking
    const config = args[0]
    // A Query failed before it was sent, and has told so.
    if (asking.open !== undefined) return
    const isGiven = result === config && typeof config === 'object' && config !== null
    const text = typeof config === 'string' ? config : undefined
    const query = isGiven ? config : lastQuery(client, each => !this.open.has(each) && (text === undefined || dataOf(each, 'text') === text))
    const open = this.begin(asking, query ?? config, query === undefined ? args[1] : undefined)
    if (query !== undefined && (this.isQuery(query) || waitingIn(client).includes(query))) {
      this.open.set(query, open)
      return
    }
    const connection = dataOf(client, 'connection')
    if (query !== undefined || typeof connection !== 'object' || connection === null) return this.queries.fail(open, 'not sent')
    const refused = this.refused.get(connection)
    if (refused === undefined) this.refused.set(connection, [open])
    else refused.push(open)
  }

  private isQuery(object: object): boolean {
    return isFound(object, at => this.queryPrototypes.has(at))
  }

  private begin({ issuer, client, begun }: Asking, said: unknown, values: unknown): OpenQuery {
    const query = queryTold(said, values)
    const transaction = this.stateOf(client).sees(query.statement)
    if (begun !== undefined) return begun
    const database = textOf(dataOf(client, 'database'))
    return this.queries.start({ ...this.shown(query), database, transaction }, issuer)
  }

  private shown({ statement, values }: ToldQuery): QueryStart {
    return { statement, parameters: this.queries.sqlParameters(statement, values) }
  }

  private stateOf(client: object): ConnectionState {
    let state = this.states.get(client)
    if (state === undefined) this.states.set(client, (state = new ConnectionState(this.queries)))
    return state
  }

  /** Where the driver tells a Query what came: the end of the activity, and the place from which the program is called back. */
  private patchAnswer(query: object, key: string, tell: (open: OpenQuery, self: object, args: ArrayLike<unknown>) => void): Detach | undefined {
    const run = (original: Method, self: object, args: ArrayLike<unknown>): unknown => {
      const open = this.take(self, args)
      if (open === undefined) return reflectApply(original, self, args as never) // SAFE: as given
      this.queries.guarded(() => tell(open, self, args))
      return this.queries.resume(open, original, self, args)
    }
    return patchMethod(query, key, (original, state) => {
      const methods = {
        answer(this: unknown): unknown {
          const isQuery = state.isActive && typeof this === 'object' && this !== null
          return isQuery ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.answer
    })
  }

  private take(query: object, args: ArrayLike<unknown>): OpenQuery | undefined {
    const open = this.open.get(query)
    if (open !== undefined) {
      this.open.delete(query)
      return open
    }
    const { asking } = this
    // It fails while it is being asked: nobody has looked at it yet.
    if (asking !== undefined && asking.open === undefined) {
      return this.queries.guarded(() => (asking.open = this.begin(asking, query, undefined)))
    }
    const connection = args[1]
    return typeof connection === 'object' && connection !== null ? this.refused.get(connection)?.shift() : undefined
  }

  /** What ends a Submittable that is no Query; Queries have ended by then, or end by what the original calls. */
  private patchDispatch(client: object, key: string, errorIn: (args: ArrayLike<unknown>) => unknown): Detach | undefined {
    const end = (submittable: object, error: unknown): void => {
      const open = this.open.get(submittable)
      if (open === undefined || this.isQuery(submittable)) return
      this.open.delete(submittable)
      if (error === undefined) this.queries.end(open, {})
      else this.queries.fail(open, error)
    }
    const endAll = (self: object, args: ArrayLike<unknown>): void => {
      const submittables = key === '_errorAllQueries' ? waitingIn(self) : [activeIn(self)]
      for (const each of submittables) if (typeof each === 'object' && each !== null) end(each, errorIn(args))
    }
    const guarded = (work: () => void): void => this.queries.guarded(work)
    return patchMethod(client, key, (original, state) => {
      const methods = {
        dispatch(this: unknown): unknown {
          if (state.isActive && typeof this === 'object' && this !== null) guarded(() => endAll(this, arguments))
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.dispatch
    })
  }

  private patchPool(pool: object): Detach | undefined {
    const query = (original: Method, self: object, args: ArrayLike<unknown>): unknown => this.poolQuery(original, self, args)
    return combine([
      patchMethod(pool, 'query', (original, state) => {
        const methods = {
          query(this: unknown): unknown {
            const isPool = state.isActive && typeof this === 'object' && this !== null
            return isPool ? query(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
          },
        }
        return methods.query
      }),
      this.patchConnect(pool),
    ])
  }

  private poolQuery(original: Method, pool: object, args: ArrayLike<unknown>): unknown {
    const before = this.pooled
    this.pooled = this.queries.guarded(() => {
      const query = queryTold(args[0], args[1])
      // What is read by code of the program's begins when the driver has read it.
      if (query.statement === '') return undefined
      return this.queries.start({ ...this.shown(query), database: databaseOf(pool) }, this.queries.issuer())
    })
    try {
      return reflectApply(original, pool, args as never) // SAFE: as given
    } finally {
      this.pooled = before
    }
  }

  private patchConnect(prototype: object): Detach | undefined {
    const run = (original: Method, self: unknown, args: ArrayLike<unknown>): unknown => {
      const given = this.connecting(args)
      return openApart(this.recorder, () => reflectApply(original, self, given as never)) // SAFE: as given, the callback wrapped
    }
    return patchMethod(prototype, 'connect', (original, state) => {
      const methods = {
        connect(this: unknown): unknown {
          return state.isActive ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.connect
    })
  }

  /** The callback gets its connection from whoever gives one back, and belongs to the one who waits. The driver keeps it to itself. */
  private connecting(args: ArrayLike<unknown>): ArrayLike<unknown> {
    const callback = args[0]
    const begun = this.pooled
    this.pooled = undefined
    if (typeof callback !== 'function') return args
    const issuer = begun ?? this.queries.issuer()
    const connected = (error: unknown): void => {
      if (begun === undefined) return
      if (error) this.queries.guarded(() => this.queries.fail(begun, error))
      else this.pooled = begun
    }
    const settled = (): void => {
      if (begun !== undefined) this.pooled = undefined
    }
    const { queries } = this
    return [
      function (this: unknown, error: unknown): unknown {
        connected(error)
        try {
          return queries.resume(issuer, callback as Method, this, arguments) // SAFE: typeof says so
        } finally {
          settled()
        }
      },
    ]
  }
}

function prototypeOfClass(maker: unknown): object | undefined {
  const prototype: unknown = typeof maker === 'function' ? dataOf(maker, 'prototype') : undefined
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function queryPrototype(client: object): object | undefined {
  const maker = dataOf(client, 'constructor')
  const prototype = typeof maker === 'function' ? prototypeOfClass(dataOf(maker, 'Query')) : undefined
  return prototype && prototypeWith(prototype, QUERY_METHODS)
}

/** Of a text, the driver's Query, or a config: as far as it is data. A statement that was prepared under a name may be told by that alone. */
function queryTold(said: unknown, values: unknown): ToldQuery {
  if (typeof said === 'string') return { statement: said, values }
  if (typeof said !== 'object' || said === null || isProxy(said)) return { statement: '', values: undefined }
  const cursor = dataOf(said, 'cursor')
  if (typeof cursor === 'object' && cursor !== null) return queryTold(cursor, undefined)
  const statement = textOf(dataOf(said, 'text')) ?? textOf(dataOf(said, 'name')) ?? ''
  return { statement, values: isArray(values) ? values : dataOf(said, 'values') }
}

const listIn = (client: object, key: string): readonly unknown[] => {
  const list = dataOf(client, key)
  return isArray(list) ? list : []
}

const ofQueues = (client: object): unknown[] => [
  ...listIn(client, '_queryQueue'),
  ...listIn(client, 'queryQueue'),
  ...listIn(client, '_sentQueryQueue'),
]

/** The fields have no underscore before 8.17. */
const activeIn = (client: object): unknown => dataOf(client, '_activeQuery') ?? dataOf(client, 'activeQuery')

const waitingIn = (client: object): unknown[] => [activeIn(client), ...ofQueues(client)]

/** The query that the client took last, where it is a new one. */
function lastQuery(client: object, isNew: (query: object) => boolean): object | undefined {
  const places = [listIn(client, '_queryQueue').at(-1), listIn(client, 'queryQueue').at(-1), listIn(client, '_sentQueryQueue').at(-1)]
  const found = [...places, activeIn(client)].find(each => typeof each === 'object' && each !== null && isNew(each))
  return found as object | undefined // SAFE: only objects are found
}

/** Rows that were read or changed; of several statements in one text, all of them. */
function rowsOf(query: object): number | undefined {
  const results = dataOf(query, '_results')
  let rows: number | undefined
  for (const result of isArray(results) ? results : [results]) {
    const count: unknown = typeof result === 'object' && result !== null ? dataOf(result, 'rowCount') : undefined
    if (typeof count === 'number') rows = (rows ?? 0) + count
  }
  return rows
}

/** Before the pool has a client, only what the program wrote into its options is known. */
function databaseOf(pool: object): string | undefined {
  const client = listIn(pool, '_clients')[0]
  const options = dataOf(pool, 'options')
  const from = typeof client === 'object' && client !== null ? client : options
  return typeof from === 'object' && from !== null ? textOf(dataOf(from, 'database')) : undefined
}
