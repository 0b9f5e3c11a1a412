/**
 * PGlite (`@electric-sql/pglite`): PostgreSQL inside the program. It publishes nothing, so methods of its prototypes are patched, once for all
 * databases of a copy of the package. What the program gets is never touched: how a query ended is learnt from promises that the package's own
 * async functions await between the program and the database. A query begins when the program asks, and what it waits for others is part of it.
 *
 * `query` and `exec` first await `_checkReady`, then call `_runExclusiveTransaction`: a reaction on the first, made before the package's own,
 * runs right before it, and so tells whose call the second is. A transaction is an object that the package makes for its callback; its methods
 * are replaced before the callback gets it, and call `_runExclusiveQuery` at once. BEGIN and COMMIT are sent by the package and not told.
 *
 * @table databases
 * @versions 0.5
 * @told statement, parameters, transaction, rows, error
 * @not-told its own BEGIN and COMMIT
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, prototypeWith } from '../adapters/own-properties.ts'
import { ConnectionState, QueryRecorder } from '../adapters/query-recorder.ts'
import type { OpenQuery } from '../adapters/query-recorder.ts'
import { SafeWeakMap, isArray, reflectApply } from '../recorder/intrinsics.ts'

export const pgliteAdapter: LibraryAdapter = watchingAdapter('pglite', recorder => new PgliteWatch(recorder))

export const observe: Observe = registerLibrary(pgliteAdapter, '@electric-sql/pglite')

type Method = (this: unknown, ...args: never[]) => unknown
type Run = (original: Method, self: object, args: ArrayLike<unknown>) => unknown

const QUERY_METHODS = ['query', 'exec', 'transaction', '_initArrayTypes'] as const
const TURN_METHODS = ['_checkReady', '_runExclusiveTransaction', '_runExclusiveQuery'] as const

class PgliteWatch {
  private readonly queries: QueryRecorder
  private readonly patches = new PatchedPrototypes()
  private readonly states = new SafeWeakMap<object, ConnectionState>()
  /** The query whose method has been called just now. */
  private asking: OpenQuery | undefined = undefined
  /** The query that is ready, and goes to wait for its turn in this job. */
  private ready: OpenQuery | undefined = undefined
  /** Transactions that are open when this is detached keep their stand-ins. */
  private isAttached = false
  /** The package asks for types that it needs itself. */
  private isOwn = false

  constructor(recorder: RecorderAccess) {
    this.queries = new QueryRecorder(recorder, 'postgresql')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const database = prototypeWith(value, QUERY_METHODS)
    const turns = prototypeWith(value, TURN_METHODS)
    if (database === undefined || turns === undefined) return undefined
    return this.patches.once(database, () => {
      const detach = combine([
        this.patch(database, 'query', (original, self, args) => this.ask(original, self, args, args[1])),
        this.patch(database, 'exec', (original, self, args) => this.ask(original, self, args, undefined)),
        this.patch(database, 'transaction', (original, self, args) => reflectApply(original, self, this.transacting(args) as never)), // SAFE: as given, the callback wrapped
        this.patch(database, '_initArrayTypes', (original, self, args) => this.unrecorded(original, self, args)),
        this.patch(turns, '_checkReady', (original, self, args) => this.checkReady(original, self, args)),
        this.patch(turns, '_runExclusiveTransaction', (original, self, args) => this.take('ready', original, self, args)),
        this.patch(turns, '_runExclusiveQuery', (original, self, args) => this.take('asking', original, self, args)),
      ])
      if (detach === undefined) return undefined
      this.isAttached = true
      return () => {
        this.isAttached = false
        detach()
      }
    })
  }

  private patch(prototype: object, key: string, run: Run): Detach | undefined {
    const isAttached = (): boolean => this.isAttached
    return patchMethod(prototype, key, (original, state) => {
      const methods = {
        method(this: unknown): unknown {
          const isRun = state.isActive && isAttached() && typeof this === 'object' && this !== null
          return isRun ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.method
    })
  }

  private ask(original: Method, self: object, args: ArrayLike<unknown>, values: unknown): unknown {
    if (this.isOwn) return reflectApply(original, self, args as never) // SAFE: as given
    const open = this.queries.guarded(() => {
      let state = this.states.get(self)
      if (state === undefined) this.states.set(self, (state = new ConnectionState(this.queries)))
      const statement = textOf(args[0])
      return this.begin(statement, values, state.sees(statement))
    })
    return this.within(open, original, self, args)
  }

  private begin(statement: string, values: unknown, transaction: number | undefined): OpenQuery {
    return this.queries.start({ statement, parameters: this.queries.sqlParameters(statement, values), transaction }, this.queries.issuer())
  }

  /** The first method of the package that is called now is that of `open`. */
  private within(open: OpenQuery | undefined, original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    const before = this.asking
    this.asking = open
    try {
      return reflectApply(original, self, args as never) // SAFE: as given
    } finally {
      // A transaction that is over refuses before it asks the database.
      if (open !== undefined && this.asking === open) this.queries.guarded(() => this.queries.fail(open, 'not sent'))
      this.asking = before
    }
  }

  private unrecorded(original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    this.isOwn = true
    try {
      return reflectApply(original, self, args as never) // SAFE: as given
    } finally {
      this.isOwn = false
    }
  }

  private checkReady(original: Method, self: object, args: ArrayLike<unknown>): unknown {
    const open = this.asking
    this.asking = undefined
    const checked = reflectApply(original, self, args as never) // SAFE: as given
    if (open !== undefined) {
      this.queries.react(
        checked,
        () => (this.ready = open),
        error => this.queries.fail(open, error),
      )
    }
    return checked
  }

  /** What comes back is awaited by the package. */
  private take(from: 'ready' | 'asking', original: Method, self: object, args: ArrayLike<unknown>): unknown {
    const open = this[from]
    this[from] = undefined
    const answer = reflectApply(original, self, args as never) // SAFE: as given
    if (open !== undefined) {
      this.queries.react(
        answer,
        result => this.queries.end(open, { rows: rowsOf(result) }),
        error => this.queries.fail(open, error),
      )
    }
    return answer
  }

  /** The callback runs when the others are through, and belongs to the one who waits. */
  private transacting(args: ArrayLike<unknown>): ArrayLike<unknown> {
    const callback = args[0]
    if (typeof callback !== 'function') return args
    const { queries } = this
    const issuer = queries.issuer()
    const prepare = (transaction: unknown): void => void this.queries.guarded(() => this.patchTransaction(transaction))
    const standIn = function (this: unknown, transaction: unknown): unknown {
      prepare(transaction)
      return queries.resume(issuer, callback as Method, this, arguments) // SAFE: typeof says so
    }
    return [standIn]
  }

  /** It goes when its callback has ended, and its stand-ins with it. */
  private patchTransaction(transaction: unknown): void {
    if (typeof transaction !== 'object' || transaction === null) return
    const number = this.queries.nextTransaction()
    const patch = (key: string, tell: (args: ArrayLike<unknown>) => readonly [string, unknown]): void => {
      this.patch(transaction, key, (original, self, args) => {
        const open = this.queries.guarded(() => this.begin(...tell(args), number))
        return this.within(open, original, self, args)
      })
    }
    patch('query', args => [textOf(args[0]), args[1]])
    patch('exec', args => [textOf(args[0]), undefined])
    patch('sql', args => templateOf(args))
    patch('rollback', () => ['ROLLBACK', undefined])
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Values as parameters, each in its place; parts of a statement that are made by the package's helpers are told as values too. */
function templateOf(args: ArrayLike<unknown>): readonly [string, unknown] {
  const strings = args[0]
  const values: unknown[] = []
  for (let i = 1; i < args.length; i++) values.push(args[i])
  let text = ''
  if (isArray(strings)) for (let i = 0; i < strings.length; i++) text += (i === 0 ? '' : `$${i}`) + textOf(dataOf(strings, i))
  return [text, values]
}

/** Rows that were read, else those that were changed; of several statements, all of them. */
function rowsOf(result: unknown): number | undefined {
  let rows: number | undefined
  for (const each of isArray(result) ? result : [result]) {
    if (typeof each !== 'object' || each === null) continue
    const read = dataOf(each, 'rows')
    const changed = dataOf(each, 'affectedRows')
    const count = isArray(read) && read.length > 0 ? read.length : typeof changed === 'number' ? changed : undefined
    if (count !== undefined) rows = (rows ?? 0) + count
  }
  return rows
}
