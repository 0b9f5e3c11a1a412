/**
 * What adapters of synchronous SQLite clients share. A query is an activity around the call: functions that the program gave to the database run inside
 * it, in the call that asks. These clients publish nothing, so methods of their prototypes are patched.
 */
import { SafeWeakMap, isArray, isView, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { dataOf, isProxy } from './own-properties.ts'
import { patchMethod } from './patch.ts'
import { ConnectionState, QueryRecorder } from './query-recorder.ts'
import type { OpenQuery } from './query-recorder.ts'

export type Method = (this: unknown, ...args: never[]) => unknown
type Run = (original: Method, self: object, args: ArrayLike<unknown>) => unknown

export interface Prepared {
  readonly sql: string
  readonly state: ConnectionState
}

/** `iterate` gives rows at the program's pace: only its start is told. */
export const STATEMENT_METHODS = ['run', 'get', 'all', 'iterate'] as const
export type StatementMethod = (typeof STATEMENT_METHODS)[number]

export class SqliteQueries {
  private readonly queries: QueryRecorder
  private readonly states = new SafeWeakMap<object, ConnectionState>()

  constructor(recorder: RecorderAccess) {
    this.queries = new QueryRecorder(recorder, 'sqlite')
  }

  patch(prototype: object, key: string, run: Run): Detach | undefined {
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

  /** `exec` of a database: its first argument is one or more statements. */
  patchExec(database: object): Detach | undefined {
    return this.patch(database, 'exec', (original, self, args) => {
      const prepared = this.preparedFor(self, args[0])
      return this.around(
        () => this.begin(prepared, undefined),
        original,
        self,
        args,
        () => undefined,
      )
    })
  }

  /**
   * `prepare` of a database. A text that is no statement fails here, and is told as if it had been run. `made` is told of the statements.
   */
  patchPrepare(database: object, made: (statement: object, prepared: Prepared) => void): Detach | undefined {
    return this.patch(database, 'prepare', (original, self, args) => {
      const prepared = this.preparedFor(self, args[0])
      let statement: unknown
      try {
        statement = reflectApply(original, self, args as never) // SAFE: as given
      } catch (error) {
        this.queries.guarded(() => this.queries.fail(this.begin(prepared, undefined), error))
        throw error
      }
      if (typeof statement === 'object' && statement !== null) made(statement, prepared)
      return statement
    })
  }

  /** What runs a statement; `preparedOf` gives undefined for statements that are not known, `bound` what they have as parameters already. */
  patchStatement(
    prototype: object,
    preparedOf: (statement: object) => Prepared | undefined,
    bound: (statement: object) => ArrayLike<unknown> | undefined = () => undefined,
  ): Detach[] {
    return STATEMENT_METHODS.flatMap(
      key =>
        this.patch(prototype, key, (original, self, args) => {
          const prepared = this.queries.guarded(() => preparedOf(self))
          if (prepared === undefined) return reflectApply(original, self, args as never) // SAFE: as given
          const begin = (): OpenQuery => this.begin(prepared, this.parametersOf(prepared.sql, bound(self) ?? args))
          return this.around(begin, original, self, args, result => rowsOf(key, result))
        }) ?? [],
    )
  }

  preparedFor(database: object, sql: unknown): Prepared {
    let state = this.states.get(database)
    if (state === undefined) this.states.set(database, (state = new ConnectionState(this.queries)))
    return { sql: typeof sql === 'string' ? sql : '', state }
  }

  guarded<T>(work: () => T): T | undefined {
    return this.queries.guarded(work)
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

  /** Values, a list of them, or one object that has them by name; its names say what is masked. */
  private parametersOf(sql: string, args: ArrayLike<unknown>): unknown {
    const only = args.length === 1 ? args[0] : undefined
    if (isArray(only)) return this.queries.sqlParameters(sql, only)
    if (typeof only === 'object' && only !== null && !isView(only)) return isProxy(only) ? undefined : only
    const values: unknown[] = []
    for (let i = 0; i < args.length; i++) values.push(args[i])
    return this.queries.sqlParameters(sql, values)
  }
}

/** Rows that were read or changed. */
function rowsOf(method: StatementMethod, result: unknown): number | undefined {
  if (method === 'all') return isArray(result) ? result.length : undefined
  if (method === 'get') return result === undefined ? 0 : 1
  const changes: unknown = method === 'run' && typeof result === 'object' && result !== null ? dataOf(result, 'changes') : undefined
  return typeof changes === 'number' || typeof changes === 'bigint' ? Number(changes) : undefined
}
