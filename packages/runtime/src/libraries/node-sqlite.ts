/**
 * `node:sqlite` (Node 22.5 and newer): DatabaseSync and its statements. Everything is synchronous, so a query is an activity around the call;
 * functions that the program gave to the database run inside it, in the call that asks. `iterate` gives rows at the program's pace: only its
 * start is told. Node publishes nothing, so methods of the two prototypes are patched.
 *
 * @table databases
 * @versions Node 22.13 and later
 * @told statement, parameters, rows, error
 * @not-told the end of `iterate`; statements prepared earlier
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { ConnectionState, QueryRecorder } from '../adapters/query-recorder.ts'
import type { OpenQuery } from '../adapters/query-recorder.ts'
import { SafeWeakMap, isArray, isView, nodeBuiltin, reflectApply } from '../recorder/intrinsics.ts'

export const nodeSqliteAdapter: LibraryAdapter = watchingAdapter('node-sqlite', recorder => new SqliteWatch(recorder))

export const observe: Observe = registerLibrary(nodeSqliteAdapter, 'node:sqlite')

type Method = (this: unknown, ...args: never[]) => unknown

/** The part of the module that is used; the types of the oldest Node that is supported have none. */
interface Sqlite {
  readonly DatabaseSync: { readonly prototype: object }
  readonly StatementSync: { readonly prototype: object }
}
interface Prepared {
  readonly sql: string
  readonly state: ConnectionState
}

const DATABASE_METHODS = ['exec', 'prepare'] as const
const STATEMENT_METHODS = ['run', 'get', 'all', 'iterate'] as const

class SqliteWatch {
  private readonly queries: QueryRecorder
  private readonly patches = new PatchedPrototypes()
  private readonly states = new SafeWeakMap<object, ConnectionState>()
  private readonly prepared = new SafeWeakMap<object, Prepared>()

  constructor(recorder: RecorderAccess) {
    this.queries = new QueryRecorder(recorder, 'sqlite')
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    const module = nodeBuiltin<Sqlite>('node:sqlite')
    if (module === undefined || typeof value !== 'object' || value === null) return undefined
    const database = module.DatabaseSync.prototype
    const statement = module.StatementSync.prototype
    if (prototypeWith(value, DATABASE_METHODS) !== database || prototypeWith(statement, STATEMENT_METHODS) !== statement) return undefined
    return this.patches.once(database, () =>
      combine([
        this.patch(database, 'exec', (original, self, args) => {
          const sql = typeof args[0] === 'string' ? args[0] : ''
          return this.around(
            () => this.begin({ sql, state: this.stateOf(self) }, undefined),
            original,
            self,
            args,
            () => undefined,
          )
        }),
        this.patch(database, 'prepare', (original, self, args) => this.prepare(original, self, args)),
        ...STATEMENT_METHODS.map(key => this.patchStatement(statement, key)),
      ]),
    )
  }

  private patch(prototype: object, key: string, run: (original: Method, self: object, args: ArrayLike<unknown>) => unknown): Detach | undefined {
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

  /** A text that is no statement fails here, and is told as if it had been run. */
  private prepare(original: Method, self: object, args: ArrayLike<unknown>): unknown {
    const sql = typeof args[0] === 'string' ? args[0] : ''
    const prepared = { sql, state: this.stateOf(self) }
    let statement: unknown
    try {
      statement = reflectApply(original, self, args as never) // SAFE: as given
    } catch (error) {
      this.queries.guarded(() => this.queries.fail(this.begin(prepared, undefined), error))
      throw error
    }
    if (typeof statement === 'object' && statement !== null) this.prepared.set(statement, prepared)
    return statement
  }

  private patchStatement(prototype: object, key: (typeof STATEMENT_METHODS)[number]): Detach | undefined {
    return this.patch(prototype, key, (original, self, args) => {
      const prepared = this.prepared.get(self)
      if (prepared === undefined) return reflectApply(original, self, args as never) // SAFE: as given
      const begin = (): OpenQuery => this.begin(prepared, this.parametersOf(prepared.sql, args))
      return this.around(begin, original, self, args, result => rowsOf(key, result))
    })
  }

  private around(
    begin: () => OpenQuery,
    original: Method,
    self: object,
    args: ArrayLike<unknown>,
    rows: (result: unknown) => number | undefined,
  ): unknown {
    const open = this.queries.guarded(begin)
    let result: unknown
    try {
      result = reflectApply(original, self, args as never) // SAFE: as given
    } catch (error) {
      if (open !== undefined) this.queries.guarded(() => this.queries.fail(open, error))
      throw error
    }
    if (open !== undefined) this.queries.guarded(() => this.queries.end(open, { rows: rows(result) }))
    return result
  }

  private begin({ sql, state }: Prepared, parameters: unknown): OpenQuery {
    return this.queries.start({ statement: sql, parameters, transaction: state.sees(sql) }, this.queries.issuer())
  }

  /** Values, or one object that has them by name; its names say what is masked. */
  private parametersOf(sql: string, args: ArrayLike<unknown>): unknown {
    const [first] = [args[0]]
    if (args.length === 1 && typeof first === 'object' && first !== null && !isView(first)) return isProxy(first) ? undefined : first
    const values: unknown[] = []
    for (let i = 0; i < args.length; i++) values.push(args[i])
    return this.queries.sqlParameters(sql, values)
  }

  private stateOf(database: object): ConnectionState {
    let state = this.states.get(database)
    if (state === undefined) this.states.set(database, (state = new ConnectionState(this.queries)))
    return state
  }
}

/** Rows that were read or changed. */
function rowsOf(method: (typeof STATEMENT_METHODS)[number], result: unknown): number | undefined {
  if (method === 'all') return isArray(result) ? result.length : undefined
  if (method === 'get') return result === undefined ? 0 : 1
  const changes: unknown = method === 'run' && typeof result === 'object' && result !== null ? dataOf(result, 'changes') : undefined
  return typeof changes === 'number' || typeof changes === 'bigint' ? Number(changes) : undefined
}
